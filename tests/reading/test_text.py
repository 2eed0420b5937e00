"""The clean text and the way back: positions must hold for anything a scraper lets through."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.reading.text import clean, printable

ODD = "\ud800\udfff\u0301\u0306\u0308\x00\r\n\u00a0\u00ad\u200b\ufeff\ufe0f\u2028\u202f\x85\t"
TEXTS = st.text(st.one_of(st.sampled_from(ODD + 'аеиАБйё «»".,—e'), st.characters()), max_size=60)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Тока\u0301ев", "Токаев"),
        ("и\u0306 е\u0308лка", "й ёлка"),
        ("cafe\u0301", "café"),
        ("Пре\u00adзи\u00adдент", "Президент"),
        ("\ufeffМосква", "Москва"),
        ("А.\u00a0Б.\u202fПетров", "А. Б. Петров"),
        ("раз\r\nдва\rтри\u2028четыре", "раз\nдва\nтри\nчетыре"),
        ("а\x00б", "а б"),
        ("а\ud800б", "а\ufffdб"),
        ("❤\ufe0f Тула", "❤ Тула"),
        ("", ""),
    ],
)
def test_what_the_stages_read(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


def test_an_accent_stays_inside_the_span_of_its_word() -> None:
    raw = "Глава Тока\u0301ев и Ивано\u0301"
    source = clean(raw)
    for name, given_name in (("Токаев", "Тока\u0301ев"), ("Ивано", "Ивано\u0301")):
        start = source.text.index(name)
        assert raw[slice(*source.raw_span(start, start + len(name)))] == given_name


def test_a_soft_hyphen_and_a_carriage_return_before_a_word_move_it() -> None:
    raw = "Со\u00adвет\r\nПетров"
    source = clean(raw)
    start = source.text.index("Петров")
    assert raw[slice(*source.raw_span(start, start + 6))] == "Петров"


@pytest.mark.parametrize("value", [None, b"text", 3, ["text"]])
def test_what_is_no_text_is_refused_by_its_type(value: object) -> None:
    with pytest.raises(TypeError, match=f"must be a str, not {type(value).__name__}"):
        clean(value)  # type: ignore[arg-type]


@given(TEXTS)
def test_every_clean_character_stands_for_the_one_at_its_raw_position(raw: str) -> None:
    source = clean(raw)
    positions = [source.raw_position(i) for i in range(len(source.text))]
    assert positions == sorted(set(positions))
    for i, (character, position) in enumerate(zip(source.text, positions, strict=True)):
        start, end = source.raw_span(i, i + 1)
        assert start == position < end <= len(raw)
        original = raw[position]
        same = original == character or unicodedata.normalize("NFC", raw[start:end]).startswith(character)
        odd = original.isspace() or not original.isprintable()
        assert same or (odd and character in " \n\ufffd")


@given(TEXTS)
def test_spans_of_neighbours_do_not_overlap(raw: str) -> None:
    source = clean(raw)
    for i in range(1, len(source.text)):
        assert source.raw_span(i - 1, i)[1] <= source.raw_span(i, i + 1)[0]


@given(TEXTS)
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    once = clean(raw).text
    assert clean(once).text == once


@given(TEXTS)
def test_printable_can_be_encoded_and_moves_nothing(raw: str) -> None:
    assert len(printable(raw).encode().decode()) == len(raw)
