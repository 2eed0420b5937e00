"""Roles of people: noun phrases in apposition to their names, before the name or behind it after a comma."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractor.names.entities import Person
from extractor.names.people.nouns import may_describe
from extractor.names.spans import starts_line, tokens_in
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.characters import MAY_CLOSE, MAY_OPEN
from extractor.reading.nominative import nominative

# A role is looked for in at most so many tokens to either side of a name.  At 6: roles_f1 of real/dev .7186 → .6871; at
# 10 and 24: the same, and other roles in 5 and 2 of 1,924 documents.
_LONGEST = 16
_PHRASE = frozenset({"NOUN", "PROPN", "ADJ", "ADP", "CCONJ", "NUM", "DET", "X"})
_NO_PHRASE_ENDS = frozenset({"ADP", "CCONJ", "DET"})


def with_roles(analysis: Analysis, people: Sequence[Person]) -> list[Person]:
    """The people, each with the roles that stand beside its mentions: in the nominative, in text order, each once."""
    named = tokens_in(mention.span for person in people for mention in person.mentions)
    found = []
    for person in people:
        roles: dict[str, str] = {}
        for mention in person.mentions:
            for span in _role_spans(analysis, mention.span, person.gender, named):
                role = _uncapitalized(analysis, span)
                roles.setdefault(role.lower(), role)
        found.append(replace(person, roles=tuple(roles.values())))
    return found


def _uncapitalized(analysis: Analysis, span: TokenSpan) -> str:
    """A role in the nominative, without the capital that it has only because it begins a line or sentence."""
    role, first = nominative(analysis, span), analysis.tokens[span.start].text
    usual = first[0].isupper() and first[1:].islower() and starts_line(analysis, span.start)
    return role[0].lower() + role[1:] if usual else role


def _role_spans(analysis: Analysis, name: TokenSpan, gender: str | None, named: set[int]) -> Iterator[TokenSpan]:
    """The roles before and behind one mention; `named` are the tokens of all mentions of people."""
    before = _before(analysis, name, gender, named)
    if before is not None:
        yield before
    after = _after(analysis, name, gender, named)
    if after is not None:
        yield after


def _before(analysis: Analysis, name: TokenSpan, gender: str | None, named: set[int]) -> TokenSpan | None:
    """The phrase that ends where the name begins and whose head agrees with it in case: of several heads the first,
    which governs the others ("помощник президента").
    """
    tokens = analysis.tokens
    first = max(analysis.sentence_of(name.start).start, name.start - _LONGEST)
    if name.start == first or tokens[name.start - 1].pos in _NO_PHRASE_ENDS:
        return None
    cases = {tokens[i].case for i in range(*name)}
    governor = tokens[name.start].head if tokens[name.start].rel == "appos" else -1
    head, quoted = None, False
    i = name.start - 1
    while i >= first and i not in named:
        token = tokens[i]
        if token.text in MAY_CLOSE and not quoted:
            quoted = True
        elif token.text in MAY_OPEN and quoted:
            quoted = False
        elif not quoted and not _in_phrase(token):
            break
        elif not quoted and (token.case in cases or i == governor) and may_describe(token, gender):
            if head is not None and any(tokens[j].pos == "ADP" for j in range(i, head)):
                break
            head = i
        i -= 1
    if head is None:
        return None
    start = head
    while start - 1 > i and _is_modifier(tokens[start - 1], tokens[head]):
        start -= 1
    return TokenSpan(start, name.start)


def _after(analysis: Analysis, name: TokenSpan, gender: str | None, named: set[int]) -> TokenSpan | None:
    """The phrase between a comma behind the name and the next punctuation: "Инга Савина, глава Нижнереченска,"."""
    tokens, start = analysis.tokens, name.end + 1
    limit = min(analysis.sentence_of(name.start).end, name.end + _LONGEST)
    if start >= limit or tokens[name.end].text != ",":
        return None
    end, quoted = start, False
    while end < limit and (quoted or _in_phrase(tokens[end]) or tokens[end].text in MAY_OPEN):
        if end in named:
            return None
        quoted = quoted != (tokens[end].text in (MAY_OPEN if not quoted else MAY_CLOSE))
        end += 1
    if quoted or end in (start, limit) or tokens[end].pos != "PUNCT":
        return None
    head = start
    while head < end and tokens[head].pos == "ADJ":
        head += 1
    if (
        head == end
        or tokens[head].case not in ("Nom", tokens[name.start].case)
        or not may_describe(tokens[head], gender)
    ):
        return None
    return TokenSpan(start, end)


def _in_phrase(token: Token) -> bool:
    """Whether a token can be part of a noun phrase."""
    return token.pos in _PHRASE or (token.pos == "VERB" and token.feats.get("VerbForm") == "Part")


def _is_modifier(token: Token, head: Token) -> bool:
    """Whether a token is an adjective or participle in the case of a noun."""
    participle = token.pos == "VERB" and token.feats.get("VerbForm") == "Part"
    return (token.pos == "ADJ" or participle) and token.case == head.case
