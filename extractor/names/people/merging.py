"""Personal names: their words, parts and nominatives, and the mentions of a document merged into people."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise

from extractor import resources
from extractor.names.entities import Mention, Person
from extractor.names.people.declension import (
    Gender,
    Reading,
    asian_surnames,
    is_shared,
    readings,
)
from extractor.names.people.reading import (
    CERTAIN,
    GENDERS,
    SHORT,
    Name,
    Unit,
    agreeing_gender,
    capitalized,
    is_abbreviated,
    read_names,
    shouted,
    with_shared_surnames,
)
from extractor.names.people.spans import PersonSpans
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.forms import MEMO_SIZE
from extractor.reading.morphology import CASES, written_like

# How much clearer than its rival a gender must be to keep a mention from a person of the other.
_SURE = 1.5
# What a verb's gender is worth beside the other signs that a word names a person.
_AGREEMENT = 2.0
# No surname ends so in the singular.
_PLURAL_ONLY = ("овы", "евы", "ёвы", "ины", "ыны")
_NONE: frozenset[int] = frozenset()
# The beginning of a surname, which none of its forms changes.
_PREFIX = 2
# At most so many tokens stand between two names of one person.
_ALIAS = 6
# Surnames of fewer letters are no misspellings of others, nor such as end otherwise: Орлов, Орлова.
_MISSPELT = 5
_ENDING = 2


@dataclass(eq=False)
class _Cluster:
    """A person in the making; `forms` are the words of the names by key, `starts` where the names stand."""

    names: list[Name] = field(default_factory=list)
    forms: dict[str, str] = field(default_factory=dict)
    starts: list[int] = field(default_factory=list)
    first: str = ""
    middle: str = ""
    last: str = ""
    gender: Gender | None = None
    certainty: dict[Gender, float] = field(default_factory=dict)

    def add(self, name: Name) -> None:
        self.names.append(name)
        insort(self.starts, name.span.start)
        for form, unit in zip(name.forms, name.units, strict=True):
            if not unit.initial:
                self.forms.setdefault(key(form), form)
        if name.last:
            self.forms.setdefault(key(name.last), name.last)
        self.first = _fuller(self.first, name.first)
        self.middle = _fuller(self.middle, name.middle)
        self.last = _fuller(self.last, name.last)
        if name.gender is not None and (self.gender is None or name.rank == 3):
            certainty = self.certainty.get(name.gender, 0.0) + min(name.certainty, CERTAIN)
            self.certainty[name.gender] = certainty
            likeliest: Gender = max(self.certainty, key=lambda gender: self.certainty[gender])
            self.gender = likeliest


def _fuller(own: str, other: str | None) -> str:
    """Of a part of a name by key and the same part of another name the one that says more, by key."""
    new = key(other) if other else ""
    return new if new and (not own or (is_abbreviated(own) and not is_abbreviated(new))) else own


def find_people(analysis: Analysis, spans: PersonSpans) -> list[Person]:
    """The people that the names at `spans` name, in the order of first mention."""
    single = [span for span in spans.sure if not _is_family(analysis, span)]
    clusters = _merge(analysis, with_shared_surnames(analysis, read_names(analysis, single)), spans.doubtful)
    return [_person(cluster) for cluster in sorted(clusters, key=lambda c: c.starts[0])]


def _is_family(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a word alone is the surname of several people, none of whom it names: братья Крыловы."""
    token = analysis.tokens[span.start]
    if span.end - span.start > 1 or not is_shared(token.text):
        return False
    return token.number == "Plur" or token.lower.endswith(_PLURAL_ONLY)


@lru_cache(maxsize=MEMO_SIZE)
def key(form: str) -> str:
    """What makes two spellings of a name one: no ё, no э, no doubled letters, no case."""
    plain = form.lower().replace("ё", "е").replace("э", "е")
    return "".join(letter for i, letter in enumerate(plain) if i == 0 or letter != plain[i - 1])


def _merge(analysis: Analysis, names: Sequence[Name], doubtful: Sequence[TokenSpan]) -> list[_Cluster]:
    """Fuller names before shorter ones, each to the person it fits or to a new one; doubtful ones only to the
    bearer of that surname.
    """
    clusters: list[_Cluster] = []
    index: dict[str, list[_Cluster]] = {}

    def put(name: Name, cluster: _Cluster | None) -> None:
        if cluster is None:
            cluster = _Cluster()
            clusters.append(cluster)
        cluster.add(name)
        for known in cluster.forms:
            entry = index.setdefault(known, [])
            if cluster not in entry:
                entry.append(cluster)

    ranks = [name.rank for name in names]
    for rank in (3, 2, 1):
        for name, own in zip(names, ranks, strict=True):
            if own == rank:
                known = _namesake(name, index)
                refit = _short(analysis, name, index) if known is None and rank == 2 else None
                put(*(refit or (name, known)))
    full: dict[str, list[_Cluster]] = {}
    for cluster in clusters:
        if cluster.first and cluster.last:
            full.setdefault(_ends(cluster.last), []).append(cluster)
    for name, own in zip(names, ranks, strict=True):
        if own == 0:
            refit = _short(analysis, name, index)
            put(*(refit or (name, _misspelt(name, full))))
    surnames = {cluster.last[:_PREFIX] for cluster in clusters if cluster.first and cluster.last}
    for span in doubtful:
        if key(analysis.tokens[span.start].text)[:_PREFIX] in surnames:
            (name,) = read_names(analysis, [span])
            refit = _short(analysis, name, index)
            if refit is not None and refit[1].first and key(refit[0].forms[0]) == refit[1].last:
                put(*refit)
    return _with_aliases(analysis, names, clusters)


def _with_aliases(analysis: Analysis, names: Sequence[Name], clusters: list[_Cluster]) -> list[_Cluster]:
    """The clusters, of which those that the text gives as two names of one person are one."""
    of = {name.span: cluster for cluster in clusters for name in cluster.names}
    gone: set[int] = set()
    for one, other in pairwise(sorted(names, key=lambda name: name.span)):
        kept, dropped = of[one.span], of[other.span]
        monk = one.first and not one.last and other.last and not other.first
        if kept is not dropped and _is_alias(analysis, one.span, other.span, bool(monk)):
            for name in dropped.names:
                kept.add(name)
                of[name.span] = kept
            gone.add(id(dropped))
    return [cluster for cluster in clusters if id(cluster) not in gone]


def _is_alias(analysis: Analysis, one: TokenSpan, other: TokenSpan, completes: bool) -> bool:
    """Whether words between two names say that they are one person's: "по прозвищу", or the second stands in
    brackets in Latin letters or completes the first: Тихон (Зайцев).
    """
    between = analysis.tokens[one.end : other.start]
    if not 0 < len(between) <= _ALIAS or between[0].sentence != analysis.tokens[other.start].sentence:
        return False
    if len(between) == 1 and between[0].text == "(":
        return completes or all(analysis.tokens[i].text.isascii() for i in range(*other))
    lemmas = [token.lemma for token in between if token.text[0].isalpha()]
    return any(lemmas[i : i + len(phrase)] == list(phrase) for phrase in _alias_phrases() for i in range(len(lemmas)))


@cache
def _alias_phrases() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(phrase.split()) for phrase in sorted(resources.words("name_aliases.tsv")))


def _namesake(name: Name, index: Mapping[str, list[_Cluster]]) -> _Cluster | None:
    """The person whom a name of several words fits."""
    first, middle, last = key(name.first or ""), key(name.middle or ""), key(name.last or "")
    own = (
        set()
        if name.full
        else {key(form) for form, unit in zip(name.forms, name.units, strict=True) if not unit.initial}
    )
    for cluster in index.get(next(iter(last.split()[-1:]), first), ()):
        if cluster.gender and name.gender and cluster.gender != name.gender and name.certainty > _SURE:
            continue
        if own and own == cluster.forms.keys() and not is_abbreviated(first):
            return cluster
        if last and cluster.last and last != cluster.last:
            continue
        if _compatible(first, cluster.first) and _compatible(middle, cluster.middle):
            return cluster
    return None


def _compatible(one: str, other: str) -> bool:
    if not one or not other:
        return True
    if is_abbreviated(one) or is_abbreviated(other):
        one, other = one.rstrip("."), other.rstrip(".")
        return one.startswith(other) or other.startswith(one)
    return one == other or not _variants().get(one, _NONE).isdisjoint(_variants().get(other, _NONE))


@cache
def _variants() -> Mapping[str, frozenset[int]]:
    """Given names by key, each with the numbers of the rows that say which names one person may bear side by side."""
    found: dict[str, set[int]] = {}
    for number, (row,) in enumerate(resources.rows("given_name_variants.tsv", 1)):
        for name in row.split():
            found.setdefault(key(name), set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


def _short(analysis: Analysis, name: Name, index: Mapping[str, list[_Cluster]]) -> tuple[Name, _Cluster] | None:
    """The person whom one word names, with the word in that person's nominative: of several people the one
    named last before, and the surname before the given name.
    """
    unit = next((unit for unit in name.units if not unit.initial), None)
    if unit is None:
        return None
    form = capitalized(unit.text) if shouted(unit) else unit.text
    known = [(own, reading, cluster) for own, reading in _keyed(form) for cluster in index.get(own, ())]
    if not known:
        return None
    token = analysis.tokens[unit.end - 1]
    hint = agreeing_gender(analysis, name.span)
    initialled = is_abbreviated(name.first or "")
    best: tuple[float, Reading, _Cluster] | None = None
    for own, reading, cluster in known:
        if cluster.gender and cluster.gender != reading.gender:
            continue
        if initialled and not _may_be_initialled(name, own, cluster):
            continue
        score = reading.weight + _agreement(token, reading) + _nearness(name, cluster)
        score += 2.0 * (own in (cluster.last, cluster.last.split(" ")[-1]))
        if name.gender and cluster.gender and name.gender != cluster.gender:
            score -= name.certainty
        score += _AGREEMENT * (hint is not None and hint == cluster.gender)
        if best is None or score > best[0]:
            best = (score, reading, cluster)
    if best is None:
        return None
    _, reading, cluster = best
    if cluster.gender and name.gender and cluster.gender != name.gender and name.certainty > 2 * _SURE:
        return None
    return _with_form(analysis, name, unit, reading, cluster), cluster


@lru_cache(maxsize=MEMO_SIZE)
def _keyed(form: str) -> tuple[tuple[str, Reading], ...]:
    """The readings of a word of a name, each after the key of its nominative."""
    return tuple((key(reading.nominative), reading) for reading in readings(form))


def _ends(word: str) -> str:
    """The letters that a misspelling leaves as they are: the first one and the last ones."""
    return word[0] + word[-_ENDING:]


def _misspelt(name: Name, full: Mapping[str, Sequence[_Cluster]]) -> _Cluster | None:
    """The one person named in full, of those by the `_ends` of their surnames, whose surname a surname alone misspells:
    Карпичков, Капричков.
    """
    own = key(name.last or "")
    found = [
        cluster
        for cluster in (full.get(_ends(own), ()) if own else ())
        if cluster.last
        and not (cluster.gender and name.gender and cluster.gender != name.gender)
        and _is_misspelling(own, cluster.last)
    ]
    return found[0] if len(found) == 1 else None


def _is_misspelling(one: str, other: str) -> bool:
    """Whether two words of the same ends differ in one letter, one letter more or two swapped."""
    if min(len(one), len(other)) < _MISSPELT or _ends(one) != _ends(other):
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    if len(longer) > len(shorter):
        return len(longer) == len(shorter) + 1 and longer[start + 1 :] == shorter[start:]
    swapped = one[start : start + 2] == other[start : start + 2][::-1]
    return one[start + 1 :] == other[start + 1 :] or (swapped and one[start + 2 :] == other[start + 2 :])


def _may_be_initialled(name: Name, last: str, cluster: _Cluster) -> bool:
    """Whether initials and a surname can be a person's."""
    first, middle = key(name.first or ""), key(name.middle or "")
    return last == cluster.last and _compatible(first, cluster.first) and _compatible(middle, cluster.middle)


def _agreement(token: Token, reading: Reading) -> float:
    return 0.8 * (reading.case in (None, CASES.get(token.case or ""))) + 0.5 * (
        GENDERS.get(token.gender) == reading.gender
    )


def _nearness(name: Name, cluster: _Cluster) -> float:
    """From 0 to 0.5, more for a person named shortly before."""
    before = bisect_left(cluster.starts, name.span.start)
    return 0.5 / (1 + (name.span.start - cluster.starts[before - 1]) / 100) if before else 0.0


def _with_form(analysis: Analysis, name: Name, unit: Unit, reading: Reading, cluster: _Cluster) -> Name:
    """A name of one word with another nominative of it, spelled as in the text."""
    shown = capitalized(unit.text) if shouted(unit) else unit.text
    form = written_like(shown, reading.nominative)
    forms = tuple(form if u is unit else f for u, f in zip(name.units, name.forms, strict=True))
    normal = name.normal.replace(name.forms[name.units.index(unit)], form)
    first, middle, last = (name.first, name.middle, form) if is_abbreviated(name.first or "") else (None, None, None)
    gender = cluster.gender or name.gender
    return name._replace(forms=forms, normal=normal, first=first, middle=middle, last=last, gender=gender)


def _in_order(name: Name) -> str:
    """A name in the nominative with a surname that stands first put last, but where it always does: Ким Дэ Соп."""
    if not name.last or not name.first or not name.normal.startswith(f"{name.last} "):
        return name.normal
    if name.units[-1].initial and not name.normal.endswith("."):
        return name.normal
    if name.last.lower() in asian_surnames() and len(name.last) <= SHORT and not name.units[-1].initial:
        return name.normal
    return f"{name.normal.removeprefix(name.last).strip()} {name.last}"


def _plain(form: str) -> str:
    """A form without ё, which is no spelling of its own."""
    return form.lower().replace("ё", "е")


def _fullest(names: Sequence[Name]) -> Name:
    """The fullest of the names of one person, in the order of the text: among equals in the commonest spelling."""
    spellings = Counter(_plain(form) for name in names for form in name.forms)
    return max(names, key=lambda name: (name.size, sum(spellings[_plain(form)] for form in name.forms)))


def _person(cluster: _Cluster) -> Person:
    names = sorted(cluster.names, key=lambda name: name.span)
    fullest = _fullest(names) if len(names) > 1 else names[0]
    return Person(
        name=fullest.full or _in_order(fullest),
        mentions=tuple([Mention(name.span, "name", name.normal) for name in names]),
        first=fullest.first,
        middle=fullest.middle,
        last=fullest.last,
        gender=cluster.gender,
    )
