"""From characters of a text as given to the words of its analysis, and what a word without a label has for one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from extractor.reading.analysis import Analysis

# What no loss counts.
UNLABELLED = -100


class Words:
    """The words of an analysis, to be found by characters of the text as given."""

    def __init__(self, analysis: Analysis) -> None:
        at = analysis.source_text.raw_position
        self._middles = np.array([(at(t.start) + at(t.end - 1)) / 2 for t in analysis.tokens])

    def __call__(self, span: Sequence[int] | None) -> range:
        """The words whose middle lies in a span; none for None."""
        if span is None:
            return range(0)
        return range(*np.searchsorted(self._middles, [span[0] - 0.25, span[1] - 0.75]).tolist())
