"""The cost of an archive: the core-hours that a hundred million articles take, by the rate measured here.

    python -m benchmarks.cost
    python -m benchmarks.cost --price 0.02 --write-docs

The rate is that of full records in one process with one thread, by processor time, so that it does not depend on what
else the machine does.  Prints a table; --write-docs puts it into docs/distributed.md.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.machine import ROOT, default_articles, processor
from extractor import Extractor, __version__
from training.corpora import texts as read_texts
from training.scoring import write_between

ARTICLES = 100_000_000
CORES = 1_000
PAGE = ROOT / "docs" / "distributed.md"
BEGIN, END = "<!-- cost: written by benchmarks/cost.py -->", "<!-- end of cost -->"


def rate(extractor: Extractor, texts: Sequence[str], rounds: int) -> float:
    """Returns the texts per second of processor time: the median of some rounds, after one that fills the caches."""
    rates = []
    for _ in range(rounds + 1):
        start = time.process_time()
        for text in texts:
            extractor(text)
        rates.append(len(texts) / (time.process_time() - start))
    return statistics.median(rates[1:])


def core_hours(articles: int, per_second: float) -> float:
    """Returns the hours that so many articles take one core at so many a second."""
    return articles / per_second / 3600


def table(per_second: float, price: float | None) -> str:
    """Returns the cost as a Markdown table; `price` is that of a core-hour."""
    hours = core_hours(ARTICLES, per_second)
    rows = [
        ("documents per second and core", f"{per_second:.1f}"),
        (f"core-hours per {ARTICLES // 10**6} million articles", f"{hours:,.0f}"),
        (f"hours on {CORES:,} cores", f"{hours / CORES:.1f}"),
    ]
    if price is not None:
        rows.append((f"at {price:g} a core-hour", f"{hours * price:,.0f}"))
    return "\n".join(["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows)])


def main() -> None:
    """Runs the command line."""
    arguments = _arguments()
    texts = read_texts(arguments.articles)
    length = statistics.mean(map(len, texts))
    about = (
        f"extractor {__version__} on {processor()}, one thread; {len(texts)} articles of {length:.0f} characters "
        f"in the mean ({arguments.articles.name})."
    )
    result = f"{table(rate(Extractor(), texts, arguments.rounds), arguments.price)}\n\n{about}"
    print(result)
    if arguments.write_docs:
        write_between(PAGE, result, BEGIN, END)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, default=default_articles(), help="JSON lines with the field text")
    parser.add_argument("--rounds", type=int, default=3, help="rounds after the first one")
    parser.add_argument("--price", type=float, help="the price of a core-hour")
    parser.add_argument("--write-docs", action="store_true", help="put the table into docs/distributed.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
