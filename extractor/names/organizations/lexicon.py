"""What the lexicons and the dictionary say about words in names of organizations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from extractor import resources
from extractor.reading.analysis import Token
from extractor.reading.forms import MEMO_SIZE, plain
from extractor.reading.grammar import NOUNS
from extractor.reading.morphology import forms_of, known_tags, may_be_among, parses

# The classes of nouns in names of organizations; `models/organization_words.tsv` explains them.
_CLASSES = frozenset({"unit", "office", "weak", "loose", "plural", "mission", "generic", "form", "service"})
UNITS = frozenset({"unit", "office", "mission"})
WEAK = frozenset({"weak", "loose", "plural"})
HEADS = UNITS | WEAK
GENERIC = frozenset({"generic", "loose"})
# Known names and brands of so few letters count only in capitals: "ЕС", but not "Ес".  3 and 5 make no difference to
# the 1,924 documents on which `people.declension` was swept.
LONGEST_ABBREVIATION = 4
# At least as many words as any known name has; it bounds the time on long sentences.
LONGEST_KNOWN_NAME = 16


@cache
def bodies() -> frozenset[str]:
    """Lemmas of nouns that alone mean one body of the state (`bodies.tsv`)."""
    return resources.words("bodies.tsv")


@cache
def churches() -> frozenset[str]:
    """Lemmas of nouns for church buildings (`churches.tsv`)."""
    return resources.words("churches.tsv")


@lru_cache(maxsize=MEMO_SIZE)
def is_town(text: str) -> bool:
    """Whether a word ends like the name of a town or street: "Нижнереченска", "Риджент-стрит"."""
    if text.isupper():
        return False
    if "-" in text:
        return text.lower().endswith(tuple(ending for ending in _town_endings() if ending[0] == "-"))
    return any(str(parse.normal_form).endswith(_town_endings()) for parse in parses(text)[:2])


@cache
def _town_endings() -> tuple[str, ...]:
    """Endings of names of towns and streets (`place_endings.tsv`)."""
    return tuple(resources.words("place_endings.tsv"))


def may_begin_known_name(text: str) -> bool:
    """Whether a word may be, or be the first of, a known name in any case."""
    return plain((declined_abbreviation(text) or text).lower()) in _known_names()


def known_name(texts: Sequence[str]) -> tuple[str, ...]:
    """The words of the longest known name with a form of which `texts` begin, as the lexicon has them; () if none does.

    A name of one short word counts only in capitals.
    """
    stem = declined_abbreviation(texts[0]) or texts[0]
    begun = [plain(text.lower()) for text in (stem, *texts[1:])]
    for name in _known_names().get(begun[0], ()):
        short = len(name) == 1 and len(stem) <= LONGEST_ABBREVIATION and not stem.isupper()
        if (
            not short
            and len(name) <= len(begun)
            and all(text in forms for text, (_, forms) in zip(begun, name, strict=False))
        ):
            return tuple(word for word, _ in name)
    return ()


@cache
def _known_names() -> Mapping[str, Sequence[tuple[tuple[str, frozenset[str]], ...]]]:
    """Known names of organizations, each word with its forms, by all forms of the first word, those of more words first
    (`organization_abbreviations.tsv`).
    """
    names: dict[str, list[tuple[tuple[str, frozenset[str]], ...]]] = {}
    for row in resources.rows("organization_abbreviations.tsv", 2):
        for name in filter(None, row):
            words = tuple((word, _forms(word)) for word in name.split())
            for form in words[0][1]:
                names.setdefault(form, []).append(words)
    return {form: sorted(all_, key=len, reverse=True) for form, all_ in names.items()}


def _forms(word: str) -> frozenset[str]:
    """The forms of a word of a known name: the dictionary's, else those of its ending (`organization_endings.tsv`)."""
    if known_tags(word):
        return forms_of((word,))
    cut, endings = _endings().get(word[-1], (0, ()))
    return frozenset(map(plain, (word, *(word[: len(word) - cut] + ending for ending in endings))))


@cache
def _endings() -> Mapping[str, tuple[int, Sequence[str]]]:
    """By the last letter of a name: how many letters its other forms lack, and their endings."""
    rows = resources.rows("organization_endings.tsv", 3)
    return {letter: (int(cut), tuple(endings.split())) for letters, cut, endings in rows for letter in letters}


@lru_cache(maxsize=MEMO_SIZE)
def is_common(text: str) -> bool:
    """Whether the dictionary knows a word, and in no reading as a name or an abbreviation."""
    known = known_tags(text)
    return bool(known) and not any(g in tag for tag in known for g in ("Orgn", "Abbr", "Trad", "Geox", "Surn", "Name"))


@cache
def currencies() -> frozenset[str]:
    """Codes of currencies (`currencies.tsv`)."""
    return resources.words("currencies.tsv")


def class_of(token: Token) -> str | None:
    """The class of a noun in names of organizations ("unit", "generic", …); None for other words."""
    if not token.form[may_have_class]:
        return None
    classes = organization_words()
    found = classes.get(token.lower) or classes.get(token.lemma if token.pos in NOUNS else _noun_lemma(token.text))
    return None if found == "plural" and token.number != "Plur" else found


def may_have_class(text: str) -> bool:
    """Whether a word or any of its possible lemmas is in `organization_words`."""
    words, lower = organization_words(), text.lower()
    return may_be_among(lower, _word_forms()) and (
        lower in words or any(parse.normal_form in words for parse in parses(text))
    )


@cache
def _word_forms() -> frozenset[str]:
    """All forms of `organization_words`."""
    return forms_of(organization_words())


@lru_cache(maxsize=MEMO_SIZE)
def _noun_lemma(text: str) -> str:
    """The lemma of a word that may be one of `organization_words` though the tagger reads no noun; "" for others."""
    lemmas = (str(parse.normal_form) for parse in parses(text) if parse.tag.POS == "NOUN")
    return next((lemma for lemma in lemmas if lemma in organization_words()), "")


@cache
def organization_words() -> Mapping[str, str]:
    """Lemmas of nouns in names of organizations, each with its class (`organization_words.tsv`).  Raises ResourceError
    for a class that is none.
    """
    words = {}
    for lemma, kind in resources.rows("organization_words.tsv", 2):
        if kind not in _CLASSES:
            raise resources.ResourceError(f"organization_words.tsv: {lemma}: no class {kind!r}")
        words[lemma] = kind
    return words


@cache
def unnamed_places() -> frozenset[str]:
    """Lemmas of nouns for kinds of places, and of their adjectives (`unnamed_places.tsv`)."""
    return resources.words("unnamed_places.tsv")


@cache
def modifiers() -> frozenset[str]:
    """Lemmas of adjectives that are part of an organization's name (`organization_modifiers.tsv`)."""
    return resources.words("organization_modifiers.tsv")


@cache
def place_adjectives() -> Mapping[str, str]:
    """Lemmas of adjectives of countries, each with the country in the genitive (`place_adjectives.tsv`)."""
    return {row[0]: row[1] for row in resources.rows("place_adjectives.tsv", 2)}


@lru_cache(maxsize=MEMO_SIZE)
def declined_abbreviation(text: str) -> str:
    """The abbreviation of which a form is an oblique case: "МИДа" → "МИД"; "" for other words."""
    if not text[:2].isupper():
        return ""
    size = next((i for i, letter in enumerate(text) if not letter.isupper()), 0)
    return text[:size] if size > 1 and len(text) - size <= 2 and text[size:].islower() and not text.isascii() else ""
