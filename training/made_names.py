"""Made-up people: a given name, a patronymic and a surname of one of the kinds of the news, in all six cases.

The names come from `made_given.tsv` and `made_surnames.tsv`; surnames are made of stems by suffixes, so that there are
tens of thousands.  What pymorphy3's dictionary knows declines by it, the rest by `models/names_endings.tsv`.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from pymorphy3.analyzer import Parse

from extractor import resources
from extractor.names.lexicons import VOWELS, asian_surnames, given_names
from extractor.reading import morphology

CASES = tuple(morphology.CASES.values())
GIVEN_PATH = Path(__file__).with_name("made_given.tsv")
SURNAMES_PATH = Path(__file__).with_name("made_surnames.tsv")

Gender = Literal["male", "female"]
# A name in the cases of `CASES`.
Forms = tuple[str, ...]

_TAGS: Mapping[Gender, str] = {"male": "masc", "female": "femn"}
_SIBILANTS = "жшчщ"
_VELARS = "гкх"
# The patterns of more than one letter that foreign names have too.
_FOREIGN = ("га", "ка", "ха", "ша", "жа", "ча", "ца", "ия", "ья")
# The consonants that change before -енко and -ук: Рыбак, Рыбаченко.
_SOFTENED = str.maketrans("кгхц", "чжшч")
_SINGLE = tuple("бвгджзклмнпрстхчш")
_ONSETS = (*_SINGLE, "бр", "вр", "гл", "гр", "др", "кл", "кр", "пл", "пр", "ск", "ст", "тр", "хр", "шк")
_CODAS = (*_SINGLE, "рд", "рт", "нд", "нч", "рк", "лк")
# Irregular stems of patronymics, and those in -ий that keep the и.
_PATRONYMICS = {
    "Павел": ("Павлович", "Павловна"),
    "Пётр": ("Петрович", "Петровна"),
    "Михаил": ("Михайлович", "Михайловна"),
    "Даниил": ("Данилович", "Даниловна"),
    "Лев": ("Львович", "Львовна"),
    "Илья": ("Ильич", "Ильинична"),
    "Никита": ("Никитич", "Никитична"),
    "Кузьма": ("Кузьмич", "Кузьминична"),
    "Лука": ("Лукич", "Лукинична"),
    "Фома": ("Фомич", "Фоминична"),
    "Яков": ("Яковлевич", "Яковлевна"),
    "Данила": ("Данилович", "Даниловна"),
    "Дмитрий": ("Дмитриевич", "Дмитриевна"),
    "Георгий": ("Георгиевич", "Георгиевна"),
}


class MadePerson(NamedTuple):
    """A made-up person: the parts of the name, each in the cases of `CASES`, None where there is no such part.

    `initials` are those of the given name, and often of the patronymic, as this person's are written ("М.А.", "М. А.",
    "М."), and `gap` is what stands between them and the surname.  With `surname_first` the surname precedes the given
    name in all layouts and does not decline in them, as in Korean names.
    """

    gender: Gender
    first: Forms
    middle: Forms | None
    last: Forms | None
    initials: str = ""
    gap: str = " "
    surname_first: bool = False


def written(person: MadePerson, layout: str, case: str, caps: bool = False) -> str | None:
    """Returns a person's name in a layout and a case of `CASES`, None where the person lacks a part of it.

    The layouts: full (given name, surname), fio (surname, given name, patronymic), ifo (given name, patronymic,
    surname), last, first, io (given name, patronymic), fi (surname, given name), init_last (М.А. Загорская), last_init
    (Загорская М.А.).  With `caps` all letters are capitals.  Raises `KeyError` for another layout.
    """
    number = CASES.index(case)
    forms = {name: getattr(person, name) for name in ("first", "middle", "last")}
    parts = {name: form and form[number] for name, form in forms.items()}
    order = _LAYOUTS[layout]
    if person.surname_first and len(order) > 1:
        if order[0] == "initials":
            return None
        parts["last"] = person.last and person.last[0]
        order = sorted(order, key=lambda name: name != "last")
    parts["initials"] = person.initials
    words = [parts[name] for name in order]
    if not all(words):
        return None
    text = (person.gap if layout == "init_last" else " ").join(str(word) for word in words)
    return text.upper() if caps else text


_LAYOUTS: Mapping[str, Sequence[str]] = {
    "full": ("first", "last"),
    "fio": ("last", "first", "middle"),
    "ifo": ("first", "middle", "last"),
    "last": ("last",),
    "first": ("first",),
    "io": ("first", "middle"),
    "fi": ("last", "first"),
    "init_last": ("initials", "last"),
    "last_init": ("last", "initials"),
}
LAYOUTS = tuple(_LAYOUTS)


def parts(layout: str) -> Sequence[str]:
    """Returns the parts of a name that a layout shows, in order.  Raises `KeyError` for another layout."""
    return _LAYOUTS[layout]


def person(rng: random.Random, gender: Gender | None = None, kind: str | None = None) -> MadePerson:
    """Returns a made-up person, of a gender and kind (one of `KINDS`) where they are given."""
    gender = gender or rng.choices(("male", "female"), (3, 2))[0]
    kind = kind or rng.choices(list(KINDS), [rate for _, rate in KINDS.values()])[0]
    made = KINDS[kind][0](rng, gender)
    # Most texts of the news write no ё.
    if rng.random() < 0.8:
        made = made._replace(
            first=_without_yo(made.first),
            middle=made.middle and _without_yo(made.middle),
            last=made.last and _without_yo(made.last),
        )
    between, gap = rng.choice((("", " "), ("", " "), (" ", " "), (" ", " "), ("", ""), ("", "\u00a0")))
    with_middle = made.middle and rng.random() < 0.6
    initials = between.join(
        _initials(forms[0]) for forms in (made.first, made.middle if with_middle else None) if forms
    )
    return made._replace(initials=initials, gap=gap)


def _without_yo(forms: Forms) -> Forms:
    return tuple(form.replace("ё", "е").replace("Ё", "Е") for form in forms)


def _initials(name: str) -> str:
    """Returns the initials of a name: "М.", of a double one with a hyphen "Ж.-П."."""
    return "-".join(f"{part[0]}." for part in name.split()[0].split("-") if part[0].isupper())


# ---------------------------------------------------------------- declension


def fixed(name: str) -> Forms:
    """Returns the forms of a name that never declines."""
    return (name,) * len(CASES)


@cache
def given(name: str, gender: Gender) -> Forms:
    """Returns the forms of a given name or patronymic."""
    for parse in morphology.parses(name):
        tag = parse.tag
        if (
            parse.is_known
            and {"nomn", "sing"} <= tag.grammemes
            and tag.grammemes & {_TAGS[gender], "ms-f"}
            and tag.grammemes & {"Name", "Patr"}
        ):
            return fixed(name) if "Fixd" in tag else _inflected(name, parse)
    if "-" in name and gender == "male":
        head, last = name.rsplit("-", 1)
        return tuple(f"{head}-{form}" for form in given(last, gender))
    return by_ending(name, gender, foreign=True)


@cache
def surname(name: str, gender: Gender) -> Forms:
    """Returns the forms of a surname, the parts of a double one each by itself."""
    if "-" in name:
        parts = [surname(part, gender) for part in name.split("-")]
        return tuple("-".join(forms) for forms in zip(*parts, strict=True))
    for parse in morphology.parses(name):
        tag = parse.tag
        if parse.is_known and {"Surn", "nomn", "sing", _TAGS[gender]} <= tag.grammemes:
            return fixed(name) if "Fixd" in tag else _inflected(name, parse)
    return by_ending(name, gender)


@cache
def noun_surname(name: str, gender: Gender) -> Forms:
    """Returns the forms of a surname that is a common noun: a woman's declines in -а and -я only."""
    if gender == "male" or name[-1] in "ая":
        for parse in morphology.parses(name):
            tag = parse.tag
            if parse.is_known and tag.POS == "NOUN" and {"nomn", "sing"} <= tag.grammemes and "Surn" not in tag:
                if tag.gender == "neut" or (tag.gender == "femn" and name[-1] not in "ая"):
                    return fixed(name)
                forms = _inflected(name, parse)
                # The accusative of a person, where the noun is a thing's: Мороза.
                return forms if name[-1] in "ая" else (*forms[:3], forms[1], *forms[4:])
    return by_ending(name, gender)


def _inflected(name: str, parse: Parse) -> Forms:
    return tuple(morphology.declined(name, parse, case, "sing") for case in CASES)


@cache
def by_ending(name: str, gender: Gender, foreign: bool = False) -> Forms:
    """Returns the forms of a name by the patterns of its ending; a foreign one in -ин or -ов is no Russian surname.

    Women's names in a consonant do not decline, nor do names in a vowel other than а and я or in а behind a vowel.
    """
    lower = name.lower()
    if (gender == "female" and lower[-1] not in "ая") or (lower[-1] == "а" and lower[-2:-1] in VOWELS):
        return fixed(name)
    fitting = [
        (base, forms)
        for base, whose, *forms, weight in _endings()
        if whose == _TAGS[gender]
        and lower.endswith(base[1:])
        and len(lower) >= len(base)
        # Rare patterns, in which a vowel is lost.
        and float(weight or 0) > -0.5 - (base == "*ия")
        and (base != "*ий" or forms[0] == _adjective(lower))
        and (not foreign or len(base) == 2 or base[1:] in _FOREIGN)
    ]
    if not fitting:
        return fixed(name)
    base, forms = max(fitting, key=lambda row: len(row[0]))
    if base == "*ая" and lower[-3] in _SIBILANTS:  # Осадчая, Осадчей
        forms = ["*ей", "*ей", "*ую", "*ей", "*ей"]
    stem = name[: len(name) - len(base) + 1]
    return (name, *(stem + form[1:] for form in forms))


@cache
def _endings() -> Sequence[tuple[str, ...]]:
    return tuple(resources.rows("names_endings.tsv", 8))


def _adjective(name: str) -> str:
    """Returns the pattern of the genitive of a name in -ий: Горького, Осадчего, Арсения."""
    before = name[-3:-2]
    return "*ого" if before in _VELARS else "*его" if before in _SIBILANTS + "н" else "*ия"


# ---------------------------------------------------------------- given names and patronymics


@cache
def _given() -> Mapping[tuple[str, str], Sequence[str]]:
    """Returns the given names of each origin and gender."""
    return {(origin, gender): names.split() for origin, gender, names in _rows(GIVEN_PATH)}


@cache
def _words() -> Mapping[str, Sequence[str]]:
    """Returns the words that surnames are made of, by kind."""
    words: dict[str, list[str]] = defaultdict(list)
    for kind, row in _rows(SURNAMES_PATH):
        words[kind] += row.split()
    return words


def _rows(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


@cache
def _listed(gender: Gender) -> Sequence[str]:
    """Returns the names of `given_names.tsv` of a gender, which are of all origins."""
    return [name.capitalize() for name, genders in given_names().items() if gender in genders and len(name) > 2]


def _first(rng: random.Random, gender: Gender, origin: str, listed: float = 0.08) -> str:
    """Returns a given name of an origin, or, as often as `listed` says, of any origin."""
    return rng.choice(_listed(gender) if rng.random() < listed else _given()[origin, gender])


def patronymic(father: str, gender: Gender) -> str:
    """Returns the patronymic of a father's name: Сергеевич, Сергеевна."""
    female = gender == "female"
    if father in _PATRONYMICS:
        return _PATRONYMICS[father][female]
    ending = ("ич", "на")[female]
    if father.endswith("ий"):
        soft = "ь" if father[-4:-3].lower() in VOWELS or father[-4:-2] in ("нт", "рк") else "и"
        return f"{father[:-2]}{soft}ев{ending}"
    if father[-1] in "йь":
        return f"{father[:-1]}ев{ending}"
    if father[-1] in "ая" and father[-2] not in VOWELS:
        return f"{father[:-1]}ов{ending}"
    return f"{father}{'ев' if father[-1] in VOWELS or father[-1] in _SIBILANTS else 'ов'}{ending}"


def _middle(rng: random.Random, gender: Gender, origin: str, rate: float) -> Forms | None:
    """Returns a patronymic of the Russian kind, as often as the rate says."""
    if rng.random() >= rate:
        return None
    fathers = [name for name in _given()[origin, "male"] if name in _PATRONYMICS or name[-1] not in VOWELS]
    return given(patronymic(rng.choice(fathers), gender), gender)


def _kinship(rng: random.Random, gender: Gender) -> str:
    """Returns a Turkic patronymic, which never declines: Гасан оглы, Бакытуулу, Нурланқызы."""
    father = rng.choice(_given()["muslim", "male"])
    word = rng.choice(
        {"male": ("оглы", "оглу", "улы", "уулу", "угли", "ұлы"), "female": ("кызы", "гызы", "қызы", "кизи")}[gender]
    )
    joint = rng.choices((" ", "", "-"), (5, 5, 1))[0]
    if joint == " " and rng.random() < 0.2:
        word = word.capitalize()
    return f"{father}{joint}{word}"


# ---------------------------------------------------------------- surnames


def _syllables(rng: random.Random) -> str:
    """Returns a stem of one or two syllables that may be no word: Шабур, Кардап."""
    vowels = "ааоуеи"
    stem = rng.choice(_ONSETS) + rng.choice(vowels)
    if rng.random() < 0.5:
        stem += rng.choice(_SINGLE) + rng.choice(vowels)
    return (stem + rng.choice(_CODAS)).capitalize()


def _stem(rng: random.Random) -> tuple[str, bool]:
    """Returns the stem of a surname and whether it is soft: Мороз, Ковал (soft), Соловь (soft)."""
    chance = rng.random()
    if chance < 0.4:
        forms = noun_surname(rng.choice(_words()["noun"]), "male")
        genitive = forms[1]
        if genitive != forms[0] and genitive[-1] in "аяиы":
            return genitive[:-1], genitive[-1] == "я" or forms[0][-1] == "я"
    if chance < 0.7:
        return rng.choice(_words()["stem"]), False
    return _syllables(rng), False


def _slavic_surname(rng: random.Random, gender: Gender, suffixes: Sequence[tuple[str, float]]) -> Forms:
    """Returns a surname with one of the suffixes, which have weights, in the gender's form."""
    stem, soft = _stem(rng)
    if stem[-1] in VOWELS:
        stem, soft = stem[:-1] if len(stem) > 4 else stem + "н", False
    suffix = rng.choices([name for name, _ in suffixes], [weight for _, weight in suffixes])[0]
    female = gender == "female"
    soft_or_sibilant = soft or stem[-1] in _SIBILANTS
    hard = stem.rstrip("ьй")
    changed = hard[:-1] + hard[-1].translate(_SOFTENED)
    if suffix == "ов":
        return surname(f"{stem}{'ев' if soft_or_sibilant else 'ов'}{'а' * female}", gender)
    if suffix == "ин":
        return surname(f"{stem}{'ын' if stem[-1] == 'ц' else 'ин'}{'а' * female}", gender)
    if suffix == "ский":
        joint = rng.choice(("ев", "ин", "ян") if soft_or_sibilant else ("ов", "ов", "ин", "ан"))
        return surname(f"{hard}{joint}ск{'ая' if female else 'ий'}", gender)
    if suffix == "цкий":
        return surname(f"{changed}{rng.choice(('и', 'е', 'о'))}цк{'ая' if female else 'ий'}", gender)
    if suffix == "ых":
        return fixed(f"{hard}{'их' if stem[-1] in _VELARS + _SIBILANTS or soft else 'ых'}")
    if suffix == "енко" or (suffix == "ец" and changed != hard):
        return fixed(changed + "енко")
    if suffix == "ко":
        return fixed(hard + ("ько" if hard[-1] in "лнтдсз" else "ко"))
    ending = {
        "ук": "юк" if soft and changed == hard else rng.choice(("ук", "чук")) if hard[-1] in "нлр" else "ук",
        "ич": rng.choice(("евич",) if soft_or_sibilant else ("ович", "евич", "кевич", "инич")),
        "ак": "як" if soft or hard[-1] in "лн" else "ак",
        "ец": "ец",
    }[suffix]
    return by_ending((hard if suffix in ("ич", "ец") else changed) + ending, gender)


_RUSSIAN = (
    ("ов", 40),
    ("ин", 26),
    ("ский", 10),
    ("цкий", 2),
    ("ых", 2),
    ("енко", 8),
    ("ук", 4),
    ("ич", 3),
)
_UKRAINIAN = (("енко", 30), ("ко", 12), ("ук", 20), ("ак", 10), ("ский", 10), ("цкий", 4), ("ич", 8), ("ец", 6))


def _plain_surname(rng: random.Random, gender: Gender) -> Forms:
    return _slavic_surname(rng, gender, _RUSSIAN)


def _noun_surname(rng: random.Random, gender: Gender) -> Forms:
    return noun_surname(rng.choice(_words()["noun"]), gender)


def _adjective_surname(rng: random.Random, gender: Gender) -> Forms:
    if rng.random() < 0.2:
        return fixed(rng.choice(_words()["fixed"]))
    pair = rng.choice(_words()["adjective"]).split("/")
    return by_ending(pair[gender == "female"], gender)


def _compound_surname(rng: random.Random, gender: Gender) -> Forms:
    """Returns a surname like Сухоруков, Белоножкина."""
    name = rng.choice(_words()["head"]) + rng.choice(_words()["tail"])
    if gender == "female":
        name = f"{name[:-2]}ая" if name.endswith("ий") else f"{name}а"
    return by_ending(name, gender)


def _with_ov(base: str, gender: Gender) -> Forms:
    """Returns a surname in -ов or -ев of a name: Абаев, Тимурова."""
    if base[-1] in "йь":
        base = f"{base[:-1]}е"
    elif base[-1] in VOWELS or base[-1] in _SIBILANTS:
        base = f"{base}е"
    else:
        base = f"{base}о"
    return by_ending(f"{base}в{'а' * (gender == 'female')}", gender)


def _turkic_name(rng: random.Random) -> str:
    """Returns a Muslim man's name, or one made of two parts: Нурболат, Есенкул."""
    if rng.random() < 0.4:
        return rng.choice(_given()["muslim", "male"])
    return rng.choice(_words()["turkic"]) + rng.choice(_words()["turkic_tail"])


# ---------------------------------------------------------------- people by kind


def _slavic(make: Callable[[random.Random, Gender], Forms]) -> Callable[[random.Random, Gender], MadePerson]:
    """Returns what makes a person with a Slavic given name and a surname that `make` makes."""

    def made(rng: random.Random, gender: Gender) -> MadePerson:
        first = _first(rng, gender, "slavic", 0.05)
        middle = _middle(rng, gender, "slavic", 0.65)
        return MadePerson(gender, given(first, gender), middle, make(rng, gender))

    return made


def _muslim(rng: random.Random, gender: Gender) -> MadePerson:
    name = _turkic_name(rng)
    last = _with_ov(name, gender) if rng.random() < 0.8 else by_ending(name, gender, foreign=True)
    first = given(_first(rng, gender, "muslim"), gender)
    return MadePerson(gender, first, _middle(rng, gender, "muslim", 0.5), last)


def _with_kinship(rng: random.Random, gender: Gender) -> MadePerson:
    """Makes a person with a Turkic patronymic, which may stand in the surname's place: Бакыт уулу Азамат."""
    first, kinship = given(_first(rng, gender, "muslim"), gender), fixed(_kinship(rng, gender))
    if rng.random() < 0.35:
        return MadePerson(gender, first, None, kinship)
    return MadePerson(gender, first, kinship, _with_ov(_turkic_name(rng), gender))


def _caucasian(rng: random.Random, gender: Gender) -> MadePerson:
    name = rng.choice(_words()["caucasian"])
    if gender == "female" and name[-2:] in ("ов", "ев"):
        name += "а"
    first = given(_first(rng, gender, rng.choice(("muslim", "slavic", "georgian"))), gender)
    return MadePerson(gender, first, _middle(rng, gender, "muslim", 0.5), by_ending(name, gender))


def _armenian(rng: random.Random, gender: Gender) -> MadePerson:
    stem = rng.choice((*_words()["armenian"], *_given()["armenian", "male"]))
    stem = stem.removesuffix("ян").rstrip("аеиойь")
    first = given(_first(rng, gender, rng.choice(("armenian", "armenian", "slavic"))), gender)
    last = by_ending(stem + rng.choices(("ян", "янц", "уни"), (20, 1, 1))[0], gender)
    return MadePerson(gender, first, _middle(rng, gender, "armenian", 0.5), last)


def _georgian(rng: random.Random, gender: Gender) -> MadePerson:
    stem = rng.choice(_words()["georgian"])
    ending = rng.choices(("дзе", "швили", "ава", "ия", "уа", "ели", "ури", "ани"), (30, 30, 10, 8, 4, 6, 4, 4))[0]
    last = by_ending((stem.rstrip("аеиоу") if ending[0] in VOWELS else stem) + ending, gender)
    first = given(_first(rng, gender, rng.choice(("georgian", "georgian", "slavic"))), gender)
    return MadePerson(gender, first, _middle(rng, gender, "georgian", 0.4), last)


def _asian(rng: random.Random, gender: Gender) -> MadePerson:
    """Makes a Korean, Chinese or Vietnamese person; a man's last syllable declines with most writers."""
    syllables = rng.choices(_words()["asian"], k=rng.choice((1, 2, 2, 2)))
    style = rng.choice(("-", " ", ""))
    name = syllables[0]
    if len(syllables) > 1:
        name += style + (syllables[1] if style == " " else syllables[1].lower())
    last = rng.choice(sorted(asian_surnames())).capitalize()
    declines = gender == "male" and rng.random() < 0.7
    first = by_ending(name, gender, foreign=True) if declines and name[-1] not in VOWELS else fixed(name)
    alone = by_ending(last, gender, foreign=True) if last[-1] not in VOWELS else fixed(last)
    return MadePerson(gender, first, None, alone, surname_first=True)


def _short(rng: random.Random, gender: Gender) -> MadePerson:
    """Makes a person with a short Asian surname behind a Russian given name."""
    name = rng.choice(_words()["short"])
    last = by_ending(name, gender, foreign=True) if name[-1] not in VOWELS else fixed(name)
    first = given(_first(rng, gender, "slavic", 0.02), gender)
    return MadePerson(gender, first, _middle(rng, gender, "slavic", 0.6), last)


def _western(rng: random.Random, gender: Gender) -> MadePerson:
    first = given(_first(rng, gender, "western", 0.3), gender)
    return MadePerson(gender, first, None, by_ending(rng.choice(_words()["western"]), gender, foreign=True))


def _latin(rng: random.Random, gender: Gender) -> MadePerson:
    first = fixed(rng.choice(_given()["latin", gender]))
    return MadePerson(gender, first, None, fixed(rng.choice(_words()["latin"])))


def _double(rng: random.Random, gender: Gender) -> MadePerson:
    """Makes a person with a double surname, or with a double given name."""
    if rng.random() < 0.6:
        makers = (_plain_surname, _plain_surname, _compound_surname, _noun_surname)
        parts = [rng.choice(makers)(rng, gender), _plain_surname(rng, gender)]
        last = tuple("-".join(forms) for forms in zip(*parts, strict=True))
        return _slavic(lambda *_: last)(rng, gender)
    if gender == "male":
        heads = [name for name in _given()["western", "male"] if name[-1] not in VOWELS and len(name) < 6]
        first = given(f"{rng.choice(heads)}-{rng.choice(_given()['western', 'male'])}", gender)
    else:
        heads = [name for name in _given()["western", "female"] if name[-1] in "ая"]
        forms = [given(rng.choice(heads), gender), given(rng.choice(_given()["western", "female"]), gender)]
        first = tuple("-".join(pair) for pair in zip(*forms, strict=True))
    return MadePerson(gender, first, None, by_ending(rng.choice(_words()["western"]), gender, foreign=True))


def _particle(rng: random.Random, gender: Gender) -> MadePerson:
    """Makes a person with a particle before the surname: да Коста, ван дер Берг, аль-Хашими."""
    if rng.random() < 0.5:
        word = rng.choice(_words()["particle_arab"])
        joint = " " if word in ("бин", "ибн", "бен") else "-"
        if rng.random() < 0.25:
            word = word.capitalize()
        last = by_ending(rng.choice(_words()["arab"]), gender, foreign=True)
        first = given(rng.choice(_given()["arab", gender]), gender)
    else:
        word, joint = rng.choice(_words()["particle"]).replace("+", " "), " "
        last = by_ending(rng.choice(_words()["western_particle"]), gender, foreign=True)
        first = given(_first(rng, gender, "western", 0.2), gender)
    return MadePerson(gender, first, None, tuple(f"{word}{joint}{form}" for form in last))


# The kinds of people and how often each is made.  The rates are set by hand: all kinds that the networks of names find
# hard are far more frequent than in the news, and the plain surnames still the most frequent.
KINDS: Mapping[str, tuple[Callable[[random.Random, Gender], MadePerson], float]] = {
    "russian": (_slavic(_plain_surname), 24),
    "ukrainian": (_slavic(lambda rng, gender: _slavic_surname(rng, gender, _UKRAINIAN)), 8),
    "compound": (_slavic(_compound_surname), 2),
    "noun": (_slavic(_noun_surname), 15),
    "adjective": (_slavic(_adjective_surname), 8),
    "muslim": (_muslim, 11),
    "kinship": (_with_kinship, 6),
    "caucasian": (_caucasian, 2),
    "armenian": (_armenian, 3),
    "georgian": (_georgian, 3),
    "asian": (_asian, 7),
    "short": (_short, 4),
    "western": (_western, 7),
    "latin": (_latin, 2),
    "double": (_double, 4),
    "particle": (_particle, 3),
}
