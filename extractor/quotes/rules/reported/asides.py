"""Attributions set off from the content: "По словам X, P"; "P1, как сообщил X, P2"; "согласно X, P"."""

from __future__ import annotations

from extractor.quotes.rules.content import as_content
from extractor.quotes.rules.context import Context, words_of
from extractor.quotes.rules.phrases import first_noun, noun_phrase
from extractor.quotes.rules.reported.boundaries import (
    aside_limit,
    clause_start,
    interrupted_start,
    sentence_limit,
    without_relay,
)
from extractor.quotes.rules.reported.report import Report
from extractor.quotes.rules.reported.syntax import complement_start, how_before, is_about_this, preposition_before
from extractor.quotes.rules.speaker import speaker_of
from extractor.reading.analysis import TokenSpan
from extractor.reading.grammar import is_finite, may_be_finite

# The head of the source stands within so many tokens of "по словам", and within fewer of "данные": adjectives and
# numerals may stand between.  Swept 4–20 and 4–14: no difference.
_SOURCE_WINDOW, _OWNER_WINDOW = 12, 8


def aside(context: Context, cue: int, sentence: TokenSpan) -> Report | None:
    """The report whose attribution is set off: "По словам X, P"; "P1, по данным X, P2"; "Как сообщил X, P"."""
    opener: int | None
    if "parenthetical" in context.frames[cue]:
        opener = preposition_before(context, cue, sentence)
        if opener is None:
            return None
        span = TokenSpan(opener, cue + 1)
        possessives = [index for index in range(opener + 1, cue) if context.is_word_of(index, "whose")]
        if possessives:
            speaker: TokenSpan | None = TokenSpan(possessives[0], possessives[0] + 1)
        else:
            speaker = _source_after(context, cue, sentence)
            if speaker is None:
                return None
    elif "inverted" in context.frames[cue] and may_be_finite(context.token(cue)):
        opener = how_before(context, cue, sentence)
        if opener is None or _governs_clause(context, cue, sentence):
            return None
        span = TokenSpan(cue, cue + 1)
        limit = aside_limit(context, cue, None, sentence)
        speaker = speaker_of(context, cue, opener + 1, limit)
    else:
        return None
    end = aside_limit(context, span.end - 1, speaker, sentence)
    close = max(span.end, speaker.end if speaker is not None else 0)
    if (
        "parenthetical" in context.frames[cue]
        and close < sentence.end
        and context.token(close).text != ","
        and any(is_finite(context.token(index)) for index in range(close, min(end, sentence.end)))
    ):
        end = close  # The comma after the aside was left out.
    fragments = _content_around(context, opener, end, sentence)
    return Report("aside", span, speaker, fragments) if fragments else None


def _governs_clause(context: Context, cue: int, sentence: TokenSpan) -> bool:
    """Whether a clause follows "как сообщил X" right away, as the cue's complement rather than inside the content."""
    start = complement_start(context, cue, sentence)
    return start is not None and not any(context.token(index).text == "," for index in range(cue, start - 2))


def _source_after(context: Context, noun: int, sentence: TokenSpan) -> TokenSpan | None:
    """The source after "по словам" or "согласно", whose last token is `noun`: a genitive (dative) phrase or a name."""
    head = first_noun(context, noun + 1, min(sentence.end, noun + _SOURCE_WINDOW))
    if head is None or any(context.is_word_of(index, "relative") for index in range(noun + 1, head + 1)):
        return None
    if context.is_word_of(noun, "according") and _names_no_speaker(context, head, sentence):
        return None
    case = context.token(head).case
    if (
        context.mentions.name_at(head) is None
        and not context.token(head).text.isupper()
        and case not in {"Gen", "Dat" if context.is_word_of(noun, "according") else None, None}
    ):
        return None
    return noun_phrase(context, head, noun + 1, sentence.end)


def _names_no_speaker(context: Context, head: int, sentence: TokenSpan) -> bool:
    """Whether the noun after "согласно" is a law or rule, or data of nobody in particular."""
    lemma = context.token(head).lemma
    if lemma in words_of("rule_text"):
        return True
    return (
        lemma in words_of("wording") and first_noun(context, head + 1, min(sentence.end, head + _OWNER_WINDOW)) is None
    )


def _content_around(context: Context, opener: int, end: int, sentence: TokenSpan) -> tuple[TokenSpan, ...]:
    """The content round an aside [opener, end): the fragment before it, after it, or both."""
    tokens = context.analysis.tokens
    tail = without_relay(context, end, sentence_limit(context, opener, end, sentence)) if end < sentence.end else end
    after = as_content(context, end, tail)
    begin = clause_start(context, opener, sentence) if after is None else interrupted_start(context, opener, sentence)
    before = as_content(context, begin, opener)
    if before is not None and all(
        context.is_word_of(index, "connective") or not tokens[index].text[0].isalnum() for index in range(*before)
    ):
        before = None
    first = before or after
    if first is not None and is_about_this(context, first.start):
        return ()
    return tuple(span for span in (before, after) if span is not None)
