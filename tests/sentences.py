"""Sentences with names of all peoples and the words of all lexicons in every place, for tests/fuzz.py.

A text is generated from its number alone.  Consecutive numbers take the words of `models/*.tsv` one after the other, so
that as many texts as there are words have had each of them at least once; all else is drawn by chance.  The names are
invented: syllables and endings of a people, put together as that people does.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache

from pymorphy3 import MorphAnalyzer

from extractor import resources
from extractor.reading.morphology import analyzer

Names = Callable[[random.Random], str]


def _words(text: str) -> list[str]:
    return text.split()


_SYLLABLES = _words("ка ли ма ро та ни са бе до ву ге пи ши за ра мо те лу ва но ай эль юн яр ёс ор")
_ASIAN = _words(
    "чжи хун мин сон ён ын хо су пак ким ли чан ван цзы сяо пин вэй юй жэнь чхоль хён чон дэ гю нам нгуен тхи зунг "
    "фук хи и ен а о е у шань цзинь бо мён бак ха не во"
)
_JAPANESE = _words("та ка ма са ки ха ра то мо но ри ко дзу сю ити да ё ю на га мэ")
_KAZAKH = _words("әл нұр қай ғал өм үн бек жан іңкәр һан ңа қыз ұлы тай сұл")
_LATIN = _words("an bel car do ël fer gün hö is jo ław mar ño o'r pe ří sø tu vić xi ýl zé")
_CONSONANTS = "бвгдклмнпрстфхцшж"
_SURNAME_ENDINGS = _words(
    "ов ова ев ева ин ина ский ская цкий ой ая ко енко ук юк чук ых их швили дзе иани ян янц оглы заде баев баева улы "
    "ишвили ава ели ич вич ек ак ис ас ене айте пулос иди ссон сен ман берг штейн ян ко ё й ь"
)
_TURKIC_ENDINGS = _words("оглы кызы уулу оглу гызы улы қызы ұлы заде бек хан бай")
_PATRONYMIC_ENDINGS = _words("ович овна евич евна ич инична ична")
_CASE_ENDINGS = ("", "", "", "а", "у", "ом", "ым", "е", "ой", "ы", "ого", "ому", "ей", "и", "ых", "ыми", "я", "ю", "ем")
_APOSTROPHES = "'’ʼ`′"
_HYPHENS = ("-", "-", "-", "‑", "–", " - ", "- ", " -")


def _syllables(rng: random.Random, syllables: list[str], least: int, most: int) -> str:
    return "".join(rng.choices(syllables, k=rng.randint(least, most)))


def _stem(rng: random.Random) -> str:
    return (_syllables(rng, _SYLLABLES, 1, 3) + rng.choice(_CONSONANTS)).capitalize()


def _surname(rng: random.Random) -> str:
    return _stem(rng) + rng.choice(_SURNAME_ENDINGS)


@cache
def _entries(file: str) -> tuple[str, ...]:
    """The words of the first column of a file of `models/`, without what stands in brackets or is no word."""
    cells = (line.split("\t")[0] for line in _lines(file))
    return tuple(dict.fromkeys(word for cell in cells for word in re.findall(r"[^\W\d_][\w'-]*", cell)))


def _given(rng: random.Random) -> str:
    return rng.choice(_entries("given_names.tsv") + _entries("given_name_variants.tsv")).capitalize()


def _slavic(rng: random.Random) -> str:
    given, patronymic, surname = _given(rng), _stem(rng) + rng.choice(_PATRONYMIC_ENDINGS), _surname(rng)
    return rng.choice(
        (
            f"{given} {patronymic} {surname}",
            f"{surname} {given} {patronymic}",
            f"{given} {patronymic}",
            f"{given} {surname}",
            f"{surname} {given}",
            f"{given} {surname}-{_surname(rng)}",
            surname,
            given,
        )
    )


def _initials(rng: random.Random) -> str:
    one, two = rng.choices("АБВГДЕЁЖИЙКЛМНОПРСТУФХЦЧШЩЫЬЭЮЯҚӘІABX", k=2)
    surname = rng.choice((_surname(rng), _surname(rng) + "-" + _surname(rng), _asian_word(rng), _surname(rng).lower()))
    forms = "{0}. {1}. {2}|{0}.{1}. {2}|{0}.{1}.{2}|{2} {0}.{1}.|{2} {0}. {1}.|{0}. {2}|{2} {0}|{0} {2}|{0}.-{1}. {2}"
    return rng.choice(forms.split("|")).format(one, two, surname)


def _asian_word(rng: random.Random) -> str:
    return rng.choice((*_ASIAN, *_entries("asian_surnames.tsv"))).capitalize()


def _asian(rng: random.Random) -> str:
    parts = rng.choices((*_ASIAN, *_ASIAN, *_entries("asian_surnames.tsv")), k=rng.randint(1, 3))
    if rng.random() < 0.4:
        parts = [part.capitalize() for part in parts]
    given = rng.choice(("", "-", "-", "-", " ")).join(parts)
    given = given[:1].upper() + given[1:]
    return rng.choice(("{0} {1}", "{0} {1}", "{0} {1}", "{1} {0}", "{1}", "{0}-{1}")).format(_asian_word(rng), given)


def _japanese(rng: random.Random) -> str:
    return " ".join(_syllables(rng, _JAPANESE, 1, 4).capitalize() for _ in range(rng.randint(1, 2)))


def _turkic(rng: random.Random) -> str:
    given, father = _given(rng), rng.choice((_given(rng), _stem(rng)))
    ending = rng.choice(_TURKIC_ENDINGS)
    joined = rng.choice((" ", "-", "")).join((father, ending))
    return rng.choice(("{0} {1}", "{1}", "{2} {0} {1}", "{0} {1} {2}")).format(given, joined, _surname(rng))


def _kazakh(rng: random.Random) -> str:
    return " ".join(_syllables(rng, _KAZAKH, 1, 4).capitalize() for _ in range(rng.randint(1, 3)))


def _with_particle(rng: random.Random) -> str:
    particle = rng.choice(_entries("name_particles.tsv"))
    particle = rng.choice((particle, particle, particle.capitalize()))
    joined = rng.choice((" ", " ", "-")).join((particle, _surname(rng)))
    return rng.choice(("{0} {1}", "{1}", "{0} {1} {2} {3}")).format(
        _given(rng), joined, rng.choice(_entries("name_particles.tsv")), _surname(rng)
    )


def _with_apostrophe(rng: random.Random) -> str:
    mark = rng.choice(_APOSTROPHES)
    return rng.choice(
        (
            f"{_given(rng)} {rng.choice(('О', 'Д', 'д', 'Л'))}{mark}{_surname(rng)}",
            f"{_surname(rng)[:3]}{mark}{_surname(rng).lower()}",
            f"{_given(rng)}{mark}",
            f"{mark}{_surname(rng)}",
        )
    )


def _hyphenated(rng: random.Random) -> str:
    hyphen = rng.choice(_HYPHENS)
    makers = (_given, _surname, _asian_word, _japanese, _kazakh, lambda rng: rng.choice(_entries("name_particles.tsv")))
    parts = [rng.choice(makers)(rng) for _ in range(rng.randint(2, 4))]
    return hyphen.join(parts) + rng.choice(("", "", "", "-", "-" + rng.choice(_ASIAN)))


def _latin(rng: random.Random) -> str:
    words = [_syllables(rng, _LATIN, 1, 3).capitalize() for _ in range(rng.randint(1, 3))]
    return " ".join(words) + rng.choice(("", "", " Jr.", " II", "-ов"))


def _odd(rng: random.Random) -> str:
    """Nicknames, numbers, titles and one letter in a name."""
    return rng.choice(
        (
            f"{_given(rng)} «{_surname(rng)}» {_surname(rng)}",
            f'{_given(rng)} "{_given(rng)}" {_surname(rng)}',
            f"{_given(rng)} ({_surname(rng)}) {_surname(rng)}",
            f"{_given(rng)} {rng.choice(('II', 'XIV', 'III', '2-й', 'Первый', 'мл.', 'младший', 'св.'))}",
            f"{rng.choice(_entries('name_titles.tsv')).capitalize()} {_given(rng)}",
            f"{_given(rng)} {rng.choice('ЯИОАУЮЕ')}",
            f"{_given(rng)}, {_given(rng)} и {_given(rng)} {_surname(rng)}ы",
            f"{_given(rng)} и {_given(rng)} {_surname(rng)}ых",
        )
    )


_PEOPLES: tuple[Names, ...] = (
    _slavic, _slavic, _initials, _asian, _asian, _asian, _japanese, _turkic, _kazakh, _with_particle, _with_apostrophe,
    _hyphenated, _hyphenated, _latin, _odd,
)  # fmt: skip


def name(rng: random.Random) -> str:
    """An invented name, often in an oblique case, now and then all in capitals, in lower case or with a letter lost."""
    found = rng.choice(_PEOPLES)(rng)
    if rng.random() < 0.5:
        ending = rng.choice(_CASE_ENDINGS)
        words = found.split(" ")
        found = " ".join(word + ending if rng.random() < 0.7 else word for word in words)
    chance = rng.random()
    if chance < 0.08:
        return found.upper()
    if chance < 0.16:
        return found.lower()
    if chance < 0.18:
        return found.swapcase()
    if chance < 0.2:
        at = rng.randrange(len(found))
        return found[:at] + found[at + 1 :] or found
    return found


@cache
def _lines(file: str) -> tuple[str, ...]:
    text = (resources.folder() / file).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def lexicon() -> tuple[str, ...]:
    """The entries of all files `models/*.tsv`, of all columns, and the words of which the longer ones consist."""
    found: dict[str, None] = {}
    for path in sorted(resources.folder().glob("*.tsv")):
        for line in _lines(path.name):
            for cell in re.split(r"[\t,;|=]", line):
                entry = " ".join(cell.split())
                if re.search(r"[^\W\d_]", entry) and not re.search(r"\d", entry):  # weights hold numbers
                    found[entry] = None
                    found.update(dict.fromkeys(entry.split(" ")))
    return tuple(found)


def inflected(rng: random.Random, word: str, analyzer: MorphAnalyzer) -> str:
    """A word in any of its forms, each of the words of a phrase by itself."""
    forms = []
    for part in word.split(" "):
        lexeme = rng.choice(analyzer.parse(part)).lexeme
        form = rng.choice(lexeme).word if rng.random() < 0.4 else part
        forms.append(form.capitalize() if part[:1].isupper() else form)
    found = " ".join(forms)
    return rng.choice((found,) * 6 + (found.capitalize(), found.upper(), found.title()))


# {n}, {m}: names; {w}: the word of the number; {v}, {x}: other words; {c}: a cue; {o}: a name in marks.
_SENTENCES = (
    "{w} {n} {c}, что {x} готов.",
    "{w} {v} {n} приехал.",
    "{n}, {w} {v}, {c} об этом.",
    "{n} — {w} {x}.",
    "{w} — {n}.",
    "— {w}, — {c} {n}.",
    "— {w} {n}! — {c} {x}. — {v} {m}.",
    "«{w} {x}», — {c} {n}.",
    "«{w}» {c} {n}.",
    "{n} {c}: «{w} {x}».",
    "{n}: «{w}».",
    "{n}: {w} {x}",
    "{w}: {n} {c}",
    "По {w} {n}, {x} {v}.",
    "По словам {w} {n}, {m} {v}.",
    "Со ссылкой на {w} {n} {c}, что «{x}».",
    "Об этом {c} {w} {n}.",
    "Об этом {w} {c} {n} и {m}.",
    "{n} {w} {m}.",
    "{n} {w}, что {m} {v} {x}.",
    "Он {w}, что {n} {v}.",
    "Она {c} {w}, что «{o}» {x}.",
    "{w} «{o}» {c}, что {n} {v}.",
    "{w} {v} «{o}» {n} {c} это «{x}».",
    "«{o}» {w} {n}.",
    "{w} «{o} «{n}» {x}».",
    "{n} ({w} {x}) {c}.",
    "({w}) {n}",
    "{w} имени {n} {c}.",
    "им. {n} {w}",
    "{w}, {n}, {x}, {m} и {v} {c}.",
    "{n} и {m} — {w} и {x} «{o}».",
    "{n}-{w} {c}.",
    "{w}-{n} {c}.",
    "{n}{w} {c}.",
    "{w}.{n} {c}",
    "{n} {c} {w} {m} {x}, {v}.",
    "Как {c} {w} {n}, {x}.",
    "{x} увидел {w} {n} с {m} у {v}.",
    "Я, {n}, {w} {x}.",
    "«Я {w}, — {c} {n}, — {x} мой {v}».",
    "{w} {x} {v} {n} {m}",
    "{n}.",
    "{w}",
    "{n} {m} {n}",
    "{w} в {n}, {c} {x}",
    "Его {w}, {n}, {c}. Он {v}. Её {x}.",
    "{n}, чей {w} {c}, что {x}, {v}.",
    "{n}\n{w}\n{c}",
    "- {w} {n}\n- {x} {m}",
    "{w} {n} назвал {x} «{v}».",
    "{w} ООО «{o}», АО «{n}» и {x} {c}.",
    "{w}, {c} {n}.",
    "{w} и {x} {n} и {m}",
)
_BETWEEN = (" ", " ", " ", "\n", "\n\n", "", "  ")
_MARKS = '«»"„“—–-.,:;!?()…'


def sentence(rng: random.Random, word: str) -> str:
    """A sentence with a word in some form and place, and names; one in twelve is a row of pieces without grammar."""
    morphology = analyzer()

    def other() -> str:
        return inflected(rng, rng.choice(lexicon()), morphology)

    def organization() -> str:
        return rng.choice((other(), name(rng), other() + " " + name(rng), other().title()))

    shown = inflected(rng, word, morphology)
    if rng.random() < 1 / 12:
        pieces = [shown, *(rng.choice((other, lambda: name(rng), lambda: rng.choice(_MARKS)))() for _ in range(8))]
        rng.shuffle(pieces)
        return " ".join(pieces)
    cue = inflected(rng, rng.choice(_entries("cues.tsv")), morphology)
    fields = {"n": name(rng), "m": name(rng), "w": shown, "v": other(), "x": other(), "c": cue, "o": organization()}
    filled = rng.choice(_SENTENCES).format(**fields)
    return filled[:1].upper() + filled[1:] if rng.random() < 0.7 else filled


def generated(number: int) -> str:
    """The text of a number, of one to four sentences: 2.5 in the mean."""
    rng = random.Random(number)
    words = lexicon()
    parts = [sentence(rng, words[number % len(words)])]
    parts += (sentence(rng, rng.choice(words)) for _ in range(rng.choice((0, 1, 2, 3))))
    rng.shuffle(parts)
    return rng.choice(_BETWEEN).join(parts)
