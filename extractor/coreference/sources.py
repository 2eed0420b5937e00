"""Which source a common noun stands for ("в компании", "в сообщении", "по данным издания").

The candidates are the sources that spoke before, the organizations and people named before, the phrase by itself, and
nobody; they are ranked by the weights "source" of `models/references.npz` (see `ranking.py`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from extractor.coreference.offices import PROPER_GRAMMEMES
from extractor.coreference.ranking import Choice, class_of
from extractor.names.entities import Entity, Organization
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.characters import QUOTATION_MARKS
from extractor.reading.grammar import SUBJECTS
from extractor.reading.morphology import best_parse, forms_of, may_be_among
from extractor.reading.nominative import nominative
from extractor.resources import rows, words

SourceKind = Literal["PER", "ORG", "OTHER"]

# Candidates are so many sources that spoke before and so many mentions of organizations and of people before, none of
# them more than so many tokens back.  They bound the time of a reference; the weights were learned with them.
SPEAKERS_BACK = 6
_ORGANIZATIONS_BACK = 12
_PEOPLE_BACK = 3
_TOKENS_BACK = 250
# Upper bounds of the classes of a distance in sentences and of a number of mentions.
_DISTANCES = (0, 1, 2, 4, 8)
_COUNTS = (1, 2, 4)
_SITE = re.compile(r"\w\.[a-z]{2,3}$")
_MARKS = "".join(QUOTATION_MARKS)


class Source(NamedTuple):
    """Who speaks: the name (None for the unnamed), what kind of source it is, and the entity if it is one."""

    name: str | None
    kind: SourceKind
    entity: Entity | None = None


class Speaker(NamedTuple):
    """The speaker of a quote: the mention beside it, the name over the whole document, and the entity if it is one.

    `certainty`, 0 to 1, is the probability that the mention, or the silence, means that name and no other (or none).
    """

    mention: TokenSpan | None
    name: str | None
    kind: SourceKind
    entity: Entity | None = None
    certainty: float = 1.0

    @property
    def source(self) -> Source:
        """Who the speaker is, wherever mentioned."""
        return Source(self.name, self.kind, self.entity)


@dataclass(frozen=True)
class SourceReference:
    """A common noun that stands for a source, or the pronoun that does ("в нём говорится").

    `index` is its token, `noun_class` its class in `models/speaker_nouns.tsv` or "other", `lemma` its lemma, "" for the
    pronoun.  `own` is the source
    that it names by itself ("полиция Лумерии"), `nobody` what it is where it means none that is named.  `known` are
    sources to which something ties it, each after the name of the tie; `facts` are further features of the place.
    """

    index: int
    noun_class: str
    lemma: str
    own: Source | None
    nobody: Source
    known: Sequence[tuple[str, Source]] = ()
    facts: Sequence[str] = ()


class EntityOrder:
    """The mentions of a text's entities in its order, to look back from a token."""

    def __init__(self, entities: Mapping[int, Entity]) -> None:
        self._starts: list[int] = []
        self._entities: list[Entity] = []
        for i in sorted(entities):
            if entities.get(i - 1) is not entities[i]:
                self._starts.append(i)
                self._entities.append(entities[i])

    def before(self, index: int, count: int) -> Iterator[tuple[Entity, int]]:
        """At most `count` entities mentioned before a token, the nearest first, each with the mention's first token."""
        at = bisect_left(self._starts, index) - 1
        for i in range(at, max(-1, at - count), -1):
            if index - self._starts[i] > _TOKENS_BACK:
                return
            yield self._entities[i], self._starts[i]


@cache
def _noun_classes() -> dict[str, str]:
    return {row[0]: row[1] for row in rows("speaker_nouns.tsv", 2)}


def noun_class(token: Token) -> str:
    """The class of a noun in `models/speaker_nouns.tsv`: what kind of source it stands for; "" for other words."""
    return _noun_classes().get(token.lower) or _noun_classes().get(token.lemma, "")


def _may_have_class(text: str) -> bool:
    return may_be_among(text.lower(), _noun_forms())


@cache
def _noun_forms() -> frozenset[str]:
    return forms_of(_noun_classes())


def source_nouns(analysis: Analysis) -> list[int]:
    """The tokens of a text whose form may have a lemma of `models/speaker_nouns.tsv`; no other has a class."""
    return analysis.where_form(_may_have_class)


def lemma_class(lemma: str) -> str | None:
    """The class of a lemma in `models/speaker_nouns.tsv`, None for other lemmas."""
    return _noun_classes().get(lemma)


def choices(
    analysis: Analysis,
    reference: SourceReference,
    said: Sequence[Source | None],
    organizations: EntityOrder,
    people: EntityOrder,
) -> list[Choice[Source]]:
    """All sources that a reference may mean, nobody first, with their features.

    `said` are the sources of the quotes before, the last one last.
    """
    found: dict[tuple[str | None, str], tuple[Source, list[str]]] = {}

    def add(source: Source, *features: str) -> None:
        kept = found.setdefault((source.name, "" if source.name else source.kind), (source, []))
        kept[1].extend(feature for feature in features if feature not in kept[1])

    add(reference.nobody, "nobody", *(f"nobody {fact}" for fact in reference.facts))
    if reference.own is not None:
        add(reference.own, "own", *(f"own {fact}" for fact in reference.facts))
    for tie, source in reference.known:
        add(source, tie, *(f"{tie} {fact}" for fact in reference.facts))
    for back, speaker in enumerate(reversed(said[-SPEAKERS_BACK:])):
        if speaker is not None:
            which = f"spoke {min(back, 2)} {speaker.kind}{'' if speaker.name else ' unnamed'}"
            add(speaker, which, *(f"spoke {back} {fact}" for fact in reference.facts if back == 0))
    order: tuple[tuple[Literal["ORG", "PER"], EntityOrder, int], ...] = (
        ("ORG", organizations, _ORGANIZATIONS_BACK),
        ("PER", people, _PEOPLE_BACK),
    )
    for kind, entities, count in order:
        counts: dict[str, int] = {}
        for entity, start in entities.before(reference.index, count):
            if entity.name not in counts:
                add(Source(entity.name, kind, entity), *_mentioned(analysis, reference, start, kind, len(counts)))
            counts[entity.name] = counts.get(entity.name, 0) + 1
        for name, number in counts.items():
            found[name, ""][1].append(f"{kind} count {class_of(number, _COUNTS)}")
    for source, features in found.values():
        if source.name is not None and source.kind != "OTHER" and source is not reference.own:
            features.extend(_called(reference, source))
    return [Choice(source, list(_conjoined(reference, features))) for source, features in found.values()]


def _mentioned(analysis: Analysis, reference: SourceReference, start: int, kind: str, rank: int) -> Iterator[str]:
    """The features of where a candidate was mentioned last, at token `start`."""
    token = analysis.tokens[start]
    here = analysis.tokens[reference.index]
    yield f"{kind} rank {min(rank, 3)}"
    yield f"{kind} distance {class_of(here.sentence - token.sentence, _DISTANCES)}"
    if token.rel in SUBJECTS:
        yield f"{kind} subject"
        if here.sentence - token.sentence <= 1:
            yield f"{kind} subject near"
    if here.paragraph == token.paragraph:
        yield f"{kind} same paragraph"
    if token.sentence == 0:
        yield f"{kind} in the first sentence"


def _called(reference: SourceReference, source: Source) -> Iterator[str]:
    """The features of a candidate's name."""
    assert source.name is not None
    if source.kind == "ORG":
        yield "medium" if is_medium(source.name) else "no medium"
        if isinstance(source.entity, Organization):
            yield "abbreviation" if source.name.isupper() else "latin" if source.name.isascii() else "written out"
        else:
            yield "phrase"
        if reference.lemma and reference.lemma[:5] in source.name.lower():
            yield "name has the noun"
    else:
        yield "person"


def _conjoined(reference: SourceReference, features: Sequence[str]) -> Iterator[str]:
    """Features, each also together with the class of the noun, and the first with its lemma."""
    for feature in features:
        yield feature
        yield f"{reference.noun_class}: {feature}"
    if reference.lemma:
        yield f"{reference.lemma}: {features[0]}"


@cache
def _media_words() -> frozenset[str]:
    return words("media_names.tsv")


@lru_cache(maxsize=10_000)
def is_medium(name: str) -> bool:
    """Whether the name of an organization tells that it is a newspaper, agency or channel."""
    parts = (part.strip(_MARKS) for part in name.lower().split())
    return any(part in _media_words() or _SITE.search(part) for part in parts)


def phrase_name(analysis: Analysis, span: TokenSpan) -> str:
    """A noun phrase as the name of a source: in the nominative, without quotation marks round the whole of it, and
    without a capital that only its sentence gives it ("Власти города" → "власти города").
    """
    name = unmarked(nominative(analysis, span))
    first = analysis.tokens[span.start]
    common = (
        first.name[2:] in ("", "COM")
        and first.text[1:].islower()
        and not PROPER_GRAMMEMES & best_parse(first.word).tag.grammemes
    )
    opens = analysis.sentence_of(span.start).start == span.start
    return name[0].lower() + name[1:] if common and opens and first.pos != "PROPN" else name


def unmarked(name: str) -> str:
    """A name without the quotation marks round the whole of it."""
    inner = name.strip()
    if len(inner) > 2 and inner[0] in _MARKS and inner[-1] in _MARKS and QUOTATION_MARKS.isdisjoint(inner[1:-1]):
        return inner[1:-1].strip()
    return inner
