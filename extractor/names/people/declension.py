"""Personal names through the cases: what nominatives a form may have, and which fits a whole name best."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from pymorphy3.analyzer import Parse

from extractor import resources
from extractor.reading.forms import MEMO_SIZE
from extractor.reading.morphology import CASES, Word, known_grammemes, parses, spelled_like, written_like

Gender = Literal["male", "female"]
Slot = Literal["first", "middle", "last", ""]

_GENDERS: tuple[Gender, Gender] = ("male", "female")
_ALL_CASES = tuple(CASES.values())
_SLOTS: Mapping[str, Slot] = {"Name": "first", "Patr": "middle", "Surn": "last"}
_TAGGED_GENDERS: Mapping[str | None, Gender] = {"Masc": "male", "Fem": "female"}
_NAME_PARTS = frozenset(_SLOTS)
# The words of an Asian name in its own order are of at most so many letters.
_SYLLABLES = 8
VOWELS = frozenset("аеёиоуыэюяіїє")
_ENDINGS_FILE = "names_endings.tsv"
_PLURALS_FILE = "names_plural_endings.tsv"

# Weights of what speaks for a reading of a name.
_KNOWN = 1.2
# A name of our own lexicon, which holds none that is rare.
_LISTED = 1.4
_UNCHANGED = -0.4
# What is left of the likelihood that a form of a name that the dictionary knows is another name's nominative.
_FORM_OF_KNOWN = -0.8
_SECOND_GIVEN = -0.8
_COMMON_NOUN = 0.6
_COMMON_ADJECTIVE = 1.1
_PLURAL = -0.2
# The weight of a pattern that only surnames follow: -ов, -ин, -ский.
_PATTERN = 0.8
_TAGGED_CASE = 0.6
_TAGGED_GENDER = 0.5
_LATER_GENDER = 0.45
_ATTESTED = 0.9
_NOMINATIVE = 0.3
# A verb's or title's gender, and the case that the sentence gives to the place where the name stands.
_HINT = 0.8
_GOVERNED = 1.2
# A word with one of these endings is seldom a nominative, if it is long enough.
_OBLIQUE = ("ой", "ом", "ем", "ём", "ым", "им")
_PLURAL_OBLIQUE = ("ыми", "ими", "ами", "ями")
_INFLECTED = -0.5
_SHORTEST_INFLECTED = 5
# A name that ends in a consonant and а, я, ы or у usually declines, one in another vowel usually does not.
_INDECLINABLE: Mapping[str, float] = {"о": 0.5, "е": 0.5, "и": 0.35, "э": 0.5, "ю": 0.1, "ё": 0.5, "у": -0.9, "ы": -0.9}


class Reading(NamedTuple):
    """What a form of a name may be: its nominative (lower case), gender, case (None: any) and likelihood."""

    nominative: str
    gender: Gender
    case: str | None
    weight: float
    slot: Slot


_Weighted = tuple[float, Reading]


class Declined(NamedTuple):
    """A name in the nominative, word by word, with the gender and case of the form that the text has."""

    words: tuple[str, ...]
    slots: tuple[Slot, ...]
    gender: Gender
    case: str
    certainty: float
    rival: tuple[str, ...]


class ExpectedForm(NamedTuple):
    """What the sentence says of a name that stands where this one does: its gender, and the cases it may be in
    (none: any).
    """

    gender: Gender | None = None
    cases: frozenset[str] = frozenset()


ANY_FORM = ExpectedForm()


def decline(
    words: Sequence[Word],
    attested: Mapping[str, float],
    gender: Gender | None = None,
    expected: ExpectedForm = ANY_FORM,
) -> Declined:
    """A name's words in the nominative: one gender and case for all of them, as forms, tagger, sentence and the
    rest of the document (`attested`: nominatives of the words, lower case, with a weight up to 1) speak for it.

    `gender` forces a gender.  `rival` are the lower-case nominatives that the other gender would give.
    """
    return _decline(tuple(words), frozenset(attested.items()), gender, expected)


@lru_cache(maxsize=MEMO_SIZE)
def _decline(
    words: tuple[Word, ...], attested: frozenset[tuple[str, float]], gender: Gender | None, expected: ExpectedForm
) -> Declined:
    choices: Sequence[Sequence[Reading]] = [readings(word.text) for word in words]
    if any(reading.slot == "first" for reading in choices[0]):
        choices = [choices[0], *(_as_surname(found) for found in choices[1:])]
    if _in_asian_order(words):
        choices = [*(_fixed(found) for found in choices[:-1]), _as_syllables(choices[-1])]
    bonus = dict(attested)
    likeliest = [_likeliest(found, bonus) for found in choices]
    tried = [
        _fit(words, likeliest, candidate, case, expected)
        for candidate in ((gender,) if gender else _GENDERS)
        for case in _ALL_CASES
    ]
    score, candidate, case, forms = max(tried, key=lambda fit: fit[0])
    other = max((fit for fit in tried if fit[1] != candidate), key=lambda fit: fit[0], default=None)
    nominatives = (written_like(word.text, form.nominative) for word, form in zip(words, forms, strict=True))
    return Declined(
        tuple(nominatives),
        tuple(form.slot for form in forms),
        candidate,
        case,
        score - other[0] if other else 99.0,
        tuple(form.nominative for form in other[3]) if other else (),
    )


def _likeliest(found: Sequence[Reading], bonus: Mapping[str, float]) -> Mapping[tuple[Gender, str], _Weighted]:
    """Of the readings of a word the likeliest of each gender and case, the first among equals."""
    best: dict[tuple[Gender, str], _Weighted] = {}
    for reading in found:
        weight = reading.weight + _ATTESTED * bonus.get(reading.nominative, 0.0)
        for case in _ALL_CASES if reading.case is None else (reading.case,):
            known = best.get((reading.gender, case))
            if known is None or weight > known[0]:
                best[reading.gender, case] = (weight, reading)
    return best


def _fit(
    words: tuple[Word, ...],
    likeliest: Sequence[Mapping[tuple[Gender, str], _Weighted]],
    gender: Gender,
    case: str,
    expected: ExpectedForm,
) -> tuple[float, Gender, str, list[Reading]]:
    """The likeliest readings of the words in that gender and case, after their score."""
    score = _NOMINATIVE * (case == "nomn") + _HINT * (gender == expected.gender) + _GOVERNED * (case in expected.cases)
    forms = []
    for i, (word, best) in enumerate(zip(words, likeliest, strict=True)):
        weight, reading = best[gender, case]
        forms.append(reading)
        score += weight
        if len(word.text) > 1 and word.text not in particles():
            score += _TAGGED_CASE * (CASES.get(word.case or "") == case)
            score += (_TAGGED_GENDER if i == 0 else _LATER_GENDER) * (_TAGGED_GENDERS.get(word.gender) == gender)
    return score, gender, case, forms


def _in_asian_order(words: Sequence[Word]) -> bool:
    """Whether a Chinese, Korean or Vietnamese surname stands before its given name: Ли Вэй, Пак Чон Су."""
    return (
        len(words) > 1
        and words[0].text.lower() in asian_surnames()
        and all(len(word.text) <= _SYLLABLES and word.text[0].isupper() for word in words)
        and (len(words) > 2 or _NAME_PARTS.isdisjoint(known_grammemes(words[1].text)))
    )


def _as_surname(found: Sequence[Reading]) -> Sequence[Reading]:
    """The readings of a word behind a given name, those as another given name less likely: Айше Демир."""
    return [r._replace(weight=r.weight + _SECOND_GIVEN) if r.slot == "first" else r for r in found]


def _fixed(found: Sequence[Reading]) -> Sequence[Reading]:
    """Of the readings of a word those that leave it as it is, of either gender."""
    form = max((r for r in found if r.case is None), key=lambda r: r.weight).nominative
    return [Reading(form, gender, None, 0.0, "") for gender in _GENDERS]


def _as_syllables(found: Sequence[Reading]) -> Sequence[Reading]:
    """The readings of the last word of an Asian name: unchanged, or of a man and ending in a consonant."""
    return [*_fixed(found), *(r for r in found if r.case and r.gender == "male" and r.nominative[-1] not in VOWELS)]


@lru_cache(maxsize=MEMO_SIZE)
def nominatives(form: str) -> frozenset[str]:
    """The nominatives, lower case, that one word of a name may have."""
    return frozenset(reading.nominative for reading in readings(form))


@lru_cache(maxsize=MEMO_SIZE)
def readings(form: str) -> tuple[Reading, ...]:
    """All readings of one word of a name, with at least one for either gender that fits every case."""
    lower = form.lower()
    if form.isascii() or not lower[-1:].isalpha() or VOWELS.isdisjoint(lower) or len(lower) == 1 or _is_particle(form):
        return tuple(Reading(lower, gender, None, 0.0, "") for gender in _GENDERS)
    fixed = fixed_patronymic(lower)
    if fixed:
        return (Reading(lower, fixed, None, _KNOWN, "middle"), *_unlikely(lower, fixed))
    if "-" in lower.strip("-"):
        return tuple(_hyphenated(lower))
    found: dict[tuple[str, Gender, str | None], Reading] = {}
    changed = (*_from_dictionary(lower), *_from_endings(lower))
    known = any(reading.weight >= _KNOWN and reading.nominative != lower for reading in changed)
    for reading in (*changed, *_unchanged(lower, _FORM_OF_KNOWN if known else 0.0)):
        key = reading[:3]
        if key not in found or found[key].weight < reading.weight:
            found[key] = reading
    return tuple(found.values())


def _is_particle(form: str) -> bool:
    """Whether a word is a particle, in capitals too where it is no name that declines: ван, Абу, but not Паша."""
    if form in particles():
        return True
    known = known_grammemes(form) if form.lower() in particles() else _NAME_PARTS
    return "Fixd" in known or _NAME_PARTS.isdisjoint(known)


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
            if len(base) > 1 + (base[-1] in "ая") and _joins(stem, nominative):
                given = gender in given_names().get(base, ())
                found.append(Reading(base, gender, case, _LISTED if given else weight, "first" if given else ""))
    return found


def _joins(stem: str, ending: str) -> bool:
    """Whether an ending can follow a stem: й only a vowel, ь only a consonant, а and я no vowel."""
    after_vowel = stem[-1:] in VOWELS
    if ending == "й":
        return after_vowel
    return not (after_vowel and len(ending) == 1 and (ending in VOWELS or ending == "ь"))


def _unchanged(form: str, weight: float) -> list[Reading]:
    """The form as a name that never declines: likely after a vowel but а and я, for women after a consonant, and
    less where it ends as names do that decline; `weight` is what else speaks for it.
    """
    given = given_names().get(form)
    if given and form[-1] not in "аяйь":
        of = [gender for gender in given if gender == "female" or form[-1] in VOWELS]
        known = [Reading(form, gender, None, _LISTED, "first") for gender in of]
    else:
        known = []
    return [*known, *(reading._replace(weight=reading.weight + weight) for reading in _unknown_unchanged(form))]


def _unknown_unchanged(form: str) -> list[Reading]:
    if form.endswith(("ых", "их")):
        weight = _UNCHANGED if is_shared(form) else 0.3
        return [Reading(form, gender, None, weight, "last") for gender in _GENDERS]
    if form.endswith(_PLURAL_OBLIQUE) and len(form) > _SHORTEST_INFLECTED:
        return [Reading(form, gender, None, 2 * _INFLECTED, "") for gender in _GENDERS]
    if form[-1] in VOWELS:
        weight = _INDECLINABLE.get(form[-1], _UNCHANGED) if form[-2:-1] not in VOWELS else _UNCHANGED
        return [Reading(form, gender, None, weight, "") for gender in _GENDERS]
    inflected = len(form) > _SHORTEST_INFLECTED and form.endswith(_OBLIQUE)
    return [
        Reading(form, "male", None, _UNCHANGED - 0.6, ""),
        Reading(form, "female", None, _INFLECTED if inflected else 0.1, ""),
    ]


def _hyphenated(form: str) -> list[Reading]:
    """Readings of the last part, the parts before it in the same case where they decline."""
    *first, last = form.split("-")
    if last in particles() or not last:
        return [Reading(form, gender, None, 0.0, "") for gender in _GENDERS]
    found = []
    for reading in _with_cases(readings(last)) if _may_decline(first[0]) else readings(last):
        head = "-".join(_first_part(part, reading) for part in first)
        found.append(reading._replace(nominative=f"{head}-{reading.nominative}"))
    return found


def _with_cases(found: Sequence[Reading]) -> Iterator[Reading]:
    """Readings, those that fit any case once for each."""
    for reading in found:
        for case in _ALL_CASES if reading.case is None else (reading.case,):
            yield reading._replace(case=case)


def _may_decline(part: str) -> bool:
    """Whether a part before a hyphen may have an ending of its own: Анны-Марии, Маминым-Уральским."""
    return part[-1:] in VOWELS or part.endswith(_OBLIQUE)


def _first_part(part: str, last: Reading) -> str:
    """A part before a hyphen in the nominative, given the reading of the last part: unchanged where it ends in a
    consonant (Касым-Жомарта) or has no form of that gender and case.
    """
    if not part or not _may_decline(part) or part in particles() or last.case in (None, "nomn"):
        return part
    fitting = [r for r in readings(part) if r.gender == last.gender and r.case in (None, last.case)]
    if part[-1] not in VOWELS:
        fitting = [r for r in fitting if r.weight >= _PATTERN]
    return max(fitting, key=lambda reading: reading.weight).nominative if fitting else part


@cache
def asian_surnames() -> frozenset[str]:
    """Chinese, Korean and Vietnamese surnames, lower case."""
    return resources.words("asian_surnames.tsv")


@cache
def given_names() -> Mapping[str, Sequence[Gender]]:
    """Given names, lower case, that the dictionary lacks, with the genders that bear them."""
    genders: Mapping[str, Sequence[Gender]] = {"masc": ("male",), "femn": ("female",), "both": _GENDERS}
    return {name: genders[gender] for name, gender in resources.rows("given_names.tsv", 2)}


@cache
def particles() -> frozenset[str]:
    """Words inside a name that stand in lower case: ван, бин, оглы."""
    return resources.words("name_particles.tsv")


def shared_surname(form: str, gender: Gender, cases: Container[str | None]) -> str | None:
    """The surname, lower case, of a person of that gender of which a form is the plural in one of the cases:
    Крыловых → крылов, крылова; None for other words.
    """
    lower = form.lower()
    for base, own, *forms in _plurals():
        if own == gender:
            for case, plural in zip(_ALL_CASES, forms, strict=True):
                if case in cases and len(lower) > len(plural) and lower.endswith(plural):
                    return lower[: len(lower) - len(plural)] + base
    return None


@cache
def _plurals() -> Sequence[tuple[str, ...]]:
    """The rows of the plurals of surnames, without stars, genders as ours."""
    return tuple(
        (base[1:], _GENDERS[gender == "femn"], *(form[1:] for form in forms))
        for base, gender, *forms in resources.rows(_PLURALS_FILE, 8)
    )


def is_shared(form: str) -> bool:
    """Whether a surname may be the plural of two people's, in the nominative or genitive: Крыловы, Крыловых."""
    return form.lower().endswith(_shared_endings())


@cache
def _shared_endings() -> tuple[str, ...]:
    return tuple({form for _, _, nominative, genitive, *_ in _plurals() for form in (nominative, genitive)})


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
