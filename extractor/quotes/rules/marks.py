"""Quotation marks paired over a text: which mark opens, which closes, what stands inside which.

Straight marks look alike on both sides; pages lose one of a pair, double them, put spaces inside, open every
paragraph of a long quote anew.  What a mark does is told by its neighbours where they tell, and else by what
is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.characters import CLOSING_MARKS, DASHES, EITHER_MARKS, MARKS, OPENING_MARKS, STOPS

_APOSTROPHES = frozenset("'’")

# How many paragraphs a quote may run over before a mark that is never closed counts as a slip.
_MAX_PARAGRAPHS = 12


class Quoted(NamedTuple):
    """A stretch between marks.

    `open` and `close` are the tokens of the marks (`close` is None where it is missing); `parts` is what
    stands between, a span a paragraph; `depth` is 0 for the outermost.
    """

    open: int
    close: int | None
    parts: tuple[TokenSpan, ...]
    depth: int

    @property
    def end(self) -> int:
        """The first token after the stretch and its closing mark."""
        return self.close + 1 if self.close is not None else self.parts[-1].end


def quoted(analysis: Analysis) -> list[Quoted]:
    """All stretches between marks, in the order of their opening; an empty one is none."""
    pairs: list[tuple[int, int, int]] = []
    opened: list[int] = []
    closed: list[int] = []
    for marks in _by_paragraph(analysis):
        found, left_open, left_closed = _pair(analysis, marks)
        pairs += found
        opened += left_open
        closed += left_closed
    stretches = [
        Quoted(start, end, (TokenSpan(start + 1, end),), depth) for start, end, depth in pairs if end > start + 1
    ]
    stretches, opened = _opened_anew(analysis, stretches, opened)
    stretches += _over_paragraphs(analysis, opened, closed)
    stretches = [_with_apostrophes(analysis, stretch) for stretch in stretches]
    return _nest(sorted(stretches, key=lambda stretch: (stretch.open, -stretch.end)))


def _with_apostrophes(analysis: Analysis, stretch: Quoted) -> Quoted:
    """The stretch with the apostrophes that wikis put outside its marks (''«…»'') counted among them."""
    tokens = analysis.tokens
    start, close = stretch.open, stretch.close
    while start and _APOSTROPHES.issuperset(tokens[start - 1].text):
        start -= 1
    while close is not None and close + 1 < len(tokens) and _APOSTROPHES.issuperset(tokens[close + 1].text):
        close += 1
    return stretch._replace(open=start, close=close) if (start, close) != (stretch.open, stretch.close) else stretch


def _by_paragraph(analysis: Analysis) -> Iterator[list[int]]:
    """The marks of each paragraph that has some."""
    tokens = analysis.tokens
    marks = [index for index in analysis.marks if tokens[index].text in MARKS]
    return (list(held) for _, held in groupby(marks, lambda index: tokens[index].paragraph))


def _pair(analysis: Analysis, marks: Sequence[int]) -> tuple[list[tuple[int, int, int]], list[int], list[int]]:
    """Pairs (open, close, depth) of a paragraph's marks, and those that stay alone, opening and closing."""
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
            # "A" B", — сказал X: the mark in the middle was the stray one
            pairs.append((pairs.pop()[0], index, 0))
        else:
            alone.append(index)
    # «A «B» with one closing mark for both: typographers let the inner one go.
    if stack and pairs and analysis.tokens[stack[-1]].text in OPENING_MARKS and stack[-1] < pairs[-1][0]:
        pairs.append((stack.pop(), pairs[-1][1], len(stack)))
    return pairs, stack, alone


def _opens(analysis: Analysis, index: int, paragraph: TokenSpan, stack: Sequence[int]) -> bool:
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
    free_left = before is None or before.end < token.start or before.text in MARKS or before.text in "([—–-"
    free_right = after is None or token.end < after.start
    word_right = after is not None and (after.text[0].isalnum() or after.text in MARKS or after.text in "….#@№$[(—–")
    if free_left != free_right:
        return free_left and word_right
    # Leaning on both sides or on none: it opens where nothing is open, unless the sentence ends with it.
    return not stack and (free_left or (after is not None and after.text[0].isalnum()))


def _ends_clause(analysis: Analysis, index: int, paragraph: TokenSpan) -> bool:
    """Whether a straight mark is followed by the comma or full stop that ends an utterance."""
    following = index + 1
    return (
        analysis.tokens[index].text in EITHER_MARKS
        and following < paragraph.end
        and analysis.tokens[following].text in {",", "."}
    )


def _opened_anew(analysis: Analysis, stretches: list[Quoted], opened: list[int]) -> tuple[list[Quoted], list[int]]:
    """Joins paragraphs that a mark opens each and none closes to the stretch that begins the next one."""
    if not opened:
        return stretches, opened
    first = {stretch.open: stretch for stretch in stretches}
    alone = set(opened)
    for start in reversed(opened):
        paragraph = analysis.paragraph_of(start)
        following = first.get(paragraph.end)
        if start != paragraph.start or following is None or len(following.parts) >= _MAX_PARAGRAPHS:
            continue
        if not _attributed_inside(analysis, paragraph):
            del first[following.open]
            part = TokenSpan(start + 1, paragraph.end)
            first[start] = following._replace(open=start, parts=(part, *following.parts))
            alone.discard(start)
    return list(first.values()), sorted(alone)


def _attributed_inside(analysis: Analysis, paragraph: TokenSpan) -> bool:
    """Whether a comma or full stop with a dash parts an attribution off: the mark was lost before it."""
    tokens = analysis.tokens
    return any(
        tokens[index].text in DASHES and tokens[index - 1].text in {",", *STOPS}
        for index in range(paragraph.start + 2, paragraph.end)
    )


def _over_paragraphs(analysis: Analysis, opened: Sequence[int], closed: Sequence[int]) -> Iterator[Quoted]:
    """Stretches from a lone opening mark: to a lone closing one some paragraphs on, else to its paragraph's end."""
    tokens = analysis.tokens
    closing = iter([*closed, -1])
    close = next(closing)
    done = -1
    for position, start in enumerate(opened):
        if start <= done:
            continue
        while 0 <= close < start:
            close = next(closing)
        first = tokens[start].paragraph
        if (
            close >= 0
            and 0 < tokens[close].paragraph - first <= _MAX_PARAGRAPHS
            and _continues(analysis, start, close, opened[position + 1 :])
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


def _continues(analysis: Analysis, start: int, close: int, opened: Sequence[int]) -> bool:
    """Whether lone opening marks between the two only open paragraphs of the same quote."""
    between = [index for index in opened[: _MAX_PARAGRAPHS + 1] if index < close]
    return all(analysis.paragraph_of(index).start == index for index in between)


def _nest(stretches: Sequence[Quoted]) -> list[Quoted]:
    """The stretches with their depth counted; doubled marks («« … »») make one stretch."""
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
