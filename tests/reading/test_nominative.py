"""Noun phrases in the nominative: phrases in, phrases out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.names.tagger import label
from extractor.reading.analysis import TokenSpan, read
from extractor.reading.morphology import Word
from extractor.reading.nominative import declinable, head_of, in_nominative, nominative


def span_of(before: str, phrase: str, after: str) -> tuple[str, str | None]:
    """The nominative of a phrase in its sentence, and its head."""
    analysis = read(before + phrase + after)
    inside = [t.index for t in analysis.tokens if len(before) <= t.start < len(before) + len(phrase)]
    span = TokenSpan(inside[0], inside[-1] + 1)
    head = head_of(analysis, span)
    return nominative(analysis, span), None if head is None else analysis.tokens[head].text


@pytest.mark.parametrize(
    ("before", "phrase", "after", "head", "expected"),
    [
        ("Об этом сообщили в ", "городском управлении культуры", ".", "управлении", "городское управление культуры"),
        ("По словам ", "нового директора завода", ", план выполнен.", "директора", "новый директор завода"),
        ("Он позвонил ", "старшим тренерам", ".", "тренерам", "старшие тренеры"),
        ("Он говорил с ", "пресс-секретарём губернатора", ".", "пресс-секретарём", "пресс-секретарь губернатора"),
        ("Он говорил с ", "пресс-секретарем губернатора", ".", "пресс-секретарем", "пресс-секретарь губернатора"),
        ("Решение принято ", "МИДом", " в среду.", "МИДом", "МИД"),
        ("Жильцы благодарны ", "Дворникам", ".", "Дворникам", "Дворники"),
        ("В городе открыт ", "новый мост", ".", "мост", "новый мост"),
        ("Работы идут ", "быстро и тихо", ".", None, "быстро и тихо"),
    ],
)
def test_head_and_modifiers_change_and_dependents_stay(
    before: str, phrase: str, after: str, head: str | None, expected: str
) -> None:
    assert span_of(before, phrase, after) == (expected, head)


def test_an_apposition_in_quotation_marks_stays() -> None:
    assert span_of("Работы ведёт филиал ", "завода «Заря»", ".")[0] == "завод «Заря»"


@pytest.mark.parametrize(
    ("words", "head", "expected"),
    [
        ([("старшему", "ADJ", "Dat", "Masc"), ("тренеру", "NOUN", "Dat", "Masc")], 1, ("старший", "тренер")),
        ([("нашей", "DET", "Gen", "Fem"), ("певицы", "NOUN", "Gen", "Fem")], 1, ("наша", "певица")),
        ([("тренер", "NOUN", "Nom", "Masc")], 0, ("тренер",)),
        ([("США", "PROPN", "Gen", None)], 0, ("США",)),
        ([("быстро", "ADV", None, None)], 0, ("быстро",)),
    ],
)
def test_words_that_agree_change_together(
    words: list[tuple[str, str, str | None, str | None]], head: int, expected: tuple[str, ...]
) -> None:
    found = tuple(Word(text, pos, case, "Sing", gender) for text, pos, case, gender in words)
    assert in_nominative(found, head) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("завод", True),
        ("ЗАВОДОМ", True),
        ("МИД", False),
        ("И", False),
        ("и", False),
        ("Facebook", False),
        ("12", False),
    ],
)
def test_initials_abbreviations_and_latin_words_have_no_cases(word: str, expected: bool) -> None:
    assert declinable(word) == expected


WORDS = ["мэр", "Мэру", "городской", "города", "«", "»", "Тула", "МИД", "и", ",", "сказала", "трём", "-", "Ivanov"]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), st.data())
def test_any_span_has_a_nominative_of_as_many_words(words: list[str], data: st.DataObject) -> None:
    analysis = read(" ".join(words))
    start = data.draw(st.integers(0, len(analysis.tokens) - 1))
    end = data.draw(st.integers(start + 1, len(analysis.tokens)))
    span = TokenSpan(start, end)
    found = nominative(analysis, span)
    assert len(found.split()) == len(analysis.span_text(span).split())
    head = head_of(analysis, span)
    assert head is None or start <= head < end


def labelled_phrase(before: str, words: str, after: str) -> str:
    analysis = label(read(before + words + after))
    inside = [t.index for t in analysis.tokens if len(before) <= t.start < len(before) + len(words)]
    return nominative(analysis, TokenSpan(inside[0], inside[-1] + 1))


@pytest.mark.parametrize(
    ("before", "words", "after", "expected"),
    [
        ("Сообщили в ", "пресс-службе Росморречфлота", ".", "пресс-служба Росморречфлота"),
        ("По словам ", "главы государства", ", план готов.", "глава государства"),
        (
            "По мнению ",
            "бывшего первого заместителя министра внутренних дел России",
            " это ошибка.",
            "бывший первый заместитель министра внутренних дел России",
        ),
        ("По данным ", "американских и британских экспертов", ", спрос упал.", "американские и британские эксперты"),
        ("Передали ", "врачу-терапевту областной больницы", " документы.", "врач-терапевт областной больницы"),
        ("По данным ", "Центрального банка", ", ставка прежняя.", "Центральный банк"),
        ("Ответил ", "источник в правительстве", ".", "источник в правительстве"),
    ],
)
def test_noun_phrases_in_the_nominative(before: str, words: str, after: str, expected: str) -> None:
    assert labelled_phrase(before, words, after) == expected
