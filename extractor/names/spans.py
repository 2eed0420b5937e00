"""The spans of the names network, and what all finders of names ask of a word's place and spelling."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from extractor import resources
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.forms import MEMO_SIZE
from extractor.reading.morphology import known_grammemes

# COM is an organization called by common nouns.
Kind = Literal["PER", "ORG", "LOC", "COM"]
_KINDS: Mapping[str, Kind] = {"PER": "PER", "ORG": "ORG", "LOC": "LOC", "COM": "COM"}
NAME_GRAMMEMES = frozenset({"Name", "Surn", "Patr"})


class NameSpan(NamedTuple):
    """Tokens that the network takes for a name."""

    kind: Kind
    span: TokenSpan


def name_spans(analysis: Analysis) -> list[NameSpan]:
    """The network's names in the order of the text; none reaches over the end of a sentence."""
    spans: list[NameSpan] = []
    for token in analysis.tokens:
        if token.name == "O":
            continue
        tag, kind = token.name[0], _KINDS[token.name[2:]]
        goes_on = (
            tag == "I"
            and spans
            and spans[-1].kind == kind
            and spans[-1].span.end == token.index
            and analysis.tokens[token.index - 1].sentence == token.sentence
        )
        if goes_on:
            spans[-1] = NameSpan(kind, TokenSpan(spans[-1].span.start, token.index + 1))
        else:
            spans.append(NameSpan(kind, TokenSpan(token.index, token.index + 1)))
    return spans


def wide_gap(analysis: Analysis, i: int) -> bool:
    """Whether more than a space stands before the token: a menu's items, no name."""
    return i > 0 and analysis.tokens[i].start - analysis.tokens[i - 1].end > 1


def starts_line(analysis: Analysis, i: int) -> bool:
    """Whether a word stands where any word has a capital: first in its sentence, or after a mark or a wide gap."""
    tokens = analysis.tokens
    before = i - 1
    while before >= 0 and tokens[before].sentence == tokens[i].sentence:
        if wide_gap(analysis, before + 1) or not (tokens[before].text[0].isalnum() or tokens[before].text in ",()"):
            return True
        if tokens[before].text[0].isalnum() or tokens[before].text == ",":
            return False
        before -= 1
    return True


@lru_cache(maxsize=MEMO_SIZE)
def is_brand(text: str) -> bool:
    """Whether a word is written like a brand: СпортПульс, Металлург-2, Волга-Инфо."""
    first = known_grammemes(text.partition("-")[0]) if "-" in text else frozenset()
    if "Geox" in first and NAME_GRAMMEMES.isdisjoint(first):
        return True
    return any(letter.isdigit() for letter in text) or any(
        before.islower() and letter.isupper() for before, letter in pairwise(text)
    )


@cache
def no_names() -> frozenset[str]:
    """Words in capitals that the network takes for names though they are none, as lemmas."""
    return resources.words("no_names.tsv")
