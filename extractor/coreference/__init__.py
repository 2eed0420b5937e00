"""Coreference: who every description, every pronoun and every speaker of a quote is.

    references → chains → speakers (with sources, bodies, silence) → own words

`resolve` is the only way in.  The speaker of a quote and the "I" inside it are resolved to the same person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractor.coreference.chains import Referent, Walk
from extractor.coreference.references import Reference, references
from extractor.coreference.sources import Speaker
from extractor.coreference.speakers import ResolvedSpeakers, SpeakerResolver
from extractor.names.entities import Entities, Entity, Mention, MentionKind, Organization, with_mentions
from extractor.names.index import head_or_first
from extractor.quotes.quote import Quote
from extractor.reading.analysis import Analysis
from extractor.reading.nominative import nominative

# From this probability on a description of an organization, or a pronoun that repeats one, counts as its mention, where
# it speaks no quote: the weights were learned from speakers alone (`chains.py` has the bar of pronouns of its names).
# Swept on RuCoCo, documents 301 to 700, as the share of descriptions in the gold chain of the organization's name, of
# those in any: 0.87 from 0.6 on (152), 0.90 from 0.7 (117), 0.93 from 0.75 (101) and from 0.8 (81).  Nouns by which the
# text calls no organization are left out: 0.76 from 0.75 on (21), 0.77 from 0.8 (13).
_LEAST_CERTAINTY = 0.75


def resolve(analysis: Analysis, entities: Entities, quotes: Sequence[Quote]) -> tuple[Entities, list[Speaker | None]]:
    """The entities with their descriptions and pronouns beside their names, and the speaker of each quote.

    `entities` are those that the text names, with their name mentions.  A speaker is None only where nothing in the
    text says who speaks; the entity of a speaker is one of the entities that are returned.
    """
    walk = Walk(analysis, references(analysis, entities.people, entities.organizations), quotes)
    walk.run()
    known = with_references(analysis, entities, walk)
    before = {number: len(referent.references) for number, referent in walk.named.items()}
    resolved = SpeakerResolver(analysis, known, quotes).run()
    numbers = {id(person): number for number, person in enumerate(known.people)}
    walk.bind_own_words([None if s is None else numbers.get(id(s.entity)) for s in resolved.speakers])
    people = list(known.people)
    for number, referent in walk.named.items():
        added = referent.references[before.get(number, 0) :]
        people[number] = with_mentions(people[number], [_mention(analysis, r) for r in added])
    whole = replace(
        known,
        people=tuple(people),
        organizations=_with_descriptions(analysis, known.organizations, resolved, walk.things),
    )
    return whole, _with_final_entities(resolved.speakers, known, whole)


def with_references(analysis: Analysis, entities: Entities, walk: Walk) -> Entities:
    """The entities with the references of the walk beside their names; `unnamed` are those to nobody named."""
    people = list(entities.people)
    for number, referent in walk.named.items():
        names = {i for r in referent.references if r.kind == "name" for i in range(*r.span)}
        others = (r for r in referent.references if r.kind != "name" and names.isdisjoint(range(*r.span)))
        people[number] = with_mentions(people[number], [_mention(analysis, r) for r in others])
    organizations = list(entities.organizations)
    for number, referent in walk.organizations.items():
        others = (r for r in referent.references if r.kind != "organization")
        organizations[number] = with_mentions(organizations[number], [_mention(analysis, r) for r in others])
    unnamed = [Mention(r.span, _kind(r), certainty=r.certainty) for one in walk.unnamed for r in one.references]
    return replace(
        entities,
        people=tuple(people),
        organizations=tuple(organizations),
        unnamed=tuple(sorted(unnamed, key=lambda m: m.span)),
    )


def _with_descriptions(
    analysis: Analysis, organizations: Sequence[Organization], resolved: ResolvedSpeakers, things: Sequence[Referent]
) -> tuple[Organization, ...]:
    """The organizations with their descriptions, and with the pronouns that repeat one of these."""
    repeated_things = [thing for thing in things if len(thing.references) > 1]
    if not resolved.descriptions and not repeated_things:
        return tuple(organizations)
    found: dict[int, list[Mention]] = {id(organization): [] for organization in organizations}
    at_token: dict[int, Organization] = {}
    for organization in organizations:
        for mention in organization.mentions:
            at_token.update(dict.fromkeys(range(*mention.span), organization))
    for organization, mention in resolved.descriptions:
        if mention.certainty >= _LEAST_CERTAINTY or mention.span in resolved.speaking:
            found[id(organization)].append(mention)
            at_token[head_or_first(analysis, mention.span)] = organization
    for thing in repeated_things:
        first, *pronouns = thing.references
        repeated = at_token.get(first.head)
        if repeated is not None:
            found[id(repeated)] += [_mention(analysis, r) for r in pronouns if r.certainty >= _LEAST_CERTAINTY]
    return tuple(with_mentions(organization, found[id(organization)]) for organization in organizations)


def _mention(analysis: Analysis, reference: Reference) -> Mention:
    kind = _kind(reference)
    normal = nominative(analysis, reference.span) if kind == "description" else None
    return Mention(reference.span, kind, normal, reference.certainty)


def _kind(reference: Reference) -> MentionKind:
    return "description" if reference.kind == "description" else "pronoun"


def _with_final_entities(speakers: Sequence[Speaker | None], before: Entities, after: Entities) -> list[Speaker | None]:
    """The speakers, each with the final copy of its entity, which has all mentions."""
    pairs: Iterator[tuple[Entity, Entity]] = zip(
        (*before.people, *before.organizations), (*after.people, *after.organizations), strict=True
    )
    now = {id(old): new for old, new in pairs}
    return [s if s is None or s.entity is None else s._replace(entity=now[id(s.entity)]) for s in speakers]
