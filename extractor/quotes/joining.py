"""The quotes of the rules and of the tagger put together: each where it is the surer one.

The criteria rest on what either got right on articles of `quotes/train.jsonl` that the tagger had not learned from.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from extractor.quotes.learned.decoding import certainty, decode, mean, speaker_certainty
from extractor.quotes.learned.tagger import QuoteTags
from extractor.quotes.quote import Quote
from extractor.quotes.rules.content import NOISE, as_content
from extractor.quotes.rules.context import Context, words_of
from extractor.quotes.rules.reported.grammar import denied
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import ENDS, MARKS
from extractor.reading.forms import plain

_PREDICATES = frozenset({"VERB", "ADJ"})
# Constructions that the rules cut better than the tagger, however sure it is, and those that they alone may find.
_LAYOUT = frozenset({"dialogue", "label", "block"})
_RULES_ALONE = _LAYOUT | {"anaphoric", "headline"}
# From this certainty on the tagger's cut holds against that of one rule, by the type of its quote.
_CUT = {"direct": 0.6, "indirect": 0.55, "mixed": 0.75}
# From this certainty on the tagger's quote counts where the rules find none, by its type; the sentence before and
# words between two quotation marks are bounded already.
_ALONE = {"direct": 0.75, "indirect": 0.85, "mixed": 0.85}
_ALONE_ANAPHORIC, _ALONE_IN_MARKS = 0.6, 0.2
# From this mean probability on that its words are content another quote of the rules alone is kept: half of such are
# right, below it one in five.
_SUPPORT = 0.1
# From this certainty on it holds against that of a rule whose content has the tagger's cue in it: передаёт агентство.
_INNER = 0.9
# From this mean probability of its words on the tagger's speaker holds against the rules'.
_SPEAKER = 0.8
# Whoever stands in these cases is not the subject of an active verb.
_NO_SUBJECT = frozenset({"Ins", "Dat", "Loc"})


def join(context: Context, tags: QuoteTags, rules: Sequence[Quote]) -> list[Quote]:
    """The quotes of a text in its order, from those that the rules found and what the tagger says."""
    tagged = list(filter(None, (_without_noise(context, quote) for quote in decode(context.analysis, tags))))
    by_rules, by_tags = _Readings(rules), _Readings(tagged)
    rivals_of, pieces_of = _met(rules, by_rules, tagged)
    chosen: list[Quote] = []
    met: set[int] = set()
    for quote, numbers in zip(tagged, rivals_of, strict=True):
        rivals = [number for number in numbers if number not in met]
        met.update(rivals)
        sure = certainty(tags, quote)
        if not rivals:
            if sure >= _least_alone(context, quote) and not _unspoken(context, quote, not chosen):
                chosen.append(quote)
        elif _rules_cut_better(context, quote, sure, [(rules[number], pieces_of[number]) for number in rivals]):
            chosen += [rules[number] for number in rivals]
        else:
            chosen.append(_attributed(context, tags, quote, rules[rivals[0]]))
    chosen += [
        rule
        for number, rule in enumerate(rules)
        if number not in met and (rule.construction in _RULES_ALONE or _support(tags, rule) > _SUPPORT)
    ]
    kept = sorted(map(_attributed_outside, _without_overlaps(chosen)), key=lambda quote: quote.fragments)
    return [
        quote._replace(
            certainty=certainty(tags, quote),
            speaker_certainty=speaker_certainty(tags, quote),
            agreement=min(by_rules.overlap(quote), by_tags.overlap(quote)),
        )
        for quote in kept
    ]


class _Readings:
    """The fragments of the quotes that one side found, to look up which of its quotes share words with another."""

    def __init__(self, quotes: Sequence[Quote]) -> None:
        self._sizes = [_size(quote) for quote in quotes]
        self._fragments = sorted(
            (*fragment, number) for number, quote in enumerate(quotes) for fragment in quote.fragments
        )
        # How far each and those before it reach: only sentences that are anaphoric contents hold other fragments.
        self._reach = list(accumulate((end for _, end, _ in self._fragments), max))

    def shared(self, quote: Quote) -> dict[int, int]:
        """How many words of a quote each of the quotes has, by its number; those that have none are left out."""
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
        """The words that a quote shares with the nearest one found, as a share of the words of both (0 to 1)."""
        size = _size(quote)
        shared = self.shared(quote).items()
        return max((n / (size + self._sizes[number] - n) for number, n in shared), default=0.0)


def _met(
    rules: Sequence[Quote], by_rules: _Readings, tagged: Sequence[Quote]
) -> tuple[list[list[int]], dict[int, list[Quote]]]:
    """Which rules' quotes, by number, each of the tagger's meets, and which of the tagger's meet each of the rules'."""
    rivals_of: list[list[int]] = []
    pieces_of: dict[int, list[Quote]] = {}
    for quote in tagged:
        numbers = sorted(n for n in by_rules.shared(quote) if rules[n].anaphoric == quote.anaphoric)
        rivals_of.append(numbers)
        for number in numbers:
            pieces_of.setdefault(number, []).append(quote)
    return rivals_of, pieces_of


def _least_alone(context: Context, quote: Quote) -> float:
    """The certainty from which on a quote of the tagger's that no rule finds counts."""
    if quote.anaphoric:
        return _ALONE_ANAPHORIC
    tokens = context.analysis.tokens
    if quote.type == "mixed" and all(
        start and end < len(tokens) and tokens[start - 1].text in MARKS and tokens[end].text in MARKS
        for start, end in quote.fragments
    ):
        return _ALONE_IN_MARKS
    return _ALONE[quote.type]


def _rules_cut_better(
    context: Context, quote: Quote, sure: float, rivals: Sequence[tuple[Quote, Sequence[Quote]]]
) -> bool:
    """Whether rules' quotes hold against one of the tagger's that meets them; each with all the tagger makes of it.

    Marks decide over the tagger only in what a page's layout makes a quote: pages lose, double and misspace them.  In
    the reporter's own words rules are the better where syntax bounds the content (an aside, a clause with quoted words
    in it), and where the two count the quotes differently.
    """
    if any(rule.construction in _LAYOUT for rule, _ in rivals) or sure < _CUT[quote.type]:
        return True
    if quote.type == "direct":
        return any(rule.type == "direct" and _in_one_pair(context, pieces) for rule, pieces in rivals)
    if len(rivals) > 1 or any(len(pieces) > 1 for _, pieces in rivals):
        return True
    (rule, _), *_ = rivals
    if sure >= _INNER and quote.cue is not None and _outside(quote.cue, rule.fragments) is None:
        return False
    return (
        rule.construction == "aside"
        or (rule.construction == "clause" and quote.type == rule.type == "mixed" and quote.fragments != rule.fragments)
        or (rule.construction == "inverted" and set(quote.fragments) < set(rule.fragments))
    )


def _in_one_pair(context: Context, pieces: Sequence[Quote]) -> bool:
    """Whether several pieces of one utterance have no quotation mark between them but such as open a paragraph anew."""
    between = range(pieces[0].fragments[-1].end, pieces[-1].fragments[0].start)
    return len(pieces) > 1 and not any(
        context.token(index).text in MARKS and context.analysis.paragraph_of(index).start != index for index in between
    )


def _without_overlaps(quotes: Sequence[Quote]) -> Iterator[Quote]:
    """Of quotes that claim the same words the first; the content of an anaphoric one may hold others, or lie in one."""
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
    """Whether one end of the content lies inside a fragment that goes on beyond it, and ends within the content."""
    first, last = claimed.get(content.start), claimed.get(content.end - 1)
    return first != last and (
        (first is not None and first.start < content.start) or (last is not None and content.end < last.end)
    )


def _attributed_outside(quote: Quote) -> Quote:
    """The quote with as much of its cue and its speaker as stands outside its content, and of the speaker as stands
    beside the cue, unless one stands within the other ("по его словам").
    """
    cue = quote.cue and _outside(quote.cue, quote.fragments)
    speaker = quote.speaker and _outside(quote.speaker, quote.fragments)
    if cue and speaker and not _within(cue, speaker) and not _within(speaker, cue):
        speaker = _outside(speaker, [cue])
    if (cue, speaker) == (quote.cue, quote.speaker):
        return quote
    parts = [part for part in (cue, speaker) if part]
    hull = TokenSpan(min(part.start for part in parts), max(part.end for part in parts)) if parts else None
    return quote._replace(cue=cue, speaker=speaker, attribution=hull)


def _within(inner: TokenSpan, outer: TokenSpan) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _outside(span: TokenSpan, others: Iterable[TokenSpan]) -> TokenSpan | None:
    """The first stretch of a span that has no word in the others, which are in order."""
    start, end = span
    for first, last in others:
        if first > start:
            end = min(end, first)
            break
        start = max(start, last)
    return TokenSpan(start, end) if start < end else None


def _unspoken(context: Context, quote: Quote, first: bool) -> bool:
    """Whether the rules know better: a cue that reports nothing (a thought, a denial, сообщается where the quote is
    the `first` and nobody was named), a label used but once.
    """
    if quote.cue is None:
        before = quote.fragments[0].start - 1
        return quote.type == "direct" and before >= 0 and context.token(before).text == ":"
    cue = next((i for i in range(*quote.cue) if context.token(i).pos in _PREDICATES), quote.cue.end - 1)
    if plain(context.token(cue).lemma) in words_of("thought"):
        return True
    if first and quote.speaker is None and "impersonal" in context.frames[cue]:
        return True
    if quote.anaphoric and not context.frames[cue]:
        return True
    return quote.construction == "clause" and denied(context, cue, context.analysis.sentence_of(cue))


def _without_noise(context: Context, quote: Quote) -> Quote | None:
    """The quote up to a hashtag or an address in it, a fragment a paragraph; None where nothing is left."""
    fragments = []
    tokens = context.analysis.tokens
    for start, end in (part for fragment in quote.fragments for part in _by_paragraph(context, fragment)):
        end = next((i for i in range(start, end) if tokens[i].text in NOISE), end)
        if quote.type == "direct":
            end = _to_mark(context, start, end)
        fragment = as_content(context, start, end, stops=False)
        if fragment is not None:
            fragments.append(_with_stop(context, fragment) if quote.type == "direct" else fragment)
    return quote._replace(fragments=tuple(fragments)) if fragments else None


def _by_paragraph(context: Context, fragment: TokenSpan) -> Iterator[TokenSpan]:
    """The pieces of a fragment, one a paragraph."""
    start = fragment.start
    while start < fragment.end:
        end = min(fragment.end, context.analysis.paragraph_of(start).end)
        yield TokenSpan(start, end)
        start = end


def _to_mark(context: Context, start: int, end: int) -> int:
    """Where an utterance ends that runs on beyond its closing mark, no other mark after it: «Да» и вышел."""
    close = context.closing(start - 1)
    if close is None or close >= end or any(context.token(index).text in MARKS for index in range(close + 1, end)):
        return end
    return close


def _with_stop(context: Context, fragment: TokenSpan) -> TokenSpan:
    """An utterance with the mark that ends it, where it stands inside the quotation marks: «Пора!», — сказал X."""
    end = fragment.end
    tokens = context.analysis.tokens
    within = end < len(tokens) and context.depth[end] and context.depth[end] == context.depth[fragment.start]
    return TokenSpan(fragment.start, end + 1) if within and tokens[end].text in ENDS else fragment


def _attributed(context: Context, tags: QuoteTags, quote: Quote, rule: Quote) -> Quote:
    """The tagger's quote as a rule found it too: with the rule's attribution where the tagger doubts its speaker, or
    marks one of several who speak together, what somebody is without the name, or somebody who cannot be the subject;
    but for one that stands in what the tagger takes for content.
    """
    span = quote.speaker
    sure = 0.0 if span is None else 1 - mean(tags.speaker, span)
    beside = rule.attribution is None or _outside(rule.attribution, quote.fragments) == rule.attribution
    if (
        beside
        and rule.speaker is not None
        and (
            sure < _SPEAKER
            or (
                span is not None
                and (
                    _joins(context, rule.speaker, span)
                    or _owns(context, rule, span)
                    or _ends_in(context, span, rule.speaker)
                    or _is_subject(context, rule, span)
                )
            )
        )
    ):
        quote = quote._replace(cue=rule.cue, speaker=rule.speaker, attribution=rule.attribution)
    return quote._replace(construction=rule.construction)


def _joins(context: Context, several: TokenSpan, one: TokenSpan) -> bool:
    """Whether a mention joins others to the one that it holds: Анна Рыкова и Олег Тимин."""
    holds = several.start <= one.start and one.end <= several.end
    return holds and any(context.token(i).pos == "CCONJ" for i in range(*several) if not one.start <= i < one.end)


def _ends_in(context: Context, phrase: TokenSpan, name: TokenSpan) -> bool:
    """Whether a person's name ends a phrase or follows it, nothing but brackets between: директор НИИ (Х) Ян Лось."""
    if name.start <= phrase.start or context.names.person_at(name.start) != name:
        return False
    if name.end == phrase.end:
        return True
    between = [context.token(i).text for i in range(phrase.end, name.start)]
    return name.start >= phrase.end and (not between or (between[0], between[-1]) == ("(", ")"))


def _is_subject(context: Context, rule: Quote, other: TokenSpan) -> bool:
    """Whether a rule's speaker is the subject of an active verb, and the other one's case says that he is not: сказал
    чиновник после встречи с Олегом Тиминым.
    """
    if rule.speaker is None or rule.cue is None or context.token(other.start).case not in _NO_SUBJECT:
        return False
    subjects = [context.token(i) for i in range(*rule.speaker)]
    return any(
        token.rel == "nsubj"
        and token.head in range(*rule.cue)
        and context.token(token.head).feats.get("Voice") == "Act"
        for token in subjects
    )


def _owns(context: Context, rule: Quote, phrase: TokenSpan) -> bool:
    """Whether a rule's speaker is whose words a longer phrase names or a cue quotes: слова Анны Ровной; цитирует её
    журнал.
    """
    if rule.speaker is None or not phrase.start <= rule.speaker.start < rule.speaker.end <= phrase.end:
        return False
    quoted = rule.cue is not None and "object" in context.frames[rule.cue.start]
    return quoted or context.token(phrase.start).lemma in words_of("wording")


def _support(tags: QuoteTags, quote: Quote) -> float:
    """How likely, in the mean, the tagger takes the words of a quote for content."""
    outside = sum(mean(tags.content, fragment) * (fragment.end - fragment.start) for fragment in quote.fragments)
    return 1 - outside / _size(quote)


def _size(quote: Quote) -> int:
    """How many words the content of a quote has."""
    return sum(end - start for start, end in quote.fragments)
