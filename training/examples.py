"""Analyses the annotated articles once and keeps them as examples for the quote tagger (`features.py`).

python -m training.examples ../shared --workers 2
"""

from __future__ import annotations

import argparse
from pathlib import Path

from training import features


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder of the corpora")
    parser.add_argument("--workers", type=int, default=1, help="the number of processes")
    arguments = parser.parse_args()
    features.keep(arguments.shared, arguments.workers)


if __name__ == "__main__":
    main()
