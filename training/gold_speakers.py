"""How right the speakers are, given the annotated quotes: the names by kind of mention, apart from finding quotes.

    python -m training.gold_speakers ../shared/quotes/train.jsonl --part 0/3 [--errors 30]

The articles are analysed once and kept in `build/training` (git-ignored; delete it after a change of the taggers or of
the names).  `--part 0/3` measures on the first of three parts by a checksum of the id, which is what
`train_references.py` leaves out; without it on all.  Names are judged as tools/score.py judges them.
"""

from __future__ import annotations

import argparse
import copyreg
import importlib.util
import json
import pickle
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType, ModuleType
from zlib import crc32

import numpy as np

from extractor.coreference import resolve
from extractor.coreference.offices import is_known
from extractor.coreference.speakers import Speaker, attribute, speaker_class
from extractor.names import find_entities
from extractor.names.entities import Entities
from extractor.quotes.quote import Quote
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.morphology import best_parse
from extractor.reading.nominative import head_of
from training import unseen
from training.corpora import Record

CACHE = Path(__file__).resolve().parent.parent / "build" / "training"
KINDS = ("name", "organization", "description", "pronoun", "organization noun", "silent", "other")

# The analyses hold their features read-only, which pickle knows nothing of.
copyreg.pickle(MappingProxyType, lambda proxy: (dict, (dict(proxy),)))


@dataclass(frozen=True)
class Article:
    """An annotated article: its analysis (without hidden states), its names, its annotated quotes in token spans."""

    record: Record
    analysis: Analysis
    entities: Entities

    @property
    def id(self) -> str:
        """The id of the record."""
        return str(self.record["id"])

    def gold(self) -> list[tuple[Record, Quote]]:
        """The annotated quotes, in the order of the text, each with the quote a perfect quotes stage would find."""
        spans = _TokenSpans(self.analysis)
        found = []
        for record in self.record["quotes"]:
            fragments = tuple(filter(None, (spans(span) for span in record["spans"])))
            if fragments:
                found.append((record, _quote(record, fragments, spans)))
        return sorted(found, key=lambda pair: pair[1].fragments[0])


def articles(path: Path, cache: Path = CACHE) -> list[Article]:
    """The articles of a corpus of quotes, read from `cache` where it has them."""
    kept = cache / f"{path.stem}.articles.pickle"
    if not kept.exists():
        made = []
        with path.open(encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                analysis = unseen.analysis(path.parent.parent, record["text"])
                entities = find_entities(analysis)
                made.append((record, replace(analysis, states=np.zeros((0, 1), dtype=np.float32)), entities))
        cache.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(made))
    return [Article(*parts) for parts in pickle.loads(kept.read_bytes())]


def in_part(id: str, part: int, parts: int) -> bool:
    """Whether an article belongs to one of so many parts, by a checksum of its id."""
    return crc32(id.encode()) % parts == part


class _TokenSpans:
    """Token spans of character spans of the source."""

    def __init__(self, analysis: Analysis) -> None:
        spans = [analysis.source_text.raw_span(token.start, token.end) for token in analysis.tokens]
        self._starts = np.array([start for start, _ in spans])
        self._ends = np.array([end for _, end in spans])

    def __call__(self, span: Sequence[int] | None) -> TokenSpan | None:
        if span is None:
            return None
        first = int(np.searchsorted(self._ends, span[0], side="right"))
        last = int(np.searchsorted(self._starts, span[1], side="left"))
        return TokenSpan(first, last) if first < last else None


def _quote(record: Record, fragments: tuple[TokenSpan, ...], spans: _TokenSpans) -> Quote:
    direct = record["type"] == "direct"
    return Quote(
        record["type"],
        "anaphoric" if record.get("anaphoric") else "after" if direct else "clause",
        fragments,
        spans(record["cue"]),
        spans(record["speaker"]),
        spans(record["attribution"]),
    )


def mention_kind(analysis: Analysis, entities: Entities, span: TokenSpan | None) -> str:
    """One of `KINDS`: what the mention of a speaker is, by the names and the lexicons alone."""
    if span is None:
        return "silent"
    names = {i for person in entities.people for mention in person.mentions for i in range(*mention.span)}
    if names & set(range(*span)):
        return "name"
    head = head_of(analysis, span)
    token = analysis.tokens[span.start if head is None else head]
    if token.pos in ("PRON", "DET"):
        return "pronoun"
    named = {i for body in entities.organizations for mention in body.mentions for i in range(*mention.span)}
    if named & set(range(*span)) or token.name.endswith("LOC"):
        return "organization"
    if speaker_class(token) in ("anaphor", "media", "body", "statement", "document", "data"):
        return "organization noun"
    anim = token.pos in ("NOUN", "PROPN", "ADJ", "VERB") and ("anim" in best_parse(token.word).tag)
    return "description" if (anim or is_known(token.word)) and token.number != "Plur" else "other"


@cache
def scorer() -> ModuleType:
    """tools/score.py of the folder beside the checkout."""
    path = Path(__file__).resolve().parents[2] / "shared" / "tools" / "score.py"
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def attributed(article: Article) -> Iterator[tuple[Record, Quote, Speaker | None]]:
    """Each annotated quote with the speaker that the package gives it."""
    gold = article.gold()
    quotes = [quote for _, quote in gold]
    entities = resolve(article.analysis, article.entities, quotes)
    speakers = attribute(article.analysis, entities, quotes)
    for (record, quote), speaker in zip(gold, speakers, strict=True):
        yield record, quote, speaker


def main() -> None:
    """Prints the share of right names by kind of mention, and errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, help="a corpus of quotes")
    parser.add_argument("--part", default="0/1", help="which part to measure on, as 0/3")
    parser.add_argument("--errors", type=int, default=0, help="how many errors of each kind of mention to print")
    arguments = parser.parse_args()
    part, parts = map(int, arguments.part.split("/"))
    right: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    kind_right = 0
    errors: dict[str, list[str]] = {}
    for article in articles(arguments.path):
        if not in_part(article.id, part, parts):
            continue
        for record, quote, speaker in attributed(article):
            kind = mention_kind(article.analysis, article.entities, quote.speaker)
            name = None if speaker is None else speaker.name
            kinds[kind] += 1
            kind_right += speaker is not None and speaker.kind == record["kind"]
            if scorer().same_name(record["name"], name, record["kind"]):
                right[kind] += 1
            else:
                mention = None if quote.speaker is None else article.analysis.span_text(quote.speaker)
                sure = 0.0 if speaker is None else speaker.certainty
                start = record["spans"][0][0]
                errors.setdefault(kind, []).append(
                    f"{article.id} at {start}: {mention!r} is {record['name']!r}, got {name!r} ({sure:.2f})"
                )
    for kind in KINDS:
        if kinds[kind]:
            print(f"{kind:18s} {right[kind] / kinds[kind]:.4f}  {right[kind]} of {kinds[kind]}")
    total = sum(kinds.values())
    print(f"{'name, all':18s} {sum(right.values()) / total:.4f}  of {total}")
    print(f"{'kind':18s} {kind_right / total:.4f}")
    for kind in KINDS:
        for line in errors.get(kind, [])[: arguments.errors]:
            print(kind, "|", line)


if __name__ == "__main__":
    main()
