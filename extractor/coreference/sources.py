"""Whom a common noun ("в компании", "в сообщении") or silence stands for: everybody it may mean, ranked.

Candidates are those who spoke before, the organizations and people named before, the phrase itself and nobody; the
weights are of the kind "source" in `models/references.tsv` (see `extractor/coreference/ranking.py`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from extractor.names.entities import Entity, Organization
from extractor.reading.analysis import Analysis
from extractor.reading.characters import QUOTATION_MARKS
from extractor.resources import words

Kind = Literal["PER", "ORG", "OTHER"]

# How many speakers, organizations and people back are candidates, and how many tokens.
SPEAKERS_BACK = 6
_MENTIONS_BACK = 12
_PEOPLE_BACK = 3
_TOKENS_BACK = 250
_DISTANCES = (0, 1, 2, 4, 8)
_COUNTS = (1, 2, 4)
_SUBJECT = frozenset({"nsubj", "nsubj:pass"})
_SITE = re.compile(r"\w\.[a-z]{2,3}$")


class Source(NamedTuple):
    """Who speaks: a name (None for the unnamed), what it is, and the entity if it is one."""

    name: str | None
    kind: Kind
    entity: Entity | None = None


@dataclass(frozen=True)
class SourceReference:
    """Where a source is asked for: the token, the class of its noun ("media", "silent" …) and its lemma; `own` is what
    it is called by itself and `nobody` what it is if nobody is meant; `known` are sources that something tells of, by
    what tells it; `facts` what else holds there.
    """

    index: int
    noun_class: str
    lemma: str
    own: Source | None
    nobody: Source
    known: Sequence[tuple[str, Source]] = ()
    facts: Sequence[str] = ()


class Mentions:
    """The names of a text in its order, to look back from a place."""

    def __init__(self, entities: Mapping[int, Entity]) -> None:
        self._starts: list[int] = []
        self._entities: list[Entity] = []
        for i in sorted(entities):
            if entities.get(i - 1) is not entities[i]:
                self._starts.append(i)
                self._entities.append(entities[i])

    def before(self, index: int, count: int) -> Iterator[tuple[Entity, int]]:
        """The last names before a token, the nearest first, each with its first token."""
        at = bisect_left(self._starts, index) - 1
        for i in range(at, max(-1, at - count), -1):
            if index - self._starts[i] > _TOKENS_BACK:
                return
            yield self._entities[i], self._starts[i]


def candidates(
    analysis: Analysis,
    place: SourceReference,
    said: Sequence[Source | None],
    organizations: Mentions,
    people: Mentions,
) -> list[tuple[Source, list[str]]]:
    """All that a place may mean, nobody first, each with its features."""
    found: dict[tuple[str | None, str], tuple[Source, list[str]]] = {}

    def add(source: Source, *features: str) -> None:
        kept = found.setdefault((source.name, "" if source.name else source.kind), (source, []))
        kept[1].extend(feature for feature in features if feature not in kept[1])

    add(place.nobody, "nobody", *(f"nobody {fact}" for fact in place.facts))
    if place.own is not None:
        add(place.own, "own", *(f"own {fact}" for fact in place.facts))
    for relation, source in place.known:
        add(source, relation, *(f"{relation} {fact}" for fact in place.facts))
    for back, speaker in enumerate(reversed(said[-SPEAKERS_BACK:])):
        if speaker is not None:
            which = f"spoke {min(back, 2)} {speaker.kind}{'' if speaker.name else ' unnamed'}"
            add(speaker, which, *(f"spoke {back} {fact}" for fact in place.facts if back == 0))
    for kind, mentions, count in (("ORG", organizations, _MENTIONS_BACK), ("PER", people, _PEOPLE_BACK)):
        counts: dict[str, int] = {}
        for entity, start in mentions.before(place.index, count):
            if entity.name not in counts:
                source = Source(entity.name, "ORG" if kind == "ORG" else "PER", entity)
                add(source, *_named(analysis, place, start, kind, len(counts)))
            counts[entity.name] = counts.get(entity.name, 0) + 1
        for name, number in counts.items():
            found[name, ""][1].append(f"{kind} count {_bucket(number, _COUNTS)}")
    for source, features in found.values():
        if source.name is not None and source.kind != "OTHER" and source is not place.own:
            features.extend(_called(place, source))
    return [(source, list(_conjoined(place, features))) for source, features in found.values()]


def _named(analysis: Analysis, place: SourceReference, start: int, kind: str, rank: int) -> Iterator[str]:
    """What holds of a candidate by where it was named last."""
    token = analysis.tokens[start]
    here = analysis.tokens[place.index]
    yield f"{kind} rank {min(rank, 3)}"
    yield f"{kind} distance {_bucket(here.sentence - token.sentence, _DISTANCES)}"
    if token.rel in _SUBJECT:
        yield f"{kind} subject"
        if here.sentence - token.sentence <= 1:
            yield f"{kind} subject near"
    if here.paragraph == token.paragraph:
        yield f"{kind} same paragraph"
    if token.sentence == 0:
        yield f"{kind} in the first sentence"


def _called(place: SourceReference, source: Source) -> Iterator[str]:
    """What holds of a candidate by its name."""
    assert source.name is not None
    if source.kind == "ORG":
        yield "medium" if is_medium(source.name) else "no medium"
        if isinstance(source.entity, Organization):
            yield "abbreviation" if source.name.isupper() else "latin" if source.name.isascii() else "written out"
        else:
            yield "phrase"
        if place.lemma and place.lemma[:5] in source.name.lower():
            yield "name has the noun"
    else:
        yield "person"


def _conjoined(place: SourceReference, features: Sequence[str]) -> Iterator[str]:
    for feature in features:
        yield feature
        yield f"{place.noun_class}: {feature}"
    if place.lemma:
        yield f"{place.lemma}: {features[0]}"


@cache
def _media_words() -> frozenset[str]:
    return words("media_names.tsv")


@lru_cache(maxsize=10_000)
def is_medium(name: str) -> bool:
    """Whether an organization is known by its name as a newspaper, agency or channel."""
    parts = (part.strip("".join(QUOTATION_MARKS)) for part in name.lower().split())
    return any(part in _media_words() or _SITE.search(part) for part in parts)


def _bucket(value: int, bounds: Sequence[int]) -> str:
    return next((str(bound) for bound in bounds if value <= bound), "more")
