"""Attributions beside an utterance, found from its edges."""

from __future__ import annotations

import pytest
from quotes.texts import at, context_of, shown

from extractor.quotes.rules.beside import (
    Attribution,
    attribution_after,
    attribution_before,
    clause_end,
    inserted_attribution,
    signature_after,
    split_at_attribution,
    with_introduction,
)
from extractor.reading.analysis import TokenSpan


def parts(text: str, attribution: Attribution | None) -> tuple[str, str | None] | None:
    """Cue and speaker of an attribution."""
    if attribution is None:
        return None
    context = context_of(text)
    return context.token(attribution.cue).text, shown(context, attribution.speaker)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("«Пора», — сказал мэр Олег Кротов.", ("сказал", "Олег Кротов")),
        ("«Пора», сказал Олег Кротов.", ("сказал", "Олег Кротов")),
        ("«Пора!» — сказал Олег Кротов.", ("сказал", "Олег Кротов")),
        # After a dash any verb with a subject will do.
        ("«Пора», — покраснел Олег Кротов.", ("покраснел", "Олег Кротов")),
        ("«Пора», покраснел Олег Кротов.", None),
        ("«Пора» ушло в печать.", None),
        ("«Пора», который сказал Олег Кротов.", None),
        ("«Пора»\nзаявил Олег Кротов.", ("заявил", "Олег Кротов")),
    ],
)
def test_attribution_after_a_closing_mark(text: str, expected: tuple[str, str] | None) -> None:
    context = context_of(text)
    assert parts(text, attribution_after(context, at(context, "»") + 1)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Олег Кротов сказал журналистам: «Пора».", ("сказал", "Олег Кротов")),
        ("Порт закроют: «Чайка» ушла.", None),
    ],
)
def test_attribution_before_a_colon(text: str, expected: tuple[str, str] | None) -> None:
    context = context_of(text)
    assert parts(text, attribution_before(context, at(context, ":"))) == expected


def test_the_span_of_an_attribution_holds_cue_and_speaker() -> None:
    assert Attribution(5, TokenSpan(2, 4), 8).span == TokenSpan(2, 6)
    assert Attribution(5, None, 8).span == TokenSpan(5, 6)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("сказал Олег Кротов, приехав в порт. Дождь шёл.", "."),
        ("сказал Олег Кротов: Дождь шёл.", ":"),
        ("сказал Олег Кротов, — дождь шёл.", ","),
    ],
)
def test_the_clause_of_an_attribution_ends_at_a_stop_a_colon_or_before_a_dash(text: str, end: str) -> None:
    context = context_of(text)
    found = clause_end(context, 0, len(context.analysis.tokens))
    assert context.token(found).text == end


def test_an_utterance_is_split_at_the_attribution_inside_it() -> None:
    text = "Мы всё проверим, — пояснил Денис Полухин, — а потом начнём"
    context = context_of(text)
    first, attribution, rest = split_at_attribution(context, TokenSpan(0, len(context.analysis.tokens)), unclosed=False)
    assert isinstance(first, TokenSpan) and isinstance(attribution, Attribution) and isinstance(rest, TokenSpan)
    assert shown(context, first) == "Мы всё проверим,"
    assert parts(text, attribution) == ("пояснил", "Денис Полухин")
    assert shown(context, rest) == "— а потом начнём"


def test_without_a_closing_mark_only_words_after_a_second_dash_belong_to_the_utterance() -> None:
    context = context_of("Мы всё проверим, — пояснил Денис Полухин. Гости разошлись")
    whole = TokenSpan(0, len(context.analysis.tokens))
    assert len(split_at_attribution(context, whole, unclosed=True)) == 2
    assert len(split_at_attribution(context, whole, unclosed=False)) == 3


def test_a_first_person_inside_an_utterance_is_no_attribution() -> None:
    context = context_of("Мост готов, — говорю я вам, — идите смело")
    assert inserted_attribution(context, TokenSpan(0, len(context.analysis.tokens))) is None


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("«Пора строить».\nЛев Бородин, мэр", "Лев Бородин"),
        ("«Пора строить». Директор порта о ремонте", "Директор порта"),
        ("«Пора строить». Лев Бородин уехал.", None),
        ("«Пора строить». Дождь и ветер", None),
    ],
)
def test_a_signature_names_the_speaker_without_a_verb(text: str, speaker: str | None) -> None:
    context = context_of(text)
    assert shown(context, signature_after(context, at(context, "»") + 1)) == speaker


def test_a_label_or_a_cue_before_the_colon_introduces_an_utterance() -> None:
    label = context_of("Мэр Инга Савина на месте аварии: воду дадут")
    quote = with_introduction(label, "alone", (TokenSpan(7, 9),), at(label, ":"))
    assert (quote.construction, shown(label, quote.speaker), quote.cue) == ("label", "Инга Савина", None)
    cue = context_of("Мэр Инга Савина сообщила: воду дадут")
    quote = with_introduction(cue, "alone", (TokenSpan(5, 7),), at(cue, ":"))
    assert (quote.construction, shown(cue, quote.speaker), shown(cue, quote.cue)) == (
        "before",
        "Инга Савина",
        "сообщила",
    )
    assert with_introduction(cue, "alone", (TokenSpan(5, 7),), 1).construction == "alone"
