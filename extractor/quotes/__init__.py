"""Quotes: direct ones by their marks, mixed and indirect ones by cue and syntax, each with its attribution."""

from __future__ import annotations

from extractor.analysis import Analysis
from extractor.names.entities import Entities
from extractor.quotes.attribution import Context, Names
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
    return sorted([*direct, *reported], key=lambda quote: quote.fragments[0])


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
