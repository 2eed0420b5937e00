"""Nouns for people."""

import pytest

from extractor.names.people.nouns import (
    animate_noun_tags,
    follows_title,
    genders_as_noun,
    grammatical_gender,
    is_title,
    may_describe,
    means_several,
    noun_before,
)
from extractor.reading.analysis import Analysis, TokenSpan, read


def at(text: str, word: str) -> tuple[Analysis, int]:
    """The analysis of a text and the index of the first token that is the word."""
    analysis = read(text)
    return analysis, next(token.index for token in analysis.tokens if token.text == word)


@pytest.mark.parametrize(
    ("form", "gender"),
    [
        ("певица", "femn"),
        ("певцу", "masc"),
        ("врач-терапевт", "masc"),
        ("сирота", ""),
        ("Роман", None),
        ("дорога", None),
        ("тримбл", None),
    ],
)
def test_the_gender_of_a_noun_for_a_person(form: str, gender: str | None) -> None:
    assert grammatical_gender(form) == gender


@pytest.mark.parametrize(
    ("form", "genders"),
    [
        ("певица", {"femn"}),
        ("сирота", {""}),
        ("ведущая", {"femn"}),
        ("певицы", {"femn"}),
        ("певцы", set()),
        ("Роман", set()),
        ("дорога", set()),
        ("экс-глава", {""}),
    ],
)
def test_the_genders_of_a_form_as_a_noun(form: str, genders: set[str]) -> None:
    assert genders_as_noun(form) == genders


def test_a_name_is_an_animate_noun_too() -> None:
    assert animate_noun_tags("Роману")
    assert not animate_noun_tags("дороге")


@pytest.mark.parametrize(
    ("text", "word", "several"),
    [
        ("Вчера сёстры приехали.", "сёстры", True),
        ("Вручили ключи супругам вчера.", "супругам", True),
        ("Вчера сестра приехала.", "сестра", False),
        ("Вчера дороги закрыли.", "дороги", False),
    ],
)
def test_nouns_for_several_people(text: str, word: str, several: bool) -> None:
    analysis, index = at(text, word)
    assert means_several(analysis.tokens[index]) is several


@pytest.mark.parametrize(
    ("form", "title"),
    [
        ("Академик", True),
        ("Принца", True),
        ("Хоккеистка", True),
        ("Мельник", False),
        ("Синица", False),
        ("Пётр", False),
    ],
)
def test_titles(form: str, title: bool) -> None:
    analysis, index = at(f"Вчера {form} Кебеш приехал.", form)
    assert is_title(analysis.tokens[index]) is title


@pytest.mark.parametrize(
    ("text", "name", "noun"),
    [
        ("Вчера певица Алла Лось приехала.", "Алла", "певица"),
        ("Вчера известная певица театра Алла Лось приехала.", "Алла", "певица"),
        ("Вчера помощник министра Алла Лось приехала.", "Алла", None),
        ("Вчера певицы Алла Лось и Инна Чеботарь приехали.", "Алла", None),
        ("Вчера приехала Алла Лось.", "Алла", None),
        ("Молчит певица. Алла Лось тоже.", "Алла", None),
    ],
)
def test_the_noun_before_a_name(text: str, name: str, noun: str | None) -> None:
    analysis, index = at(text, name)
    found = noun_before(analysis, TokenSpan(index, index + 2))
    assert (found and found.text) == noun


@pytest.mark.parametrize(
    ("text", "follows"),
    [("Вчера рэпер Гранит пел.", True), ("Вчера пел Гранит.", False), ("Пел рэпер. Гранит молчал.", False)],
)
def test_a_title_stands_right_before_a_name(text: str, follows: bool) -> None:
    assert follows_title(*at(text, "Гранит")) is follows


@pytest.mark.parametrize(
    ("text", "word", "gender", "may"),
    [
        ("Вчера певица приехала.", "певица", "female", True),
        ("Вчера певица приехала.", "певица", "male", False),
        ("Вчера директор приехала.", "директор", "female", True),
        ("Вчера певицы приехали.", "певицы", "female", False),
        ("Вчера дорога закрыта.", "дорога", None, False),
    ],
)
def test_which_nouns_may_describe_whom(text: str, word: str, gender: str | None, may: bool) -> None:
    analysis, index = at(text, word)
    assert may_describe(analysis.tokens[index], gender) is may
