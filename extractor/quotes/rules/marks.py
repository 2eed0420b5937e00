"""Pairs the quotation marks of a text: which ones open, which ones close, and how the quoted stretches nest.

Straight marks look the same on both sides; web pages lose one mark of a pair, double marks, put spaces inside them and
repeat the opening mark at each paragraph of a long quote.  Whether a mark opens or closes is decided by the spaces and
characters beside it, and where they do not tell, by whether a stretch is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.characters import CLOSING_MARKS, DASHES, EITHER_MARKS, MARKS, OPENING_MARKS, STOPS

# A quote over more paragraphs than this is taken for a mark that somebody forgot to close.  The bound keeps one lost
# mark from swallowing the rest of a long page; swept 1–100, no difference.
_MAX_PARAGRAPHS = 12
# What may stand right before an opening mark, and right after one, besides spaces, marks and letters.
_BEFORE_OPENING, _AFTER_OPENING = "([—–-", "….#@№$[(—–"


class Quoted(NamedTuple):
    """A quoted stretch: a pair of quotation marks with the words between them.

    `open` and `close` are the tokens of the marks, `close` None where the closing mark is missing.  `parts` are the
    words between the marks, one span of tokens per paragraph.  `depth` counts the stretches round it.
    """

    open: int
    close: int | None
    parts: tuple[TokenSpan, ...]
    depth: int

    @property
    def end(self) -> int:
        """The index of the first token after the stretch and its closing mark."""
        return self.close + 1 if self.close is not None else self.parts[-1].end


def quoted(analysis: Analysis) -> list[Quoted]:
    """All quoted stretches of a text, in the order of their opening marks, without marks that have nothing between."""
    pairs: list[tuple[int, int, int]] = []
    opening: list[int] = []
    closing: list[int] = []
    for marks in _by_paragraph(analysis):
        found, lone_opening, lone_closing = _pair(analysis, marks)
        pairs += found
        opening += lone_opening
        closing += lone_closing
    stretches = [
        Quoted(start, end, (TokenSpan(start + 1, end),), depth) for start, end, depth in pairs if end > start + 1
    ]
    stretches, opening = _join_reopened(analysis, stretches, opening)
    stretches += _over_paragraphs(analysis, opening, closing)
    return _nest(sorted(stretches, key=lambda stretch: (stretch.open, -stretch.end)))


def _by_paragraph(analysis: Analysis) -> Iterator[list[int]]:
    """The quotation marks of each paragraph that has any."""
    tokens = analysis.tokens
    marks = [index for index in analysis.marks if tokens[index].text in MARKS]
    return (list(held) for _, held in groupby(marks, lambda index: tokens[index].paragraph))


def _pair(analysis: Analysis, marks: Sequence[int]) -> tuple[list[tuple[int, int, int]], list[int], list[int]]:
    """Pairs the marks of one paragraph.

    Returns the pairs as (open, close, depth), the opening marks without a closing one, and the closing ones without an
    opening one.
    """
    paragraph = analysis.paragraph_of(marks[0])
    pairs: list[tuple[int, int, int]] = []
    stack: list[int] = []
    alone: list[int] = []
    for index in marks:
        if _opens(analysis, index, paragraph, stack):
            stack.append(index)
        elif stack:
            pairs.append((stack.pop(), index, len(stack)))
        elif pairs and _ends_clause(analysis, index, paragraph):
            # "A" B", — сказал X: of three marks the middle one is the stray.
            pairs.append((pairs.pop()[0], index, 0))
        else:
            alone.append(index)
    # «A «B»: typographers print one closing mark where two would meet.
    if stack and pairs and analysis.tokens[stack[-1]].text in OPENING_MARKS and stack[-1] < pairs[-1][0]:
        pairs.append((stack.pop(), pairs[-1][1], len(stack)))
    return pairs, stack, alone


def _opens(analysis: Analysis, index: int, paragraph: TokenSpan, stack: Sequence[int]) -> bool:
    """Whether the mark `index` opens a stretch, given the marks of its paragraph that are open (`stack`)."""
    token = analysis.tokens[index]
    if token.text in OPENING_MARKS:
        return True
    if token.text in CLOSING_MARKS:
        return False
    tokens = analysis.tokens
    before = tokens[index - 1] if index > paragraph.start else None
    after = tokens[index + 1] if index + 1 < paragraph.end else None
    open_mark = tokens[stack[-1]].text if stack else None
    if token.text == "“" and open_mark == "„":
        return False
    if token.text == "”" and open_mark == "“":
        return False
    free_left = before is None or before.end < token.start or before.text in MARKS or before.text in _BEFORE_OPENING
    free_right = after is None or token.end < after.start
    word_right = after is not None and (after.text[0].isalnum() or after.text in MARKS or after.text in _AFTER_OPENING)
    if free_left != free_right:
        return free_left and word_right
    # Words or spaces on both sides do not tell: it opens where nothing is open, unless nothing follows that it could
    # open.
    return not stack and (free_left or (after is not None and after.text[0].isalnum()))


def _ends_clause(analysis: Analysis, index: int, paragraph: TokenSpan) -> bool:
    """Whether a mark that may open or close is followed by a comma or full stop, as at the end of an utterance."""
    following = index + 1
    return (
        analysis.tokens[index].text in EITHER_MARKS
        and following < paragraph.end
        and analysis.tokens[following].text in {",", "."}
    )


def _join_reopened(analysis: Analysis, stretches: list[Quoted], opening: list[int]) -> tuple[list[Quoted], list[int]]:
    """Joins paragraphs of one quote that each begin with an opening mark, only the last of which is closed.

    `opening` are the opening marks without a closing one; returns the stretches and the marks that are still without.
    """
    if not opening:
        return stretches, opening
    by_opening = {stretch.open: stretch for stretch in stretches}
    alone = set(opening)
    for start in reversed(opening):
        paragraph = analysis.paragraph_of(start)
        following = by_opening.get(paragraph.end)
        if start != paragraph.start or following is None or len(following.parts) >= _MAX_PARAGRAPHS:
            continue
        if not _attributed_inside(analysis, paragraph):
            del by_opening[following.open]
            part = TokenSpan(start + 1, paragraph.end)
            by_opening[start] = following._replace(open=start, parts=(part, *following.parts))
            alone.discard(start)
    return list(by_opening.values()), sorted(alone)


def _attributed_inside(analysis: Analysis, paragraph: TokenSpan) -> bool:
    """Whether a dash after a comma or full stop begins an attribution in a paragraph, before which a mark was lost."""
    tokens = analysis.tokens
    return any(
        tokens[index].text in DASHES and tokens[index - 1].text in {",", *STOPS}
        for index in range(paragraph.start + 2, paragraph.end)
    )


def _over_paragraphs(analysis: Analysis, opening: Sequence[int], closing: Sequence[int]) -> Iterator[Quoted]:
    """The stretches that unpaired opening marks begin.

    Each runs to an unpaired closing mark up to `_MAX_PARAGRAPHS` further on, else to the end of its paragraph.
    """
    tokens = analysis.tokens
    closing_marks = iter([*closing, -1])
    close = next(closing_marks)
    done = -1
    for position, start in enumerate(opening):
        if start <= done:
            continue
        while 0 <= close < start:
            close = next(closing_marks)
        first = tokens[start].paragraph
        if (
            close >= 0
            and 0 < tokens[close].paragraph - first <= _MAX_PARAGRAPHS
            and _is_one_quote(analysis, close, opening[position + 1 :])
        ):
            parts = []
            for number in range(first, tokens[close].paragraph + 1):
                begin, end = analysis.paragraphs[number]
                begin = start + 1 if number == first else begin + (tokens[begin].text in MARKS)
                end = min(end, close)
                if begin < end:
                    parts.append(TokenSpan(begin, end))
            done = close
            if parts:
                yield Quoted(start, close, tuple(parts), 0)
        elif start + 1 < analysis.paragraph_of(start).end:
            yield Quoted(start, None, (TokenSpan(start + 1, analysis.paragraph_of(start).end),), 0)


def _is_one_quote(analysis: Analysis, close: int, following: Sequence[int]) -> bool:
    """Whether the unpaired opening marks up to the closing one only repeat the first at the start of paragraphs."""
    between = [index for index in following[: _MAX_PARAGRAPHS + 1] if index < close]
    return all(analysis.paragraph_of(index).start == index for index in between)


def _nest(stretches: Sequence[Quoted]) -> list[Quoted]:
    """The stretches with their depths; doubled marks («« … »») make one stretch.  Takes them in order of opening."""
    nested: list[Quoted] = []
    enclosing: list[Quoted] = []
    for stretch in stretches:
        while enclosing and enclosing[-1].end <= stretch.open:
            enclosing.pop()
        if enclosing and stretch.open == enclosing[-1].open + 1 and stretch.end >= enclosing[-1].end - 1:
            doubled = enclosing.pop()
            nested.pop()
            stretch = stretch._replace(open=doubled.open, close=doubled.close)
        if stretch.depth != len(enclosing):
            stretch = stretch._replace(depth=len(enclosing))
        nested.append(stretch)
        enclosing.append(stretch)
    return nested
