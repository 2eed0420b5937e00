"""Quoted words inside the reporter's own: X назвал это «ошибкой»."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.quotes.quote import Quote
from extractor.quotes.rules.content import has_predicate
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.marks import Quoted
from extractor.quotes.rules.phrases import span_of
from extractor.quotes.rules.reported.grammar import reaches
from extractor.quotes.rules.speaker import speaker_of
from extractor.reading.analysis import TokenSpan


def is_speech(context: Context, stretch: Quoted) -> bool:
    """Whether quoted words are somebody's words rather than a name or title: they begin small, or make a clause."""
    words = [index for part in stretch.parts for index in range(*part) if context.token(index).text[0].isalpha()]
    if not words or all(context.names.at(index) is not None for index in words):
        return False
    first = context.token(words[0])
    if first.text[0].islower():
        return True
    return len(words) >= 4 and any(has_predicate(context, part) for part in stretch.parts)


def fragments(context: Context, busy: set[int]) -> Iterator[Quote]:
    """Quoted words in the reporter's own sentence: X назвал это «ошибкой»; several of one cue make one quote."""
    by_cue: dict[int, list[TokenSpan]] = {}
    for stretch in context.stretches:
        if stretch.depth or len(stretch.parts) > 1 or stretch.open in busy or stretch.open + 1 in busy:
            continue
        if not is_speech(context, stretch):
            continue
        cue = _fragment_cue(context, stretch)
        if cue is None:
            cue = _governing_cue(context, stretch)
        if cue is not None:
            by_cue.setdefault(cue, []).extend(stretch.parts)
    for cue, parts in by_cue.items():
        sentence = context.analysis.sentence_of(cue)
        span = TokenSpan(cue, cue + 1)
        speaker = speaker_of(context, cue, sentence.start, sentence.end)
        yield Quote("mixed", "fragment", tuple(parts), span, speaker, span_of((span, speaker)))


def _fragment_cue(context: Context, stretch: Quoted) -> int | None:
    """The cue whose words a quoted stretch holds: the nearest before it in its clause."""
    sentence = context.analysis.sentence_of(stretch.open)
    for index in range(stretch.open - 1, max(sentence.start, stretch.open - 18) - 1, -1):
        token = context.token(index)
        if context.depth[index]:
            continue
        if _is_fragment_cue(context, index):
            if index and context.is_word_of(index - 1, "negation"):
                return None
            return index if any(reaches(context, word, index) for word in range(*stretch.parts[0])) else None
        if token.text in {";", ":"} or context.is_word_of(index, "relative"):
            return None
    return None


def _governing_cue(context: Context, stretch: Quoted) -> int | None:
    """The cue before a quoted stretch that a word of it hangs from, whatever stands between: призвал людей, которые …,
    «не спешить».
    """
    first = context.analysis.sentence_of(stretch.open).start
    for word in range(*stretch.parts[0]):
        head = context.token(word).head
        if first <= head < stretch.open and not context.depth[head] and _is_fragment_cue(context, head):
            return None if head and context.is_word_of(head - 1, "negation") else head
    return None


def _is_fragment_cue(context: Context, index: int) -> bool:
    return "fragment" in context.frames[index] and context.token(index).pos not in {"NOUN", "PROPN"}
