"""Personal names through the cases: what nominatives a form may have, and which fits a whole name best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from pymorphy3.analyzer import Parse

from extractor import resources
from extractor.morphology import CASES, Word, parses, spelled_like, written_like

Gender = Literal["male", "female"]
Slot = Literal["first", "middle", "last", ""]

_GENDERS: tuple[Gender, Gender] = ("male", "female")
_ALL_CASES = tuple(CASES.values())
_SLOTS: Mapping[str, Slot] = {"Name": "first", "Patr": "middle", "Surn": "last"}
_TAGGED_GENDERS: Mapping[str | None, Gender] = {"Masc": "male", "Fem": "female"}
_VOWELS = frozenset("аеёиоуыэюяіїє")
_ENDINGS_FILE = "names_endings.tsv"
_PLURALS_FILE = "names_plural_endings.tsv"

# Weights of what speaks for a reading of a name.
_KNOWN = 1.2
_UNCHANGED = -0.4
_COMMON_NOUN = 0.6
_COMMON_ADJECTIVE = 1.1
_PLURAL = -0.2
_TAGGED_CASE = 0.6
_TAGGED_GENDER = 0.5
_ATTESTED = 0.9
_NOMINATIVE = 0.3
_HINT = 0.8
# A name that ends in a consonant and а, я, ы or у usually declines, one in another vowel usually does not.
_INDECLINABLE: Mapping[str, float] = {"о": 0.5, "е": 0.5, "и": 0.5, "э": 0.5, "ю": 0.5, "ё": 0.5, "у": -0.9, "ы": -0.9}


class Reading(NamedTuple):
    """What a form of a name may be: its nominative (lower case), gender, case (None: any) and likelihood."""

    nominative: str
    gender: Gender
    case: str | None
    weight: float
    slot: Slot


class Declined(NamedTuple):
    """A name in the nominative, word by word, with the gender and case of the form that the text has."""

    words: tuple[str, ...]
    slots: tuple[Slot, ...]
    gender: Gender
    case: str
    certainty: float


def decline(
    words: Sequence[Word], attested: Mapping[str, float], gender: Gender | None = None, hint: Gender | None = None
) -> Declined:
    """A name's words in the nominative: one gender and case for all of them, as forms, tagger and the rest of
    the document (`attested`: nominatives, lower case, with a weight up to 1) speak for it.

    `gender` forces a gender, `hint` speaks for one (a verb's agreement).
    """
    known = {r.nominative for word in words for r in readings(word.text) if r.nominative in attested}
    return _decline(tuple(words), frozenset((form, attested[form]) for form in known), gender, hint)


@lru_cache(maxsize=50_000)
def _decline(
    words: tuple[Word, ...], attested: frozenset[tuple[str, float]], gender: Gender | None, hint: Gender | None
) -> Declined:
    bonus = dict(attested)
    tried = [
        _fit(words, bonus, candidate, case, hint)
        for candidate in ((gender,) if gender else _GENDERS)
        for case in _ALL_CASES
    ]
    score, candidate, case, forms = max(tried, key=lambda fit: fit[0])
    other = max((fit[0] for fit in tried if fit[1] != candidate), default=-99.0)
    nominatives = (written_like(word.text, form.nominative) for word, form in zip(words, forms, strict=True))
    return Declined(tuple(nominatives), tuple(form.slot for form in forms), candidate, case, score - other)


def _fit(
    words: tuple[Word, ...], bonus: Mapping[str, float], gender: Gender, case: str, hint: Gender | None
) -> tuple[float, Gender, str, list[Reading]]:
    """The likeliest readings of the words in that gender and case, after their score."""
    score = _NOMINATIVE * (case == "nomn") + _HINT * (gender == hint)
    forms = []
    for word in words:
        weight, reading = max(
            (
                (reading.weight + _ATTESTED * bonus.get(reading.nominative, 0.0), reading)
                for reading in readings(word.text)
                if reading.gender == gender and reading.case in (None, case)
            ),
            key=lambda pair: pair[0],
        )
        forms.append(reading)
        score += weight
        if len(word.text) > 1 and word.text not in particles():
            score += _TAGGED_CASE * (CASES.get(word.case or "") == case)
            score += _TAGGED_GENDER * (_TAGGED_GENDERS.get(word.gender) == gender)
    return score, gender, case, forms


@lru_cache(maxsize=100_000)
def readings(form: str) -> tuple[Reading, ...]:
    """All readings of one word of a name, with at least one for either gender that fits every case."""
    lower = form.lower()
    if form.isascii() or not lower[-1:].isalpha() or len(lower) == 1 or form in particles():
        return tuple(Reading(lower, gender, None, 0.0, "") for gender in _GENDERS)
    fixed = fixed_patronymic(lower)
    if fixed:
        return (Reading(lower, fixed, None, _KNOWN, "middle"), *_unlikely(lower, fixed))
    if "-" in lower.strip("-"):
        return tuple(_hyphenated(lower))
    found: dict[tuple[str, Gender, str | None], Reading] = {}
    for reading in (*_from_dictionary(lower), *_from_endings(lower), *_unchanged(lower)):
        key = reading[:3]
        if key not in found or found[key].weight < reading.weight:
            found[key] = reading
    return tuple(found.values())


def _unlikely(form: str, gender: Gender) -> Iterator[Reading]:
    """The form unchanged for the other gender."""
    return (Reading(form, other, None, -_KNOWN, "") for other in _GENDERS if other != gender)


@cache
def patronymic_endings() -> Sequence[tuple[str, Gender, bool]]:
    """Endings of patronymics, their gender, and whether they never decline (кызы)."""
    rows = resources.rows("patronymic_endings.tsv", 3)
    return tuple((ending, _GENDERS[gender == "femn"], bool(fixed)) for ending, gender, fixed in rows)


def fixed_patronymic(form: str) -> Gender | None:
    """The gender of a patronymic that never declines, or of its second word: Ержанкызы, оглы."""
    for ending, gender, fixed in patronymic_endings():
        if fixed and form.endswith(ending) and (form == ending or len(form) > len(ending) + 2):
            return gender
    return None


def _from_dictionary(form: str) -> list[Reading]:
    found = []
    for parse in parses(form):
        tag = parse.tag
        slot = next((_SLOTS[g] for g in ("Patr", "Name", "Surn") if g in tag), None)
        if not parse.is_known or tag.number != "sing":
            continue
        if slot is None:
            found += _from_common_word(form, parse)
            continue
        genders = _GENDERS if tag.gender not in ("masc", "femn") else (_GENDERS[tag.gender == "femn"],)
        for gender in genders:
            if "Fixd" in tag:
                found.append(Reading(form, gender, None, _KNOWN - 0.1, slot))
            else:
                nominative = parse.inflect({"nomn", "sing"})
                if nominative is not None:
                    found.append(
                        Reading(spelled_like(form, parse, nominative.word), gender, str(tag.case), _KNOWN, slot)
                    )
                    # Names like Дэвис are given names to the dictionary: as surnames of women they never decline.
                    if slot == "first" and tag.gender == "masc" and tag.case == "nomn":
                        found.append(Reading(form, "female", None, -0.2, "last"))
    return found


def _from_common_word(form: str, parse: Parse) -> list[Reading]:
    """A surname that is a common noun (Сорока, of either gender; Ткач, of men) or an adjective (Полевой, Полевая)."""
    tag = parse.tag
    nominative = parse.inflect({"nomn", "sing"}) if tag.POS in ("NOUN", "ADJF") and "Fixd" not in tag else None
    if nominative is None or "Poss" in tag or tag.gender == "neut":
        return []
    either = tag.POS == "NOUN" and nominative.word[-1] in "ая"
    genders = _GENDERS if either else (_GENDERS[tag.gender == "femn"],)
    weight = _COMMON_NOUN if tag.POS == "NOUN" else _COMMON_ADJECTIVE
    return [
        Reading(spelled_like(form, parse, nominative.word), gender, str(tag.case), weight, "") for gender in genders
    ]


def _from_endings(form: str) -> list[Reading]:
    table = _endings()
    found = []
    for size in range(min(len(form) - 1, 6) + 1):
        stem, ending = form[: len(form) - size], form[len(form) - size :]
        for nominative, gender, case, weight in table.get(ending, ()):
            base = stem + nominative
            if len(base) > 1 and _joins(stem, nominative):
                found.append(Reading(base, gender, case, weight, ""))
    return found


def _joins(stem: str, ending: str) -> bool:
    """Whether an ending can follow a stem: й only a vowel, ь only a consonant, а and я no vowel."""
    after_vowel = stem[-1:] in _VOWELS
    if ending == "й":
        return after_vowel
    return not (after_vowel and len(ending) == 1 and (ending in _VOWELS or ending == "ь"))


def _unchanged(form: str) -> list[Reading]:
    """The form as a name that never declines: likely after a vowel but а and я, for women after a consonant."""
    if form.endswith(("ых", "их")):
        weight = _UNCHANGED if is_shared(form) else 0.3
        return [Reading(form, gender, None, weight, "last") for gender in _GENDERS]
    if form[-1] in _VOWELS:
        weight = _INDECLINABLE.get(form[-1], _UNCHANGED) if form[-2:-1] not in _VOWELS else _UNCHANGED
        return [Reading(form, gender, None, weight, "") for gender in _GENDERS]
    return [Reading(form, "male", None, _UNCHANGED - 0.6, ""), Reading(form, "female", None, 0.1, "")]


def _hyphenated(form: str) -> list[Reading]:
    """Readings of the last part, the parts before it in the same case where they decline."""
    *first, last = form.split("-")
    if last in particles() or not last:
        return [Reading(form, gender, None, 0.0, "") for gender in _GENDERS]
    found = []
    for reading in _with_cases(readings(last)) if first[0][-1:] in _VOWELS else readings(last):
        head = "-".join(_first_part(part, reading) for part in first)
        found.append(reading._replace(nominative=f"{head}-{reading.nominative}"))
    return found


def _with_cases(found: Sequence[Reading]) -> Iterator[Reading]:
    """Readings, those that fit any case once for each."""
    for reading in found:
        for case in _ALL_CASES if reading.case is None else (reading.case,):
            yield reading._replace(case=case)


def _first_part(part: str, last: Reading) -> str:
    """A part before a hyphen in the nominative, given the reading of the last part: unchanged where it ends in a
    consonant (Касым-Жомарта) or has no form of that gender and case.
    """
    if not part or part[-1] not in _VOWELS or part in particles() or last.case in (None, "nomn"):
        return part
    fitting = [r for r in readings(part) if r.gender == last.gender and r.case == last.case]
    return max(fitting, key=lambda reading: reading.weight).nominative if fitting else part


@cache
def particles() -> frozenset[str]:
    """Words inside a name that stand in lower case: ван, бин, оглы."""
    return resources.words("name_particles.tsv")


def is_shared(form: str) -> bool:
    """Whether a surname may be the plural of two people's, in the nominative or genitive: Крыловы, Крыловых."""
    return form.lower().endswith(_shared_endings())


@cache
def _shared_endings() -> tuple[str, ...]:
    rows = resources.rows(_PLURALS_FILE, 8)
    return tuple({form[1:] for _, _, nominative, genitive, *_ in rows for form in (nominative, genitive)})


@cache
def _endings() -> Mapping[str, Sequence[tuple[str, Gender, str, float]]]:
    """Ending of a form → nominative ending, gender, case and weight of each pattern that has it."""
    table: dict[str, list[tuple[str, Gender, str, float]]] = {}

    def add(name: str, base: str, gender: str, forms: Sequence[str], weight: float) -> None:
        if gender not in ("masc", "femn") or not all(form.startswith("*") for form in (base, *forms)):
            raise resources.ResourceError(f"{name}: {base}: expected a gender and forms with a star")
        for case, form in zip(_ALL_CASES, forms, strict=True):
            table.setdefault(form[1:], []).append((base[1:], _GENDERS[gender == "femn"], case, weight))

    for base, gender, *forms, weight in resources.rows(_ENDINGS_FILE, 8):
        add(_ENDINGS_FILE, base, gender, (base, *forms), float(weight or 0))
    for base, gender, *forms in resources.rows(_PLURALS_FILE, 8):
        add(_PLURALS_FILE, base, gender, forms, _PLURAL)
    return table
