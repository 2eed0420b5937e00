"""Merges the personal names of a document into people.

Fuller names come before shorter ones; each joins the first person that a rule of `MATCHERS` says it names, or is a new
person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from extractor import resources
from extractor.names.entities import TAGGED_GENDERS, Gender, Mention, Person
from extractor.names.lexicons import asian_surnames
from extractor.names.people.declension import Reading, is_shared, readings
from extractor.names.people.reading import (
    CERTAIN,
    LONGEST_ASIAN_SURNAME,
    Name,
    Unit,
    agreeing_gender,
    capitalized,
    is_abbreviated,
    is_patronymic,
    read_names,
    shouted,
    with_shared_surnames,
)
from extractor.names.people.spans import PersonSpans
from extractor.names.spans import Found
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.characters import DASHES
from extractor.reading.forms import MEMO_SIZE, plain
from extractor.reading.morphology import CASES, written_like
from extractor.rules import Rule

# The weights below were swept as those of `declension` were, over the same documents.

# A gender that leads by less does not keep a name from a person of the other gender; a lone word needs twice the lead.
# At 0: cases −.0541, bases −.0046; at half: cases −.0012; at twice: no difference.
_SURE_GENDER = 1.5
# What speaks for a person whom one word may name, besides the weight of the word's reading: that the verb has the
# person's gender, that the tagger reads the case and the gender of the reading, that the word is the surname.  Each
# left out, halved or doubled changes the names of at most 2 documents and no figure but one (roles_f1 of real/dev
# −.0043 with the second doubled): a word rarely fits several people.  What they decide are namesakes ("Анастасия
# Шевчук", "Игорь Шевчук"), which these corpora hardly have.
_VERB_GENDER = 2.0
_SAME_CASE = 0.8
_SAME_GENDER = 0.5
_IS_SURNAME = 2.0
# Endings that no surname has in the singular.
_PLURAL_ONLY = ("овы", "евы", "ёвы", "ины", "ыны")
# What stands behind the name that begins an encyclopedia's entry.
_AFTER_ENTRY = DASHES | {"("}
# What stands between a name and the same in Latin letters: "(", "(англ.".
_LANGUAGE = re.compile(r"\((?:\w+\.)?")
# The letters of the shortest surname in which one letter may be a slip.  Without the rule: cases −.0134; at 7, −.0012;
# at 5, +.0018, but people_f1 of real/dev −.0036.
_LONG_SURNAME = 6
# The letters of a surname by which those that are one letter off are looked up: long surnames have about as many, and
# more would only take time on what is no surname.
_SLIP_LETTERS = 16
_NO_ROWS: frozenset[int] = frozenset()
# The letters at the beginning of a surname that none of its forms changes; it saves reading most of the lone words.
# No difference at 1; at 3, 2 documents lose a name.
_UNCHANGED_LETTERS = 2
# The most tokens between two names of one person: "по прозвищу", ", настоящее имя которого".  At 3: cases −.0012; at
# 10: 1 document.
_LONGEST_ALIAS = 6


@dataclass(eq=False)
class _Cluster:
    """The names merged into one person so far.  `forms` are their words by `spelling_key`; the parts are keys too, ""
    where no name has them.  `certainty` adds up for each gender.
    """

    names: list[Name] = field(default_factory=list)
    forms: dict[str, str] = field(default_factory=dict)
    first: str = ""
    middle: str = ""
    last: str = ""
    gender: Gender | None = None
    certainty: dict[Gender, float] = field(default_factory=dict)

    def add(self, name: Name) -> None:
        """Takes a name in: its words and parts, and its gender, which full names outvote."""
        self.names.append(name)
        for form, unit in zip(name.forms, name.units, strict=True):
            if not unit.initial:
                self.forms.setdefault(spelling_key(form), form)
        if name.last:
            self.forms.setdefault(spelling_key(name.last), name.last)
        self.first = _fuller(self.first, name.first)
        self.middle = _fuller(self.middle, name.middle)
        self.last = _fuller(self.last, name.last)
        if name.gender is not None and (self.gender is None or name.rank == 3):
            certainty = self.certainty.get(name.gender, 0.0) + min(name.certainty, CERTAIN)
            self.certainty[name.gender] = certainty
            likeliest: Gender = max(self.certainty, key=lambda gender: self.certainty[gender])
            self.gender = likeliest


def _fuller(own: str, other: str | None) -> str:
    """The key of the fuller of two spellings of a part of a name, of which `own` is a key: a word beats an initial."""
    new = spelling_key(other) if other else ""
    return new if new and (not own or (is_abbreviated(own) and not is_abbreviated(new))) else own


def find_people(analysis: Analysis, spans: PersonSpans) -> list[Person]:
    """The people whom the names at `spans` name, in the order of first mention."""
    single = [found for found in spans.sure if not _is_family(analysis, found.span)]
    names = _with_entry_surnames(analysis, with_shared_surnames(analysis, read_names(analysis, single)))
    clusters = _merge(analysis, names, spans.doubtful)
    return [_person(cluster) for cluster in sorted(clusters, key=lambda c: min(name.span for name in c.names))]


def _is_family(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a span is the surname of several people, none of whom it names: "братья Крыловы"."""
    token = analysis.tokens[span.start]
    if span.end - span.start > 1 or not is_shared(token.text):
        return False
    return token.number == "Plur" or token.lower.endswith(_PLURAL_ONLY)


def _text_between(analysis: Analysis, one: Name, other: Name) -> str:
    """The tokens between two names without the spaces."""
    return "".join(token.text for token in analysis.tokens[one.span.end : other.span.start])


def _with_entry_surnames(analysis: Analysis, names: Sequence[Name]) -> list[Name]:
    """The names, which stand in text order; a given name gets the surname that an encyclopedia puts before it:
    "Зотова, Алла Петровна — балерина".
    """
    found, tokens = list(names), analysis.tokens
    for i, (one, other) in enumerate(pairwise(names), 1):
        heads = one.span.start == analysis.sentence_of(one.span.start).start and len(one.forms) == 1
        ends = other.span.end < len(tokens) and tokens[other.span.end].text in _AFTER_ENTRY
        if heads and ends and other.first and not other.last and _text_between(analysis, one, other) == ",":
            found[i] = other._replace(last=one.normal, full=f"{other.normal} {one.normal}")
    return found


@lru_cache(maxsize=MEMO_SIZE)
def spelling_key(form: str) -> str:
    """What spellings of one name share: lower case, е for ё and э, no doubled letters."""
    letters = plain(form.lower()).replace("э", "е")
    return "".join(letter for i, letter in enumerate(letters) if i == 0 or letter != letters[i - 1])


class _Merger:
    """The people of a document while its names are merged.

    `clusters` are the people in the order in which they were opened, `by_word` the same by the keys of their words, in
    the order in which they got them.
    """

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.clusters: list[_Cluster] = []
        self.by_word: dict[str, dict[_Cluster, None]] = {}
        # The people with a given name and a surname by the surname's `_slips`; one whose surname became a fuller one is
        # still there by the former too.
        self._by_slip: dict[str, set[_Cluster]] = {}
        self._surnames: dict[_Cluster, str] = {}

    def place(self, name: Name) -> None:
        """Puts a name to the person whom the first matcher that fits says, or to a new one."""
        for matcher in MATCHERS:
            match = matcher.apply(self, name)
            if match is not None:
                self.put(match)
                return
        cluster = _Cluster()
        self.clusters.append(cluster)
        self.put(_Match(name, cluster))

    def put(self, match: _Match) -> None:
        """Adds a name to a person."""
        match.cluster.add(match.name)
        for word in match.cluster.forms:
            self.by_word.setdefault(word, {})[match.cluster] = None
        cluster = match.cluster
        if cluster.first and cluster.last and self._surnames.get(cluster) != cluster.last:
            self._surnames[cluster] = cluster.last
            for slip in _slips(cluster.last):
                self._by_slip.setdefault(slip, set()).add(cluster)

    def full_clusters(self) -> Iterator[_Cluster]:
        """The people who are known with a given name and a surname."""
        return (cluster for cluster in self.clusters if cluster.first and cluster.last)

    def one_letter_off(self, last: str) -> set[_Cluster]:
        """Those of `full_clusters` whose surname is one letter off the given one, by its key."""
        near: set[_Cluster] = set().union(*(self._by_slip.get(slip, ()) for slip in _slips(last)))
        return {cluster for cluster in near if cluster.last != last and is_one_edit(last, cluster.last)}


class _Match(NamedTuple):
    """A name, read so that it fits the person, and the person whom it names."""

    name: Name
    cluster: _Cluster


Matcher = Rule[Callable[[_Merger, Name], _Match | None]]
AliasCriterion = Rule[Callable[[Analysis, Name, Name], bool]]


def _merge(analysis: Analysis, names: Sequence[Name], doubtful: Sequence[Found]) -> list[_Cluster]:
    """The people whom the names name.  Names of lower rank are placed after all of higher rank; doubtful ones are kept
    only where they are the surname of a person named in full.
    """
    merger = _Merger(analysis)
    ranks = [name.rank for name in names]
    for rank in (3, 2, 1, 0):
        for name, own in zip(names, ranks, strict=True):
            if own == rank:
                merger.place(name)
    _place_doubtful(merger, doubtful)
    return _with_aliases(analysis, names, merger.clusters)


def _place_doubtful(merger: _Merger, doubtful: Sequence[Found]) -> None:
    """Puts lone capitalized words to the people whose surname they are, and drops the others."""
    beginnings = {cluster.last[:_UNCHANGED_LETTERS] for cluster in merger.full_clusters()}
    for found in doubtful:
        word = merger.analysis.tokens[found.span.start].text
        if spelling_key(word)[:_UNCHANGED_LETTERS] in beginnings:
            (name,) = read_names(merger.analysis, [found])
            match = next(filter(None, (matcher.apply(merger, name) for matcher in DOUBTFUL_MATCHERS)), None)
            if match is not None:
                merger.put(match)


def _with_aliases(analysis: Analysis, names: Sequence[Name], clusters: list[_Cluster]) -> list[_Cluster]:
    """The clusters; two become one where `ALIASES` say that neighbouring names are one person's."""
    cluster_of = {name.span: cluster for cluster in clusters for name in cluster.names}
    gone: set[int] = set()
    for one, other in pairwise(sorted(names, key=lambda name: name.span)):
        kept, dropped = cluster_of[one.span], cluster_of[other.span]
        if kept is dropped or not _are_near(analysis, one, other):
            continue
        if any(alias.apply(analysis, one, other) for alias in ALIASES):
            for name in dropped.names:
                kept.add(name)
                cluster_of[name.span] = kept
            gone.add(id(dropped))
    return [cluster for cluster in clusters if id(cluster) not in gone]


def _are_near(analysis: Analysis, one: Name, other: Name) -> bool:
    """Whether a few words of one sentence stand between two names."""
    distance = other.span.start - one.span.end
    if not 0 < distance <= _LONGEST_ALIAS:
        return False
    return analysis.tokens[one.span.end].sentence == analysis.tokens[other.span.start].sentence


def _is_bracketed(analysis: Analysis, one: Name, other: Name) -> bool:
    """Whether the second name stands in brackets right behind the first."""
    return _text_between(analysis, one, other) == "("


def _in_latin(analysis: Analysis, one: Name, other: Name) -> bool:
    """Whether the second name is the first in Latin letters: "Лия Вонг (Lia Wong)", "Лия Вонг (англ. Lia Wong)"."""
    bracketed = _LANGUAGE.fullmatch(_text_between(analysis, one, other)) is not None
    return bracketed and all(analysis.tokens[i].text.isascii() for i in range(*other.span))


def _completes(analysis: Analysis, one: Name, other: Name) -> bool:
    """Whether the second name is the surname of a monk or priest: "Тихон (Зайцев)"."""
    given, surname = one.first and not one.last, other.last and not other.first
    return bool(given and surname) and _is_bracketed(analysis, one, other)


def _is_alias(analysis: Analysis, one: Name, other: Name) -> bool:
    """Whether words between two names say that they are one person's: "по прозвищу"."""
    lemmas = [token.lemma for token in analysis.tokens[one.span.end : other.span.start] if token.text[0].isalpha()]
    return any(lemmas[i : i + len(phrase)] == list(phrase) for phrase in _alias_phrases() for i in range(len(lemmas)))


@cache
def _alias_phrases() -> tuple[tuple[str, ...], ...]:
    """Phrases between two names of one person, as lemmas (`name_aliases.tsv`)."""
    return tuple(tuple(phrase.split()) for phrase in sorted(resources.words("name_aliases.tsv")))


# ---------------------------------------------------------------- matchers


def _namesake(merger: _Merger, name: Name) -> _Match | None:
    """The person whose words or parts a name of several parts has."""
    if name.rank == 0:
        return None
    first, middle, last = (spelling_key(part or "") for part in (name.first, name.middle, name.last))
    own = (
        set()
        if name.full
        else {spelling_key(form) for form, unit in zip(name.forms, name.units, strict=True) if not unit.initial}
    )
    for cluster in merger.by_word.get(next(iter(last.split()[-1:]), first), ()):
        if cluster.gender and name.gender and cluster.gender != name.gender and name.certainty > _SURE_GENDER:
            continue
        if len(own) > 1 and own <= cluster.forms.keys() and not is_abbreviated(first):
            return _Match(name, cluster)
        if last and cluster.last and last != cluster.last:
            continue
        if _compatible(first, cluster.first) and _compatible(middle, cluster.middle):
            return _Match(name, cluster)
    return None


def _by_patronymic(merger: _Merger, name: Name) -> _Match | None:
    """The one person with the given name of a name whose second word may be a patronymic that the dictionary lacks:
    "Булат Жамитович".
    """
    if len(name.forms) != 2 or not name.first or not name.last or name.gender is None:
        return None
    if not is_patronymic(name.last, name.gender):
        return None
    first = spelling_key(name.first)
    fits = [
        cluster
        for cluster in merger.by_word.get(first, ())
        if cluster.first == first and cluster.last and not cluster.middle and cluster.gender in (None, name.gender)
    ]
    return _Match(name._replace(middle=name.last, last=None), fits[0]) if len(fits) == 1 else None


def _spelled_out(merger: _Merger, name: Name) -> _Match | None:
    """The one person whose initials a given name and patronymic have: "Татьяна Ивановна" of "Т. И. Лось"."""
    if name.rank != 1:
        return None
    first, middle = spelling_key(name.first or ""), spelling_key(name.middle or "")
    fits = [
        cluster
        for cluster in merger.full_clusters()
        if is_abbreviated(cluster.first) and is_abbreviated(cluster.middle)
        if _compatible(first, cluster.first) and _compatible(middle, cluster.middle)
        if cluster.gender in (None, name.gender)
    ]
    return _Match(name, fits[0]) if len(fits) == 1 else None


def _one_word(merger: _Merger, name: Name) -> _Match | None:
    """The person one of whose words a name of a single part is, in whatever nominative."""
    return _read_anew(merger, name) if name.rank == 0 else None


def _known_surname(merger: _Merger, name: Name) -> _Match | None:
    """The person with a known given name whose surname a doubtful word is."""
    match = _read_anew(merger, name)
    fits = match is not None and match.cluster.first and spelling_key(match.name.forms[0]) == match.cluster.last
    return match if fits else None


def _compatible(one: str, other: str) -> bool:
    """Whether two keys of given names or patronymics may be one person's: equal, one the other's initial, variants of
    one name, or one not given.
    """
    if not one or not other:
        return True
    if is_abbreviated(one) or is_abbreviated(other):
        one, other = one.rstrip("."), other.rstrip(".")
        return one.startswith(other) or other.startswith(one)
    return one == other or not _variants().get(one, _NO_ROWS).isdisjoint(_variants().get(other, _NO_ROWS))


@cache
def _variants() -> Mapping[str, frozenset[int]]:
    """Keys of given names, each with the numbers of the rows of `given_name_variants.tsv` that hold it: "Наталия" and
    "Наталья" share one.
    """
    found: dict[str, set[int]] = {}
    for number, (row,) in enumerate(resources.rows("given_name_variants.tsv", 1)):
        for name in row.split():
            found.setdefault(spelling_key(name), set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


def _read_anew(merger: _Merger, name: Name) -> _Match | None:
    """The person whom the first word of a name, initials aside, names in one of its readings; the name gets that
    reading's nominative.  Of several people the one for whom most speaks: see the weights at the top.
    """
    analysis = merger.analysis
    unit = next((unit for unit in name.units if not unit.initial), None)
    if unit is None:
        return None
    form = capitalized(unit.text) if shouted(unit) else unit.text
    known = [(own, reading, cluster) for own, reading in _keyed(form) for cluster in merger.by_word.get(own, ())]
    if not known:
        return None
    token = analysis.tokens[unit.end - 1]
    hint = agreeing_gender(analysis, name.span)
    best: tuple[float, Reading, _Cluster] | None = None
    for own, reading, cluster in known:
        if cluster.gender and cluster.gender != reading.gender:
            continue
        score = reading.weight + _agreement(token, reading)
        score += _IS_SURNAME * (own in (cluster.last, cluster.last.split(" ")[-1]))
        if name.gender and cluster.gender and name.gender != cluster.gender:
            score -= name.certainty
        score += _VERB_GENDER * (hint is not None and hint == cluster.gender)
        if best is None or score > best[0]:
            best = (score, reading, cluster)
    if best is None:
        return None
    _, reading, cluster = best
    if cluster.gender and name.gender and cluster.gender != name.gender and name.certainty > 2 * _SURE_GENDER:
        return None
    return _Match(_with_form(name, unit, reading, cluster), cluster)


def _misspelled(merger: _Merger, name: Name) -> _Match | None:
    """The one person whose long surname is one letter off, and whose given name is the same where the name has one."""
    first, last = spelling_key(name.first or ""), spelling_key(name.last or "")
    if name.rank not in (0, 3) or len(last) < _LONG_SURNAME:
        return None
    fits = [
        cluster
        for cluster in merger.one_letter_off(last)
        if cluster.gender in (None, name.gender) and (not first or first == cluster.first)
    ]
    return _Match(name, fits[0]) if len(fits) == 1 else None


def is_one_edit(one: str, other: str) -> bool:
    """Whether one word becomes the other by one letter more, less or exchanged, or by two that change places."""
    if len(one) > len(other):
        one, other = other, one
    start = next((i for i, letter in enumerate(one) if letter != other[i]), len(one))
    rest, others = one[start:], other[start:]
    if len(one) < len(other):
        return rest == others[1:]
    return rest[1:] == others[1:] or (rest[:2] == others[1::-1] and rest[2:] == others[2:])


@lru_cache(maxsize=MEMO_SIZE)
def _slips(word: str) -> tuple[str, ...]:
    """The beginning of a word, whole and without each of its letters: if `is_one_edit` holds of two words, they share
    one of these.  To compare only such words saves comparing each with each.
    """
    start = word[:_SLIP_LETTERS]
    return start, *(start[:i] + start[i + 1 :] for i in range(len(start)))


@lru_cache(maxsize=MEMO_SIZE)
def _keyed(form: str) -> tuple[tuple[str, Reading], ...]:
    """The readings of a word of a name, each with the key of its nominative."""
    return tuple((spelling_key(reading.nominative), reading) for reading in readings(form))


def _agreement(token: Token, reading: Reading) -> float:
    """How far the tagger's reading of a word agrees with one of `declension`'s."""
    case = reading.case in (None, CASES.get(token.case or ""))
    return _SAME_CASE * case + _SAME_GENDER * (TAGGED_GENDERS.get(token.gender) == reading.gender)


def _with_form(name: Name, unit: Unit, reading: Reading, cluster: _Cluster) -> Name:
    """A name with another nominative of one of its words, spelled as in the text, and with the person's gender."""
    shown = capitalized(unit.text) if shouted(unit) else unit.text
    form = written_like(shown, reading.nominative)
    forms = tuple(form if u is unit else f for u, f in zip(name.units, name.forms, strict=True))
    normal = name.normal.replace(name.forms[name.units.index(unit)], form)
    gender = cluster.gender or name.gender
    return name._replace(forms=forms, normal=normal, first=None, middle=None, last=None, gender=gender)


def _in_order(name: Name) -> str:
    """The nominative of a name, a surname that stands first put last; but Asian ones stay first: "Ким Дэ Соп"."""
    if not name.last or not name.first or not name.normal.startswith(f"{name.last} "):
        return name.normal
    if name.units[-1].initial and not name.normal.endswith("."):
        return name.normal
    if name.last.lower() in asian_surnames() and len(name.last) <= LONGEST_ASIAN_SURNAME and not name.units[-1].initial:
        return name.normal
    return f"{name.normal.removeprefix(name.last).strip()} {name.last}"


def _fullest(names: Sequence[Name]) -> Name:
    """The fullest of a person's names, which stand in text order; among equals the first in the commonest spelling."""
    spellings = Counter(plain(form.lower()) for name in names for form in name.forms)
    return max(names, key=lambda name: (name.size, sum(spellings[plain(form.lower())] for form in name.forms)))


def _person(cluster: _Cluster) -> Person:
    """The person whom a cluster's names name."""
    names = sorted(cluster.names, key=lambda name: name.span)
    fullest = _fullest(names) if len(names) > 1 else names[0]
    return Person(
        name=fullest.full or _in_order(fullest),
        mentions=tuple([Mention(name.span, "name", name.normal, rule=name.rule) for name in names]),
        first=fullest.first,
        middle=fullest.middle,
        last=fullest.last,
        gender=cluster.gender,
    )


# ---------------------------------------------------------------- the rules, in the order in which they apply

# Whom a name names; each gives the name back, perhaps with another nominative.
MATCHERS: tuple[Matcher, ...] = (
    Rule("one person: same parts", _namesake),
    Rule("one person: given name and patronymic", _by_patronymic),
    Rule("one person: initials spelled out", _spelled_out),
    Rule("one person: one word of the name", _one_word),
    Rule("one person: one letter off", _misspelled),
)
# Whom a lone capitalized word names, which is a name only if one of these says so.
DOUBTFUL_MATCHERS: tuple[Matcher, ...] = (Rule("one person: lone capitalized surname", _known_surname),)
# What makes two names with a few words between them one person's.
ALIASES: tuple[AliasCriterion, ...] = (
    Rule("one person: in brackets in Latin letters", _in_latin),
    Rule("one person: surname in brackets", _completes),
    Rule("one person: alias", _is_alias),
)
