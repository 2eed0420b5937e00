"""Lemmas and inflected forms of single words, by pymorphy3's dictionary; the tagger's tag chooses among its parses."""

from __future__ import annotations

import os
from collections.abc import Iterable, Set
from functools import cache, lru_cache
from threading import RLock
from typing import NamedTuple, TypeVar

from pymorphy3 import MorphAnalyzer
from pymorphy3.analyzer import Parse
from pymorphy3.tagset import OpencorporaTag

from extractor.reading.forms import MEMO_SIZE, plain

T = TypeVar("T")
# The tagger's parts of speech and features are those of Universal Dependencies, pymorphy3's those of OpenCorpora.
_POS = {
    "NOUN": {"NOUN"},
    "PROPN": {"NOUN"},
    "ADJ": {"ADJF", "ADJS", "COMP", "PRTF"},
    "VERB": {"VERB", "INFN", "PRTF", "PRTS", "GRND"},
    "AUX": {"VERB", "INFN"},
    "DET": {"ADJF", "NPRO"},
    "PRON": {"NPRO", "ADJF", "NOUN"},
    "ADV": {"ADVB", "COMP", "PRED"},
    "NUM": {"NUMR", "ADJF"},
}
CASES = {"Nom": "nomn", "Gen": "gent", "Dat": "datv", "Acc": "accs", "Ins": "ablt", "Loc": "loct"}
GENDERS = {"Masc": "masc", "Fem": "femn", "Neut": "neut"}
NUMBERS = {"Sing": "sing", "Plur": "plur"}
_GRAMMEMES = {"Case": CASES, "Gender": GENDERS, "Number": NUMBERS}


class Word(NamedTuple):
    """A form with the part of its tag that chooses among its parses; hashable, as a key of caches."""

    text: str
    pos: str
    case: str | None
    number: str | None
    gender: str | None


@cache
def analyzer() -> MorphAnalyzer:
    """Returns the analyzer of this process, which takes a fifth of a second and 20 MB to load."""
    return MorphAnalyzer()


def _renew_lock() -> None:
    """Lets a forked process load the analyzer although another thread was loading it, as that thread is not there."""
    MorphAnalyzer._lock = RLock()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_renew_lock)


@lru_cache(maxsize=MEMO_SIZE)
def parses(word: str) -> tuple[Parse, ...]:
    """Returns all parses of a word, the likeliest first; at least one."""
    try:
        return tuple(analyzer().parse(word))
    except ValueError:  # pymorphy3 asks Unicode for the name of each letter, and some letters have none
        return tuple(analyzer().parse("\ufffd"))


def forms_of(lemmas: Iterable[str]) -> frozenset[str]:
    """Returns the lemmas and all their forms by the dictionary, in lower case with ё as е."""
    forms = set(lemmas)
    for lemma in lemmas:
        lexemes = (parse.lexeme for parse in parses(lemma) if plain(parse.normal_form) == plain(lemma))
        forms.update(form.word for lexeme in lexemes for form in lexeme)
    return frozenset(map(plain, forms))


def may_be_among(word: str, forms: Set[str]) -> bool:
    """Whether a parse of a word in lower case may have one of some lemmas; `forms` is `forms_of` these lemmas.

    Rules most words out by one look-up, which takes a tenth of the time of parsing.  A word that the dictionary lacks
    is never ruled out: pymorphy3 may guess any lemma for it.
    """
    return plain(word) in forms or not analyzer().word_is_known(word)


@lru_cache(maxsize=MEMO_SIZE)
def known_tags(word: str) -> tuple[OpencorporaTag, ...]:
    """Returns the OpenCorpora tags of those parses of a word that come from the dictionary and are not guessed."""
    return tuple(parse.tag for parse in parses(word) if parse.is_known)


@lru_cache(maxsize=MEMO_SIZE)
def known_grammemes(word: str) -> frozenset[str]:
    """Returns all grammemes of the `known_tags` of a word."""
    return frozenset(str(grammeme) for tag in known_tags(word) for grammeme in tag.grammemes)


def lemma(text: str, pos: str, case: str | None = None, number: str | None = None, gender: str | None = None) -> str:
    """Returns the lemma of a form that agrees best with its tag, in lower case, ё as in the dictionary."""
    return str(best_parse(Word(text, pos, case, number, gender)).normal_form)


@lru_cache(maxsize=MEMO_SIZE)
def best_parse(word: Word) -> Parse:
    """Returns the parse that agrees best with the tag, of several the one that pymorphy3 ranks first."""
    candidates = parses(word.text)
    if len(candidates) == 1:
        return candidates[0]
    parts: set[str] = _POS.get(word.pos, set())
    feats = {"Case": word.case, "Number": word.number, "Gender": word.gender}
    wanted = {_GRAMMEMES[feature].get(value or "") for feature, value in feats.items()}

    def agreement(parse: Parse) -> int:
        # 4: the part of speech outweighs case, number and gender together.
        grammemes = parse.tag.grammemes
        return 4 * (not parts.isdisjoint(grammemes)) + len(wanted & grammemes)

    return max(candidates, key=agreement)


@lru_cache(maxsize=MEMO_SIZE)
def declined(text: str, parse: Parse, case: str, number: str | None = None, gender: str | None = None) -> str:
    """Inflects the form `text` for another case, and number and gender where given, in OpenCorpora's grammemes.

    `parse` is the parse of `text` to inflect.  Capitals and ё are as in `text`.  Returns `text` itself if it is in that
    case already or the word has no such form.
    """
    wanted = {case, *filter(None, (number, gender))}
    if wanted <= parse.tag.grammemes:
        return text
    form = parse.inflect(wanted)
    if form is None:
        return text
    word = _most_similar(parse, form) if "Supr" in parse.tag else form.word
    return written_like(text, spelled_like(text, parse, word))


def _most_similar(parse: Parse, form: Parse) -> str:
    """Chooses among superlatives with one tag ("высшая", "высочайшая") the one most like the word of `parse`."""
    alike = [other.word for other in parse.lexeme if other.tag == form.tag]
    return max(alike, key=lambda word: _common_prefix(word, parse.word), default=str(form.word))


def _common_prefix(one: str, other: str) -> int:
    """Returns the length of the longest common prefix of two words."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def spelled_like(text: str, parse: Parse, form: str) -> str:
    """Returns `form`, another form of the word, with е for ё if `text` writes е where its `parse` has ё.

    The ё of "Пётр" stays although "Петра" has none: the dictionary has none there either.
    """
    return form.replace("ё", "е") if "ё" in parse.word and "ё" not in text.lower() else form


def written_like(text: str, form: str) -> str:
    """Returns `form`, a form in lower case of the same word as `text`, with capitals where `text` has them."""
    if len(text) > 1 and text.isupper():
        return form.upper()
    pieces, originals = form.split("-"), text.split("-")
    if len(pieces) != len(originals):
        pieces, originals = [form], [text]
    return "-".join(_with_capitals(*pair) for pair in zip(pieces, originals, strict=True))


def _with_capitals(form: str, text: str) -> str:
    """Returns `form` with a capital first letter, and others over equal letters ("О'Коннор"), as `text` has them."""
    kept = form
    if not text[1:].islower():
        kept = (
            "".join(
                letter.upper() if other.isupper() and other.lower() == letter.lower() else letter
                for letter, other in zip(form, text, strict=False)
            )
            + form[len(text) :]
        )
    return kept[:1].upper() + kept[1:] if text[:1].isupper() else kept
