"""A text as it was given and as the stages read it, and the mapping between both.

Scraped text holds much that carries no meaning but is unknown to every model.  `cleaning.clean` and `mending.mends` say
what to remove, replace and insert, as `Edit`s; `SourceText.edited` applies them and keeps the way back, so that offsets
in records always refer to the raw text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_SURROGATE = re.compile("[\ud800-\udfff]")


class Edit(NamedTuple):
    """A change to a text: `text` in place of the characters [start, end), which may be none."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text as it was given (`raw`) and as the stages read it (`text`), with the mapping of positions between them.

    `SourceText(raw, raw)` is a text that nothing has changed yet.

    From position `clean_at[i]` of the clean text up to the next entry, a clean position plus `raw_at[i] - clean_at[i]`
    is the raw position.  What the clean character right before `clean_at[i]` stands for ends at `raw_until[i]` in the
    raw text; from there to `raw_at[i]` lies what was removed.  All three tuples begin with what belongs to clean
    position 0; `clean_at` ascends, and so do the others unless the text was rearranged.
    """

    raw: str
    text: str
    clean_at: tuple[int, ...] = (0,)
    raw_at: tuple[int, ...] = (0,)
    raw_until: tuple[int, ...] = (0,)

    def raw_position(self, position: int) -> int:
        """Returns the offset in the raw text of the character at `position` of the clean text."""
        i = bisect_right(self.clean_at, position)
        raw = self.raw_at[i - 1] + position - self.clean_at[i - 1]
        # What was inserted stands for nothing: it lies where the text before it ends.
        return min(raw, self.raw_until[i]) if i < len(self.clean_at) else raw

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Maps a non-empty span [start, end) of the clean text to the raw text.

        The raw span covers all that its characters stand in place of (an HTML entity, a letter with its accent), and
        nothing that was removed before the first or after the last of them.
        """
        if len(self.clean_at) == 1 and self.raw_at[0] == 0:  # positions are the same
            return start, end
        return self.raw_position(start), self._raw_end(end)

    def edited(self, edits: Iterable[Edit]) -> SourceText:
        """Returns this text with the edits, which ascend and do not overlap; positions are those of `self.text`.

        The characters of a replacement as long as what it replaces stand for those one by one; else the last one stands
        for all that the others do not.
        """
        pieces: list[str] = []
        clean_at: list[int] = []
        raw_at: list[int] = []
        raw_until: list[int] = []

        def add(position: int, raw: int, until: int) -> None:
            if clean_at and clean_at[-1] == position:
                raw_at[-1] = raw
            else:
                clean_at.append(position)
                raw_at.append(raw)
                raw_until.append(until)

        # How much longer the edited text is than this one up to `last`; the next of this text's points.
        last = longer = point = 0
        for start, end, text in edits:
            pieces += (self.text[last:start], text)
            last = end
            grows = len(text) - (end - start)
            kept = end if grows == 0 else start
            while point < len(self.clean_at) and self.clean_at[point] <= kept:
                add(self.clean_at[point] + longer, self.raw_at[point], self.raw_until[point])
                point += 1
            if grows:
                while point < len(self.clean_at) and self.clean_at[point] <= end:
                    point += 1
                longer += grows
                add(end + longer, self.raw_position(end), self._raw_end(end if text else start))
        if not pieces:
            return self
        pieces.append(self.text[last:])
        for i in range(point, len(self.clean_at)):
            add(self.clean_at[i] + longer, self.raw_at[i], self.raw_until[i])
        return SourceText(self.raw, "".join(pieces), tuple(clean_at), tuple(raw_at), tuple(raw_until))

    def rearranged(self, parts: Sequence[tuple[int, int]]) -> SourceText:
        """Returns these parts of the text in this order, with a line break between two of them.

        They are non-empty spans [start, end) of `self.text` that do not overlap.
        """
        clean_at: list[int] = []
        raw_at: list[int] = []
        raw_until: list[int] = []
        length = raw_end = 0
        for start, end in parts:
            points = range(bisect_right(self.clean_at, start), bisect_left(self.clean_at, end))
            clean_at += (length, *(self.clean_at[i] - start + length for i in points))
            raw_at += (self.raw_position(start), *(self.raw_at[i] for i in points))
            raw_until += (raw_end, *(self.raw_until[i] for i in points))
            length += end - start
            raw_end = self._raw_end(end)
            clean_at.append(length)
            raw_at.append(raw_end)
            raw_until.append(raw_end)
            length += 1
        text = "\n".join(self.text[start:end] for start, end in parts)
        return SourceText(self.raw, text, tuple(clean_at), tuple(raw_at), tuple(raw_until))

    def _raw_end(self, end: int) -> int:
        """Returns the end in the raw text of the clean character right before `end`, 0 for the start of the text."""
        i = bisect_right(self.clean_at, end - 1)
        if i == len(self.clean_at):
            return self.raw_position(end - 1) + 1
        return self.raw_until[i] if self.clean_at[i] == end else min(self.raw_position(end - 1) + 1, self.raw_until[i])


def printable(raw: str) -> str:
    """Returns `raw` with lone surrogates as U+FFFD, so that it can be encoded.  Positions stay the same."""
    return _SURROGATE.sub("\ufffd", raw)
