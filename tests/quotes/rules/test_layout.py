"""Direct quotes by layout: dialogues, interviews, blocks."""

from __future__ import annotations

import pytest
from quotes.texts import by_rules


def test_turns_of_a_dialogue() -> None:
    text = "— Третий год живём, — ответила Марфа Сизова. — Прежде снимали у озера.\n— Далеко ли до реки?"
    first, second = text.split("\n")
    assert by_rules(text) == [
        (
            "quote: dialogue",
            "direct",
            "— ⟦Третий год живём⟧, — <ответила> {Марфа Сизова}. — ⟦Прежде снимали у озера.⟧\n" + second,
        ),
        ("quote: dialogue", "direct", first + "\n— ⟦Далеко ли до реки?⟧"),
    ]


def test_a_line_before_a_turn_names_its_speaker() -> None:
    text = "Директор завода сказал:\n— Печь пустят в мае.\nМастер Олег Лунин:\n— Раньше не успеем."
    assert [(rule, said) for rule, _, said in by_rules(text)] == [
        (
            "quote: dialogue",
            "{Директор завода} <сказал>:\n— ⟦Печь пустят в мае.⟧\nМастер Олег Лунин:\n— Раньше не успеем.",
        ),
        (
            "quote: dialogue",
            "Директор завода сказал:\n— Печь пустят в мае.\nМастер {Олег Лунин}:\n— ⟦Раньше не успеем.⟧",
        ),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "-\n2460\n-\n3\n-\nUSD:\n521.5 / 524.1\n- Спорт\n- Культура\n",
        "В программе:\n- Открытие выставки\n- Концерт на площади",
        "— Одна строка с тире и точкой.",
    ],
)
def test_lists_and_menus_are_no_dialogue(text: str) -> None:
    assert by_rules(text) == []


def test_labelled_turns_of_an_interview() -> None:
    text = (
        "Корреспондент: Когда откроется театр?\nИлья Раков: Премьера в декабре. Здание готово.\n"
        "Корреспондент: А билеты?\nИлья Раков: Билеты в кассах."
    )
    found = by_rules(text)
    assert [rule for rule, _, _ in found] == ["quote: interview"] * 4
    assert found[1][2].split("\n")[1] == "{Илья Раков}: ⟦Премьера в декабре. Здание готово.⟧"


@pytest.mark.parametrize(
    "text",
    [
        # Labels that do not come back, and one label alone, as in a list of facts.
        "Место: Городской парк.\nВремя: Суббота, полдень.",
        "Итог: Ничья дома.\nИтог: Ничья в гостях.",
    ],
)
def test_other_lines_with_colons_are_no_interview(text: str) -> None:
    assert not [rule for rule, _, _ in by_rules(text) if rule == "quote: interview"]


def test_a_block_after_a_cue_and_a_colon() -> None:
    text = "Мэр Олег Кротов написал:\nДорогие соседи, мост закрыт до пятницы. Простите нас."
    assert by_rules(text) == [
        (
            "quote: block",
            "direct",
            "Мэр {Олег Кротов} <написал>:\n⟦Дорогие соседи, мост закрыт до пятницы. Простите нас.⟧",
        )
    ]


def test_a_line_without_a_cue_introduces_no_block() -> None:
    assert by_rules("Погода на завтра:\nОжидается дождь, ветер западный, местами гроза.") == []
