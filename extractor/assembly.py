"""Makes the record of what the stages found: spans of tokens become spans of characters in the text as given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from extractor import records
from extractor.confidence import Confidence
from extractor.coreference.sources import Speaker
from extractor.names.entities import Entities, Mention
from extractor.quotes.quote import Quote
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.text import printable
from extractor.version import __version__

T = TypeVar("T")
Entity = TypeVar("Entity", records.Person, records.Organization)

# The fields of a record that is not made yet: validating the whole document at once takes half as long as making and
# validating each record by itself.
Fields = dict[str, Any]


def assemble(
    analysis: Analysis,
    entities: Entities,
    quotes: Sequence[Quote],
    speakers: Sequence[Speaker | None],
    confidences: Sequence[Confidence],
    id: str,
    failed: Sequence[str] = (),
) -> records.Document:
    """The record of a text, from what each stage found in it.

    `speakers` and `confidences` have an entry for each quote; `id` is the document's; `failed` are the names of the
    stages that failed on the text.
    """
    ids = _ids(entities)
    return records.Document.of_source(
        analysis.source_text.raw,
        id=printable(id),
        version=__version__,
        people=[
            {
                "id": person_id,
                "name": person.name,
                "first": person.first,
                "middle": person.middle,
                "last": person.last,
                "gender": person.gender,
                "roles": person.roles,
                "mentions": _mentions(analysis, person.mentions),
            }
            for person_id, person in _numbered("P", entities.people)
        ],
        organizations=[
            {
                "id": organization_id,
                "name": organization.name,
                "short": organization.short,
                "mentions": _mentions(analysis, organization.mentions),
            }
            for organization_id, organization in _numbered("O", entities.organizations)
        ],
        quotes=sorted(
            (
                _quote(analysis, quote, speaker, sure, ids)
                for quote, speaker, sure in zip(quotes, speakers, confidences, strict=True)
            ),
            key=lambda quote: int(quote["spans"][0]["start"]),
        ),
        article=list(_article(analysis)),
        failed=failed,
    )


def within_article(document: records.Document) -> records.Document:
    """The record without what stands around the article: the mentions there, the quotes that begin there, and the
    people and organizations that are then neither mentioned nor the speaker of a quote.

    What stays is as the whole text gives it: an entity its name, gender and roles, a quote its speaker, cue and
    attribution, wherever they stand.  So the speaker of a quote may be an entity without mentions, where it is named
    only around the article.  Entities are numbered anew.
    """
    quotes = [quote for quote in document.quotes if quote.in_article]
    speaking = {quote.speaker.entity for quote in quotes if quote.speaker is not None}
    people = _present("P", document.people, speaking)
    organizations = _present("O", document.organizations, speaking)
    ids = {old: person.id for old, person in people.items()}
    ids |= {old: organization.id for old, organization in organizations.items()}
    return document.model_copy(
        update={
            "people": tuple(people.values()),
            "organizations": tuple(organizations.values()),
            "quotes": tuple(_renumbered(quote, ids) for quote in quotes),
        }
    )


def _present(letter: str, entities: Iterable[Entity], speaking: Collection[str | None]) -> dict[str, Entity]:
    """The entities that the article mentions or whose ids are in `speaking`, by these ids: with a new id, made as
    `_numbered` does, and with their mentions in the article.
    """
    found: dict[str, Entity] = {}
    for entity in entities:
        mentions = tuple(mention for mention in entity.mentions if mention.in_article)
        if mentions or entity.id in speaking:
            found[entity.id] = entity.model_copy(update={"id": f"{letter}{len(found) + 1}", "mentions": mentions})
    return found


def _renumbered(quote: records.Quote, ids: Mapping[str, str]) -> records.Quote:
    """The quote with the new id of its speaker's entity, by the old one."""
    speaker = quote.speaker
    if speaker is None or speaker.entity is None:
        return quote
    return quote.model_copy(update={"speaker": speaker.model_copy(update={"entity": ids[speaker.entity]})})


def _numbered(letter: str, entities: Iterable[T]) -> Iterator[tuple[str, T]]:
    """Entities with their ids: a letter and a number from 1."""
    return ((f"{letter}{number}", entity) for number, entity in enumerate(entities, 1))


def _article(analysis: Analysis) -> Iterator[Fields]:
    """Yields the longest stretches of the text as given in which all paragraphs belong to the article."""
    spans = sorted((analysis.given_span(span), analysis.in_article(span.start)) for span in analysis.paragraphs)
    for belongs, run in groupby(spans, key=itemgetter(1)):
        if belongs:
            stretch = [span for span, _ in run]
            yield _characters(analysis, stretch[0][0], stretch[-1][1])


def _ids(entities: Entities) -> dict[int, str]:
    """The record id of each entity, by its identity, since hashing an entity takes as long as it has mentions."""
    numbered = (*_numbered("P", entities.people), *_numbered("O", entities.organizations))
    return {id(entity): name for name, entity in numbered}


def _span(analysis: Analysis, span: TokenSpan) -> Fields:
    return _characters(analysis, *analysis.given_span(span))


def _characters(analysis: Analysis, start: int, end: int) -> Fields:
    return {"start": start, "end": end, "text": printable(analysis.source_text.raw[start:end])}


def _optional_span(analysis: Analysis, span: TokenSpan | None) -> Fields | None:
    return None if span is None else _span(analysis, span)


def _mentions(analysis: Analysis, mentions: Iterable[Mention]) -> list[Fields]:
    """The mentions of an entity in the order of the text as given."""
    return sorted((_mention(analysis, mention) for mention in mentions), key=lambda mention: int(mention["start"]))


def _mention(analysis: Analysis, mention: Mention) -> Fields:
    return {
        **_span(analysis, mention.span),
        "kind": mention.kind,
        "normal": mention.normal,
        "in_article": analysis.in_article(mention.span.start),
    }


def _quote(analysis: Analysis, quote: Quote, speaker: Speaker | None, sure: Confidence, ids: dict[int, str]) -> Fields:
    spans = [_span(analysis, fragment) for fragment in quote.fragments]
    return {
        "type": quote.type,
        "text": " ".join([span["text"] for span in spans]),
        "spans": spans,
        "speaker": None if speaker is None else _speaker(analysis, speaker, ids),
        "cue": _optional_span(analysis, quote.cue),
        "attribution": _optional_span(analysis, quote.attribution),
        "confidence": sure.quote,
        "speaker_confidence": sure.speaker,
        "anaphoric": quote.anaphoric,
        "in_article": analysis.in_article(quote.fragments[0].start),
    }


def _speaker(analysis: Analysis, speaker: Speaker, ids: dict[int, str]) -> Fields:
    return {
        "mention": _optional_span(analysis, speaker.mention),
        "name": speaker.name,
        "kind": speaker.kind,
        "entity": ids[id(speaker.entity)] if speaker.entity is not None else None,
    }
