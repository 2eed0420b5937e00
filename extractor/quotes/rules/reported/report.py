"""The finders' intermediate result: a reported stretch, before it is known whether the quote is mixed or indirect."""

from __future__ import annotations

from typing import NamedTuple

from extractor.quotes.quote import Construction
from extractor.reading.analysis import TokenSpan


class Report(NamedTuple):
    """A reported stretch with its attribution, as token spans.

    `content` are its fragments in order of the text; `main` says that the cue is the predicate of a main clause; `rule`
    names the rule that found it.
    """

    construction: Construction
    cue: TokenSpan | None
    speaker: TokenSpan | None
    content: tuple[TokenSpan, ...]
    main: bool = False
    rule: str = ""

    @property
    def start(self) -> int:
        """The first token of the content."""
        return self.content[0].start

    @property
    def end(self) -> int:
        """The first token after the content."""
        return self.content[-1].end
