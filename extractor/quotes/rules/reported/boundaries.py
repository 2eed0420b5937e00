"""Boundaries of reported content and of the attributions inside it."""

from __future__ import annotations

from extractor.quotes.rules.content import ADDRESS_STARTS, LEADING
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.reported.syntax import after_adversative, clause_joint, complement_start, is_main
from extractor.quotes.rules.speaker import speaker_of
from extractor.reading.analysis import Token, TokenSpan
from extractor.reading.characters import DASHES
from extractor.reading.grammar import (
    NOUNS,
    has_subject,
    is_animate,
    is_finite,
    is_gerund,
    is_participle,
    is_short,
    may_be_finite,
)

_ASIDE_ENDS = LEADING | {";"}
# A medium that relays a report ("…, передаёт X со ссылкой на Y") is named within so many last tokens.  Swept 8–40:
# f1@0.8 of the rules alone 0.921 / 0.725 at 8, of the joined quotes 0.929 / 0.807 at 40, else no difference.
_RELAY_WINDOW = 24
# Walks up the dependency tree end after so many heads, which bounds time and ends loops of the parser.  Swept
# 3–30: no difference.
_MAX_TO_HEAD = 12


def content_end(context: Context, cue: int, start: int, sentence: TokenSpan) -> int:
    """The end of the reported clause that begins at `start`: the token after it, where the reporter speaks again.

    At the latest the end of the sentence.
    """
    tokens = context.analysis.tokens
    end = sentence.end
    depth = context.depth[cue]
    brackets = 0
    for index in range(start, sentence.end):
        text = tokens[index].text
        brackets += (text == "(") - (text == ")")
        resumed = text == ";" and index + 1 < sentence.end and tokens[index + 1].pos == "CCONJ"
        if text in ADDRESS_STARTS or brackets < 0 or resumed or context.depth[index] < depth:
            end = index
            break
    end = min(end, _next_report(context, cue, start, end))
    if not is_main(context, cue):
        end = min(end, _main_clause_after(context, cue, start, end))
    return without_relay(context, start, end)


def _next_report(context: Context, cue: int, start: int, end: int) -> int:
    """Where the reporter's own clause goes on: "…, и добавил, что Q"; "…, добавив, что Q"; "…, однако Y заявил".

    Returns the comma or conjunction that begins it, or `end`.
    """
    tokens = context.analysis.tokens
    for index in range(start + 1, end):
        token = tokens[index]
        if context.depth[index] > context.depth[cue]:
            continue
        form = token.feats.get("VerbForm")
        if form not in {"Fin", "Conv"} and not context.frames[index]:
            continue
        coordinated = token.head == cue and ((token.rel == "conj" and form == "Fin") or form == "Conv")
        if (
            not coordinated
            and not _shares_subject(context, cue, start, index)
            and not _is_next_cue(context, cue, index, TokenSpan(start, end))
        ):
            continue
        cut = clause_joint(context, index, start)
        if cut is not None:
            return cut
    return end


def _shares_subject(context: Context, cue: int, start: int, index: int) -> bool:
    """Whether a verb after the content is coordinated with the cue: it agrees with the cue and has no subject.

    A comma before the conjunction closes the clause between them: "сообщил, что P, и попросил".  Without that comma the
    clause between must have no verb that the second one could be coordinated with.
    """
    token = context.token(index)
    if not _agree(token, context.token(cue)):
        return False
    if has_subject(context.analysis, index):
        return False
    if any(
        context.token(step).pos == "CCONJ" and context.token(step - 1).text == ","
        for step in range(index - 1, index - 3, -1)
    ):
        return True
    return (context.token(index - 1).pos == "CCONJ" or context.token(index - 1).text == ",") and not any(
        _agree(context.token(step), token) for step in range(start, index) if not context.depth[step]
    )


def _agree(one: Token, other: Token) -> bool:
    """Whether two finite verbs can share a subject: they have the same number, gender, tense and person."""
    return one.feats.get("VerbForm") == other.feats.get("VerbForm") == "Fin" and all(
        one.feats.get(key) == other.feats.get(key) for key in ("Number", "Gender", "Tense", "Person")
    )


def _is_next_cue(context: Context, cue: int, index: int, content: TokenSpan) -> bool:
    """Whether a token inside the supposed content is the next cue: of the same subject, or after an adversative."""
    token = context.token(index)
    if token.pos == "NOUN" or context.frames[index].isdisjoint({"clause", "fragment"}):
        return False
    if is_gerund(token):
        return not content.start <= token.head < index or token.head == cue
    if (
        is_main(context, cue)
        and after_adversative(context, index)
        and complement_start(context, index, content) is not None
    ):
        return True
    return (
        is_finite(token)
        and all(token.feats.get(key) == context.token(cue).feats.get(key) for key in ("Number", "Gender", "Tense"))
        and not has_subject(context.analysis, index)
        and complement_start(context, index, content) is not None
    )


def _main_clause_after(context: Context, cue: int, start: int, end: int) -> int:
    """The comma at which the main clause goes on after a report whose cue is in a subordinate clause; else `end`.

    The main clause goes on where the token after a comma is the root, or depends on something before the content.
    """
    tokens = context.analysis.tokens
    for index in range(start + 1, end - 1):
        if tokens[index].text != "," or context.depth[index] > context.depth[cue]:
            continue
        following = index + 1
        head = tokens[following].head
        for _ in range(_MAX_TO_HEAD):
            if head < 0 or not start <= head < end:
                break
            head = tokens[head].head
        if (
            head >= 0
            and head < start
            and head != cue
            and tokens[following].rel not in {"mark", "cc", "punct", "acl:relcl"}
        ):
            return index
        if tokens[following].head < 0:
            return index
    return end


def without_relay(context: Context, start: int, end: int) -> int:
    """The end of the content [start, end) without the medium that relays it: "…, передаёт X"; "…, сообщает X"."""
    tokens = context.analysis.tokens
    for index in range(max(start + 1, end - _RELAY_WINDOW), end):
        if (tokens[index].text != "," and tokens[index].text not in DASHES) or index + 2 > end:
            continue
        cue = index + 1
        if tokens[cue].text in DASHES:
            cue += 1
        if cue < end and context.is_word_of(cue, "how"):
            cue += 1
        while cue < end and tokens[cue].pos in {"ADV", "PART"}:
            cue += 1
        if cue >= end or context.depth[cue] > context.depth[start]:
            continue
        token = tokens[cue]
        if "inverted" not in context.frames[cue] or not may_be_finite(token) or token.pos == "NOUN":
            continue
        if complement_start(context, cue, TokenSpan(start, end)) is None and _has_speaker_after(context, cue, end):
            return index
    return end


def _has_speaker_after(context: Context, cue: int, end: int) -> bool:
    """Whether a speaker is named after a cue, before `end`."""
    speaker = speaker_of(context, cue, cue, end)
    return speaker is not None and speaker.start > cue


def aside_limit(context: Context, last: int, speaker: TokenSpan | None, sentence: TokenSpan) -> int:
    """The token at which an aside ends: the comma or dash after its speaker and what describes the speaker.

    `last` is the last token of the aside's cue.  Without punctuation it is the end of the sentence.
    """
    tokens = context.analysis.tokens
    index = max(last + 1, speaker.end if speaker is not None else 0)
    depth = context.depth[last]
    brackets = 0
    while index < sentence.end:
        text = tokens[index].text
        brackets += text == "("
        if brackets and index < sentence.end - 1:
            brackets -= text == ")"
        elif context.depth[index] <= depth and (text in _ASIDE_ENDS or index == sentence.end - 1):
            if text[0].isalnum():
                return sentence.end
            if text != "," or not _describes_speaker(context, index + 1, last, sentence):
                return index
            index += 1
            while index < sentence.end - 1 and tokens[index].text != ",":
                index += 1
            if index >= sentence.end - 1:
                return sentence.end - 1
            if speaker is not None and not _is_relative_clause(context, index + 1, sentence):
                return index
            index += speaker is None
            continue
        index += 1
    return sentence.end


def _describes_speaker(context: Context, start: int, last: int, sentence: TokenSpan) -> bool:
    """Whether the phrase after a comma describes the speaker: a relative clause, participle, apposition or age.

    All but relative clauses must end at a comma before the next predicate; else they begin the content: "По данным
    «Волны», причал … построен".
    """
    if start >= sentence.end:
        return False
    first = context.token(start)
    if context.is_word_of(start, "relative") or (first.pos == "ADP" and context.is_word_of(start + 1, "relative")):
        return True
    agrees = first.case is not None and first.case == _case_before(context, start - 1, last)
    describes = (
        (is_participle(first) and (first.head < start or agrees))
        or (
            is_gerund(first)
            and context.token(last).pos != "NOUN"
            and complement_start(context, start, sentence) is None
        )
        or (first.rel == "appos" and first.head > last)
        or (is_animate(first) and agrees)
        or first.text.isdigit()
    )
    if not describes:
        return False
    for index in range(start, sentence.end):
        token = context.token(index)
        if token.text in {",", *DASHES}:
            return not context.is_word_of(index + 1, "relative")
        if is_finite(token) or is_short(token):
            return False
    return "VerbForm" in first.feats


def _case_before(context: Context, end: int, start: int) -> str | None:
    """The case of the last noun strictly between two tokens, with which an apposition agrees."""
    nouns = (context.token(index) for index in range(end - 1, start, -1))
    return next((noun.case for noun in nouns if noun.pos in NOUNS), None)


def _is_relative_clause(context: Context, start: int, sentence: TokenSpan) -> bool:
    """Whether a relative clause begins at a token of the sentence."""
    return start < sentence.end and context.is_word_of(start, "relative")


def sentence_limit(context: Context, opener: int, end: int, sentence: TokenSpan) -> int:
    """The end of the content after an aside at the latest: the sentence's, or that of the marks round the aside."""
    for index in range(end, sentence.end):
        if context.depth[index] < context.depth[opener]:
            return index
    return sentence.end


def clause_start(context: Context, opener: int, sentence: TokenSpan) -> int:
    """The start of the content before the attribution at `opener`: the sentence's, or after a bracket or semicolon."""
    tokens = context.analysis.tokens
    brackets = 0
    for step in range(opener - 1, sentence.start - 1, -1):
        text = tokens[step].text
        brackets += (text == ")") - (text == "(")
        if brackets < 0 or (text == ";" and not brackets) or context.depth[step] < context.depth[opener]:
            return step + 1
    return sentence.start


def interrupted_start(context: Context, opener: int, sentence: TokenSpan) -> int:
    """The start of the clause that an aside interrupts: after a conjunction ("…, что"), at a relative pronoun."""
    tokens = context.analysis.tokens
    first = clause_start(context, opener, sentence)
    for step in range(opener - 1, first, -1):
        if tokens[step].text == ":":
            first = step + 1
            break
    last = opener - 1 if tokens[opener - 1].text == "," or tokens[opener - 1].text in DASHES else opener
    if last - 1 > first and tokens[last - 1].pos in {"CCONJ", "SCONJ"}:
        return opener
    for step in range(last - 1, first, -1):
        if tokens[step - 1].text != "," and tokens[step - 1].text not in DASHES:
            continue
        if (
            tokens[step].pos == "CCONJ"
            or context.is_word_of(step, "adversative")
            or context.is_word_of(step, "complementizer")
            or context.is_word_of(step, "subordinator")
        ):
            return step + 1
        if context.is_word_of(step, "before_how") and (
            context.is_word_of(step + 1, "how") or context.is_word_of(step + 1, "complementizer")
        ):
            return step + 2
        if context.is_word_of(step, "relative") or (
            context.is_word_of(step + 1, "relative") and tokens[step].pos == "ADP"
        ):
            return step
        break
    return first
