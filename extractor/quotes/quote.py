"""What the quotes stage hands on."""

from __future__ import annotations

from typing import Literal, NamedTuple

from extractor.reading.analysis import TokenSpan

QuoteType = Literal["direct", "indirect", "mixed"]
# How a quote was found: what stands where.  Direct: the attribution after, inside or before the utterance, a
# label, a turn of a dialogue, a block after a colon, or an utterance alone; reported: see `reported`.
Construction = Literal[
    "after",
    "inserted",
    "before",
    "label",
    "dialogue",
    "block",
    "alone",
    "clause",
    "aside",
    "inverted",
    "headline",
    "fragment",
    "anaphoric",
]


class Quote(NamedTuple):
    """A quote as found: all spans are token spans of the analysis.

    `fragments` are the pieces of the content, in order; `cue` reports it ("сказал", "По словам"); `speaker`
    is the mention beside it ("глава государства"), None where the attribution names none; `attribution`
    holds cue and speaker.

    How sure it is, each from 0 to 1: `certainty`, what the tagger gives for the content and its cut;
    `speaker_certainty`, what it gives for the speaker, or for there being none; `agreement`, how far the cuts of
    rules and tagger overlap, 0 where only one of them found it.
    """

    type: QuoteType
    construction: Construction
    fragments: tuple[TokenSpan, ...]
    cue: TokenSpan | None = None
    speaker: TokenSpan | None = None
    attribution: TokenSpan | None = None
    certainty: float = 0.0
    speaker_certainty: float = 0.0
    agreement: float = 0.0

    @property
    def anaphoric(self) -> bool:
        """Whether the content is the sentence before ("Об этом сообщил X")."""
        return self.construction == "anaphoric"
