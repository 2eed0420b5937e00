"""Forms and lemmas of single words: pymorphy3, with the tagger's reading to choose among its parses."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence, Set
from functools import cache, lru_cache
from itertools import count
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from pymorphy3 import MorphAnalyzer
from pymorphy3.analyzer import Parse
from pymorphy3.tagset import OpencorporaTag

T = TypeVar("T")

# Universal Dependencies, as the tagger speaks them, to OpenCorpora, as pymorphy3 does.
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

# What has been found out of so many words is kept, here and in the stages that ask more of them.  Twice as many would
# save up to a tenth of the time on an archive; but a process is to stay below 400 MB however long it reads.
KEPT = 10_000
# `Numbers` are kept at so many places, more than there are forms in `known_forms`, and are less than the limit.
_PLACES, _NUMBER_LIMIT = 2**15, 2**40
_SERIALS = count()


class Kept(dict[str, T]):
    """What a function makes of words, kept by word: between `KEPT` and twice as many words that were asked for last.

    It takes a third of the time of an `lru_cache`, which notes each use in a list that runs all over memory.
    """

    def __init__(self, function: Callable[[str], T]) -> None:
        super().__init__()
        self._function = function
        # What was asked for before the words that are in the dictionary itself.
        self._before: dict[str, T] = {}

    def __missing__(self, word: str) -> T:
        if len(self) >= KEPT:
            self._before = dict(self)
            self.clear()
        known = self._before.get(word)
        kept = self[word] = self._function(word) if known is None else known
        return kept


class Form(dict[Hashable, Any]):
    """A word as it is written: `form[function]` is what a function makes of its text, asked once; `plain` is the text
    in lower case, ё as е.  No other form has its `serial` number.

    Each stage asks something of every word.  Were each answer kept by word in a cache of its own, to find it again
    would take longer than all that is done with it: no two of a word's would lie near each other in memory.
    """

    __slots__ = ("lower", "plain", "serial", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.lower = text.lower()
        self.plain = plain(self.lower)
        self.serial = next(_SERIALS)

    def __missing__(self, function: Callable[[str], Any]) -> Any:
        answer = self[function] = function(self.text)
        return answer


known_forms = Kept(Form)


class Place(NamedTuple):
    """Where the `Numbers` of some forms are kept, and their owners as they stand there."""

    at: npt.NDArray[np.int64]
    owners: npt.NDArray[np.int64]

    @classmethod
    def of(cls, forms: Sequence[Form]) -> Place:
        """The place of the numbers of forms."""
        serials = np.array([form.serial for form in forms], dtype=np.int64)
        return cls(serials % _PLACES, serials // _PLACES * _NUMBER_LIMIT)


class Numbers:
    """What a function makes of the texts of forms, where that is a whole number from 0 on, below
    `_NUMBER_LIMIT`; kept in one array, which is read for all forms of a text at once.

    Forms whose serial numbers end alike have one place.  What stands there says whose number it is, so that a number
    is read or written, by one thread or another, with its owner or not at all.
    """

    def __init__(self, function: Callable[[str], int]) -> None:
        self._function = function
        self._kept = np.full(_PLACES, -1, dtype=np.int64)

    def __call__(self, forms: Sequence[Form], place: Place) -> npt.NDArray[np.int64]:
        """The number of each form, whose numbers have the place."""
        numbers = self._kept.take(place.at) - place.owners
        # Where another form's number stands, it is below 0 or beyond all numbers: as unsigned, always beyond.
        missing = (numbers.view(np.uint64) >= _NUMBER_LIMIT).nonzero()[0]
        if len(missing):
            numbers[missing] = [self._function(forms[i].text) for i in missing.tolist()]
            self._kept[place.at[missing]] = place.owners[missing] + numbers[missing]
        return numbers


class Word(NamedTuple):
    """A word with the tagger's reading of it; hashable, so that what is found out about it can be kept."""

    text: str
    pos: str
    case: str | None
    number: str | None
    gender: str | None


@cache
def analyzer() -> MorphAnalyzer:
    """The one analyzer of this process: it takes a fifth of a second and 20 MB to load."""
    return MorphAnalyzer()


@lru_cache(maxsize=KEPT)
def parses(word: str) -> tuple[Parse, ...]:
    """All parses of a word, the likeliest first."""
    try:
        return tuple(analyzer().parse(word))
    except ValueError:  # pymorphy3 asks Unicode for the name of each letter, and some have none
        return tuple(analyzer().parse("\ufffd"))


def forms_of(lemmas: Iterable[str]) -> frozenset[str]:
    """The lemmas and all their forms that the dictionary has, in lower case, ё as е."""
    forms = set(lemmas)
    for lemma in lemmas:
        lexemes = (parse.lexeme for parse in parses(lemma) if plain(parse.normal_form) == plain(lemma))
        forms.update(form.word for lexeme in lexemes for form in lexeme)
    return frozenset(map(plain, forms))


def may_be_among(word: str, forms: Set[str]) -> bool:
    """Whether a reading of a word in lower case may have one of the lemmas that `forms` are the forms of.

    To look a word up takes a tenth of the time of its parses, and most words are ruled out by it.  Of words that the
    dictionary has not pymorphy3 may guess any lemma.
    """
    return plain(word) in forms or not analyzer().word_is_known(word)


def plain(word: str) -> str:
    """A word as lexicons compare it: ё as е."""
    return word.replace("ё", "е")


@lru_cache(maxsize=KEPT)
def known_tags(word: str) -> tuple[OpencorporaTag, ...]:
    """The tags of the parses that the dictionary itself has, none of them guessed."""
    return tuple(parse.tag for parse in parses(word) if parse.is_known)


@lru_cache(maxsize=KEPT)
def known_grammemes(word: str) -> frozenset[str]:
    """All grammemes of `known_tags`."""
    return frozenset(str(grammeme) for tag in known_tags(word) for grammeme in tag.grammemes)


@lru_cache(maxsize=KEPT)
def lemma(text: str, pos: str, case: str | None = None, number: str | None = None, gender: str | None = None) -> str:
    """The lemma of a word under the tagger's reading: lower case, ё as the dictionary has it."""
    return str(best_parse(Word(text, pos, case, number, gender)).normal_form)


@lru_cache(maxsize=KEPT)
def best_parse(word: Word) -> Parse:
    """The parse that agrees best with the tagger's reading; among equals pymorphy3's first."""
    candidates = parses(word.text)
    if len(candidates) == 1:
        return candidates[0]
    parts: set[str] = _POS.get(word.pos, set())
    readings = {"Case": word.case, "Number": word.number, "Gender": word.gender}
    wanted = {_GRAMMEMES[feature].get(value or "") for feature, value in readings.items()}

    def agreement(parse: Parse) -> int:
        grammemes = parse.tag.grammemes
        return 4 * (not parts.isdisjoint(grammemes)) + len(wanted & grammemes)

    return max(candidates, key=agreement)


@lru_cache(maxsize=KEPT)
def declined(text: str, parse: Parse, case: str, number: str | None = None, gender: str | None = None) -> str:
    """`text`, of which `parse` is a parse, in another case (and number and gender), OpenCorpora's grammemes.

    Letters are as large as in `text`, ё as `text` has it.  The text itself where the word has no such form.
    """
    wanted = {case, *filter(None, (number, gender))}
    if wanted <= parse.tag.grammemes:
        return text
    form = parse.inflect(wanted)
    if form is None:
        return text
    word = _likest(parse, form) if "Supr" in parse.tag else form.word
    return written_like(text, spelled_like(text, parse, word))


def _likest(parse: Parse, form: Parse) -> str:
    """Of the superlatives of one adjective in the same form (высшая, высочайшая) the one most like the given one."""
    alike = [other.word for other in parse.lexeme if other.tag == form.tag]
    return max(alike, key=lambda word: _common_letters(word, parse.word), default=str(form.word))


def _common_letters(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def spelled_like(text: str, parse: Parse, form: str) -> str:
    """`form`, another form of the word that `parse` reads in `text`, with е for ё if `text` writes е for it.

    The ё of Пётр stays, though Петра has none: there the dictionary has none either.
    """
    return form.replace("ё", "е") if "ё" in parse.word and "ё" not in text.lower() else form


def written_like(text: str, form: str) -> str:
    """`form`, a lower-case form of the word `text`, with the capitals of `text`."""
    if len(text) > 1 and text.isupper():
        return form.upper()
    pieces, originals = form.split("-"), text.split("-")
    if len(pieces) != len(originals):
        pieces, originals = [form], [text]
    return "-".join(_with_capitals(*pair) for pair in zip(pieces, originals, strict=True))


def _with_capitals(form: str, text: str) -> str:
    """`form` with the capitals of `text` where the two agree (О'Коннор, СпортПульс) and at its beginning."""
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
