"""Nouns for people: which words are such nouns, of which gender, and which of them stands before a name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from pymorphy3.tagset import OpencorporaTag

from extractor import resources
from extractor.names.spans import NAME_GRAMMEMES, is_known_name
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.forms import MEMO_SIZE
from extractor.reading.morphology import CASES, Word, known_tags, parses

# How many words before a name are looked through: "председатель совета директоров завода".  3, 5 and 20 make no
# difference to the 1,924 documents on which `declension` was swept; it bounds the time on a list without verbs.
_LONGEST = 10
_PHRASE_TAGS = frozenset({"NOUN", "PROPN", "ADJ"})
# A participle or adjective may be a noun for a person too, where the dictionary has it as one: "уполномоченная".
_NOUN_TAGS = frozenset({"NOUN", "PROPN", "VERB", "ADJ"})


@lru_cache(maxsize=MEMO_SIZE)
def animate_noun_tags(text: str) -> tuple[OpencorporaTag, ...]:
    """The dictionary's readings of a form as an animate noun, names among them; none for words it does not know."""
    return tuple(tag for tag in known_tags(text) if "NOUN" in tag and "anim" in tag)


@lru_cache(maxsize=MEMO_SIZE)
def grammatical_gender(text: str) -> str | None:
    """The gender of a common noun for a person, read by its last part where it has a hyphen: "певица" → "femn",
    "врач-терапевт" → "masc", "сирота" → "" (of either gender).  A form of several genders counts as masculine.  None
    for other words.
    """
    tags = animate_noun_tags(text.rpartition("-")[2])
    if not tags or any("Name" in tag or "Surn" in tag for tag in tags):
        return None
    genders = {str(tag.gender or "") for tag in tags}
    return genders.pop() if len(genders) == 1 else "masc"


@lru_cache(maxsize=MEMO_SIZE)
def genders_as_noun(text: str) -> frozenset[str]:
    """The genders of all singular readings of a form as a common noun for a person, adjectives and participles that
    serve as nouns among them: "ведущая" → {"femn"}, "сирота" → {""}.  Of unknown words with a hyphen pymorphy's best
    guess counts.  Empty for names and other words.
    """
    if is_known_name(text):
        return frozenset()
    return frozenset(str(tag.gender or "") for tag in _person_tags(text) if tag.number == "sing")


def _person_tags(text: str) -> list[OpencorporaTag]:
    """The readings of a form as a noun for people."""
    tags = known_tags(text) or [parse.tag for parse in parses(text) if "-" in text or text.islower()]
    common = (tag for tag in tags if NAME_GRAMMEMES.isdisjoint(tag.grammemes))
    return [tag for tag in common if "Subx" in tag or ("NOUN" in tag and "anim" in tag)]


def _genders_in_case(word: Word) -> frozenset[str]:
    """As `genders_as_noun`, of the readings in the case of the word's tag, where there are such."""
    case = CASES.get(word.case or "")
    if is_known_name(word.text) or case is None:
        return genders_as_noun(word.text)
    cases = {case, "accs", "gent"} if case in ("accs", "gent") else {case}
    tags = _person_tags(word.text)
    return frozenset(str(tag.gender or "") for tag in tags if tag.number == "sing" and tag.case in cases)


def is_fixed(text: str) -> bool:
    """Whether a word for a holder of an office is spelled alike in all cases: "врио", "замминистра"."""
    lower = text.lower()
    if _role_nouns().get(lower) == "fixed":
        return True
    return lower.startswith("зам") and any("gent" in tag for tag in animate_noun_tags(lower[3:]))


def may_describe(token: Token, gender: str | None) -> bool:
    """Whether a token can be a noun for one person of that gender ("male", "female", None: unknown)."""
    if is_fixed(token.text):
        return True
    if token.pos not in _NOUN_TAGS or _is_plural(token) or _role_nouns().get(token.lemma) == "address":
        return False
    genders = token.cached(_genders_in_case)
    if not genders and (token.lemma in _person_nouns() or token.lemma in _role_nouns()):
        genders = genders_as_noun(token.text) or frozenset({""})
    return bool(genders) and not (genders == {"femn"} and gender == "male")


def _is_plural(token: Token) -> bool:
    """Whether a word is a plural: by the dictionary where that knows one number alone, else by its tag."""
    numbers = {tag.number for tag in _person_tags(token.text)}
    return numbers == {"plur"} or (token.number == "Plur" and numbers != {"sing"})


def means_several(token: Token) -> bool:
    """Whether a token is a noun for several people: "сёстры", "супругов"."""
    tags = animate_noun_tags(token.text)
    plural = [tag for tag in tags if tag.number == "plur"]
    return bool(plural) and (token.number == "Plur" or len(plural) == len(tags))


def noun_before(analysis: Analysis, name: TokenSpan) -> Token | None:
    """The noun for a person in the nouns and adjectives right before a name: "певица" of "певица театра Анна Лось".

    None where there is none, where there are several (whose name it is, syntax would have to say), and where the noun
    is plural or without a case.
    """
    found: Token | None = None
    first = max(analysis.sentence_of(name.start).start, name.start - _LONGEST)
    for i in range(name.start - 1, first - 1, -1):
        token = analysis.tokens[i]
        if token.pos not in _PHRASE_TAGS:
            break
        if token.pos == "NOUN" and grammatical_gender(token.text) is not None:
            if found is not None:
                return None
            found = token
    return None if found is None or found.number == "Plur" or found.case is None else found


def follows_title(analysis: Analysis, index: int) -> bool:
    """Whether the token right before token `index`, in the same sentence, is one of `titles`."""
    if index == 0:
        return False
    before = analysis.tokens[index - 1]
    return before.sentence == analysis.tokens[index].sentence and is_title(before)


def is_title(token: Token) -> bool:
    """Whether a token is a word that stands before a name and is no part of it: "академик", "принц", "хоккеистка"."""
    return token.lemma in _titles() or token.lower.endswith(_title_endings())


@cache
def _titles() -> frozenset[str]:
    """Lemmas of titles (`name_titles.tsv`).  An entry that begins with a star is an ending, which no lemma equals."""
    return resources.words("name_titles.tsv")


@cache
def _title_endings() -> tuple[str, ...]:
    """Endings of nouns for women of a trade that no surname has: "хоккеистка"."""
    return tuple(entry[1:] for entry in _titles() if entry.startswith("*"))


def is_kin(token: Token) -> bool:
    """Whether a token is a noun for a relative, beside which a name in the genitive may be that of another: "сына"."""
    return "relative" in _person_nouns().get(token.lemma, "").split(",")


@cache
def _person_nouns() -> Mapping[str, str]:
    """Lemmas of nouns for people, each with its kinds (`person_nouns.tsv`)."""
    return {phrase.split()[0]: kinds for phrase, _, kinds, _ in resources.rows("person_nouns.tsv", 4)}


@cache
def _role_nouns() -> Mapping[str, str]:
    """Words for people that the dictionary lacks or that tell no role, each with its class (`role_nouns.tsv`)."""
    return {row[0]: row[1] for row in resources.rows("role_nouns.tsv", 2)}
