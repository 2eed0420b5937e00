"""From characters of a text as it was given to the tokens of its analysis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from extractor.reading.analysis import Analysis, TokenSpan

# The label of a token that no loss counts.
UNLABELLED = -100


class TokensAt:
    """Finds the tokens of one analysis by character spans [start, end) of the text as it was given.

    The two look-ups differ where an annotated span ends inside a token, as in a text that lost its spaces ("сказал
    онвчера"): six of the 30,000 annotated spans of quotes/train.jsonl.
    """

    def __init__(self, analysis: Analysis) -> None:
        spans = [analysis.source_text.raw_span(token.start, token.end) for token in analysis.tokens]
        self._starts = np.array([start for start, _ in spans])
        self._ends = np.array([end for _, end in spans])
        position = analysis.source_text.raw_position
        self._middles = np.array([(position(t.start) + position(t.end - 1)) / 2 for t in analysis.tokens])

    def centred_in(self, span: Sequence[int] | None) -> range:
        """Returns the indexes of the tokens whose middle lies in the span; none for None.

        Spans that do not overlap share no token, so that labels never collide.
        """
        if span is None:
            return range(0)
        return range(*np.searchsorted(self._middles, [span[0] - 0.25, span[1] - 0.75]).tolist())

    def overlapping(self, span: Sequence[int] | None) -> TokenSpan | None:
        """Returns the tokens that share a character with the span; None for None and where there are none."""
        if span is None:
            return None
        first = int(np.searchsorted(self._ends, span[0], side="right"))
        last = int(np.searchsorted(self._starts, span[1], side="left"))
        return TokenSpan(first, last) if first < last else None
