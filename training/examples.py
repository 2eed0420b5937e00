"""Keeps the annotated articles as examples for the quote tagger (`features.py`).

python -m training.examples ../shared/quotes/train.jsonl
"""

from __future__ import annotations

import argparse
from pathlib import Path

from training import features


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    features.keep(parser.parse_args().corpus)


if __name__ == "__main__":
    main()
