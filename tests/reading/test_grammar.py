"""Grammatical classes of tokens."""

from __future__ import annotations

import pytest

from extractor.reading import grammar
from extractor.reading.analysis import Analysis, read

FORMS = ("is_finite", "is_infinitive", "is_participle", "is_gerund", "is_short")


def _at(analysis: Analysis, word: str) -> int:
    return next(token.index for token in analysis.tokens if token.text == word)


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
    analysis = read(text)
    token = analysis.tokens[_at(analysis, word)]
    assert [name for name in FORMS if getattr(grammar, name)(token)] == ([form] if form else [])
    assert grammar.may_be_finite(token) is (form in {"is_finite", "is_short", None})


def test_a_verb_has_a_subject_or_none() -> None:
    analysis = read("Мэр ушёл. Домой идти долго.")
    assert grammar.has_subject(analysis, _at(analysis, "ушёл"))
    assert not grammar.has_subject(analysis, _at(analysis, "идти"))
