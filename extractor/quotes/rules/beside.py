"""The attribution beside an utterance: after it, inside it, before it, or a label or signature without a verb."""

from __future__ import annotations

from typing import NamedTuple

from extractor.quotes.quote import Construction, Quote
from extractor.quotes.rules.content import JOINS_AFTER
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.phrases import noun_phrase, span_of
from extractor.quotes.rules.speaker import speaker_of
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import DASHES, ENDS, MARKS

_STRONG_ENDS = ENDS - {"."}
_ENDS_INSIDE = _STRONG_ENDS | {","}
_JOINS = JOINS_AFTER | _STRONG_ENDS
# A cue stands within so many tokens of the dash or comma that opens its attribution.
_CUE_WINDOW = 9
_LONG_LABEL = 16


class Attribution(NamedTuple):
    """A cue with its speaker; `end` is the token at which the attribution's clause ends (a mark of punctuation)."""

    cue: int
    speaker: TokenSpan | None
    end: int

    @property
    def span(self) -> TokenSpan:
        """The stretch that holds cue and speaker."""
        span = span_of((TokenSpan(self.cue, self.cue + 1), self.speaker))
        assert span is not None
        return span


def attributed(construction: Construction, contents: tuple[TokenSpan, ...], attribution: Attribution) -> Quote:
    """The direct quote of a content with its attribution."""
    return Quote(
        "direct",
        construction,
        contents,
        TokenSpan(attribution.cue, attribution.cue + 1),
        attribution.speaker,
        attribution.span,
    )


def attribution_after(context: Context, start: int) -> Attribution | None:
    """The attribution that begins at `start`, right after a closing mark: `, — сказал X`."""
    analysis = context.analysis
    if not 0 < start < len(analysis.tokens):
        return None
    limit = analysis.paragraph_of(start - 1).end
    index = start
    joined = analysis.tokens[start - 1].text in MARKS and start >= 2 and analysis.tokens[start - 2].text in _ENDS_INSIDE
    dash = comma = False
    while index < limit and analysis.tokens[index].text in _JOINS:
        joined = True
        dash = dash or analysis.tokens[index].text in DASHES
        comma = comma or analysis.tokens[index].text in {",", ":"}
        index += 1
    if not joined or index >= limit:
        return _own_paragraph(context, start)
    headline = analysis.tokens[start].text == ":" and analysis.tokens[limit - 1].text not in ENDS
    if analysis.tokens[start].text == ":" and not headline:
        return None
    if not dash and (context.is_word_of(index, "relative") or (not comma and analysis.tokens[index].text[0].isupper())):
        return None
    return _attribution(context, index, limit, open_class=dash, window=_CUE_WINDOW if dash or headline else 4)


def _own_paragraph(context: Context, start: int) -> Attribution | None:
    """An attribution in lower case on a line of its own after the utterance: заявил X."""
    tokens = context.analysis.tokens
    if start < len(tokens) and context.analysis.paragraph_of(start).start == start and tokens[start].text[0].islower():
        return _attribution(context, start, context.analysis.paragraph_of(start).end, open_class=False, window=2)
    return None


def _attribution(context: Context, start: int, limit: int, open_class: bool, window: int) -> Attribution | None:
    """The attribution whose clause begins at `start`: its first cue, or (after a dash) any verb with a subject."""
    analysis = context.analysis
    end = clause_end(context, start, limit)
    fallback = None
    for index in range(start, min(start + window, end)):
        token = context.token(index)
        if token.text in MARKS or token.text == ":":
            break
        if token.pos != "NOUN" and not context.frames[index].isdisjoint({"direct", "inverted", "object"}):
            return Attribution(index, speaker_of(context, index, start, end), end)
        if (
            open_class
            and fallback is None
            and token.pos == "VERB"
            and token.feats.get("VerbForm") == "Fin"
            and token.feats.get("Person") not in {"1", "2"}
        ):
            fallback = index
    if fallback is not None:
        speaker = speaker_of(context, fallback, start, end)
        # A plural without a subject is said by those in an organization: решили в совете.
        plural = context.token(fallback).number == "Plur"
        if speaker is not None and (plural or analysis.tokens[speaker.start].case in {None, "Nom"}):
            return Attribution(fallback, speaker, end)
    return None


def clause_end(context: Context, start: int, limit: int) -> int:
    """Where the clause of an attribution ends: at a full stop, a colon, a dash, or a comma that no aside follows."""
    analysis = context.analysis
    sentence_end = min(limit, analysis.sentence_of(start).end)
    depth = context.depth[start]
    for index in range(start, sentence_end):
        text = analysis.tokens[index].text
        if context.depth[index] > depth:
            continue
        if (text in ENDS and index + 1 >= sentence_end) or text in {":", ";"}:
            return index
        if text in DASHES and index > start and analysis.tokens[index - 1].text in {",", ".", "!", "?", ":"}:
            return index - 1
    return sentence_end


def attribution_before(context: Context, colon: int) -> Attribution | None:
    """The attribution that a colon closes: X сообщил журналистам: "…"."""
    analysis = context.analysis
    start = analysis.sentence_of(colon).start
    for index in range(colon - 1, start - 1, -1):
        if context.depth[index] or context.token(index).pos in {"NOUN", "PROPN"}:
            continue
        if not context.frames[index].isdisjoint({"direct", "fragment", "object"}):
            return Attribution(index, speaker_of(context, index, start, colon), colon)
    return None


def _label_before(context: Context, colon: int) -> TokenSpan | None:
    """The name in a verbless label before a colon: Мэр города Инга Савина на месте аварии: «…»."""
    start = context.analysis.sentence_of(colon).start
    if colon - start > _LONG_LABEL or _verb_in(context, start, colon):
        return None
    return next(
        (
            name
            for index in range(start, colon)
            if (name := context.names.person_at(index)) and _nominative(context, name)
        ),
        None,
    )


def signature_after(context: Context, start: int) -> TokenSpan | None:
    """The speaker named without a verb after an utterance: «…». Иванов о реформе; «…» and below: Иван Иванов, мэр."""
    analysis = context.analysis
    tokens = analysis.tokens
    while start < len(tokens) and tokens[start].text in ENDS:
        start += 1
    if start >= len(tokens):
        return None
    sentence = analysis.sentence_of(start)
    if sentence.start != start or sentence.end - start > _LONG_LABEL or _verb_in(context, start, sentence.end):
        return None
    name = context.names.person_at(start)
    if name is not None and name.start == start and _nominative(context, name):
        return name
    about = next((index for index in range(start + 1, sentence.end) if context.is_word_of(index, "about")), None)
    if about is not None and tokens[start].case == "Nom" and tokens[start].pos in {"NOUN", "PROPN"}:
        return noun_phrase(context, start, start, about)
    return None


def _verb_in(context: Context, start: int, end: int) -> bool:
    return any(
        context.token(index).pos in {"VERB", "AUX"} and context.token(index).feats.get("VerbForm") == "Fin"
        for index in range(start, end)
        if not context.depth[index]
    )


def _nominative(context: Context, name: TokenSpan) -> bool:
    return {context.token(index).case for index in range(*name)} & {"Nom", None} != set()


def split_at_attribution(context: Context, part: TokenSpan, unclosed: bool) -> list[TokenSpan | Attribution]:
    """A part of an utterance and the attribution inserted into it: A, — сказал X, — B."""
    found = inserted_attribution(context, part)
    if found is None:
        return [part]
    dash, attribution = found
    end = attribution.end
    pieces: list[TokenSpan | Attribution] = [TokenSpan(part.start, dash), attribution]
    tokens = context.analysis.tokens
    step = end
    while step < part.end and tokens[step].text in {",", ".", ":"}:
        step += 1
    if step < part.end and (tokens[step].text in DASHES or not unclosed):
        rest = TokenSpan(step, part.end)
        if any(tokens[index].text[0].isalnum() for index in range(*rest)):
            pieces.append(rest)
    return pieces


def inserted_attribution(context: Context, part: TokenSpan) -> tuple[int, Attribution] | None:
    """The dash at which an inserted attribution begins, and the attribution."""
    tokens = context.analysis.tokens
    for index in range(part.start + 1, part.end - 1):
        if tokens[index].text not in DASHES or tokens[index - 1].text not in {",", *ENDS}:
            continue
        attribution = _attribution(context, index + 1, part.end, open_class=False, window=6)
        if attribution is not None and _third_person(context, attribution):
            return index, attribution
    return None


def _third_person(context: Context, attribution: Attribution) -> bool:
    token = context.token(attribution.cue)
    return (token.feats.get("Person") not in {"1", "2"} and token.feats.get("VerbForm") == "Fin") or (
        token.feats.get("Variant") == "Short"
    )


def with_introduction(context: Context, bare: Construction, fragments: tuple[TokenSpan, ...], before: int) -> Quote:
    """An utterance with what introduces it where the token before is a colon: a cue or a label; else a `bare` one."""
    if before < 0 or context.token(before).text != ":":
        return Quote("direct", bare, fragments)
    label = _label_before(context, before)
    if label is not None:
        return Quote("direct", "label", fragments, None, label, label)
    attribution = attribution_before(context, before)
    return attributed("before", fragments, attribution) if attribution is not None else Quote("direct", bare, fragments)
