"""What must hold of every record, whatever the text: used by the property tests and by fuzz.py."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from extractor import Document, Person, Quote, Span
from extractor.reading.text import printable


def check(document: Document, text: str) -> None:
    """Raises AssertionError if the record of `text` breaks a rule that holds of every record."""
    assert document.failed == ()
    for span in spans(document):
        assert 0 <= span.start < span.end <= len(text), span
        assert span.text == printable(text[span.start : span.end]), span
    check_entities(document)
    for quote in document.quotes:
        check_quote(document, quote)
    check_overlaps(document)
    line = document.model_dump_json()
    line.encode()  # fails on a lone surrogate
    assert "\n" not in line
    assert Document.model_validate_json(line) == document


def spans(document: Document) -> Iterator[Span]:
    """Yields every span of a record."""
    yield from document.article
    for entity in (*document.people, *document.organizations):
        yield from entity.mentions
    for quote in document.quotes:
        yield from quote.spans
        yield from (span for span in (quote.cue, quote.attribution) if span)
        if quote.speaker and quote.speaker.mention:
            yield quote.speaker.mention


def check_entities(document: Document) -> None:
    """Ids are unique; every entity has a name and a mention by name; mentions are in order, none overlaps a name."""
    entities = (*document.people, *document.organizations)
    assert len({entity.id for entity in entities}) == len(entities)
    for entity in entities:
        assert entity.name.strip(), entity
        assert any(mention.kind == "name" for mention in entity.mentions), entity
        assert all(a.start <= b.start for a, b in pairwise(entity.mentions)), entity
        assert all(a.end <= b.start or "name" not in (a.kind, b.kind) for a, b in pairwise(entity.mentions)), entity
        assert all(mention.normal is None or mention.normal.strip() for mention in entity.mentions), entity
    for person in document.people:
        assert all(role.strip() for role in person.roles), person
        assert len(set(person.roles)) == len(person.roles), person


def check_quote(document: Document, quote: Quote) -> None:
    """Fragments are in order; cue and speaker lie within the attribution and outside the content; the speaker's entity
    is in the record.
    """
    assert quote.spans
    assert quote.text == " ".join(span.text for span in quote.spans)
    assert quote.text.strip()
    assert all(a.end <= b.start for a, b in pairwise(quote.spans)), quote
    assert 0 <= quote.confidence <= 1
    speaker = quote.speaker
    beside = [span for span in (quote.cue, speaker.mention if speaker else None) if span]
    for span in beside:
        assert all(disjoint(span, fragment) for fragment in quote.spans), quote
        assert quote.attribution, quote
        assert within(span, quote.attribution), quote
    assert len(beside) < 2 or disjoint(*beside) or within(*beside) or within(*reversed(beside)), quote
    if speaker and speaker.entity is not None:
        entities = {entity.id: entity for entity in (*document.people, *document.organizations)}
        assert speaker.entity in entities, quote
        person = isinstance(entities[speaker.entity], Person)
        assert speaker.kind == ("PER" if person else "ORG"), quote
        assert speaker.name, quote


def check_overlaps(document: Document) -> None:
    """Contents do not overlap, except that of an anaphoric quote, which may contain another or lie within it."""
    starts = [quote.spans[0].start for quote in document.quotes]
    assert starts == sorted(starts)
    own = sorted((s for q in document.quotes if not q.anaphoric for s in q.spans), key=lambda span: span.start)
    assert all(a.end <= b.start for a, b in pairwise(own))
    for quote in document.quotes:
        if quote.anaphoric:
            for content in quote.spans:
                for other in own:
                    assert disjoint(content, other) or within(content, other) or within(other, content), quote


def disjoint(a: Span, b: Span) -> bool:
    """Tells whether two spans share no character."""
    return a.end <= b.start or b.end <= a.start


def within(inner: Span, outer: Span) -> bool:
    """Tells whether a span lies within another."""
    return outer.start <= inner.start and inner.end <= outer.end
