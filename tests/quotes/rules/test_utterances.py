"""Utterances in quotation marks, each with its attribution."""

from __future__ import annotations

import pytest
from quotes.texts import by_rules, context_of, lines, plain

from extractor.quotes.rules import utterances
from extractor.quotes.rules.utterances import DIRECT, find_direct

MARKED = """
«⟦Лёд ещё тонкий⟧», — <сказал> спасатель {Артём Гущин}.
"⟦Лёд ещё тонкий⟧", - <сказал> спасатель {Артём Гущин}.
“⟦Лёд ещё тонкий⟧”, – <сказал> спасатель {Артём Гущин}.
„⟦Лёд ещё тонкий⟧“, — <сказал> спасатель {Артём Гущин}.
«⟦Лёд ещё тонкий⟧»,—<предупредил> {Артём Гущин}.
«⟦Лёд ещё тонкий⟧» - <сказал> {Артём Гущин}.
«⟦Мы не могли судиться. Единственный выход — уйти⟧», — <решили> в {совете}.
«⟦Кто за это заплатит?⟧» — <спросила> депутат {Жанна Грачёва}.
Спасатель {Артём Гущин} <сообщил>: «⟦Лёд ещё тонкий⟧».
«⟦Сначала мы проверим бумаги⟧, — <пояснил> {Денис Полухин}, — ⟦а потом вызовем подрядчика⟧».
"⟦Рыбы стало меньше⟧", - <говорит> {Павел Сорокин}. "⟦Виноваты тёплые зимы⟧".
«⟦Наша "Чайка" снова пойдёт в рейс⟧», — <сообщил> капитан {Виктор Лямин}.
«« ⟦Пекарня заработает в три смены⟧ »» , — <сказал> {Ринат Ахметов}.
Мэр Ключей {Инга Савина} на месте аварии: «⟦Воду дадут к вечеру⟧»
«⟦Мост откроют в срок⟧», — <возмутился> {Лев Бородин}.
"⟦Дорогу закончат осенью⟧", - <говорится> в {сообщении мэрии}.
«⟦Снимать будем зимой⟧», — <приводит> слова {Анны Ровной} журнал «Сцена».
"⟦Окна выходят на реку⟧", - <сообщил> директор музея, историк {Олег Вдовин}.
«⟦Порт закроют. Рабочих переведут⟧», — <цитирует> {Кротова} пресс-служба.
«⟦Я против⟧", — <сказал> {Лев Бородин}.
На вопрос, когда откроют порт, {Лев Бородин} <ответил>: «⟦Скоро⟧».
"""


@pytest.mark.parametrize("expected", lines(MARKED))
def test_an_utterance_in_marks_with_its_attribution(expected: str) -> None:
    assert by_rules(plain(expected)) == [("quote: marks", "direct", expected)]


@pytest.mark.parametrize(
    "text",
    [
        "Фильм «Брат» вышел в прокат, а роман «Тихий Дон» переиздали.",
        "Завод «Литейщик» открыл музей «Старый мост».",
        "«Старый мост»",
    ],
)
def test_names_in_marks_are_no_utterances(text: str) -> None:
    assert by_rules(text) == []


def test_an_utterance_by_itself_has_no_attribution_and_a_signature_after_it_is_its_speaker() -> None:
    assert by_rules("«Мы вернёмся осенью и всё достроим». Народ разошёлся.") == [
        ("quote: marks", "direct", "«⟦Мы вернёмся осенью и всё достроим⟧». Народ разошёлся.")
    ]
    assert by_rules("«Мы вернёмся осенью и всё достроим».\nЛев Бородин, мэр") == [
        ("quote: marks", "direct", "«⟦Мы вернёмся осенью и всё достроим⟧».\n{Лев Бородин}, мэр")
    ]


def test_a_stretch_with_an_attribution_of_its_own_is_a_quote_of_its_own() -> None:
    text = "«Рыбы стало меньше», — говорит Павел Сорокин. «Виноваты тёплые зимы», — добавила Анна Ровная."
    assert [expected for _, _, expected in by_rules(text)] == [
        "«⟦Рыбы стало меньше⟧», — <говорит> {Павел Сорокин}. «Виноваты тёплые зимы», — добавила Анна Ровная.",
        "«Рыбы стало меньше», — говорит Павел Сорокин. «⟦Виноваты тёплые зимы⟧», — <добавила> {Анна Ровная}.",
    ]


def test_without_a_rule_its_quotes_are_gone_and_the_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    context = context_of(
        "Порт закроют.\nВедущий: Когда откроют мост?\nЛев Бородин: Мост откроют весной.\nВедущий: А порт?\n"
        "«Порт закроют», — сказал Лев Бородин."
    )
    assert [quote.rule for quote in find_direct(context)] == [*["quote: interview"] * 2, "quote: marks"]
    monkeypatch.setattr(utterances, "DIRECT", tuple(rule for rule in DIRECT if rule.name != "quote: interview"))
    assert [quote.rule for quote in find_direct(context)] == ["quote: marks"]
