"""The attribution beside an utterance: after it, inside it or before it; or a label or signature without a verb."""

from __future__ import annotations

from typing import NamedTuple

from extractor.quotes.quote import Construction, Quote
from extractor.quotes.rules.content import JOINS_AFTER
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.phrases import noun_phrase, span_of
from extractor.quotes.rules.speaker import speaker_of
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import DASHES, ENDS, MARKS
from extractor.reading.grammar import (
    NOUNS,
    is_finite,
    is_first_or_second_person,
    is_short,
)

_STRONG_ENDS = ENDS - {"."}
_ENDS_INSIDE = _STRONG_ENDS | {","}
_JOINS = JOINS_AFTER | _STRONG_ENDS
# Frames of cues that report an utterance after or inside it, and of those that introduce one.
_FOLLOWING_FRAMES = frozenset({"direct", "inverted", "object"})
_INTRODUCING_FRAMES = frozenset({"direct", "fragment", "object"})
# The cue stands within so many tokens of the beginning of its attribution.  The weaker the punctuation before it, the
# nearer it must be: after a dash, or a colon in a headline; inside an utterance, where a dash need not begin an
# attribution; after a comma or nothing; on a line of its own.  Swept 3–14, 2–14, 2–9 and 1–9: no difference, but that
# after a dash f1@0.8 of the rules alone is 0.927 / 0.726 at 14.
_AFTER_DASH, _INSIDE, _AFTER_COMMA, _ON_OWN_LINE = 9, 6, 4, 2
# A label or signature without a verb has at most so many tokens: longer ones are sentences whose verb the tagger
# missed.  Swept 6–25: no difference.
_MAX_LABEL = 16


class Attribution(NamedTuple):
    """An attribution with a cue: `cue` is its token, `end` the first token after the attribution's clause."""

    cue: int
    speaker: TokenSpan | None
    end: int

    @property
    def span(self) -> TokenSpan:
        """The shortest span that holds cue and speaker."""
        span = span_of((TokenSpan(self.cue, self.cue + 1), self.speaker))
        assert span is not None
        return span


def attributed(construction: Construction, contents: tuple[TokenSpan, ...], attribution: Attribution) -> Quote:
    """The direct quote with the given content fragments and attribution."""
    return Quote(
        "direct",
        construction,
        contents,
        TokenSpan(attribution.cue, attribution.cue + 1),
        attribution.speaker,
        attribution.span,
    )


def attribution_after(context: Context, start: int) -> Attribution | None:
    """The attribution that begins at `start`, the token after an utterance's closing mark: "», — сказал X"."""
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
        return _attribution_on_own_line(context, start)
    headline = analysis.tokens[start].text == ":" and analysis.tokens[limit - 1].text not in ENDS
    if analysis.tokens[start].text == ":" and not headline:
        return None
    if not dash and (context.is_word_of(index, "relative") or (not comma and analysis.tokens[index].text[0].isupper())):
        return None
    return _attribution(context, index, limit, any_verb=dash, window=_AFTER_DASH if dash or headline else _AFTER_COMMA)


def _attribution_on_own_line(context: Context, start: int) -> Attribution | None:
    """An attribution after an utterance that is a paragraph of its own and begins in lower case: "заявил X"."""
    tokens = context.analysis.tokens
    if start < len(tokens) and context.analysis.paragraph_of(start).start == start and tokens[start].text[0].islower():
        limit = context.analysis.paragraph_of(start).end
        return _attribution(context, start, limit, any_verb=False, window=_ON_OWN_LINE)
    return None


def _attribution(context: Context, start: int, limit: int, any_verb: bool, window: int) -> Attribution | None:
    """The attribution whose clause begins at `start` and ends before `limit`: its first cue with its speaker.

    With `any_verb` a finite verb that is no cue will do if it has a speaker: "«…», — пожал плечами X".
    """
    analysis = context.analysis
    end = clause_end(context, start, limit)
    fallback = None
    for index in range(start, min(start + window, end)):
        token = context.token(index)
        if token.text in MARKS or token.text == ":":
            break
        if token.pos != "NOUN" and not context.frames[index].isdisjoint(_FOLLOWING_FRAMES):
            return Attribution(index, speaker_of(context, index, start, end), end)
        if (
            any_verb
            and fallback is None
            and token.pos == "VERB"
            and is_finite(token)
            and not is_first_or_second_person(token)
        ):
            fallback = index
    if fallback is not None:
        speaker = speaker_of(context, fallback, start, end)
        # A verb in the plural has no subject where an organization speaks: "решили в совете".
        plural = context.token(fallback).number == "Plur"
        if speaker is not None and (plural or analysis.tokens[speaker.start].case in {None, "Nom"}):
            return Attribution(fallback, speaker, end)
    return None


def clause_end(context: Context, start: int, limit: int) -> int:
    """The token at which the clause of an attribution ends, `limit` at the latest.

    It ends at the sentence's final stop, at a colon or semicolon, or at the comma or stop before a dash.
    """
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
    """The attribution that ends with the colon before an utterance: "X сообщил журналистам: «…»"."""
    analysis = context.analysis
    start = analysis.sentence_of(colon).start
    for index in range(colon - 1, start - 1, -1):
        if context.depth[index] or context.token(index).pos in NOUNS:
            continue
        if not context.frames[index].isdisjoint(_INTRODUCING_FRAMES):
            return Attribution(index, speaker_of(context, index, start, colon), colon)
    return None


def _label_before(context: Context, colon: int) -> TokenSpan | None:
    """The name in a label without a verb before a colon: "Мэр города Инга Савина на месте аварии: «…»"."""
    start = context.analysis.sentence_of(colon).start
    if colon - start > _MAX_LABEL or context.has_finite_verb(TokenSpan(start, colon)):
        return None
    return next(
        (
            name
            for index in range(start, colon)
            if (name := context.mentions.person_name_at(index)) and _may_be_nominative(context, name)
        ),
        None,
    )


def signature_after(context: Context, start: int) -> TokenSpan | None:
    """The speaker named without a verb in the sentence after an utterance that ends before `start`.

    Either by name ("«…» Иван Лось, мэр") or by a noun phrase with the topic ("«…». Мэр о реформе").
    """
    analysis = context.analysis
    tokens = analysis.tokens
    while start < len(tokens) and tokens[start].text in ENDS:
        start += 1
    if start >= len(tokens):
        return None
    sentence = analysis.sentence_of(start)
    if sentence.start != start or sentence.end - start > _MAX_LABEL or context.has_finite_verb(sentence):
        return None
    name = context.mentions.person_name_at(start)
    if name is not None and name.start == start and _may_be_nominative(context, name):
        return name
    about = next((index for index in range(start + 1, sentence.end) if context.is_word_of(index, "about")), None)
    if about is not None and tokens[start].case == "Nom" and tokens[start].pos in NOUNS:
        return noun_phrase(context, start, start, about)
    return None


def _may_be_nominative(context: Context, name: TokenSpan) -> bool:
    """Whether any token of a name is in the nominative or has no case."""
    return {context.token(index).case for index in range(*name)} & {"Nom", None} != set()


def split_at_attribution(context: Context, part: TokenSpan, unclosed: bool) -> list[TokenSpan | Attribution]:
    """Splits a part of an utterance at the attribution inserted into it: "A, — сказал X, — B" → [A, attribution, B].

    `unclosed` says that no mark closes the utterance: then only what follows a second dash belongs to it.
    """
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
    """The first attribution inserted into a part of an utterance, with the token of the dash before it."""
    tokens = context.analysis.tokens
    for index in range(part.start + 1, part.end - 1):
        if tokens[index].text not in DASHES or tokens[index - 1].text not in {",", *ENDS}:
            continue
        attribution = _attribution(context, index + 1, part.end, any_verb=False, window=_INSIDE)
        if attribution is not None and _is_third_person(context, attribution):
            return index, attribution
    return None


def _is_third_person(context: Context, attribution: Attribution) -> bool:
    """Whether a cue is a predicate in the third person: a first person would be the speaker's own words."""
    token = context.token(attribution.cue)
    return (not is_first_or_second_person(token) and is_finite(token)) or is_short(token)


def with_introduction(context: Context, bare: Construction, fragments: tuple[TokenSpan, ...], before: int) -> Quote:
    """The utterance with the label or attribution that introduces it, if the token `before` is a colon that ends one.

    Otherwise a quote of the construction `bare` without an attribution.
    """
    if before < 0 or context.token(before).text != ":":
        return Quote("direct", bare, fragments)
    label = _label_before(context, before)
    if label is not None:
        return Quote("direct", "label", fragments, None, label, label)
    attribution = attribution_before(context, before)
    return attributed("before", fragments, attribution) if attribution is not None else Quote("direct", bare, fragments)
