"""What the tests of quotes share: texts read with their names, and quotes as a reader would mark them."""

from __future__ import annotations

import re

from extractor.names import find_entities
from extractor.names.tagger import label
from extractor.quotes import find_quotes, rule_quotes
from extractor.quotes.quote import Quote
from extractor.quotes.rules.context import Context
from extractor.reading.analysis import TokenSpan, read

_MARKUP = re.compile(r"[⟦⟧<>{}]")


def context_of(text: str) -> Context:
    """The context of a text, with the names that the network finds in it."""
    analysis = label(read(text))
    return Context.of(analysis, find_entities(analysis))


def at(context: Context, word: str) -> int:
    """The index of the first token with a text."""
    return next(token.index for token in context.analysis.tokens if token.text == word)


def shown(context: Context, span: TokenSpan | None) -> str | None:
    """The text of a span."""
    return None if span is None else context.analysis.span_text(span)


def sentence(context: Context, number: int = 0) -> TokenSpan:
    """A sentence of a text, by default the first."""
    return context.analysis.sentences[number]


def plain(marked: str) -> str:
    """A marked text without ⟦content⟧, <cue> and {speaker}."""
    return _MARKUP.sub("", marked)


def marked(context: Context, quote: Quote) -> str:
    """The text with one of its quotes marked: ⟦content⟧, <cue>, {speaker}."""
    inserts: list[tuple[int, int, str]] = []
    spans = [(fragment, "⟦⟧") for fragment in quote.fragments]
    spans += [(span, marks) for span, marks in ((quote.cue, "<>"), (quote.speaker, "{}")) if span is not None]
    tokens = context.analysis.tokens
    for span, marks in spans:
        inserts += [(tokens[span.start].start, 1, marks[0]), (tokens[span.end - 1].end, 0, marks[1])]
    out = list(context.analysis.text)
    # At one place closing marks come before opening ones; the cue stays outside a pronoun within it.
    for position, _, mark in sorted(
        inserts, key=lambda item: (item[0], item[1], "{<⟦}>⟧".index(item[2])), reverse=True
    ):
        out.insert(position, mark)
    return "".join(out)


def by_rules(text: str) -> list[tuple[str, str, str]]:
    """The quotes that the rules find in a text: rule, type, and the text with the quote marked."""
    context = context_of(text)
    return [(quote.rule, quote.type, marked(context, quote)) for quote in rule_quotes(context)]


def contents(text: str) -> list[tuple[str, str]]:
    """The quotes that rules and tagger find together in a text: type and fragments."""
    context = context_of(text)
    quotes = find_quotes(context.analysis, find_entities(context.analysis))
    return [(quote.type, " … ".join(map(context.analysis.span_text, quote.fragments))) for quote in quotes]


def lines(block: str) -> list[str]:
    """The lines of a table of sentences."""
    return block.strip().split("\n")
