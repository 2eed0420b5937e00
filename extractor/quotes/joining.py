"""Joins the quotes of the rules with those of the tagger: of each quote the content and speaker of the better side.

Which side is the better one is decided by the lists of `criteria.py`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from extractor.quotes.criteria import (
    Contest,
    content_size,
    lies_within,
    part_outside,
    rules_content_holds,
    rules_speaker_holds,
    rules_suffice,
    tagger_suffices,
)
from extractor.quotes.learned.decoding import certainty, decode, speaker_certainty
from extractor.quotes.learned.tagger import QuoteTags
from extractor.quotes.quote import Quote
from extractor.quotes.rules.content import ADDRESS_STARTS, as_content
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.phrases import span_of
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import ENDS, MARKS


def join(context: Context, tags: QuoteTags, rules: Sequence[Quote]) -> list[Quote]:
    """The quotes of a text, in order, given those that the rules found and the tagger's output.

    No two contents overlap, except that an anaphoric one may hold others or lie in one.  Certainties and agreement are
    filled in.
    """
    tagged = list(filter(None, (_cleaned(context, quote) for quote in decode(context.analysis, tags))))
    rules_index, tagged_index = _FragmentIndex(rules), _FragmentIndex(tagged)
    rivals_of, pieces_of = _matches(rules, rules_index, tagged)
    chosen: list[Quote] = []
    met: set[int] = set()
    for quote, numbers in zip(tagged, rivals_of, strict=True):
        rivals = [number for number in numbers if number not in met]
        met.update(rivals)
        sure = certainty(tags, quote)
        if not rivals:
            if tagger_suffices(context, quote, sure):
                chosen.append(quote)
        elif rules_content_holds(
            Contest(context, quote, sure, [(rules[number], pieces_of[number]) for number in rivals])
        ):
            chosen += [rules[number]._replace(rule=f"{rules[number].rule} + {quote.rule}") for number in rivals]
        else:
            chosen.append(_with_attribution(context, tags, quote, rules[rivals[0]]))
    chosen += [rule for number, rule in enumerate(rules) if number not in met and rules_suffice(tags, rule)]
    kept = sorted(map(_with_attribution_outside, _without_overlaps(chosen)), key=lambda quote: quote.fragments)
    return [
        quote._replace(
            certainty=certainty(tags, quote),
            speaker_certainty=speaker_certainty(tags, quote),
            agreement=min(rules_index.overlap(quote), tagged_index.overlap(quote)),
        )
        for quote in kept
    ]


class _FragmentIndex:
    """An index of the fragments of quotes by place, to look up which of the quotes share tokens with a given one."""

    def __init__(self, quotes: Sequence[Quote]) -> None:
        self._sizes = [content_size(quote) for quote in quotes]
        self._fragments = sorted(
            (*fragment, number) for number, quote in enumerate(quotes) for fragment in quote.fragments
        )
        # The furthest end of each fragment and those before it: where a fragment ends is not enough, as the sentence
        # that is an anaphoric content may hold later ones.
        self._reach = list(accumulate((end for _, end, _ in self._fragments), max))

    def shared(self, quote: Quote) -> dict[int, int]:
        """The number of tokens that each of the quotes, by its number, shares with a given one; only those that do."""
        shared: dict[int, int] = {}
        for start, end in quote.fragments:
            place = bisect_left(self._fragments, (end,))
            while place and self._reach[place - 1] > start:
                place -= 1
                first, last, number = self._fragments[place]
                common = min(end, last) - max(start, first)
                if common > 0:
                    shared[number] = shared.get(number, 0) + common
        return shared

    def overlap(self, quote: Quote) -> float:
        """The greatest overlap of a quote with one of the quotes: shared tokens by the tokens of both (0 to 1)."""
        size = content_size(quote)
        shared = self.shared(quote).items()
        return max((n / (size + self._sizes[number] - n) for number, n in shared), default=0.0)


def _matches(
    rules: Sequence[Quote], rules_index: _FragmentIndex, tagged: Sequence[Quote]
) -> tuple[list[list[int]], dict[int, list[Quote]]]:
    """Which quotes of rules and tagger share tokens; anaphoric ones only with anaphoric ones.

    Returns for each of the tagger's quotes the numbers of the rules', and by number of the rules' the tagger's.
    """
    rivals_of: list[list[int]] = []
    pieces_of: dict[int, list[Quote]] = {}
    for quote in tagged:
        numbers = sorted(n for n in rules_index.shared(quote) if rules[n].anaphoric == quote.anaphoric)
        rivals_of.append(numbers)
        for number in numbers:
            pieces_of.setdefault(number, []).append(quote)
    return rivals_of, pieces_of


def _with_attribution(context: Context, tags: QuoteTags, quote: Quote, rule: Quote) -> Quote:
    """Keeps the tagger's content, and takes the rule's construction and, by the criteria for speakers, attribution."""
    if rules_speaker_holds(context, tags, quote, rule):
        quote = quote._replace(cue=rule.cue, speaker=rule.speaker, attribution=rule.attribution)
    return quote._replace(construction=rule.construction, rule=f"{quote.rule} + {rule.rule}")


# ---------------------------------------------------------------- quotes that do not overlap


def _without_overlaps(quotes: Sequence[Quote]) -> Iterator[Quote]:
    """Drops quotes whose content overlaps that of an earlier one; then anaphoric ones that cut through another's."""
    claimed: dict[int, TokenSpan] = {}
    for quote in quotes:
        words = {word: fragment for fragment in quote.fragments for word in range(*fragment)}
        if not quote.anaphoric and claimed.keys().isdisjoint(words):
            claimed |= words
            yield quote
    for quote in quotes:
        if quote.anaphoric and not any(_cuts(claimed, fragment) for fragment in quote.fragments):
            yield quote


def _cuts(claimed: Mapping[int, TokenSpan], content: TokenSpan) -> bool:
    """Whether a content overlaps a claimed fragment without holding it or lying in it."""
    first, last = claimed.get(content.start), claimed.get(content.end - 1)
    return first != last and (
        (first is not None and first.start < content.start) or (last is not None and content.end < last.end)
    )


def _with_attribution_outside(quote: Quote) -> Quote:
    """The quote with cue and speaker cut to what lies outside the content, and the speaker to what is outside the cue.

    Cue and speaker may lie in each other ("по его словам").
    """
    cue = quote.cue and part_outside(quote.cue, quote.fragments)
    speaker = quote.speaker and part_outside(quote.speaker, quote.fragments)
    if cue and speaker and not lies_within(cue, speaker) and not lies_within(speaker, cue):
        speaker = part_outside(speaker, [cue])
    if (cue, speaker) == (quote.cue, quote.speaker):
        return quote
    return quote._replace(cue=cue, speaker=speaker, attribution=span_of((cue, speaker)))


# ---------------------------------------------------------------- the tagger's boundaries


def _cleaned(context: Context, quote: Quote) -> Quote | None:
    """The tagger's quote with its fragments split at paragraphs and cut before hashtags and addresses.

    An utterance also begins after its opening mark and ends at its closing mark, with the stop inside the marks.
    Returns None where nothing is left.
    """
    fragments = []
    tokens = context.analysis.tokens
    for start, end in (part for fragment in quote.fragments for part in _by_paragraph(context, fragment)):
        end = next((i for i in range(start, end) if tokens[i].text in ADDRESS_STARTS), end)
        if quote.type == "direct":
            start = _after_own_mark(context, start, end)
            end = _closing_end(context, start, end)
        fragment = as_content(context, start, end, stops=False)
        if fragment is not None:
            fragments.append(_with_stop(context, fragment) if quote.type == "direct" else fragment)
    return quote._replace(fragments=tuple(fragments)) if fragments else None


def _by_paragraph(context: Context, fragment: TokenSpan) -> Iterator[TokenSpan]:
    """The parts of a fragment, one for each paragraph."""
    start = fragment.start
    while start < fragment.end:
        end = min(fragment.end, context.analysis.paragraph_of(start).end)
        yield TokenSpan(start, end)
        start = end


def _after_own_mark(context: Context, start: int, end: int) -> int:
    """The token after the opening mark that an utterance up to `end` begins with, if its words fill the marks."""
    close = context.closing_mark(start)
    return start + 1 if close is not None and close >= end - 1 else start


def _closing_end(context: Context, start: int, end: int) -> int:
    """The closing mark of an utterance that runs on beyond it without another mark ("«Да» и вышел"); else `end`."""
    close = context.closing_mark(start - 1)
    if close is None or close >= end or any(context.token(index).text in MARKS for index in range(close + 1, end)):
        return end
    return close


def _with_stop(context: Context, fragment: TokenSpan) -> TokenSpan:
    """An utterance extended by the stop after it that stands inside the same quotation marks: "«Пора!» — сказал X"."""
    end = fragment.end
    tokens = context.analysis.tokens
    inside = end < len(tokens) and context.depth[end] and context.depth[end] == context.depth[fragment.start]
    return TokenSpan(fragment.start, end + 1) if inside and tokens[end].text in ENDS else fragment
