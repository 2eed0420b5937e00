"""Splits a clean text into paragraphs, sentences and tokens.

Sentences and tokens are Razdel's (https://github.com/natasha/razdel), except that quotation marks and long dashes are
always tokens of their own, that web and mail addresses, @handles and #tags are one token each, and that a sentence has
at most `MAX_SENTENCE` tokens.  Most of a text takes short cuts that
give what Razdel's rules would give in a fraction of their time; the tests compare both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import razdel
from razdel.segmenters.punct import DASHES
from razdel.segmenters.sentenize import BULLET_SIZE, DELIMITERS, SentSplit, sentenize
from razdel.segmenters.sokr import HEAD_PAIR_SOKRS, HEAD_SOKRS, INITIALS, PAIR_SOKRS, SOKRS

from extractor.reading.characters import LONG_DASHES, MARKS, QUOTATION_MARKS
from extractor.reading.forms import FORMS_SIZE, Form, form_of

_LINE = re.compile(r"[^\n]+")

# A quotation mark or a long dash is a token of its own even where Razdel joins it to others.
_MARKS = "".join(sorted(QUOTATION_MARKS | LONG_DASHES))
_SPLIT_OFF = re.compile(f"[{_MARKS}]|[^{_MARKS}]+")
_SPLITTERS = MARKS | LONG_DASHES

# Addresses, handles and tags.  A tag that is one Russian word is a word of its sentence after a mark (#Казахстан), and
# where real/train annotates a name in one, it is the name without the mark; the others are tokens like no word.
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s\"<>()«»\[\]Ѐ-ԯ]*[^\W_Ѐ-ԯ]/?|[a-zA-Z0-9][\w.+-]*@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*\.[a-zA-Z]+"
    r"|(?<!\w)@[a-zA-Z0-9_]+(?:\.[a-zA-Z0-9_]+)*|#(?!(?:[А-ЯЁа-яё][а-яё]+|[А-ЯЁ]+)\b)\w*[^\W\d_]\w*"
)
_MAY_BE_ADDRESS = re.compile(r"[@#]|://|www\.")

# The most tokens of a sentence: the parser's time grows with the square of a sentence's length.  Of the 35,962
# sentences of quotes and real 43 have more than 128 tokens and 2 more than 256.
MAX_SENTENCE = 256

# Razdel copies what it has joined so far at every possible split, and so takes time that grows with the square of the
# length of a text that never splits (a paragraph without a full stop, a row of a million dots).  It gets stretches of
# at most 20,000 characters for sentences and 1,000 for tokens: up to the end of a sentence, else up to a space, else
# cut anywhere.  Both are well beyond any sentence and any word, so that they bound time and change nothing else.
_SENTENCES = re.compile(r"(?s).{1,20000}(?:(?<=[.!?…])[»”\")]?(?=\s)|\Z)|.{1,20000}(?=\s)|.{1,20000}")
_STRETCHES = re.compile(r"(?s).{1,1000}(?=\s|\Z)|.{1,1000}")

# Razdel's rules for sentences look at so many characters to either side of a possible end; its own default.
_WINDOW = 10
# A sentence may end at a stop or a smiley if white space follows and then no word in lower case.  Such ends are the
# only ones for which the rules are asked.  The pattern begins with a plain character set because Python's `re` scans
# for nothing else as fast.
_MAY_END = re.escape(DELIMITERS)
_END = re.compile(
    rf"[=:{_MAY_END}](?:(?<=[=:;])-?[)(]{{1,3}}|(?<=[{_MAY_END}]))"
    rf"(?=\s{{1,{_WINDOW - 1}}}\S)(?!\s+[a-zа-яё]++(?![^\W\d]))"
)

# Where a stop ends no sentence though Razdel lets it: in an editor's remark in brackets ("он (министр. — Прим. ред.)",
# "она (мэр. — ТАСС)"), which mostly stands amid a quote: 56 texts of real/pool and real/train have one, and each such
# stop there is of one.  The longest from the dash on has 12 characters.
_REMARK = re.compile(r"\s+[—–-]\s?[^()\n]{1,40}\)")
_NOTE = "прим"

# Razdel's abbreviations, and the first parts of those in two parts.
_ABBREVIATIONS = HEAD_SOKRS | SOKRS | INITIALS | {parts[0] for parts in HEAD_PAIR_SOKRS | PAIR_SOKRS}

# A chunk is what stands between two spaces.  The chunks of this pattern have the tokens that its groups say, whatever
# stands beside them: a word, perhaps of several parts with hyphens, perhaps with a mark before it and a mark and a stop
# after it; a single character; or ten or more equal marks or dashes, an ornament, which stays one token lest it be a
# sentence of hundreds.  Of the 572,868 chunks of quotes and real 96.4 % are such; only 0.3 % depend on their
# neighbours.
_LETTERS = "(?:[а-яё]+|[a-z]+)"
_CHUNK = re.compile(
    rf"([«„\"(]?)({_LETTERS}(?:-{_LETTERS})*)([»”\")]?)([,.;:?…]?)"
    r"|(\S)"
    rf"|({'|'.join(f'{mark}{{10,}}' for mark in _MARKS)})",
    re.IGNORECASE,
)
# Characters at the edge of a chunk that Razdel may join to the next chunk: any, or only between numbers.
_JOINING, _JOINING_NUMBERS = frozenset(DASHES + "_"), frozenset(".,/\\")
# A number before a comma or a full stop is two tokens where no number follows.
_NUMBER = re.compile(r"(\d+)([,.])(?=\s+[^\d\s]|\s*\Z)")
_NEXT = re.compile(r"\S+")


class _Piece(NamedTuple):
    """A token: the characters [start, end) of a text."""

    start: int
    end: int
    text: str


class Tokens(NamedTuple):
    """Tokens in order: the character offset and the form of each.

    Two lists, because one tuple per token would take longer to make than everything else here.
    """

    starts: list[int]
    forms: list[Form]

    @property
    def texts(self) -> list[str]:
        """The texts of the tokens."""
        return [form.text for form in self.forms]


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yields the character offsets [start, end) of each line of a text that holds more than white space."""
    for line in _LINE.finditer(text):
        if not line.group().isspace():
            yield line.span()


def sentences(text: str, start: int, end: int) -> Iterator[Tokens]:
    """Yields the tokens of each sentence of a paragraph, the characters [start, end) of `text`.

    No sentence is empty, none has more than `MAX_SENTENCE` tokens; offsets count from the start of `text`.
    """
    for stretch in _SENTENCES.finditer(text, start, end):
        for first, sentence in _sentenized(stretch.group()):
            stripped = sentence.lstrip()
            starts, forms = tokens(stripped, stretch.start() + first + len(sentence) - len(stripped))
            while len(forms) > MAX_SENTENCE:
                cut = _cut(forms)
                yield Tokens(starts[:cut], forms[:cut])
                starts, forms = starts[cut:], forms[cut:]
            if forms:
                yield Tokens(starts, forms)


def _sentenized(text: str) -> Iterator[tuple[int, str]]:
    """Yields Razdel's sentences of a text with their offsets, white space at their edges included."""
    first = 0
    for mark in _END.finditer(text):
        start, end = mark.span()
        if text[start - len(_NOTE) : start].lower() == _NOTE or _REMARK.match(text, end):
            continue
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
    """Whether a full stop ends a sentence by all of Razdel's rules, from the text beside it.

    It does after a word that is no abbreviation of theirs and before a capital letter, as most do.
    """
    word = left.rpartition(" ")[2]
    return word.isalpha() and len(word) > 1 and right.lstrip()[:1].isupper() and word.lower() not in _ABBREVIATIONS


def tokens(text: str, offset: int) -> Tokens:
    """Returns the tokens of `text`, whose first character has the given offset in the whole text."""
    starts: list[int] = []
    forms: list[Form] = []
    for stretch in _STRETCHES.finditer(text):
        at = offset + stretch.start()
        stretch_text = stretch.group()
        before = end = 0
        for chunk in stretch_text.split():
            start = stretch_text.find(chunk, end)
            end = start + len(chunk)
            found = _chunk_forms(chunk)
            if found is None:
                for piece in _tokens_among(stretch_text, before, start, end):
                    starts.append(at + piece.start)
                    forms.append(form_of(piece.text))
            elif len(found) == 1:
                starts.append(at + start)
                forms += found
            else:
                position = at + start
                for form in found:
                    starts.append(position)
                    position += len(form.text)
                forms += found
            before = start
    return Tokens(starts, forms)


@lru_cache(maxsize=FORMS_SIZE)
def _chunk_forms(chunk: str) -> tuple[Form, ...] | None:
    """Returns the tokens of a chunk if they do not depend on what stands beside it, else None."""
    match = _CHUNK.fullmatch(chunk)
    if match:
        return tuple(map(form_of, filter(None, match.groups())))
    return None if _may_be_joined(chunk) else tuple(form_of(piece.text) for piece in _split(chunk))


def _may_be_joined(chunk: str) -> bool:
    """Whether Razdel may join the first or last character of a chunk to the chunk beside it."""
    first, last = chunk[0], chunk[-1]
    if not _JOINING.isdisjoint((first, last)) or first in _JOINING_NUMBERS:
        return True
    return last in _JOINING_NUMBERS and chunk[-2].isdecimal()


def _split(text: str) -> Iterator[_Piece]:
    """Yields Razdel's tokens of a text, with addresses whole, and quotation marks and long dashes split off."""
    if not _MAY_BE_ADDRESS.search(text):
        yield from _split_words(text)
        return
    last = 0
    for match in (*_ADDRESS.finditer(text), None):
        start, end = match.span() if match else (len(text), len(text))
        for first, past, token in _split_words(text[last:start]):
            yield _Piece(last + first, last + past, token)
        if match:
            yield _Piece(start, end, match[0])
        last = end


def _split_words(text: str) -> Iterator[_Piece]:
    """Yields Razdel's tokens of a text without addresses, with quotation marks and long dashes split off."""
    for token in razdel.tokenize(text):
        if len(token.text) > 1 and not _SPLITTERS.isdisjoint(token.text):
            for part in _SPLIT_OFF.finditer(token.text):
                yield _Piece(token.start + part.start(), token.start + part.end(), part.group())
        else:
            yield _Piece(token.start, token.stop, token.text)


def _tokens_among(text: str, before: int, start: int, end: int) -> Iterator[_Piece]:
    """Yields the tokens of the chunk [start, end) of `text`, by Razdel's rules for it and the chunks beside it.

    `before` is where the chunk before it begins.  A rule never looks further than one chunk.
    """
    number = _NUMBER.match(text, start)
    if number:
        yield _Piece(start, number.end(1), number[1])
        yield _Piece(number.start(2), end, number[2])
        return
    following = _NEXT.search(text, end)
    for first, last, token in _split(text[before : following.end() if following else end]):
        if start <= before + first < end:
            yield _Piece(before + first, before + last, token)


def _cut(forms: Sequence[Form]) -> int:
    """Returns how many tokens of an overlong sentence to cut off: up to the last punctuation mark among them.

    The mark must lie in the second half of `MAX_SENTENCE`, so that no tiny sentence results.
    """
    for i in range(MAX_SENTENCE - 1, MAX_SENTENCE // 2, -1):
        if forms[i].text in ".!?…;,":
            return i + 1
    return MAX_SENTENCE
