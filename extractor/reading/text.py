"""The clean text that the stages read, and the mapping from it back to the raw text as it was given.

Scraped text holds characters that carry no meaning but are unknown to every model: soft hyphens, accents over stressed
vowels, no-break spaces, carriage returns, lone surrogates.  `clean` removes or replaces them; the `SourceText` that it
returns maps spans of the clean text to the raw one, so that offsets in records always refer to the raw text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

# Soft hyphen, zero-width characters, direction marks, byte order mark, variation selectors: removed.
_INVISIBLE = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
_COMBINING = "\u0300-\u036f"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_LINE_BREAKS = "\u000b\u000c\u001c-\u001e\u0085\u2028\u2029"
_CONTROL = "\u0000-\u0008\u000e-\u001b\u001f\u007f-\u0084\u0086-\u009f"
_SURROGATES = "\ud800-\udfff"

# One odd character and what belongs to it: the \n of \r\n, further combining marks.  The pattern begins with a plain
# character set because Python's `re` scans for nothing else as fast.
_ODD = re.compile(
    f"[\r{_INVISIBLE}{_COMBINING}{_SPACES}{_LINE_BREAKS}{_CONTROL}{_SURROGATES}]"
    f"(?:(?<=\r)\n|(?<=[{_COMBINING}])[{_COMBINING}]+)?"
)
_LETTER = re.compile(r"[^\W\d_]")
_COMBINING_RUN = re.compile(f"[{_COMBINING}]+")
_SURROGATE = re.compile(f"[{_SURROGATES}]")
_LINE_BREAK = re.compile(f"[\r{_LINE_BREAKS}]")


class Edit(NamedTuple):
    """A change to a text: `text` in place of the characters [start, end), which may be none."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text as it was given (`raw`) and as the stages read it (`text`), with the mapping of positions between them.

    From position `clean_at[i]` of the clean text up to the next entry, a clean position plus `raw_at[i] - clean_at[i]`
    is the raw position.  Both tuples ascend and begin with 0.
    """

    raw: str
    text: str
    clean_at: tuple[int, ...]
    raw_at: tuple[int, ...]

    def raw_position(self, position: int) -> int:
        """Returns the offset in the raw text of the character at `position` of the clean text."""
        i = bisect_right(self.clean_at, position) - 1
        return self.raw_at[i] + position - self.clean_at[i]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Maps a non-empty span [start, end) of the clean text to the raw text.

        Combining marks over the last letter of the span are part of the raw span.
        """
        if len(self.clean_at) == 1:  # positions are the same, so the text has no combining marks
            return start, end
        raw_start, raw_end = self.raw_position(start), self.raw_position(end - 1) + 1
        marks = _COMBINING_RUN.match(self.raw, raw_end)
        return raw_start, marks.end() if marks else raw_end

    def edited(self, edits: Iterable[Edit]) -> SourceText:
        """Returns this text with the edits, which ascend and do not overlap; positions are those of `self.text`."""
        pieces: list[str] = []
        # Where the edited text begins to run along with this one again, after each edit.
        edited_at, clean_at = [0], [0]
        length = last = 0
        for start, end, text in edits:
            pieces += (self.text[last:start], text)
            length += start - last + len(text)
            last = end
            edited_at.append(length)
            clean_at.append(last)
        if last == 0 and not pieces:
            return self
        pieces.append(self.text[last:])
        points: dict[int, int] = {}
        for i, (edited, old) in enumerate(zip(edited_at, clean_at, strict=True)):
            points[edited] = self.raw_position(old)
            until = clean_at[i + 1] if i + 1 < len(clean_at) else len(self.text) + 1
            first, past = bisect_right(self.clean_at, old), bisect_right(self.clean_at, until - 1)
            for k in range(first, past):
                point = edited + self.clean_at[k] - old
                if i + 1 == len(edited_at) or point < edited_at[i + 1]:
                    points[point] = self.raw_at[k]
        return SourceText(self.raw, "".join(pieces), tuple(points), tuple(points.values()))


def clean(raw: str) -> SourceText:
    """Returns a raw text with its clean version.  Raises TypeError if `raw` is no str."""
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
    """Returns `raw` with lone surrogates as U+FFFD, so that it can be encoded.  Positions stay the same."""
    return _SURROGATE.sub("\ufffd", raw)


def _replacement(odd: str) -> str:
    """Returns what the clean text has in place of one match of `_ODD`, or of a letter with its combining marks.

    It is never longer than `odd`, and its first character, if any, stands where `odd` begins.
    """
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
