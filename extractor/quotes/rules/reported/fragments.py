"""Quoted words inside the reporter's own sentence: "X назвал это «ошибкой»"."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.quotes.quote import Quote
from extractor.quotes.rules.content import has_predicate
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.marks import Quoted
from extractor.quotes.rules.phrases import span_of
from extractor.quotes.rules.reported.claimed import Claimed
from extractor.quotes.rules.reported.syntax import depends_on
from extractor.quotes.rules.speaker import speaker_of
from extractor.reading.analysis import TokenSpan
from extractor.reading.grammar import NOUNS

# The cue stands within so many tokens before the opening mark; further back only where the words depend on it. Swept
# 4–30: f1@0.8 of the rules alone 0.926–0.928 / 0.724–0.727, highest at 8; joined 0.929 / 0.805 up to 18, 0.925 / 0.805
# at 30.
_CUE_WINDOW = 18
# Quoted words that begin with a capital are speech from so many words on, if they have a predicate: shorter ones are
# mostly titles.  Swept 2–7: f1@0.8 0.929 / 0.804 below 4, no difference above.
_MIN_SPEECH_WORDS = 4


def is_speech(context: Context, stretch: Quoted) -> bool:
    """Whether quoted words are speech rather than a name or title: they begin in lower case, or make a clause."""
    words = [index for part in stretch.parts for index in range(*part) if context.token(index).text[0].isalpha()]
    if not words or all(context.mentions.name_at(index) is not None for index in words):
        return False
    first = context.token(words[0])
    if first.text[0].islower():
        return True
    return len(words) >= _MIN_SPEECH_WORDS and any(has_predicate(context, part) for part in stretch.parts)


def fragments(context: Context, claimed: Claimed) -> Iterator[Quote]:
    """The quotes of quoted words outside other quotes; several stretches of one cue make one quote."""
    by_cue: dict[int, list[TokenSpan]] = {}
    for stretch in context.stretches:
        if stretch.depth or len(stretch.parts) > 1:
            continue
        if any(index in claimed.direct or index in claimed.reported for index in (stretch.open, stretch.open + 1)):
            continue
        if not is_speech(context, stretch):
            continue
        cue = _cue_before(context, stretch)
        if cue is None:
            cue = _governing_cue(context, stretch)
        if cue is not None:
            by_cue.setdefault(cue, []).extend(stretch.parts)
    for cue, parts in by_cue.items():
        sentence = context.analysis.sentence_of(cue)
        span = TokenSpan(cue, cue + 1)
        speaker = speaker_of(context, cue, sentence.start, sentence.end)
        yield Quote("mixed", "fragment", tuple(parts), span, speaker, span_of((span, speaker)))


def _cue_before(context: Context, stretch: Quoted) -> int | None:
    """The nearest cue before a quoted stretch in its clause, if a word of the stretch depends on it."""
    sentence = context.analysis.sentence_of(stretch.open)
    for index in range(stretch.open - 1, max(sentence.start, stretch.open - _CUE_WINDOW) - 1, -1):
        token = context.token(index)
        if context.depth[index]:
            continue
        if _is_fragment_cue(context, index):
            if index and context.is_word_of(index - 1, "negation"):
                return None
            return index if any(depends_on(context, word, index) for word in range(*stretch.parts[0])) else None
        if token.text in {";", ":"} or context.is_word_of(index, "relative"):
            return None
    return None


def _governing_cue(context: Context, stretch: Quoted) -> int | None:
    """The cue on which a word of a quoted stretch depends, at any distance: "призвал тех, которые …, «не спешить»"."""
    first = context.analysis.sentence_of(stretch.open).start
    for word in range(*stretch.parts[0]):
        head = context.token(word).head
        if first <= head < stretch.open and not context.depth[head] and _is_fragment_cue(context, head):
            return None if head and context.is_word_of(head - 1, "negation") else head
    return None


def _is_fragment_cue(context: Context, index: int) -> bool:
    """Whether a token is a verb that can report quoted words as a part of its clause."""
    return "fragment" in context.frames[index] and context.token(index).pos not in NOUNS
