"""What the parts of the quotes stage read: analysis, names, the depth of marks, function words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from extractor.names.entities import Entities
from extractor.quotes.rules.cues import Frames, frames_of
from extractor.quotes.rules.marks import Quoted, quoted
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.forms import plain
from extractor.resources import rows


@dataclass(frozen=True)
class Names:
    """The named mentions of a text by token: kind ("PER", "ORG") and span; a token has at most one, the longest."""

    spans: dict[int, tuple[str, TokenSpan]]

    @classmethod
    def of(cls, entities: Entities) -> Names:
        """The index of a document's name mentions."""
        spans: dict[int, tuple[str, TokenSpan]] = {}
        for kind, found in (("PER", entities.people), ("ORG", entities.organizations)):
            for entity in found:
                for mention in entity.mentions:
                    for index in range(*mention.span):
                        held = spans.get(index)
                        if held is None or held[1].end - held[1].start < mention.span.end - mention.span.start:
                            spans[index] = (kind, mention.span)
        return cls(spans)

    def at(self, index: int) -> TokenSpan | None:
        """The name that holds the token."""
        held = self.spans.get(index)
        return held[1] if held else None

    def person_at(self, index: int) -> TokenSpan | None:
        """The name of a person that holds the token."""
        held = self.spans.get(index)
        return held[1] if held and held[0] == "PER" else None


@dataclass(frozen=True)
class Context:
    """What the parts of this stage read: the analysis, the names, what stands in marks, how deep each token does, the
    tokens' lower-case forms, ё as е, their frames, and which tokens have frames: the cues, whether or not they report
    anything here.
    """

    analysis: Analysis
    names: Names
    stretches: Sequence[Quoted]
    depth: Sequence[int]
    words: Sequence[str]
    frames: Sequence[Frames]
    cues: Sequence[int]

    @classmethod
    def of(cls, analysis: Analysis, entities: Entities) -> Context:
        """The context of a text: its names by token, its quoted stretches, how deep in them tokens stand, its cues."""
        stretches = quoted(analysis)
        depth = [0] * len(analysis.tokens)
        for stretch in stretches:
            # One whose closing mark is missing encloses nothing for sure.
            for part in stretch.parts if stretch.close is not None else ():
                for index in range(*part):
                    depth[index] = stretch.depth + 1
        forms = [form.plain for form in analysis.arrays.forms]
        words = list(map(forms.__getitem__, analysis.arrays.form.tolist()))
        frames = frames_of(analysis)
        cues = [index for index, allowed in enumerate(frames) if allowed]
        return cls(analysis, Names.of(entities), stretches, depth, words, frames, cues)

    def stretches_in(self, span: TokenSpan) -> Iterator[Quoted]:
        """The quoted stretches that open in a span and whose words end in it."""
        first = bisect_left(self.stretches, span.start, key=lambda stretch: stretch.open)
        last = bisect_left(self.stretches, span.end, first, key=lambda stretch: stretch.open)
        return (stretch for stretch in self.stretches[first:last] if stretch.parts[-1].end <= span.end)

    def closing(self, opening: int) -> int | None:
        """The mark that closes the stretch that the token opens; None where it opens none or that is never closed."""
        place = bisect_left(self.stretches, opening, key=lambda stretch: stretch.open)
        if place < len(self.stretches) and self.stretches[place].open == opening:
            return self.stretches[place].close
        return None

    def token(self, index: int) -> Token:
        """The token at an index."""
        return self.analysis.tokens[index]

    def word(self, index: int) -> str:
        """The lower-case form of a token, ё as е; empty beyond the text."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def is_word_of(self, index: int, group: str) -> bool:
        """Whether the token is a function word of a group of `function_words.tsv`."""
        return 0 <= index < len(self.words) and self.words[index] in words_of(group)


@cache
def words_of(group: str) -> frozenset[str]:
    """The words of a group of `function_words.tsv`; raises KeyError for an unknown group."""
    return _groups()[group]


@cache
def _groups() -> dict[str, frozenset[str]]:
    return {group: frozenset(plain(word) for word in words.split()) for group, words in rows("function_words.tsv", 2)}
