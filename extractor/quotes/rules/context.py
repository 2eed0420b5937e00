"""What every rule reads of a text: the analysis, names by token, quoted stretches, cues and function words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from extractor.names.entities import Entities
from extractor.names.index import MentionIndex
from extractor.quotes.rules.cues import Frames, frames_of
from extractor.quotes.rules.marks import Quoted, quoted
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.forms import plain
from extractor.reading.grammar import VERBS, is_finite
from extractor.resources import rows


@dataclass(frozen=True)
class Context:
    """What every rule reads of a text.

    `stretches` are the quoted stretches in the order of their opening marks.  Of each token `depth` counts the quoted
    stretches that hold it, `words` is its form in lower case with ё as е, `frames` its frames in the cue lexicon.
    `cues` are the indexes of the tokens that have frames, whether or not they report anything here.
    """

    analysis: Analysis
    mentions: MentionIndex
    stretches: Sequence[Quoted]
    depth: Sequence[int]
    words: Sequence[str]
    frames: Sequence[Frames]
    cues: Sequence[int]

    @classmethod
    def of(cls, analysis: Analysis, entities: Entities) -> Context:
        """Builds the context of an analysed text with its named entities."""
        stretches = quoted(analysis)
        depth = [0] * len(analysis.tokens)
        for stretch in stretches:
            # A stretch without its closing mark may end anywhere, so that it does not count.
            for part in stretch.parts if stretch.close is not None else ():
                for index in range(*part):
                    depth[index] = stretch.depth + 1
        forms = [form.plain for form in analysis.arrays.forms]
        words = list(map(forms.__getitem__, analysis.arrays.form.tolist()))
        frames = frames_of(analysis)
        cues = [index for index, allowed in enumerate(frames) if allowed]
        return cls(analysis, MentionIndex(analysis, entities), stretches, depth, words, frames, cues)

    def stretches_in(self, span: TokenSpan) -> Iterator[Quoted]:
        """The quoted stretches whose opening mark and words lie in a span; their closing mark may stand outside."""
        first = bisect_left(self.stretches, span.start, key=lambda stretch: stretch.open)
        last = bisect_left(self.stretches, span.end, first, key=lambda stretch: stretch.open)
        return (stretch for stretch in self.stretches[first:last] if stretch.parts[-1].end <= span.end)

    def closing_mark(self, opening: int) -> int | None:
        """The closing mark of the stretch that the token `opening` opens; None where there is no stretch or no mark."""
        place = bisect_left(self.stretches, opening, key=lambda stretch: stretch.open)
        if place < len(self.stretches) and self.stretches[place].open == opening:
            return self.stretches[place].close
        return None

    def token(self, index: int) -> Token:
        """The token at an index."""
        return self.analysis.tokens[index]

    def has_finite_verb(self, span: TokenSpan) -> bool:
        """Whether a span has a finite verb outside quotation marks."""
        tokens = (self.token(index) for index in range(*span) if not self.depth[index])
        return any(token.pos in VERBS and is_finite(token) for token in tokens)

    def is_word_of(self, index: int, group: str) -> bool:
        """Whether the token's form is in a group of `function_words.tsv`; False for an index outside the text."""
        return 0 <= index < len(self.words) and self.words[index] in words_of(group)


@cache
def words_of(group: str) -> frozenset[str]:
    """The words of a group of `function_words.tsv`, ё as е.  Raises KeyError for an unknown group."""
    return _groups()[group]


@cache
def _groups() -> dict[str, frozenset[str]]:
    return {group: frozenset(plain(word) for word in words.split()) for group, words in rows("function_words.tsv", 2)}
