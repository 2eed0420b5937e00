"""Made-up short texts with annotated names of the kinds that the annotated corpora hardly have.

`name_templates.tsv` holds templates and word lists in the syntax that its head explains; `made_names` makes the people.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from extractor.names.entities import Gender
from extractor.reading.morphology import declined, parses
from training import made_names
from training.corpora import Record

PATH = Path(__file__).with_name("name_templates.tsv")
# The kind of the templates that mention by another form a person whom the document already has.
AGAIN = "again"
# A document has up to so many filled templates.
_MOST = 6
# How often a template with a person is followed by one of `AGAIN`, and how often a template takes the document's
# last person instead of a new one.  Both are set by hand: articles repeat most of their people.
_AGAIN, _SAME_PERSON = 0.5, 0.2
# A template is filled anew with other people up to so often if one of them cannot be written as it asks.
_ATTEMPTS = 30
_JOINTS = (" ",) * 6 + ("\n",) * 2 + ("\n\n",)
_BULLETS = ("— ", "- ", "• ", "* ", "{}. ", "{}) ")
_LISTED = 0.1

_SPECIAL = re.compile(
    r"\[(?P<open>[A-Z]{3})(?::(?P<letter>[A-Z]))? |(?P<close>\])|<(?P<slot>[^<>]+)>|\{(?P<choice>[^{}]*)\}"
)
# What stands between <1 …> or <s2 …> and </>: a part of the text with a tag.
_TAG = re.compile(r"(?P<tag>[a-z]\d[\d,]*a?(?:=.*)?)|/")
_ENTRY = re.compile(r"(?:(?P<letter>[A-Z])=)?(?P<name>\w+)(?::(?P<case>[a-z]{4}))?")
_PERSON = re.compile(r"(?P<letter>[A-Z])(?:\.(?P<gender>[mf]))?(?P<caps>\^)? (?P<layouts>[a-z_/]+) (?P<case>[a-z]{4})")
_AGREEING = re.compile(r"(?:(?P<letter>[A-Z]):)?(?P<masculine>[^|]*)\|(?P<feminine>[^|]*)")
_GENDERS: Mapping[str | None, Gender | None] = {"m": "male", "f": "female", None: None}
_PART = re.compile(r"[\w-]+|\W+")


@dataclass(frozen=True)
class Templates:
    """Templates by their kind, and the entries of each word list."""

    by_kind: Mapping[str, Sequence[str]]
    lists: Mapping[str, Sequence[str]]


@dataclass
class Filled:
    """A text in the making: its people by letter, its pieces and their length, its names, the names still open.

    A name of a person or organization with a letter has it as `letter`; `entries` are the list entries, and `layouts`
    the layouts of the names of people, by letter.  `parts` are the parts of the text with a tag, each with its start
    and end in characters.
    """

    lists: Mapping[str, Sequence[str]]
    people: dict[str, made_names.MadePerson]
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    entities: list[Record] = field(default_factory=list)
    open: list[tuple[str, str | None, int]] = field(default_factory=list)
    entries: dict[str, str] = field(default_factory=dict)
    layouts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    parts: list[tuple[str, int, int]] = field(default_factory=list)
    open_parts: list[tuple[str, int]] = field(default_factory=list)

    def write(self, text: str) -> None:
        """Writes a text at the end; the full stop of a sentence is left out after that of initials."""
        if text.startswith(".") and self.pieces and self.pieces[-1].endswith("."):
            text = text[1:]
        if text:
            self.pieces.append(text)
            self.length += len(text)

    def name(self, kind: str, letter: str | None, start: int) -> None:
        """Notes that a name stands from `start` to the end; a name within a name is none of its own."""
        if not self.open:
            self.entities.append({"start": start, "end": self.length, "type": kind, "letter": letter})


class _UnwritableError(Exception):
    """A person has no form of the layout that the template asks for."""


@cache
def templates(path: Path = PATH) -> Templates:
    """Returns the templates and lists of a data file."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    lists: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        kind, text = line.split("\t")
        text = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\s", "\u00a0")
        (lists[kind[1:]] if kind.startswith("@") else by_kind[kind]).append(text)
    return Templates(dict(by_kind), dict(lists))


def documents(rng: random.Random, count: int) -> list[Record]:
    """Returns so many made-up documents: `text`, and `entities` with `start`, `end` (characters) and `type`."""
    return [_document(rng) for _ in range(count)]


def _document(rng: random.Random) -> Record:
    by_kind = templates().by_kind
    first = [template for kind, made in by_kind.items() if kind != AGAIN for template in made]
    parts: list[Record] = []
    known: made_names.MadePerson | None = None
    for _ in range(rng.randint(1, _MOST)):
        again = known is not None and rng.random() < _AGAIN
        template = rng.choice(by_kind[AGAIN] if again else first)
        record, known = fill(template, rng, known if again or rng.random() < _SAME_PERSON else None)
        parts.append(record)
    if len(parts) > 1 and rng.random() < _LISTED:
        bullet = rng.choice(_BULLETS)
        return joined([(bullet.format(i), part) for i, part in enumerate(parts, 1)], "\n")
    joint = rng.choice(_JOINTS)
    # What ends without a full stop (a headline, a signature) stands on a line of its own.
    ends = [not part["text"].endswith(tuple(".!?")) for part in parts]
    prefixes = ["", *("\n" if joint == " " and end else joint for end in ends[:-1])]
    return joined(list(zip(prefixes, parts, strict=True)), "")


def joined(parts: Sequence[tuple[str, Record]], joint: str) -> Record:
    """Returns one record of the texts of several, each after its prefix, with `joint` between them."""
    text, entities = "", []
    for number, (prefix, part) in enumerate(parts):
        text += (joint if number else "") + prefix
        shift = len(text)
        entities += [{**e, "start": e["start"] + shift, "end": e["end"] + shift} for e in part["entities"]]
        text += part["text"]
    return {"text": text, "entities": entities}


def fill(
    template: str, rng: random.Random, known: made_names.MadePerson | None = None
) -> tuple[Record, made_names.MadePerson | None]:
    """Returns a template filled at random, and its person A, who is `known` where the template's forms allow it.

    Raises `ValueError` for a template that nobody can fill.
    """
    filled = filled_in(template.removeprefix("^"), rng, templates().lists, known)
    text = "".join(filled.pieces)
    shown = text.upper() if template.startswith("^") else text
    # A letter whose capital is two characters would move the names.
    return {"text": shown if len(shown) == len(text) else text, "entities": filled.entities}, filled.people.get("A")


def filled_in(
    template: str,
    rng: random.Random,
    lists: Mapping[str, Sequence[str]],
    known: made_names.MadePerson | None = None,
) -> Filled:
    """Returns a template filled at random from `lists`, with `known` as person A where the template's forms allow it.

    Raises `ValueError` for a template that nobody can fill.
    """
    for attempt in range(_ATTEMPTS):
        filled = Filled(lists, {"A": known} if known and not attempt else {})
        try:
            _fill(template, "", filled, rng)
        except _UnwritableError:
            continue
        return filled
    raise ValueError(f"a template that nobody can fill: {template}")


def _fill(template: str, case: str, filled: Filled, rng: random.Random) -> None:
    """Writes a template, or an entry of a list whose first noun phrase is put into the case."""
    inflected, position = not case, 0
    for special in _SPECIAL.finditer(template):
        literal = template[position : special.start()]
        inflected = _write_inflected(literal, case, inflected, filled)
        position = special.end()
        if special["open"]:
            filled.open.append((special["open"], special["letter"], filled.length))
        elif special["close"]:
            filled.name(*filled.open.pop())
        elif special["slot"]:
            _fill_slot(special["slot"], filled, rng)
        else:
            _choose(special["choice"], filled, rng)
    _write_inflected(template[position:], case, inflected, filled)


def _fill_slot(slot: str, filled: Filled, rng: random.Random) -> None:
    if tag := _TAG.fullmatch(slot):
        if tag["tag"]:
            filled.open_parts.append((tag["tag"], filled.length))
        else:
            name, start = filled.open_parts.pop()
            filled.parts.append((name, start, filled.length))
        return
    if person := _PERSON.fullmatch(slot):
        letter, start = person["letter"], filled.length
        gender = _GENDERS[person["gender"]]
        made = filled.people.get(letter) or made_names.person(rng, gender)
        filled.people[letter] = made
        layout = rng.choice(person["layouts"].split("/"))
        form = made_names.written(made, layout, person["case"], caps=bool(person["caps"]))
        if form is None or (gender and made.gender != gender):
            raise _UnwritableError
        filled.layouts[letter].add(layout)
        filled.write(form)
        filled.name("PER", letter, start)
        return
    listed = _ENTRY.fullmatch(slot)
    if not listed:
        raise ValueError(f"no slot: {slot}")
    entry = filled.entries.get(listed["letter"] or "") or rng.choice(filled.lists[listed["name"].lower()])
    if listed["letter"]:
        filled.entries[listed["letter"]] = entry
    before, names, case = len(filled.pieces), len(filled.entities), listed["case"] or "nomn"
    forms = entry.split(";")
    if len(forms) == len(made_names.CASES):
        _fill(forms[made_names.CASES.index(case)], "", filled, rng)
    else:
        _fill(entry, "" if case == "nomn" else case, filled, rng)
    if listed["letter"]:
        for entity in filled.entities[names:]:
            entity["letter"] = listed["letter"]
    if listed["name"][0].isupper():
        filled.pieces[before] = filled.pieces[before][0].upper() + filled.pieces[before][1:]


def _choose(choice: str, filled: Filled, rng: random.Random) -> None:
    """Writes one of `~a|b|c` at random, or of `a|b` what agrees with person A, of `B:a|b` with person B."""
    if choice.startswith("~"):
        _fill(rng.choice(choice[1:].split("|")), "", filled, rng)
        return
    agreeing = _AGREEING.fullmatch(choice)
    if not agreeing:
        raise ValueError(f"no choice: {choice}")
    letter = agreeing["letter"] or "A"
    # The verb may stand before its person.
    if letter not in filled.people:
        filled.people[letter] = made_names.person(rng)
    filled.write(agreeing["masculine" if filled.people[letter].gender == "male" else "feminine"])


def _write_inflected(text: str, case: str, done: bool, filled: Filled) -> bool:
    """Writes words, each put into the case up to the first noun; tells whether that noun has been reached."""
    for part in _PART.findall(text):
        if not done and part[0].isalpha():
            part, done = _inflected(part, case)
        filled.write(part)
    return done


@cache
def _inflected(word: str, case: str) -> tuple[str, bool]:
    """Returns a word of the nominative in another case, and whether it is the noun of its phrase."""
    for parse in parses(word):
        if parse.tag.POS in ("NOUN", "ADJF", "PRTF") and "nomn" in parse.tag:
            if case == "accs" and parse.tag.POS != "NOUN" and {"masc", "plur"} & parse.tag.grammemes:
                return word, False  # what the lists name with an adjective is inanimate
            return declined(word, parse, case), parse.tag.POS == "NOUN"
    return word, False
