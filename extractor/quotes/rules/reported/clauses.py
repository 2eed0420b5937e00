"""Clauses that a cue governs: "X сообщил, что P"; "выразил надежду, что P"; "сообщается, что P"."""

from __future__ import annotations

from extractor.quotes.rules.content import as_content
from extractor.quotes.rules.context import Context, words_of
from extractor.quotes.rules.phrases import first_noun, noun_phrase
from extractor.quotes.rules.reported.boundaries import content_end
from extractor.quotes.rules.reported.report import Report
from extractor.quotes.rules.reported.syntax import (
    complement_start,
    how_before,
    is_denied,
    is_main,
    preposition_before,
    reports_nobody,
)
from extractor.quotes.rules.speaker import speaker_of
from extractor.reading.analysis import TokenSpan
from extractor.reading.forms import plain
from extractor.reading.grammar import CLAUSE_BREAKS, is_infinitive

# The verb of "выразил твёрдую надежду" stands within so many tokens before the noun.  Swept 2–8: no difference.
_NOMINAL_WINDOW = 5


def clause(context: Context, cue: int, sentence: TokenSpan) -> Report | None:
    """The report of a cue with a complement clause: "X сообщил, что P"."""
    frames = context.frames[cue]
    token = context.token(cue)
    nominal = "nominal" in frames and (token.pos == "NOUN" or is_infinitive(token))
    if not (nominal or "clause" in frames) or is_denied(context, cue, sentence):
        return None
    if not nominal and reports_nobody(context, cue):
        return None
    if nominal and preposition_before(context, cue, sentence) is not None:
        return None
    if how_before(context, cue, sentence) is not None:
        return None
    start = complement_start(context, cue, sentence)
    if start is None:
        return None
    span = _nominal_cue(context, cue, sentence) if nominal else TokenSpan(cue, cue + 1)
    if span is None:
        return None
    verb = next((index for index in range(*span) if context.token(index).pos in {"VERB", "ADJ"}), None)
    end = content_end(context, cue if verb is None else verb, start, sentence)
    content = as_content(context, start, end)
    if content is None:
        return None
    if verb is None:
        head = first_noun(context, span.end, start)
        speaker = None if head is None else noun_phrase(context, head, span.end, start)
        if speaker is None:
            return None
    else:
        speaker = speaker_of(context, verb, sentence.start, max(cue + 1, start - 1))
    if span.start > sentence.start and context.is_word_of(span.start - 1, "negation"):
        span = TokenSpan(span.start - 1, span.end)
    return Report("clause", span, speaker, (content,), is_main(context, cue))


def _nominal_cue(context: Context, noun: int, sentence: TokenSpan) -> TokenSpan | None:
    """The whole cue of a noun with a nominal frame: "выразил надежду", or "заявление" alone before a genitive."""
    for index in range(noun - 1, max(sentence.start, noun - _NOMINAL_WINDOW) - 1, -1):
        token = context.token(index)
        if token.pos == "VERB":
            return TokenSpan(index, noun + 1) if plain(token.lemma) in words_of("utterance") else None
        if token.text in CLAUSE_BREAKS:
            break
    following = noun + 1
    if context.token(noun).pos == "NOUN" and following < sentence.end and context.token(following).case == "Gen":
        return TokenSpan(noun, noun + 1)
    return None
