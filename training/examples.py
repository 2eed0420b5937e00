"""Analyses the annotated articles once and keeps them as examples for the quote tagger (`features.py`).

python -m training.examples ../shared
"""

from __future__ import annotations

import argparse
from pathlib import Path

from training import features


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder of the corpora")
    shared = parser.parse_args().shared
    features.keep(shared, shared / "quotes" / "train.jsonl")


if __name__ == "__main__":
    main()
