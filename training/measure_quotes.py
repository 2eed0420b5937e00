"""Measures the quote tagger: alone, beside the rules alone, and both joined; writes the table of models/quotes.md.

    python -m training.measure_quotes ../shared build/training/tags.0.npz build/training/tags.1.npz

Measured on the corpora that the shipped network has not learned from, and on its training articles with the tags of
networks that have not learned from them (`train_quotes --hold-out --tags`).  The figures are those of tools/score.py;
speakers are judged by their mention alone, as the quotes stage gives no names.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

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
from training.corpora import QUOTES, Record, Records, by_id, learnable
from training.scoring import CUTS, load_scorer, score, write_between

# The card whose table is written, and the lines that enclose it.
CARD = Path(__file__).resolve().parent.parent / "models" / "quotes.md"
BEGIN, END = "<!-- figures: written by training/measure_quotes.py -->", "<!-- end of figures -->"
CORPORA = ("real/dev", "quotes/dev", "pages/pages_dev", "quotes/challenge_dev")
SYSTEMS: Mapping[str, Callable[[Context, QuoteTags, Sequence[Quote]], Sequence[Quote]]] = {
    "tagger alone": lambda context, tags, _: decode(context.analysis, tags),
    "rules alone": lambda _, __, rules: rules,
    "joined": join,
}


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder of the corpora")
    parser.add_argument(
        "tags", type=Path, nargs="*", help="tags of the training articles, by networks that have not seen them"
    )
    arguments = parser.parse_args()
    lines = [f"| on | quotes of | {' | '.join(CUTS)} |", "|---|---|" + "---|" * len(CUTS)]
    for name in CORPORA:
        gold = by_id(arguments.shared / f"{name}.jsonl")
        analyses = {id: label(read(document["text"])) for id, document in gold.items()}
        lines += rows(arguments.shared, name, gold, analyses, {id: tag_quotes(a) for id, a in analyses.items()})
    tags = unseen.read_tags(arguments.tags)
    for corpus in QUOTES if tags else ():
        gold = {document["id"]: document for document in learnable(arguments.shared, corpus)}
        analyses = {id: unseen.analysis(arguments.shared, document["text"]) for id, document in gold.items()}
        lines += rows(arguments.shared, f"{Path(corpus).with_suffix('')}, each half unseen", gold, analyses, tags)
    print("\n".join(lines))
    write_between(CARD, "\n".join(lines), BEGIN, END)


def rows(
    shared: Path, name: str, gold: Records, analyses: Mapping[str, Analysis], tags: Mapping[str, QuoteTags]
) -> Iterator[str]:
    """Yields a table line for each system: its figures on the documents `gold`, given analyses and tags."""
    found: dict[str, Records] = {system: {} for system in SYSTEMS}
    for id, analysis in analyses.items():
        context = Context.of(analysis, find_entities(analysis))
        rules = rule_quotes(context)
        for system, find in SYSTEMS.items():
            quotes = [_record(analysis, quote) for quote in find(context, tags[id], rules)]
            found[system][id] = {"id": id, "quotes": quotes}
    count = sum(len(document["quotes"]) for document in gold.values())
    for number, (system, records) in enumerate(found.items()):
        figures = score(load_scorer(shared), "quotes", gold, records)
        where = "" if number else f"{name} ({count:,} quotes)"
        yield f"| {where} | {system} | {' | '.join(f'{figures[key]:.3f}' for key in CUTS)} |"


def _record(analysis: Analysis, quote: Quote) -> Record:
    """Returns a quote as the scorer reads it, without the name and kind of its speaker."""
    mention = None if quote.speaker is None else analysis.given_span(quote.speaker)
    return {
        "type": quote.type,
        "spans": [analysis.given_span(part) for part in quote.fragments],
        "speaker": {"mention": mention},
    }


if __name__ == "__main__":
    main()
