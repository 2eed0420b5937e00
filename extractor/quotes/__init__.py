"""Quotes: by rules over marks, cues and syntax, and by a learned tagger; each with its attribution."""

from __future__ import annotations

from extractor.analysis import Analysis
from extractor.names.entities import Entities
from extractor.quotes.context import Context, Names
from extractor.quotes.cues import find_cues
from extractor.quotes.direct import find_direct
from extractor.quotes.joining import join
from extractor.quotes.marks import Quoted, quoted
from extractor.quotes.quote import Quote
from extractor.quotes.reported import find_reported
from extractor.quotes.tagger import QuoteTags, tag_quotes


def find_quotes(analysis: Analysis, entities: Entities) -> list[Quote]:
    """The quotes of a text, in its order; none overlap, but for the content of an anaphoric one."""
    return quotes_with(analysis, entities, tag_quotes(analysis))


def quotes_with(analysis: Analysis, entities: Entities, tags: QuoteTags) -> list[Quote]:
    """The quotes of a text, given what the tagger says of it."""
    stretches = quoted(analysis)
    context = Context(analysis, Names.of(entities), _depths(analysis, stretches))
    return join(context, tags, rule_quotes(context, stretches))


def rule_quotes(context: Context, stretches: list[Quoted]) -> list[Quote]:
    """The quotes that marks, cues and syntax alone tell of, direct ones first."""
    direct = find_direct(context, stretches)
    return [*direct, *find_reported(context, find_cues(context.analysis), stretches, direct)]


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
