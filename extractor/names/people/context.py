"""What the sentence around a name says of its gender and case.

Signs are short strings such as "before=NOUN:Gen"; how much each speaks for a gender and a case was learned
(`training/train_name_context.py`, `models/name_context.tsv`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from extractor import resources
from extractor.names.people.declension import CELLS, Expected
from extractor.names.people.nouns import grammatical_gender, noun_before
from extractor.names.people.spans import is_initial
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.forms import MEMO_SIZE

Signs = tuple[str, ...]

_FILE = "name_context.tsv"
# The sign that every name has: how often names are of a gender and case at all.
ANY = "any"


def expected(analysis: Analysis, span: TokenSpan) -> Expected:
    """How much the sentence speaks for each gender and case of a name."""
    return _sum(signs(analysis, span))


def signs(analysis: Analysis, span: TokenSpan) -> Signs:
    """The signs of the sentence around a name: the token before it and behind it, the noun for a person beside it,
    its relation to its syntactic head, and whether it has initials.
    """
    tokens, sentence = analysis.tokens, analysis.sentence_of(span.start)
    before = tokens[span.start - 1] if span.start > sentence.start else None
    after = tokens[span.end] if span.end < sentence.end else None
    title = noun_before(analysis, span)
    found = [f"before={_before(before)}", f"after={_kind(after)}", f"relation={_relation(analysis, span)}"]
    if title is not None:
        beside = "" if title is before else "far:"
        found.append(f"noun={beside}{title.case}:{grammatical_gender(title.text)}")
    if any(is_initial(tokens[i]) for i in range(*span)):
        found.append("initials")
    if before is None:
        # The tagger is least sure where nothing stands before.
        found.append(f"first={tokens[span.start].case}:{tokens[span.start].gender}")
    return tuple(found)


def _before(token: Token | None) -> str:
    """The kind of the token before a name; of a preposition the cases that it governs."""
    if token is not None and token.pos == "ADP":
        return f"ADP:{_governed().get(token.lower, '')}"
    return _kind(token)


def _kind(token: Token | None) -> str:
    """The kind of a token beside a name: its part of speech with the features that agree with a name or govern it, or
    itself if it is punctuation; "" where there is none.
    """
    if token is None:
        return ""
    if token.pos == "PUNCT":
        return token.text
    if token.pos in ("VERB", "AUX"):
        form = token.feats.get("VerbForm")
        return f"{form}:{token.number}:{token.gender}" if form != "Part" else f"Part:{token.case}"
    return f"{token.pos}:{token.case}"


def _relation(analysis: Analysis, span: TokenSpan) -> str:
    """The relation of a name to the head outside it that syntax gives its first word that has one; of a subject with
    the number and gender of its verb.
    """
    tokens = analysis.tokens
    for i in range(*span):
        token = tokens[i]
        if span.start <= token.head < span.end:
            continue
        if token.head < 0:
            return "root"
        head = tokens[token.head]
        if token.rel.startswith("nsubj"):
            return f"{token.rel}:{head.number}:{head.gender}"
        return f"{token.rel}:{'left' if head.index < i else 'right'}:{head.case or head.pos}"
    return ""


@cache
def _governed() -> Mapping[str, str]:
    """Prepositions with the cases that they govern, as OpenCorpora names cases, with spaces between."""
    return {fields[0]: fields[1] for fields in resources.rows("preposition_cases.tsv", 2)}


@lru_cache(maxsize=MEMO_SIZE)
def _sum(found: Signs) -> Expected:
    """The sum of what signs say, and of what is to be expected of any name."""
    table = _weights()
    return tuple(map(sum, zip(*(table[sign] for sign in (ANY, *found) if sign in table), strict=True)))


@cache
def _weights() -> Mapping[str, Expected]:
    """What each sign says."""
    return {sign: tuple(map(float, cells)) for sign, *cells in resources.rows(_FILE, 1 + len(CELLS))}
