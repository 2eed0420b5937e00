"""`clean`, which makes of a raw text the clean one that the stages read.

Scraped text holds soft hyphens, accents over stressed vowels, no-break spaces, emoji, HTML entities, Markdown and
letters of the wrong alphabet.  Each pass here looks for one kind of them in what the pass before it left, and yields
`Edit`s.  A pass is asked only for a text that has one of its characters: most have none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from extractor.reading.characters import CLOSING_MARKS, EMOJI, FLAG_LETTERS, MAY_CLOSE, OPENING_MARKS, STOPS
from extractor.reading.lookalikes import LATIN_LETTERS, exchanged_letters
from extractor.reading.markup import (
    ENTITIES,
    LINKS,
    MARKUP,
    TYPED_MARKS,
    entities,
    links,
    marks_of_markdown,
    typed_marks,
)
from extractor.reading.text import Edit, SourceText

# Soft hyphen, zero-width characters, direction marks, byte order mark, variation selectors: removed.
_INVISIBLE = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
_COMBINING = "\u0300-\u036f"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_LINE_BREAKS = "\u000b\u000c\u001c-\u001e\u0085\u2028\u2029"
_CONTROL = "\u0000-\u0008\u000e-\u001b\u001f\u007f-\u0084\u0086-\u009f"
_SURROGATES = "\ud800-\udfff"

# One odd character and what belongs to it: the \n of \r\n, further combining marks.  This pattern and the other ones
# that are tried on every text begin with a plain character set because Python's `re` scans for nothing else as fast.
_ODD = re.compile(
    f"[\r{_INVISIBLE}{_COMBINING}{_SPACES}{_LINE_BREAKS}{_CONTROL}{_SURROGATES}]"
    f"(?:(?<=\r)\n|(?<=[{_COMBINING}])[{_COMBINING}]+)?"
)
_LETTER = re.compile(r"[^\W\d_]")
_COMBINING_RUN = re.compile(f"[{_COMBINING}]+")
_SURROGATE = re.compile(f"[{_SURROGATES}]")
_LINE_BREAK = re.compile(f"[\r{_LINE_BREAKS}]")

_EMOJI = re.compile(f"[{EMOJI}](?:[{EMOJI} \t]*[{EMOJI}])?[ \t]*")
# Flags, and the rings round the digits of keycaps, which have no emoji before them.
_NO_BREAK = re.compile(f"[{FLAG_LETTERS} \t]+|\u20e3.*")
_OPENS = OPENING_MARKS | frozenset("([")
_CLOSES = CLOSING_MARKS | STOPS | frozenset(",;:)]”")


def clean(raw: str) -> SourceText:
    """Returns a raw text with its clean version.  Raises TypeError if `raw` is no str."""
    if not isinstance(raw, str):
        raise TypeError(f"a text must be a str, not {type(raw).__name__}")
    source = SourceText(raw, raw)
    for sign, edits in _PASSES:
        if sign.search(source.text):
            source = source.edited(edits(source.text))
    return source


def _odd_characters(text: str) -> Iterator[Edit]:
    """Characters that cannot be seen go; spaces, line breaks and letters with accents become plain ones."""
    last = 0
    for match in _ODD.finditer(text):
        start, end = match.span()
        if start > last and _COMBINING_RUN.match(text, start) and _LETTER.match(text, start - 1):
            start -= 1
        yield Edit(start, end, _plain(text[start:end]))
        last = end


def _plain(odd: str) -> str:
    """Returns what the clean text has in place of one match of `_ODD`, or of a letter with its combining marks."""
    if _LINE_BREAK.match(odd):
        return "\n"
    if _SURROGATE.match(odd):
        return "\ufffd"
    if _COMBINING_RUN.search(odd):
        base = odd[0] if not _COMBINING_RUN.match(odd) else ""
        composed = unicodedata.normalize("NFC", odd)
        return composed[:1] if base and composed[:1] != base else base
    if unicodedata.category(odd) == "Cf" or "\ufe00" <= odd <= "\ufe0f":
        return ""
    return " "


def _emoji(text: str) -> Iterator[Edit]:
    """Emoji go, with the spaces beside them, and leave what separates as they did."""
    for match in _EMOJI.finditer(text):
        start, end = match.span()
        while start and text[start - 1] in " \t":
            start -= 1
        yield Edit(start, end, _separator(text[start - 1 : start], match[0], text[end : end + 1]))


def _separator(before: str, emoji: str, after: str) -> str:
    """Returns what takes the place of emoji between two characters, which are empty at the edges of the text.

    At the edge of a line and inside marks nothing does.  Between a word and a capital letter emoji stand for a line
    break: of the 85 rows of emoji amid a line of real/train and pool 64 stand so, and all of them separate headlines,
    items of a list or sentences.  Flags stand beside the names of athletes and separate nothing.
    """
    if before in ("", "\n"):
        return "\n" if before and after.islower() else ""  # lest an item of a list go on in the next one
    if after in ("", "\n") or after in _CLOSES or before in _OPENS:
        return ""
    separates = after.isupper() and before not in STOPS and before not in MAY_CLOSE and not _NO_BREAK.fullmatch(emoji)
    return "\n" if separates else " "


# The passes in their order, each with the pattern without which it has nothing to do.
_PASSES: tuple[tuple[re.Pattern[str], Callable[[str], Iterator[Edit]]], ...] = (
    (ENTITIES, entities),
    (_ODD, _odd_characters),
    (TYPED_MARKS, typed_marks),
    (LINKS, links),
    (MARKUP, marks_of_markdown),
    (_EMOJI, _emoji),
    (LATIN_LETTERS, exchanged_letters),
)
