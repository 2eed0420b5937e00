"""Lemmas, parses and forms of single words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.reading.morphology import (
    Word,
    best_parse,
    declined,
    forms_of,
    known_grammemes,
    known_tags,
    lemma,
    may_be_among,
    parses,
    written_like,
)


@pytest.mark.parametrize(
    ("text", "pos", "case", "expected"),
    [
        ("стали", "NOUN", "Gen", "сталь"),
        ("стали", "VERB", None, "стать"),
        ("словам", "NOUN", "Dat", "слово"),
        ("МЧС", "PROPN", "Nom", "мчс"),
    ],
)
def test_lemma_follows_the_tagger(text: str, pos: str, case: str | None, expected: str) -> None:
    assert lemma(text, pos, case) == expected


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("Анны-Марии", "анна-мария", "Анна-Мария"),
        ("О'Коннору", "о'коннор", "О'Коннор"),
        ("СпортПульса", "спортпульс", "СпортПульс"),
        ("МИНИСТРОМ", "министр", "МИНИСТР"),
        ("пресс-службе", "пресс-служба", "пресс-служба"),
        ("Петра", "пётр", "Пётр"),
    ],
)
def test_a_form_is_written_like_the_text(text: str, form: str, expected: str) -> None:
    assert written_like(text, form) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("актера", "актер"), ("актёра", "актёр"), ("Петром", "Пётр"), ("Федором", "Федор"), ("Фёдором", "Фёдор")],
)
def test_yo_stays_as_the_text_has_it(text: str, expected: str) -> None:
    """Пётр has it in the nominative alone; Федором is how the text writes Фёдором."""
    assert declined(text, parses(text)[0], "nomn") == expected


def test_a_word_without_the_form_stays() -> None:
    assert declined("быстро", parses("быстро")[0], "nomn") == "быстро"


@given(st.text(min_size=1, max_size=12), st.sampled_from(["NOUN", "PROPN", "ADJ", "VERB", "X"]))
def test_any_word_has_a_parse(text: str, pos: str) -> None:
    assert best_parse(Word(text, pos, "Gen", "Sing", "Masc")).normal_form is not None


def test_forms_of_a_lemma_are_all_that_the_dictionary_has_with_е_for_ё() -> None:
    forms = forms_of(["актёр"])
    assert {"актер", "актера", "актеру", "актером", "актере", "актеры", "актеров"} <= forms
    assert not any("ё" in form for form in forms)
    assert "актриса" not in forms


@pytest.mark.parametrize(
    ("word", "may"),
    [("актёром", True), ("актером", True), ("столом", False), ("хрюмзелем", True)],
)
def test_only_words_of_the_dictionary_are_ruled_out(word: str, may: bool) -> None:
    """Of "хрюмзель", which it lacks, pymorphy3 may guess any lemma."""
    assert may_be_among(word, forms_of(["актёр"])) == may


def test_grammemes_of_a_guessed_word_are_not_known() -> None:
    assert {"Name", "masc"} <= known_grammemes("Антону")
    assert known_tags("хрюмзелем") == ()
    assert known_grammemes("хрюмзелем") == frozenset()


@pytest.mark.parametrize(
    ("text", "case", "number", "gender", "expected"),
    [
        ("новой", "nomn", "sing", "femn", "новая"),
        ("Новым", "nomn", "plur", None, "Новые"),
        ("высшей", "nomn", "sing", "femn", "высшая"),
        ("ЗАВОДОВ", "nomn", "plur", None, "ЗАВОДЫ"),
    ],
)
def test_words_decline_for_number_and_gender_too(
    text: str, case: str, number: str, gender: str | None, expected: str
) -> None:
    assert declined(text, parses(text)[0], case, number, gender) == expected
