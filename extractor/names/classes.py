"""A form's stem and what the lexicons say of it, wherever it stands: inputs of the names network.

The network learns what to make of it, so that a form counts whichever of its readings is meant: "Мэр" and "мэра" are in
`place_offices.tsv`, and so is "главу", also where it is a chapter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from extractor import resources
from extractor.reading.forms import plain
from extractor.reading.morphology import forms_of

# Letters that may be part of a case ending, how many of them a stem loses at most, and how many letters it keeps.
_ENDING_LETTERS = "аеёиоуыэюяйьмхв"
_LONGEST_ENDING = 3
_SHORTEST_STEM = 3
# As many columns as any of the lexicons has; only the first is read.
_MOST_COLUMNS = 4
# The lexicons of words in names of organizations, each with the class of its words.  A word of several has the last;
# `organization_words.tsv`, whose words have classes of their own, counts as the last one.
_BODIES = (
    ("church", "churches.tsv"),
    ("nationality", "place_adjectives.tsv"),
    ("modifier", "organization_modifiers.tsv"),
    ("known", "organization_abbreviations.tsv"),
)
# The lexicons of words in and beside names of people, each with its letter.
_PEOPLE = (
    ("n", "person_nouns.tsv"),
    ("t", "name_titles.tsv"),
    ("o", "place_offices.tsv"),
    ("s", "street_words.tsv"),
    ("p", "name_particles.tsv"),
    ("a", "asian_surnames.tsv"),
)
# "g" is a word with the stem of a name in `given_names.tsv`: to decline these, which the dictionary lacks, would take
# 0.14 s at the start.
_LETTERS = (*(letter for letter, _ in _PEOPLE), "g")
# The values of `person_class`: the letters of the sum of flags that stands at that index.
PERSON_CLASSES = tuple(
    "".join(letter for bit, letter in enumerate(_LETTERS) if flags >> bit & 1) for flags in range(1 << len(_LETTERS))
)


def stem(text: str) -> str:
    """A word in lower case without the letters that may be its case ending: "Путиным" → "путин"."""
    lower = text.lower()
    end = len(lower)
    while end > _SHORTEST_STEM and len(lower) - end < _LONGEST_ENDING and lower[end - 1] in _ENDING_LETTERS:
        end -= 1
    return lower[:end]


def body_class(text: str) -> int:
    """The index in `body_classes` of a form's class among the words in names of organizations."""
    return _bodies().get(plain(text.lower()), 0)


@cache
def body_classes() -> Sequence[str]:
    """The values of `body_class`; the first, "", is for words of no class."""
    return ("", *dict.fromkeys(name for name, _ in _body_words()))


@cache
def _bodies() -> Mapping[str, int]:
    """The index in `body_classes` of each form that has a class, in lower case with е for ё."""
    classes = body_classes()
    return {form: classes.index(name) for name, word in _body_words() for form in forms_of([word])}


def _body_words() -> Iterator[tuple[str, str]]:
    """The class and the lemma of each word of the lexicons for organizations."""
    for name, file in _BODIES:
        yield from ((name, word) for word in _words(file))
    yield from ((name, word) for word, name in resources.rows("organization_words.tsv", 2))


def person_class(text: str) -> int:
    """The index in `PERSON_CLASSES` of what the lexicons for people say of a form."""
    given = 1 << len(_PEOPLE) if stem(text) in _given_stems() else 0
    return _people().get(plain(text.lower()), 0) + given


@cache
def _people() -> Mapping[str, int]:
    """The flags of each form in the lexicons for people, in lower case with е for ё."""
    found: dict[str, int] = {}
    for bit, (_, file) in enumerate(_PEOPLE):
        for form in forms_of(_words(file)):
            found[form] = found.get(form, 0) | 1 << bit
    return found


@cache
def _given_stems() -> frozenset[str]:
    """The stems of the given names that the dictionary lacks."""
    return frozenset(map(stem, _words("given_names.tsv")))


def _words(file: str) -> list[str]:
    """The lemmas in the first column of a lexicon, without those of several words and without endings."""
    entries = (row[0] for row in resources.rows(file, _MOST_COLUMNS))
    return [entry for entry in entries if entry.replace("-", "").isalpha()]
