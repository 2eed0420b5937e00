"""Nominatives of people's names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.names.people.declension import decline, readings
from extractor.reading.morphology import Word


def names(text: str, case: str, gender: str) -> str:
    words = [Word(word, "PROPN", case, "Sing", gender) for word in text.split()]
    return " ".join(decline(words, {}).words)


@pytest.mark.parametrize(
    ("text", "case", "gender", "expected"),
    [
        ("Абдурахмановой Натальи Петровны", "Gen", "Fem", "Абдурахманова Наталья Петровна"),
        ("Ярослава Новожилова", "Nom", "Fem", "Ярослава Новожилова"),
        ("Ярослава Новожилова", "Gen", "Masc", "Ярослав Новожилов"),
        ("Дэниелом Крейгом", "Ins", "Masc", "Дэниел Крейг"),
        ("Егору Черных", "Dat", "Masc", "Егор Черных"),
        ("Оксаны Коваленко", "Gen", "Fem", "Оксана Коваленко"),
        ("Инессе Ткач", "Dat", "Fem", "Инесса Ткач"),
        ("Павла Сороки", "Gen", "Masc", "Павел Сорока"),
        ("Алле Полевой", "Dat", "Fem", "Алла Полевая"),
        ("Илье Воронцу", "Dat", "Masc", "Илья Воронец"),
        ("Лидии Воронец", "Gen", "Fem", "Лидия Воронец"),
        ("Касым-Жомартом Токаевым", "Ins", "Masc", "Касым-Жомарт Токаев"),
        ("Хож-Ахмеда Бисултанова", "Gen", "Masc", "Хож-Ахмед Бисултанов"),
        ("Салтыкова-Берга", "Gen", "Masc", "Салтыков-Берг"),
        ("Матсу ван дер Бергу", "Nom", "Masc", "Матс ван дер Берг"),
        ("Гульнары Сейткызы Ахметжановой", "Gen", "Fem", "Гульнара Сейткызы Ахметжанова"),
        ("Жан-Люком Бриссо", "Ins", "Masc", "Жан-Люк Бриссо"),
    ],
)
def test_names_decline_as_one(text: str, case: str, gender: str, expected: str) -> None:
    assert names(text, case, gender) == expected


def test_the_document_speaks_for_a_nominative() -> None:
    """A surname of unknown gender takes the form that the document has elsewhere."""
    word = [Word("Бураго", "PROPN", "Gen", "Sing", "Masc")]
    assert decline([Word("Кравца", "PROPN", "Gen", "Sing", "Masc")], {"кравец": 1.0}).words == ("Кравец",)
    assert decline(word, {}).words == ("Бураго",)


@given(st.text(min_size=1, max_size=12))
def test_any_word_has_readings_of_both_genders(word: str) -> None:
    found = readings(word)
    assert {reading.gender for reading in found} == {"male", "female"}
    for gender in ("male", "female"):
        assert any(reading.case is None for reading in found if reading.gender == gender)
