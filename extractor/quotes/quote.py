"""The result of the quotes stage: quotes as token spans, before their speakers are resolved to people."""

from __future__ import annotations

from typing import Literal, NamedTuple

from extractor.reading.analysis import TokenSpan

QuoteType = Literal["direct", "indirect", "mixed"]
# How content and attribution stand to each other.  Of direct quotes: the attribution after, inside or before the
# utterance, a label, a turn of a dialogue, a block after a colon, or an utterance without an attribution ("alone").
# The constructions of indirect and mixed quotes are listed in `rules/reported`.
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
# What `Quote.rule` holds for a quote of the learned tagger.
TAGGER = "tagger"


class Quote(NamedTuple):
    """A quote as found in the text.  All spans are spans of tokens of the analysis.

    `fragments` are the pieces of the content, in order of the text.  `cue` is the word or phrase that reports it
    ("сказал", "По словам"), `speaker` the mention beside the cue ("глава государства"); either is None where the text
    has none.  `attribution` is the shortest span that holds both cue and speaker.

    Three figures from 0 to 1 say how reliable the quote is: `certainty`, the tagger's probability of the content and
    its boundaries; `speaker_certainty`, the tagger's probability of the speaker, or of there being none; `agreement`,
    the overlap of the rules' content with the tagger's, 0 where only one of the two found the quote.

    `rule` names what found the quote: a `Rule` of `extractor.quotes.rules`, or `TAGGER`.  Where rules and tagger found
    the same quote it is "A + B": A found the content that was kept, B the other one ("tagger + reported: clause").
    Records do not show it.
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
    rule: str = ""

    @property
    def anaphoric(self) -> bool:
        """Whether the content is the sentence before the attribution ("Об этом сообщил X")."""
        return self.construction == "anaphoric"
