"""The quotes of the rules and of the tagger put together: each where it is the surer one.

Measured on held-out articles of `quotes/train.jsonl`: where both find a quote and cut it differently, the tagger is
right far more often as long as it is certain, the rules where it is not, and in what a page's layout makes a
quote: dialogues, labels, blocks after a colon.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
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
    kept = sorted(map(_attributed_outside, _without_overlaps(chosen)), key=lambda quote: quote.fragments)
    return [replace(quote, certainty=certainty(tags, quote)) for quote in kept]


def _without_overlaps(quotes: Sequence[Quote]) -> Iterator[Quote]:
    """Of quotes that claim the same words the first; the content of an anaphoric one may hold others, or lie in one."""
    claimed: dict[int, TokenSpan] = {}
    for quote in quotes:
        if not quote.anaphoric and claimed.keys().isdisjoint(_words(quote)):
            claimed |= {word: fragment for fragment in quote.fragments for word in range(*fragment)}
            yield quote
    for quote in quotes:
        if quote.anaphoric and not any(_cuts(claimed, fragment) for fragment in quote.fragments):
            yield quote


def _cuts(claimed: Mapping[int, TokenSpan], content: TokenSpan) -> bool:
    """Whether one end of the content lies inside a fragment that goes on beyond it, and ends within the content."""
    first, last = claimed.get(content.start), claimed.get(content.end - 1)
    return first != last and (
        (first is not None and first.start < content.start) or (last is not None and content.end < last.end)
    )


def _attributed_outside(quote: Quote) -> Quote:
    """The quote with as much of its cue and its speaker as stands outside its content, and of the speaker as stands
    beside the cue, unless one stands within the other ("по его словам").
    """
    words = _words(quote)
    cue = quote.cue and _outside(quote.cue, words)
    speaker = quote.speaker and _outside(quote.speaker, words)
    if cue and speaker and not _within(cue, speaker) and not _within(speaker, cue):
        speaker = _outside(speaker, set(range(*cue)))
    if (cue, speaker) == (quote.cue, quote.speaker):
        return quote
    parts = [part for part in (cue, speaker) if part]
    hull = TokenSpan(min(part.start for part in parts), max(part.end for part in parts)) if parts else None
    return replace(quote, cue=cue, speaker=speaker, attribution=hull)


def _within(inner: TokenSpan, outer: TokenSpan) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _outside(span: TokenSpan, words: Set[int]) -> TokenSpan | None:
    """The first stretch of a span that holds none of the words."""
    start = next((i for i in range(*span) if i not in words), span.end)
    end = next((i for i in range(start, span.end) if i in words), span.end)
    return TokenSpan(start, end) if start < end else None


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
    marks one of several who speak together; but for one that stands in what the tagger takes for content.
    """
    span = quote.speaker
    sure = 0.0 if span is None else float(1 - tags.speaker[span.start : span.end, 0].mean())
    beside = rule.attribution is None or _words(quote).isdisjoint(range(*rule.attribution))
    if (
        beside
        and rule.speaker is not None
        and (sure < _SPEAKER or (span is not None and _joins(context, rule.speaker, span)))
    ):
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
