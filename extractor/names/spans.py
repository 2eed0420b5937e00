"""The spans of the names network, and what all finders of names ask about tokens and their spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from extractor import resources
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.characters import MAY_CLOSE, MAY_OPEN
from extractor.reading.forms import MEMO_SIZE
from extractor.reading.morphology import known_grammemes

# COM is an organization referred to by common nouns: "полиция".
Kind = Literal["PER", "ORG", "LOC", "COM"]
_KINDS: Mapping[str, Kind] = {"PER": "PER", "ORG": "ORG", "LOC": "LOC", "COM": "COM"}
NAME_GRAMMEMES = frozenset({"Name", "Surn", "Patr"})


class NameSpan(NamedTuple):
    """Tokens that the network labels as one name."""

    kind: Kind
    span: TokenSpan


class Found(NamedTuple):
    """A span of tokens with the name of the rule that found it."""

    span: TokenSpan
    rule: str


def name_spans(analysis: Analysis) -> list[NameSpan]:
    """The names that the network labels, in text order; a name ends at the latest with its sentence."""
    spans: list[NameSpan] = []
    for token in analysis.tokens:
        if token.name == "O":
            continue
        tag, kind = token.name[0], _KINDS[token.name[2:]]
        continues = (
            tag == "I"
            and spans
            and spans[-1].kind == kind
            and spans[-1].span.end == token.index
            and analysis.tokens[token.index - 1].sentence == token.sentence
        )
        if continues:
            spans[-1] = NameSpan(kind, TokenSpan(spans[-1].span.start, token.index + 1))
        else:
            spans.append(NameSpan(kind, TokenSpan(token.index, token.index + 1)))
    return spans


def tokens_in(spans: Iterable[TokenSpan]) -> set[int]:
    """The indexes of all tokens that the spans cover."""
    return {i for start, end in spans for i in range(start, end)}


def wide_gap(analysis: Analysis, i: int) -> bool:
    """Whether more than one character separates token `i` from the one before: items of a menu, not one name."""
    return i > 0 and analysis.tokens[i].start - analysis.tokens[i - 1].end > 1


def starts_line(analysis: Analysis, i: int) -> bool:
    """Whether token `i` stands where any word is capitalized: first in its sentence, after punctuation that may end
    a heading, or after a wide gap.
    """
    tokens = analysis.tokens
    before = i - 1
    while before >= 0 and tokens[before].sentence == tokens[i].sentence:
        if wide_gap(analysis, before + 1) or not (tokens[before].text[0].isalnum() or tokens[before].text in ",()"):
            return True
        if tokens[before].text[0].isalnum() or tokens[before].text == ",":
            return False
        before -= 1
    return True


def after_opening_mark(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a quotation mark that may open stands right before a span."""
    return span.start > 0 and analysis.tokens[span.start - 1].text in MAY_OPEN


def before_closing_mark(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a quotation mark that may close stands right after a span."""
    return span.end < len(analysis.tokens) and analysis.tokens[span.end].text in MAY_CLOSE


def is_known_name(text: str) -> bool:
    """Whether the dictionary has a word as a given name, patronymic or surname, among other things or alone."""
    return not NAME_GRAMMEMES.isdisjoint(known_grammemes(text))


@lru_cache(maxsize=MEMO_SIZE)
def is_brand(text: str) -> bool:
    """Whether a word is spelled like a brand: "СпортПульс", "Металлург-2", "Волга-Инфо"."""
    first = known_grammemes(text.partition("-")[0]) if "-" in text else frozenset()
    if "Geox" in first and NAME_GRAMMEMES.isdisjoint(first):
        return True
    return any(letter.isdigit() for letter in text) or any(
        before.islower() and letter.isupper() for before, letter in pairwise(text)
    )


@cache
def no_names() -> frozenset[str]:
    """Lemmas of capitalized words that the network tends to label as names though they are none (`no_names.tsv`)."""
    return resources.words("no_names.tsv")
