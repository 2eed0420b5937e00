"""Measures the quote tagger: alone, beside the rules alone, and both joined; writes the table of models/quotes.md.

    python -m training.measure_quotes ../shared build/training/tags.0.npz build/training/tags.1.npz

On the corpora that the shipped network has not learned from, and on the articles that it has, as networks tag them
that have not (`train_quotes --hold-out --tags`).  Figures are those of tools/score.py; speakers are judged by their
mention alone, as no name is given.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from extractor.names import find_entities
from extractor.names.tagger import label
from extractor.quotes import rule_quotes
from extractor.quotes.joining import join
from extractor.quotes.learned.decoding import decode
from extractor.quotes.learned.tagger import QuoteTags, tag_quotes
from extractor.quotes.quote import Quote
from extractor.quotes.rules.context import Context
from extractor.reading.analysis import Analysis, read
from training import unseen
from training.scoring import CUTS, load_scorer, score, write_between

Records = dict[str, Any]
CARD = Path(__file__).resolve().parent.parent / "models" / "quotes.md"
BEGIN, END = "<!-- figures: written by training/measure_quotes.py -->", "<!-- end of figures -->"
CORPORA = ("quotes/dev", "pages/pages_dev", "quotes/challenge_dev")
SYSTEMS: Mapping[str, Callable[[Context, QuoteTags, Sequence[Quote]], Sequence[Quote]]] = {
    "tagger alone": lambda context, tags, _: decode(context.analysis, tags),
    "rules alone": lambda _, __, rules: rules,
    "joined": join,
}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder of the corpora")
    parser.add_argument(
        "tags", type=Path, nargs="*", help="tags of quotes/train.jsonl, by networks that have not seen it"
    )
    arguments = parser.parse_args()
    lines = [f"| on | quotes of | {' | '.join(CUTS)} |", "|---|---|" + "---|" * len(CUTS)]
    for name in CORPORA:
        gold = _read(arguments.shared / f"{name}.jsonl")
        analyses = {id: label(read(document["text"])) for id, document in gold.items()}
        lines += rows(arguments.shared, name, gold, analyses, {id: tag_quotes(a) for id, a in analyses.items()})
    if tags := unseen.read_tags(arguments.tags):
        gold = {id: document for id, document in _read(arguments.shared / "quotes/train.jsonl").items() if id in tags}
        analyses = {id: unseen.analysis(arguments.shared, document["text"]) for id, document in gold.items()}
        lines += rows(arguments.shared, "quotes/train, each half unseen", gold, analyses, tags)
    print("\n".join(lines))
    write_between(CARD, "\n".join(lines), BEGIN, END)


def rows(
    shared: Path, name: str, gold: Records, analyses: Mapping[str, Analysis], tags: Mapping[str, QuoteTags]
) -> Iterator[str]:
    """A line of the table for each way of finding quotes."""
    found: dict[str, Records] = {system: {} for system in SYSTEMS}
    for id, analysis in analyses.items():
        context = Context.of(analysis, find_entities(analysis))
        rules = rule_quotes(context)
        for system, find in SYSTEMS.items():
            quotes = [_record(analysis, quote) for quote in find(context, tags[id], rules)]
            found[system][id] = {"id": id, "quotes": quotes}
    quotes = sum(len(document["quotes"]) for document in gold.values())
    for number, (system, records) in enumerate(found.items()):
        figures = score(load_scorer(shared), "quotes", gold, records)
        where = "" if number else f"{name} ({quotes:,} quotes)"
        yield f"| {where} | {system} | {' | '.join(f'{figures[key]:.3f}' for key in CUTS)} |"


def _record(analysis: Analysis, quote: Quote) -> Records:
    """A quote as the scorer reads it, with no name and kind."""
    mention = None if quote.speaker is None else analysis.given_span(quote.speaker)
    return {
        "type": quote.type,
        "spans": [analysis.given_span(part) for part in quote.fragments],
        "speaker": {"mention": mention},
    }


def _read(path: Path) -> Records:
    with path.open(encoding="utf-8") as lines:
        return {document["id"]: document for document in map(json.loads, lines)}


if __name__ == "__main__":
    main()
