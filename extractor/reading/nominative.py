"""Phrases in the nominative: the head and what agrees with it change, its other dependents stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pymorphy3.analyzer import Parse

from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.characters import QUOTATION_MARKS
from extractor.reading.forms import MEMO_SIZE
from extractor.reading.morphology import CASES, GENDERS, NUMBERS, Word, declined, parses

_NOUN_TAGS = frozenset({"NOUN", "PROPN", "PRON"})
_HEAD_TAGS = _NOUN_TAGS | {"NUM", "ADJ", "DET", "VERB"}
_MODIFIER_RELATIONS = frozenset({"amod", "det", "acl", "nummod"})
_APPOSITION_RELATIONS = frozenset({"appos", "flat:name", "flat"})
_HEAD_PARTS = frozenset({"NOUN", "NPRO", "NUMR", "ADJF", "PRTF"})
_MODIFIER_PARTS = frozenset({"ADJF", "PRTF", "NPRO", "NUMR"})
# An abbreviation is a word in capitals of at most so many letters.
_ABBREVIATION = 6


def nominative(analysis: Analysis, span: TokenSpan) -> str:
    """A noun phrase in the nominative: "пресс-службе Росстата" → "пресс-служба Росстата".

    The head, its adjectives and agreeing appositions change; number, capitals and е or ё stay.  A phrase
    without a noun is given back as it stands.
    """
    head = head_of(analysis, span)
    if head is None:
        return analysis.span_text(span)
    return declined_text(analysis, span, _changing(analysis, span, head), head)


def declined_text(analysis: Analysis, span: TokenSpan, changing: Sequence[int], head: int) -> str:
    """The text of a span with the tokens `changing`, which agree with the token `head`, in the nominative."""
    forms = in_nominative(tuple(analysis.tokens[i].word for i in changing), changing.index(head))
    text, at = analysis.text, analysis.tokens[span.start].start
    pieces: list[str] = []
    for i, form in zip(changing, forms, strict=True):
        token = analysis.tokens[i]
        pieces += (text[at : token.start], form)
        at = token.end
    pieces.append(text[at : analysis.tokens[span.end - 1].end])
    return "".join(pieces)


def head_of(analysis: Analysis, span: TokenSpan) -> int | None:
    """The token that a noun phrase is built on: the syntactic root of the span where it is a nominal, else
    the first noun; None where there is none.
    """
    tokens = analysis.tokens
    for i in range(*span):
        if not span.start <= tokens[i].head < span.end and tokens[i].pos in _HEAD_TAGS:
            return i
    return next((i for i in range(*span) if tokens[i].pos in _NOUN_TAGS), None)


def _changing(analysis: Analysis, span: TokenSpan, head: int) -> list[int]:
    """The tokens of the span that decline together with the head, the head among them, in order."""
    found = {head}
    stack = [head]
    while stack:
        parent = stack.pop()
        for child in analysis.children(parent):
            if span.start <= child < span.end and child not in found and _declines_along(analysis, child, parent, head):
                found.add(child)
                stack.append(child)
    return sorted(found)


def _declines_along(analysis: Analysis, child: int, parent: int, head: int) -> bool:
    token, top = analysis.tokens[child], analysis.tokens[head]
    if token.rel in _MODIFIER_RELATIONS:
        return _same_case(token, top)
    if token.rel in _APPOSITION_RELATIONS:
        quoted = child > 0 and analysis.tokens[child - 1].text in QUOTATION_MARKS
        return not quoted and token.pos in _NOUN_TAGS and token.case == top.case
    if token.rel == "conj" and parent != head:
        return token.pos == analysis.tokens[parent].pos and token.case == top.case
    return False


def _same_case(modifier: Token, head: Token) -> bool:
    """Whether a modifier agrees in case; genitive and accusative often share a form."""
    return modifier.case is not None and (modifier.case == head.case or {modifier.case, head.case} == {"Gen", "Acc"})


def declinable(text: str) -> bool:
    """Whether a word can have cases at all: Cyrillic, no initial and no abbreviation."""
    if len(text) <= _ABBREVIATION and text.isupper():
        return False
    return len(text) > 1 and text[0].isalpha() and not text.isascii()


@lru_cache(maxsize=MEMO_SIZE)
def in_nominative(words: tuple[Word, ...], head: int) -> tuple[str, ...]:
    """The words, of which the one at `head` governs the agreement of the others, in the nominative."""
    reading = _reading(words, head)
    if reading is None or "nomn" in reading.tag:
        return tuple(word.text for word in words)
    number = str(reading.tag.number) if reading.tag.number else None
    forms = []
    for i, word in enumerate(words):
        parse = reading if i == head else _agreeing(word, reading)
        if parse is None or not declinable(word.text):
            forms.append(word.text)
        elif i == head:
            forms.append(declined(word.text, parse, "nomn", number))
        else:
            forms.append(declined(word.text, parse, "nomn", number, _agreement_gender(parse, reading)))
    return tuple(forms)


@lru_cache(maxsize=MEMO_SIZE)
def _reading(words: tuple[Word, ...], head: int) -> Parse | None:
    """The parse of the head with which the tagger and the other words agree best; None for a head without one."""

    def score(parse: Parse) -> float:
        agreement = sum(0.0 if _agreeing(word, parse) is None else 1.0 for i, word in enumerate(words) if i != head)
        return float(parse.score) + tagger_agreement(words[head], parse) + agreement

    candidates = [p for p in parses(words[head].text) if p.tag.case and p.tag.POS in _HEAD_PARTS]
    return max(candidates, key=score, default=None)


def tagger_agreement(word: Word, parse: Parse) -> float:
    """How well a parse agrees with the tagger's reading of the word: 2 for the case, 1 for number and gender."""
    tag = parse.tag
    case = CASES.get(word.case or "") == tag.case
    number = NUMBERS.get(word.number or "") == tag.number
    gender = GENDERS.get(word.gender or "") == tag.gender
    return 2.0 * bool(case) + bool(number) + bool(gender)


def _agreeing(word: Word, reading: Parse) -> Parse | None:
    """The first parse of a modifier or apposition that agrees with the head's reading."""
    tag = reading.tag
    for parse in parses(word.text):
        other = parse.tag
        if other.case != tag.case or (other.number and tag.number and other.number != tag.number):
            continue
        if other.POS == "NOUN" and word.pos in _NOUN_TAGS:
            return parse
        if other.POS in _MODIFIER_PARTS and (not other.gender or not tag.gender or other.gender == tag.gender):
            return parse
    return None


def _agreement_gender(parse: Parse, reading: Parse) -> str | None:
    """The gender that a modifier takes beside the head: none in the plural, its own for a noun."""
    if parse.tag.POS == "NOUN" or reading.tag.number != "sing" or not reading.tag.gender:
        return None
    return str(reading.tag.gender)
