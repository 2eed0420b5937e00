"""Direct quotes: utterances in quotation marks, and those that the layout marks (`layout.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

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
from extractor.rules import Rule

# Between an utterance's attribution and its continuation stand at most a full stop or comma and a dash (swept
# 0–4, no difference).
_MAX_BETWEEN = 2
# An utterance without attribution has at least so many words: fewer are mostly titles and names.  Swept 1–6: f1@0.8 of
# the rules alone 0.927 / 0.724 below 3, else no difference.
_MIN_WORDS_ALONE = 3


def marked(context: Context) -> Iterator[Quote]:
    """Utterances in quotation marks, each with its attribution and the stretches that continue it, in order."""
    stretches = [stretch for stretch in context.stretches if stretch.depth == 0]
    position = 0
    while position < len(stretches):
        stretch = stretches[position]
        position += 1
        quote, end = _utterance(context, stretch)
        if quote is None:
            continue
        # "A", — сказал X. "B": B continues A where it has no attribution of its own.
        while quote.cue is not None and position < len(stretches):
            following = stretches[position]
            if not _continues(context, end, following):
                break
            parts = tuple(filter(None, (trimmed(context, part) for part in following.parts)))
            quote = quote._replace(fragments=quote.fragments + parts)
            end = following.end
            position += 1
        yield quote


# The finders of direct quotes.  Of overlapping quotes that begin at the same token the earlier finder's is kept.
DIRECT: tuple[Rule[Callable[[Context], Iterable[Quote]]], ...] = (
    Rule("quote: marks", marked),
    Rule("quote: dialogue", dialogue),
    Rule("quote: interview", labelled),
    Rule("quote: block", blocks),
)


def find_direct(context: Context) -> list[Quote]:
    """The direct quotes of a text that the rules of `DIRECT` find, in order; of overlapping ones the first is kept."""
    found = [quote._replace(rule=rule.name) for rule in DIRECT for quote in rule.apply(context)]
    found.sort(key=lambda quote: quote.fragments[0])
    kept: list[Quote] = []
    for quote in found:
        if not kept or kept[-1].fragments[-1].end <= quote.fragments[0].start:
            kept.append(quote)
    return kept


def _continues(context: Context, end: int, following: Quoted) -> bool:
    """Whether a stretch continues the utterance before it, whose attribution ended at the token `end`."""
    tokens = context.analysis.tokens
    if following.open >= len(tokens) or tokens[following.open].paragraph != tokens[max(0, end - 1)].paragraph:
        return False
    between = [tokens[index].text for index in range(end, following.open)]
    if len(between) > _MAX_BETWEEN or any(text not in {".", ",", *DASHES} for text in between):
        return False
    return (
        attribution_after(context, following.end) is None
        and not any(inserted_attribution(context, part) for part in following.parts)
        and _stands_alone(context, following.parts)
    )


def _utterance(context: Context, stretch: Quoted) -> tuple[Quote | None, int]:
    """The direct quote that a quoted stretch is, with the token at which the quote and its attribution end.

    The quote is None where the stretch is a name, a title or a fragment of somebody's words.
    """
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
    """Whether an opening mark stands at the beginning of a sentence, possibly after a dash."""
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
    """Whether a sentence or paragraph ends with a quoted stretch."""
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
    """Whether quoted words are an utterance by themselves: some words with a predicate, or with a dash in its place."""
    words = [
        context.token(index) for span in contents for index in range(*span) if context.token(index).text[0].isalpha()
    ]
    verbless = any(context.token(index).text in DASHES for span in contents for index in range(*span))
    return len(words) >= _MIN_WORDS_ALONE and (verbless or any(has_predicate(context, span) for span in contents))
