"""Direct quotes by layout: turns of a dialogue, labelled turns of an interview, blocks after a colon."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.quotes.quote import Quote
from extractor.quotes.rules.beside import (
    attributed,
    attribution_before,
    inserted_attribution,
    split_at_attribution,
    with_introduction,
)
from extractor.quotes.rules.content import trimmed
from extractor.quotes.rules.context import Context
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import DASHES, ENDS, MARKS

# The label of an interview's turn ends within so many tokens: two names, initials with their stops, or a description.
# Swept 4–16: no difference.
_MAX_TURN_LABEL = 10
# A turn of a dialogue has at least a dash, a word and its stop; a line that introduces a block a speaker, a cue and a
# colon; a block a clause (swept 1–8, no difference).
_MIN_TURN, _MIN_INTRODUCTION, _MIN_BLOCK = 3, 3, 4
# So many turns with a final stop show that dashes begin a dialogue rather than a list or menu, and so many turns with
# one label that it is a speaker's.  Swept 1–3: f1@0.8 0.927 / 0.805 at 1, no difference above.
_MIN_TURNS = 2


def dialogue(context: Context) -> Iterator[Quote]:
    """Utterances that a dash opens at the beginning of a paragraph: "— Пора, — сказал он."

    A turn without an attribution counts only where others show that this is a dialogue: they end in stops or have
    attributions.
    """
    analysis = context.analysis
    candidates = []
    for paragraph in analysis.paragraphs:
        if paragraph.end - paragraph.start < _MIN_TURN or context.token(paragraph.start).text not in DASHES:
            continue
        body = TokenSpan(paragraph.start + 1, paragraph.end)
        first = context.token(body.start)
        if not (
            first.text[0].isupper() or first.text in MARKS or first.text[0].isdigit() or first.text in {"…", "..."}
        ):
            continue
        if not any(context.token(index).text[0].isalpha() for index in range(*body)):
            continue
        candidates.append((body, inserted_attribution(context, body), context.token(body.end - 1).text in ENDS))
    turns_with_stop = sum(ended for _, _, ended in candidates)
    for body, inserted, ended in candidates:
        answers = body.start >= 2 and context.token(body.start - 2).text == "?"
        if inserted is None and not (
            (ended or answers) and (turns_with_stop >= _MIN_TURNS or any(found for _, found, _ in candidates))
        ):
            continue
        pieces = split_at_attribution(context, body, unclosed=True)
        fragments = tuple(filter(None, (trimmed(context, piece) for piece in pieces if isinstance(piece, TokenSpan))))
        if not fragments:
            continue
        if inserted is not None:
            yield attributed("dialogue", fragments, inserted[1])
        else:
            yield with_introduction(context, "dialogue", fragments, body.start - 2)


def labelled(context: Context) -> Iterator[Quote]:
    """The turns of an interview, each a paragraph after a label: "Корреспондент: Когда откроется театр?"

    A label must come back, and there must be another one beside it.
    """
    turns = []
    for paragraph in context.analysis.paragraphs:
        places = range(paragraph.start + 1, min(paragraph.start + _MAX_TURN_LABEL, paragraph.end - 1))
        if ":" not in context.words[places.start : places.stop]:
            continue
        for index in places:
            token = context.token(index)
            if token.text == ":":
                if context.token(index + 1).text not in MARKS and context.token(paragraph.start).text[0].isupper():
                    turns.append((TokenSpan(paragraph.start, index), TokenSpan(index + 1, paragraph.end)))
                break
            if not (token.text[0].isalpha() or token.text in {".", "-", "’", "'"}):
                break
    labels = [context.analysis.span_text(label) for label, _ in turns]
    for (label, body), text in zip(turns, labels, strict=True):
        is_sentence = context.token(body.end - 1).text in ENDS and context.token(body.start).text[0].isupper()
        if labels.count(text) >= _MIN_TURNS and is_sentence and len(set(labels)) >= 2:
            yield Quote("direct", "label", (body,), None, label, label)


def blocks(context: Context) -> Iterator[Quote]:
    """Paragraphs without marks after one that ends with a cue and a colon: "Мэр написал:"."""
    analysis = context.analysis
    for paragraph, following in zip(analysis.paragraphs, analysis.paragraphs[1:], strict=False):
        colon = paragraph.end - 1
        if context.token(colon).text != ":" or paragraph.end - paragraph.start < _MIN_INTRODUCTION:
            continue
        first = context.token(following.start)
        if first.text in MARKS or first.text in DASHES or following.end - following.start < _MIN_BLOCK:
            continue
        attribution = attribution_before(context, colon)
        if attribution is None or "direct" not in context.frames[attribution.cue]:
            continue
        yield attributed("block", (following,), attribution)
