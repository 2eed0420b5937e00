"""What all finders of names ask of tokens and their spelling."""

import pytest
from names.texts import labelled

from extractor.names.spans import (
    NameSpan,
    after_opening_mark,
    before_closing_mark,
    is_brand,
    is_known_name,
    name_spans,
    starts_line,
    tokens_in,
    wide_gap,
)
from extractor.reading.analysis import TokenSpan, read


def test_the_networks_labels_become_spans() -> None:
    analysis = labelled("[PER Олег Ягода] [PER Инна] уехали в [LOC Пермь].")
    assert name_spans(analysis) == [
        NameSpan("PER", TokenSpan(0, 2)),
        NameSpan("PER", TokenSpan(2, 3)),
        NameSpan("LOC", TokenSpan(5, 6)),
    ]


def test_a_name_ends_with_its_sentence_and_at_another_kind() -> None:
    analysis = read("Приехал Олег Ягода. Инна Чеботарь молчит.")
    names = ["O", "B-PER", "I-PER", "I-PER", "I-PER", "I-ORG", "O", "O"]
    spans = name_spans(analysis.labelled(names))
    assert [(kind, analysis.span_text(span)) for kind, span in spans] == [
        ("PER", "Олег Ягода."),
        ("PER", "Инна"),
        ("ORG", "Чеботарь"),
    ]


def test_the_tokens_of_spans() -> None:
    assert tokens_in([TokenSpan(1, 3), TokenSpan(5, 6)]) == {1, 2, 5}
    assert tokens_in([]) == set()


@pytest.mark.parametrize(
    ("text", "word", "starts"),
    [
        ("Дождь идёт.", "Дождь", True),
        ("Идёт Дождь.", "Дождь", False),
        ("Фото: Дождь в городе.", "Дождь", True),
        ("Новости  Дождь", "Дождь", True),
        ("Идут снег, Дождь и град.", "Дождь", False),
    ],
)
def test_where_any_word_has_a_capital(text: str, word: str, starts: bool) -> None:
    analysis = read(text)
    (index,) = [token.index for token in analysis.tokens if token.text == word]
    assert starts_line(analysis, index) is starts


def test_a_wide_gap_is_more_than_a_space() -> None:
    analysis = read("Новости  Архив сайта")
    assert [wide_gap(analysis, token.index) for token in analysis.tokens] == [False, True, False]


def test_quotation_marks_beside_a_span() -> None:
    analysis = read("Клуб «Вымпел» рад.")
    assert after_opening_mark(analysis, TokenSpan(2, 3))
    assert before_closing_mark(analysis, TokenSpan(2, 3))
    assert not after_opening_mark(analysis, TokenSpan(0, 1))
    assert not before_closing_mark(analysis, TokenSpan(5, 6))


@pytest.mark.parametrize(
    ("text", "brand"),
    [("СпортПульс", True), ("Металлург-2", True), ("Волга-Инфо", True), ("Спорт", False), ("Анна-Мария", False)],
)
def test_brands_by_their_spelling(text: str, brand: bool) -> None:
    assert is_brand(text) is brand


@pytest.mark.parametrize(("text", "name"), [("Олегу", True), ("Петровича", True), ("дороге", False), ("Тримбл", False)])
def test_names_that_the_dictionary_knows(text: str, name: bool) -> None:
    assert is_known_name(text) is name
