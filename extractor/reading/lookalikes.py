"""Letters of the wrong alphabet that look like the right ones (a Latin "e" in a Russian word): a pass of `clean`.

A word mixes alphabets by mistake if all its letters of one of them look like letters of the other.  Names and glued
words that mix them on purpose or by a lost space (`HyperТекст`, `сайтеNews`) stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from extractor.reading.morphology import known_tags
from extractor.reading.text import Edit

# Letters that look alike, one under the other; the same with those that Russian lacks: Ukrainian and Kazakh letters,
# and Latin ones with an accent over a vowel, which stand for the vowel.
_LATIN, _CYRILLIC = "ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху"
_TO_RUSSIAN = str.maketrans(_LATIN, _CYRILLIC)
_TO_CYRILLIC = str.maketrans(_LATIN + "áéóýÁÉÓÝëËïÏhIi", _CYRILLIC + "аеоуАЕОУёЁїЇһІі")
_TO_LATIN = str.maketrans(_CYRILLIC + "Іі", _LATIN + "Ii")

_LATIN_LETTER, _CYRILLIC_LETTER = "A-Za-zÀ-ÖØ-öø-ÿ", "Ѐ-ԯ"
# Without a Latin letter there is nothing to do.
LATIN_LETTERS = re.compile(f"[{_LATIN_LETTER}]")
_MIXED = re.compile(f"[{_LATIN_LETTER}](?:(?<=[{_CYRILLIC_LETTER}].)|(?=[{_CYRILLIC_LETTER}]))")
_LATIN_WORD, _CYRILLIC_WORD = re.compile(f"[{_LATIN_LETTER}]+"), re.compile(f"[{_CYRILLIC_LETTER}]+")
_RUN = re.compile(f"[{_LATIN_LETTER}]+|[{_CYRILLIC_LETTER}]+")
# A lone letter that is a Russian word, between Russian words or at the start of a sentence.
_LONE = re.compile(
    r"[acoyABCKOY](?=[ ][«а-яёА-ЯЁ])(?:(?<=[а-яё,][ ][acoy])|(?<=[.!?…»][ ][ABCKOY])|(?<=[ABCKOY])(?<![^\n].))",
    re.DOTALL,
)
# One or two initials beside a Russian name; one of them may be Cyrillic.
_INITIAL = "[ABCEHKMOPTXY]"
_INITIALS = re.compile(
    rf"{_INITIAL}(?<![\w.&/-].)\.[ ]?(?:{_INITIAL}\.[ ]?|[А-ЯЁ]\.[ ]?)?(?=[А-ЯЁ][а-яё])"
    rf"|{_INITIAL}(?<=[А-ЯЁ]\..)\.(?=[ ]?[А-ЯЁ][а-яё])"
    rf"|{_INITIAL}(?<=[а-яё][ ].)\.[ ]?(?:{_INITIAL}|[А-ЯЁ])\."
)
# A word, perhaps with a number, of two characters or more all letters of which look alike in both alphabets.
_EITHER = re.compile(f"[{_LATIN}](?<![\\w.@#/&-].)(?:[{_LATIN}]+\\d*|\\d+)(?![\\w@&])")


def exchanged_letters(text: str) -> Iterator[Edit]:
    """Letters of the wrong alphabet become those of the right one, character by character."""
    found: dict[int, str] = {}
    for pattern in (_LONE, _INITIALS):
        for match in pattern.finditer(text):
            found[match.start()] = match[0].translate(_TO_RUSSIAN)
    found |= dict(_mixed_words(text))
    found |= dict(_words_of_either(text))
    last = 0
    for start in sorted(found):
        if start >= last:
            last = start + len(found[start])
            yield Edit(start, last, found[start])


def _mixed_words(text: str) -> Iterator[tuple[int, str]]:
    """Yields the places of words that mix alphabets by mistake, and what they should be."""
    last = 0
    for match in _MIXED.finditer(text):
        start = match.start()
        if start < last:
            continue
        while start and text[start - 1].isalpha():
            start -= 1
        last = match.end()
        while last < len(text) and text[last].isalpha():
            last += 1
        word = text[start:last]
        right = _in_one_alphabet(word)
        if right != word:
            yield start, right


def _in_one_alphabet(word: str) -> str:
    """Returns a word that mixes alphabets in the one that all its letters can be of, or as it is if there is none.

    A capital letter after a small one of the other alphabet begins another word that is glued to the first, and so does
    a small one after several capitals.  Cyrillic letters at the end of a Latin word in small letters are the ending of
    its case, or a glued word.
    """
    runs = _RUN.findall(word)
    for one, other in pairwise(runs):
        if (one[-1].islower() and other[0].isupper()) or (one[1:] and one.isupper() and other[0].islower()):
            return word
    cyrillic, latin = word.translate(_TO_CYRILLIC), word.translate(_TO_LATIN)
    may_be_latin = _LATIN_WORD.fullmatch(latin)
    if may_be_latin and _CYRILLIC_WORD.fullmatch(russian := word.translate(_TO_RUSSIAN)):
        mostly_cyrillic = 2 * sum(len(run) for run in runs if _CYRILLIC_WORD.fullmatch(run)) >= len(word)
        return russian if mostly_cyrillic or known_tags(russian.lower()) else latin
    if not may_be_latin:
        return cyrillic if _CYRILLIC_WORD.fullmatch(cyrillic) else word
    return latin if word.isupper() or not _CYRILLIC_WORD.fullmatch(runs[-1]) else word


def _words_of_either(text: str) -> Iterator[tuple[int, str]]:
    """Yields the places of words that are wholly of either alphabet and which the text mostly writes in the other one.

    Where it writes them as often in both, those that the dictionary lacks become Latin and the others stay.  So does a
    word that the text writes in one alphabet alone: of the Latin ones in real, nearly all are names (`BBC`, `HBO`,
    `AP`), though many look like Russian words.
    """
    latin: dict[str, list[int]] = {}
    for match in _EITHER.finditer(text):
        latin.setdefault(match[0], []).append(match.start())
    for word, places in latin.items():
        cyrillic = word.translate(_TO_RUSSIAN)
        if cyrillic not in text:
            continue
        others = [match.start() for match in re.finditer(rf"(?<!\w){cyrillic}(?!\w)", text)]
        if len(others) > len(places):
            yield from ((place, cyrillic) for place in places)
        elif len(others) < len(places) or not known_tags(cyrillic.lower()):
            yield from ((place, word) for place in others)
