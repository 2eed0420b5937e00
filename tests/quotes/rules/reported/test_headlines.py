"""Headlines that name a speaker without a cue."""

from __future__ import annotations

import pytest
from quotes.texts import by_rules, context_of

from extractor.quotes.rules.reported.headlines import may_be_headline

WITH_LABEL, BEFORE_DASH = "reported: headline with a label", "reported: headline before a dash"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (WITH_LABEL, "{Мэр города}: ⟦фонтан включат на площади⟧"),
        (WITH_LABEL, "{Олег Кротов}: ⟦порт закроют весной⟧"),
        (BEFORE_DASH, "⟦Посевная завершена на две трети⟧ - {Минсельхоз}"),
    ],
)
def test_a_headline_with_its_speaker(rule: str, expected: str) -> None:
    assert by_rules(expected.translate(str.maketrans("", "", "⟦⟧{}"))) == [(rule, "indirect", expected)]


@pytest.mark.parametrize(
    "text",
    [
        "Хоккей: «Кама» победила",
        # A person after a dash may be the topic as well.
        "Порт закроют весной — Олег Кротов",
        # No predicate, two words, an address.
        "Мэр Лужинска: фонтан и площадь",
        "Мэр Лужинска: всё решено",
        "Источник: https://www.example.ru/news/12.html",
    ],
)
def test_other_headlines(text: str) -> None:
    assert by_rules(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Порт закроют весной", False), ("Порт закроют этой весной", True), ("Мэр сказал о порте:", False)],
)
def test_what_can_be_a_headline(text: str, expected: bool) -> None:
    context = context_of(text)
    assert may_be_headline(context, context.analysis.paragraphs[0]) is expected
