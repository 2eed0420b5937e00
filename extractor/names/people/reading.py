"""Reads the personal names of a document: the words and parts of each, its nominative, its gender."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from math import exp
from typing import NamedTuple

from extractor.names.entities import TAGGED_GENDERS, Gender
from extractor.names.lexicons import asian_surnames
from extractor.names.people.context import expected
from extractor.names.people.declension import (
    Declined,
    Expected,
    Slot,
    decline,
    fixed_patronymic,
    is_known_surname,
    nominatives,
    particles,
    patronymic_endings,
    readings,
    shared_surname,
)
from extractor.names.people.nouns import means_several
from extractor.names.people.spans import is_initial
from extractor.names.spans import Found
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.characters import APOSTROPHES
from extractor.reading.forms import MEMO_SIZE
from extractor.reading.morphology import Word, known_grammemes, written_like

# The probability of a gender that leads by `certainty` is the logistic function of _SHARPNESS times it; leads over
# CERTAIN count as CERTAIN.  Swept as the weights of `declension`, over the same documents, at 0, half and twice: the
# first, cases −.0006, −.0012, 0; the second, −.0006 at 0, else no difference.
_SHARPNESS = 2.0
CERTAIN = 4.0
# The votes of other names that settle what the nominative of a name is: those of one full name that is sure.  At half:
# `gender` −.0078; at twice: cases −.0042.
_ENOUGH = 2.0
# Surnames of the Asian lexicon with more letters stand behind the given name, as Russian ones do.  At 4
# letters one document has another name, at 6 and 8 none.
LONGEST_ASIAN_SURNAME = 5


class Unit(NamedTuple):
    """A word of a name: its tokens [start, end), of which an apostrophe makes several, its text, and whether it is an
    initial.
    """

    start: int
    end: int
    text: str
    initial: bool


class Name(NamedTuple):
    """A mention of a person as read.

    `forms` are the nominatives of `units`, `normal` is the whole mention in the nominative; `first`, `middle` and
    `last` are its parts.  `certainty` is by how much the score of `gender` beats the other's.  `full` is the name with
    a surname that stands elsewhere ("Марина и Ольга Крыловы"), `rule` what found the span.
    """

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
    rule: str = ""

    @property
    def rank(self) -> int:
        """How full the name is: 3 a given name and surname, 2 an initial and surname, 1 a given name and patronymic,
        0 a single part.
        """
        if self.first and self.last:
            return 2 if is_abbreviated(self.first) else 3
        return 1 if self.first and self.middle else 0

    @property
    def size(self) -> tuple[int, int]:
        """What makes one name fuller than another: its rank, then how many words and initials it has."""
        return self.rank, sum(not unit.initial for unit in self.units) * 2 + len(self.units)


def read_names(analysis: Analysis, finds: Sequence[Found]) -> list[Name]:
    """The names at the found spans, in their order, each in the nominative that the others speak for."""
    parts = [units(analysis, found.span) for found in finds]
    words = [words_of(analysis, own) for own in parts]
    sentences = [expected(analysis, found.span) for found in finds]
    votes = [_votes(own, said) for own, said in zip(words, sentences, strict=True)]
    total: dict[str, float] = {}
    for own in votes:
        for form, vote in own.items():
            total[form] = total.get(form, 0.0) + vote
    standing = {
        word.text.lower()
        for own, said in zip(words, sentences, strict=True)
        if len(own) > 1 and decline(own, {}, expected=said).case == "nomn"
        for word in own
    }
    return [
        _name(analysis, found, units, decline(own, _attested(own, total, vote, standing), expected=said))
        for found, units, own, said, vote in zip(finds, parts, words, sentences, votes, strict=True)
    ]


@lru_cache(maxsize=MEMO_SIZE)
def _votes(words: tuple[Word, ...], said: Expected) -> Mapping[str, float]:
    """The nominatives (lower case) of a name as a man's and as a woman's, each with the probability of that gender; a
    name of several words counts twice.
    """
    declined = decline(words, {}, expected=said)
    weight = 2.0 if len(declined.words) > 1 else 1.0
    sure = 1.0 / (1.0 + exp(-_SHARPNESS * min(declined.certainty, CERTAIN)))
    votes = dict.fromkeys(declined.rival, weight * (1.0 - sure))
    for form in declined.words:
        votes[form.lower()] = votes.get(form.lower(), 0.0) + weight * sure
    return votes


def _attested(
    words: Sequence[Word], total: Mapping[str, float], own: Mapping[str, float], standing: Container[str]
) -> Mapping[str, float]:
    """How much the other names speak for each nominative that the words may have: 0.25, 0.5, 0.75 or 1; twice as much
    for those that are `standing` in the text in a name of several words.

    `total` are the votes of all names, `own` those of this one.  Quarters let `decline` find more calls in its cache.
    """
    found = {}
    for word in words:
        for form in total.keys() & nominatives(word.text):
            weight = round(4 * min(1.0, (total[form] - own.get(form, 0.0)) / _ENOUGH)) / 4
            if weight:
                found[form] = weight * (1 + (form in standing))
    return found


def units(analysis: Analysis, span: TokenSpan) -> tuple[Unit, ...]:
    """The words of a name: initials without their stops, "О'Коннор" as one word."""
    found: list[Unit] = []
    after_apostrophe = False
    for i in range(*span):
        token = analysis.tokens[i]
        if token.text in APOSTROPHES:
            after_apostrophe = bool(found)
        elif token.text[0].isalpha():
            if after_apostrophe:
                start = found.pop().start
                text = analysis.text[analysis.tokens[start].start : token.end]
                found.append(Unit(start, i + 1, text, False))
            else:
                stop = i + 1 < len(analysis.tokens) and analysis.tokens[i + 1].text == "."
                bare = len(token.text) == 1 and not (found and found[0].text.lower() in asian_surnames())
                found.append(Unit(i, i + 1, token.text, is_initial(token) and (stop or bare)))
            after_apostrophe = False
    return tuple(found)


def words_of(analysis: Analysis, parts: Sequence[Unit]) -> tuple[Word, ...]:
    """The words of a name with the tagger's reading of each, in ordinary case where they stand in capitals."""
    words = []
    for unit in parts:
        token = analysis.tokens[unit.end - 1]
        text = capitalized(unit.text) if shouted(unit) else unit.text
        words.append(Word(text, token.pos, token.case, token.number, token.gender))
    return tuple(words)


def shouted(unit: Unit) -> bool:
    """Whether a Cyrillic word is in capitals throughout, and no initial."""
    return unit.text.isupper() and len(unit.text) > 2 and not unit.text.isascii()


def capitalized(text: str) -> str:
    """A word with a capital at the beginning of each part between hyphens, in lower case elsewhere."""
    return "-".join(part.capitalize() for part in text.split("-"))


def agreeing_gender(analysis: Analysis, span: TokenSpan) -> Gender | None:
    """The gender of the verb whose subject the name is, by syntax or because the name begins a sentence and the verb
    follows; None where there is no such verb or it has no gender.
    """
    for i in range(*span):
        token = analysis.tokens[i]
        if token.rel.startswith("nsubj") and token.head >= 0:
            return TAGGED_GENDERS.get(analysis.tokens[token.head].gender)
    following = analysis.tokens[span.end] if span.end < len(analysis.tokens) else None
    starts = span.start == analysis.sentence_of(span.start).start
    verb = following if starts and following is not None and following.pos == "VERB" else None
    return TAGGED_GENDERS.get(verb.gender) if verb is not None else None


def _name(analysis: Analysis, found: Found, parts: tuple[Unit, ...], declined: Declined) -> Name:
    """The name at a found span, given its words and their nominatives."""
    tokens, whole, span = analysis.tokens, analysis.text, found.span
    text, at = "", tokens[span.start].start
    for unit, form in zip(parts, declined.words, strict=True):
        text += whole[at : tokens[unit.start].start] + form
        at = tokens[unit.end - 1].end
    text += whole[at : tokens[span.end - 1].end]
    texts = tuple([unit.text for unit in parts])
    first, middle, last = _parts(texts, tuple([unit.initial for unit in parts]), declined)
    latin = all(map(str.isascii, texts))
    return Name(
        span=span,
        units=parts,
        forms=declined.words,
        normal=" ".join(text.split()),
        first=first,
        middle=middle,
        last=last,
        gender=None if latin else declined.gender,
        certainty=declined.certainty,
        rule=found.rule,
    )


@lru_cache(maxsize=MEMO_SIZE)
def _parts(
    texts: tuple[str, ...], initial: tuple[bool, ...], declined: Declined
) -> tuple[str | None, str | None, str | None]:
    """Given name, patronymic or middle name, and surname, as far as the name has them.  `texts` are its words as they
    stand, `initial` says which of them are initials.
    """
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
    if initial == (False, True) and slots[0] == "first" and not _may_be_surname(forms[0]):
        return forms[0], None, initials[0]
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
    """The slot of a word, "particle" among them.  A surname that may be a patronymic ("Климович") is one only in a name
    of three words; `alone` says that there are fewer.
    """
    if text in particles():
        return "middle" if fixed_patronymic(text) else "particle"
    patronymic = slot == "middle" or (is_patronymic(form, gender) and not alone)
    return "middle" if patronymic else slot


@lru_cache(maxsize=MEMO_SIZE)
def is_patronymic(form: str, gender: Gender) -> bool:
    """Whether a nominative ends as patronymics of that gender do."""
    lower = form.lower()
    return any(
        own == gender and len(lower) > len(ending) + 2 and lower.endswith(ending)
        for ending, own, _ in patronymic_endings()
    )


def _may_be_surname(form: str) -> bool:
    """Whether the dictionary has a form as a surname, among other things."""
    return "Surn" in known_grammemes(form)


def _surname_first(text: str, slots: Sequence[str], forms: Sequence[str]) -> bool:
    """Whether the surname stands first, as in "Лебедев Константин", "Ким Дэ Соп", "Ван Сяомин"; `text` is the first
    word as it stands.
    """
    if text.isascii():
        return False
    if forms[0].lower() in asian_surnames() and len(forms[0]) <= LONGEST_ASIAN_SURNAME:
        return (len(forms) > 2 and "particle" not in slots) or (slots[0] != "first" and slots[1] != "last")
    return (
        len(forms) == 2
        and slots[1] == "first"
        and slots[0] != "first"
        and is_known_surname(forms[0])
        and not _may_be_surname(forms[1])
    )


def is_abbreviated(first: str) -> bool:
    """Whether a given name is an initial."""
    return first.endswith(".")


# Endings of surnames that have one form for every gender, number and case.
_NEVER_DECLINED = ("и", "ы", "е", "э", "о", "у", "ю", "ых", "их")


def with_shared_surnames(analysis: Analysis, names: Sequence[Name]) -> list[Name]:
    """The names in text order; given names in a list get the surname that stands in the plural behind the last:
    "Марина и Ольга Крыловы", "братья Пётр, Иван и Лев Чайки", or that does not decline: "Уна и Лев Сухих".
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
    """The surname that a given name shares with the names that follow it, `other` the next of them; None where the
    surname is only the last one's.
    """
    whole = next((name for name in following if name.last), None)
    if whole is None or one.gender is None:
        return None
    text = analysis.tokens[whole.span.end - 1].text
    cases = {reading.case for reading in readings(one.units[0].text) if reading.nominative == one.forms[0].lower()}
    surname = shared_surname(text, one.gender, cases)
    if surname:
        return written_like(text, surname)
    before = analysis.tokens[one.span.start - 1] if one.span.start else None
    kin = before is not None and means_several(before)
    fixed = text.endswith(_NEVER_DECLINED)
    return whole.last if (kin or fixed or other.full) and whole.last == text else None
