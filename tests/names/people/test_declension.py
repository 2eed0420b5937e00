"""Declension of personal names: what one word may be, and what a whole name is."""

import pytest

from extractor.names.people.declension import (
    ANY_FORM,
    ExpectedForm,
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
        ("Zara Bloom", "Nom", "Fem", "Zara Bloom"),
    ],
)
def test_a_name_in_the_nominative(text: str, case: str, gender: str, expected: str) -> None:
    assert " ".join(decline(words(text, case, gender), {}).words) == expected


@pytest.mark.parametrize(
    ("expected", "gender", "nominative"),
    [
        (ExpectedForm("female", frozenset({"nomn"})), "female", ("Ковшова",)),
        (ExpectedForm("male", frozenset({"gent"})), "male", ("Ковшов",)),
    ],
)
def test_the_sentence_decides_what_a_form_may_be(
    expected: ExpectedForm, gender: Gender, nominative: tuple[str, ...]
) -> None:
    word = [Word("Ковшова", "PROPN", None, None, None)]
    found = decline(word, {}, expected=expected)
    assert (found.words, found.gender) == (nominative, gender)


def test_a_forced_gender_has_no_rival() -> None:
    found = decline(words("Ковшова", "Nom", "Fem"), {}, gender="male")
    assert (found.words, found.gender, found.certainty, found.rival) == (("Ковшов",), "male", 99.0, ())


def test_a_free_gender_has_a_rival_that_is_less_likely() -> None:
    found = decline(words("Ковшова", "Nom", "Fem"), {}, expected=ANY_FORM)
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
