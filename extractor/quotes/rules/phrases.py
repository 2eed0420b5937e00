"""Noun phrases of speakers: their boundaries, and the name in them that is the mention.

A cue's speaker is given by its head (`first_noun`, or a subject in the dependency tree); `noun_phrase` grows it into
the mention.  `reading.nominative.head_of` goes the other way, from a phrase with known boundaries to its head, to put
it into the nominative: there numerals, adjectives and participles can be heads too, since they decline.  Here they
cannot, since they do not name a speaker, while foreign words can.
"""

from __future__ import annotations

from collections.abc import Iterable

from extractor.quotes.rules.context import Context, words_of
from extractor.reading.analysis import Token, TokenSpan
from extractor.reading.characters import DASHES, MARKS
from extractor.reading.grammar import (
    NOMINALS,
    NOUNS,
    PHRASE_BREAKS,
    VERBS,
    is_animate,
    is_participle,
)
from extractor.reading.morphology import parses

# Parts of speech at which a phrase that is read from its beginning has its head.
_HEADS = NOMINALS - {"NUM", "SYM"}
# Relations of what stands before the head of a phrase and belongs to it.
_BEFORE_HEAD = frozenset(
    {
        "amod",
        "det",
        "nummod",
        "nummod:gov",
        "nummod:entity",
        "nmod",
        "advmod",
        "flat",
        "flat:name",
        "flat:foreign",
        "compound",
    }
)
# Relations of clauses and appositions after the head, which do not belong to the phrase.
_BEYOND_PHRASE = frozenset({"acl", "acl:relcl", "parataxis", "appos", "punct"})
_PHRASE_ENDS = PHRASE_BREAKS | DASHES | {"(", ")"}
# Cases in which a second person can stand within a phrase; a genitive is the head's complement ("помощник президента").
_OTHER_PERSON_CASES = frozenset({"Ins", "Dat", "Loc"})
# A name in apposition is looked for within so many tokens after the noun: a bound on time, roughly the length of the
# longest titles ("заместитель министра …, председатель комиссии … Иван Лось").  Swept 10–70: speakers 0.949 / 0.935 at
# 10, no difference from 20 on.
_APPOSITION_WINDOW = 45
# A token belongs to a phrase through at most so many heads, none further away than so many tokens: within a phrase
# chains of dependencies are short, and longer ones are mostly errors of the parser.  Swept 2–10: no difference.
_MAX_CHAIN = 6
# A name in quotation marks has at most so many tokens.  Swept 4–25: no difference.
_NAME_IN_MARKS_WINDOW = 15
# A generic noun with a name in marks is at least so long: the noun, two marks and a word (swept 3–5, no difference).
_MIN_NAME_IN_MARKS = 4


def noun_phrase(context: Context, head: int, left: int, right: int) -> TokenSpan:
    """The mention that a phrase stands for, given its head and the tokens [left, right) in which it may lie.

    It is the name of the person that holds or follows the head ("министр обороны Олег Лось" → "Олег Лось"; "лидер
    партии, проповедник Олег Лось" → the same), else the name that ends the phrase, else the whole phrase with its
    complements.
    """
    name = context.mentions.name_at(head)
    if name is not None and context.mentions.person_name_at(head) is not None:
        return name
    start, end = phrase_of(context, head, left, right)
    person = _person_named_after(context, head, end, right)
    if person is not None:
        return person
    if name is not None and left <= name.start and name.end >= end:
        return name
    name_in_marks = _medium_in_marks(context, head, end)
    return name_in_marks if name_in_marks is not None else TokenSpan(start, end)


def phrase_of(context: Context, head: int, left: int, right: int) -> TokenSpan:
    """The noun phrase round a head, within [left, right), without clauses, asides and appositions."""
    tokens = context.analysis.tokens
    members = {head}
    start = head
    while start > left:
        before = tokens[start - 1]
        if (
            before.head in members
            and before.rel in _BEFORE_HEAD
            and (before.pos not in VERBS or is_participle(before))
            and (before.rel != "advmod" or before.pos in {"NUM", "PART"})
            and (before.rel != "nmod" or before.pos == "DET")
        ):
            members.add(start - 1)
            start -= 1
        else:
            break
    end = head + 1
    name = context.mentions.name_at(head)
    if name is not None:
        start, end = max(left, min(start, name.start)), max(end, name.end)
        members.update(range(start, end))
    while end < right:
        token = tokens[end]
        if token.text in _PHRASE_ENDS or token.pos in VERBS:
            break
        if token.text in MARKS:
            close = _mark_after(context, end, right)
            if close is None or (tokens[end + 1].head not in members and context.mentions.name_at(end + 1) is None):
                break
            if tokens[end - 1].case == "Loc" and tokens[end + 1].case == "Dat":
                break  # "В мэрии «Фонтанке» сообщили": the name in marks is the one told.
            members.update(range(end, close + 1))
            end = close + 1
            continue
        name = context.mentions.name_at(end)
        if token.pos == "PRON" or token.pos == "SCONJ" or (token.pos == "ADV" and token.head not in members):
            break
        if not _belongs(context, end, members):
            break
        stop = name.end if name is not None else end + 1
        members.update(range(end, stop))
        end = stop
    while end > head + 1 and tokens[end - 1].pos in {"ADP", "CCONJ", "PUNCT"} and tokens[end - 1].text not in MARKS:
        end -= 1
    return TokenSpan(start, end)


def _belongs(context: Context, index: int, members: set[int]) -> bool:
    """Whether a token depends on a phrase's members, directly or through tokens that follow closely."""
    tokens = context.analysis.tokens
    step = index
    for _ in range(_MAX_CHAIN):
        token = tokens[step]
        if token.head in members:
            return token.rel not in _BEYOND_PHRASE or context.mentions.name_at(index) is not None
        if token.head < index or token.head - index > _MAX_CHAIN:
            return False
        step = token.head
    return False


def _person_named_after(context: Context, head: int, end: int, right: int) -> TokenSpan | None:
    """The name of the person whom a common noun describes: inside its phrase [head, end) or in apposition after it."""
    brackets = 0
    for index in range(head + 1, min(right, head + _APPOSITION_WINDOW)):
        token = context.token(index)
        brackets += (token.text == "(") - (token.text == ")")
        if brackets < 0:
            return None
        if (
            index >= end
            and not brackets
            and (
                token.text in {":", ";"}
                or token.text in DASHES
                or ((token.pos in VERBS or token.pos == "SCONJ") and not is_participle(token))
                or context.is_word_of(index, "relative")
                or (is_participle(token) and context.token(index - 1).text == ",")
                or (token.text == "," and not _is_apposition(context, head, index + 1, right))
            )
        ):
            return None
        if not brackets and token.case != context.token(head).case and _is_other_person(token):
            return None
        person = context.mentions.person_name_at(index)
        if person is not None and index == person.start and not brackets and _agrees(context, head, person):
            return person
    return None


def _is_other_person(token: Token) -> bool:
    """Whether a noun stands for another person, to whom a name after it belongs: "музыкант с менеджером Соной Ли"."""
    return (
        token.pos == "NOUN"
        and is_animate(token)
        and token.number == "Sing"
        and token.case in _OTHER_PERSON_CASES
        and token.name == "O"
    )


def _is_apposition(context: Context, head: int, start: int, right: int) -> bool:
    """Whether the phrase from `start`, after a comma, may be an apposition: its first noun has the head's case.

    An age ("Иван Лось, 30 лет") counts as one.
    """
    cases = {context.token(head).case, None}
    for index in range(start, right):
        token = context.token(index)
        if token.pos in NOUNS or context.mentions.name_at(index) is not None:
            return token.case in cases
        if token.pos not in {"ADJ", "DET", "NUM", "PRON"} and token.text not in MARKS:
            return token.text[0].isdigit()
    return False


def _agrees(context: Context, head: int, person: TokenSpan) -> bool:
    """Whether a name after a noun agrees with it in case: "глава округа Олег Лось", but not "вдова Олега Лося"."""
    case = context.token(head).case
    cases = {context.token(index).case for index in range(*person)}
    if case == "Nom":
        return all(
            context.token(index).case == "Nom" or _can_be_nominative(context.token(index).text)
            for index in range(*person)
        )
    return case is None or case in cases or cases == {None}


def _can_be_nominative(word: str) -> bool:
    """Whether a part of a name has a reading in the nominative singular, or is no Russian word."""
    return not word[0].isalpha() or any({"nomn", "sing"} in parse.tag or "LATN" in parse.tag for parse in parses(word))


def _medium_in_marks(context: Context, head: int, end: int) -> TokenSpan | None:
    """The name of a medium after its generic noun, without the noun and the marks: "газета «Волна»" → "Волна"."""
    tokens = context.analysis.tokens
    name = context.mentions.name_at(head + 1) if head + 1 < len(tokens) else None
    if name is not None and name.start == head + 1 and tokens[head].lemma in words_of("media"):
        return name
    if end - head < _MIN_NAME_IN_MARKS or tokens[end - 1].text not in MARKS or tokens[head + 1].text not in MARKS:
        return None
    if context.token(head).lemma not in words_of("media"):
        return None
    return TokenSpan(head + 2, end - 1)


def _mark_after(context: Context, index: int, right: int) -> int | None:
    """The next quotation mark after the mark `index`; None where none is near or nothing stands between them."""
    for step in range(index + 1, min(right, index + _NAME_IN_MARKS_WINDOW)):
        if context.token(step).text in MARKS:
            return step if step > index + 1 else None
    return None


def first_noun(context: Context, start: int, right: int) -> int | None:
    """The head of the noun phrase that begins at `start`: its first noun, pronoun or name before `right`.

    Returns None where a predicate or punctuation comes first.
    """
    for index in range(start, right):
        token = context.token(index)
        if context.is_word_of(index, "whose") and index + 1 < right and context.token(index + 1).pos in {"NOUN", "ADJ"}:
            continue
        if context.mentions.name_at(index) is not None or token.pos in _HEADS:
            return index
        if (token.pos in VERBS and not is_participle(token)) or token.text in PHRASE_BREAKS:
            return None
    return None


def span_of(parts: Iterable[TokenSpan | None]) -> TokenSpan | None:
    """The shortest span that holds all of some spans, of which None are skipped; None where there are none."""
    known = [part for part in parts if part is not None]
    return TokenSpan(min(part.start for part in known), max(part.end for part in known)) if known else None
