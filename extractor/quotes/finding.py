"""The quotes stage: runs the rules and the tagger over a text and joins their quotes."""

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
    """The quotes of a text, in order.  No two contents overlap, but anaphoric ones may hold others or lie in them."""
    return quotes_with(analysis, entities, tag_quotes(analysis))


def quotes_with(analysis: Analysis, entities: Entities, tags: QuoteTags) -> list[Quote]:
    """The quotes of a text, in order, given the tagger's output for it."""
    context = Context.of(analysis, entities)
    return join(context, tags, rule_quotes(context))


def rule_quotes(context: Context) -> list[Quote]:
    """The quotes that the rules find without the tagger: the direct ones, then the reported ones, each in order."""
    direct = find_direct(context)
    return [*direct, *find_reported(context, direct)]
