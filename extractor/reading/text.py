"""The text as the stages read it, and the way back to the text as it was given.

Scraped text holds characters that say nothing and break every model: soft hyphens, accents over
vowels, no-break spaces, carriage returns, lone surrogates.  The stages read a clean text; a
:class:`SourceText` maps its spans to the given one, so that offsets always hold there.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

# Dropped: soft hyphen, zero-width characters, direction marks, byte order mark, variation selectors.
_INVISIBLE = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
_COMBINING = "\u0300-\u036f"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_LINE_BREAKS = "\u000b\u000c\u001c-\u001e\u0085\u2028\u2029"
_CONTROL = "\u0000-\u0008\u000e-\u001b\u001f\u007f-\u0084\u0086-\u009f"
_SURROGATES = "\ud800-\udfff"

# One odd character, with what belongs to it behind: it begins with a set, which alone is sought fast.
_ODD = re.compile(
    f"[\r{_INVISIBLE}{_COMBINING}{_SPACES}{_LINE_BREAKS}{_CONTROL}{_SURROGATES}]"
    f"(?:(?<=\r)\n|(?<=[{_COMBINING}])[{_COMBINING}]+)?"
)
_LETTER = re.compile(r"[^\W\d_]")
_COMBINING_RUN = re.compile(f"[{_COMBINING}]+")
_SURROGATE = re.compile(f"[{_SURROGATES}]")
_LINE_BREAK = re.compile(f"[\r{_LINE_BREAKS}]")


@dataclass(frozen=True, slots=True)
class SourceText:
    """A given text (`raw`) beside the clean one (`text`) and the places where they part.

    `clean_at` and `raw_at` hold, in ascending order, clean positions from which on a constant shift
    to raw positions applies.
    """

    raw: str
    text: str
    clean_at: tuple[int, ...]
    raw_at: tuple[int, ...]

    def raw_position(self, position: int) -> int:
        """The raw position of the clean character at `position`."""
        i = bisect_right(self.clean_at, position) - 1
        return self.raw_at[i] + position - self.clean_at[i]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw [start, end) of a clean, non-empty [start, end): marks over its last letter stay in."""
        if len(self.clean_at) == 1:  # nothing shifts, so the text has no such marks
            return start, end
        raw_start, raw_end = self.raw_position(start), self.raw_position(end - 1) + 1
        marks = _COMBINING_RUN.match(self.raw, raw_end)
        return raw_start, marks.end() if marks else raw_end


def clean(raw: str) -> SourceText:
    """The `SourceText` of a given text.  Raises TypeError if it is no string."""
    if not isinstance(raw, str):
        raise TypeError(f"a text must be a str, not {type(raw).__name__}")
    pieces: list[str] = []
    clean_at, raw_at = [0], [0]
    length = last = 0
    for match in _ODD.finditer(raw):
        odd, start = match.group(), match.start()
        if start > last and _COMBINING_RUN.match(odd) and _LETTER.match(raw, start - 1):
            start -= 1
            odd = raw[start] + odd
        replacement = _replacement(odd)
        pieces += (raw[last:start], replacement)
        length += start - last + len(replacement)
        last = match.end()
        if len(replacement) != last - start:
            clean_at.append(length)
            raw_at.append(last)
    pieces.append(raw[last:])
    return SourceText(raw, "".join(pieces), tuple(clean_at), tuple(raw_at))


def printable(raw: str) -> str:
    """`raw` with lone surrogates as U+FFFD, so that it can be encoded; positions do not move."""
    return _SURROGATE.sub("\ufffd", raw)


def _replacement(odd: str) -> str:
    """What stands for something odd, accents with their letter: at most as many characters, the first in its place."""
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
