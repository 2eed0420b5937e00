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
        position = analysis.source_text.raw_position
        spans = np.array([analysis.source_text.raw_span(token.start, token.end) for token in analysis.tokens])
        middles = np.array([(position(t.start) + position(t.end - 1)) / 2 for t in analysis.tokens])
        # The tokens in the order of the text as it was given: reading puts the article before what stands around it.
        self._order = np.argsort(middles, kind="stable")
        self._middles = middles[self._order]
        self._starts, self._ends = spans.reshape(-1, 2)[self._order].T

    def centred_in(self, span: Sequence[int] | None) -> range:
        """Returns the indexes of the tokens whose middle lies in the span; none for None.

        Spans that do not overlap share no token, so that labels never collide.
        """
        if span is None:
            return range(0)
        return self._run(*np.searchsorted(self._middles, [span[0] - 0.25, span[1] - 0.75]).tolist())

    def overlapping(self, span: Sequence[int] | None) -> TokenSpan | None:
        """Returns the tokens that share a character with the span; None for None and where there are none."""
        if span is None:
            return None
        first = int(np.searchsorted(self._ends, span[0], side="right"))
        last = int(np.searchsorted(self._starts, span[1], side="left"))
        found = self._run(first, last)
        return TokenSpan(found.start, found.stop) if found else None

    def _run(self, first: int, last: int) -> range:
        """Returns the longest run of neighbours among the tokens from `first` to `last` in the text as it was given.

        They are one run, unless the span goes from the article to what stands around it.
        """
        found = np.sort(self._order[first:last])
        if len(found) == 0:
            return range(0)
        runs = np.split(found, np.flatnonzero(np.diff(found) != 1) + 1)
        longest = max(runs, key=len)
        return range(int(longest[0]), int(longest[-1]) + 1)
