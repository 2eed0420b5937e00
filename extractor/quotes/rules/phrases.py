"""Noun phrases of speakers: where they begin and end, and which name in them is the mention."""

from __future__ import annotations

from collections.abc import Iterable

from extractor.quotes.rules.context import Context, words_of
from extractor.reading.analysis import Token, TokenSpan
from extractor.reading.characters import DASHES, MARKS
from extractor.reading.morphology import parses

NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "X", "SYM"})
PREDICATES = frozenset({"VERB", "AUX"})
# The cases of people who stand beside the head of a phrase; the genitive is its complement: помощник президента Лось.
_BESIDE = frozenset({"Ins", "Dat", "Loc"})
# How far after a noun the name that it describes may stand.
_APPOSITION = 45


def noun_phrase(context: Context, head: int, left: int, right: int) -> TokenSpan:
    """The mention that a head noun stands for: the name in its phrase, else the phrase to its own complements."""
    name = context.names.at(head)
    if name is not None and context.names.person_at(head) is not None:
        return name
    start, end = phrase_of(context, head, left, right)
    # министр обороны Сергей Шойгу → Сергей Шойгу; лидер партии, проповедник Хадим Ризви → Хадим Ризви
    person = _named_after(context, head, end, right)
    if person is not None:
        return person
    if name is not None and left <= name.start and name.end >= end:
        return name
    quoted_name = _quoted_name(context, head, end)
    return quoted_name if quoted_name is not None else TokenSpan(start, end)


def phrase_of(context: Context, head: int, left: int, right: int) -> TokenSpan:
    """The stretch round a head noun without clauses, asides and appositions."""
    tokens = context.analysis.tokens
    members = {head}
    start = head
    while start > left:
        before = tokens[start - 1]
        if (
            before.head in members
            and before.rel
            in {
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
            and (before.pos not in PREDICATES or before.feats.get("VerbForm") == "Part")
            and (before.rel != "advmod" or before.pos in {"NUM", "PART"})
            and (before.rel != "nmod" or before.pos == "DET")
        ):
            members.add(start - 1)
            start -= 1
        else:
            break
    end = head + 1
    name = context.names.at(head)
    if name is not None:
        start, end = max(left, min(start, name.start)), max(end, name.end)
        members.update(range(start, end))
    while end < right:
        token = tokens[end]
        if token.text in {",", ";", ":", ".", "(", ")"} or token.text in DASHES or token.pos in PREDICATES:
            break
        if token.text in MARKS:
            close = _closing(context, end, right)
            if close is None or (tokens[end + 1].head not in members and context.names.at(end + 1) is None):
                break
            if tokens[end - 1].case == "Loc" and tokens[end + 1].case == "Dat":
                break  # В мэрии «Фонтанке» сообщили
            members.update(range(end, close + 1))
            end = close + 1
            continue
        name = context.names.at(end)
        if token.pos == "PRON" or token.pos == "SCONJ" or (token.pos == "ADV" and token.head not in members):
            break
        chain = _joined(context, end, members)
        if not chain:
            break
        stop = name.end if name is not None else end + 1
        members.update(range(end, stop))
        end = stop
    while end > head + 1 and tokens[end - 1].pos in {"ADP", "CCONJ", "PUNCT"} and tokens[end - 1].text not in MARKS:
        end -= 1
    return TokenSpan(start, end)


def _joined(context: Context, index: int, members: set[int]) -> bool:
    """Whether the token hangs from the phrase, itself or through tokens that follow at once."""
    tokens = context.analysis.tokens
    step = index
    for _ in range(6):
        token = tokens[step]
        if token.head in members:
            return (
                token.rel not in {"acl", "acl:relcl", "parataxis", "appos", "punct"}
                or context.names.at(index) is not None
            )
        if token.head < index or token.head - index > 6:
            return False
        step = token.head
    return False


def _named_after(context: Context, head: int, end: int, right: int) -> TokenSpan | None:
    """The name of the person whom a common noun describes, in its phrase or in apposition after it."""
    brackets = 0
    for index in range(head + 1, min(right, head + _APPOSITION)):
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
                or ((token.pos in PREDICATES or token.pos == "SCONJ") and token.feats.get("VerbForm") != "Part")
                or context.is_word_of(index, "relative")
                or (token.feats.get("VerbForm") == "Part" and context.token(index - 1).text == ",")
                or (token.text == "," and not _apposition(context, head, index + 1, right))
            )
        ):
            return None
        if not brackets and token.case != context.token(head).case and _is_beside(token):
            return None
        person = context.names.person_at(index)
        if person is not None and index == person.start and not brackets and _agrees(context, head, person):
            return person
    return None


def _is_beside(token: Token) -> bool:
    """Whether a noun is another person, whom a name after it names: музыкант на встрече с менеджером Соной Алиевой."""
    return (
        token.pos == "NOUN"
        and token.feats.get("Animacy") == "Anim"
        and token.number == "Sing"
        and token.case in _BESIDE
        and token.name == "O"
    )


def _apposition(context: Context, head: int, start: int, right: int) -> bool:
    """Whether the phrase after a comma can describe the noun before it: its first noun stands in the same case."""
    cases = {context.token(head).case, None}
    for index in range(start, right):
        token = context.token(index)
        if token.pos in {"NOUN", "PROPN"} or context.names.at(index) is not None:
            return token.case in cases
        if token.pos not in {"ADJ", "DET", "NUM", "PRON"} and token.text not in MARKS:
            return token.text[0].isdigit()
    return False


def _agrees(context: Context, head: int, person: TokenSpan) -> bool:
    """Whether a name after a noun names it and is not its genitive: глава округа Сергей Дербин, вдова Ивана Петрова."""
    case = context.token(head).case
    cases = {context.token(index).case for index in range(*person)}
    if case == "Nom":
        return all(
            context.token(index).case == "Nom" or _can_be_nominative(context.token(index).text)
            for index in range(*person)
        )
    return case is None or case in cases or cases == {None}


def _can_be_nominative(word: str) -> bool:
    return not word[0].isalpha() or any({"nomn", "sing"} in parse.tag or "LATN" in parse.tag for parse in parses(word))


def _quoted_name(context: Context, head: int, end: int) -> TokenSpan | None:
    """газета «Коммерсант» → Коммерсант: the whole phrase is a generic noun and a name in marks."""
    tokens = context.analysis.tokens
    name = context.names.at(head + 1) if head + 1 < len(tokens) else None
    if name is not None and name.start == head + 1 and tokens[head].lemma in words_of("media"):
        return name
    if end - head < 4 or tokens[end - 1].text not in MARKS or tokens[head + 1].text not in MARKS:
        return None
    if context.token(head).lemma not in words_of("media"):
        return None
    return TokenSpan(head + 2, end - 1)


def _closing(context: Context, index: int, right: int) -> int | None:
    for step in range(index + 1, min(right, index + 15)):
        if context.token(step).text in MARKS:
            return step if step > index + 1 else None
    return None


def first_noun(context: Context, start: int, right: int) -> int | None:
    """The head of the noun phrase that begins at `start`: its first noun, pronoun or name; None before a predicate."""
    for index in range(start, right):
        token = context.token(index)
        if context.is_word_of(index, "whose") and index + 1 < right and context.token(index + 1).pos in {"NOUN", "ADJ"}:
            continue
        if context.names.at(index) is not None or token.pos in NOMINAL - {"NUM", "SYM"}:
            return index
        if (token.pos in PREDICATES and token.feats.get("VerbForm") != "Part") or token.text in {",", ".", ":", ";"}:
            return None
    return None


def span_of(parts: Iterable[TokenSpan | None]) -> TokenSpan | None:
    """The stretch from the first to the last of some spans; None of none."""
    known = [part for part in parts if part is not None]
    return TokenSpan(min(part.start for part in known), max(part.end for part in known)) if known else None
