"""What many articles cost: the core-hours of a hundred million, by the rate measured here.

    python -m benchmarks.cost
    python -m benchmarks.cost --price 0.02 --write-docs

The rate is that of full records in one process with one thread, by processor time, so that it is the same on a busy
machine.  Prints a table; --write-docs puts it into docs/distributed.md.
"""

from __future__ import annotations

import os

for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"

import argparse  # noqa: E402
import re  # noqa: E402
import statistics  # noqa: E402
import time  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from pathlib import Path  # noqa: E402

from benchmarks.throughput import ROOT, _processor, _texts  # noqa: E402
from extractor import Extractor, __version__  # noqa: E402

ARTICLES = 100_000_000
CORES = 1_000
PAGE = ROOT / "docs" / "distributed.md"
_BETWEEN = re.compile(r"(<!-- cost: written by benchmarks/cost.py -->\n).*?(<!-- end of cost -->)", re.DOTALL)


def rate(extractor: Extractor, texts: Sequence[str], rounds: int) -> float:
    """Texts per second of processor time: the median of some rounds, after one that warms up."""
    rates = []
    for _ in range(rounds + 1):
        start = time.process_time()
        for text in texts:
            extractor(text)
        rates.append(len(texts) / (time.process_time() - start))
    return statistics.median(rates[1:])


def core_hours(articles: int, per_second: float) -> float:
    """How long so many articles take one core, in hours, at so many a second."""
    return articles / per_second / 3600


def table(per_second: float, price: float | None) -> str:
    """The cost as a table in Markdown; `price` is what a core costs an hour."""
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
    arguments = _arguments()
    texts = _texts(arguments.articles)
    length = statistics.mean(map(len, texts))
    about = (
        f"extractor {__version__} on {_processor()}, one thread; {len(texts)} articles of {length:.0f} characters "
        f"in the mean ({arguments.articles.name})."
    )
    result = f"{table(rate(Extractor(), texts, arguments.rounds), arguments.price)}\n\n{about}"
    print(result)
    if arguments.write_docs:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(_BETWEEN.sub(lambda found: f"{found[1]}{result}\n{found[2]}", page), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    dev = ROOT.parent / "shared" / "quotes" / "dev.jsonl"
    articles = dev if dev.is_file() else ROOT / "samples" / "articles.jsonl"
    parser.add_argument("--articles", type=Path, default=articles, help="JSON lines with the field text")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--price", type=float, help="what a core costs an hour")
    parser.add_argument("--write-docs", action="store_true", help="put the table into docs/distributed.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
