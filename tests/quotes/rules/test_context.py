"""What every rule reads of a text."""

from __future__ import annotations

import pytest
from quotes.texts import at, context_of

from extractor.quotes.rules.context import words_of
from extractor.reading.analysis import TokenSpan


def test_depth_counts_the_closed_stretches_round_a_token() -> None:
    context = context_of("Он сказал: «Завод «Литейщик» стоит».")
    assert [context.depth[at(context, word)] for word in ("сказал", "Завод", "Литейщик", "стоит")] == [0, 1, 2, 1]


def test_a_stretch_without_its_closing_mark_holds_nothing() -> None:
    context = context_of("Он сказал: «Завод стоит.")
    assert len(context.stretches) == 1
    assert set(context.depth) == {0}


def test_cues_are_the_tokens_with_frames() -> None:
    context = context_of("По словам мэра, порт закроют, сообщил Лось.")
    assert [context.token(index).text for index in context.cues] == ["словам", "сообщил"]


def test_stretches_are_found_by_the_span_that_holds_them() -> None:
    context = context_of("Он назвал порт «дырой», а мост «гордостью».")
    everything = TokenSpan(0, len(context.analysis.tokens))
    assert len(list(context.stretches_in(everything))) == 2
    assert len(list(context.stretches_in(TokenSpan(0, at(context, "а"))))) == 1
    assert list(context.stretches_in(TokenSpan(0, at(context, "дырой")))) == []


def test_the_closing_mark_is_found_by_the_opening_one() -> None:
    context = context_of("Он назвал порт «дырой».")
    assert context.closing_mark(at(context, "«")) == at(context, "»")
    assert context.closing_mark(0) is None
    unclosed = context_of("Он сказал: «Завод стоит.")
    assert unclosed.closing_mark(at(unclosed, "«")) is None


def test_function_words_are_known_by_group_without_regard_to_ё() -> None:
    context = context_of("Её дом там, где её сад.")
    assert context.is_word_of(0, "whose")
    assert context.is_word_of(at(context, "где"), "relative")
    assert not context.is_word_of(0, "relative")
    assert not context.is_word_of(-1, "whose") and not context.is_word_of(100, "whose")
    with pytest.raises(KeyError):
        words_of("no such group")


def test_a_finite_verb_counts_outside_marks_only() -> None:
    context = context_of("Мэр Лось о фильме «Они ушли»")
    assert not context.has_finite_verb(TokenSpan(0, len(context.analysis.tokens)))
    context = context_of("Мэр Лось ушёл с фильма «Мост»")
    assert context.has_finite_verb(TokenSpan(0, len(context.analysis.tokens)))
