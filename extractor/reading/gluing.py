"""Finds where words were glued together, as in text taken out of a page without separators: "РФДмитрийМедведев".

A word that the dictionary lacks is cut where the cheapest way to read it is as several words: a dynamic program over
all cuts, as in unigram word segmentation (Norvig, "Natural Language Corpus Data", 2009), with costs by class of word in
place of counts.  What is written together on purpose ("КамАЗа", "iPhone", "РусГидро") stays whole, because a part of it
is no word or because its parts are the bare nouns of which brands are made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal

from extractor.reading.forms import FORMS_SIZE, MEMO_SIZE, plain
from extractor.reading.morphology import analyzer, known_grammemes, known_tags
from extractor.resources import words

# What a part costs, by what is known of it.  Only differences matter.  The costs were set by reading what is cut in
# real/pool and real/train; `training/measure_gluing.py` measures them on other texts, glued on purpose.
_FUNCTION_WORD, _SEEN = 1.0, 1.0
_WORD, _SHORT_WORD = 1.5, 2.5
_LATIN, _DOMAIN = 1.5, 1.0
_ABBREVIATION, _CAPITALS = 1.5, 3.0
_NAME = 5.5
_NO_WORD = 9.0
# What a cut costs, by the kinds of the characters beside it (see `_kinds`): nothing from a small to a capital letter.
_CUTS = {"cC": 0.0, "lL": 1.5, "CC": 1.0, "Cc": 2.0, "cc": 2.5, "LL": 9.0, "Ll": 9.0, "ll": 9.0}
_CUT_OF_ALPHABETS = 0.5
# Added to a cut between small letters with neither a function word nor a verb at it: endings are words too ("ость").
_NO_SIGN = 5.0
# What it costs to leave a word whole: more for a longer word, and for each seam in it.
_WHOLE, _WHOLE_LETTER, _SEAM = 3.5, 0.25, 3.0
# Added to a cut between parts as brands have them: "ДомКлик".
_BRAND = 9.0
# The most letters of a part, and of a word that is looked at; both bound time.
_LONGEST, _LONGEST_WORD = 24, 60
# The fewest letters of each part of a word without a seam, and of parts that are neither verbs nor function words.
_PLAIN_PART, _OTHER_PART = 5, 6
# The fewest letters of a word after a verb that stands after another word.
_SHORT_PART = 4

_CAPITALS_THEN_SMALL = re.compile("[А-ЯЁ]{2}[а-яё]{2}")
DOMAINS = frozenset({"ru", "kz", "com", "ua", "by", "net", "org", "uz", "kg", "info"})
_VOWELS = frozenset("аеёиоуыэюя")
# Function words of one letter that are endings too.
_ENDINGS = frozenset("акосуяы")


def cuts(word: str, seen: Set[str]) -> tuple[int, ...]:
    """Returns the offsets at which a word of letters is to be cut into several; none if it is one word.

    `seen` are the words of the document.
    """
    if not may_be_glued(word):
        return ()
    kinds = _kinds(word)
    seams = list(_seams(kinds))
    if not seams and not _CAPITALS_THEN_SMALL.search(word):
        return _cut_of_small_letters(word, seen)
    cost, ends = _cheapest(word, kinds, frozenset(seams), seen)
    if cost >= _WHOLE + _WHOLE_LETTER * len(word) + _SEAM * len(seams):
        return ()
    found: list[int] = []
    for start, end in pairwise((0, *ends)):
        part = word[start:end]
        if part not in seen and may_be_glued(part):
            found += (start + cut for cut in _cut_of_small_letters(part, seen))
        found.append(end)
    return tuple(found[:-1])


@lru_cache(maxsize=FORMS_SIZE)
def may_be_glued(word: str) -> bool:
    """Whether a word of letters may be several: the dictionary lacks it, and it has a seam or a place to cut it."""
    if len(word) > _LONGEST_WORD or _known(word.lower()):
        return False
    return has_seam(word) or bool(_CAPITALS_THEN_SMALL.search(word) or _places(word) or _round_verb(word))


def has_seam(word: str) -> bool:
    """Whether the alphabet changes in a word of letters, or a capital letter follows a small one."""
    return next(_seams(_kinds(word)), None) is not None


def _cheapest(word: str, kinds: str, seams: frozenset[int], seen: Set[str]) -> tuple[float, tuple[int, ...]]:
    """Returns the cost of the cheapest way to read a word as at least two parts, and the offsets where they end."""
    # By the end of a part and its start: the cheapest way up to there.
    paths: list[dict[int, tuple[float, tuple[int, ...]]]] = [{} for _ in range(len(word) + 1)]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - _LONGEST), end):
            if end - start == len(word):
                continue
            part = _part_cost(word[start:end], kinds[start:end], start, seen)
            part += _SEAM * sum(start < seam < end for seam in seams)
            if start == 0:
                paths[end][0] = part, (end,)
            elif paths[start]:
                cost, ends = min(
                    (cost + _cut_cost(word, kinds, first, start, end), ends)
                    for first, (cost, ends) in paths[start].items()
                )
                paths[end][start] = cost + part, (*ends, end)
    return min(paths[-1].values(), default=(float("inf"), ()))


def _part_cost(part: str, kinds: str, start: int, seen: Set[str]) -> float:
    lower = part.lower()
    if _is_function_word(part):
        return _FUNCTION_WORD
    if set(kinds) <= {"l", "L"}:
        if start == 0 and lower in DOMAINS:
            return _DOMAIN
        return _LATIN if kinds[0] == "L" and len(part) > 1 else _SHORT_WORD if len(part) > 2 else _NO_WORD
    if set(kinds) & {"l", "L"}:
        return 2 * _NO_WORD
    if part in seen and len(part) > 2:
        return _SEEN
    if set(kinds[1:]) <= {"c"}:
        if len(part) > 2 and _known(lower):
            return _WORD if len(part) > 3 else _SHORT_WORD
        return _NAME if kinds[0] == "C" and len(part) > 3 else _NO_WORD
    if set(kinds) == {"C"} and len(part) > 1:
        return _ABBREVIATION if "Abbr" in known_grammemes(lower) else _CAPITALS
    return _NO_WORD


def _cut_cost(word: str, kinds: str, first: int, start: int, end: int) -> float:
    """Returns what the cut at `start` costs, between the parts [first, start) and [start, end)."""
    cut = kinds[start - 1] + kinds[start]
    left, right = word[first:start], word[start:end]
    cost = _CUTS.get(cut, _CUT_OF_ALPHABETS)
    if cut == "Cc" and first + 1 == start:  # a capital letter and the rest of its word ("Акорда")
        return _NO_WORD
    small = left.islower() and _is_function_word(left)
    if cut == "cc" and not (small or _is_function_word(right) or _is_verb(right)):
        cost += _NO_SIGN
    # A small letter is an ending, or joins the capitals of an abbreviation ("ВООПиК").
    if len(right) == 1 and (right in _ENDINGS or (cut == "Cc" and end < len(word))):
        cost += _NO_WORD
    if cut == "cC":
        # A capital preposition of one letter ends what was glued: a space follows it.
        if end - start == 1 and end < len(word):
            cost += _NO_WORD
        if _as_in_brands(left, right):
            cost += _BRAND
    return cost


def _as_in_brands(left: str, right: str) -> bool:
    """Whether two parts may be a brand: a short or bare noun, and a noun in the singular or no word ("РусГидро")."""
    if _is_function_word(left) or _is_function_word(right):
        return False
    grammemes, others = known_grammemes(left.lower()), known_grammemes(right.lower())
    if left.islower():
        return len(left) < _PLAIN_PART or "Fixd" in grammemes
    if right.isupper():
        return len(left) < _PLAIN_PART
    if len(left) >= _PLAIN_PART and "Name" in grammemes and "Name" not in others:
        return False
    bare = len(left) <= _PLAIN_PART or not grammemes or _is_bare_noun(left.lower())
    return bare and (not others or any({"NOUN", "sing"} <= tag.grammemes for tag in known_tags(right.lower())))


@lru_cache(maxsize=MEMO_SIZE)
def _is_bare_noun(word: str) -> bool:
    return any({"NOUN", "nomn", "sing"} <= tag.grammemes for tag in known_tags(word))


def _is_verb(word: str) -> bool:
    grammemes = known_grammemes(word)
    return len(word) >= _PLAIN_PART and not grammemes.isdisjoint({"VERB", "INFN"}) and "NOUN" not in grammemes


def _is_function_word(word: str) -> bool:
    return plain(word.lower()) in _function_words() and (word.islower() or word[1:].islower() or len(word) == 1)


def _cut_of_small_letters(word: str, seen: Set[str]) -> tuple[int, ...]:
    """Returns the offsets at which a word without a seam is cut: the first possible one, or both sides of a verb."""
    places = _places(word)
    return next(((at,) for at, unless_seen in places if not unless_seen or word[:at] in seen), _round_verb(word))


@lru_cache(maxsize=FORMS_SIZE)
def _round_verb(word: str) -> tuple[int, ...]:
    """Returns the offsets of the start and the end of a verb between two other words ("Президентпоговорилс").

    The word before it is long, and known or a name; after a name that is not known no single letter stands, which may
    be its ending.
    """
    for start in range(_PLAIN_PART, len(word) - _PLAIN_PART):
        known = _known(word[:start].lower())
        if not (known or word[0].isupper()) or _is_verb(word[start:]):  # "рассказали" is no "рассказал и"
            continue
        for end in range(len(word) - (1 if known else 2), start + _PLAIN_PART - 1, -1):
            right = word[end:]
            if (_is_function_word(right) or (len(right) >= _SHORT_PART and _known(right))) and _is_verb(
                word[start:end]
            ):
                return start, end
    return ()


@lru_cache(maxsize=FORMS_SIZE)
def _places(word: str) -> tuple[tuple[int, bool], ...]:
    """Returns the offsets at which a word without a seam may be cut, each with whether its first part must be seen.

    Compounds begin with a bare stem ("спецборт", "микроавтобус"), verbs with a prefix, and a name that the dictionary
    lacks may end as anything does ("Кларинваль"): only what none of these can be is cut apart.
    """
    found = ((at, _cut_apart(word[:at], word[at:])) for at in range(2, len(word)))
    return tuple((at, apart == "if seen") for at, apart in found if apart != "never")


def _cut_apart(left: str, right: str) -> Literal["always", "if seen", "never"]:
    named = left[0].isupper()
    known = _known(left.lower())
    if _is_function_word(right):
        if len(left) < _PLAIN_PART or right in _ENDINGS:
            return "never"
        if len(right) == 1:
            if right == "в":
                return "always" if known and (left[-1] == "в" or not named) else "if seen"
            return "if seen" if left[-1] in _VOWELS else "never"
        return "always" if known and not named else "if seen"
    if not _known(right):
        return "never"
    if _is_verb(right):
        short_name = named and len(left) == _PLAIN_PART - 1 and len(right) > _OTHER_PART  # "Шмид заявила"
        if len(left) < _PLAIN_PART and not short_name:
            speaks = len(left) > 2 and _is_function_word(left) and "PREP" not in known_grammemes(left)
            return "always" if speaks else "never"
        return "always" if named or (known and "PREP" not in known_grammemes(left)) else "if seen"
    if not named and _is_verb(left) and len(right) >= _PLAIN_PART:
        return "always"
    if named or len(right) < _OTHER_PART or len(left) < _OTHER_PART or not known:
        return "never"
    stem = left[-1] in "ое" or not known_grammemes(left).isdisjoint({"Fixd", "NUMR", "PREP"}) or _is_bare_noun(left)
    return "never" if stem else "always"


def _kinds(word: str) -> str:
    """Returns a letter for each letter of a word: "l" a small and "L" a capital Latin one, "c" and "C" any other."""
    return "".join(
        ("L" if letter.isupper() else "l") if letter.isascii() else ("C" if letter.isupper() else "c")
        for letter in word
    )


def _seams(kinds: str) -> Iterator[int]:
    """Yields the offsets at which the alphabet changes or a capital letter follows a small one of its alphabet."""
    for i in range(1, len(kinds)):
        left, right = kinds[i - 1], kinds[i]
        if left + right == "cC" or (left in "lL") != (right in "lL"):
            yield i


def _known(word: str) -> bool:
    return bool(analyzer().word_is_known(word))


@cache
def _function_words() -> frozenset[str]:
    return frozenset(map(plain, words("glued_words.tsv")))
