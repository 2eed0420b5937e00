"""One text as the stages see it: tokens with morphology, syntax and name tags, in sentences and paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from extractor import morphology, nametagger, segmentation
from extractor.morphology import Word
from extractor.networks import Floats
from extractor.tagging import STATES, tagger
from extractor.text import Source, clean


class TokenSpan(NamedTuple):
    """Tokens [start, end) of an analysis, by their indexes in the text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """A token.  `start` and `end` are characters of the clean text, `index` and `head` count tokens of the
    text (`head` is -1 for a root), `sentence` and `paragraph` say which; `name` is a BIO tag ("B-PER").
    """

    index: int
    start: int
    end: int
    text: str
    pos: str
    feats: Mapping[str, str]
    head: int
    rel: str
    name: str
    sentence: int
    paragraph: int

    @property
    def lemma(self) -> str:
        """The lemma that the tagger's reading chooses, lower case."""
        return morphology.lemma(self.text, self.pos, self.case, self.number, self.gender)

    @property
    def word(self) -> Word:
        """The word with its reading, to look up what is known of it."""
        return Word(self.text, self.pos, self.case, self.number, self.gender)

    @property
    def case(self) -> str | None:
        """As in "Nom", "Gen"; None where the word has none."""
        return self.feats.get("Case")

    @property
    def number(self) -> str | None:
        """As in "Sing", "Plur"; None where the word has none."""
        return self.feats.get("Number")

    @property
    def gender(self) -> str | None:
        """As in "Masc", "Fem", "Neut"; None where the word has none."""
        return self.feats.get("Gender")

    @property
    def lower(self) -> str:
        """The text in lower case."""
        return self.text.lower()


@dataclass(frozen=True)
class Analysis:
    """A segmented and tagged text.  `sentences` and `paragraphs` are spans of tokens; a paragraph is whole
    sentences.  `states` are the taggers' hidden states of the tokens, (tokens, `tagging.STATES`).
    """

    source: Source
    tokens: Sequence[Token]
    sentences: Sequence[TokenSpan]
    paragraphs: Sequence[TokenSpan]
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
    unnamed = without_names(raw)
    labels = (names or nametagger.network())(unnamed)
    tokens = [
        token if label == token.name else replace(token, name=label)
        for token, label in zip(unnamed.tokens, labels, strict=True)
    ]
    return replace(unnamed, tokens=tokens)


def without_names(raw: str) -> Analysis:
    """The analysis of a text as the network of names reads it: no token has a name yet."""
    source = clean(raw)
    pieces: list[list[segmentation.Piece]] = []
    paragraph_numbers: list[int] = []
    for number, (start, end) in enumerate(segmentation.paragraphs(source.text)):
        for sentence in segmentation.sentences(source.text, start, end):
            pieces.append(sentence)
            paragraph_numbers.append(number)
    tokens: list[Token] = []
    states: list[Floats] = []
    sentences: list[TokenSpan] = []
    for number, (sentence, tags) in enumerate(
        zip(pieces, tagger()([[piece.text for piece in sentence] for sentence in pieces]), strict=True)
    ):
        first = len(tokens)
        for i, piece in enumerate(sentence):
            head = tags.heads[i]
            tokens.append(
                Token(
                    index=first + i,
                    start=piece.start,
                    end=piece.end,
                    text=piece.text,
                    pos=tags.pos[i],
                    feats=tags.feats[i],
                    head=first + head if head >= 0 and head != i else -1,
                    rel=tags.rels[i],
                    name="O",
                    sentence=number,
                    paragraph=paragraph_numbers[number],
                )
            )
        sentences.append(TokenSpan(first, len(tokens)))
        states.append(tags.states)
    return Analysis(
        source,
        tokens,
        sentences,
        list(_paragraph_spans(sentences, paragraph_numbers)),
        np.concatenate(states) if states else np.zeros((0, STATES), dtype=np.float32),
    )


def _paragraph_spans(sentences: Sequence[TokenSpan], paragraph_numbers: Sequence[int]) -> Iterator[TokenSpan]:
    start = 0
    for i, sentence in enumerate(sentences):
        if i + 1 == len(sentences) or paragraph_numbers[i + 1] != paragraph_numbers[i]:
            yield TokenSpan(start, sentence.end)
            start = sentence.end
