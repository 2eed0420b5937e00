"""The mapping from a text as the stages read it to the text as it was given, whatever was edited in between."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.reading.text import Edit, SourceText, printable

ODD = "\ud800\udfff\u0301\u0306\x00\r\n\u00a0\u00ad\u200b\ufeff\u2028\t"
TEXTS = st.text(st.one_of(st.sampled_from(ODD + "аеи «»"), st.characters()), max_size=60)


@st.composite
def edits_of(draw: st.DrawFn, length: int) -> list[Edit]:
    """Some edits of a text of this length, in order and apart."""
    cuts = sorted(draw(st.lists(st.integers(0, length), max_size=8)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return [Edit(start, end, draw(st.text("xyz", max_size=4))) for start, end in pairs]


@st.composite
def twice_edited(draw: st.DrawFn) -> tuple[SourceText, list[Edit], list[Edit]]:
    """A text, edits of it, and edits of what they make of it."""
    source = SourceText(*[draw(st.text("абвг", max_size=20))] * 2)
    first = draw(edits_of(len(source.text)))
    return source, first, draw(edits_of(len(source.edited(first).text)))


def apply(text: str, edits: list[Edit]) -> str:
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


def given_texts(source: SourceText) -> list[str]:
    """What each word of a text is in the raw text."""
    found, start = [], 0
    for word in source.text.split(" "):
        found.append(source.raw[slice(*source.raw_span(start, start + len(word)))])
        start += len(word) + 1
    return found


@pytest.mark.parametrize(
    ("raw", "edits", "text", "words"),
    [
        ("**Инна** ушла", [(0, 2, ""), (6, 8, "")], "Инна ушла", ["Инна", "ушла"]),
        ("&laquo;Лёд&raquo; тает", [(0, 7, "«"), (10, 17, "»")], "«Лёд» тает", ["&laquo;Лёд&raquo;", "тает"]),
        ("он&raquo;** ушёл", [(2, 9, "»"), (9, 11, "")], "он» ушёл", ["он&raquo;", "ушёл"]),
        ("он**&raquo; ушёл", [(2, 4, ""), (4, 11, "»")], "он» ушёл", ["он**&raquo;", "ушёл"]),
        ("сказалИнна", [(6, 6, " ")], "сказал Инна", ["сказал", "Инна"]),
        ("вДом", [(1, 1, " "), (2, 2, "")], "в Дом", ["в", "Дом"]),
        ("Mосква Tула", [(0, 1, "М"), (7, 8, "Т")], "Москва Тула", ["Mосква", "Tула"]),
    ],
)
def test_words_of_an_edited_text_are_what_they_stand_for(
    raw: str, edits: list[tuple[int, int, str]], text: str, words: list[str]
) -> None:
    source = SourceText(raw, raw).edited([Edit(*edit) for edit in edits])
    assert (source.text, given_texts(source)) == (text, words)


def test_marks_that_one_edit_removed_stay_outside_when_another_one_follows() -> None:
    source = SourceText("**он**&raquo;Инна", "**он**&raquo;Инна").edited([Edit(6, 13, "»")])
    source = source.edited([Edit(0, 2, ""), Edit(4, 6, "")]).edited([Edit(3, 3, " ")])
    assert (source.text, given_texts(source)) == ("он» Инна", ["он**&raquo;", "Инна"])


@given(twice_edited())
def test_edits_of_an_edited_text_are_edits_of_what_it_was_made_of(
    case: tuple[SourceText, list[Edit], list[Edit]],
) -> None:
    source, first, second = case
    edited = source.edited(first).edited(second)
    assert edited.raw == source.raw
    assert edited.text == apply(apply(source.raw, first), second)


@given(twice_edited())
def test_spans_follow_one_another_and_unedited_characters_are_themselves(
    case: tuple[SourceText, list[Edit], list[Edit]],
) -> None:
    source, first, second = case
    edited = source.edited(first).edited(second)
    spans = [edited.raw_span(i, i + 1) for i in range(len(edited.text))]
    assert all(0 <= start <= end <= len(edited.raw) for start, end in spans)
    plain = [(span, character) for span, character in zip(spans, edited.text, strict=True) if character in "абвг"]
    assert [edited.raw[slice(*span)] for span, _ in plain] == [character for _, character in plain]
    assert all(one[1] <= other[0] for (one, _), (other, _) in pairwise(plain))
    for start in range(len(spans)):
        for end in range(start + 1, len(spans) + 1):
            assert edited.raw_span(start, end) == (spans[start][0], spans[end - 1][1])


@given(twice_edited())
def test_two_rows_of_edits_map_as_one_after_the_other(case: tuple[SourceText, list[Edit], list[Edit]]) -> None:
    source, first, second = case
    once = source.edited(first)
    alone = SourceText(once.text, once.text).edited(second)
    both = once.edited(second)
    for i, character in enumerate(both.text):
        if character in "абвг":
            start, end = alone.raw_span(i, i + 1)
            assert both.raw_span(i, i + 1) == once.raw_span(start, end)


def test_a_text_without_edits_is_the_same_object() -> None:
    source = SourceText("Тула", "Тула")
    assert source.edited([]) is source


@given(TEXTS)
def test_printable_can_be_encoded_and_moves_nothing(raw: str) -> None:
    assert len(printable(raw).encode().decode()) == len(raw)
