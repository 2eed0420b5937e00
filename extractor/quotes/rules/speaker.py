"""The attribution of a cue: which noun phrase beside it speaks."""

from __future__ import annotations

from extractor.quotes.rules.context import Context, words_of
from extractor.quotes.rules.phrases import NOMINAL, PREDICATES, first_noun, noun_phrase, phrase_of
from extractor.reading.analysis import Token, TokenSpan

_SUBJECTS = frozenset({"nsubj", "nsubj:pass", "csubj"})
# How far from its cue a subject is looked for where syntax gives none.
_WINDOW = 14


def speaker_of(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """The mention of who speaks, for the cue token, looked for in tokens [left, right): None where none is named.

    The original source of a chain is preferred (со ссылкой на X); then the subject that syntax gives; then an
    organization or document in an adjunct (в МВД сообщили, говорится в письме); then the nearest nominative.
    """
    origin = _origin(context, cue, left, right)
    if origin is not None:
        return origin
    token = context.token(cue)
    frames = context.frames[cue]
    if "object" in frames:
        spoken = _object(context, cue, left, right)
        if spoken is not None:
            return spoken
    if (
        token.feats.get("VerbForm") == "Part"
        and token.rel not in {"root", "parataxis", "ccomp"}
        and "impersonal" not in frames
    ):
        return noun_phrase(context, token.head, left, right) if left <= token.head < right else None
    if "impersonal" not in frames:
        subject = _subject(context, cue, left, right)
        if subject is not None:
            return _with_others(context, noun_phrase(context, subject, left, right), token, right)
    if token.number == "Plur" or "impersonal" in frames or token.feats.get("Variant") == "Short":
        place = _adjunct(context, cue, left, right)
        if place is not None:
            return place
    if "impersonal" in frames:
        return None
    if token.feats.get("VerbForm") == "Conv":
        return _governing_subject(context, cue, left, right)
    return (
        _nearest(context, cue, left, right)
        or _governing_subject(context, cue, left, right)
        or _first(context, cue, left)
    )


def _subject(context: Context, verb: int, left: int, right: int) -> int | None:
    for child in context.analysis.children(verb):
        if context.token(child).rel in _SUBJECTS and left <= child < right and _can_speak(context, child):
            return child
    return None


def _with_others(context: Context, first: TokenSpan, verb: Token, right: int) -> TokenSpan:
    """The mention with those joined to it, where a plural verb has several: Рыкова и мэр Олег Тимин заявили."""
    end = first.end
    while verb.number == "Plur" and end + 1 < right:
        joint = context.token(end)
        if joint.pos != "CCONJ" and joint.text != ",":
            break
        head = first_noun(context, end + 1, min(right, end + 6))
        if head is None or context.token(head).case not in {"Nom", None} or context.token(head).pos == "PRON":
            break
        other = noun_phrase(context, head, end + 1, right)
        # A common noun after a comma rather describes the first than joins it.
        if context.names.person_at(other.start) is None and joint.pos != "CCONJ":
            break
        end = other.end
    return TokenSpan(first.start, end)


def _governing_subject(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """The subject of the verb that a gerund modifies or a second predicate is joined to.

    A finite verb reaches back to it only where no quoted content stands between (guidelines: coordinated verbs).
    """
    index = cue
    for _ in range(4):
        token = context.token(index)
        if token.head < 0 or token.rel not in {"conj", "advcl", "parataxis"}:
            return None
        index = token.head
        subject = _subject(context, index, left, right)
        if subject is not None:
            finite = context.token(cue).feats.get("VerbForm") == "Fin"
            return (
                None
                if finite and _content_between(context, subject, cue)
                else noun_phrase(context, subject, left, right)
            )
    return None


def _content_between(context: Context, start: int, end: int) -> bool:
    return any(
        context.depth[index] or context.is_word_of(index, "complementizer") or "clause" in context.frames[index]
        for index in range(start + 1, end)
    )


def _first(context: Context, cue: int, left: int) -> TokenSpan | None:
    """The subject that clauses part from its verb: Иванов, который …, сообщил."""
    if cue <= left or context.token(cue - 1).text != ",":
        return None
    for index in range(max(left, context.analysis.sentence_of(cue).start), cue):
        if _is_subject_like(context, index, context.token(cue)) and not context.depth[index]:
            return noun_phrase(context, index, left, cue)
        if context.token(index).pos in PREDICATES and context.token(index).feats.get("VerbForm") == "Fin":
            return None
    return None


def _can_speak(context: Context, index: int) -> bool:
    token = context.token(index)
    return (
        token.pos in NOMINAL or token.pos in {"ADJ", "DET"} or context.names.at(index) is not None
    ) and not context.is_word_of(index, "no_speaker")


def _origin(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """со ссылкой на X, ссылаясь на X: the source that the cue's subject passes on."""
    sentence = context.analysis.sentence_of(cue)
    limit = min(right, sentence.end)
    references, complementizers = words_of("reference"), words_of("complementizer")
    for index in range(max(left, sentence.start, cue - _WINDOW), min(limit, cue + 25)):
        word = context.words[index]
        if index < cue and word in {",", ";"}:
            return None
        if word in references:
            for step in range(index + 1, min(limit, index + 3)):
                if context.is_word_of(step, "onto"):
                    return _source(context, step + 1, cue if step < cue else limit)
        if word in complementizers:
            return None
    return None


def _source(context: Context, start: int, right: int) -> TokenSpan | None:
    """The noun phrase that begins at `start`; слова, данные and the like give way to whose they are."""
    head = first_noun(context, start, right)
    while head is not None and context.token(head).lemma in words_of("wording"):
        following = first_noun(context, head + 1, min(right, head + 8))
        if following is None:
            break
        head = following
    return None if head is None else noun_phrase(context, head, start, right)


def _object(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """цитирует Иванова агентство, приводит слова Иванова: whom the cue quotes."""
    for child in context.analysis.children(cue):
        token = context.token(child)
        if not left <= child < right or token.rel not in {"obj", "obl", "nmod", "iobj"}:
            continue
        if token.lemma in words_of("wording"):
            if child > left and context.is_word_of(child - 1, "whose"):
                return TokenSpan(child - 1, child)
            return _source(context, child, right)
        if context.names.person_at(child) is not None or (
            token.case in {"Acc", "Gen"} and token.feats.get("Animacy") == "Anim"
        ):
            return noun_phrase(context, child, left, right)
    return None


def _adjunct(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """В МВД сообщили, говорится в письме: the organization or document in which it is said."""
    for child in context.analysis.children(cue):
        if not left <= child < right or context.token(child).rel not in {"obl", "nmod", "nsubj", "nsubj:pass"}:
            continue
        if not _can_speak(context, child):
            continue
        first = phrase_of(context, child, left, right).start
        if first > left and context.is_word_of(first - 1, "inside") and not context.is_word_of(child, "occasion"):
            if context.token(child).lemma in words_of("occasion"):
                continue
            return noun_phrase(context, child, first, right)
    return None


def _nearest(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """The nearest noun phrase that can be the subject: nominative, agreeing in number; first after, then before."""
    verb = context.token(cue)
    sentence = context.analysis.sentence_of(cue)
    after = range(cue + 1, min(right, sentence.end, cue + _WINDOW))
    before = range(cue - 1, max(left, sentence.start, cue - _WINDOW) - 1, -1)
    order = (after, before)
    for steps in order:
        for index in steps:
            token = context.token(index)
            if token.text in {",", ":", ";", "."} or context.is_word_of(index, "complementizer"):
                break
            if context.depth[index] != context.depth[cue] and steps is before:
                break
            if _is_subject_like(context, index, verb):
                return noun_phrase(context, index, left, right)
    return None


def _is_subject_like(context: Context, index: int, verb: Token) -> bool:
    token = context.token(index)
    substantivized = token.pos == "ADJ" and token.number == "Plur" and token.rel != "amod"
    if (token.pos not in NOMINAL and not substantivized) or not _can_speak(context, index):
        return False
    if index and context.token(index - 1).pos == "ADP":
        return False
    if context.names.at(index) is not None and token.case in {None, "Nom"}:
        return True
    return token.case == "Nom" and (verb.number is None or token.number == verb.number)
