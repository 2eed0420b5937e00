"""Forms and lemmas of single words: pymorphy3, with the tagger's reading to choose among its parses."""

from __future__ import annotations

from collections.abc import Iterable, Set
from functools import cache, lru_cache
from typing import NamedTuple, TypeVar

from pymorphy3 import MorphAnalyzer
from pymorphy3.analyzer import Parse
from pymorphy3.tagset import OpencorporaTag

from extractor.reading.forms import MEMO_SIZE, plain

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


@lru_cache(maxsize=MEMO_SIZE)
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


@lru_cache(maxsize=MEMO_SIZE)
def known_tags(word: str) -> tuple[OpencorporaTag, ...]:
    """The tags of the parses that the dictionary itself has, none of them guessed."""
    return tuple(parse.tag for parse in parses(word) if parse.is_known)


@lru_cache(maxsize=MEMO_SIZE)
def known_grammemes(word: str) -> frozenset[str]:
    """All grammemes of `known_tags`."""
    return frozenset(str(grammeme) for tag in known_tags(word) for grammeme in tag.grammemes)


@lru_cache(maxsize=MEMO_SIZE)
def lemma(text: str, pos: str, case: str | None = None, number: str | None = None, gender: str | None = None) -> str:
    """The lemma of a word under the tagger's reading: lower case, ё as the dictionary has it."""
    return str(best_parse(Word(text, pos, case, number, gender)).normal_form)


@lru_cache(maxsize=MEMO_SIZE)
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


@lru_cache(maxsize=MEMO_SIZE)
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
