"""Attributions of the sentence before: P. Об этом сообщил X."""

from __future__ import annotations

from collections.abc import Set

from extractor.quotes.quote import Quote
from extractor.quotes.rules.content import as_content
from extractor.quotes.rules.context import Context, words_of
from extractor.quotes.rules.phrases import span_of
from extractor.quotes.rules.reported.boundaries import aside_limit
from extractor.quotes.rules.reported.grammar import about_this
from extractor.quotes.rules.speaker import speaker_of
from extractor.reading.analysis import TokenSpan
from extractor.reading.forms import plain


def anaphoric_quotes(context: Context, taken: Set[int]) -> list[Quote]:
    """The anaphoric quotes of a text, one a content, in order; `taken` are the tokens of direct quotes."""
    found: dict[TokenSpan, Quote] = {}
    for index in _predicates(context):
        quote = _anaphoric(context, index, taken)
        if quote is not None:
            found.setdefault(quote.fragments[0], quote)
    return list(found.values())


def _predicates(context: Context) -> list[int]:
    """The tokens that can report the sentence before: cues with a clause frame, verbs of uttering."""
    found = {cue for cue in context.cues if not context.frames[cue].isdisjoint({"inverted", "clause"})}
    such = words_of("such")
    for sentence in context.analysis.sentences:
        if not such.isdisjoint(context.words[sentence.start : sentence.start + 2]):
            found |= {
                index
                for index in range(*sentence)
                if context.token(index).pos == "VERB" and plain(context.token(index).lemma) in words_of("utterance")
            }
    return sorted(found)


def _anaphoric(context: Context, cue: int, taken: Set[int]) -> Quote | None:
    """P. Об этом сообщил X: the content is the sentence before, unless a direct quote already ends it."""
    token = context.token(cue)
    if token.pos == "NOUN" or context.depth[cue]:
        return None
    sentence = context.analysis.sentence_of(cue)
    if token.sentence == 0 or not _about_this(context, cue, sentence):
        return None
    previous = context.analysis.sentences[token.sentence - 1]
    if about_this(context, previous.start):
        return None
    content = as_content(context, *previous)
    if content is None or not taken.isdisjoint(range(content.end - 3, content.end)):
        return None
    limit = aside_limit(context, cue, None, sentence)
    speaker = speaker_of(context, cue, sentence.start, limit)
    if speaker is None:
        return None
    span = TokenSpan(cue, cue + 1)
    return Quote("indirect", "anaphoric", (content,), span, speaker, span_of((span, speaker)))


def _about_this(context: Context, cue: int, sentence: TokenSpan) -> bool:
    """Whether об этом stands at the sentence's beginning, or right after a cue near it; or: такое мнение высказал X."""
    such = next((index for index in (sentence.start, sentence.start + 1) if context.is_word_of(index, "such")), None)
    if such is not None and plain(context.token(cue).lemma) in words_of("utterance"):
        return cue - such < 14 and "nominal" in context.frames[such + 1]
    about = words_of("about")
    for index in range(sentence.start, min(sentence.end - 1, max(sentence.start + 3, cue + 3))):
        if context.words[index] in about and about_this(context, index):
            relative = (
                index + 2 < sentence.end
                and context.token(index + 2).text == ","
                and context.is_word_of(index + 3, "complementizer")
            )
            return not relative and (index <= sentence.start + 1 or index > cue) and abs(cue - index) < 22
    return False
