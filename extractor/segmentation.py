"""Paragraphs, sentences and tokens: Razdel, within lines that a page did not merely wrap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import razdel

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

# What stands between two spaces, in the parts that Razdel's rules make of it whatever stands beside: a word, perhaps
# of several with hyphens, perhaps between marks and before a stop, a number that no number follows, or a single
# character.  All but a fiftieth are such in news.  A row of ten equal marks is an ornament, and one token.  The last
# group is all else, and Razdel's own.
_LETTERS = "(?:[а-яё]+|[a-z]+)"
_CHUNK = re.compile(
    rf"(?:([«„\"(]?)({_LETTERS}(?:-{_LETTERS})*)([»”\")]?)([,.;:?…]?)(?=\s|\Z)"
    r"|(\d+)([,.]?)(?=\s+[^\d\s]|\s*\Z)"
    r"|(\S)(?=\s|\Z)"
    rf"|({'|'.join(f'{mark}{{10,}}' for mark in _MARKS)})(?=\s|\Z)"
    r"|(\S+))",
    re.IGNORECASE,
)
_ELSE = _CHUNK.groups


class Piece(NamedTuple):
    """A token: the characters [start, end) of the text."""

    start: int
    end: int
    text: str


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


def sentences(text: str, start: int, end: int) -> Iterator[list[Piece]]:
    """The sentences of the paragraph [start, end) as lists of tokens, none longer than `MAX_SENTENCE`."""
    for stretch in _SENTENCES.finditer(text, start, end):
        for sentence in razdel.sentenize(stretch.group()):
            pieces = list(tokens(sentence.text, stretch.start() + sentence.start))
            while pieces:
                cut = len(pieces) if len(pieces) <= MAX_SENTENCE else _cut(pieces)
                yield pieces[:cut]
                pieces = pieces[cut:]


def tokens(text: str, offset: int) -> Iterator[Piece]:
    """Razdel's tokens of `text`, which begins at `offset`, with marks and dashes split off."""
    for stretch in _WORDS.finditer(text):
        at = offset + stretch.start()
        words = stretch.group()
        before = 0
        for chunk in _CHUNK.finditer(words):
            if chunk.lastindex == _ELSE:
                yield from _razdel_tokens(words, before, chunk, at)
            else:
                start = at + chunk.start()
                for part in chunk.groups():
                    if part:
                        end = start + len(part)
                        yield Piece(start, end, part)
                        start = end
            before = chunk.start()


def _razdel_tokens(words: str, before: int, chunk: re.Match[str], offset: int) -> Iterator[Piece]:
    """The tokens of a chunk of `words`.  Razdel's rules look one atom beyond it: one chunk before and after is read."""
    following = _CHUNK.search(words, chunk.end())
    window = words[before : following.end() if following else chunk.end()]
    for token in razdel.tokenize(window):
        start = before + token.start
        if not chunk.start() <= start < chunk.end():
            continue
        if len(token.text) > 1 and not _HARD.isdisjoint(token.text):
            for part in _SPLIT_OFF.finditer(token.text):
                yield Piece(offset + start + part.start(), offset + start + part.end(), part.group())
        else:
            yield Piece(offset + start, offset + start + len(token.text), token.text)


def _cut(pieces: list[Piece]) -> int:
    """Where to cut an overlong sentence: after the last mark of punctuation that leaves no tiny rest."""
    for i in range(MAX_SENTENCE - 1, MAX_SENTENCE // 2, -1):
        if pieces[i].text in ".!?…;,":
            return i + 1
    return MAX_SENTENCE
