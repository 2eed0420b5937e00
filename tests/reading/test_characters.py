"""The classes of characters, and that the segmenter keeps to them."""

import unicodedata

import pytest

from extractor.reading import characters as c
from extractor.reading.analysis import read


def texts(raw: str) -> list[str]:
    return [token.text for token in read(raw).tokens]


def test_a_mark_opens_or_closes_or_does_either() -> None:
    assert not c.OPENING_MARKS & c.CLOSING_MARKS
    assert not c.EITHER_MARKS & (c.OPENING_MARKS | c.CLOSING_MARKS)
    assert c.MAY_OPEN | c.MAY_CLOSE == c.MARKS
    assert not c.MAY_OPEN & c.CLOSING_MARKS
    assert not c.MAY_CLOSE & c.OPENING_MARKS


def test_marks_dashes_and_stops_have_nothing_in_common() -> None:
    assert not c.QUOTATION_MARKS & c.DASHES
    assert not c.QUOTATION_MARKS & c.ENDS
    assert not c.DASHES & c.ENDS
    assert not c.SINGLE_MARKS & c.MARKS


def test_all_kinds_of_stops_are_ends() -> None:
    assert c.STOPS | c.FULL_STOPS <= c.ENDS
    assert {character for end in c.ENDS for character in end} == c.STOPS


@pytest.mark.parametrize("character", sorted(c.QUOTATION_MARKS | c.DASHES | c.STOPS))
def test_members_are_single_marks_of_punctuation(character: str) -> None:
    assert len(character) == 1
    assert unicodedata.category(character)[0] == "P"


@pytest.mark.parametrize("dash", sorted(c.LONG_DASHES))
def test_a_long_dash_is_split_off_wherever_it_stands(dash: str) -> None:
    assert texts(f"Дождь{dash}это хорошо") == ["Дождь", dash, "это", "хорошо"]
    assert texts(f"{dash}Пора,{dash} сказал он.") == [dash, "Пора", ",", dash, "сказал", "он", "."]


def test_a_hyphen_stays_in_its_word() -> None:
    assert texts("кто-то из-за угла") == ["кто-то", "из-за", "угла"]


@pytest.mark.parametrize("mark", sorted(c.MARKS))
def test_a_quotation_mark_is_a_token_of_its_own(mark: str) -> None:
    assert texts(f"Он снял {mark}Чайку{mark}.") == ["Он", "снял", mark, "Чайку", mark, "."]
    assert texts(f"{mark}Лёд{mark},—сказал он") == [mark, "Лёд", mark, ",", "—", "сказал", "он"]


@pytest.mark.parametrize("stop", sorted(c.STOPS))
def test_a_stop_ends_a_sentence(stop: str) -> None:
    analysis = read(f"Дождь кончился{stop} Инна ушла.")
    assert [analysis.span_text(sentence) for sentence in analysis.sentences] == [f"Дождь кончился{stop}", "Инна ушла."]
