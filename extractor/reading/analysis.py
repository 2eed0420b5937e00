"""One text as the stages see it: tokens with morphology, syntax and name tags, in sentences and paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate
from typing import NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt

from extractor.inference.columns import Column
from extractor.inference.kernels import Floats, Ints
from extractor.reading import morphology, segmentation
from extractor.reading.characters import CLOSING_MARKS, OPENING_MARKS, PAIRED_MARKS
from extractor.reading.forms import Form, FormNumbers, FormPlaces
from extractor.reading.morphology import Word
from extractor.reading.tagging import MorphTag, tagger
from extractor.reading.text import SourceText, clean

T = TypeVar("T")

_GAPS = ("0", "1", "2")
_UNKNOWN = object()
_is_mark = FormNumbers(PAIRED_MARKS.__contains__)
# Those that the networks know.
_CLOSING, _EITHER = CLOSING_MARKS | {"”"}, frozenset("\"“'")


class TokenSpan(NamedTuple):
    """Tokens [start, end) of an analysis, by their indexes in the text."""

    start: int
    end: int


# Not frozen, though nobody changes one that is made: a frozen one takes five times as long to make.
@dataclass(slots=True, eq=False, init=False)
class Token:
    """A token.  `start` and `end` are characters of the clean text, `index` and `head` count tokens of the
    text (`head` is -1 for a root), `sentence` and `paragraph` say which; `lower` is the text in lower case, `name`
    a BIO tag ("B-PER").  `tag` is the whole reading of the tagger, of which `pos` and `feats` are the parts; `case`,
    `number` and `gender` are as in `feats` ("Nom", "Sing", "Masc"), None where the word has none.  `form` is the text
    with what is known of it wherever it stands.
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
    form: Form = field(repr=False)
    _lemma: str | None = field(repr=False)

    def __init__(
        self, index: int, start: int, form: Form, reading: MorphTag, head: int, rel: str, sentence: int, paragraph: int
    ) -> None:
        self.index = index
        self.start = start
        self.form = form
        self.text = text = form.text
        self.lower = form.lower
        self.end = start + len(text)
        self.tag, self.pos, self.feats, self.case, self.number, self.gender = reading
        self.head = head
        self.rel = rel
        self.sentence = sentence
        self.paragraph = paragraph
        self.name = "O"
        self._lemma = None

    @property
    def lemma(self) -> str:
        """The lemma that the tagger's reading chooses, lower case; looked up when it is first asked for."""
        if self._lemma is None:
            self._lemma = self.known(_lemma)
        return self._lemma

    @property
    def word(self) -> Word:
        """The word with its reading, to look up what is known of it."""
        return Word(self.text, self.pos, self.case, self.number, self.gender)

    def named(self, name: str) -> Token:
        """The same token with another name label."""
        token = object.__new__(Token)
        token.index, token.start, token.end, token.text = self.index, self.start, self.end, self.text
        token.lower = self.lower
        token.tag, token.pos, token.feats, token.case = self.tag, self.pos, self.feats, self.case
        token.number, token.gender, token.head, token.rel = self.number, self.gender, self.head, self.rel
        token.sentence, token.paragraph, token.form = self.sentence, self.paragraph, self.form
        token.name, token._lemma = name, self._lemma
        return token

    def known(self, function: Callable[[Word], T]) -> T:
        """What a function makes of the word with its reading, asked once."""
        key = function, self.tag
        found = self.form.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            found = self.form[key] = function(self.word)
        return cast(T, found)


def _lemma(word: Word) -> str:
    return str(morphology.best_parse(word).normal_form)


class Codes(NamedTuple):
    """The words as the networks read them, arrays with a number a word: where in the text it begins, its sentence,
    which of `forms`, of the tagger's readings and of its relations it has, the index of its head (its own for a root).
    `known` are the forms with what is known of them, `place` is where numbers of theirs are kept.
    """

    forms: Sequence[str]
    known: Sequence[Form]
    place: FormPlaces
    start: Ints
    sentence: Ints
    form: Ints
    reading: Ints
    rel: Ints
    head: Ints

    def of_forms(self, function: Callable[[str], T]) -> list[T]:
        """What a function makes of the text of each form."""
        return [form[function] for form in self.known]

    def numbers(self, numbers: FormNumbers) -> Ints:
        """The number of the form of each word."""
        return numbers(self.known, self.place).take(self.form)


@dataclass(frozen=True)
class Analysis:
    """A segmented and tagged text.  `sentences` and `paragraphs` are spans of tokens; a paragraph is whole
    sentences.  `codes` are the tokens as numbers, `states` the taggers' hidden states of them, (tokens,
    `tagging.STATES`).
    """

    source_text: SourceText
    tokens: Sequence[Token]
    sentences: Sequence[TokenSpan]
    paragraphs: Sequence[TokenSpan]
    codes: Codes = field(repr=False, compare=False)
    states: Floats = field(repr=False, compare=False)

    @property
    def text(self) -> str:
        """The clean text."""
        return self.source_text.text

    def span_text(self, span: TokenSpan) -> str:
        """The clean text from the first to the last token of a span."""
        return self.text[self.tokens[span.start].start : self.tokens[span.end - 1].end]

    def given_span(self, span: TokenSpan) -> tuple[int, int]:
        """The characters [start, end) of the text as it was given that a span of tokens covers."""
        return self.source_text.raw_span(self.tokens[span.start].start, self.tokens[span.end - 1].end)

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
        start, form = self.codes.start, self.codes.form
        ends = start + np.array(list(map(len, self.codes.forms)))[form]
        gaps = np.ones(len(self.tokens), dtype=np.int64)
        gaps[1:] += start[1:] > ends[:-1]
        gaps[[paragraph.start for paragraph in self.paragraphs]] = 0
        return Column(gaps, _GAPS)

    def labelled(self, names: Sequence[str]) -> Analysis:
        """The same analysis with a name label ("B-PER") for each token."""
        tokens = list(self.tokens)
        for i, name in enumerate(names):
            if name != "O":
                tokens[i] = tokens[i].named(name)
        made = copy(self)
        # What has been worked out of the analysis comes along: nothing of it depends on names.
        vars(made)["tokens"] = tokens
        return made

    def words_where(self, holds: FormNumbers) -> list[int]:
        """The indexes of the tokens of whose text something holds, as numbers that are not 0 say."""
        found: list[int] = self.codes.numbers(holds).nonzero()[0].tolist()
        return found

    def words_read_as(self, holds: Callable[[MorphTag], object]) -> list[int]:
        """The indexes of the tokens of whose reading something holds."""
        found: list[int] = _readings_where(holds)[self.codes.reading].nonzero()[0].tolist()
        return found

    @cached_property
    def marks(self) -> list[int]:
        """The indexes of the tokens that are quotation marks of any kind."""
        return self.words_where(_is_mark)

    @cached_property
    def marked_spans(self) -> list[TokenSpan]:
        """The spans between paired quotation marks, the marks themselves within, as simply as a network needs them;
        they nest and end with a paragraph.
        """
        spans: list[TokenSpan] = []
        paragraph = -1
        stack: list[int] = []
        for i in self.marks:
            token = self.tokens[i]
            if token.paragraph != paragraph:
                paragraph, stack = token.paragraph, []
            if token.text in OPENING_MARKS or (token.text in _EITHER and self._mark_opens(i, len(stack))):
                stack.append(i)
            elif stack and (token.text in _CLOSING or token.text in _EITHER):
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


@cache
def _readings_where(holds: Callable[[MorphTag], object]) -> npt.NDArray[np.bool_]:
    """Of which of the tagger's readings something holds."""
    return np.array([bool(holds(reading)) for reading in tagger().readings])


def read(raw: str) -> Analysis:
    """The analysis of a text, in which no token has a name yet.  Raises TypeError if the text is no string."""
    source = clean(raw)
    starts: list[int] = []
    words: list[Form] = []
    lengths: list[int] = []
    paragraph_numbers: list[int] = []
    for number, (start, end) in enumerate(segmentation.paragraphs(source.text)):
        for sentence in segmentation.sentences(source.text, start, end):
            starts += sentence.starts
            words += sentence.forms
            lengths.append(len(sentence.forms))
            paragraph_numbers.append(number)
    different = {form.text: form for form in words}
    forms = tuple(different)
    known = list(different.values())
    numbers = dict(zip(forms, range(len(forms)), strict=True))
    form_numbers = [numbers[form.text] for form in words]
    codes = np.array(form_numbers, dtype=np.int64)
    tags = tagger()(forms, codes, lengths)
    indexes = np.arange(len(words))
    heads = np.where(tags.heads < 0, indexes, tags.heads)
    sentence_numbers = np.repeat(np.arange(len(lengths)), lengths)
    sentences = [TokenSpan(end - length, end) for end, length in zip(accumulate(lengths), lengths, strict=True)]
    tokens = map(
        Token,
        indexes.tolist(),
        starts,
        map(known.__getitem__, form_numbers),
        map(tagger().readings.__getitem__, tags.readings.tolist()),
        np.where(heads == indexes, -1, heads).tolist(),
        map(tagger().rels.__getitem__, tags.rels.tolist()),
        sentence_numbers.tolist(),
        np.array(paragraph_numbers, dtype=np.int64).take(sentence_numbers).tolist(),
    )
    return Analysis(
        source,
        list(tokens),
        sentences,
        list(_paragraph_spans(sentences, paragraph_numbers)),
        Codes(
            forms,
            known,
            FormPlaces.of(known),
            np.array(starts, dtype=np.int64),
            sentence_numbers,
            codes,
            tags.readings,
            tags.rels,
            heads,
        ),
        tags.states,
    )


def _paragraph_spans(sentences: Sequence[TokenSpan], paragraph_numbers: Sequence[int]) -> Iterator[TokenSpan]:
    start = 0
    for i, sentence in enumerate(sentences):
        if i + 1 == len(sentences) or paragraph_numbers[i + 1] != paragraph_numbers[i]:
            yield TokenSpan(start, sentence.end)
            start = sentence.end
