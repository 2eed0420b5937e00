"""Personal names: their words, parts and nominatives, and the mentions of a document merged into people."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import compress, pairwise
from math import exp
from typing import NamedTuple

from extractor import resources
from extractor.analysis import Analysis, Token, TokenSpan
from extractor.morphology import CASES, KEPT, Word, known_grammemes, known_tags, written_like
from extractor.names.declension import (
    ANYWHERE,
    Declined,
    Gender,
    Place,
    Reading,
    Slot,
    asian_surnames,
    decline,
    fixed_patronymic,
    is_shared,
    nominatives,
    particles,
    patronymic_endings,
    readings,
    shared_surname,
)
from extractor.names.entities import Mention, Person
from extractor.names.mentions import APOSTROPHES, PersonSpans, is_initial

_GENDERS: Mapping[str | None, Gender] = {"Masc": "male", "Fem": "female"}
# How much clearer than its rival a gender must be to keep a mention from a person of the other.
_SURE = 1.5
# What a verb's gender is worth beside the other signs that a word names a person.
_AGREEMENT = 2.0
# How fast the probability of a gender grows with its certainty, and from where on it is 1.
_SHARPNESS = 2.0
_CERTAIN = 4.0
# So many sure names settle what the nominative of another is.
_ENOUGH = 2.0
# No surname ends so in the singular.
_PLURAL_ONLY = ("овы", "евы", "ёвы", "ины", "ыны")
_SUBJECT = frozenset({"nomn"})
_COMPLEMENT = frozenset({"gent"})
_NONE: frozenset[int] = frozenset()
# A title is at most so many tokens long, of words of these kinds.
_TITLE = 10
_TITLE_TAGS = frozenset({"NOUN", "PROPN", "ADJ"})
_APPOSITION = frozenset({"appos", "flat:name"})
# The beginning of a surname, which none of its forms changes.
_PREFIX = 2
# At most so many tokens stand between two names of one person.
_ALIAS = 6
# Surnames of fewer letters are no misspellings of others, nor such as end otherwise: Орлов, Орлова.
_MISSPELT = 5
_ENDING = 2
# An Asian name in its own order is of short words.
_SHORT = 5


class Unit(NamedTuple):
    """A word of a name: its tokens [start, end) and its text."""

    start: int
    end: int
    text: str
    initial: bool


class Name(NamedTuple):
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
            certainty = self.certainty.get(name.gender, 0.0) + min(name.certainty, _CERTAIN)
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
    clusters = _merge(analysis, with_shared_surnames(analysis, read(analysis, single)), spans.doubtful)
    return [_person(cluster) for cluster in sorted(clusters, key=lambda c: c.starts[0])]


def _is_family(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a word alone is the surname of several people, none of whom it names: братья Крыловы."""
    token = analysis.tokens[span.start]
    if span.end - span.start > 1 or not is_shared(token.text):
        return False
    return token.number == "Plur" or token.lower.endswith(_PLURAL_ONLY)


def read(analysis: Analysis, spans: Sequence[TokenSpan]) -> list[Name]:
    """The names at `spans`, each in the nominative that the other names of the document speak for."""
    parts = [units(analysis, span) for span in spans]
    words = [_words(analysis, own) for own in parts]
    places = [_place(analysis, span) for span in spans]
    votes = [_votes(own, place) for own, place in zip(words, places, strict=True)]
    total: dict[str, float] = {}
    for own in votes:
        for form, vote in own.items():
            total[form] = total.get(form, 0.0) + vote
    return [
        _name(analysis, span, units, decline(own, _attested(own, total, vote), place=place))
        for span, units, own, place, vote in zip(spans, parts, words, places, votes, strict=True)
    ]


@lru_cache(maxsize=KEPT)
def _votes(words: tuple[Word, ...], place: Place) -> Mapping[str, float]:
    """The nominatives that a name may have for either gender, each with its probability; a whole name counts twice."""
    declined = decline(words, {}, place=place)
    weight = 2.0 if len(declined.words) > 1 else 1.0
    sure = 1.0 / (1.0 + exp(-_SHARPNESS * min(declined.certainty, _CERTAIN)))
    votes = dict.fromkeys(declined.rival, weight * (1.0 - sure))
    for form in declined.words:
        votes[form.lower()] = votes.get(form.lower(), 0.0) + weight * sure
    return votes


def _attested(words: Sequence[Word], total: Mapping[str, float], own: Mapping[str, float]) -> Mapping[str, float]:
    """How much the other names speak for each nominative that the words may have, from 0 to 1 in quarters."""
    found = {}
    for word in words:
        for form in total.keys() & nominatives(word.text):
            weight = round(4 * min(1.0, (total[form] - own.get(form, 0.0)) / _ENOUGH)) / 4
            if weight:
                found[form] = weight
    return found


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
                bare = len(token.text) == 1 and not (found and found[0].text.lower() in asian_surnames())
                found.append(Unit(i, i + 1, token.text, is_initial(token) and (stop or bare)))
            glue = False
    return tuple(found)


def _words(analysis: Analysis, parts: Sequence[Unit]) -> tuple[Word, ...]:
    words = []
    for unit in parts:
        token = analysis.tokens[unit.end - 1]
        text = _capitalized(unit.text) if _shouted(unit) else unit.text
        words.append(Word(text, token.pos, token.case, token.number, token.gender))
    return tuple(words)


def _place(analysis: Analysis, span: TokenSpan) -> Place:
    """What the sentence says of the gender and the case of the name: by its verb, its preposition, its title."""
    tokens = analysis.tokens
    gender = _agreeing_gender(analysis, span)
    if gender is not None:
        return Place(gender, _SUBJECT)
    before = tokens[span.start - 1] if span.start > analysis.sentence_of(span.start).start else None
    if before is None:
        return ANYWHERE
    if before.pos == "ADP":
        return Place(None, _governed().get(before.lower, frozenset()))
    first, title = tokens[span.start], _title(analysis, span)
    if title is None:
        return ANYWHERE
    if title is before and first.rel not in _APPOSITION:
        return Place(None, _COMPLEMENT) if first.rel == "nmod" and first.head == title.index else ANYWHERE
    female = _title_gender(title.text) == "femn"
    return Place("female" if female else None, frozenset({CASES[title.case or "Nom"]}))


def _title(analysis: Analysis, name: TokenSpan) -> Token | None:
    """The noun for a person in the words right before a name, if it is one, in the singular and alone there."""
    found: Token | None = None
    first = max(analysis.sentence_of(name.start).start, name.start - _TITLE)
    for i in range(name.start - 1, first - 1, -1):
        token = analysis.tokens[i]
        if token.pos not in _TITLE_TAGS:
            break
        if token.pos == "NOUN" and _title_gender(token.text) is not None:
            if found is not None:
                return None
            found = token
    return None if found is None or found.number == "Plur" or found.case is None else found


@lru_cache(maxsize=KEPT)
def _title_gender(text: str) -> str | None:
    """The gender, as pymorphy3 names it, of a noun for a person; None for other words."""
    tags = [tag for tag in known_tags(text.rpartition("-")[2]) if "NOUN" in tag and "anim" in tag]
    if not tags or any("Name" in tag or "Surn" in tag for tag in tags):
        return None
    genders = {str(tag.gender) for tag in tags}
    return genders.pop() if len(genders) == 1 else "masc"


@cache
def _governed() -> Mapping[str, frozenset[str]]:
    """The cases that a preposition asks for, as pymorphy3 names them."""
    return {word: frozenset(cases.split()) for word, cases in resources.rows("preposition_cases.tsv", 2)}


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
    tokens, whole = analysis.tokens, analysis.text
    text, at = "", tokens[span.start].start
    for unit, form in zip(parts, declined.words, strict=True):
        text += whole[at : tokens[unit.start].start] + form
        at = tokens[unit.end - 1].end
    text += whole[at : tokens[span.end - 1].end]
    texts = tuple([unit.text for unit in parts])
    first, middle, last = _parts(texts, tuple([unit.initial for unit in parts]), declined)
    latin = all(map(str.isascii, texts))
    return Name(
        span, parts, declined.words, text, first, middle, last, None if latin else declined.gender, declined.certainty
    )


@lru_cache(maxsize=KEPT)
def _parts(
    texts: tuple[str, ...], initial: tuple[bool, ...], declined: Declined
) -> tuple[str | None, str | None, str | None]:
    """Given name, patronymic or middle name, and surname."""
    forms = declined.words
    slots = [
        _slot(text, slot, form, declined.gender, len(texts) < 3)
        for text, slot, form in zip(texts, declined.slots, forms, strict=True)
    ]
    if len(forms) == 1:
        return (
            (forms[0], None, None) if slots[0] == "first" and not _may_be_surname(forms[0]) else (None, None, forms[0])
        )
    if slots[0] == "particle":
        return None, None, " ".join(forms)
    initials = [f"{text}." for text in compress(texts, initial)]
    if initials:
        rest = [form for form, short in zip(forms, initial, strict=True) if not short]
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
    if _surname_first(texts[0], slots, forms):
        return " ".join(forms[1:]), None, forms[0]
    last = len(forms) - 1
    while last > 1 and slots[last - 1] == "particle":
        last -= 1
    return forms[0], " ".join(forms[1:last]) or None, " ".join(forms[last:])


def _slot(text: str, slot: Slot, form: str, gender: Gender, alone: bool) -> str:
    """The slot of a word; a patronymic that is also a surname (Климович) is one only beside a surname."""
    if text in particles():
        return "middle" if fixed_patronymic(text) else "particle"
    patronymic = slot == "middle" or (_is_patronymic(form, gender) and not alone)
    return "middle" if patronymic else slot


@lru_cache(maxsize=KEPT)
def _is_patronymic(form: str, gender: Gender) -> bool:
    lower = form.lower()
    return any(
        own == gender and len(lower) > len(ending) + 2 and lower.endswith(ending)
        for ending, own, _ in patronymic_endings()
    )


def _may_be_surname(form: str) -> bool:
    return "Surn" in known_grammemes(form)


def _surname_first(text: str, slots: Sequence[str], forms: Sequence[str]) -> bool:
    """Whether the surname stands first, `text` being the first word: Лебедев Константин, Ким Дэ Соп, Ван Сяомин."""
    if text.isascii():
        return False
    if forms[0].lower() in asian_surnames() and len(forms[0]) <= _SHORT:
        return (len(forms) > 2 and "particle" not in slots) or (slots[0] != "first" and slots[1] != "last")
    return len(forms) == 2 and slots[1] == "first" and slots[0] != "first" and not _may_be_surname(forms[1])


def is_abbreviated(first: str) -> bool:
    """Whether a given name is an initial."""
    return first.endswith(".")


@lru_cache(maxsize=KEPT)
def key(form: str) -> str:
    """What makes two spellings of a name one: no ё, no э, no doubled letters, no case."""
    plain = form.lower().replace("ё", "е").replace("э", "е")
    return "".join(letter for i, letter in enumerate(plain) if i == 0 or letter != plain[i - 1])


def with_shared_surnames(analysis: Analysis, names: Sequence[Name]) -> list[Name]:
    """The names, of which given names alone have the surname in the plural behind the last: Марина и Ольга Крыловы,
    братья Пётр, Иван и Лев Чайки.
    """
    found = list(names)
    for i in range(len(names) - 2, -1, -1):
        one, other = found[i], found[i + 1]
        if other.span.start - one.span.end != 1 or not one.first or one.last or not other.last or not other.first:
            continue
        between = analysis.tokens[one.span.end]
        if between.pos == "CCONJ" or (other.full is not None and between.text == ","):
            surname = _shared_with(analysis, one, names[i + 1 :], other)
            if surname:
                found[i] = one._replace(last=surname, full=f"{one.normal} {surname}")
    return found


def _shared_with(analysis: Analysis, one: Name, following: Sequence[Name], other: Name) -> str | None:
    """The surname that a given name shares with the next names; None where the surname is the last's alone."""
    whole = next((name for name in following if name.last), None)
    if whole is None or one.gender is None:
        return None
    text = analysis.tokens[whole.span.end - 1].text
    cases = {reading.case for reading in readings(one.units[0].text) if reading.nominative == one.forms[0].lower()}
    surname = shared_surname(text, one.gender, cases)
    if surname:
        return written_like(text, surname)
    before = analysis.tokens[one.span.start - 1] if one.span.start else None
    kin = before is not None and _are_people(before)
    return whole.last if (kin or other.full) and whole.last == text else None


def _are_people(token: Token) -> bool:
    """Whether a noun is of several people: сёстры, супругов."""
    tags = [tag for tag in known_tags(token.text) if "NOUN" in tag and "anim" in tag]
    plural = [tag for tag in tags if tag.number == "plur"]
    return bool(plural) and (token.number == "Plur" or len(plural) == len(tags))


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
    form = _capitalized(unit.text) if _shouted(unit) else unit.text
    known = [(own, reading, cluster) for own, reading in _keyed(form) for cluster in index.get(own, ())]
    if not known:
        return None
    token = analysis.tokens[unit.end - 1]
    hint = _agreeing_gender(analysis, name.span)
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


@lru_cache(maxsize=KEPT)
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
    first, middle, last = (name.first, name.middle, form) if is_abbreviated(name.first or "") else (None, None, None)
    gender = cluster.gender or name.gender
    return name._replace(forms=forms, normal=normal, first=first, middle=middle, last=last, gender=gender)


def _in_order(name: Name) -> str:
    """A name in the nominative with a surname that stands first put last, but where it always does: Ким Дэ Соп."""
    if not name.last or not name.first or not name.normal.startswith(f"{name.last} "):
        return name.normal
    if name.units[-1].initial and not name.normal.endswith("."):
        return name.normal
    if name.last.lower() in asian_surnames() and len(name.last) <= _SHORT and not name.units[-1].initial:
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
