"""What the lexicons and the dictionary say of words in names of organizations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from extractor import resources
from extractor.names.spans import is_brand
from extractor.reading.analysis import Token
from extractor.reading.forms import MEMO_SIZE
from extractor.reading.morphology import forms_of, known_tags, may_be_among, parses

_CLASSES = frozenset({"unit", "office", "weak", "loose", "plural", "mission", "generic", "form", "service"})
UNITS = frozenset({"unit", "office", "mission"})
WEAK = frozenset({"weak", "loose", "plural"})
HEADS = UNITS | WEAK
GENERIC = frozenset({"generic", "loose"})
NOMINAL = frozenset({"NOUN", "PROPN"})
# Abbreviations of so many letters mean an organization only in capitals.
ABBREVIATION = 4
# Lexicons are asked for a word only if they have one with its first letters, which no form of a word changes.
PREFIX = 2


@cache
def churches() -> frozenset[str]:
    """Nouns for church buildings, as lemmas."""
    return resources.words("churches.tsv")


@lru_cache(maxsize=MEMO_SIZE)
def is_town(text: str) -> bool:
    """Whether a word in capitals is a town's or street's name by its ending: Нижнереченска, Риджент-стрит."""
    if text.isupper():
        return False
    if "-" in text:
        return text.lower().endswith(tuple(ending for ending in _town_endings() if ending[0] == "-"))
    return any(str(parse.normal_form).endswith(_town_endings()) for parse in parses(text)[:2])


@cache
def _town_endings() -> tuple[str, ...]:
    return tuple(resources.words("place_endings.tsv"))


@lru_cache(maxsize=MEMO_SIZE)
def known_start(text: str) -> tuple[bool, str] | None:
    """Whether a word is written like a brand, and its stem where it may begin a known name, "" elsewhere; None for a
    word, like nearly all, that is neither.
    """
    stem, known = declined_abbreviation(text) or text, known_names()
    brand, begins = _is_brand_alone(text), stem[:PREFIX].lower() in _known_prefixes()
    begins = begins and (stem.lower() in known or any(parse.normal_form in known for parse in parses(text)))
    return (brand, stem if begins else "") if brand or begins else None


def _is_brand_alone(text: str) -> bool:
    """Whether a word is an organization wherever it stands, by how it is written: СпортПульс, Волга-Инфо."""
    if len(text) <= ABBREVIATION or not text[0].isupper() or text.isascii():
        return False
    return is_brand(text) and not any(letter.isdigit() for letter in text)


@cache
def known_names() -> Mapping[str, Sequence[tuple[str, ...]]]:
    """Known names of organizations as lemmas, longest first, by their first lemma."""
    names: dict[str, list[tuple[str, ...]]] = {}
    for row in resources.rows("organization_abbreviations.tsv", 2):
        for name in row:
            lemmas = tuple(_lemma(word) for word in name.split())
            names.setdefault(lemmas[0], []).append(lemmas)
    return {first: sorted(all_, key=len, reverse=True) for first, all_ in names.items()}


@cache
def _known_prefixes() -> frozenset[str]:
    """First letters of the known names: a word without them needs no lemma."""
    return frozenset(first[:PREFIX] for first in known_names())


def _lemma(word: str) -> str:
    return str(parses(word)[0].normal_form)


@lru_cache(maxsize=MEMO_SIZE)
def _common(text: str) -> bool:
    known = known_tags(text)
    return bool(known) and not any(g in tag for tag in known for g in ("Orgn", "Abbr", "Trad", "Geox", "Surn", "Name"))


def is_common(token: Token) -> bool:
    """Whether the dictionary knows a word, and not as a name."""
    return _common(token.text)


@cache
def currencies() -> frozenset[str]:
    """Codes of currencies."""
    return resources.words("currencies.tsv")


def class_of(token: Token) -> str | None:
    """What the token's noun does in names of organizations ("unit", "generic", …); None for other words."""
    if not token.form[may_have_class]:
        return None
    classes = organization_words()
    found = classes.get(token.lower) or classes.get(token.lemma if token.pos in NOMINAL else _noun_lemma(token.text))
    return None if found == "plural" and token.number != "Plur" else found


def may_have_class(text: str) -> bool:
    """Whether a word or the lemma of any reading of it is in `organization_words`."""
    words, lower = organization_words(), text.lower()
    return may_be_among(lower, _word_forms()) and (
        lower in words or any(parse.normal_form in words for parse in parses(text))
    )


@cache
def _word_forms() -> frozenset[str]:
    return forms_of(organization_words())


@lru_cache(maxsize=MEMO_SIZE)
def _noun_lemma(text: str) -> str:
    """The lemma of a word that may be a noun for organizations though the tagger does not think so; "" for others."""
    lemmas = (str(parse.normal_form) for parse in parses(text) if parse.tag.POS == "NOUN")
    return next((lemma for lemma in lemmas if lemma in organization_words()), "")


@cache
def organization_words() -> Mapping[str, str]:
    """Lemmas of nouns that name organizations, with their class in `models/organization_words.tsv`."""
    words = {}
    for lemma, kind in resources.rows("organization_words.tsv", 2):
        if kind not in _CLASSES:
            raise resources.ResourceError(f"organization_words.tsv: {lemma}: no class {kind!r}")
        words[lemma] = kind
    return words


@cache
def modifiers() -> frozenset[str]:
    """Adjectives that are part of an organization's name before its head, as lemmas."""
    return resources.words("organization_modifiers.tsv")


@cache
def place_adjectives() -> Mapping[str, str]:
    """Adjectives of countries, as lemmas, with the country in the genitive."""
    return {row[0]: row[1] for row in resources.rows("place_adjectives.tsv", 2)}


@lru_cache(maxsize=MEMO_SIZE)
def declined_abbreviation(text: str) -> str:
    """The abbreviation of a form like МИДа, МИДом; "" for other words."""
    if not text[:2].isupper():
        return ""
    size = next((i for i, letter in enumerate(text) if not letter.isupper()), 0)
    return text[:size] if size > 1 and len(text) - size <= 2 and text[size:].islower() and not text.isascii() else ""
