"""Criteria by which the quotes of rules and tagger are judged against each other.

Each list of criteria is a module constant that `joining.py` goes through in order.  They were chosen on articles of
`quotes/train` as networks tag them that have not learned from them (`training/measure_quotes.py`); the figures in
`models/quotes.md` compare the result with rules and tagger alone.

The thresholds were swept one at a time, the others as they are, on quotes/dev (70 documents, 389 quotes) and the first
120 documents of real/train (593 quotes).  A pair of figures is f1@0.8 on either, 0.929 / 0.805 with all of them as they
are. One quote more or less moves a figure by 0.001–0.003, so that differences below that say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from extractor.quotes.learned.decoding import mean
from extractor.quotes.learned.tagger import QuoteTags
from extractor.quotes.quote import Quote
from extractor.quotes.rules.context import Context, words_of
from extractor.quotes.rules.reported.syntax import is_denied
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import MARKS
from extractor.reading.forms import plain
from extractor.rules import Rule

# Constructions given by the layout of a page, whose boundaries the rules find better than the tagger, however certain
# it is.
_LAYOUT = frozenset({"dialogue", "label", "block"})
# Constructions that are kept where the tagger sees no content at all.
_RULES_ALONE = _LAYOUT | {"anaphoric", "headline"}
# The thresholds below were swept with tags of the articles by networks that have not learned from them, on 800 articles
# of quotes/train and on real/train; the figures are f1@0.8 on both.
# From this certainty on the tagger's boundaries can hold against a rule's, by the type of the tagger's quote.  Direct
# 0.907 / 0.900 at 0.6, 0.906 / 0.904 at 0.2, 0.906 / 0.907 at 0; indirect and mixed make no difference of more than
# 0.0015 from 0.3 and 0.4 on.
_HOLDS = {"direct": 0.0, "indirect": 0.55, "mixed": 0.75}
# From this certainty on a quote counts that only the tagger finds, by type.  Direct makes no difference from 0.3 on;
# indirect 0.906 / 0.901 at 0.5, 0.907 / 0.901 at 0.75, 0.907 / 0.900 at 0.85; mixed 0.907 / 0.900 at 0.5 and at 0.85,
# with more mixed ones found at 0.5.
_ALONE = {"direct": 0.75, "indirect": 0.75, "mixed": 0.5}
# The same for the anaphoric quotes and for mixed ones that are just the words between two marks: their boundaries are
# given, so that less certainty will do.  Anaphoric: no difference of more than 0.001 from 0 to 1.  Between marks: level
# below 0.4, 0.928 / 0.801 from 0.7 on.
_ALONE_ANAPHORIC, _ALONE_IN_MARKS = 0.6, 0.2
# A quote that only the rules find is kept if the tagger's mean probability that its words are content is above this:
# 0.907 / 0.900 at 0.1, 0.908 / 0.898 at 0.2, 0.906 / 0.897 at 0.5.
_SUPPORT = 0.1
# From this certainty on the tagger holds against a rule whose content swallows the tagger's cue ("…, передаёт X").
# Swept 0.5–1: no difference on real/train; 0.929 up to 0.9 and 0.926 from 0.95 on, on quotes/dev.
_INNER_CUE = 0.9
# Below this mean probability of its words the tagger's speaker gives way to the rule's.  Swept 0–1 by the share of
# right speakers (0.949 / 0.937): 0.949 / 0.939 where it never gives way by this, 0.955 / 0.933 at 0.9, 0.947 / 0.923
# where it always does; a single speaker more or less is 0.003 / 0.002.
_SPEAKER = 0.8
# Cases in which the subject of an active verb cannot stand.
_NOT_SUBJECT = frozenset({"Ins", "Dat", "Loc"})
_PREDICATES = frozenset({"VERB", "ADJ"})


# ---------------------------------------------------------------- whose content


class Contest(NamedTuple):
    """A quote of the tagger's and the rules' quotes that share words with it.

    `rivals` are the rules' quotes, each with all quotes of the tagger's that share words with it.
    """

    context: Context
    tagged: Quote
    certainty: float
    rivals: Sequence[tuple[Quote, Sequence[Quote]]]


def _is_layout(contest: Contest) -> bool | None:
    """For the rules where the layout of the page makes the quote."""
    return True if any(rule.construction in _LAYOUT for rule, _ in contest.rivals) else None


def _is_uncertain(contest: Contest) -> bool | None:
    """For the rules where the tagger is uncertain of its boundaries."""
    return True if contest.certainty < _HOLDS[contest.tagged.type] else None


def _splits_one_pair(contest: Contest) -> bool | None:
    """For the rules where the tagger cuts into pieces what stands between one pair of quotation marks."""
    if contest.tagged.type != "direct":
        return None
    split = any(rule.type == "direct" and _in_one_pair(contest.context, pieces) for rule, pieces in contest.rivals)
    return True if split else None


def _is_utterance(contest: Contest) -> bool | None:
    """For the tagger in other utterances: pages lose, double and misplace the marks by which the rules cut them."""
    return False if contest.tagged.type == "direct" else None


def _swallows_cue(contest: Contest) -> bool | None:
    """For a tagger that is very certain where a rule's content holds the tagger's cue: "P, передаёт агентство"."""
    cue = contest.tagged.cue
    if contest.certainty < _INNER_CUE or cue is None:
        return None
    return False if any(part_outside(cue, rule.fragments) is None for rule, _ in contest.rivals) else None


def _is_aside(contest: Contest) -> bool | None:
    """For the rules where an aside bounds the content."""
    return True if any(rule.construction == "aside" for rule, _ in contest.rivals) else None


def _misses_a_part(contest: Contest) -> bool | None:
    """For the rules where the tagger found only one of the two parts round an attribution: "P1, считает X, P2"."""
    missed = any(
        rule.construction == "inverted" and set(contest.tagged.fragments) < set(rule.fragments)
        for rule, _ in contest.rivals
    )
    return True if missed else None


# Whether the rules' content holds (True) or the tagger's (False); the first criterion that decides counts.
CONTENT: tuple[Rule[Callable[[Contest], bool | None]], ...] = (
    Rule("content: layout", _is_layout),
    Rule("content: uncertain tagger", _is_uncertain),
    Rule("content: pieces of one pair of marks", _splits_one_pair),
    Rule("content: utterance", _is_utterance),
    Rule("content: swallowed cue", _swallows_cue),
    Rule("content: aside", _is_aside),
    Rule("content: missed part", _misses_a_part),
)


def rules_content_holds(contest: Contest) -> bool:
    """Whether the content of the rules' quotes is kept rather than the tagger's, which holds where nothing decides."""
    for criterion in CONTENT:
        verdict = criterion.apply(contest)
        if verdict is not None:
            return verdict
    return False


def _in_one_pair(context: Context, pieces: Sequence[Quote]) -> bool:
    """Whether between several pieces of an utterance stand no marks but those repeated at the start of paragraphs."""
    between = range(pieces[0].fragments[-1].end, pieces[-1].fragments[0].start)
    return len(pieces) > 1 and not any(
        context.token(index).text in MARKS and context.analysis.paragraph_of(index).start != index for index in between
    )


# ---------------------------------------------------------------- quotes that only one side finds


class LoneQuote(NamedTuple):
    """A quote that only the tagger finds.

    `predicate` is the token of its cue that reports, None where it has no cue.
    """

    context: Context
    quote: Quote
    predicate: int | None


def _is_thought(candidate: LoneQuote) -> bool:
    """A cue of thought or knowledge: "надеялся, что P"."""
    if candidate.predicate is None:
        return False
    return plain(candidate.context.token(candidate.predicate).lemma) in words_of("thought")


def _is_anaphor_of_no_cue(candidate: LoneQuote) -> bool:
    """An anaphoric quote whose cue is not in the lexicon."""
    if candidate.predicate is None:
        return False
    return candidate.quote.anaphoric and not candidate.context.frames[candidate.predicate]


def _is_denied_clause(candidate: LoneQuote) -> bool:
    """A clause whose cue is negated, asked or conditional: "не говорил, что P"."""
    if candidate.predicate is None or candidate.quote.construction != "clause":
        return False
    sentence = candidate.context.analysis.sentence_of(candidate.predicate)
    return is_denied(candidate.context, candidate.predicate, sentence)


def _has_no_source(candidate: LoneQuote) -> bool:
    """An impersonal report at the head of a text, where nobody has been named who may have said it: "Сообщается, что".

    The sentence before would tell (quotes/GUIDELINES.md).
    """
    context, quote, predicate = candidate
    if predicate is None or quote.speaker is not None or "impersonal" not in context.frames[predicate]:
        return False
    return context.token(predicate).sentence == 0


# What the rules know to be no quote, however certain the tagger is.
NO_QUOTE: tuple[Rule[Callable[[LoneQuote], bool]], ...] = (
    Rule("no quote: thought", _is_thought),
    Rule("no quote: anaphor of no cue", _is_anaphor_of_no_cue),
    Rule("no quote: denied", _is_denied_clause),
    Rule("no quote: no source", _has_no_source),
)


def tagger_suffices(context: Context, quote: Quote, certainty: float) -> bool:
    """Whether a quote is kept that only the tagger finds."""
    if certainty < _least_certainty(context, quote):
        return False
    predicate = None
    if quote.cue is not None:
        predicate = next((i for i in range(*quote.cue) if context.token(i).pos in _PREDICATES), quote.cue.end - 1)
    candidate = LoneQuote(context, quote, predicate)
    return not any(criterion.apply(candidate) for criterion in NO_QUOTE)


def _least_certainty(context: Context, quote: Quote) -> float:
    """The certainty from which on a quote counts that only the tagger finds."""
    if quote.anaphoric:
        return _ALONE_ANAPHORIC
    tokens = context.analysis.tokens
    if quote.type == "mixed" and all(
        start and end < len(tokens) and tokens[start - 1].text in MARKS and tokens[end].text in MARKS
        for start, end in quote.fragments
    ):
        return _ALONE_IN_MARKS
    return _ALONE[quote.type]


def rules_suffice(tags: QuoteTags, quote: Quote) -> bool:
    """Whether a quote is kept that only the rules find."""
    return quote.construction in _RULES_ALONE or _content_probability(tags, quote) > _SUPPORT


def _content_probability(tags: QuoteTags, quote: Quote) -> float:
    """The tagger's mean probability that a word of a quote's fragments is content."""
    outside = sum(mean(tags.content, fragment) * (fragment.end - fragment.start) for fragment in quote.fragments)
    return 1 - outside / content_size(quote)


# ---------------------------------------------------------------- whose speaker


class Speakers(NamedTuple):
    """The speakers that both sides give to a quote: the rule's quote, the tagger's mention and its mean probability."""

    context: Context
    rule: Quote
    tagged: TokenSpan
    probability: float


def _is_doubtful(speakers: Speakers) -> bool:
    """The tagger doubts its speaker."""
    return speakers.probability < _SPEAKER


def _is_one_of_several(speakers: Speakers) -> bool:
    """The tagger marks one of several who speak together: "Анна Рыкова и Олег Тимин"."""
    several, one = speakers.rule.speaker, speakers.tagged
    if several is None or not lies_within(one, several):
        return False
    return any(speakers.context.token(i).pos == "CCONJ" for i in range(*several) if not one.start <= i < one.end)


def _names_owner_of_words(speakers: Speakers) -> bool:
    """The rule's speaker is whose words a longer mention names or a cue quotes: "слова Анны Ровной"."""
    rule, phrase = speakers.rule, speakers.tagged
    if rule.speaker is None or not lies_within(rule.speaker, phrase):
        return False
    quoted = rule.cue is not None and "object" in speakers.context.frames[rule.cue.start]
    return quoted or speakers.context.token(phrase.start).lemma in words_of("wording")


def _cannot_be_subject(speakers: Speakers) -> bool:
    """The rule's speaker is the subject of an active verb, the tagger's cannot be: "сказал мэр, встретясь с Лосем"."""
    context, rule = speakers.context, speakers.rule
    if rule.speaker is None or rule.cue is None or context.token(speakers.tagged.start).case not in _NOT_SUBJECT:
        return False
    tokens = [context.token(i) for i in range(*rule.speaker)]
    return any(
        token.rel == "nsubj"
        and token.head in range(*rule.cue)
        and context.token(token.head).feats.get("Voice") == "Act"
        for token in tokens
    )


# Where any of these holds the rule's speaker is kept rather than the tagger's.
SPEAKER: tuple[Rule[Callable[[Speakers], bool]], ...] = (
    Rule("speaker: doubtful", _is_doubtful),
    Rule("speaker: one of several", _is_one_of_several),
    Rule("speaker: owner of words", _names_owner_of_words),
    Rule("speaker: no subject", _cannot_be_subject),
)


def rules_speaker_holds(context: Context, tags: QuoteTags, tagged: Quote, rule: Quote) -> bool:
    """Whether the attribution of a rule's quote is kept rather than that of the tagger's quote that it meets.

    Never where the rule names no speaker or its attribution lies in what the tagger takes for content.
    """
    if rule.speaker is None:
        return False
    if rule.attribution is not None and part_outside(rule.attribution, tagged.fragments) != rule.attribution:
        return False
    if tagged.speaker is None:
        return True
    speakers = Speakers(context, rule, tagged.speaker, 1 - mean(tags.speaker, tagged.speaker))
    return any(criterion.apply(speakers) for criterion in SPEAKER)


# ---------------------------------------------------------------- spans


def lies_within(inner: TokenSpan, outer: TokenSpan) -> bool:
    """Whether one span lies in another."""
    return outer.start <= inner.start and inner.end <= outer.end


def part_outside(span: TokenSpan, others: Iterable[TokenSpan]) -> TokenSpan | None:
    """The first part of a span that is outside all of some other spans, given in order; None where there is none."""
    start, end = span
    for first, last in others:
        if first > start:
            end = min(end, first)
            break
        start = max(start, last)
    return TokenSpan(start, end) if start < end else None


def content_size(quote: Quote) -> int:
    """The number of tokens of a quote's content."""
    return sum(end - start for start, end in quote.fragments)
