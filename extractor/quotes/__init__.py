"""Quotes: by rules over marks, cues and syntax, and by a learned tagger; each with its attribution."""

from __future__ import annotations

from extractor.names.entities import Entities
from extractor.quotes.joining import join
from extractor.quotes.learned.tagger import QuoteTags, tag_quotes
from extractor.quotes.quote import Quote
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.reported import find_reported
from extractor.quotes.rules.utterances import find_direct
from extractor.reading.analysis import Analysis


def find_quotes(analysis: Analysis, entities: Entities) -> list[Quote]:
    """The quotes of a text, in its order; none overlap, but for the content of an anaphoric one."""
    return quotes_with(analysis, entities, tag_quotes(analysis))


def quotes_with(analysis: Analysis, entities: Entities, tags: QuoteTags) -> list[Quote]:
    """The quotes of a text, given what the tagger says of it."""
    context = Context.of(analysis, entities)
    return join(context, tags, rule_quotes(context))


def rule_quotes(context: Context) -> list[Quote]:
    """The quotes that marks, cues and syntax alone tell of, direct ones first."""
    direct = find_direct(context)
    return [*direct, *find_reported(context, direct)]
