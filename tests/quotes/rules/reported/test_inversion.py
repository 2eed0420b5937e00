"""Attributions after or inside their content, without a conjunction."""

from __future__ import annotations

import pytest
from quotes.texts import by_rules, lines, plain

INVERTED = """
⟦Рейс задержали из-за метели⟧, <сообщил> представитель порта {Глеб Санин}.
⟦Новый паром⟧, <рассказал> капитан {Юрий Бессонов}, ⟦сможет брать сто машин⟧.
⟦Рейс задержали⟧, <сообщает> ТАСС со ссылкой на {прокуратуру}.
⟦Порт⟧, <считает> {Кротов}, ⟦закроют⟧.
"""


@pytest.mark.parametrize("expected", lines(INVERTED))
def test_a_cue_after_or_inside_its_content(expected: str) -> None:
    assert by_rules(plain(expected)) == [("reported: inverted", "indirect", expected)]


@pytest.mark.parametrize(
    "text",
    [
        "Говоря о ценах, Глеб Санин отметил рост спроса.",
        "Каждый знал своё место, Глеб Санин отвечал за порт.",
        "Порт закрыт, Глеб Санин подтвердил решение.",
    ],
)
def test_adjuncts_and_clauses_of_their_own_are_no_content(text: str) -> None:
    assert by_rules(text) == []
