"""Declension of personal names: the nominatives that a form may have, and those that fit a whole name best."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Literal, NamedTuple

from pymorphy3.analyzer import Parse

from extractor import resources
from extractor.names.entities import TAGGED_GENDERS, Gender
from extractor.names.lexicons import VOWELS, asian_surnames, given_names
from extractor.names.spans import NAME_GRAMMEMES
from extractor.reading.forms import MEMO_SIZE
from extractor.reading.morphology import CASES, Word, known_grammemes, parses, spelled_like, written_like

Slot = Literal["first", "middle", "last", ""]

_GENDERS: tuple[Gender, Gender] = ("male", "female")
_ALL_CASES = tuple(CASES.values())
_SLOTS: Mapping[str, Slot] = {"Name": "first", "Patr": "middle", "Surn": "last"}
_ENDINGS_FILE = "names_endings.tsv"
_PLURALS_FILE = "names_plural_endings.tsv"

# A reading's weight is a score: a name is declined by the readings, gender and case whose scores add up to most.  No
# record says how the numbers below were chosen.  They were swept once, each alone, at 0, half and twice its value,
# over 1,924 documents: hunts/names_dev (`cases`, .7305 as they are), the first 120 of corpora/runormas_dev (`bases` of
# people, .9862), the first 80 of corpora/bsnlp_dev (`names`), real/dev (people_f1 .8208, `gender` .9766) and
# pages/pages_dev.  Beside each stand the three changes of `cases`, where one case is .0006, and those of the others
# where one is .004 or more.  "n documents" have other names at all.  The standard error of `cases` is .011.

# The dictionary has the form as a name.  cases −.0565, −.0073, −.0006; bases −.0081, −.0023, 0.
_KNOWN = 1.2
# Added where the dictionary says that the name never declines.  cases −.0006, 0, 0: 2 documents.
_FIXED = -0.1
# `given_names.tsv` has it; that lexicon holds no rare names.  cases −.0018, +.0006, −.0018.
_LISTED = 1.4
# The form is its own nominative in every case, against the habits of its ending.  cases −.0006, 0, −.0012; people_f1
# −.0065, −.0065, 0.
_UNCHANGED = -0.4
# Added where the form is known to be another name's: "Павла" is then hardly a surname of its own.  cases −.0006, 0,
# +.0006.
_FORM_OF_KNOWN = -0.8
# Added to given names behind a given name, where the surname stands.  No figure moves by .001: 4 documents at twice.
_SECOND_GIVEN = -0.8
# The dictionary has the form as a common noun.  cases −.0073, −.0018, +.0006; bases −.0046, −.0012, −.0012.
_COMMON_NOUN = 0.6
# The dictionary has it as an adjective: "Полевая".  cases −.0146, +.0037, −.0292; mean over kinds of cases −.0123,
# −.0014, −.0119, so that the gain at half is one of few kinds.
_COMMON_ADJECTIVE = 1.1
# Those of "ореховый" are hardly surnames, other than those of "полевой": "Ореховой" is Орехова, "Полевой" Полевая.
_REGULAR_ADJECTIVES = ("овый", "евый", "ёвый", "иный")
_REGULAR_ADJECTIVE = 0.4
# The form is the plural that several people share: "Крыловых".  cases −.0012, −.0012, 0.
_PLURAL = -0.2
# The least weight that `names_endings.tsv` gives to patterns of surnames alone (-ов, -ин, -ский); the first part of a
# double surname that ends in a consonant declines only by these.  cases 0, 0, −.0012.
_PATTERN = 0.8
# A name known as a given name ("Дэвис") taken for a woman's surname that never declines.  Makes no difference to any
# of the documents; it keeps the reading possible and less likely than the given name.
_GIVEN_AS_SURNAME = -0.2
# The tagger reads the word in this case.  cases −.0085, −.0030, −.0012; people_f1 −.0038, −.0038, −.0065.
_TAGGED_CASE = 0.6
# The tagger reads the first word, and a later one, in this gender.  First: cases −.0018, −.0012, −.0048; `gender`
# −.0235, −.0231, +.0078; people_f1 +.0027, +.0066, 0.  Later: cases −.0006, 0, −.0006; `gender` 0, 0, −.0078.
_TAGGED_GENDER = 0.5
_LATER_GENDER = 0.45
# The rest of the document speaks for this nominative.  cases −.0310, −.0097, +.0019; people_f1 0, 0, +.0081; `gender`
# 0, 0, −.0078.
_ATTESTED = 1.2
# A long word with one of these endings is seldom a nominative.  The weight: cases −.0006, −.0006, 0.  The length: no
# difference at 3 and 4; cases −.0006 at 6, −.0036 at 7.
_OBLIQUE = ("ой", "ом", "ем", "ём", "ым", "им")
ADJECTIVE_OBLIQUE = ("ого", "его", "ому", "ему", "ую", "юю")
_PLURAL_OBLIQUE = ("ыми", "ими", "ами", "ями")
_INFLECTED = -0.5
_SHORTEST_INFLECTED = 5
# Surnames in -ых, -их ("Черных") that are no plural of two people's never decline.  Makes no difference to any of the
# documents.
_ENDS_LIKE_PLURAL = 0.3
# An unknown name that ends in a consonant: men's nearly always decline (added to _UNCHANGED; cases −.0006, −.0006, 0),
# women's never do (cases −.0012, 0, +.0006).
_MAN_IN_CONSONANT = -0.6
_WOMAN_IN_CONSONANT = 0.1
# Unknown names that end in а, я, ы or у behind a consonant usually decline, those in another vowel usually do not.
# All at once: cases −.0048, +.0019, −.0109; people_f1 −.0011, +.0054, −.0065.
_INDECLINABLE: Mapping[str, float] = {"о": 0.5, "е": 0.5, "и": 0.35, "э": 0.5, "ю": 0.1, "ё": 0.5, "у": -0.9, "ы": -0.9}
# Letters of the longest word of an Asian name in its own order, a case ending and a hyphen included.  5 and 6: cases
# +.0013; 10: −.0012.
_LONGEST_ASIAN_WORD = 8


class Reading(NamedTuple):
    """One reading of a form of a name: its nominative (lower case), gender, case (OpenCorpora; None: any), how much
    speaks for it, and which part of a name it is ("": not known).
    """

    nominative: str
    gender: Gender
    case: str | None
    weight: float
    slot: Slot


_Weighted = tuple[float, Reading]

# The genders and cases that a name may have, and how much its sentence speaks for each of them, in this order.
CELLS = tuple((gender, case) for gender in _GENDERS for case in _ALL_CASES)
Expected = tuple[float, ...]
NOTHING: Expected = (0.0,) * len(CELLS)


class Declined(NamedTuple):
    """A name in the nominative, word by word, with the gender and case (OpenCorpora) of the form that the text has.
    `certainty` is the lead of its score over the best one of the other gender, whose nominatives are `rival` (lower
    case); where the gender was forced it is 99 and there are none.
    """

    words: tuple[str, ...]
    slots: tuple[Slot, ...]
    gender: Gender
    case: str
    certainty: float
    rival: tuple[str, ...]


def decline(
    words: Sequence[Word],
    attested: Mapping[str, float],
    gender: Gender | None = None,
    expected: Expected = NOTHING,
) -> Declined:
    """A name's words in the nominative, all of one gender and case: those for which the forms themselves, the tagger's
    readings, the sentence (`expected`) and the rest of the document speak most.

    `attested` are nominatives of the words, lower case, that other names of the document have, each with a weight of 0
    to 1; `gender` forces a gender.
    """
    return _decline(tuple(words), frozenset(attested.items()), gender, expected)


@lru_cache(maxsize=MEMO_SIZE)
def _decline(
    words: tuple[Word, ...], attested: frozenset[tuple[str, float]], gender: Gender | None, expected: Expected
) -> Declined:
    own, likeliest = _fits(words, attested)
    tried = [
        (score + said, cell)
        for cell, score, said in zip(CELLS, own, expected, strict=True)
        if gender in (None, cell[0])
    ]
    score, cell = max(tried, key=itemgetter(0))
    other = max((fit for fit in tried if fit[1][0] != cell[0]), key=itemgetter(0), default=None)
    forms = [best[cell][1] for best in likeliest]
    nominatives = (written_like(word.text, form.nominative) for word, form in zip(words, forms, strict=True))
    return Declined(
        tuple(nominatives),
        tuple(form.slot for form in forms),
        *cell,
        score - other[0] if other else 99.0,
        tuple(best[other[1]][1].nominative for best in likeliest) if other else (),
    )


@lru_cache(maxsize=MEMO_SIZE)
def _fits(
    words: tuple[Word, ...], attested: frozenset[tuple[str, float]]
) -> tuple[Expected, Sequence[Mapping[tuple[Gender, str], _Weighted]]]:
    """How much a name's own words and the tagger's readings of them speak for each gender and case, and the words'
    likeliest readings.
    """
    likeliest = likeliest_readings(words, dict(attested))
    fits = []
    for cell in CELLS:
        cases, first, later = tagged(words, cell)
        own = sum(best[cell][0] for best in likeliest)
        fits.append(own + _TAGGED_CASE * cases + _TAGGED_GENDER * first + _LATER_GENDER * later)
    return tuple(fits), likeliest


def likeliest_readings(
    words: Sequence[Word], attested: Mapping[str, float]
) -> list[Mapping[tuple[Gender, str], _Weighted]]:
    """For each word of a name the likeliest reading of each gender and case, with its weight; the first among equals.

    `attested` is that of `decline`.
    """
    choices: Sequence[Sequence[Reading]] = [readings(word.text) for word in words]
    if any(reading.slot == "first" for reading in choices[0]):
        choices = [choices[0], *(_as_surname(found) for found in choices[1:])]
    if _in_asian_order(words):
        texts = [word.text.lower() for word in words]
        choices = [*map(_fixed, texts[:-1]), [*_fixed(texts[-1]), *_as_last_syllable(choices[-1])]]
    return [_likeliest(found, attested) for found in choices]


def _likeliest(found: Sequence[Reading], attested: Mapping[str, float]) -> Mapping[tuple[Gender, str], _Weighted]:
    """The likeliest reading of a word for each gender and case, with its weight; the first among equals."""
    best: dict[tuple[Gender, str], _Weighted] = {}
    for reading in found:
        weight = reading.weight + _ATTESTED * attested.get(reading.nominative, 0.0)
        for case in _ALL_CASES if reading.case is None else (reading.case,):
            known = best.get((reading.gender, case))
            if known is None or weight > known[0]:
                best[reading.gender, case] = (weight, reading)
    return best


def tagged(words: Sequence[Word], cell: tuple[Gender, str]) -> tuple[int, int, int]:
    """How many of a name's words the tagger reads in a case, how many first and how many later ones in a gender."""
    gender, case = cell
    read = [len(word.text) > 1 and word.text not in particles() for word in words]
    cases = sum(counts and CASES.get(word.case or "") == case for word, counts in zip(words, read, strict=True))
    genders = [counts and TAGGED_GENDERS.get(word.gender) == gender for word, counts in zip(words, read, strict=True)]
    return cases, int(genders[0]), sum(genders[1:])


def _in_asian_order(words: Sequence[Word]) -> bool:
    """Whether a Chinese, Korean or Vietnamese surname stands before its given name: "Ли Вэй", "Пак Чон Су"."""
    return (
        len(words) > 1
        and words[0].text.lower() in asian_surnames()
        and all(len(word.text) <= _LONGEST_ASIAN_WORD and word.text[0].isupper() for word in words)
        and (len(words) > 2 or NAME_GRAMMEMES.isdisjoint(known_grammemes(words[1].text)))
    )


def _as_surname(found: Sequence[Reading]) -> Sequence[Reading]:
    """The readings of a word behind a given name; as another given name it is less likely: "Айше Демир"."""
    return [r._replace(weight=r.weight + _SECOND_GIVEN) if r.slot == "first" else r for r in found]


def _fixed(form: str) -> list[Reading]:
    """The two readings that leave a form in lower case as it is, whatever the case."""
    return [Reading(form, gender, None, 0.0, "") for gender in _GENDERS]


def _as_last_syllable(found: Sequence[Reading]) -> list[Reading]:
    """The readings of the last word of an Asian name that change it: a man's whose nominative ends in a consonant."""
    return [r for r in found if r.case and r.gender == "male" and r.nominative[-1] not in VOWELS]


@lru_cache(maxsize=MEMO_SIZE)
def nominatives(form: str) -> frozenset[str]:
    """All nominatives, lower case, that one word of a name may have."""
    return frozenset(reading.nominative for reading in readings(form))


@lru_cache(maxsize=MEMO_SIZE)
def is_known_surname(form: str) -> bool:
    """Whether a nominative is a surname, or at least a common word, to the dictionary, or ends as surnames do."""
    lower = form.lower()
    return any(r.nominative == lower and r.slot != "first" and r.weight >= _COMMON_NOUN for r in readings(form))


@lru_cache(maxsize=MEMO_SIZE)
def readings(form: str) -> tuple[Reading, ...]:
    """All readings of one word of a name; for either gender there is at least one in each case."""
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
    """Whether a word is a particle of names that never declines: "ван", and with a capital "Абу", but not "Паша", which
    is also a given name.
    """
    if form in particles():
        return True
    known = known_grammemes(form) if form.lower() in particles() else NAME_GRAMMEMES
    return "Fixd" in known or NAME_GRAMMEMES.isdisjoint(known)


def _unlikely(form: str, gender: Gender) -> Iterator[Reading]:
    """A patronymic of `gender` that never declines as one of the other gender, which it hardly is."""
    return (Reading(form, other, None, -_KNOWN, "") for other in _GENDERS if other != gender)


@cache
def patronymic_endings() -> Sequence[tuple[str, Gender, bool]]:
    """Endings of patronymics, each with its gender and whether it never declines ("кызы")."""
    rows = resources.rows("patronymic_endings.tsv", 3)
    return tuple((ending, _GENDERS[gender == "femn"], bool(fixed)) for ending, gender, fixed in rows)


def fixed_patronymic(form: str) -> Gender | None:
    """The gender of a patronymic that never declines, or of its second word: "Ержанкызы", "оглы"; None for other
    words.
    """
    for ending, gender, fixed in patronymic_endings():
        if fixed and form.endswith(ending) and (form == ending or len(form) > len(ending) + 2):
            return gender
    return None


def _from_dictionary(form: str) -> list[Reading]:
    """The singular readings that the dictionary has of a form in lower case."""
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
                found.append(Reading(form, gender, None, _KNOWN + _FIXED, slot))
            else:
                nominative = parse.inflect({"nomn", "sing"})
                if nominative is not None:
                    found.append(
                        Reading(spelled_like(form, parse, nominative.word), gender, str(tag.case), _KNOWN, slot)
                    )
                    # "Дэвис" is only a given name to the dictionary: as a woman's surname it never declines.
                    if slot == "first" and tag.gender == "masc" and tag.case == "nomn":
                        found.append(Reading(form, "female", None, _GIVEN_AS_SURNAME, "last"))
    return found


def _from_common_word(form: str, parse: Parse) -> list[Reading]:
    """The readings of a common word as a surname: a noun in -а or -я of either gender ("Сорока"), another noun of men
    ("Ткач"), an adjective of its own gender ("Полевой", "Полевая").
    """
    tag = parse.tag
    nominative = parse.inflect({"nomn", "sing"}) if tag.POS in ("NOUN", "ADJF") and "Fixd" not in tag else None
    if nominative is None or "Poss" in tag or tag.gender == "neut":
        return []
    either = tag.POS == "NOUN" and nominative.word[-1] in "ая"
    genders = _GENDERS if either else (_GENDERS[tag.gender == "femn"],)
    regular = parse.normal_form.endswith(_REGULAR_ADJECTIVES)
    weight = _COMMON_NOUN if tag.POS == "NOUN" else _REGULAR_ADJECTIVE if regular else _COMMON_ADJECTIVE
    return [
        Reading(spelled_like(form, parse, nominative.word), gender, str(tag.case), weight, "") for gender in genders
    ]


def _from_endings(form: str) -> list[Reading]:
    """The readings of a form in lower case by the patterns of its ending."""
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
    """Whether an ending can follow a stem: "й" only behind a vowel, "ь" or a single vowel only behind a consonant."""
    after_vowel = stem[-1:] in VOWELS
    if ending == "й":
        return after_vowel
    return not (after_vowel and len(ending) == 1 and (ending in VOWELS or ending == "ь"))


def _unchanged(form: str, weight: float) -> list[Reading]:
    """The readings of a form as a name that never declines: likely in another vowel than а and я and for women in a
    consonant, unlikely where it ends as names do that decline.  `weight` is added to what the ending says.
    """
    given = given_names().get(form)
    if given and form[-1] not in "аяйь":
        fixed = [gender for gender in given if gender == "female" or form[-1] in VOWELS]
        known = [Reading(form, gender, None, _LISTED, "first") for gender in fixed]
    else:
        known = []
    return [*known, *(reading._replace(weight=reading.weight + weight) for reading in _unknown_unchanged(form))]


def _unknown_unchanged(form: str) -> list[Reading]:
    """The readings of a form as a name that never declines, by its ending alone."""
    if form.endswith(("ых", "их")):
        weight = _UNCHANGED if is_shared(form) else _ENDS_LIKE_PLURAL
        return [Reading(form, gender, None, weight, "last") for gender in _GENDERS]
    if form.endswith(_PLURAL_OBLIQUE) and len(form) > _SHORTEST_INFLECTED:
        return [Reading(form, gender, None, 2 * _INFLECTED, "") for gender in _GENDERS]
    if form.endswith(ADJECTIVE_OBLIQUE) and len(form) > _SHORTEST_INFLECTED:
        return [Reading(form, gender, None, 2 * _INFLECTED, "") for gender in _GENDERS]
    if form[-1] in VOWELS:
        weight = _INDECLINABLE.get(form[-1], _UNCHANGED) if form[-2:-1] not in VOWELS else _UNCHANGED
        return [Reading(form, gender, None, weight, "") for gender in _GENDERS]
    inflected = len(form) > _SHORTEST_INFLECTED and form.endswith(_OBLIQUE)
    return [
        Reading(form, "male", None, _UNCHANGED + _MAN_IN_CONSONANT, ""),
        Reading(form, "female", None, _INFLECTED if inflected else _WOMAN_IN_CONSONANT, ""),
    ]


def _hyphenated(form: str) -> list[Reading]:
    """The readings of the last part of a form with hyphens, each with the parts before it in the nominative too."""
    *first, last = form.split("-")
    if last in particles() or not last:
        return [Reading(form, gender, None, 0.0, "") for gender in _GENDERS]
    found = []
    for reading in _with_cases(readings(last)) if _may_decline(first[0]) else readings(last):
        head = "-".join(_first_part(part, reading) for part in first)
        found.append(reading._replace(nominative=f"{head}-{reading.nominative}"))
    return found


def _with_cases(found: Sequence[Reading]) -> Iterator[Reading]:
    """The readings, those that fit any case once for each case."""
    for reading in found:
        for case in _ALL_CASES if reading.case is None else (reading.case,):
            yield reading._replace(case=case)


def _may_decline(part: str) -> bool:
    """Whether a part before a hyphen may have a case ending of its own: "Анны-Марии", "Маминым-Уральским"."""
    return part[-1:] in VOWELS or part.endswith(_OBLIQUE)


def _first_part(part: str, last: Reading) -> str:
    """A part before a hyphen in the nominative, given the reading of the last part: unchanged where it ends in a
    consonant ("Касым-Жомарта") or has no reading in that gender and case.
    """
    if not part or not _may_decline(part) or part in particles() or last.case in (None, "nomn"):
        return part
    fitting = [r for r in readings(part) if r.gender == last.gender and r.case in (None, last.case)]
    if part[-1] not in VOWELS:
        fitting = [r for r in fitting if r.weight >= _PATTERN]
    return max(fitting, key=lambda reading: reading.weight).nominative if fitting else part


@cache
def particles() -> frozenset[str]:
    """Words inside a name that stand in lower case: "ван", "бин", "оглы" (`name_particles.tsv`)."""
    return resources.words("name_particles.tsv")


def shared_surname(form: str, gender: Gender, cases: Container[str | None]) -> str | None:
    """The surname, lower case, of a person of that gender whose plural in one of `cases` a form is: "Крыловых" →
    "крылов", "крылова".  None for forms that are no such plural.
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
    """Patterns of surnames that several people share: the ending of the singular, its gender, the plural's endings in
    each case.
    """
    return tuple(
        (base[1:], _GENDERS[gender == "femn"], *(form[1:] for form in forms))
        for base, gender, *forms in resources.rows(_PLURALS_FILE, 8)
    )


def is_shared(form: str) -> bool:
    """Whether a form may be the plural of a surname in the nominative or genitive: "Крыловы", "Крыловых"."""
    return form.lower().endswith(_shared_endings())


@cache
def _shared_endings() -> tuple[str, ...]:
    return tuple({form for _, _, nominative, genitive, *_ in _plurals() for form in (nominative, genitive)})


@cache
def _endings() -> Mapping[str, Sequence[tuple[str, Gender, str, float]]]:
    """For each ending of a form the patterns that have it: nominative ending, gender, case and weight."""
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
