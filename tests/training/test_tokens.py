"""From characters of a text as it was given to tokens."""

from __future__ import annotations

import pytest

from extractor.reading.analysis import read
from training.tokens import TokensAt

# A soft hyphen and an accent, which the stages do not see, and a space that was lost.
TEXT = "Ди\u00adректор рын\u0301ка заявилвчера: «Торг окончен»."


def found(part: str) -> tuple[list[str], list[str]]:
    analysis = read(TEXT)
    tokens = TokensAt(analysis)
    start = TEXT.index(part)
    span = (start, start + len(part))
    overlapping = tokens.overlapping(span)
    return (
        [analysis.tokens[i].text for i in tokens.centred_in(span)],
        [] if overlapping is None else [token.text for token in analysis.tokens[slice(*overlapping)]],
    )


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("Ди\u00adректор рын\u0301ка", ["Директор", "рынка"]),
        ("заявилвчера", ["заявилвчера"]),
        ("Торг окончен", ["Торг", "окончен"]),
        ("«Торг окончен»", ["«", "Торг", "окончен", "»"]),
    ],
)
def test_whole_words_are_found_either_way(part: str, words: list[str]) -> None:
    assert found(part) == (words, words)


def test_a_part_of_a_word_holds_its_middle_or_overlaps_it() -> None:
    assert found("заявилв") == (["заявилвчера"], ["заявилвчера"])
    assert found("вчера") == ([], ["заявилвчера"])


def test_no_span_and_no_words_are_none() -> None:
    tokens = TokensAt(read(TEXT))
    assert list(tokens.centred_in(None)) == []
    assert tokens.overlapping(None) is None
    space = TEXT.index(" ")
    assert tokens.overlapping((space, space + 1)) is None
