"""Quotation marks paired: what is quoted, how deep, in how many parts."""

from __future__ import annotations

import pytest

from extractor.quotes.rules.marks import quoted
from extractor.reading.analysis import read


def stretches(text: str) -> list[tuple[int, str]]:
    """The quoted stretches of a text: depth and words, paragraphs parted by a bar."""
    analysis = read(text)
    return [(stretch.depth, "|".join(map(analysis.span_text, stretch.parts))) for stretch in quoted(analysis)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Он сказал «да» и «нет».", [(0, "да"), (0, "нет")]),
        ('Он сказал "да" и "нет".', [(0, "да"), (0, "нет")]),
        ("Он сказал “да” и „нет“.", [(0, "да"), (0, "нет")]),
        ("Он сказал ‹да›.", [(0, "да")]),
        ("«Завод «Литейщик» работает»", [(0, "Завод «Литейщик» работает"), (1, "Литейщик")]),
        ('«Завод "Литейщик" работает»', [(0, 'Завод "Литейщик" работает'), (1, "Литейщик")]),
        # One closing mark for both.
        ("«Работает завод «Литейщик»", [(0, "Работает завод «Литейщик"), (1, "Литейщик")]),
        # Doubled marks make one stretch, wikis' apostrophes are none.
        ("«« Завод работает »»", [(0, "Завод работает")]),
        ("''«Завод работает»''", [(0, "Завод работает")]),
        # Spaces inside the marks, none outside.
        ('Он сказал: " да " и ушёл.', [(0, "да")]),
        ("Открыт «» музей", []),
        ("Нет никаких знаков.", []),
    ],
)
def test_marks_of_one_paragraph(text: str, expected: list[tuple[int, str]]) -> None:
    assert stretches(text) == expected


def test_of_three_straight_marks_the_middle_one_is_a_slip() -> None:
    assert stretches('"Мост откроют" в срок", — сказал он.') == [(0, 'Мост откроют" в срок')]


def test_a_quote_runs_over_paragraphs_to_its_closing_mark() -> None:
    assert stretches("«Первый абзац.\nВторой абзац», — сказал он.") == [(0, "Первый абзац.|Второй абзац")]


def test_each_paragraph_of_a_quote_may_open_it_anew() -> None:
    assert stretches("«Первый абзац.\n«Второй абзац.\n«Третий абзац», — сказал он.") == [
        (0, "Первый абзац.|Второй абзац.|Третий абзац")
    ]


def test_a_mark_that_is_never_closed_reaches_to_the_end_of_its_paragraph() -> None:
    analysis = read("«Первый абзац.\nВторой абзац.")
    (stretch,) = quoted(analysis)
    assert stretch.close is None
    assert stretch.end == analysis.paragraphs[0].end


def test_an_attribution_in_a_paragraph_shows_that_its_mark_was_lost() -> None:
    assert stretches("«Мост готов, — сказал он. Гости ушли.\n«Порт закрыт», — сказала она.") == [
        (0, "Мост готов, — сказал он. Гости ушли."),
        (0, "Порт закрыт"),
    ]


def test_a_lost_closing_mark_does_not_swallow_a_long_page() -> None:
    page = "«Начало.\n" + "Дождь шёл.\n" * 20 + "Конец», — сказал он."
    assert stretches(page) == [(0, "Начало.")]


def test_the_end_of_a_stretch_is_after_its_closing_mark() -> None:
    (stretch,) = quoted(read("Он сказал «да» вчера."))
    assert (stretch.open, stretch.close, stretch.end) == (2, 4, 5)
