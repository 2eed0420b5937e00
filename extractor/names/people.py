"""Personal names: their words, parts and nominatives, and the mentions of a document merged into people."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from extractor import resources
from extractor.analysis import Analysis, Token, TokenSpan
from extractor.morphology import CASES, Word, known_grammemes, written_like
from extractor.names.declension import (
    Declined,
    Gender,
    Reading,
    Slot,
    decline,
    fixed_patronymic,
    is_shared,
    particles,
    patronymic_endings,
    readings,
)
from extractor.names.entities import Mention, Person
from extractor.names.mentions import APOSTROPHES, PersonSpans, asian_surnames, is_initial

_GENDERS: Mapping[str | None, Gender] = {"Masc": "male", "Fem": "female"}
# How much clearer than its rival a gender must be to keep a mention from a person of the other.
_SURE = 1.5
# What a verb's gender is worth beside the other signs that a word names a person.
_AGREEMENT = 2.0
# The beginning of a surname, which none of its forms changes.
_PREFIX = 2
# At most so many tokens stand between two names of one person.
_ALIAS = 6
# An Asian name in its own order is of short words.
_SHORT = 5


class Unit(NamedTuple):
    """A word of a name: its tokens [start, end) and its text."""

    start: int
    end: int
    text: str
    initial: bool


@dataclass(frozen=True, slots=True)
class Name:
    """A mention of a person as read: the words with their nominatives, and which of them are what."""

    span: TokenSpan
    units: tuple[Unit, ...]
    forms: tuple[str, ...]
    normal: str
    first: str | None
    middle: str | None
    last: str | None
    gender: Gender | None
    certainty: float
    full: str | None = None

    @property
    def rank(self) -> int:
        """How full a name is: 3 given name and surname, 2 an initial and surname, 1 given name and patronymic,
        0 one word.
        """
        if self.first and self.last:
            return 2 if is_abbreviated(self.first) else 3
        return 1 if self.first and self.middle else 0

    @property
    def size(self) -> tuple[int, int]:
        """Full names before initials, then more words before fewer: what makes a name the fullest."""
        return self.rank, sum(not unit.initial for unit in self.units) * 2 + len(self.units)


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

    def add(self, name: Name) -> None:
        self.names.append(name)
        insort(self.starts, name.span.start)
        for form, unit in zip(name.forms, name.units, strict=True):
            if not unit.initial:
                self.forms.setdefault(key(form), form)
        if name.last:
            self.forms.setdefault(key(name.last), name.last)
        for part in ("first", "middle", "last"):
            own, new = getattr(self, part), key(getattr(name, part) or "")
            if new and (not own or (is_abbreviated(own) and not is_abbreviated(new))):
                setattr(self, part, new)
        if self.gender is None or (name.certainty > _SURE and name.rank == 3):
            self.gender = name.gender


def find_people(analysis: Analysis, spans: PersonSpans) -> list[Person]:
    """The people that the names at `spans` name, in the order of first mention."""
    clusters = _merge(analysis, with_shared_surnames(analysis, read(analysis, spans.sure)), spans.doubtful)
    return [_person(cluster) for cluster in sorted(clusters, key=lambda c: min(name.span for name in c.names))]


def read(analysis: Analysis, spans: Sequence[TokenSpan]) -> list[Name]:
    """The names at `spans`, each in the nominative that the document speaks for."""
    alone = [_decline(analysis, span, {}) for span in spans]
    counts: Counter[str] = Counter()
    for units, declined in alone:
        weight = 2 if len(units) > 1 else 1
        counts.update({form.lower(): weight for form in declined.words})
    attested = {form: min(1.0, (count - 1) / 3) for form, count in counts.items() if count > 1}
    return [_name(analysis, span, *_decline(analysis, span, attested)) for span in spans]


def units(analysis: Analysis, span: TokenSpan) -> tuple[Unit, ...]:
    """The words of a name: initials without their stops, О'Коннор in one."""
    found: list[Unit] = []
    glue = False
    for i in range(*span):
        token = analysis.tokens[i]
        if token.text in APOSTROPHES:
            glue = bool(found)
        elif token.text[0].isalpha():
            if glue:
                start = found.pop().start
                text = analysis.text[analysis.tokens[start].start : token.end]
                found.append(Unit(start, i + 1, text, False))
            else:
                stop = i + 1 < len(analysis.tokens) and analysis.tokens[i + 1].text == "."
                found.append(Unit(i, i + 1, token.text, is_initial(token) and (stop or len(token.text) == 1)))
            glue = False
    return tuple(found)


def _decline(analysis: Analysis, span: TokenSpan, attested: Mapping[str, float]) -> tuple[tuple[Unit, ...], Declined]:
    parts = units(analysis, span)
    words = []
    for unit in parts:
        token = analysis.tokens[unit.end - 1]
        text = _capitalized(unit.text) if _shouted(unit) else unit.text
        words.append(Word(text, token.pos, token.case, token.number, token.gender))
    return parts, decline(words, attested, hint=_agreeing_gender(analysis, span))


def _shouted(unit: Unit) -> bool:
    return unit.text.isupper() and len(unit.text) > 2 and not unit.text.isascii()


def _capitalized(text: str) -> str:
    return "-".join(part.capitalize() for part in text.split("-"))


def _agreeing_gender(analysis: Analysis, span: TokenSpan) -> Gender | None:
    """The gender of the verb whose subject the name is, by syntax or because it begins a sentence before a verb."""
    for i in range(*span):
        token = analysis.tokens[i]
        if token.rel.startswith("nsubj") and token.head >= 0:
            return _GENDERS.get(analysis.tokens[token.head].gender)
    following = analysis.tokens[span.end] if span.end < len(analysis.tokens) else None
    starts = span.start == analysis.sentence_of(span.start).start
    return _GENDERS.get(following.gender) if starts and following is not None and following.pos == "VERB" else None


def _name(analysis: Analysis, span: TokenSpan, parts: tuple[Unit, ...], declined: Declined) -> Name:
    text, at = "", analysis.tokens[span.start].start
    for unit, form in zip(parts, declined.words, strict=True):
        text += analysis.text[at : analysis.tokens[unit.start].start] + form
        at = analysis.tokens[unit.end - 1].end
    text += analysis.text[at : analysis.tokens[span.end - 1].end]
    first, middle, last = _parts(parts, declined)
    latin = all(unit.text.isascii() for unit in parts)
    return Name(
        span, parts, declined.words, text, first, middle, last, None if latin else declined.gender, declined.certainty
    )


def _parts(parts: Sequence[Unit], declined: Declined) -> tuple[str | None, str | None, str | None]:
    """Given name, patronymic or middle name, and surname."""
    forms = declined.words
    slots = [
        _slot(unit, slot, form, declined.gender, len(parts) < 3)
        for unit, slot, form in zip(parts, declined.slots, forms, strict=True)
    ]
    if len(forms) == 1:
        return (
            (forms[0], None, None) if slots[0] == "first" and not _may_be_surname(forms[0]) else (None, None, forms[0])
        )
    initials = [f"{unit.text}." for unit in parts if unit.initial]
    if initials:
        rest = [form for unit, form in zip(parts, forms, strict=True) if not unit.initial]
        return initials[0], initials[1] if len(initials) > 1 else None, " ".join(rest) or None
    if "middle" in slots[1:]:
        at = slots.index("middle", 1)
        names = [i for i in range(len(forms)) if i != at]
        middle = forms[at]
        if at > 1 and fixed_patronymic(middle.lower()) and middle.islower():
            middle = f"{forms[at - 1]} {middle}"
            names.remove(at - 1)
        before, after = [i for i in names if i < at], [i for i in names if i > at]
        if len(before) == 1 and after:
            return forms[before[0]], middle, " ".join(forms[i] for i in after)
        if len(before) == 1:
            return forms[before[0]], middle, None
        return forms[before[-1]], middle, " ".join(forms[i] for i in before[:-1])
    if _surname_first(parts, slots, forms):
        return " ".join(forms[1:]), None, forms[0]
    last = len(forms) - 1
    while last > 1 and slots[last - 1] == "particle":
        last -= 1
    return forms[0], " ".join(forms[1:last]) or None, " ".join(forms[last:])


def _slot(unit: Unit, slot: Slot, form: str, gender: Gender, alone: bool) -> str:
    """The slot of a word; a patronymic that is also a surname (Климович) is one only beside a surname."""
    if unit.text in particles():
        return "middle" if fixed_patronymic(unit.text) else "particle"
    patronymic = slot == "middle" or (_is_patronymic(form, gender) and not alone)
    return "middle" if patronymic else slot


@lru_cache(maxsize=50_000)
def _is_patronymic(form: str, gender: Gender) -> bool:
    lower = form.lower()
    return any(
        own == gender and len(lower) > len(ending) + 2 and lower.endswith(ending)
        for ending, own, _ in patronymic_endings()
    )


def _may_be_surname(form: str) -> bool:
    return "Surn" in known_grammemes(form)


def _surname_first(parts: Sequence[Unit], slots: Sequence[str], forms: Sequence[str]) -> bool:
    """Whether the surname stands first: Лебедев Константин, Ким Дэ Соп, Ван Сяомин."""
    if parts[0].text.isascii():
        return False
    if forms[0].lower() in asian_surnames() and len(forms[0]) <= _SHORT:
        return (len(forms) > 2 and "particle" not in slots) or (slots[0] != "first" and slots[1] != "last")
    return len(forms) == 2 and slots[1] == "first" and slots[0] != "first" and not _may_be_surname(forms[1])


def is_abbreviated(first: str) -> bool:
    """Whether a given name is an initial."""
    return first.endswith(".")


@lru_cache(maxsize=50_000)
def key(form: str) -> str:
    """What makes two spellings of a name one: no ё, no э, no doubled letters, no case."""
    plain = form.lower().replace("ё", "е").replace("э", "е")
    return "".join(letter for i, letter in enumerate(plain) if i == 0 or letter != plain[i - 1])


def with_shared_surnames(analysis: Analysis, names: Sequence[Name]) -> list[Name]:
    """The names, of which a given name alone has the surname in the plural behind the next: Марина и Ольга Крыловы."""
    found = list(names)
    for i, (one, other) in enumerate(pairwise(names)):
        token = analysis.tokens[other.span.end - 1]
        joined = other.span.start - one.span.end == 1 and analysis.tokens[one.span.end].pos == "CCONJ"
        if joined and one.first and not one.last and other.rank == 3 and is_shared(token.text):
            surname = decline([token.word], {}, one.gender).words[0]
            found[i] = replace(one, last=surname, full=f"{one.normal} {surname}")
    return found


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

    for rank in (3, 2, 1):
        for name in names:
            if name.rank == rank:
                put(name, _namesake(name, index))
    for name in names:
        if name.rank == 0:
            refit = _short(analysis, name, index)
            put(*(refit or (name, None)))
    surnames = {cluster.last[:_PREFIX] for cluster in clusters if cluster.first and cluster.last}
    for span in doubtful:
        if key(analysis.tokens[span.start].text)[:_PREFIX] in surnames:
            (name,) = read(analysis, [span])
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
    return one == other


def _short(analysis: Analysis, name: Name, index: Mapping[str, list[_Cluster]]) -> tuple[Name, _Cluster] | None:
    """The person whom one word names, with the word in that person's nominative: of several people the one
    named last before, and the surname before the given name.
    """
    unit = next((unit for unit in name.units if not unit.initial), None)
    if unit is None:
        return None
    form = _capitalized(unit.text) if _shouted(unit) else unit.text
    token = analysis.tokens[unit.end - 1]
    hint = _agreeing_gender(analysis, name.span)
    best: tuple[float, Reading, _Cluster] | None = None
    for reading in readings(form):
        for cluster in index.get(key(reading.nominative), ()):
            if cluster.gender and cluster.gender != reading.gender:
                continue
            score = reading.weight + _agreement(token, reading) + _nearness(name, cluster)
            score += 2.0 * (key(reading.nominative) in (cluster.last, cluster.last.split(" ")[-1]))
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


def _agreement(token: Token, reading: Reading) -> float:
    return 0.8 * (reading.case in (None, CASES.get(token.case or ""))) + 0.5 * (
        _GENDERS.get(token.gender) == reading.gender
    )


def _nearness(name: Name, cluster: _Cluster) -> float:
    """From 0 to 0.5, more for a person named shortly before."""
    before = bisect_left(cluster.starts, name.span.start)
    return 0.5 / (1 + (name.span.start - cluster.starts[before - 1]) / 100) if before else 0.0


def _with_form(analysis: Analysis, name: Name, unit: Unit, reading: Reading, cluster: _Cluster) -> Name:
    """A name of one word with another nominative of it, spelled as in the text."""
    shown = _capitalized(unit.text) if _shouted(unit) else unit.text
    form = written_like(shown, reading.nominative)
    forms = tuple(form if u is unit else f for u, f in zip(name.units, name.forms, strict=True))
    normal = name.normal.replace(name.forms[name.units.index(unit)], form)
    return Name(name.span, name.units, forms, normal, None, None, None, cluster.gender or name.gender, name.certainty)


def _person(cluster: _Cluster) -> Person:
    fullest = max(cluster.names, key=lambda name: (name.size, -name.span.start))
    return Person(
        name=fullest.full or fullest.normal,
        mentions=tuple(Mention(name.span, "name", name.normal) for name in sorted(cluster.names, key=lambda n: n.span)),
        first=fullest.first,
        middle=fullest.middle,
        last=fullest.last,
        gender=cluster.gender,
    )
