"""What the quotes stage hands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from extractor.analysis import TokenSpan

QuoteType = Literal["direct", "indirect", "mixed"]


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote as found: all spans are token spans of the analysis.

    `fragments` are the pieces of the content, in order; `cue` reports it ("сказал", "По словам"); `speaker`
    is the mention beside it ("глава государства"), None where the attribution names none; `attribution`
    holds cue and speaker.  `anaphoric`: the content is the sentence before ("Об этом сообщил X").
    """

    type: QuoteType
    fragments: tuple[TokenSpan, ...]
    cue: TokenSpan | None = None
    speaker: TokenSpan | None = None
    attribution: TokenSpan | None = None
    anaphoric: bool = False
