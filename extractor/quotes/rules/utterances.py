"""Direct quotes: utterances between marks, after a dash, after an interview label, in a block after a colon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extractor.quotes.quote import Quote
from extractor.quotes.rules.beside import (
    Attribution,
    attributed,
    attribution_after,
    inserted_attribution,
    signature_after,
    split_at_attribution,
    with_introduction,
)
from extractor.quotes.rules.content import has_predicate, trimmed
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.layout import blocks, dialogue, labelled
from extractor.quotes.rules.marks import Quoted
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import DASHES, ENDS, MARKS


def find_direct(context: Context) -> list[Quote]:
    """The direct quotes of a text, in order."""
    outer = [stretch for stretch in context.stretches if stretch.depth == 0]
    found = [*_marked(context, outer), *dialogue(context), *labelled(context), *blocks(context)]
    found.sort(key=lambda quote: quote.fragments[0])
    kept: list[Quote] = []
    for quote in found:
        if not kept or kept[-1].fragments[-1].end <= quote.fragments[0].start:
            kept.append(quote)
    return kept


def _marked(context: Context, stretches: Sequence[Quoted]) -> Iterator[Quote]:
    position = 0
    while position < len(stretches):
        stretch = stretches[position]
        position += 1
        quote, end = _utterance(context, stretch)
        if quote is None:
            continue
        # "A", — сказал X. "B": B goes on where it has no attribution of its own.
        while quote.cue is not None and position < len(stretches):
            following = stretches[position]
            if not _goes_on(context, end, following):
                break
            parts = tuple(filter(None, (trimmed(context, part) for part in following.parts)))
            quote = quote._replace(fragments=quote.fragments + parts)
            end = following.end
            position += 1
        yield quote


def _goes_on(context: Context, end: int, following: Quoted) -> bool:
    """Whether a stretch goes on with an utterance whose attribution ended at `end`."""
    tokens = context.analysis.tokens
    if following.open >= len(tokens) or tokens[following.open].paragraph != tokens[max(0, end - 1)].paragraph:
        return False
    between = [tokens[index].text for index in range(end, following.open)]
    if len(between) > 2 or any(text not in {".", ",", *DASHES} for text in between):
        return False
    return (
        attribution_after(context, following.end) is None
        and not any(inserted_attribution(context, part) for part in following.parts)
        and _stands_alone(context, following.parts)
    )


def _utterance(context: Context, stretch: Quoted) -> tuple[Quote | None, int]:
    """The direct quote that a stretch is, with the token at which its attribution ends; None for a name or fragment."""
    tokens = context.analysis.tokens
    fragments: list[TokenSpan] = []
    inserted: Attribution | None = None
    for part in stretch.parts:
        first, *rest = split_at_attribution(context, part, stretch.close is None)
        if isinstance(first, Attribution):
            continue
        fragments.append(first)
        for piece in rest:
            if isinstance(piece, Attribution):
                inserted = inserted or piece
            else:
                fragments.append(piece)
    contents = tuple(filter(None, (trimmed(context, fragment) for fragment in fragments)))
    if not contents:
        return None, stretch.end
    if inserted is not None:
        return attributed("inserted", contents, inserted), stretch.end
    before = stretch.open - 1
    opens_sentence = _opens_sentence(context, stretch.open)
    introduced = before >= 0 and (
        tokens[before].text == ":" or (tokens[before].text in DASHES and before and tokens[before - 1].text == ":")
    )
    after = attribution_after(context, stretch.end)
    if after is not None and (opens_sentence or introduced):
        return attributed("after", contents, after), after.end
    if introduced:
        colon = before if tokens[before].text == ":" else before - 1
        quote = with_introduction(context, "alone", contents, colon)
        if quote.attribution is not None or has_predicate(context, contents[0]):
            return quote, stretch.end
        return None, stretch.end
    if opens_sentence and _closes_sentence(context, stretch) and _stands_alone(context, contents):
        signature = signature_after(context, stretch.end)
        return Quote("direct", "label" if signature else "alone", contents, None, signature, signature), stretch.end
    return None, stretch.end


def _opens_sentence(context: Context, index: int) -> bool:
    analysis = context.analysis
    if analysis.sentence_of(index).start == index or analysis.paragraph_of(index).start == index:
        return True
    before = analysis.tokens[index - 1]
    return (
        before.text in ENDS
        or before.text in MARKS
        or (
            before.text in DASHES
            and (analysis.paragraph_of(index).start == index - 1 or analysis.tokens[index - 2].text in ENDS)
        )
    )


def _closes_sentence(context: Context, stretch: Quoted) -> bool:
    analysis = context.analysis
    last = stretch.parts[-1].end - 1
    end = stretch.end
    if end >= len(analysis.tokens) or analysis.tokens[end].paragraph != analysis.tokens[last].paragraph:
        return True
    following = analysis.tokens[end]
    return (
        following.text in ENDS
        or analysis.sentence_of(end).start == end
        or (analysis.tokens[last].text in ENDS and (following.text[0].isupper() or following.text in MARKS))
    )


def _stands_alone(context: Context, contents: Sequence[TokenSpan]) -> bool:
    words = [
        context.token(index) for span in contents for index in range(*span) if context.token(index).text[0].isalpha()
    ]
    verbless = any(context.token(index).text in DASHES for span in contents for index in range(*span))
    return len(words) >= 3 and (verbless or any(has_predicate(context, span) for span in contents))
