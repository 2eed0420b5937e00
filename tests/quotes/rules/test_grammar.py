"""Grammatical classes of tokens."""

from __future__ import annotations

import pytest
from quotes.texts import at, context_of

from extractor.quotes.rules import grammar
from extractor.reading.analysis import TokenSpan

FORMS = ("is_finite", "is_infinitive", "is_participle", "is_gerund", "is_short")


@pytest.mark.parametrize(
    ("text", "word", "form"),
    [
        ("Мэр сказал правду.", "сказал", "is_finite"),
        ("Мэр хочет сказать правду.", "сказать", "is_infinitive"),
        ("Мэр, сказавший правду, ушёл.", "сказавший", "is_participle"),
        ("Мэр ушёл, сказав правду.", "сказав", "is_gerund"),
        ("Мэр уверен в этом.", "уверен", "is_short"),
        ("Мэр уверен в этом.", "Мэр", None),
    ],
)
def test_each_form_is_of_one_class(text: str, word: str, form: str | None) -> None:
    context = context_of(text)
    token = context.token(at(context, word))
    assert [name for name in FORMS if getattr(grammar, name)(token)] == ([form] if form else [])
    assert grammar.may_be_finite(token) is (form in {"is_finite", "is_short", None})


def test_a_verb_has_a_subject_or_none() -> None:
    context = context_of("Мэр ушёл. Домой идти долго.")
    assert grammar.has_subject(context, at(context, "ушёл"))
    assert not grammar.has_subject(context, at(context, "идти"))


def test_a_finite_verb_counts_outside_marks_only() -> None:
    context = context_of("Мэр Лось о фильме «Они ушли»")
    assert not grammar.has_finite_verb(context, TokenSpan(0, len(context.analysis.tokens)))
    context = context_of("Мэр Лось ушёл с фильма «Мост»")
    assert grammar.has_finite_verb(context, TokenSpan(0, len(context.analysis.tokens)))
