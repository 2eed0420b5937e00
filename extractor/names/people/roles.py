"""Roles of people: noun phrases in apposition to their names, before the name or behind it, and those predicated of
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from extractor import resources
from extractor.names.entities import Person
from extractor.names.people.nouns import is_fixed, is_kin, may_describe, means_several
from extractor.names.spans import starts_line, tokens_in
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.characters import DASHES, MAY_CLOSE, MAY_OPEN
from extractor.reading.grammar import SUBJECTS, is_participle
from extractor.reading.nominative import declined_text

# Roles are looked for in at most so many tokens to either side of a name.  16 and 60 find the same in real.
_LONGEST = 24
_PHRASE = frozenset({"NOUN", "PROPN", "ADJ", "ADP", "CCONJ", "NUM", "DET", "X", "SYM"})
_NO_PHRASE_ENDS = frozenset({"ADP", "CCONJ", "DET"})
_BREAKS = DASHES | {","}
# What may stand between a role and the name behind it: "Режиссёр — Иван Лось".
_INTRODUCERS = DASHES | {":"}
# Cases in which a noun does not govern another: of two such nouns side by side each is a role of its own.
_UNGOVERNED = frozenset({"Nom", "Dat", "Ins"})


def with_roles(analysis: Analysis, people: Sequence[Person]) -> list[Person]:
    """The people, each with the roles that stand beside its mentions: in the nominative, in text order, each once."""
    named = tokens_in(mention.span for person in people for mention in person.mentions)
    shared = _shared_roles(analysis, sorted(mention.span for person in people for mention in person.mentions))
    found = []
    for person in people:
        roles: dict[str, str] = {}
        for mention in person.mentions:
            if mention.span in shared:
                roles.setdefault(shared[mention.span].lower(), shared[mention.span])
            bare = mention.normal == analysis.span_text(mention.span)
            for span in _role_spans(analysis, mention.span, person.gender, named, bare):
                role = _text(analysis, span)
                roles.setdefault(role.lower(), role)
        found.append(replace(person, roles=tuple(roles.values())))
    return found


def _text(analysis: Analysis, role: RoleSpan, number: str | None = None) -> str:
    """A role in the nominative, without the capital that it has only because it begins a line or sentence; in `number`
    where given.
    """
    tokens, span = analysis.tokens, TokenSpan(role.start, role.end)
    head, first = tokens[role.head], tokens[role.start].text
    changing = [i for i in range(*span) if i == role.head or (i < role.head and _is_modifier(tokens[i], head))]
    changing += [
        i for i in range(role.head + 1, role.end) if tokens[i].head == role.head and _agrees_behind(tokens[i], head)
    ]
    if _is_fixed(analysis, role.head):
        text = analysis.span_text(span)
    else:
        text = declined_text(analysis, span, changing, role.head, number)
    usual = first[0].isupper() and (first[1:].islower() or len(first) == 1) and starts_line(analysis, role.start)
    return text[0].lower() + text[1:] if usual else text


def _agrees_behind(token: Token, head: Token) -> bool:
    """Whether a word behind the head of a role changes with it: "епископ Приозёрский", "врач терапевт"."""
    return token.case == head.case and (token.pos == "ADJ" or (token.pos == "NOUN" and token.rel in ("appos", "flat")))


def _role_spans(
    analysis: Analysis, name: TokenSpan, gender: str | None, named: set[int], bare: bool
) -> Iterator[RoleSpan]:
    """The roles of one mention; `named` are the tokens of all mentions of people, `bare` says that the name is spelled
    as in the nominative.
    """
    yield from reversed(list(_before(analysis, name, gender, named, bare)))
    yield from _behind(analysis, name, gender, named)
    yield from _predicated(analysis, name, gender, named)


class RoleSpan(NamedTuple):
    """A role in the text: a span of tokens with the index of its head."""

    start: int
    end: int
    head: int


# ---------------------------------------------------------------- before a name


def _before(analysis: Analysis, name: TokenSpan, gender: str | None, named: set[int], bare: bool) -> Iterator[RoleSpan]:
    """The phrases that end where the name begins, the last first: "экономист, бывший министр Иван Лось" has two.

    Each head in the case of the name begins a role; of two without a comma or conjunction between them the first may
    govern the other ("помощника президента"), which it cannot in the nominative.
    """
    tokens = analysis.tokens
    begin = name.start - (name.start > 0 and tokens[name.start - 1].text in _INTRODUCERS)
    if begin == 0 or tokens[begin - 1].pos in _NO_PHRASE_ENDS:
        return
    cases = {tokens[i].case for i in range(*name)}
    cases = cases | {"Nom"} if bare else cases - {"Nom"}
    governor = tokens[name.start].head if tokens[name.start].rel == "appos" else -1
    end, head = begin, -1
    for i in _open_before(analysis, begin, named):
        token = tokens[i]
        if not _is_head(analysis, i, gender):
            continue
        if head < 0:
            if not bare and is_kin(token) and token.case in ("Gen", "Acc") and i + 1 == begin:
                return
            if token.case in cases or i == governor or _is_fixed(analysis, i):
                if _interrupted(analysis, i, end):
                    return
                head = i
            continue
        if i >= _start(analysis, head, analysis.sentence_of(head).start):
            continue
        start = _start(analysis, head, i + 1)
        if not _agree(analysis, i, head):
            if bare and token.case == "Nom" and end == begin and not any(map(_is_separator, tokens[i:head])):
                head = i
            continue
        if _is_separator(tokens[start - 1]) and start - 1 > i:
            yield RoleSpan(start, end, head)
            end = start - 1
            while _is_separator(tokens[end - 1]):
                end -= 1
        elif (tokens[head].case != "Nom" and any(tokens[j].pos == "ADP" for j in range(i, head))) or (
            is_kin(token) and token.case == "Gen"
        ):
            break
        elif tokens[head].case in _UNGOVERNED:
            yield RoleSpan(start, end, head)
            end = start
        head = i
    if head >= 0:
        yield RoleSpan(_start(analysis, head, analysis.sentence_of(head).start), end, head)


def _open_before(analysis: Analysis, end: int, named: set[int]) -> Iterator[int]:
    """The tokens before a name that may belong to its roles, from before `end` on, the last first: without those in
    marks or brackets and without names in the genitive, which may be complements ("супруга Ивана Лося Мария").
    """
    tokens = analysis.tokens
    first = max(analysis.sentence_of(end).start, end - _LONGEST)
    i = end - 1
    while i >= first:
        token = tokens[i]
        if i in named:
            if token.case != "Gen" or (i + 1 not in named and _is_separator(tokens[i + 1])):
                return
        elif token.text in MAY_CLOSE or token.text == ")":
            opening = MAY_OPEN if token.text in MAY_CLOSE else "("
            # A mark without its partner is passed over: of two marks side by side some pages print one.
            i = next((j for j in range(i - 1, first - 1, -1) if tokens[j].text in opening), i)
        elif _in_phrase(token) or _is_abbreviating(analysis, i) or (token.text in _BREAKS and i + 1 < end):
            yield i
        else:
            return
        i -= 1


# ---------------------------------------------------------------- before several names


def _shared_roles(analysis: Analysis, names: Sequence[TokenSpan]) -> dict[TokenSpan, str]:
    """The roles in the singular that a plural before several names gives each of them: "актёры Иван Лось и Олег Чиж".

    Where the noun has as many complements as there are names, each has its own: "мэры Приозёрска и Лесного ...".
    """
    roles: dict[TokenSpan, str] = {}
    for group in _groups(analysis, names):
        role = _plural_before(analysis, group[0])
        if role is not None:
            parts = _parts(analysis, role)
            if len(parts) != len(group):
                parts = [TokenSpan(role.head + 1, role.end)] * len(group)
            head = _text(analysis, role._replace(end=role.head + 1), "sing")
            for name, part in zip(group, parts, strict=True):
                behind = f" {analysis.span_text(part)}" if part.start < part.end else ""
                roles[name] = head + behind
    return roles


def _groups(analysis: Analysis, names: Sequence[TokenSpan]) -> Iterator[list[TokenSpan]]:
    """Names of two or more people with nothing but commas and conjunctions between them."""
    tokens, group = analysis.tokens, list(names[:1])
    for before, name in pairwise(names):
        between = tokens[before.end : name.start]
        joined = between and tokens[before.start].sentence == tokens[name.start].sentence
        if not (joined and all(_is_separator(token) and token.text not in DASHES for token in between)):
            if len(group) > 1:
                yield group
            group = []
        group.append(name)
    if len(group) > 1:
        yield group


def _plural_before(analysis: Analysis, name: TokenSpan) -> RoleSpan | None:
    """The phrase of a noun for several people that ends where a name begins and agrees with it."""
    tokens = analysis.tokens
    begin = name.start - (name.start > 0 and tokens[name.start - 1].text in _INTRODUCERS)
    if begin == 0 or tokens[begin - 1].pos in _NO_PHRASE_ENDS:
        return None
    cases = {tokens[i].case for i in range(*name)}
    for i in _open_before(analysis, begin, set()):
        if _is_head(analysis, i, None) or tokens[i].text in _BREAKS:
            return None
        if tokens[i].number == "Plur" and tokens[i].case in cases and means_several(tokens[i]):
            return RoleSpan(_start(analysis, i, analysis.sentence_of(i).start), begin, i)
    return None


def _parts(analysis: Analysis, role: RoleSpan) -> list[TokenSpan]:
    """The coordinated complements of a head: "Приозёрска", "Лесного"."""
    tokens, parts, start = analysis.tokens, [], role.head + 1
    for i in range(start, role.end):
        if tokens[i].pos == "CCONJ" or tokens[i].text == ",":
            parts.append(TokenSpan(start, i))
            start = i + 1
    return [*parts, TokenSpan(start, role.end)]


# ---------------------------------------------------------------- behind a name


def _behind(analysis: Analysis, name: TokenSpan, gender: str | None, named: set[int]) -> Iterator[RoleSpan]:
    """The phrases behind a name and a comma, bracket or dash: "Инга Савина, глава Нижнереченска,"."""
    tokens = analysis.tokens
    limit = min(analysis.sentence_of(name.start).end, name.end + _LONGEST)
    at = name.end
    if at < limit and tokens[at].text == "(":
        close = next((i for i in range(at, limit) if tokens[i].text == ")"), limit)
        yield from _phrases(analysis, TokenSpan(at + 1, close), name, gender, named)
        at = close + 1
    if at < limit and tokens[at].text in _BREAKS:
        yield from _phrases(analysis, TokenSpan(at + 1, limit), name, gender, named)


def _phrases(
    analysis: Analysis, area: TokenSpan, name: TokenSpan, gender: str | None, named: set[int]
) -> Iterator[RoleSpan]:
    """The roles that follow one another from the start of an area on."""
    tokens = analysis.tokens
    spans: list[RoleSpan] = []
    heads: list[int] = []
    begin = area.start
    while begin < area.end:
        start, head = begin, _head_at(analysis, begin, area.end, gender)
        cases = ("Nom", tokens[name.start].case)
        if head is None or not (_agree(analysis, head, heads[0]) if heads else tokens[head].case in cases):
            if not heads or not _continues(analysis, begin, heads[-1]):
                break
            start, head = spans.pop().start, heads[-1]
        end, whole = _phrase_end(analysis, max(begin, head), area.end, named)
        if whole is None:
            return
        if not whole:
            break
        spans.append(RoleSpan(start, end, head))
        heads.append(head)
        begin = end
        while begin < area.end and _is_separator(tokens[begin]):
            begin += 1
        if begin == end:
            break
    yield from spans


def _phrase_end(analysis: Analysis, start: int, limit: int, named: set[int]) -> tuple[int, bool | None]:
    """Where the phrase from a token on ends, and whether it is whole there: at punctuation or at a conjunction before
    another head.  None: it runs into the name of somebody else.
    """
    tokens, i = analysis.tokens, start
    while i < limit:
        token = tokens[i]
        if i in named:
            if i == start:
                return i, None
            if _is_separator(tokens[i - 1]):
                return i - 1, True
            if token.case != "Gen":
                return i, None
        elif token.text in MAY_OPEN or token.text == "(":
            closing = MAY_CLOSE if token.text in MAY_OPEN else ")"
            i = next((j for j in range(i + 1, limit) if tokens[j].text in closing), limit)
        elif token.text in _BREAKS or (token.pos == "CCONJ" and _head_at(analysis, i + 1, limit, None) is not None):
            return i, True
        elif not _in_phrase(token) and not _is_abbreviating(analysis, i):
            return i, token.pos == "PUNCT"
        i += 1
    return limit, True


def _continues(analysis: Analysis, begin: int, head: int) -> bool:
    """Whether what stands behind a comma is coordinated with a part of the phrase before it: "связи" of "министр
    развития, связи и транспорта".
    """
    tokens = analysis.tokens
    i = begin
    while i < len(tokens) and tokens[i].pos == "ADJ":
        i += 1
    return i < len(tokens) and tokens[i].rel == "conj" and head < tokens[i].head < begin


# ---------------------------------------------------------------- predicated of a name


def _predicated(analysis: Analysis, name: TokenSpan, gender: str | None, named: set[int]) -> Iterator[RoleSpan]:
    """Phrases that the clause says of the name: "Иванов был директором завода", "директором назначен Иванов"."""
    tokens = analysis.tokens
    subject = next((i for i in range(*name) if not name.start <= tokens[i].head < name.end), name.start)
    rel, verb = tokens[subject].rel, tokens[subject].head
    if verb < 0 or rel not in SUBJECTS | {"obj"}:
        return
    if rel in SUBJECTS and tokens[verb].case == "Ins":
        heads = [verb]
    elif tokens[verb].lemma in _copulas():
        heads = [child for child in analysis.children(verb) if tokens[child].case == "Ins"]
    else:
        return
    for head in heads:
        if not name.start <= head < name.end and _is_head(analysis, head, gender):
            start = _start(analysis, head, analysis.sentence_of(head).start)
            end, _ = _phrase_end(analysis, head, analysis.sentence_of(head).end, named)
            yield RoleSpan(start, end, head)


@cache
def _copulas() -> frozenset[str]:
    return resources.words("copulas.tsv")


# ---------------------------------------------------------------- parts of a phrase


def _is_head(analysis: Analysis, i: int, gender: str | None) -> bool:
    """Whether a token can be the head of a role."""
    token = analysis.tokens[i]
    return may_describe(token, gender) or _is_acting(analysis, i) or _is_one_of(analysis, i)


def _is_fixed(analysis: Analysis, i: int) -> bool:
    return is_fixed(analysis.tokens[i].text) or _is_acting(analysis, i)


def _is_acting(analysis: Analysis, i: int) -> bool:
    """Whether a token begins the abbreviation "и.о."."""
    tokens = analysis.tokens[i : i + 3]
    return len(tokens) == 3 and tokens[0].lower == "и" and tokens[1].text == "." and tokens[2].lower == "о"


def _is_one_of(analysis: Analysis, i: int) -> bool:
    """Whether a token begins "один из авторов"."""
    tokens = analysis.tokens[i : i + 2]
    return len(tokens) == 2 and tokens[0].lemma == "один" and tokens[1].lower == "из"


def _head_at(analysis: Analysis, start: int, limit: int, gender: str | None) -> int | None:
    """The head of the phrase that begins at a token: the first word that is no modifier, if it can be one."""
    i = start
    while i < limit and not _is_head(analysis, i, gender):
        token = analysis.tokens[i]
        if not (token.pos in ("ADJ", "NUM", "ADV") or is_participle(token)):
            return None
        i += 1
    return i if i < limit else None


def _start(analysis: Analysis, head: int, first: int) -> int:
    """Where the phrase of a head begins: at its adjectives and participles."""
    tokens, start = analysis.tokens, head
    while start > first and _is_modifier(tokens[start - 1], tokens[head]):
        start -= 1
    if start > first and tokens[start - 1].pos == "ADV" and is_participle(tokens[start]):
        start -= 1
    return start


def _interrupted(analysis: Analysis, head: int, end: int) -> bool:
    """Whether the phrase from a head to `end` has a comma or dash and what follows is no part of it."""
    tokens = analysis.tokens
    return any(tokens[i].text in _BREAKS and not _continues(analysis, i + 1, head) for i in range(head + 1, end))


def _agree(analysis: Analysis, one: int, other: int) -> bool:
    """Whether two heads can stand in the same case; the tagger mixes up genitive and accusative."""
    cases = {analysis.tokens[one].case, analysis.tokens[other].case}
    return len(cases) == 1 or cases == {"Gen", "Acc"} or _is_fixed(analysis, one) or _is_fixed(analysis, other)


def _is_separator(token: Token) -> bool:
    return token.text in _BREAKS or token.pos == "CCONJ"


def _is_abbreviating(analysis: Analysis, i: int) -> bool:
    """Whether a token is a stop inside a sentence, behind an abbreviation."""
    return analysis.tokens[i].text == "." and i + 1 < analysis.sentence_of(i).end


def _in_phrase(token: Token) -> bool:
    """Whether a token can be part of a noun phrase."""
    return token.pos in _PHRASE or (is_participle(token) and token.case is not None)


def _is_modifier(token: Token, head: Token) -> bool:
    """Whether a token is an adjective or participle in the case of a noun."""
    return (token.pos == "ADJ" or is_participle(token)) and token.case == head.case
