"""The quotes stage: runs the rules and the tagger over a text and joins their quotes."""

from __future__ import annotations

from extractor.names.entities import Entities
from extractor.quotes.joining import join
from extractor.quotes.learned.tagger import QuoteTags, tag_quotes
from extractor.quotes.quote import Quote
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.reported import find_reported
from extractor.quotes.rules.utterances import find_direct
from extractor.reading.analysis import Analysis, TokenSpan


def find_quotes(analysis: Analysis, entities: Entities) -> list[Quote]:
    """The quotes of a text, in order.  No two contents overlap, but anaphoric ones may hold others or lie in them."""
    return quotes_with(analysis, entities, tag_quotes(analysis))


def quotes_with(analysis: Analysis, entities: Entities, tags: QuoteTags) -> list[Quote]:
    """The quotes of a text, in order, given the tagger's output for it."""
    context = Context.of(analysis, entities)
    sides = (_on_one_side(analysis, quote) for quote in join(context, tags, rule_quotes(context)))
    return [quote for quote in sides if quote is not None]


def _on_one_side(analysis: Analysis, quote: Quote) -> Quote | None:
    """The quote without what lies on the other side of `asides_start`, where another part of the page begins.

    Nothing is left of an anaphoric one whose attribution lies there.
    """
    first, last = min(quote.fragments).start, max(quote.fragments).end
    spans = [span for span in (quote.attribution, quote.cue, quote.speaker) if span is not None]
    end = analysis.asides_start
    if not min([first, *(span.start for span in spans)]) < end < max([last, *(span.end for span in spans)]):
        return quote
    low, high = (0, end) if first < end else (end, len(analysis.tokens))
    clipped = (TokenSpan(max(low, start), min(high, stop)) for start, stop in quote.fragments)
    quote = quote._replace(fragments=tuple(span for span in clipped if span.start < span.end))
    if all(low <= span.start and span.end <= high for span in spans):
        return quote
    return None if quote.anaphoric else quote._replace(attribution=None, cue=None, speaker=None)


def rule_quotes(context: Context) -> list[Quote]:
    """The quotes that the rules find without the tagger: the direct ones, then the reported ones, each in order."""
    direct = find_direct(context)
    return [*direct, *find_reported(context, direct)]
