"""The quotes of the rules and of the tagger put together: each where it is the surer one.

Measured on held-out articles of `quotes/train.jsonl`: where both find a quote and cut it differently, the tagger is
right far more often as long as it is certain, the rules where it is not, and in what a page's layout makes a
quote: dialogues, labels, blocks after a colon.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from extractor.analysis import TokenSpan
from extractor.quotes.context import Context, words_of
from extractor.quotes.cues import frames_of, plain
from extractor.quotes.decoding import certainty, decode
from extractor.quotes.quote import Quote
from extractor.quotes.reported.boundaries import NOISE, as_content
from extractor.quotes.reported.grammar import denied
from extractor.quotes.tagger import QuoteTags

_PREDICATES = frozenset({"VERB", "ADJ"})
# Constructions in which the rules know better, and those that they alone may find.
_LAYOUT = frozenset({"dialogue", "label", "block"})
_RULES_ALONE = _LAYOUT | {"anaphoric", "headline"}
# From this certainty on the tagger's cut holds against the rules', and its quote without theirs; from this mean
# probability on that its words are content another quote of the rules alone is kept: half of such are right,
# below it one in fifteen.
_CUT, _ALONE, _SUPPORT = 0.85, 0.6, 0.1
# From this mean probability of its words on the tagger's speaker holds against the rules'.
_SPEAKER = 0.8


def join(context: Context, tags: QuoteTags, rules: Sequence[Quote]) -> list[Quote]:
    """The quotes of a text in its order, from those that the rules found and what the tagger says."""
    claims: dict[tuple[bool, int], list[int]] = {}
    for number, rule in enumerate(rules):
        for word in _words(rule):
            claims.setdefault((rule.anaphoric, word), []).append(number)
    chosen: list[Quote] = []
    met: set[int] = set()
    for quote in filter(None, (_without_noise(context, quote) for quote in decode(context.analysis, tags))):
        numbers = {number for word in _words(quote) for number in claims.get((quote.anaphoric, word), ())} - met
        met |= numbers
        rivals = [rules[number] for number in sorted(numbers)]
        sure = certainty(tags, quote)
        if not rivals:
            if sure >= _ALONE and not _unspoken(context, quote):
                chosen.append(quote)
        elif any(rule.construction in _LAYOUT for rule in rivals) or sure < _CUT:
            chosen += rivals
        else:
            chosen.append(_attributed(context, tags, quote, rivals[0]))
    chosen += [
        rule
        for number, rule in enumerate(rules)
        if number not in met and (rule.construction in _RULES_ALONE or _support(tags, rule) > _SUPPORT)
    ]
    kept = sorted(_without_overlaps(chosen), key=lambda quote: quote.fragments)
    return [replace(quote, certainty=certainty(tags, quote)) for quote in kept]


def _without_overlaps(quotes: Iterable[Quote]) -> Iterator[Quote]:
    """Of quotes that claim the same words the first; the content of an anaphoric one may hold others."""
    claimed: set[int] = set()
    for quote in quotes:
        words = _words(quote)
        if quote.anaphoric:
            yield quote
        elif claimed.isdisjoint(words):
            claimed |= words
            yield quote


def _unspoken(context: Context, quote: Quote) -> bool:
    """Whether the rules know better: a cue that reports nothing (a thought, a denial), a label used but once."""
    if quote.cue is None:
        before = quote.fragments[0].start - 1
        return quote.type == "direct" and before >= 0 and context.token(before).text == ":"
    cue = next((i for i in range(*quote.cue) if context.token(i).pos in _PREDICATES), quote.cue.end - 1)
    if plain(context.token(cue).lemma) in words_of("thought"):
        return True
    if quote.anaphoric and not frames_of(context.token(cue)):
        return True
    return quote.construction == "clause" and denied(context, cue, context.analysis.sentence_of(cue))


def _without_noise(context: Context, quote: Quote) -> Quote | None:
    """The quote up to a hashtag or an address in it; None where nothing is left."""
    fragments = []
    for start, end in quote.fragments:
        end = next((i for i in range(start, end) if context.token(i).text in NOISE), end)
        fragment = as_content(context, start, end, stops=False)
        if fragment is not None:
            fragments.append(fragment)
    return replace(quote, fragments=tuple(fragments)) if fragments else None


def _attributed(context: Context, tags: QuoteTags, quote: Quote, rule: Quote) -> Quote:
    """The tagger's quote as a rule found it too: with the rule's attribution where the tagger doubts its speaker, or
    marks one of several who speak together.
    """
    span = quote.speaker
    sure = 0.0 if span is None else float(1 - tags.speaker[span.start : span.end, 0].mean())
    if rule.speaker is not None and (sure < _SPEAKER or (span is not None and _joins(context, rule.speaker, span))):
        quote = replace(quote, cue=rule.cue, speaker=rule.speaker, attribution=rule.attribution)
    return replace(quote, construction=rule.construction)


def _joins(context: Context, several: TokenSpan, one: TokenSpan) -> bool:
    """Whether a mention joins others to the one that it holds: Анна Рыкова и Олег Тимин."""
    holds = several.start <= one.start and one.end <= several.end
    return holds and any(context.token(i).pos == "CCONJ" for i in range(*several) if not one.start <= i < one.end)


def _support(tags: QuoteTags, quote: Quote) -> float:
    """How likely, in the mean, the tagger takes the words of a quote for content."""
    return float(1 - tags.content[sorted(_words(quote)), 0].mean())


def _words(quote: Quote) -> set[int]:
    return {index for fragment in quote.fragments for index in range(*fragment)}
