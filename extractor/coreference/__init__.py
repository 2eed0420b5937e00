"""Coreference: who every description, every pronoun and every speaker of a quote is.

    references → chains → speakers (with sources, bodies, silence) → own words

`resolve` is the door.  It answers once for each token: a quote's speaker and the "I" inside the quote are one person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractor.coreference.chains import Walk
from extractor.coreference.references import Reference, references
from extractor.coreference.sources import Speaker
from extractor.coreference.speakers import SpeakerResolver
from extractor.names.entities import Entities, Entity, Mention, MentionKind, with_mentions
from extractor.quotes.quote import Quote
from extractor.reading.analysis import Analysis
from extractor.reading.nominative import nominative


def resolve(analysis: Analysis, entities: Entities, quotes: Sequence[Quote]) -> tuple[Entities, list[Speaker | None]]:
    """The entities with their descriptions and pronouns beside their names, and the speaker of each quote.

    `entities` are those that the text names, with their name mentions.  A speaker is None only where nothing in the
    text says who speaks; the entity of a speaker is one of the entities that are returned.
    """
    walk = Walk(analysis, references(analysis, entities.people), quotes)
    walk.run()
    known = with_references(analysis, entities, walk)
    speakers = SpeakerResolver(analysis, known, quotes).run()
    numbers = {id(person): number for number, person in enumerate(known.people)}
    walk.bind_own_words([None if s is None else numbers.get(id(s.entity)) for s in speakers])
    whole = with_references(analysis, entities, walk)
    return whole, _pointed(speakers, known, whole)


def with_references(analysis: Analysis, entities: Entities, walk: Walk) -> Entities:
    """The entities with the references of the walk beside the names of people; `unnamed` are those to nobody named."""
    people = list(entities.people)
    for number, referent in walk.named.items():
        names = {i for r in referent.references if r.kind == "name" for i in range(*r.span)}
        others = (r for r in referent.references if r.kind != "name" and names.isdisjoint(range(*r.span)))
        people[number] = with_mentions(people[number], [_mention(analysis, r) for r in others])
    unnamed = [Mention(r.span, _kind(r), certainty=r.certainty) for one in walk.unnamed for r in one.references]
    return replace(entities, people=tuple(people), unnamed=tuple(sorted(unnamed, key=lambda m: m.span)))


def _mention(analysis: Analysis, reference: Reference) -> Mention:
    kind = _kind(reference)
    normal = nominative(analysis, reference.span) if kind == "description" else None
    return Mention(reference.span, kind, normal, reference.certainty)


def _kind(reference: Reference) -> MentionKind:
    return "description" if reference.kind == "description" else "pronoun"


def _pointed(speakers: Sequence[Speaker | None], before: Entities, after: Entities) -> list[Speaker | None]:
    """The speakers with the entities `after` in place of the same ones `before` they had all their mentions."""
    pairs: Iterator[tuple[Entity, Entity]] = zip(
        (*before.people, *before.organizations), (*after.people, *after.organizations), strict=True
    )
    now = {id(old): new for old, new in pairs}
    return [s if s is None or s.entity is None else s._replace(entity=now[id(s.entity)]) for s in speakers]
