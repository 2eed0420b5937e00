"""Paragraphs, sentences and tokens: Razdel, within lines that a page did not merely wrap."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import razdel
from razdel.segmenters.punct import DASHES
from razdel.segmenters.sentenize import BULLET_SIZE, DELIMITERS, SentSplit, sentenize
from razdel.segmenters.sokr import HEAD_PAIR_SOKRS, HEAD_SOKRS, INITIALS, PAIR_SOKRS, SOKRS

from extractor.reading.characters import LONG_DASHES, MARKS, QUOTATION_MARKS
from extractor.reading.forms import BoundedMemo, Form, known_forms

# A page may break a line in the middle of a sentence.  Such a line is of some length, ends in a letter,
# a comma, a dash or a closing mark, and goes on in lower case on the very next line.
_WRAPPED_LINE = 25
_ENDS_OPEN = ',—–-»")%'
_LINE = re.compile(r"[^\n]+")

# A mark of quotation or a dash is a token of its own even where Razdel joins it to others.
_MARKS = "".join(sorted(QUOTATION_MARKS | LONG_DASHES))
_SPLIT_OFF = re.compile(f"[{_MARKS}]|[^{_MARKS}]+")
_HARD = MARKS | LONG_DASHES

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

# What Razdel knows as abbreviated, and first parts of what it knows as abbreviated in two.
_ABBREVIATIONS = HEAD_SOKRS | SOKRS | INITIALS | {parts[0] for parts in HEAD_PAIR_SOKRS | PAIR_SOKRS}

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
    forms: list[Form]

    @property
    def texts(self) -> list[str]:
        """What the tokens are, as text."""
        return [form.text for form in self.forms]


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
        for first, sentence in _sentenized(stretch.group()):
            stripped = sentence.lstrip()
            starts, forms = tokens(stripped, stretch.start() + first + len(sentence) - len(stripped))
            while len(forms) > MAX_SENTENCE:
                cut = _cut(forms)
                yield Pieces(starts[:cut], forms[:cut])
                starts, forms = starts[cut:], forms[cut:]
            if forms:
                yield Pieces(starts, forms)


def _sentenized(text: str) -> Iterator[tuple[int, str]]:
    """Razdel's sentences of a text, each with its place, spaces at their edges."""
    first = 0
    for mark in _END.finditer(text):
        start, end = mark.span()
        left, right = text[max(0, start - _WINDOW) : start], text[end : end + _WINDOW]
        if start - first > BULLET_SIZE and mark[0] == "." and _surely_ends(left, right):
            yield first, text[first:end]
            first = end
            continue
        split = SentSplit(left, mark[0], right)
        split.buffer = text[first:start]
        if not sentenize.join(split):
            yield first, text[first:end]
            first = end
    yield first, text[first:]


def _surely_ends(left: str, right: str) -> bool:
    """Whether none of Razdel's rules joins what stands before and after a stop: it follows a word that is no
    abbreviation of theirs, and a capital letter follows it after a space.  Most are such.
    """
    word = left.rpartition(" ")[2]
    return word.isalpha() and len(word) > 1 and right.lstrip()[:1].isupper() and word.lower() not in _ABBREVIATIONS


def tokens(text: str, offset: int) -> Pieces:
    """Razdel's tokens of `text`, which begins at `offset`, with marks and dashes split off."""
    starts: list[int] = []
    forms: list[Form] = []
    for stretch in _WORDS.finditer(text):
        at = offset + stretch.start()
        words = stretch.group()
        before = end = 0
        for chunk in words.split():
            start = words.find(chunk, end)
            end = start + len(chunk)
            parts = _parts[chunk]
            if parts is None:
                for piece in _tokens_among(words, before, start, end):
                    starts.append(at + piece.start)
                    forms.append(known_forms[piece.text])
            elif len(parts) == 1:
                starts.append(at + start)
                forms += parts
            else:
                place = at + start
                for form in parts:
                    starts.append(place)
                    place += len(form.text)
                forms += parts
            before = start
    return Pieces(starts, forms)


def _parted(chunk: str) -> tuple[Form, ...] | None:
    """The tokens of a chunk whatever stands beside it; None where that matters."""
    match = _CHUNK.fullmatch(chunk)
    if match:
        return tuple(map(known_forms.__getitem__, filter(None, match.groups())))
    return None if _may_be_joined(chunk) else tuple(known_forms[piece.text] for piece in _split(chunk))


_parts = BoundedMemo(_parted)


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


def _cut(forms: Sequence[Form]) -> int:
    """Where to cut an overlong sentence: after the last mark of punctuation that leaves no tiny rest."""
    for i in range(MAX_SENTENCE - 1, MAX_SENTENCE // 2, -1):
        if forms[i].text in ".!?…;,":
            return i + 1
    return MAX_SENTENCE
