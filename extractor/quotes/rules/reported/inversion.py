"""Attributions after or inside their content: P, сообщил X; P1, считает X, P2."""

from __future__ import annotations

from extractor.quotes.rules.content import as_content, has_predicate
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.reported.boundaries import aside_limit, clause_start, interrupted_start, without_chain
from extractor.quotes.rules.reported.grammar import about_this, complement, denied, unsaid
from extractor.quotes.rules.reported.report import Report
from extractor.quotes.rules.speaker import speaker_of
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import DASHES

_MODIFIERS = frozenset({"advcl", "obl", "advmod", "mark", "cc", "case"})


def inverted(context: Context, cue: int, sentence: TokenSpan) -> Report | None:
    """P, сообщил X; P1, считает X, P2."""
    token = context.token(cue)
    if "inverted" not in context.frames[cue] or token.feats.get("VerbForm") not in {"Fin", None} or token.pos == "NOUN":
        return None
    if token.pos == "ADJ" and token.feats.get("Variant") != "Short":
        return None
    if denied(context, cue, sentence) or complement(context, cue, sentence) is not None:
        return None
    if unsaid(context, cue) or _takes_object(context, cue):
        return None
    opener = _joint(context, cue, sentence)
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
    if end < sentence.end - 1 and _crosses(context, before, end, sentence):
        after = as_content(context, end, without_chain(context, end, sentence.end))
    if after is not None:
        before = as_content(context, interrupted_start(context, opener, sentence), opener)
    if before is None:
        return None
    if after is None and not has_predicate(context, before) and before.end - before.start < 4:
        return None
    content = (before,) if after is None else (before, after)
    return Report("inverted", TokenSpan(cue, cue + 1), speaker, content)


def _takes_object(context: Context, cue: int) -> bool:
    """Whether an object or infinitive says already what the cue is about: подтвердил решение, объявил об уходе."""
    for child in context.analysis.children(cue):
        token = context.token(child)
        if child < cue or (token.rel in {"xcomp", "csubj"} and token.feats.get("VerbForm") == "Inf"):
            if child > cue:
                return True
            continue
        if token.rel == "obj" and token.case == "Acc" and token.pos in {"NOUN", "PROPN"}:
            return True
        if token.rel == "obl" and any(
            context.is_word_of(word, "about") or context.is_word_of(word, "answerable")
            for word in context.analysis.children(child)
        ):
            return True
    return False


def _is_adjunct(context: Context, cue: int, before: TokenSpan) -> bool:
    """Whether what stands before a cue only modifies it: Говоря о ценах, X отметил рост; Об этом сообщает Y."""
    if about_this(context, before.start):
        return True
    if context.is_word_of(before.start, "how"):
        return True
    roots = [
        context.token(index) for index in range(*before) if not before.start <= context.token(index).head < before.end
    ]
    return all((root.head == cue and root.rel in _MODIFIERS) or root.pos == "PUNCT" for root in roots)


def _joint(context: Context, cue: int, sentence: TokenSpan) -> int | None:
    """The comma or dash between the content and an inverted cue; at most adverbs, particles, a pronoun between."""
    tokens = context.analysis.tokens
    for index in range(cue - 1, max(sentence.start, cue - 7), -1):
        token = tokens[index]
        if token.text == "," or token.text in DASHES:
            return index
        if context.is_word_of(index, "relative") or context.is_word_of(index, "complementizer"):
            return None
        if token.pos not in {"ADV", "PART", "PRON", "ADP", "NOUN", "ADJ", "DET", "NUM", "PROPN"}:
            return None
        if token.pos in {"NOUN", "PROPN"} and token.case == "Nom" and index < cue - 2:
            return None
    return None


def _crosses(context: Context, before: TokenSpan, end: int, sentence: TokenSpan) -> bool:
    """Whether a dependency runs between the content before an attribution and what follows at `end`."""
    tokens = context.analysis.tokens
    following = range(end + 1, sentence.end)
    if (
        not following
        or tokens[following[0]].feats.get("VerbForm") in {"Part", "Conv"}
        or context.is_word_of(following[0], "relative")
    ):
        return False
    if tokens[following[0]].pos == "CCONJ":
        verb = next((index for index in following if tokens[index].feats.get("VerbForm") == "Fin"), None)
        return verb is not None and not context.frames[verb]
    forward = any(
        before.start <= tokens[index].head < before.end and tokens[index].rel not in {"punct", "parataxis"}
        for index in following
    )
    backward = any(
        tokens[index].head >= end + 1 and tokens[index].rel not in {"punct", "parataxis"} for index in range(*before)
    )
    return forward or backward
