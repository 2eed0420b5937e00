"""Quoted words inside the reporter's own sentence."""

from __future__ import annotations

import pytest
from quotes.texts import by_rules, context_of, lines, plain

from extractor.quotes.rules.reported.claimed import Claimed
from extractor.quotes.rules.reported.fragments import fragments, is_speech

FRAGMENTS = """
Дачник {Ефим Сухарев} <назвал> урожай «⟦позором района⟧».
Мэр {Пётр Лужин} <призвал> жителей, которые имеют влияние на соседей, «⟦не кричать и не выдумывать небылицы⟧».
Режиссёр {Марк Лужин} <посоветовал> ему «⟦реже спорить с соседом⟧».
{Глеб Санин} <пообещал> «⟦разобраться до пятницы⟧».
{Азат Каримов} <призвал> «⟦беречь воду⟧» и «⟦сажать деревья⟧».
{Он} <назвал> решение «⟦преступным⟧», а чиновников — «⟦слепыми⟧».
"""


@pytest.mark.parametrize("expected", lines(FRAGMENTS))
def test_quoted_words_of_a_cue(expected: str) -> None:
    assert by_rules(plain(expected)) == [("reported: fragment", "mixed", expected)]


@pytest.mark.parametrize(
    "text",
    [
        "Так называемые «опытные садоводы» загубили аллею за неделю.",
        "Ефим Сухарев не назвал урожай «позором района».",
    ],
)
def test_irony_and_denials_are_no_quotes(text: str) -> None:
    assert by_rules(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Он сказал о «провале».", True),
        ("Он сказал о «Мост откроют в октябре».", True),
        ("Он сказал о «Старом мосте».", False),
        ("Он сказал об «Олеге Кротове».", False),
        ("Он сказал о «12».", False),
    ],
)
def test_speech_begins_in_lower_case_or_makes_a_clause(text: str, expected: bool) -> None:
    context = context_of(text)
    (stretch,) = context.stretches
    assert is_speech(context, stretch) is expected


def test_words_of_other_quotes_are_left_to_them() -> None:
    context = context_of("Ефим Сухарев назвал урожай «позором района».")
    (stretch,) = context.stretches
    words = frozenset(range(*stretch.parts[0]))
    assert len(list(fragments(context, Claimed(frozenset(), frozenset())))) == 1
    assert list(fragments(context, Claimed(words, frozenset()))) == []
    assert list(fragments(context, Claimed(frozenset(), words))) == []
