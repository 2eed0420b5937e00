"""Attributions after or inside their content, without a conjunction: "P, сообщил X"; "P1, считает X, P2"."""

from __future__ import annotations

from extractor.quotes.rules.content import as_content, has_predicate
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.reported.boundaries import aside_limit, clause_start, interrupted_start, without_relay
from extractor.quotes.rules.reported.report import Report
from extractor.quotes.rules.reported.syntax import complement_start, is_about_this, is_denied, reports_nobody
from extractor.quotes.rules.speaker import speaker_of
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import DASHES
from extractor.reading.grammar import (
    NOUNS,
    is_finite,
    is_gerund,
    is_infinitive,
    is_participle,
    is_short,
    may_be_finite,
)

# Relations of what modifies a cue rather than being reported by it.
_MODIFIERS = frozenset({"advcl", "obl", "advmod", "mark", "cc", "case"})
# Parts of speech that may stand between the comma and the cue: "P, уточнил он позже, …", "P, в свою очередь сказал X".
_BEFORE_CUE = frozenset({"ADV", "PART", "PRON", "ADP", "NOUN", "ADJ", "DET", "NUM", "PROPN"})
# The comma or dash stands within so many tokens before the cue, a nominative right before it within fewer: one further
# away is the subject of a clause of its own.  Swept 3–10 and 1–4: f1@0.8 of the rules alone 0.927 / 0.726 for the first
# at 3, else no difference.
_BOUNDARY_WINDOW, _SUBJECT_WINDOW = 7, 2
# A content without a predicate has at least so many tokens: a headline-like clause rather than an adjunct.
# Swept 1–6: f1@0.8 of the rules alone 0.925 / 0.725 at 1, else no difference.
_MIN_VERBLESS = 4
# Relations by which the next clause may depend on the content without continuing it.
_LOOSE = frozenset({"punct", "parataxis"})


def inverted(context: Context, cue: int, sentence: TokenSpan) -> Report | None:
    """The report of a cue after or inside its content: "P, сообщил X"; "P1, считает X, P2"."""
    token = context.token(cue)
    if "inverted" not in context.frames[cue] or not may_be_finite(token) or token.pos == "NOUN":
        return None
    if token.pos == "ADJ" and not is_short(token):
        return None
    if is_denied(context, cue, sentence) or complement_start(context, cue, sentence) is not None:
        return None
    if reports_nobody(context, cue) or _takes_object(context, cue):
        return None
    opener = _boundary_before(context, cue, sentence)
    if opener is None:
        return None
    limit = aside_limit(context, cue, None, sentence)
    speaker = speaker_of(context, cue, opener + 1, limit)
    if speaker is None and "impersonal" not in context.frames[cue]:
        return None
    end = aside_limit(context, cue, speaker if speaker and speaker.start > cue else None, sentence)
    before = as_content(context, clause_start(context, opener, sentence), opener)
    if before is None or _is_adjunct(context, cue, before):
        return None
    after = None
    if end < sentence.end - 1 and _goes_on_after(context, before, end, sentence):
        after = as_content(context, end, without_relay(context, end, sentence.end))
    if after is not None:
        before = as_content(context, interrupted_start(context, opener, sentence), opener)
    if before is None:
        return None
    if after is None and not has_predicate(context, before) and before.end - before.start < _MIN_VERBLESS:
        return None
    content = (before,) if after is None else (before, after)
    return Report("inverted", TokenSpan(cue, cue + 1), speaker, content)


def _takes_object(context: Context, cue: int) -> bool:
    """Whether an object or infinitive tells already what the cue is about: "подтвердил решение", "объявил об уходе"."""
    for child in context.analysis.children(cue):
        token = context.token(child)
        if child < cue or (token.rel in {"xcomp", "csubj"} and is_infinitive(token)):
            if child > cue:
                return True
            continue
        if token.rel == "obj" and token.case == "Acc" and token.pos in NOUNS:
            return True
        if token.rel == "obl" and any(
            context.is_word_of(word, "about") or context.is_word_of(word, "answerable")
            for word in context.analysis.children(child)
        ):
            return True
    return False


def _is_adjunct(context: Context, cue: int, before: TokenSpan) -> bool:
    """Whether the words before a cue only modify it: "Говоря о ценах, X отметил рост"; "Об этом сообщает X"."""
    if is_about_this(context, before.start):
        return True
    if context.is_word_of(before.start, "how"):
        return True
    roots = [
        context.token(index) for index in range(*before) if not before.start <= context.token(index).head < before.end
    ]
    return all((root.head == cue and root.rel in _MODIFIERS) or root.pos == "PUNCT" for root in roots)


def _boundary_before(context: Context, cue: int, sentence: TokenSpan) -> int | None:
    """The comma or dash between the content and an inverted cue, with no more than a phrase between it and the cue."""
    tokens = context.analysis.tokens
    for index in range(cue - 1, max(sentence.start, cue - _BOUNDARY_WINDOW), -1):
        token = tokens[index]
        if token.text == "," or token.text in DASHES:
            return index
        if context.is_word_of(index, "relative") or context.is_word_of(index, "complementizer"):
            return None
        if token.pos not in _BEFORE_CUE:
            return None
        if token.pos in NOUNS and token.case == "Nom" and index < cue - _SUBJECT_WINDOW:
            return None
    return None


def _goes_on_after(context: Context, before: TokenSpan, end: int, sentence: TokenSpan) -> bool:
    """Whether the content before an attribution continues after the token `end` that closes the attribution.

    It does where a dependency runs between the two parts, and not where a participle, gerund or relative clause
    describes the speaker.
    """
    tokens = context.analysis.tokens
    following = range(end + 1, sentence.end)
    if not following:
        return False
    first = tokens[following[0]]
    if is_participle(first) or is_gerund(first) or context.is_word_of(following[0], "relative"):
        return False
    if first.pos == "CCONJ":
        verb = next((index for index in following if is_finite(tokens[index])), None)
        return verb is not None and not context.frames[verb]
    forward = any(
        before.start <= tokens[index].head < before.end and tokens[index].rel not in _LOOSE for index in following
    )
    backward = any(tokens[index].head >= end + 1 and tokens[index].rel not in _LOOSE for index in range(*before))
    return forward or backward
