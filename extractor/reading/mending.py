"""Mends what scraping broke in a clean text: glued sentences and words, lost link texts, lines broken within sentences.

Every edit puts, drops or exchanges white space, or puts a line break for what stands for one: no word changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from statistics import median

from extractor.reading import gluing
from extractor.reading.text import Edit
from extractor.resources import words

_CAPITAL = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІ"

# Punctuation, or a straight mark after a letter, with what follows stuck to it.  The patterns here begin with a plain
# character set because Python's `re` scans for nothing else as fast.
_STUCK = re.compile(r"[.!?…,:;»)\"](?=\w|[\"«„“”(—–])")
# After a stop, or a mark that closes with it, a comma with the next sentence stuck to it was a line break, and so were
# several commas with spaces between them.
_AFTER_SENTENCE = re.compile(r"[.!?…][»”\")]?(?P<commas>[ ,]*)\Z")
# So many spaces stand for a line break.  Two or three after a stop do too on some sites, but elsewhere they are a habit
# of typing: to break there changes nothing on real/train (f1@0.8 0.891 with and without).
_SPACES = re.compile(r" {4,}")
_BEGINS_SENTENCE = re.compile(rf"[\"«„“—–]?[{_CAPITAL}]")
# A word stuck to the digits of a time, a year or a number; after a time a word may be one letter, or all capitals.
_AFTER_DIGITS = re.compile(r"[0-9](?:(?=[А-ЯЁ][а-яё])|(?<=\d\d:\d\d)(?=[A-ZА-ЯЁ]))")
_TIME_OR_YEAR = re.compile(r"(?:\d\d:\d\d|\b(?:19|20)\d\d)\Z")
# A number with a word after it, stuck to the word before: all 44 in real/pool and real/train are a number of its own.
# Names that end in a number, of which other texts have some ("Заря24"), lose nothing by a space.
_BEFORE_NUMBER = re.compile(r"[а-яё](?=[0-9](?:[0-9,.:-]*[0-9])? [а-яё])")
_WORD_BEFORE = re.compile(r"(?<![\w#@/.-])[А-ЯЁа-яё]{4,}\Z")
# What is left of an escaped line break: the letter, or both characters.
_ESCAPED_BREAK = re.compile(r"n(?<![A-Za-z].)(?![a-z])|\\[nr]")

_WORD = re.compile(r"[^\W\d_]{4,}")
# Words without a seam are cut apart in texts with so many other glued places.  Of the 178 such cuts in real/pool and
# real/train 3 are wrong, of the 75 in their other texts and in quotes, NEREL, RuCoCo and RuNormAS all but 20: what
# looks like glue there is a compound or a name that the dictionary lacks.
_SIGNS = 2
_LETTERS = re.compile(r"[^\W\d_]+")
_OPEN, _CLOSE = frozenset('«„"'), frozenset('»“"')
# How far before a place its surroundings are looked for: further than any address or bracket, and most utterances in
# quotation marks.  It bounds time on texts without spaces.
_LOOK_BACK = 400
_ADDRESS = re.compile(r"://|www\.")
# A word beside one of these is a handle, a tag or part of an address.
_IN_ADDRESS = frozenset("@#/\\_=&")
_DOMAINS = gluing.DOMAINS | {"fm", "tv", "su", "рф", "ру", "ком", "уз", "кз", "news", "live", "media", "life"}

# The white space at the end of a line, up to the next one with a character in it.
_LINE_END = re.compile(r"[ \t]*\n\s*")
# The beginning of a line that goes on from the line before: a link was cut out between the two.
_GOES_ON = re.compile(r"[,;:)»][)».,;:]*(?=\s|\Z)|\.(?![\w.])|[!?…](?=\s|\Z)")
# A line break with a space on either side stands for a link where the line before it ends open; one in a menu does not.
_HOLE = " \n "
_LIST_ITEM = re.compile(r"[-—–•*■●▪·]|\d{1,2}[.)]\s")
_ENDS_OPEN = frozenset(',—–-»")%')
# The fewest characters of a line that a page may have wrapped.  Of the 2,340 texts of quotes and real, 229 lines are
# such, 152 of them of 65 to 84 characters, which is how wide pages wrap; 85 shorter ones would be too.  The bound keeps
# headings and menu items in lower case apart ("Главное", "погода"); where links were cut out it does not hold.
_WRAPPED_LINE = 25
# A text is wrapped throughout if so many lines, and this share of all, end within a sentence; then each line of nearly
# their length may.
_WRAPPED_LINES, _WRAPPED_SHARE, _WRAPPED_LENGTH = 3, 0.2, 0.8


def mends(text: str) -> Iterator[Edit]:
    """Yields the edits that mend a clean text, ascending and without overlap."""
    stuck = [*_stuck(text), *_stuck_to_digits(text)]
    found = [*stuck, *_breaks(text), *_glued_words(text, len(stuck)), *_joined_lines(text)]
    last = 0
    for edit in sorted(found, key=lambda edit: (edit.start, -edit.end)):
        if edit.start >= last:
            yield edit
            last = max(edit.end, edit.start + 1)


def _stuck(text: str) -> Iterator[Edit]:
    """Yields a space for each sentence or word that is stuck to the punctuation before it."""
    for match in _STUCK.finditer(text):
        mark, at = match[0], match.end()
        nearest = max(0, at - _LOOK_BACK)
        if _ADDRESS.search(text, max(text.rfind(" ", nearest, at), text.rfind("\n", nearest, at), nearest), at):
            continue
        if mark == "," and (commas := _commas_between_paragraphs(text, at)):
            yield Edit(at - commas, at, "\n")
            continue
        if mark == '"':
            place = _beside_mark(text, at - 1) if at > 1 and text[at - 2].isalnum() else None
        else:
            place = _PLACES[mark](text, at)
        if place is not None:
            yield Edit(place, place, " ")


def _commas_between_paragraphs(text: str, at: int) -> int:
    """Returns how many commas and spaces, the last of them at `at` - 1, part two sentences in place of a line break."""
    before = _AFTER_SENTENCE.search(text, max(0, at - 8), at) if _BEGINS_SENTENCE.match(text, at) else None
    return len(before["commas"]) if before else 0


def _after_comma(text: str, at: int) -> int | None:
    """Returns `at`, the offset after a comma or semicolon, if a space is missing there."""
    return at if text[at].isalpha() or text[at] in "«„" else None


def _after_colon(text: str, at: int) -> int | None:
    before, after = text[at - 2] if at > 1 else " ", text[at]
    if after.islower():
        return at if _is_cyrillic(before) and _is_cyrillic(after) else None
    return at if (after.isupper() or after in "«„") and (_is_cyrillic(before) or before in '»")') else None


def _after_closing_mark(text: str, at: int) -> int | None:
    """A space is missing between a closing mark and a word; two small letters are an ending ("«Зенит»ом")."""
    word = None if text[at - 2 : at - 1].isspace() else _LETTERS.match(text, at)
    return at if word and (word[0][0].isupper() or len(word[0]) > 2) else None


def _after_bracket(text: str, at: int) -> int | None:
    """A space is missing after a bracket that stands for itself, not in a word ("(не)зависимость", "дом(а)ми")."""
    opening = text.rfind("(", max(0, at - _LOOK_BACK), at)
    alone = opening == 0 or (opening > 0 and text[opening - 1].isspace())
    return at if alone and at - opening > 4 and text[at].isalpha() else None


def _after_stop(text: str, at: int) -> int | None:
    """Returns where the space is missing after a stop that ends at `at` and has the next sentence stuck to it."""
    following, before = text[at], text[at - 2] if at > 1 else " "
    if following == '"':
        return _beside_mark(text, at)
    if following in "”“":
        return at + 1 if text[at + 1 : at + 2].isalpha() else None
    if following.isdigit():
        word_before = before.islower() and not before.isascii() and text[max(0, at - 4) : at - 1].isalpha()
        return at if word_before or before in '»")%' else None
    if not following.isalpha():
        return None if before.isspace() or following == "_" else at
    word = _LETTERS.match(text, at)
    assert word is not None
    right = word[0]
    start = at - 1
    while start > 0 and (text[start - 1].isalpha() or (text[start - 1].isdigit() and right.lower() in _DOMAINS)):
        start -= 1
    left = text[start : at - 1]
    if text[at - 1] == ".":
        initial = len(left) == 1 and left.isupper()
        latin = left.isascii() and right.isascii() and left != ""
        if initial or latin or (left and right.lower() in _DOMAINS) or left.lower() in _dotted_names():
            return None
        if _is_marked(text, start, word.end()):
            return None
    if right[0].islower():
        return at if len(left) > 3 and len(right) > 2 and not left.isascii() and not right[0].isascii() else None
    return None if before.isspace() else at


def _is_marked(text: str, start: int, end: int) -> bool:
    """Whether marks enclose a span of one or two words, which then are a name ("«Заря.Дети»", "«ЗаряМедиа»")."""
    return text[start - 1 : start] in _OPEN and text[end : end + 1] in _CLOSE


def _beside_mark(text: str, mark: int) -> int | None:
    """Returns where the space is missing beside a straight mark with something stuck to both its sides."""
    if not text[mark + 1 : mark + 2].isalnum():
        return None
    return mark if _opens(text, mark) else mark + 1


def _opens(text: str, mark: int) -> bool:
    """Whether the straight mark at this offset opens: by white space beside the marks before it in its line."""
    opens = False
    nearest = max(0, mark - _LOOK_BACK)
    for i in range(max(text.rfind("\n", nearest, mark) + 1, nearest), mark + 1):
        if text[i] == '"':
            after = i > 0 and (text[i - 1].isspace() or text[i - 1] in "(«")
            before = text[i + 1 : i + 2]
            closes = not before or before.isspace() or before in ",.!?;:)"
            opens = after if after != closes else not opens
    return opens


_PLACES = {
    **dict.fromkeys(",;", _after_comma),
    **dict.fromkeys(".!?…", _after_stop),
    ":": _after_colon,
    "»": _after_closing_mark,
    ")": _after_bracket,
}


def _stuck_to_digits(text: str) -> Iterator[Edit]:
    """Yields a line break after the time or the year of a dateline, a space before and after another number."""
    for match in _AFTER_DIGITS.finditer(text):
        at = match.end()
        yield Edit(at, at, "\n" if _TIME_OR_YEAR.search(text, max(0, at - 6), at) else " ")
    for match in _BEFORE_NUMBER.finditer(text):
        at = match.end()
        if _WORD_BEFORE.search(text, max(0, at - 40), at):
            yield Edit(at, at, " ")


def _breaks(text: str) -> Iterator[Edit]:
    """Yields a line break for each run of spaces, and each remnant of an escape, that stands for one."""
    for match in _SPACES.finditer(text):
        yield Edit(match.start(), match.end(), "\n")
    for match in _ESCAPED_BREAK.finditer(text):
        start, end = match.span()
        before, after = text[start - 1 : start] or " ", text[end : end + 1] or " "
        instead = "\n" if len(match[0]) == 2 else _in_place_of_break(before, after)
        if instead is not None:
            yield Edit(start, end, instead)


def _in_place_of_break(before: str, after: str) -> str | None:
    """Returns what an "n" between two characters was as an escaped line break, None if it is a letter.

    Such breaks part sentences, and stand on both sides of what was a link within one.
    """
    if before in '.!?…»)"' and (after.isupper() or after in '«"—–'):
        return "\n"
    if not (_is_cyrillic(before) or _is_cyrillic(after)):
        return None
    if not (before.isalnum() or before in "—,»") or not (after.isalnum() or after in '«"'):
        return ""
    return "\n" if _is_cyrillic(before) and _is_cyrillic(after) and after.isupper() else " "


def _is_cyrillic(character: str) -> bool:
    return "Ѐ" <= character <= "ԯ"


def _glued_words(text: str, signs: int) -> Iterator[Edit]:
    """Yields the space that is missing at each place where words are glued together.

    `signs` is how many other places of the text are glued, without those that are found here.
    """
    if not any(map(gluing.may_be_glued, set(_WORD.findall(text)))):
        return
    seen = frozenset(_LETTERS.findall(text))
    seamless: list[Edit] = []
    found: dict[str, tuple[int, ...]] = {}
    for match in _WORD.finditer(text):
        word, start, end = match[0], match.start(), match.end()
        beside = text[start - 1 : start], text[end : end + 1]
        if gluing.may_be_glued(word) and _IN_ADDRESS.isdisjoint(beside) and not _is_marked(text, start, end):
            if word not in found:
                found[word] = gluing.cuts(word, seen)
            edits = [Edit(start + cut, start + cut, " ") for cut in found[word]]
            if gluing.has_seam(word):
                signs += bool(edits)
                yield from edits
            else:
                seamless += edits
    if signs >= _SIGNS:
        yield from seamless


def _joined_lines(text: str) -> Iterator[Edit]:
    """Yields a space for each line break within a sentence: where a page wrapped a line, or a link was cut out."""
    if "\n" not in text:
        return
    ends = [match.span() for match in _LINE_END.finditer(text)]
    lines = [text[end:start] for (_, end), (start, _) in pairwise([(0, 0), *ends, (len(text), len(text))])]
    holes = any(map(_GOES_ON.match, lines[1:]))
    open_lines = [
        len(line)
        for line, following in pairwise(lines)
        if len(line) >= _WRAPPED_LINE and _ends_open(line) and following[:1].islower()
    ]
    wrapped = len(open_lines) >= max(_WRAPPED_LINES, _WRAPPED_SHARE * len(lines))
    width = _WRAPPED_LENGTH * median(open_lines) if wrapped else len(text) + 1
    for (start, end), (line, following) in zip(ends, pairwise(lines), strict=True):
        if not line or not following:
            continue
        one = text.count("\n", start, end) == 1
        if text[start:end] == _HOLE and _ends_open(line):
            joined = True
        elif _GOES_ON.match(following):
            # An empty line without a space in it parts paragraphs: a headline, and a dateline that lost its city.
            joined = one or text[start] == " "
        else:
            goes_on = following[0].islower() and _ends_open(line) and (holes or len(line) >= _WRAPPED_LINE)
            wraps = len(line) >= width and _may_wrap(line) and not _LIST_ITEM.match(following)
            joined = one and (goes_on or wraps)
        if joined:
            yield Edit(start, end, " ")


def _ends_open(line: str) -> bool:
    """Whether a line ends as a sentence does not: in a letter, a comma, a dash or a closing mark."""
    return line[-1:].isalpha() or line[-1:] in _ENDS_OPEN


def _may_wrap(line: str) -> bool:
    """Whether a line of a wrapped text may go on in the next one: it has no stop at its end, but for an initial's."""
    return line[-1] not in ".!?…:" or (line[-1] == "." and line[-2:-1].isupper())


@cache
def _dotted_names() -> frozenset[str]:
    return words("dotted_names.tsv")
