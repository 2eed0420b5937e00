"""Quotes: direct ones by their marks, mixed and indirect ones by cue and syntax, each with its attribution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from extractor.analysis import Analysis
from extractor.names.entities import Entities
from extractor.quotes.context import Context, Names
from extractor.quotes.cues import find_cues
from extractor.quotes.direct import find_direct
from extractor.quotes.marks import Quoted, quoted
from extractor.quotes.quote import Quote
from extractor.quotes.reported import find_reported


def find_quotes(analysis: Analysis, entities: Entities) -> list[Quote]:
    """The quotes of a text, in its order; none overlap, but for the content of an anaphoric one."""
    stretches = quoted(analysis)
    context = Context(analysis, Names.of(entities), _depths(analysis, stretches))
    direct = find_direct(context, stretches)
    reported = find_reported(context, find_cues(analysis), stretches, direct)
    return sorted(_without_overlaps([*direct, *reported]), key=lambda quote: quote.fragments[0])


def _without_overlaps(quotes: Iterable[Quote]) -> Iterator[Quote]:
    """Of quotes that claim the same words the first; the content of an anaphoric one may hold others."""
    claimed: set[int] = set()
    for quote in quotes:
        words = {index for fragment in quote.fragments for index in range(*fragment)}
        if quote.anaphoric:
            yield quote
        elif claimed.isdisjoint(words):
            claimed |= words
            yield quote


def _depths(analysis: Analysis, stretches: list[Quoted]) -> list[int]:
    """For each token in how many quoted stretches it stands; one whose closing mark is missing encloses nothing."""
    depth = [0] * len(analysis.tokens)
    for stretch in stretches:
        if stretch.close is None:
            continue
        for part in stretch.parts:
            for index in range(*part):
                depth[index] = stretch.depth + 1
    return depth
