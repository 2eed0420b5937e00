"""The speaker of a cue: which noun phrase beside the cue names who speaks."""

from __future__ import annotations

from extractor.quotes.rules.context import Context, words_of
from extractor.quotes.rules.phrases import first_noun, noun_phrase, phrase_of
from extractor.reading.analysis import Token, TokenSpan
from extractor.reading.grammar import (
    NOMINALS,
    PHRASE_BREAKS,
    SUBJECTS,
    VERBS,
    is_animate,
    is_finite,
    is_gerund,
    is_participle,
    is_short,
)

_SUBJECTS = SUBJECTS | {"csubj"}
# Where syntax gives no subject, a nominative or a reference to a source is looked for within so many tokens of the cue;
# further away another clause has mostly begun.  Swept 4–40: speakers of the joined quotes 0.949 / 0.940 at 4, else as
# they are; of the rules alone 0.930 / 0.910 at 4, 0.933 / 0.910 at 8, 0.933 / 0.913 from 14 on.
_WINDOW = 14
# A reference to the source ("со ссылкой на X") may stand so many tokens after the cue, behind the agency that passes
# the words on.  Swept 8–40: speakers of the rules alone 0.933 / 0.910 at 8, no difference from 14 on.
_REFERENCE_WINDOW = 25
# So many tokens may stand from one noun to the next in "по словам источника в мэрии", "Рыкова и мэр Олег Тимин": what
# is named stands within the same phrase.  Swept 3–14 and 2–12: no difference.
_NEXT_NOUN = 8
_COORDINATED_NOUN = 6
# A gerund or second predicate reaches its subject through at most so many coordinated predicates: bounds time, and ends
# loops of the parser.  Swept 1–8: no difference.
_MAX_PREDICATES = 4


def speaker_of(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """The mention of the speaker for the cue token `cue`, looked for in the tokens [left, right); None where none is.

    In order of preference: the original source behind a relaying medium ("со ссылкой на X"); the object of a verb that
    quotes somebody ("цитирует X"); the grammatical subject; an organization or document in an adjunct ("в МВД
    сообщили", "говорится в письме"); the nearest nominative.
    """
    origin = _referenced_source(context, cue, left, right)
    if origin is not None:
        return origin
    token = context.token(cue)
    frames = context.frames[cue]
    if "object" in frames:
        quoted_person = _quoted_person(context, cue, left, right)
        if quoted_person is not None:
            return quoted_person
    if is_participle(token) and token.rel not in {"root", "parataxis", "ccomp"} and "impersonal" not in frames:
        return noun_phrase(context, token.head, left, right) if left <= token.head < right else None
    if "impersonal" not in frames:
        subject = _subject(context, cue, left, right)
        if subject is not None:
            return _with_coordinated(context, noun_phrase(context, subject, left, right), token, right)
    if token.number == "Plur" or "impersonal" in frames or is_short(token):
        place = _adjunct(context, cue, left, right)
        if place is not None:
            return place
    if "impersonal" in frames:
        return None
    if is_gerund(token):
        return _governing_subject(context, cue, left, right)
    return (
        _nearest(context, cue, left, right)
        or _governing_subject(context, cue, left, right)
        or _subject_before_clauses(context, cue, left)
    )


def _subject(context: Context, verb: int, left: int, right: int) -> int | None:
    """The head of the grammatical subject of a verb, in [left, right), if it can speak."""
    for child in context.analysis.children(verb):
        if context.token(child).rel in _SUBJECTS and left <= child < right and _can_speak(context, child):
            return child
    return None


def _with_coordinated(context: Context, first: TokenSpan, verb: Token, right: int) -> TokenSpan:
    """The mention with those coordinated with it, for a verb in the plural: "Рыкова и мэр Олег Тимин заявили"."""
    end = first.end
    while verb.number == "Plur" and end + 1 < right:
        joint = context.token(end)
        if joint.pos != "CCONJ" and joint.text != ",":
            break
        head = first_noun(context, end + 1, min(right, end + _COORDINATED_NOUN))
        if head is None or context.token(head).case not in {"Nom", None} or context.token(head).pos == "PRON":
            break
        other = noun_phrase(context, head, end + 1, right)
        # A common noun after a comma is an apposition to the first mention rather than a second speaker.
        if context.mentions.person_name_at(other.start) is None and joint.pos != "CCONJ":
            break
        end = other.end
    return TokenSpan(first.start, end)


def _governing_subject(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """The subject of the predicate that a gerund modifies or that a second predicate is coordinated with.

    Not for a finite verb where content stands between: by the guidelines (`shared/quotes/GUIDELINES.md`, coordinated
    verbs) such a quote has no mention beside it, and coreference names its speaker.
    """
    index = cue
    for _ in range(_MAX_PREDICATES):
        token = context.token(index)
        if token.head < 0 or token.rel not in {"conj", "advcl", "parataxis"}:
            return None
        index = token.head
        subject = _subject(context, index, left, right)
        if subject is not None:
            if is_finite(context.token(cue)) and _content_between(context, subject, cue):
                return None
            return noun_phrase(context, subject, left, right)
    return None


def _content_between(context: Context, start: int, end: int) -> bool:
    """Whether quoted words, a complementizer or another cue stand between two tokens."""
    return any(
        context.depth[index] or context.is_word_of(index, "complementizer") or "clause" in context.frames[index]
        for index in range(start + 1, end)
    )


def _subject_before_clauses(context: Context, cue: int, left: int) -> TokenSpan | None:
    """The subject at the beginning of the sentence that clauses separate from its verb: "Лось, который …, сообщил"."""
    if cue <= left or context.token(cue - 1).text != ",":
        return None
    for index in range(max(left, context.analysis.sentence_of(cue).start), cue):
        if _is_subject_like(context, index, context.token(cue)) and not context.depth[index]:
            return noun_phrase(context, index, left, cue)
        if context.token(index).pos in VERBS and is_finite(context.token(index)):
            return None
    return None


def _can_speak(context: Context, index: int) -> bool:
    """Whether a token can head the mention of a speaker: a nominal, not a relative or demonstrative pronoun."""
    token = context.token(index)
    return (
        token.pos in NOMINALS or token.pos in {"ADJ", "DET"} or context.mentions.name_at(index) is not None
    ) and not context.is_word_of(index, "no_speaker")


def _referenced_source(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """The original source that a medium relays: "со ссылкой на X", "ссылаясь на X"."""
    sentence = context.analysis.sentence_of(cue)
    limit = min(right, sentence.end)
    references, complementizers = words_of("reference"), words_of("complementizer")
    for index in range(max(left, sentence.start, cue - _WINDOW), min(limit, cue + _REFERENCE_WINDOW)):
        word = context.words[index]
        if index < cue and word in {",", ";"}:
            return None
        if word in references:
            for step in range(index + 1, min(limit, index + 3)):
                if context.is_word_of(step, "onto"):
                    return _owner_of_words(context, step + 1, cue if step < cue else limit)
        if word in complementizers:
            return None
    return None


def _owner_of_words(context: Context, start: int, right: int) -> TokenSpan | None:
    """The noun phrase that begins at `start`; of "слова", "данные" and the like their owner: "слова Лося" → "Лося"."""
    head = first_noun(context, start, right)
    while head is not None and context.token(head).lemma in words_of("wording"):
        following = first_noun(context, head + 1, min(right, head + _NEXT_NOUN))
        if following is None:
            break
        head = following
    return None if head is None else noun_phrase(context, head, start, right)


def _quoted_person(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """The person whom a verb quotes, as its object: "цитирует Лося агентство", "приводит слова Лося"."""
    for child in context.analysis.children(cue):
        token = context.token(child)
        if not left <= child < right or token.rel not in {"obj", "obl", "nmod", "iobj"}:
            continue
        if token.lemma in words_of("wording"):
            if child > left and context.is_word_of(child - 1, "whose"):
                return TokenSpan(child - 1, child)
            return _owner_of_words(context, child, right)
        if context.mentions.person_name_at(child) is not None or (token.case in {"Acc", "Gen"} and is_animate(token)):
            return noun_phrase(context, child, left, right)
    return None


def _adjunct(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """The organization or document in which something is said: "В МВД сообщили", "говорится в письме".

    Occasions ("в интервью") and times ("в понедельник") are none.
    """
    for child in context.analysis.children(cue):
        if not left <= child < right or context.token(child).rel not in {"obl", "nmod", *SUBJECTS}:
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
    """The nearest noun phrase in the cue's clause that can be its subject; those after the cue come first."""
    verb = context.token(cue)
    sentence = context.analysis.sentence_of(cue)
    after = range(cue + 1, min(right, sentence.end, cue + _WINDOW))
    before = range(cue - 1, max(left, sentence.start, cue - _WINDOW) - 1, -1)
    for steps in (after, before):
        for index in steps:
            if context.token(index).text in PHRASE_BREAKS or context.is_word_of(index, "complementizer"):
                break
            if context.depth[index] != context.depth[cue] and steps is before:
                break
            if _is_subject_like(context, index, verb):
                return noun_phrase(context, index, left, right)
    return None


def _is_subject_like(context: Context, index: int, verb: Token) -> bool:
    """Whether a token can be the subject of a verb: a nominative without preposition that agrees with it in number."""
    token = context.token(index)
    substantivized = token.pos == "ADJ" and token.number == "Plur" and token.rel != "amod"
    if (token.pos not in NOMINALS and not substantivized) or not _can_speak(context, index):
        return False
    if index and context.token(index - 1).pos == "ADP":
        return False
    if context.mentions.name_at(index) is not None and token.case in {None, "Nom"}:
        return True
    return token.case == "Nom" and (verb.number is None or token.number == verb.number)
