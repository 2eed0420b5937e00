"""Attributions set off from the content."""

from __future__ import annotations

import pytest
from quotes.texts import by_rules, lines, plain

ASIDES = """
<По словам> директора музея {Анны Ровной}, ⟦выставку продлят до мая⟧.
⟦Рынок тканей⟧, <по мнению> закройщика {Бориса Лопатина}, ⟦осенью оживится⟧.
<По {его} словам>, ⟦решение принято в мае⟧.
Как <сообщил> {Глеб Санин}, ⟦рейс задержали⟧.
⟦Рейс задержали⟧, как <сообщил> {Глеб Санин}.
<Согласно> {отчёту Росстата}, ⟦картофель подешевел на треть⟧.
<По данным> журнала «{Волна}», ⟦состояние Лямина оценивается в миллиард⟧.
<По данным> {источника}, ⟦теперь должность Лямина займёт Ольга Бережная⟧.
<По данным> {издания}, ссылающегося на местных чиновников, ⟦переговоры прошли в мае⟧.
<По словам> директора порта {Ивана Седова}, которого цитирует «Волна», ⟦причал построят к осени⟧.
<По версии> {следствия}, ⟦проходя службу в порту, Лямин брал взятки⟧.
Как <объявил> {Глеб Санин}, ⟦12 июля порт откроют⟧.
Как <сообщили> в {прокуратуре}, ⟦на складе выяснено, что сторож уснул на посту⟧.
Однако порт закрыли, так как ⟦он⟧, <по мнению> {мэрии}, ⟦не был нужен⟧.
"""


@pytest.mark.parametrize("expected", lines(ASIDES))
def test_an_aside_before_inside_or_after_its_content(expected: str) -> None:
    assert by_rules(plain(expected)) == [("reported: aside", "indirect", expected)]


def test_an_aside_that_reports_nothing_but_an_utterance_makes_a_direct_quote() -> None:
    expected = "<По словам> {Артёма Гущина}, «⟦лёд ещё слишком тонкий для рыбаков⟧»."
    assert by_rules(plain(expected)) == [("reported: aside", "direct", expected)]


@pytest.mark.parametrize(
    "text",
    ["Согласно закону, самовольные постройки подлежат сносу.", "Принят закон, согласно которому порт закроют."],
)
def test_laws_and_relative_pronouns_are_no_sources(text: str) -> None:
    assert by_rules(text) == []
