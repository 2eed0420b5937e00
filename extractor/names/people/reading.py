"""One personal name read: its words and parts, its nominative, its gender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import compress
from math import exp
from typing import NamedTuple

from extractor import resources
from extractor.names.people.declension import (
    ANY_FORM,
    Declined,
    ExpectedForm,
    Gender,
    Slot,
    asian_surnames,
    decline,
    fixed_patronymic,
    nominatives,
    particles,
    patronymic_endings,
    readings,
    shared_surname,
)
from extractor.names.people.spans import is_initial
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.characters import APOSTROPHES
from extractor.reading.forms import MEMO_SIZE
from extractor.reading.morphology import CASES, Word, known_grammemes, known_tags, written_like

GENDERS: Mapping[str | None, Gender] = {"Masc": "male", "Fem": "female"}
# How fast the probability of a gender grows with its certainty, and from where on it is 1.
_SHARPNESS = 2.0
CERTAIN = 4.0
# So many sure names settle what the nominative of another is.
_ENOUGH = 2.0
_SUBJECT = frozenset({"nomn"})
_COMPLEMENT = frozenset({"gent"})
# A title is at most so many tokens long, of words of these kinds.
_TITLE = 10
_TITLE_TAGS = frozenset({"NOUN", "PROPN", "ADJ"})
_APPOSITION = frozenset({"appos", "flat:name"})
# An Asian name in its own order is of short words.
SHORT = 5


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


def read_names(analysis: Analysis, spans: Sequence[TokenSpan]) -> list[Name]:
    """The names at `spans`, each in the nominative that the other names of the document speak for."""
    parts = [units(analysis, span) for span in spans]
    words = [_words(analysis, own) for own in parts]
    forms = [_expected_form(analysis, span) for span in spans]
    votes = [_votes(own, expected) for own, expected in zip(words, forms, strict=True)]
    total: dict[str, float] = {}
    for own in votes:
        for form, vote in own.items():
            total[form] = total.get(form, 0.0) + vote
    return [
        _name(analysis, span, units, decline(own, _attested(own, total, vote), expected=expected))
        for span, units, own, expected, vote in zip(spans, parts, words, forms, votes, strict=True)
    ]


@lru_cache(maxsize=MEMO_SIZE)
def _votes(words: tuple[Word, ...], expected: ExpectedForm) -> Mapping[str, float]:
    """The nominatives that a name may have for either gender, each with its probability; a whole name counts twice."""
    declined = decline(words, {}, expected=expected)
    weight = 2.0 if len(declined.words) > 1 else 1.0
    sure = 1.0 / (1.0 + exp(-_SHARPNESS * min(declined.certainty, CERTAIN)))
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
        text = capitalized(unit.text) if shouted(unit) else unit.text
        words.append(Word(text, token.pos, token.case, token.number, token.gender))
    return tuple(words)


def _expected_form(analysis: Analysis, span: TokenSpan) -> ExpectedForm:
    """What the sentence says of the gender and the case of the name: by its verb, its preposition, its title."""
    tokens = analysis.tokens
    gender = agreeing_gender(analysis, span)
    if gender is not None:
        return ExpectedForm(gender, _SUBJECT)
    before = tokens[span.start - 1] if span.start > analysis.sentence_of(span.start).start else None
    if before is None:
        return ANY_FORM
    if before.pos == "ADP":
        return ExpectedForm(None, _governed().get(before.lower, frozenset()))
    first, title = tokens[span.start], _title(analysis, span)
    if title is None:
        return ANY_FORM
    if title is before and first.rel not in _APPOSITION:
        return ExpectedForm(None, _COMPLEMENT) if first.rel == "nmod" and first.head == title.index else ANY_FORM
    female = _title_gender(title.text) == "femn"
    return ExpectedForm("female" if female else None, frozenset({CASES[title.case or "Nom"]}))


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


@lru_cache(maxsize=MEMO_SIZE)
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


def shouted(unit: Unit) -> bool:
    """Whether a word stands in capitals throughout."""
    return unit.text.isupper() and len(unit.text) > 2 and not unit.text.isascii()


def capitalized(text: str) -> str:
    """A word with a capital at the beginning of each part between hyphens, small letters elsewhere."""
    return "-".join(part.capitalize() for part in text.split("-"))


def agreeing_gender(analysis: Analysis, span: TokenSpan) -> Gender | None:
    """The gender of the verb whose subject the name is, by syntax or because it begins a sentence before a verb."""
    for i in range(*span):
        token = analysis.tokens[i]
        if token.rel.startswith("nsubj") and token.head >= 0:
            return GENDERS.get(analysis.tokens[token.head].gender)
    following = analysis.tokens[span.end] if span.end < len(analysis.tokens) else None
    starts = span.start == analysis.sentence_of(span.start).start
    return GENDERS.get(following.gender) if starts and following is not None and following.pos == "VERB" else None


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


@lru_cache(maxsize=MEMO_SIZE)
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


@lru_cache(maxsize=MEMO_SIZE)
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
    if forms[0].lower() in asian_surnames() and len(forms[0]) <= SHORT:
        return (len(forms) > 2 and "particle" not in slots) or (slots[0] != "first" and slots[1] != "last")
    return len(forms) == 2 and slots[1] == "first" and slots[0] != "first" and not _may_be_surname(forms[1])


def is_abbreviated(first: str) -> bool:
    """Whether a given name is an initial."""
    return first.endswith(".")


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
