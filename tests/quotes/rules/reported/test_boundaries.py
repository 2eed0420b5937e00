"""Boundaries of reported content and of the attributions inside it."""

from __future__ import annotations

import pytest
from quotes.texts import at, by_rules, context_of, plain, sentence, shown

from extractor.quotes.rules.reported.boundaries import (
    aside_limit,
    clause_start,
    content_end,
    interrupted_start,
    sentence_limit,
    without_relay,
)
from extractor.reading.analysis import TokenSpan


@pytest.mark.parametrize(
    ("text", "cue", "first", "content"),
    [
        ("Врач сообщил, что вирус отступил.", "сообщил", "вирус", "вирус отступил."),
        ("Врач сообщил, что вирус отступил, и добавил, что капли не нужны.", "сообщил", "вирус", "вирус отступил"),
        ("Врач сообщил, что вирус отступил, добавив, что капли не нужны.", "сообщил", "вирус", "вирус отступил"),
        ("Врач сообщил, что вирус отступил, и уехал домой.", "сообщил", "вирус", "вирус отступил"),
        ("Врач сообщил, что вирус отступил, передаёт «Волна».", "сообщил", "вирус", "вирус отступил"),
        ("Врач (сообщив, что вирус отступил) уехал.", "сообщив", "вирус", "вирус отступил"),
        ("Врач сообщил, что вирус отступил #новости", "сообщил", "вирус", "вирус отступил"),
    ],
)
def test_a_clause_ends_where_the_reporter_speaks_again(text: str, cue: str, first: str, content: str) -> None:
    context = context_of(text)
    start = at(context, first)
    end = content_end(context, at(context, cue), start, sentence(context))
    assert shown(context, TokenSpan(start, end)) == content


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Порт закроют, передаёт «Волна».", "Порт закроют"),
        ("Порт закроют, как сообщает Анна Ровная.", "Порт закроют"),
        ("Порт закроют, если Анна Ровная уедет.", "Порт закроют, если Анна Ровная уедет."),
    ],
)
def test_a_relaying_medium_is_no_content(text: str, expected: str) -> None:
    context = context_of(text)
    assert shown(context, TokenSpan(0, without_relay(context, 0, len(context.analysis.tokens)))) == expected


@pytest.mark.parametrize(
    ("text", "attribution"),
    [
        ("По словам мэра, порт закроют.", "По словам мэра"),
        ("По словам мэра, который приехал в порт, его закроют.", "По словам мэра, который приехал в порт"),
        ("По словам мэра, приехавшего в порт, его закроют.", "По словам мэра, приехавшего в порт"),
        ("По словам мэра (он приехал вчера), порт закроют.", "По словам мэра (он приехал вчера)"),
    ],
)
def test_an_aside_ends_after_what_describes_its_speaker(text: str, attribution: str) -> None:
    context = context_of(text)
    speaker = TokenSpan(2, 3)
    assert shown(context, TokenSpan(0, aside_limit(context, 1, speaker, sentence(context)))) == attribution


@pytest.mark.parametrize(
    ("text", "opener", "first", "interrupted"),
    [
        ("Порт, сообщил мэр, закроют.", "сообщил", "Порт", "Порт"),
        ("Дождь шёл; порт, сообщил мэр, закроют.", "сообщил", "порт", "порт"),
        ("Дождь шёл, но порт, сообщил мэр, открыли.", "сообщил", "Дождь", "порт"),
        ("Известно, что порт, сообщил мэр, открыли.", "сообщил", "Известно", "порт"),
    ],
)
def test_where_content_before_an_attribution_begins(text: str, opener: str, first: str, interrupted: str) -> None:
    context = context_of(text)
    place = at(context, opener) - 1
    assert context.token(clause_start(context, place, sentence(context))).text == first
    assert context.token(interrupted_start(context, place, sentence(context))).text == interrupted


def test_content_inside_marks_ends_with_them() -> None:
    context = context_of("«Порт, по словам мэра, закроют» и мост.")
    opener = at(context, "по")
    assert sentence_limit(context, opener, opener + 3, sentence(context)) == at(context, "»")


def test_a_report_in_a_subordinate_clause_ends_where_the_main_clause_goes_on() -> None:
    expected = "После того как {Глеб Санин} <сообщил>, что ⟦порт закроют⟧, рабочие уехали."
    assert by_rules(plain(expected)) == [("reported: clause", "indirect", expected)]
