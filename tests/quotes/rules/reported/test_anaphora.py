"""Quotes whose content is the sentence before."""

from __future__ import annotations

import pytest
from quotes.texts import by_rules, contents, lines, plain

ANAPHORIC = """
⟦Порт закроют в мае⟧. Об этом <сообщил> {Олег Кротов}.
⟦Порт закроют в мае⟧. Соответствующее заявление <сделал> мэр {Олег Кротов}.
⟦Порт закроют в мае⟧. К такому выводу <пришла> {комиссия}.
⟦Порт закроют в мае⟧. Об этом <говорится> в {сообщении мэрии}.
"""


@pytest.mark.parametrize("expected", lines(ANAPHORIC))
def test_the_sentence_before_is_the_content(expected: str) -> None:
    assert by_rules(plain(expected)) == [("reported: anaphoric", "indirect", expected)]


@pytest.mark.parametrize(
    "text",
    [
        # Nothing before; another anaphor before; the topic is told after it; nobody speaks.
        "Об этом сообщил Олег Кротов.",
        "Порт закрыли. Олег Кротов рассказал об этом, что удивило.",
        "Порт закрыли. Об этом сообщалось.",
    ],
)
def test_without_a_sentence_or_a_speaker_there_is_no_quote(text: str) -> None:
    assert [found for found in by_rules(text) if found[0] == "reported: anaphoric"] == []


def test_a_direct_quote_at_the_end_of_the_sentence_is_what_is_meant() -> None:
    text = "Олег Кротов написал: «Порт закроют в мае». Об этом сообщила Анна Ровная."
    assert [rule for rule, _, _ in by_rules(text)] == ["quote: marks"]


def test_an_anaphor_beside_a_relaying_medium() -> None:
    text = "Туристам выдали пледы и чай. Об этом рассказала представитель порта Эльвира Нагаева, передаёт ТАСС."
    assert contents(text) == [("indirect", "Туристам выдали пледы и чай")]
