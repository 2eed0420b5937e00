"""Analyses the texts with names once and keeps them as examples for the network of names (`names.py`).

python -m training.names_examples ../shared --workers 2
"""

from __future__ import annotations

import argparse
from pathlib import Path

from training import names
from training.corpora import BUILD


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder of the corpora")
    parser.add_argument("--workers", type=int, default=1, help="the number of processes")
    parser.add_argument("--cache", type=Path, default=BUILD, help="the folder to keep them in")
    arguments = parser.parse_args()
    names.keep(arguments.shared, arguments.cache, arguments.workers)


if __name__ == "__main__":
    main()
