"""Data augmentation: an annotated text in which some people bear made-up names.

Every mention of such a person is written anew, in the case and gender that it has, so that the sentence around it still
fits.  People whose mentions cannot all be read with certainty keep their names.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractor.names.people.declension import decline, nominatives, readings
from extractor.reading.analysis import Analysis, Token, read
from extractor.reading.forms import plain
from extractor.reading.morphology import CASES
from training import made_names
from training.augment import Edit, apply
from training.corpora import Record
from training.made_names import Gender, MadePerson
from training.tokens import TokensAt

# How many of the people of a text are renamed, of those whose names can be read: these have 319 of the 468 mentions of
# people in the first 120 texts of real/train, so that half of all mentions change.
_RENAMED = 0.75
# How often a mention gets another layout.
_RELAID = 0.15
# So many made-up people are tried for one who has all parts that the mentions want.
_ATTEMPTS = 20

_INITIAL = r"[А-ЯЁ]\.(?:-[А-ЯЁ]\.)?"
_PART = re.compile(rf"{_INITIAL}|[А-ЯЁ][А-ЯЁа-яё]+(?:-[А-ЯЁ][А-ЯЁа-яё]+)?")
_SPACES = re.compile(r"\s+")
_ABOUT = re.compile(r"(?<!\w)([Оо]б?)\s$")
# So many characters before a name are looked at.
_BEFORE = 5
# What stands before a sentence.
_START = re.compile(r"(?:^|[.!?…\n][»\"”)\]]*)\s*$")
# Surnames that tell the gender.
_GENDERED = re.compile(r"(?:[оеё]ва?|[иы]на?|[сц]кий|[сц]кая)$")
# The letters before which "о" is "об".
_AFTER_OB = "аоуэиАОУЭИ"
_LAYOUTS: Mapping[tuple[str, ...], str] = {
    ("first", "last"): "full",
    ("last", "first"): "fi",
    ("first", "middle"): "io",
    ("first", "middle", "last"): "ifo",
    ("last", "first", "middle"): "fio",
    ("initials", "last"): "init_last",
    ("last", "initials"): "last_init",
    ("last",): "last",
    ("first",): "first",
}
# What a mention in a layout may become.
_OTHER: Mapping[str, Sequence[str]] = {
    "full": ("fi", "ifo", "fio", "init_last", "last_init"),
    "ifo": ("fio", "full"),
    "fio": ("ifo", "fi", "last_init"),
    "init_last": ("last_init", "full"),
    "last": ("init_last",),
}


@dataclass
class Mention:
    """A person's mention: its span in characters, and the words of it by the part of the name.

    `layout` is one of `made_names.LAYOUTS`, "" for a single word that may be a given name or a surname.  `gender` and
    `case` are what the declension of names and the tagger agree on.
    """

    start: int
    end: int
    text: str
    words: dict[str, str]
    tokens: list[Token]
    layout: str
    gender: Gender = "male"
    case: str = ""


def substituted(record: Record, rng: random.Random) -> Record:
    """Returns a record in which about half of the people whose names can be read bear made-up ones.

    The record has `text` and `entities` (`start`, `end`, `type`), which may nest, and perhaps `quotes`; their spans
    move along.  Fields that tell names in another way (nominatives, the people of the document) are left out.
    """
    analysis = read(record["text"])
    edits: list[Edit] = []
    for mentions in people(record, analysis):
        if rng.random() < _RENAMED:
            edits += _renamed(record["text"], mentions, rng)
    made = {name: value for name, value in apply(record, edits).items() if name not in ("people", "forms", "persons")}
    made["entities"] = [{name: entity[name] for name in ("start", "end", "type")} for entity in made["entities"]]
    if "quotes" in made:
        made["quotes"] = [{name: value for name, value in quote.items() if name != "name"} for quote in made["quotes"]]
    return made


def people(record: Record, analysis: Analysis) -> list[list[Mention]]:
    """Returns the mentions of each person, of those people who can be told apart and whose mentions can all be read."""
    tokens = TokensAt(analysis)
    spans = sorted({(e["start"], e["end"]) for e in record["entities"] if e["type"] == "PER"})
    annotated = [*_annotated(record)]
    mentions = [_mention(record["text"], span, tokens, analysis, annotated) for span in spans]
    return [
        group
        for group in _groups([mention for mention in mentions if mention])
        if _is_whole(group, record["text"]) and _read_forms(group)
    ]


def _is_whole(mentions: Sequence[Mention], text: str) -> bool:
    """Tells whether no capitalized word elsewhere in the text may be the person's surname (given name, if alone)."""
    name = next((m.words["last"] for m in mentions if "last" in m.words), None) or mentions[0].words["first"]
    own = {(mention.start, mention.end) for mention in mentions}
    return not any(
        _alike(name, word.group())
        for word in _PART.finditer(text)
        if word.group()[0] == name[0] and not any(start <= word.start() < end for start, end in own)
    )


def _annotated(record: Record) -> Iterator[tuple[int, int]]:
    """Yields all annotated spans."""
    for entity in record["entities"]:
        yield entity["start"], entity["end"]
    for quote in record.get("quotes", ()):
        for span in (*quote["spans"], quote["cue"], quote["speaker"], quote["attribution"]):
            if span:
                yield span[0], span[1]


def _mention(
    text: str, span: tuple[int, int], tokens: TokensAt, analysis: Analysis, annotated: Iterable[tuple[int, int]]
) -> Mention | None:
    """Returns an annotated name as a mention, None if its shape is unclear."""
    start, end = span
    # The name is glued to a word, or another annotated span begins or ends within it.
    if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum() or text[end : end + 1] == "-":
        return None
    if any(a < end and start < b and not (a <= start and end <= b) for a, b in annotated):
        return None
    parts = list(_PART.finditer(text, start, end))
    if "".join(part.group() for part in parts) != _SPACES.sub("", text[start:end]):
        return None
    order = _order([part.group() for part in parts])
    if order is None:
        return None
    words, found = {}, []
    for part, name in zip(parts, order, strict=True):
        if name == "initials":
            continue
        at = tokens.centred_in(part.span())
        if len(at) != 1 or analysis.tokens[at[0]].text != part.group():
            return None
        words[name] = part.group()
        found.append(analysis.tokens[at[0]])
    # Two initials are one part of a layout.
    named = tuple(name for i, name in enumerate(order) if name != "initials" or order[i - 1 : i] != ["initials"])
    return Mention(start, end, text[start:end], words, found, _LAYOUTS[named] if named != ("",) else "")


def _order(parts: Sequence[str]) -> list[str] | None:
    """Returns which part of a name each word is ("" for a single word), None where that is unclear."""
    slots = [{reading.slot for reading in readings(part)} for part in parts]
    middles = ["middle" in slot for slot in slots]
    firsts = ["first" in slot for slot in slots]
    initials = ["." in part for part in parts]
    if any(initials):
        names = ["initials" if initial else "last" for initial in initials]
        whole = names.count("last") == 1 and names.count("initials") <= 2 and "last" in (names[0], names[-1])
        # "Виктор И." is no surname with an initial.
        return names if whole and not (names[0] == "last" and firsts[0]) else None
    if len(parts) == 1:
        return [""] if not middles[0] else None
    if len(parts) == 3 and middles[1] and firsts[0]:
        return ["first", "middle", "last"]
    if len(parts) == 3 and middles[2] and firsts[1]:
        return ["last", "first", "middle"]
    if len(parts) == 2 and firsts[0]:
        return ["first", "middle" if middles[1] else "last"]
    # "Тайип Эрдоган": only a known pattern of surnames stands before its given name.
    inverted = len(parts) == 2 and firsts[1] and any(_GENDERED.search(name) for name in nominatives(parts[0]))
    return ["last", "first"] if inverted else None


def _alike(one: str, other: str) -> bool:
    """Tells whether two forms may be of one name."""
    return not nominatives(one).isdisjoint(nominatives(other))


def _groups(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Returns the mentions of each person; none of people who share a surname or a given name that stands alone."""
    groups: list[list[Mention]] = []
    doubtful: list[list[Mention]] = []
    for mention in sorted(mentions, key=lambda m: (-len(m.words), -len(m.text))):
        fitting = [group for group in groups if any(_one_name(mention, other) for other in group)]
        if not fitting:
            mention.layout = mention.layout or "last"
            if "" in mention.words:
                mention.words = {"last": mention.words[""]}
            groups.append([mention])
            continue
        doubtful += fitting if len(fitting) > 1 or any(_contradict(mention, other) for other in fitting[0]) else []
        if mention.layout == "":
            word = mention.words[""]
            as_last = any(_alike(word, other.words["last"]) for other in fitting[0] if "last" in other.words)
            mention.layout = "last" if as_last else "first"
            mention.words = {mention.layout: word}
        fitting[0].append(mention)
    return [group for group in groups if not any(group is other for other in doubtful)]


def _one_name(mention: Mention, other: Mention) -> bool:
    """Tells whether a mention shares the surname with an earlier one, or where it has none, any word."""
    if "last" in mention.words:
        return "last" in other.words and _alike(mention.words["last"], other.words["last"])
    return any(_alike(word, known) for word in mention.words.values() for known in other.words.values())


def _contradict(mention: Mention, other: Mention) -> bool:
    """Tells whether two mentions have different given names or initials."""
    one, two = _given_or_initial(mention), _given_or_initial(other)
    if not one or not two:
        return False
    return one[0] != two[0] if "." in one + two else not _alike(one, two)


def _given_or_initial(mention: Mention) -> str:
    """Returns the given name of a mention, or its first initial ("М."), "" if it has neither."""
    initial = re.search(_INITIAL, mention.text)
    return mention.words.get("first") or (initial.group() if initial else "")


def _read_forms(mentions: Sequence[Mention]) -> bool:
    """Reads gender and case of a person's mentions, in place; tells whether all of them are certain."""
    fullest = max(mentions, key=lambda m: len(m.words))
    # A lone given name may be anybody's.
    if fullest.layout == "last" and "first" in {slot.slot for slot in readings(fullest.words["last"])}:
        return False
    sure = "first" in fullest.words
    whole = decline([token.word for token in fullest.tokens], {})
    if not sure and not _GENDERED.search(whole.words[0].lower()):
        return False
    known = dict.fromkeys((word.lower() for word in whole.words), 1.0)
    for mention in mentions:
        words = [token.word for token in mention.tokens]
        # A given name tells the gender, other names must be read alike each time.
        read_as = decline(words, known, whole.gender if sure else None)
        tagged = {CASES.get(token.case or "") for token in mention.tokens} - {None}
        if read_as.gender != whole.gender or tagged != {read_as.case}:
            return False
        mention.gender, mention.case = read_as.gender, read_as.case
        if not all(
            _declines_so(word, nominative, part, mention)
            for (part, word), nominative in zip(mention.words.items(), read_as.words, strict=True)
        ):
            return False
    return True


def _declines_so(word: str, nominative: str, part: str, mention: Mention) -> bool:
    """Tells whether a word is the form of the nominative that made-up names have in the mention's gender and case."""
    number, gender = made_names.CASES.index(mention.case), mention.gender
    forms = (
        [made_names.surname(nominative, gender), made_names.by_ending(nominative, gender, foreign=True)]
        if part == "last"
        else [made_names.given(nominative, gender)]
    )
    return any(plain(form[number]) == plain(word.lower()) for form in (tuple(map(str.lower, f)) for f in forms))


def _renamed(text: str, mentions: Sequence[Mention], rng: random.Random) -> list[Edit]:
    """Returns the edits that give a person a made-up name; none if nobody made up has the parts that it takes."""
    layouts = [_layout(text, mention, rng) for mention in mentions]
    for _ in range(_ATTEMPTS):
        person = made_names.person(rng, mentions[0].gender)
        forms = [_form(person, mention, layout) for mention, layout in zip(mentions, layouts, strict=True)]
        if all(forms):
            return [
                edit for mention, form in zip(mentions, forms, strict=True) for edit in _edits(text, mention, str(form))
            ]
    return []


def _layout(text: str, mention: Mention, rng: random.Random) -> str:
    """Returns the layout of the new name: another one in few mentions, where full stops are left as they are."""
    others = _OTHER.get(mention.layout, ())
    if not others or mention.text.endswith(".") or rng.random() > _RELAID:
        return mention.layout
    layout = rng.choice(others)
    return mention.layout if layout == "last_init" and text[mention.end : mention.end + 1] == "." else layout


def _form(person: MadePerson, mention: Mention, layout: str) -> str | None:
    return made_names.written(person, layout, mention.case, caps=mention.text.isupper())


def _edits(text: str, mention: Mention, form: str) -> Iterator[Edit]:
    """Yields the edits that write a name in place of a mention, and "о" or "об" before it as the name wants."""
    about = _ABOUT.search(text, max(0, mention.start - _BEFORE), mention.start)
    if about:
        letter = about[1][0]
        yield Edit(about.start(1), about.end(1), f"{letter}б" if form[0] in _AFTER_OB else letter)
    # "Аль-Хашими" at the head of a sentence.
    starts = _START.search(text, max(0, mention.start - _BEFORE), mention.start)
    yield Edit(mention.start, mention.end, form[0].upper() + form[1:] if starts else form)
