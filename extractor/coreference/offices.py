"""What descriptions say of people: their offices, trades and kinship, and which of them can mean one person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from functools import cache, lru_cache
from typing import NamedTuple

from extractor.names.entities import Gender
from extractor.reading.analysis import Analysis, Token
from extractor.reading.forms import MEMO_SIZE
from extractor.reading.grammar import NOUNS, SUBJECTS
from extractor.reading.morphology import Word, best_parse, known_tags
from extractor.resources import rows, words

_GENDERS: dict[str, Gender] = {"m": "male", "f": "female"}
_DEPENDENT_RELATIONS = frozenset({"amod", "nmod", "appos", "flat:name", "flat"})
# Participles and adjectives can serve as nouns for people ("пострадавший"), but not where they modify another word.
PHRASE_HEADS = frozenset({"NOUN", "ADJ", "VERB"})
# What the dictionary marks names with, of people, places and organizations.
PROPER_GRAMMEMES = frozenset({"Name", "Surn", "Patr", "Geox", "Orgn", "Trad"})
_MODIFIERS = frozenset({"amod", "acl", "acl:relcl", "root", "conj", "xcomp", "parataxis", "ccomp", "advcl"})
# So many dependents of a noun are read: a bound for lists of hundreds of words that hang from one.
_MAX_DEPENDENTS = 12
# A noun with a hyphen is looked up without its first part too: "экс-президент" is a "президент".
_HYPHEN = "-"
_NOTHING: frozenset[str] = frozenset()
# Entries of the caches of roles and of their relations: most articles of an archive have the same offices.
_CACHED = 5_000


class Role(NamedTuple):
    """What a description says of a person.

    `lemma` is that of its head, `dependents` are the lemmas of the nouns and countries that depend on it and tell it
    from others ("обороны").  `same` are the groups of descriptions of one office and `kinds` the more general nouns, as
    in `models/person_nouns.tsv`; `gender` is the one that the noun tells, if any; `time` says whether the person has
    held the office before ("former") or will hold it ("future"), as words of `models/office_times.tsv` tell.
    """

    lemma: str
    dependents: frozenset[str]
    same: frozenset[str]
    kinds: frozenset[str]
    gender: Gender | None
    time: str = "present"

    @property
    def general(self) -> bool:
        """Whether it can mean any person of its kinds ("политик", "женщина"), and is no office."""
        return not self.same and bool(self.kinds)


class _Entry(NamedTuple):
    dependents: frozenset[str]
    same: frozenset[str]
    kinds: frozenset[str]
    gender: str


@cache
def _lexicon() -> dict[str, tuple[_Entry, ...]]:
    """The entries of the lexicon by the lemma of their head, those with most dependents first."""
    entries: dict[str, list[_Entry]] = {}
    for phrase, same, kinds, gender in rows("person_nouns.tsv", 4):
        head, *dependents = phrase.split()
        entry = _Entry(frozenset(dependents), _set(same), _set(kinds), gender)
        entries.setdefault(head, []).append(entry)
    return {head: tuple(sorted(found, key=lambda e: -len(e.dependents))) for head, found in entries.items()}


def _set(field: str) -> frozenset[str]:
    return frozenset(field.split(",")) - {""}


@cache
def _not_people() -> frozenset[str]:
    return words("not_people.tsv")


@cache
def _table(file: str) -> dict[str, str]:
    """The lemmas of countries, or of the fields of ministries, each with the one that stands for all of them."""
    names: dict[str, str] = {}
    for name, others, adjectives in rows(file, 3):
        names.update((word, name) for word in (name, *others.split(","), *adjectives.split(",")) if word)
    return names


@cache
def _times() -> dict[str, str]:
    return {row[0]: row[1] for row in rows("office_times.tsv", 2)}


@cache
def _aliases() -> dict[str, str]:
    """All tables in one; for a word that stands in two of them the first counts."""
    return {word: name for file in reversed(_TABLES) for word, name in _table(file).items()}


def is_known(word: Word) -> bool:
    """Whether the lexicon has a word as a noun for people."""
    return noun_lemma(word) in _lexicon()


@lru_cache(maxsize=MEMO_SIZE)
def noun_lemma(word: Word) -> str:
    """The lemma of a word as a noun: of a participle its own nominative ("подозреваемый"), not the verb."""
    parse = best_parse(word)
    form = parse.inflect({"nomn", "sing"}) if parse.tag.POS == "PRTF" else None
    return str(parse.normal_form if form is None else form.word)


def is_person_noun(analysis: Analysis, index: int) -> bool:
    """Whether a token is a noun for a person in the singular, and no part of a name."""
    token = analysis.tokens[index]
    if token.number == "Plur" or not (token.pos in PHRASE_HEADS or _is_common(token)):
        return False
    if token.pos != "NOUN" and token.rel in _MODIFIERS:
        return False
    named = token.name != "O"
    if named and (token.name.endswith("PER") or not _single_name(analysis, index)):
        return False
    known, animate = token.cached(_may_be_person)
    if not known and not (animate and token.pos in NOUNS and not named):
        return False
    return not _counted(analysis, index) and not _is_inanimate_object(analysis, token)


def _is_inanimate_object(analysis: Analysis, token: Token) -> bool:
    """Whether a form that an animate and an inanimate noun share is the inanimate one by syntax.

    "политику" is the dative of "политик" and the accusative of "политика".  Where the tagger reads the dative and the
    parser an object, the parser is right if the verb has no object besides.
    """
    if token.rel != "obj" or token.case != "Dat" or not token.cached(_may_be_inanimate_accusative):
        return False
    others = (analysis.tokens[child] for child in analysis.children(token.head) if child != token.index)
    return not any(other.rel == "obj" or (other.case == "Acc" and other.rel in SUBJECTS) for other in others)


def _may_be_inanimate_accusative(word: Word) -> bool:
    """Whether the dictionary has a form as the accusative of a noun for a thing too."""
    return any({"NOUN", "inan", "accs", "sing"} <= tag.grammemes for tag in known_tags(word.text))


def _is_common(token: Token) -> bool:
    """Whether what the tagger takes for a proper noun is a common one at the start of a sentence: "Аналитик"."""
    return token.pos == "PROPN" and token.name == "O" and token.cached(_is_common_noun)


def _is_common_noun(word: Word) -> bool:
    parse = best_parse(word)
    return is_known(word) or (parse.is_known and "NOUN" in parse.tag and not PROPER_GRAMMEMES & parse.tag.grammemes)


def _may_be_person(word: Word) -> tuple[bool, bool]:
    """Whether a word is in the lexicon of nouns for people, and whether it is animate in the dictionary."""
    tag, lemma = best_parse(word).tag, noun_lemma(word)
    if lemma in _not_people() or "plur" in tag:
        return False, False
    return lemma in _lexicon(), "anim" in tag


def _counted(analysis: Analysis, index: int) -> bool:
    """Whether a noun stands in a number of people: "пять человек", "2 тыс. человек"."""
    before = analysis.tokens[max(0, index - 2) : index]
    return any(token.pos == "NUM" or token.text.isdigit() for token in before)


def _single_name(analysis: Analysis, index: int) -> bool:
    """Whether the names network takes a token for a whole name, as it may a noun that begins a sentence."""
    following = analysis.tokens[index + 1].name if index + 1 < len(analysis.tokens) else "O"
    return analysis.tokens[index].name.startswith("B-") and not following.startswith("I-")


def role_at(analysis: Analysis, index: int) -> Role:
    """The role that the noun phrase around a noun for a person tells."""
    return _role(analysis.tokens[index].word, tuple(_dependents(analysis, index)))


@lru_cache(maxsize=_CACHED)
def _role(word: Word, dependents: tuple[tuple[str, str], ...]) -> Role:
    """The role that a word tells with its dependents, given as lemmas with their parts of speech."""
    tag, lemma = best_parse(word).tag, noun_lemma(word)
    parts = dict(dependents)
    entry = _entry(lemma, parts.keys())
    used = entry.dependents if entry else _NOTHING
    aliases = _aliases()
    telling = frozenset(
        aliases.get(word, word) for word, pos in parts.items() if word in aliases or (pos != "ADJ" and word not in used)
    )
    gender = _GENDERS.get(entry.gender) if entry else None
    if word.gender == "Fem" and tag.POS != "NOUN":
        gender = "female"
    if gender is None and "femn" in tag and "ms-f" not in tag and not (entry and entry.gender == "c"):
        gender = "female"
    same, kinds = (entry.same, entry.kinds) if entry else (_NOTHING, _NOTHING)
    return Role(lemma, telling, same, kinds, gender, _time(lemma, parts))


def _time(lemma: str, dependents: Iterable[str]) -> str:
    """Whether a role is held now, by its modifiers and the first part of a compound noun ("экс-глава")."""
    times = _times()
    return next((times[word] for word in (*dependents, lemma.partition(_HYPHEN)[0]) if word in times), "present")


def _entry(lemma: str, dependents: Set[str]) -> _Entry | None:
    for key in (lemma, lemma.partition(_HYPHEN)[2]):
        for entry in _lexicon().get(key, ()):
            if entry.dependents <= dependents:
                return entry
    return None


def _dependents(analysis: Analysis, index: int) -> Iterator[tuple[str, str]]:
    """Lemmas and parts of speech of a noun's dependents, up to three steps deep, without people's names."""
    stack = [(index, 0)]
    count = 0
    while stack and count < _MAX_DEPENDENTS:
        parent, depth = stack.pop()
        for child in analysis.children(parent):
            token = analysis.tokens[child]
            if token.rel in _DEPENDENT_RELATIONS and not token.name.endswith("PER") and token.text[0].isalnum():
                count += 1
                yield token.lemma, token.pos
                if depth < 2:
                    stack.append((child, depth + 1))


# Two offices over different countries, or different ministries, are held by two people.
_TABLES = ("countries.tsv", "ministries.tsv")


class Relation(NamedTuple):
    """How a description relates to a role; of two relations the greater makes one person likelier.

    `closeness` is an index of `_CLOSENESS`, from another kind of person to the same noun; `at_once` says that both are
    held now, or neither is; `sharing` is an index of `_SHARING`, from dependents of which none are shared to some that
    are.  `contradicts` says that the two are over different countries or ministries.
    """

    closeness: int
    at_once: bool
    sharing: int
    contradicts: bool

    @property
    def name(self) -> str:
        """The closeness as a word."""
        return _CLOSENESS[self.closeness]

    @property
    def dependents(self) -> str:
        """How the dependents relate, as a word."""
        return _SHARING[self.sharing]

    @property
    def shared(self) -> bool:
        """Whether the two have a dependent in common."""
        return self.sharing == _SHARED

    @property
    def close(self) -> bool:
        """Whether the two can be of one person."""
        return self.closeness >= _CLOSE


_CLOSENESS = ("apart", "unknown", "near", "kind", "office", "noun")
_CLOSE = _CLOSENESS.index("kind")
_SHARING = ("other", "none", "shared")
_OTHER, _NONE, _SHARED = range(3)


@lru_cache(maxsize=_CACHED)
def relation(description: Role, known: Role) -> Relation:
    """How `description` relates to the role `known` of a person."""
    closeness = _CLOSENESS.index(_closeness(description, known))
    at_once = description.time == known.time
    if not description.dependents or not known.dependents:
        return Relation(closeness, at_once, _NONE, False)
    sharing = _OTHER if description.dependents.isdisjoint(known.dependents) else _SHARED
    contradicts = closeness >= _CLOSE and any(_elsewhere(description, known, _areas(file)) for file in _TABLES)
    return Relation(0 if contradicts else closeness, at_once, sharing, contradicts)


def _closeness(description: Role, known: Role) -> str:
    if description.lemma == known.lemma:
        return "noun"
    if not description.same.isdisjoint(known.same):
        return "office"
    if not description.kinds.isdisjoint(known.kinds):
        return "kind" if description.general or known.general else "near"
    return "apart" if description.kinds and known.kinds else "unknown"


@cache
def _areas(file: str) -> frozenset[str]:
    return frozenset(_table(file).values())


def _elsewhere(description: Role, known: Role, areas: frozenset[str]) -> bool:
    """Whether both are over some of the areas, and over none in common."""
    here, there = description.dependents & areas, known.dependents & areas
    return bool(here and there and not here & there)
