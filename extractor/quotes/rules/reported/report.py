"""What the constructions hand on: a reported stretch before it is typed."""

from __future__ import annotations

from typing import NamedTuple

from extractor.quotes.quote import Construction
from extractor.reading.analysis import TokenSpan


class Report(NamedTuple):
    """A reported stretch: its cue, speaker and content fragments; `main` where the cue is the sentence's predicate."""

    construction: Construction
    cue: TokenSpan | None
    speaker: TokenSpan | None
    content: tuple[TokenSpan, ...]
    main: bool = False

    @property
    def start(self) -> int:
        """The first token of the content."""
        return self.content[0].start

    @property
    def end(self) -> int:
        """The token after the content."""
        return self.content[-1].end
