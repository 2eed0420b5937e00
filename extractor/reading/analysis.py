"""`Analysis`, the one object that all stages work on, and `read`, which makes it of a raw text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt

from extractor.inference.columns import Column
from extractor.inference.kernels import Floats, Ints
from extractor.reading import morphology, segmentation
from extractor.reading.article import blocks
from extractor.reading.characters import CLOSING_MARKS, OPENING_MARKS, PAIRED_MARKS
from extractor.reading.cleaning import clean
from extractor.reading.forms import Form, cached_property
from extractor.reading.mending import mends
from extractor.reading.morphology import Word
from extractor.reading.tagging import MorphTag, tagger
from extractor.reading.text import SourceText

T = TypeVar("T")

# The values of `Analysis.gaps`.
_GAPS = ("0", "1", "2")
_UNKNOWN = object()
_is_mark = PAIRED_MARKS.__contains__
# Marks that only close and that may do either, as the networks saw them in training: not quite those of `characters`,
# and to change them the networks have to be trained anew.
_CLOSING, _EITHER = CLOSING_MARKS | {"”"}, frozenset("\"“'")


class TokenSpan(NamedTuple):
    """A span of tokens [start, end) of an analysis, by their indexes in the text."""

    start: int
    end: int


# Not frozen, though no token is changed once it is made: a frozen dataclass takes five times as long to make.
@dataclass(slots=True, eq=False, init=False)
class Token:
    """A token with everything the taggers say of it.

    `index` is its number in the text, `start` and `end` are its character offsets in the clean text, `sentence` and
    `paragraph` the numbers of those it stands in.  `text` is what is written, `lower` the same in lower case, `form`
    the same with the answers that are cached for it.

    `tag` is the whole morphological tag ("NOUN|Animacy=Anim|Case=Nom|…"), `pos` its part of speech and `feats` its
    features, after Universal Dependencies; `case`, `number` and `gender` are three of the features ("Nom", "Sing",
    "Masc"), None where the token has none.  `head` is the index of its syntactic head, -1 for a root, `rel` its
    relation to it ("nsubj").  `name` is its BIO label in a name ("B-PER", "I-ORG", "O"); `ner` is the label that
    Natasha's network for names gave it, of the kinds PER, LOC and ORG, which is an input of the network of `name`.
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
    ner: str
    sentence: int
    paragraph: int
    form: Form = field(repr=False)
    _lemma: str | None = field(repr=False)

    def __init__(
        self,
        index: int,
        start: int,
        form: Form,
        tag: MorphTag,
        head: int,
        rel: str,
        ner: str,
        sentence: int,
        paragraph: int,
    ) -> None:
        self.index = index
        self.start = start
        self.form = form
        self.text = text = form.text
        self.lower = form.lower
        self.end = start + len(text)
        self.tag, self.pos, self.feats, self.case, self.number, self.gender = tag
        self.head = head
        self.rel = rel
        self.ner = ner
        self.sentence = sentence
        self.paragraph = paragraph
        self.name = "O"
        self._lemma = None

    @property
    def lemma(self) -> str:
        """The lemma that agrees best with the tag, in lower case; looked up at the first use."""
        if self._lemma is None:
            self._lemma = self.cached(_lemma)
        return self._lemma

    @property
    def word(self) -> Word:
        """The text with the part of the tag that chooses among its parses, as a key for look-ups."""
        return Word(self.text, self.pos, self.case, self.number, self.gender)

    def named(self, name: str) -> Token:
        """The same token with another name label."""
        token = object.__new__(Token)
        token.index, token.start, token.end, token.text = self.index, self.start, self.end, self.text
        token.lower = self.lower
        token.tag, token.pos, token.feats, token.case = self.tag, self.pos, self.feats, self.case
        token.number, token.gender, token.head, token.rel = self.number, self.gender, self.head, self.rel
        token.ner, token.sentence, token.paragraph, token.form = self.ner, self.sentence, self.paragraph, self.form
        token.name, token._lemma = name, self._lemma
        return token

    def cached(self, function: Callable[[Word], T]) -> T:
        """Returns `function(self.word)`, cached with the form under the function and the tag."""
        key = function, self.tag
        found = self.form.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            found = self.form[key] = function(self.word)
        return cast(T, found)


def _lemma(word: Word) -> str:
    return str(morphology.best_parse(word).normal_form)


class TokenArrays(NamedTuple):
    """The tokens of a text as arrays with one number per token, for the networks and for vectorized passes.

    `start` is the character offset in the clean text, `sentence` the number of the sentence, `form` the index in
    `forms` and in `texts`, `tag`, `rel` and `ner` the indexes in `Tagger.tags`, `Tagger.rels` and `Tagger.ner_tags`,
    `head` the index of the head (of the token itself for a root).  `forms` are the different forms of the text in the
    order of their first tokens, `texts` what each of them is as a string.
    """

    texts: Sequence[str]
    forms: Sequence[Form]
    start: Ints
    sentence: Ints
    form: Ints
    tag: Ints
    rel: Ints
    head: Ints
    ner: Ints

    def of_forms(self, function: Callable[[str], T]) -> list[T]:
        """Returns what a function of texts gives for each of `forms`; answers are cached with the form."""
        return [form[function] for form in self.forms]

    def of_tokens(self, function: Callable[[str], int]) -> Ints:
        """Returns what an integer function of texts gives for each token; answers are cached with the form."""
        return np.array(self.of_forms(function), dtype=np.int64).take(self.form)


@dataclass(frozen=True)
class Analysis:
    """A segmented and tagged text, as all stages read it.

    `sentences` and `paragraphs` are spans of tokens that cover the text; a paragraph is one or more whole sentences.
    `article` says of each paragraph whether it belongs to the article or stands around it on the page.  Paragraphs that
    surely stand around it come last, wherever they stand in the text, so that the stages read the article without what
    interrupts it; the tokens before `asides_start` are the rest.
    `arrays` are the tokens as arrays, `states` the hidden states of the networks for morphology, syntax and names,
    (tokens, `tagging.STATES`), which the names network takes as input; the quotes network takes those for grammar, the
    first `tagging.GRAMMAR_STATES`.
    """

    source_text: SourceText
    tokens: Sequence[Token]
    sentences: Sequence[TokenSpan]
    paragraphs: Sequence[TokenSpan]
    article: Sequence[bool]
    asides_start: int
    arrays: TokenArrays = field(repr=False, compare=False)
    states: Floats = field(repr=False, compare=False)

    @property
    def text(self) -> str:
        """The clean text."""
        return self.source_text.text

    def span_text(self, span: TokenSpan) -> str:
        """Returns the clean text from the first to the last token of a span, which must not be empty."""
        return self.text[self.tokens[span.start].start : self.tokens[span.end - 1].end]

    def given_span(self, span: TokenSpan) -> tuple[int, int]:
        """Returns the character offsets [start, end) in the raw text of a span of tokens, which must not be empty."""
        return self.source_text.raw_span(self.tokens[span.start].start, self.tokens[span.end - 1].end)

    def sentence_of(self, index: int) -> TokenSpan:
        """Returns the sentence that holds the token of this index."""
        return self.sentences[self.tokens[index].sentence]

    def paragraph_of(self, index: int) -> TokenSpan:
        """Returns the paragraph that holds the token of this index."""
        return self.paragraphs[self.tokens[index].paragraph]

    def in_article(self, index: int) -> bool:
        """Whether the token of this index belongs to the article."""
        return self.article[self.tokens[index].paragraph]

    def children(self, index: int) -> Sequence[int]:
        """Returns the indexes of the token's dependents, ascending."""
        return self._dependents.get(index, ())

    def subtree(self, index: int) -> list[int]:
        """Returns the indexes of the token and all its descendants, ascending.

        The parser takes the best head of each token by itself, so that its arcs may form a cycle; it is followed once.
        """
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
        """The number of tokens of each sentence."""
        return [sentence.end - sentence.start for sentence in self.sentences]

    @cached_property
    def gaps(self) -> Column:
        """What stands before each token, as a feature: "0" the edge of its paragraph, "1" nothing, "2" white space."""
        start, form = self.arrays.start, self.arrays.form
        ends = start + np.array(list(map(len, self.arrays.texts)))[form]
        gaps = np.ones(len(self.tokens), dtype=np.int64)
        gaps[1:] += start[1:] > ends[:-1]
        gaps[[paragraph.start for paragraph in self.paragraphs]] = 0
        return Column(gaps, _GAPS)

    @cached_property
    def paragraphs_as_given(self) -> list[TokenSpan]:
        """The paragraphs in the order in which they stand in the raw text."""
        return sorted(self.paragraphs, key=self.given_span)

    def labelled(self, names: Sequence[str]) -> Analysis:
        """Returns a copy in which the tokens have these BIO labels ("B-PER") as their `name`, one label per token."""
        tokens = list(self.tokens)
        for i, name in enumerate(names):
            if name != "O":
                tokens[i] = tokens[i].named(name)
        made = copy(self)
        # The cached properties are copied too: none of them depends on names.
        vars(made)["tokens"] = tokens
        return made

    def where_form(self, holds: Callable[[str], int]) -> list[int]:
        """Returns the indexes of the tokens whose text satisfies a predicate, ascending; asked once per form."""
        found: list[int] = self.arrays.of_tokens(holds).nonzero()[0].tolist()
        return found

    def where_tag(self, holds: Callable[[MorphTag], object]) -> list[int]:
        """Returns the indexes of the tokens whose tag satisfies a predicate, ascending.

        The predicate is asked once per tag that there is, and its answers are kept as long as the process runs: it must
        be a function of a module, not one made for the call.
        """
        found: list[int] = _satisfying_tags(holds)[self.arrays.tag].nonzero()[0].tolist()
        return found

    @cached_property
    def marks(self) -> list[int]:
        """The indexes of the tokens that are quotation marks of any kind."""
        return self.where_form(_is_mark)

    @cached_property
    def marked_spans(self) -> list[TokenSpan]:
        """The spans from an opening quotation mark to the closing one, both included, in order of their starts.

        Marks are paired with a stack, without the rules of `quotes.rules.marks`: this is a feature of the networks.
        Spans may nest; a mark that is still open at the end of its paragraph has none.
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
        """Whether a mark that may open or close opens, with `depth` marks open before it.

        With none open it opens; else it does only after a space and right before a word.
        """
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
def _satisfying_tags(holds: Callable[[MorphTag], object]) -> npt.NDArray[np.bool_]:
    """Returns for each of the tagger's tags whether it satisfies a predicate."""
    return np.array([bool(holds(tag)) for tag in tagger().tags])


def read(raw: str) -> Analysis:
    """Reads a raw text: cleans it, segments it, and tags its morphology, syntax and names.

    This is the first stage, and the only way to an `Analysis`; all other stages take what it returns.  The text is
    cleaned (`cleaning.clean`), mended (`mending.mends`), split into paragraphs, sentences and tokens (`segmentation`),
    and tagged by three networks (`tagging.tagger`), which give each token its tag, its head with the relation to it,
    Natasha's name label, and its hidden states.  What surely stands around the article comes last.

    >>> analysis = read("«Да», — сказала Инна.")
    >>> [f"{token.text}/{token.pos}" for token in analysis.tokens]
    ['«/PUNCT', 'Да/PART', '»/PUNCT', ',/PUNCT', '—/PUNCT', 'сказала/VERB', 'Инна/PROPN', './PUNCT']

    `raw` may be of any length and hold any characters.  A text without a visible character has an analysis without
    tokens.  Every token's `name` is "O": finding names is the next stage (`names.tagger.label`).  A text has the same
    analysis whatever was read before it, in any thread.

    The first call in a process loads the models.  Raises TypeError if `raw` is no str, and ModuleNotFoundError if the
    package natasha, which brings the models, is not installed.
    """
    source = clean(raw)
    source = source.edited(mends(source.text))
    source, article, asides = _asides_last(source)
    starts: list[int] = []
    token_forms: list[Form] = []
    lengths: list[int] = []
    paragraph_numbers: list[int] = []
    asides_start = 0
    for number, (start, end) in enumerate(segmentation.paragraphs(source.text)):
        for sentence in segmentation.sentences(source.text, start, end):
            starts += sentence.starts
            token_forms += sentence.forms
            lengths.append(len(sentence.forms))
            paragraph_numbers.append(number)
        if number < len(article) - asides:
            asides_start = len(starts)
    # By text, not by object: the cache may have dropped a form amid the text and made it anew.
    different = {form.text: form for form in token_forms}
    texts, forms = tuple(different), list(different.values())
    number_of = dict(zip(texts, range(len(texts)), strict=True))
    form_numbers = [number_of[form.text] for form in token_forms]
    form_array = np.array(form_numbers, dtype=np.int64)
    tagged = tagger()(texts, form_array, lengths)
    indexes = np.arange(len(token_forms))
    # A token that the parser makes its own head is a root too.
    heads = np.where(tagged.heads < 0, indexes, tagged.heads)
    sentence_numbers = np.repeat(np.arange(len(lengths)), lengths)
    sentences = [TokenSpan(end - length, end) for end, length in zip(accumulate(lengths), lengths, strict=True)]
    tokens = map(
        Token,
        indexes.tolist(),
        starts,
        map(forms.__getitem__, form_numbers),
        map(tagger().tags.__getitem__, tagged.tags.tolist()),
        np.where(heads == indexes, -1, heads).tolist(),
        map(tagger().rels.__getitem__, tagged.rels.tolist()),
        map(tagger().ner_tags.__getitem__, tagged.ner.tolist()),
        sentence_numbers.tolist(),
        np.array(paragraph_numbers, dtype=np.int64).take(sentence_numbers).tolist(),
    )
    return Analysis(
        source,
        list(tokens),
        sentences,
        list(_paragraph_spans(sentences, paragraph_numbers)),
        article,
        asides_start,
        TokenArrays(
            texts,
            forms,
            np.array(starts, dtype=np.int64),
            sentence_numbers,
            form_array,
            tagged.tags,
            tagged.rels,
            heads,
            tagged.ner,
        ),
        tagged.states,
    )


def _asides_last(source: SourceText) -> tuple[SourceText, list[bool], int]:
    """Returns the text with what surely stands around the article last.

    Beside it: whether each paragraph of it belongs to the article, and how many paragraphs at its end are such asides.
    """
    found = list(blocks(source.text, list(segmentation.paragraphs(source.text))))
    asides = [block for block in found if block.aside]
    found = [*(block for block in found if not block.aside), *asides]
    if any(not block.article for block in found):
        source = source.rearranged([(block.start, block.end) for block in found])
    return source, [block.article for block in found], len(asides)


def _paragraph_spans(sentences: Sequence[TokenSpan], paragraph_numbers: Sequence[int]) -> Iterator[TokenSpan]:
    """The span of tokens of each paragraph, from the spans of the sentences and the number of each one's paragraph."""
    start = 0
    for i, sentence in enumerate(sentences):
        if i + 1 == len(sentences) or paragraph_numbers[i + 1] != paragraph_numbers[i]:
            yield TokenSpan(start, sentence.end)
            start = sentence.end
