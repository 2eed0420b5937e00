"""Measures coreference and attribution alone: are the speakers' names right when the quotes are the annotated ones?

    python -m training.gold_speakers ../shared quotes/train.jsonl --part 0/3 [--errors 30]

Prints the share of right names by kind of mention.  The articles are analysed once and kept in `build/training`
(git-ignored; delete the file after a change of the taggers or of the names stage).  `--part 0/3` measures on the first
of three parts by a checksum of the id, which is the part that `train_references.py` leaves out; without it all articles
are measured.  Names are judged as tools/score.py judges them.
"""

from __future__ import annotations

import argparse
import copyreg
import pickle
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zlib import crc32

import numpy as np

from extractor.coreference.offices import is_known
from extractor.coreference.sources import Speaker, noun_class
from extractor.names import find_entities
from extractor.names.entities import Entities
from extractor.quotes.quote import Quote
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.morphology import best_parse
from extractor.reading.nominative import head_of
from training import chain, quote_templates, unseen
from training.corpora import BUILD, Record, documents
from training.scoring import load_scorer
from training.tokens import TokensAt

# The name under which the made-up texts are kept, and the seed that they are made with: another than that of the texts
# from which the tagger learns.
MADE_UP = "made-up.jsonl"
_SEED = 2
# The kinds of mentions that speak, in the order of the table.
KINDS = ("name", "organization", "description", "pronoun", "organization noun", "silent", "other")


def _read_only(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(items)


# Tokens hold their features as read-only views of dictionaries, which pickle cannot write by itself.
copyreg.pickle(MappingProxyType, lambda proxy: (_read_only, (dict(proxy),)))


@dataclass(frozen=True)
class Article:
    """An annotated article with its analysis (without the hidden states) and the names found in it."""

    record: Record
    analysis: Analysis
    entities: Entities

    @property
    def id(self) -> str:
        """The id of the article's record."""
        return str(self.record["id"])

    def gold(self) -> list[tuple[Record, Quote]]:
        """Returns the annotated quotes in text order, each with the quote that a perfect quotes stage would find."""
        tokens = TokensAt(self.analysis)
        found = []
        for record in self.record["quotes"]:
            fragments = tuple(filter(None, map(tokens.overlapping, record["spans"])))
            if fragments:
                found.append((record, _quote(record, fragments, tokens)))
        return sorted(found, key=lambda pair: pair[1].fragments[0])


def kept(corpus: str) -> Path:
    """Returns the file in which the analysed articles of a corpus ("real/train.jsonl") are kept."""
    return BUILD / f"{Path(corpus).with_suffix('').as_posix().replace('/', '.')}.articles.pickle"


def articles(shared: Path, corpus: str) -> list[Article]:
    """Returns the articles of an annotated corpus, as "real/train.jsonl", kept in `build/training` once analysed.

    Names are those of networks that have not learned from the article; `shared` is the folder of the corpora.
    """
    return _kept_articles(shared, corpus, documents(shared / corpus))


def made_up_articles(shared: Path, count: int) -> list[Article]:
    """Returns so many made-up texts (`quote_templates.py`) in the same way."""
    return _kept_articles(shared, MADE_UP, quote_templates.documents(random.Random(_SEED), count))


def _kept_articles(shared: Path, corpus: str, records: Sequence[Record]) -> list[Article]:
    path = kept(corpus)
    if not path.exists():
        made = []
        for record in records:
            analysis = unseen.analysis(shared, record["text"])
            entities = find_entities(analysis)
            made.append((record, replace(analysis, states=np.zeros((0, 1), dtype=np.float32)), entities))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(made))
    return [Article(*parts) for parts in pickle.loads(path.read_bytes())]


def in_part(id: str, part: int, parts: int) -> bool:
    """Tells whether an article belongs to part `part` of `parts`, by a checksum of its id."""
    return crc32(id.encode()) % parts == part


def _quote(record: Record, fragments: tuple[TokenSpan, ...], tokens: TokensAt) -> Quote:
    direct = record["type"] == "direct"
    return Quote(
        record["type"],
        "anaphoric" if record.get("anaphoric") else "after" if direct else "clause",
        fragments,
        tokens.overlapping(record["cue"]),
        tokens.overlapping(record["speaker"]),
        tokens.overlapping(record["attribution"]),
    )


def mention_kind(analysis: Analysis, entities: Entities, span: TokenSpan | None) -> str:
    """Returns which of `KINDS` the mention of a speaker is, by the names found and the lexicons alone."""
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
    if noun_class(token) in ("anaphor", "media", "body", "statement", "document", "data"):
        return "organization noun"
    anim = token.pos in ("NOUN", "PROPN", "ADJ", "VERB") and ("anim" in best_parse(token.word).tag)
    return "description" if (anim or is_known(token.word)) and token.number != "Plur" else "other"


def attributed(article: Article) -> Iterator[tuple[Record, Quote, Speaker | None]]:
    """Yields each annotated quote with the speaker that the package gives it."""
    gold = article.gold()
    found = chain.find(article.analysis, entities=article.entities, quotes=[quote for _, quote in gold])
    for (record, quote), speaker in zip(gold, found.speakers, strict=True):
        yield record, quote, speaker


def main() -> None:
    """Runs the command line: prints the share of right names by kind of mention, and some errors of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder of the corpora")
    parser.add_argument("corpus", help="an annotated corpus of quotes, as quotes/train.jsonl")
    parser.add_argument("--part", default="0/1", help="the part to measure on, as 0/3: the first of three")
    parser.add_argument("--errors", type=int, default=0, help="how many errors of each kind of mention to print")
    arguments = parser.parse_args()
    part, parts = map(int, arguments.part.split("/"))
    right: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    kind_right = 0
    errors: dict[str, list[str]] = {}
    scorer = load_scorer(arguments.shared)
    for article in articles(arguments.shared, arguments.corpus):
        if not in_part(article.id, part, parts):
            continue
        for record, quote, speaker in attributed(article):
            kind = mention_kind(article.analysis, article.entities, quote.speaker)
            name = None if speaker is None else speaker.name
            kinds[kind] += 1
            kind_right += speaker is not None and speaker.kind == record["kind"]
            if scorer.same_name(record["name"], name, record["kind"]):
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
