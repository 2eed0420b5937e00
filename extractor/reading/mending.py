"""Mends what scraping broke in a clean text: glued sentences and words, lost link texts, broken lines."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.reading.text import Edit


def mends(text: str) -> Iterator[Edit]:
    """Yields the edits that mend a clean text, in order."""
    yield from ()
