"""Paragraphs, sentences and tokens: Razdel, within lines that a page did not merely wrap."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import razdel
from razdel.segmenters.punct import DASHES
from razdel.segmenters.sentenize import DELIMITERS, SentSegmenter, SentSplit

from extractor.morphology import Kept

# A page may break a line in the middle of a sentence.  Such a line is of some length, ends in a letter,
# a comma, a dash or a closing mark, and goes on in lower case on the very next line.
_WRAPPED_LINE = 25
_ENDS_OPEN = ',—–-»")%'
_LINE = re.compile(r"[^\n]+")

# A mark of quotation or a dash is a token of its own even where Razdel joins it to others.
_MARKS = "«»„“”‟\"'‘’‚‹›—–―‒"
_SPLIT_OFF = re.compile(f"[{_MARKS}]|[^{_MARKS}]+")
_HARD = frozenset('«»„“”‟"—–―‒')

# The networks read whole sentences; a 'sentence' longer than this is a table or has lost its stops.
MAX_SENTENCE = 256

# Razdel copies what it has joined so far at every split, and so takes the square of the time of a text that
# never splits (a paragraph without a full stop, a row of a million dots).  It gets stretches of bounded length:
# up to the end of a sentence, else to a space, else hard.
_SENTENCES = re.compile(r"(?s).{1,20000}(?:(?<=[.!?…])[»”\")]?(?=\s)|\Z)|.{1,20000}(?=\s)|.{1,20000}")
_WORDS = re.compile(r"(?s).{1,1000}(?=\s|\Z)|.{1,1000}")

# A sentence may end at a mark or smiley behind which, after a space, no word in small letters follows; Razdel's other
# rules look at so many characters to both sides of it.  The pattern begins with a set, which alone is sought fast.
_WINDOW = 10
_MAY_END = re.escape(DELIMITERS)
_END = re.compile(
    rf"[=:{_MAY_END}](?:(?<=[=:;])-?[)(]{{1,3}}|(?<=[{_MAY_END}]))"
    rf"(?=\s{{1,{_WINDOW - 1}}}\S)(?!\s+[a-zа-яё]++(?![^\W\d]))"
)

# What stands between two spaces, in the parts that Razdel's rules make of it: a word, perhaps of several with hyphens,
# perhaps between marks and before a stop, or a single character.  All but a twentieth are such in news.  A row of ten
# equal marks is an ornament, and one token.
_LETTERS = "(?:[а-яё]+|[a-z]+)"
_CHUNK = re.compile(
    rf"([«„\"(]?)({_LETTERS}(?:-{_LETTERS})*)([»”\")]?)([,.;:?…]?)"
    r"|(\S)"
    rf"|({'|'.join(f'{mark}{{10,}}' for mark in _MARKS)})",
    re.IGNORECASE,
)
# At its edges these may be joined to what stands beside, the second ones only to numbers.
_JOINING, _JOINING_NUMBERS = frozenset(DASHES + "_"), frozenset(".,/\\")
# A number before a mark is such too where no number follows.
_NUMBER = re.compile(r"(\d+)([,.])(?=\s+[^\d\s]|\s*\Z)")
_NEXT = re.compile(r"\S+")


class Piece(NamedTuple):
    """A token: the characters [start, end) of the text."""

    start: int
    end: int
    text: str


class Pieces(NamedTuple):
    """Tokens: where in the text each begins, and what it is.  Two lists: a tuple for each takes longer to make than
    all else that is done to find it.
    """

    starts: list[int]
    texts: list[str]


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """The [start, end) of each paragraph: a line that holds more than spaces, with its wrapped continuations."""
    start = line_start = end = -1
    for line in _LINE.finditer(text):
        if line.group().isspace():
            continue
        wrapped = start >= 0 and line.start() == end + 1 and _goes_on(text[line_start:end], line.group())
        if not wrapped and start >= 0:
            yield start, end
        if not wrapped:
            start = line.start()
        line_start, end = line.span()
    if start >= 0:
        yield start, end


def _goes_on(line: str, following: str) -> bool:
    """Whether a page wrapped `line` so that its sentence goes on in the line `following`."""
    line, following = line.rstrip(), following.lstrip()
    return (
        len(line) >= _WRAPPED_LINE
        and (line[-1].isalpha() or line[-1] in _ENDS_OPEN)
        and following[0].isalpha()
        and following[0].islower()
    )


def sentences(text: str, start: int, end: int) -> Iterator[Pieces]:
    """The tokens of each sentence of the paragraph [start, end), at most `MAX_SENTENCE` in one."""
    for stretch in _SENTENCES.finditer(text, start, end):
        for sentence in _sentenize(stretch.group()):
            starts, texts = tokens(sentence.text, stretch.start() + sentence.start)
            while len(texts) > MAX_SENTENCE:
                cut = _cut(texts)
                yield Pieces(starts[:cut], texts[:cut])
                starts, texts = starts[cut:], texts[cut:]
            if texts:
                yield Pieces(starts, texts)


def _possible_ends(text: str) -> Iterator[Any]:
    """The places where Razdel's rules may split a text, with the stretches before, between and behind them."""
    previous = 0
    for mark in _END.finditer(text):
        start, end = mark.span()
        yield text[previous:start]
        yield SentSplit(text[max(0, start - _WINDOW) : start], mark[0], text[end : end + _WINDOW])
        previous = end
    yield text[previous:]


_sentenize = SentSegmenter(_possible_ends)


def tokens(text: str, offset: int) -> Pieces:
    """Razdel's tokens of `text`, which begins at `offset`, with marks and dashes split off."""
    starts: list[int] = []
    texts: list[str] = []
    for stretch in _WORDS.finditer(text):
        at = offset + stretch.start()
        words = stretch.group()
        before = end = 0
        for chunk in words.split():
            start = words.find(chunk, end)
            end = start + len(chunk)
            parts = _parts[chunk]
            if parts is None:
                for first, _, part in _tokens_among(words, before, start, end):
                    starts.append(at + first)
                    texts.append(part)
            else:
                place = at + start
                for part in parts:
                    starts.append(place)
                    place += len(part)
                texts += parts
            before = start
    return Pieces(starts, texts)


def _parted(chunk: str) -> tuple[str, ...] | None:
    """The tokens of a chunk whatever stands beside it; None where that matters."""
    parts = _CHUNK.fullmatch(chunk)
    if parts:
        return tuple(filter(None, parts.groups()))
    return None if _may_be_joined(chunk) else tuple(piece.text for piece in _split(chunk))


_parts = Kept(_parted)


def _may_be_joined(chunk: str) -> bool:
    """Whether Razdel's rules ask what stands beside a chunk before they join the character at one of its edges."""
    first, last = chunk[0], chunk[-1]
    if not _JOINING.isdisjoint((first, last)) or first in _JOINING_NUMBERS:
        return True
    return last in _JOINING_NUMBERS and chunk[-2].isdecimal()


def _split(text: str) -> Iterator[Piece]:
    """Razdel's tokens of a text by its rules, with marks and dashes split off."""
    for token in razdel.tokenize(text):
        if len(token.text) > 1 and not _HARD.isdisjoint(token.text):
            for part in _SPLIT_OFF.finditer(token.text):
                yield Piece(token.start + part.start(), token.start + part.end(), part.group())
        else:
            yield Piece(token.start, token.stop, token.text)


def _tokens_among(words: str, before: int, start: int, end: int) -> Iterator[Piece]:
    """The tokens of the chunk [start, end) of `words`; the chunk before it begins at `before`."""
    number = _NUMBER.match(words, start)
    if number:
        yield Piece(start, number.end(1), number[1])
        yield Piece(number.start(2), end, number[2])
        return
    # Razdel's rules look one atom beyond it: one chunk before and after is read.
    following = _NEXT.search(words, end)
    for first, last, text in _split(words[before : following.end() if following else end]):
        if start <= before + first < end:
            yield Piece(before + first, before + last, text)


def _cut(texts: Sequence[str]) -> int:
    """Where to cut an overlong sentence: after the last mark of punctuation that leaves no tiny rest."""
    for i in range(MAX_SENTENCE - 1, MAX_SENTENCE // 2, -1):
        if texts[i] in ".!?…;,":
            return i + 1
    return MAX_SENTENCE
