"""What holds of every record, whatever the text: spans, ids, JSON, determinism."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor import Document, Extractor, Span
from extractor.text import printable

SAMPLES = [
    json.loads(line)["text"]
    for path in sorted((Path(__file__).resolve().parent.parent / "samples").glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
WORDS = (
    "Иван Петров Министр министра Ларисы Горностаевой ООО «Вектор» МЧС сказал сообщила заявил, что пообещал он она "
    "глава города По словам По данным Об этом его директор - — – . , : ; ! ? … « » \" “ ” „ ' ( ) \n \n\n \r\n 1 520,5 "
    "\u00a0 \u00ad \u0301 \ud800 \x00 😀 \ufeff - – — Петров: Корр.: А. А.П. США New York http://a.example/b?c=1 #тег"
)
PIECES = WORDS.split(" ")
COMPOSED = st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)
ANY = st.text(max_size=80)


def mutated() -> st.SearchStrategy[str]:
    """A stretch of a sample with characters thrown in, taken out and put twice."""

    def mutate(text: str, start: int, length: int, edits: list[tuple[int, int, str]]) -> str:
        text = text[start % len(text) :][:length]
        for at, removed, added in edits:
            at %= len(text) + 1
            text = text[:at] + added + text[at + removed :]
        return text

    edit = st.tuples(st.integers(0, 3000), st.integers(0, 5), st.sampled_from(["", *PIECES]))
    return st.builds(
        mutate, st.sampled_from(SAMPLES), st.integers(0, 3000), st.integers(1, 700), st.lists(edit, max_size=12)
    )


def spans(document: Document) -> Iterator[Span]:
    for entity in (*document.people, *document.organizations):
        yield from entity.mentions
    for quote in document.quotes:
        yield from quote.spans
        yield from (span for span in (quote.cue, quote.attribution) if span)
        if quote.speaker and quote.speaker.mention:
            yield quote.speaker.mention


def check(document: Document, text: str) -> None:
    """All that must hold of a record of `text`."""
    for span in spans(document):
        assert 0 <= span.start < span.end <= len(text)
        assert span.text == printable(text[span.start : span.end])
    entities = {entity.id: entity for entity in (*document.people, *document.organizations)}
    assert len(entities) == len(document.people) + len(document.organizations)
    for entity in entities.values():
        assert entity.name.strip()
        assert any(mention.kind == "name" for mention in entity.mentions)
        assert [mention.start for mention in entity.mentions] == sorted(mention.start for mention in entity.mentions)
    contents: list[Span] = []
    for quote in document.quotes:
        assert quote.spans
        assert quote.text == " ".join(span.text for span in quote.spans)
        assert all(a.end <= b.start for a, b in pairwise(quote.spans))
        if quote.attribution:
            inside = [quote.cue, quote.speaker.mention if quote.speaker else None]
            assert all(quote.attribution.start <= s.start < s.end <= quote.attribution.end for s in inside if s)
        if quote.speaker and quote.speaker.entity is not None:
            assert quote.speaker.entity in entities
        if not quote.anaphoric:
            contents += quote.spans
    contents.sort(key=lambda span: span.start)
    assert all(a.end <= b.start for a, b in pairwise(contents))
    assert Document.model_validate_json(document.model_dump_json()) == document


@pytest.mark.parametrize("text", SAMPLES, ids=range(len(SAMPLES)))
def test_samples(extractor: Extractor, text: str) -> None:
    check(extractor(text), text)


_FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_FEW
@given(ANY)
def test_any_text(extractor: Extractor, text: str) -> None:
    check(extractor(text), text)


@_FEW
@given(COMPOSED)
def test_words_and_marks_in_any_order(extractor: Extractor, text: str) -> None:
    check(extractor(text), text)


@_FEW
@given(mutated())
def test_broken_articles(extractor: Extractor, text: str) -> None:
    check(extractor(text), text)


def test_the_same_text_gives_the_same_record(extractor: Extractor) -> None:
    for text in SAMPLES:
        assert extractor(text, "a").model_dump_json() == extractor(text, "a").model_dump_json()


@pytest.mark.parametrize("workers", [1, 2])
def test_pipe_equals_one_by_one(extractor: Extractor, workers: int) -> None:
    pairs = [(str(i), text) for i, text in enumerate(SAMPLES)]
    assert list(extractor.pipe(pairs, workers=workers)) == [extractor(text, id) for id, text in pairs]


@pytest.mark.parametrize(
    "text",
    [
        "Иван Петров сказал что дом стоит у реки " * 500,
        '"' * 10_000,
        "«" * 10_000,
        "\n" * 100_000,
        "ы" * 100_000,
        "а-" * 10_000,
        "А." * 5_000,
        "😀" * 100_000,
        "Иванов: " * 1_500,
        "«Да», — сказал Иванов. " * 1_000,
        "«Да» — " * 1_500,
        "он сказал, что " * 1_000,
        "(" * 10_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_long_monotonous_texts_give_a_record(extractor: Extractor, text: str) -> None:
    check(extractor(text), text)
