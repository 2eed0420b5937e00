"""One text as the stages see it: tokens with morphology, syntax and name tags, in sentences and paragraphs."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, repeat
from typing import NamedTuple

import numpy as np

from extractor import morphology, nametagger, segmentation
from extractor.kernels import Floats, Ints
from extractor.layers import Column
from extractor.morphology import Word
from extractor.tagging import tagger
from extractor.text import Source, clean

_GAPS = ("0", "1", "2")
_OPENING, _CLOSING, _EITHER = frozenset("«„"), frozenset("»”"), frozenset("\"“'")
_MARKS = _OPENING | _CLOSING | _EITHER


class TokenSpan(NamedTuple):
    """Tokens [start, end) of an analysis, by their indexes in the text."""

    start: int
    end: int


# Not frozen, though nobody but `analyse` changes one: a frozen one takes five times as long to make.
@dataclass(slots=True, eq=False)
class Token:
    """A token.  `start` and `end` are characters of the clean text, `index` and `head` count tokens of the
    text (`head` is -1 for a root), `sentence` and `paragraph` say which; `lower` is the text in lower case, `name`
    a BIO tag ("B-PER").  `tag` is the whole reading of the tagger, of which `pos` and `feats` are the parts; `case`,
    `number` and `gender` are as in `feats` ("Nom", "Sing", "Masc"), None where the word has none.
    """

    index: int
    start: int
    end: int
    text: str
    lower: str
    tag: str
    pos: str
    feats: Mapping[str, str]
    case: str | None
    number: str | None
    gender: str | None
    head: int
    rel: str
    name: str
    sentence: int
    paragraph: int
    _lemma: str | None = field(default=None, init=False, repr=False)
    _word: Word | None = field(default=None, init=False, repr=False)

    @property
    def lemma(self) -> str:
        """The lemma that the tagger's reading chooses, lower case; looked up when it is first asked for."""
        if self._lemma is None:
            self._lemma = morphology.lemma(self.text, self.pos, self.case, self.number, self.gender)
        return self._lemma

    @property
    def word(self) -> Word:
        """The word with its reading, to look up what is known of it."""
        if self._word is None:
            self._word = Word(self.text, self.pos, self.case, self.number, self.gender)
        return self._word


class Codes(NamedTuple):
    """The words as the networks read them, arrays with a number a word: which of `forms`, of the tagger's readings
    and of its relations it has, the index of its head (its own for a root).
    """

    forms: Sequence[str]
    form: Ints
    reading: Ints
    rel: Ints
    head: Ints


@dataclass(frozen=True)
class Analysis:
    """A segmented and tagged text.  `sentences` and `paragraphs` are spans of tokens; a paragraph is whole
    sentences.  `codes` are the tokens as numbers, `states` the taggers' hidden states of them, (tokens,
    `tagging.STATES`).
    """

    source: Source
    tokens: Sequence[Token]
    sentences: Sequence[TokenSpan]
    paragraphs: Sequence[TokenSpan]
    codes: Codes = field(repr=False, compare=False)
    states: Floats = field(repr=False, compare=False)

    @property
    def text(self) -> str:
        """The clean text."""
        return self.source.text

    def span_text(self, span: TokenSpan) -> str:
        """The clean text from the first to the last token of a span."""
        return self.text[self.tokens[span.start].start : self.tokens[span.end - 1].end]

    def sentence_of(self, index: int) -> TokenSpan:
        """The sentence that holds the token."""
        return self.sentences[self.tokens[index].sentence]

    def paragraph_of(self, index: int) -> TokenSpan:
        """The paragraph that holds the token."""
        return self.paragraphs[self.tokens[index].paragraph]

    def children(self, index: int) -> Sequence[int]:
        """The tokens whose head is the token, in order."""
        return self._dependents.get(index, ())

    def subtree(self, index: int) -> list[int]:
        """The token and all that hang from it, in order; a loop of the parser's is walked once."""
        seen = {index}
        stack = [index]
        while stack:
            for child in self.children(stack.pop()):
                if child not in seen:
                    seen.add(child)
                    stack.append(child)
        return sorted(seen)

    @cached_property
    def lengths(self) -> list[int]:
        """The tokens of each sentence, counted."""
        return [sentence.end - sentence.start for sentence in self.sentences]

    @cached_property
    def gaps(self) -> Column:
        """What stands before each token: "0" the edge of its paragraph, "1" nothing, "2" a space."""
        starts = np.array([token.start for token in self.tokens])
        ends = np.array([token.end for token in self.tokens])
        gaps = np.ones(len(self.tokens), dtype=np.int64)
        gaps[1:] += starts[1:] > ends[:-1]
        gaps[[paragraph.start for paragraph in self.paragraphs]] = 0
        return Column(gaps, _GAPS)

    def words_among(self, forms: Container[str]) -> list[int]:
        """The indexes of the tokens whose text is one of `forms`."""
        found = np.array([form in forms for form in self.codes.forms], dtype=bool)
        return np.flatnonzero(found[self.codes.form]).tolist()

    @cached_property
    def marked_spans(self) -> list[TokenSpan]:
        """The spans between paired quotation marks, the marks themselves within, as simply as a network needs them;
        they nest and end with a paragraph.
        """
        spans: list[TokenSpan] = []
        paragraph = -1
        stack: list[int] = []
        for i in self.words_among(_MARKS):
            token = self.tokens[i]
            if token.paragraph != paragraph:
                paragraph, stack = token.paragraph, []
            if token.text in _OPENING or (token.text in _EITHER and self._mark_opens(i, len(stack))):
                stack.append(i)
            elif stack:
                spans.append(TokenSpan(stack.pop(), i + 1))
        return sorted(spans)

    def _mark_opens(self, i: int, depth: int) -> bool:
        """Whether a mark that may do both opens: always outside, inside only where it leans on the next word."""
        if depth == 0:
            return True
        tokens, paragraph = self.tokens, self.paragraph_of(i)
        after_space = i == paragraph.start or tokens[i - 1].end < tokens[i].start or tokens[i - 1].text == "("
        before_space = i + 1 == paragraph.end or tokens[i + 1].start > tokens[i].end
        return after_space and not before_space and tokens[i + 1].pos != "PUNCT"

    @cached_property
    def _dependents(self) -> dict[int, list[int]]:
        dependents: dict[int, list[int]] = {}
        for token in self.tokens:
            if token.head >= 0:
                dependents.setdefault(token.head, []).append(token.index)
        return dependents


def analyse(raw: str, names: nametagger.Network | None = None) -> Analysis:
    """The analysis of a text, with the names that the network `names` sees in it (by default the one that ships).

    Raises TypeError if the text is no string.
    """
    analysis = without_names(raw)
    for token, label in zip(analysis.tokens, (names or nametagger.network())(analysis), strict=True):
        token.name = label
    return analysis


def without_names(raw: str) -> Analysis:
    """The analysis of a text as the network of names reads it: no token has a name yet."""
    source = clean(raw)
    pieces: list[segmentation.Piece] = []
    lengths: list[int] = []
    paragraph_numbers: list[int] = []
    for number, (start, end) in enumerate(segmentation.paragraphs(source.text)):
        for sentence in segmentation.sentences(source.text, start, end):
            pieces += sentence
            lengths.append(len(sentence))
            paragraph_numbers.append(number)
    numbers: dict[str, int] = {}
    form = np.array([numbers.setdefault(piece.text, len(numbers)) for piece in pieces], dtype=np.int64)
    forms = tuple(numbers)
    tags = tagger()(forms, form, lengths)
    heads = np.where(tags.heads < 0, np.arange(len(form)), tags.heads)
    codes = Codes(forms, form, tags.readings, tags.rels, heads)
    sentences = [TokenSpan(end - length, end) for end, length in zip(accumulate(lengths), lengths, strict=True)]
    return Analysis(
        source,
        _tokens(pieces, codes, lengths, paragraph_numbers),
        sentences,
        list(_paragraph_spans(sentences, paragraph_numbers)),
        codes,
        tags.states,
    )


def _tokens(
    pieces: Sequence[segmentation.Piece], codes: Codes, lengths: Sequence[int], paragraph_numbers: Sequence[int]
) -> list[Token]:
    """The tokens, whose names are not known yet."""
    if not pieces:
        return []
    starts, ends, texts = zip(*pieces, strict=True)
    readings = map(tagger().readings.__getitem__, codes.reading.tolist())
    numbers = np.arange(len(pieces))
    # A field after the other and all by place: each word by itself, or by name, takes longer.
    return list(
        map(
            Token,
            numbers.tolist(),
            starts,
            ends,
            texts,
            map(str.lower, texts),
            *zip(*readings, strict=True),
            np.where(codes.head == numbers, -1, codes.head).tolist(),
            map(tagger().rels.__getitem__, codes.rel.tolist()),
            repeat("O"),
            np.repeat(np.arange(len(lengths)), lengths).tolist(),
            np.repeat(paragraph_numbers, lengths).tolist(),
        )
    )


def _paragraph_spans(sentences: Sequence[TokenSpan], paragraph_numbers: Sequence[int]) -> Iterator[TokenSpan]:
    start = 0
    for i, sentence in enumerate(sentences):
        if i + 1 == len(sentences) or paragraph_numbers[i + 1] != paragraph_numbers[i]:
            yield TokenSpan(start, sentence.end)
            start = sentence.end
