"""Descriptions and pronouns ("глава государства", "он") tied to the people of the document."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.coreference.chains import chains
from extractor.coreference.references import Reference, references
from extractor.names.entities import Entities, Mention, MentionKind, with_mentions
from extractor.quotes.quote import Quote
from extractor.reading.analysis import Analysis
from extractor.reading.nominative import nominative


def resolve(analysis: Analysis, entities: Entities, quotes: Sequence[Quote]) -> Entities:
    """The entities with their description and pronoun mentions beside the names, none over a name of its own, and
    with those that mean nobody named.
    """
    people = list(entities.people)
    unnamed: list[Mention] = []
    for referent in chains(analysis, references(analysis, people), quotes):
        if referent.person is not None:
            others = [r for r in referent.references if r.kind != "name"]
            if others:
                names = {i for r in referent.references if r.kind == "name" for i in range(*r.span)}
                mentions = tuple(_mention(analysis, r) for r in others if names.isdisjoint(range(*r.span)))
                people[referent.person] = with_mentions(people[referent.person], mentions)
        else:
            unnamed.extend(Mention(r.span, _kind(r), certainty=r.certainty) for r in referent.references)
    return Entities(tuple(people), entities.organizations, tuple(sorted(unnamed, key=lambda m: m.span)))


def _mention(analysis: Analysis, reference: Reference) -> Mention:
    kind = _kind(reference)
    normal = nominative(analysis, reference.span) if kind == "description" else None
    return Mention(reference.span, kind, normal, reference.certainty)


def _kind(reference: Reference) -> MentionKind:
    return "description" if reference.kind == "description" else "pronoun"
