"""Puts noun phrases into the nominative: the head and what agrees with it change, its other dependents stay."""

from __future__ import annotations

import re
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
# A word in capitals of at most so many letters counts as an abbreviation, which has no cases, a longer one as an
# ordinary word in capitals.  Of the forms in capitals in quotes and real the dictionary has 17 % of 2 to 5 letters as
# ordinary words (130 of 764), 58 % of 6 and 7 (31 of 53) and 80 % of more (32 of 40): at 6 either is about as likely.
_ABBREVIATION = 6
# The number of an ordinal ("138-го"), and one of which the dictionary has all forms; it lacks those of most.
_ORDINAL = re.compile(r"\d+(?=-[^\W\d_]+\Z)")
_KNOWN_NUMBER = "15"


def nominative(analysis: Analysis, span: TokenSpan) -> str:
    """Returns the text of a noun phrase in the nominative: "пресс-службе Росстата" gives "пресс-служба Росстата".

    The head, its adjectives and the appositions that agree with it change; number, capitals and the spelling of ё stay.
    A phrase without a nominal head is returned as it is written.
    """
    head = head_of(analysis, span)
    if head is None:
        return analysis.span_text(span)
    return declined_text(analysis, span, _changing(analysis, span, head), head)


def declined_text(
    analysis: Analysis, span: TokenSpan, changing: Sequence[int], head: int, number: str | None = None
) -> str:
    """Returns the text of a span with the tokens `changing` in the nominative, and in `number` where given ("sing").

    They are indexes of tokens in ascending order, `head` among them, with which the others agree.
    """
    forms = in_nominative(tuple(analysis.tokens[i].word for i in changing), changing.index(head), number)
    text, at = analysis.text, analysis.tokens[span.start].start
    pieces: list[str] = []
    for i, form in zip(changing, forms, strict=True):
        token = analysis.tokens[i]
        pieces += (text[at : token.start], form)
        at = token.end
    pieces.append(text[at : analysis.tokens[span.end - 1].end])
    return "".join(pieces)


def head_of(analysis: Analysis, span: TokenSpan) -> int | None:
    """Returns the index of the head of a noun phrase, None if it has none.

    It is the first nominal whose own head lies outside the span, else the first noun or pronoun.
    """
    tokens = analysis.tokens
    for i in range(*span):
        if not span.start <= tokens[i].head < span.end and tokens[i].pos in _HEAD_TAGS:
            return i
    return next((i for i in range(*span) if tokens[i].pos in _NOUN_TAGS), None)


def _changing(analysis: Analysis, span: TokenSpan, head: int) -> list[int]:
    """Returns the indexes of the tokens of a span that take the head's case, the head included, ascending."""
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
    """Whether a token, a dependent of `parent`, takes the case of the phrase's head."""
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
    """Whether a modifier agrees with the head in case; the tagger mixes up genitive and accusative of equal form."""
    return modifier.case is not None and (modifier.case == head.case or {modifier.case, head.case} == {"Gen", "Acc"})


def declinable(text: str) -> bool:
    """Whether a word can be declined at all: it is not Latin, no initial and no abbreviation like "МИД" or "ТвГУ"; an
    ordinal like "41-й" can.
    """
    if text[-1:].isupper() and (len(text) <= _ABBREVIATION or not text.isupper()):
        return False
    ordinal = text[:1].isdigit() and text[-1:].isalpha() and "-" in text
    return len(text) > 1 and (text[0].isalpha() or ordinal) and not text.isascii()


@lru_cache(maxsize=MEMO_SIZE)
def in_nominative(words: tuple[Word, ...], head: int, number: str | None = None) -> tuple[str, ...]:
    """Returns words that agree in case in the nominative, as text; `head` is the index of their head.  `number` is the
    one to put them into ("sing"), by default their own.

    They are returned as they are if the head has no parse with a case or is in the nominative already.
    """
    head_parse = _head_parse(words, head)
    if head_parse is None or ("nomn" in head_parse.tag and number in (None, head_parse.tag.number)):
        return tuple(word.text for word in words)
    number = number or (str(head_parse.tag.number) if head_parse.tag.number else None)
    forms = []
    for i, written in enumerate(words):
        digits = _ORDINAL.match(written.text)
        word = written._replace(text=_KNOWN_NUMBER + written.text[digits.end() :]) if digits else written
        parse = head_parse if i == head else _agreeing(word, head_parse)
        if parse is None or not declinable(word.text):
            forms.append(written.text)
        elif i == head:
            forms.append(declined(word.text, parse, "nomn", number))
        else:
            form = declined(word.text, parse, "nomn", number, _agreement_gender(parse, head_parse, number))
            forms.append(digits[0] + form[len(_KNOWN_NUMBER) :] if digits else form)
    return tuple(forms)


@lru_cache(maxsize=MEMO_SIZE)
def _head_parse(words: tuple[Word, ...], head: int) -> Parse | None:
    """Returns the parse of the head that agrees best with its tag and with the other words, None if none has a case.

    Of equal ones the one with the shortest lemma: "полка" is far more often "полк" than "полок".
    """

    def score(parse: Parse) -> tuple[float, int]:
        agreement = sum(0.0 if _agreeing(word, parse) is None else 1.0 for i, word in enumerate(words) if i != head)
        return float(parse.score) + tagger_agreement(words[head], parse) + agreement, -len(parse.normal_form)

    candidates = [p for p in parses(words[head].text) if p.tag.case and p.tag.POS in _HEAD_PARTS]
    return max(candidates, key=score, default=None)


def tagger_agreement(word: Word, parse: Parse) -> float:
    """Returns how well a parse agrees with the tag of a word: 2 for the case, 1 each for number and gender.

    The case weighs as much as the others together because it is what the nominative is derived from.
    """
    tag = parse.tag
    case = CASES.get(word.case or "") == tag.case
    number = NUMBERS.get(word.number or "") == tag.number
    gender = GENDERS.get(word.gender or "") == tag.gender
    return 2.0 * bool(case) + bool(number) + bool(gender)


def _agreeing(word: Word, head_parse: Parse) -> Parse | None:
    """Returns the first parse of a modifier or apposition that agrees with the parse of the head, None if none does."""
    tag = head_parse.tag
    for parse in parses(word.text):
        other = parse.tag
        if other.case != tag.case or (other.number and tag.number and other.number != tag.number):
            continue
        if other.POS == "NOUN" and word.pos in _NOUN_TAGS:
            return parse
        if other.POS in _MODIFIER_PARTS and (not other.gender or not tag.gender or other.gender == tag.gender):
            return parse
    return None


def _agreement_gender(parse: Parse, head_parse: Parse, number: str | None) -> str | None:
    """Returns the gender that a modifier takes from the head; None in the plural and for nouns, which keep theirs."""
    if parse.tag.POS == "NOUN" or number != "sing" or not head_parse.tag.gender:
        return None
    return str(head_parse.tag.gender)
