"""Declension of personal names: what one word may be, and what a whole name is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.names.people.declension import (
    CELLS,
    Gender,
    decline,
    fixed_patronymic,
    is_shared,
    nominatives,
    readings,
    shared_surname,
)
from extractor.reading.morphology import Word


def words(text: str, case: str, gender: str) -> list[Word]:
    """The words of a name as the tagger reads them."""
    return [Word(word, "PROPN", case, "Sing", gender) for word in text.split()]


@pytest.mark.parametrize(
    ("text", "case", "gender", "expected"),
    [
        ("Анны Сороки", "Gen", "Fem", "Анна Сорока"),
        ("Глебу Чумаку", "Dat", "Masc", "Глеб Чумак"),
        ("Вере Чумак", "Dat", "Fem", "Вера Чумак"),
        ("Инне Чеботарь", "Dat", "Fem", "Инна Чеботарь"),
        ("Ивана Толстого", "Gen", "Masc", "Иван Толстой"),
        ("Софьи Долгих", "Gen", "Fem", "Софья Долгих"),
        ("Анны-Марии Рябовой", "Gen", "Fem", "Анна-Мария Рябова"),
        ("Расула Магомеда оглы", "Gen", "Masc", "Расул Магомед оглы"),
        ("Ли Вэя", "Gen", "Masc", "Ли Вэй"),
        ("Пак Чон Су", "Gen", "Masc", "Пак Чон Су"),
        ("Пак Чжи-сон", "Gen", "Fem", "Пак Чжи-сон"),
        ("Zara Bloom", "Nom", "Fem", "Zara Bloom"),
    ],
)
def test_a_name_in_the_nominative(text: str, case: str, gender: str, expected: str) -> None:
    assert " ".join(decline(words(text, case, gender), {}).words) == expected


@pytest.mark.parametrize(
    ("expected", "gender", "nominative"),
    [
        (("female", "nomn"), "female", ("Ковшова",)),
        (("male", "gent"), "male", ("Ковшов",)),
    ],
)
def test_the_sentence_decides_what_a_form_may_be(
    expected: tuple[Gender, str], gender: Gender, nominative: tuple[str, ...]
) -> None:
    word = [Word("Ковшова", "PROPN", None, None, None)]
    found = decline(word, {}, expected=tuple(2.0 * (cell == expected) for cell in CELLS))
    assert (found.words, found.gender) == (nominative, gender)


def test_a_forced_gender_has_no_rival() -> None:
    found = decline(words("Ковшова", "Nom", "Fem"), {}, gender="male")
    assert (found.words, found.gender, found.certainty, found.rival) == (("Ковшов",), "male", 99.0, ())


def test_a_free_gender_has_a_rival_that_is_less_likely() -> None:
    found = decline(words("Ковшова", "Nom", "Fem"), {})
    assert found.words == ("Ковшова",)
    assert found.rival == ("ковшов",)
    assert 0 < found.certainty < 99


def test_a_form_has_the_nominatives_of_all_its_readings() -> None:
    assert {"ковшова", "ковшов"} <= nominatives("Ковшова")
    assert nominatives("А") == {"а"}
    assert {reading.case for reading in readings("Bloom")} == {None}


@pytest.mark.parametrize(
    ("form", "gender"), [("Ержанкызы", "female"), ("оглы", "male"), ("Иванович", None), ("кызы", "female")]
)
def test_patronymics_that_never_decline(form: str, gender: str | None) -> None:
    assert fixed_patronymic(form.lower()) == gender


@pytest.mark.parametrize(
    ("form", "gender", "case", "surname"),
    [
        ("Крыловы", "female", "nomn", "крылова"),
        ("Крыловых", "male", "gent", "крылов"),
        ("Крыловым", "male", "datv", "крылов"),
        ("Крыловы", "male", "gent", None),
        ("Бойко", "male", "nomn", None),
    ],
)
def test_a_surname_that_people_share(form: str, gender: Gender, case: str, surname: str | None) -> None:
    assert shared_surname(form, gender, {case}) == surname


@pytest.mark.parametrize(("form", "shared"), [("Крыловы", True), ("Крыловых", True), ("Крылова", False)])
def test_a_form_may_be_a_plural(form: str, shared: bool) -> None:
    assert is_shared(form) is shared


def nominative(text: str, case: str, gender: str) -> str:
    return " ".join(decline(words(text, case, gender), {}).words)


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
    assert nominative(text, case, gender) == expected


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
