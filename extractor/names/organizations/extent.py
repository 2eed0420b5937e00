"""How far an organization's name extends beyond what was found of it: legal form, head nouns, adjectives, complements.

Throughout, `named` maps each token of a name of an organization or place to that name's span, and `taken` are the
tokens of people's names.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from string import ascii_letters

from extractor.names.organizations.lexicon import HEADS, UNITS, WEAK, class_of, modifiers, place_adjectives
from extractor.names.spans import after_opening_mark, before_closing_mark, wide_gap
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.characters import MAY_CLOSE
from extractor.reading.grammar import NOUNS
from extractor.reading.nominative import declinable

LATIN = frozenset(ascii_letters)
# The most tokens of a complement; it bounds the time on long genitive chains.  7 and 15 make no difference to the 1,924
# documents on which `people.declension` was swept; at 5 form_recall on 80 documents of bsnlp_dev falls .9418 → .9400.
_LONGEST_COMPLEMENT = 10
# The most parts of an address behind a name, "ВЭБ.РФ" has one; it bounds the time on a text of capitals and full stops.
_MOST_PARTS = 5
# The words behind a preposition among which its noun is looked for: "по делам", "по социальным вопросам".
# At 2 and 5 no document has other names, at 1 one has.
_PREPOSITION_REACH = 3


def extended(analysis: Analysis, seed: TokenSpan, named: Mapping[int, TokenSpan], taken: Set[int]) -> TokenSpan:
    """A found span with what belongs to the name around it: legal form, head nouns, adjectives, place or field."""
    tokens, start, end = analysis.tokens, seed.start, _with_plus(analysis, seed.end)
    if after_opening_mark(analysis, seed) and before_closing_mark(analysis, TokenSpan(start, end)):
        form = tokens[start - 2] if start - 1 > analysis.sentence_of(start).start else None
        outer = form is not None and class_of(form) == "form" and form.text.isupper()
        return TokenSpan(start - 2, end + 1) if outer else TokenSpan(start, end)
    if not tokens[start].text[0].isascii() or tokens[start].text[0].isupper():
        end = _with_complement(analysis, TokenSpan(start, end), named, taken)
    start = _with_heads(analysis, TokenSpan(start, end), taken)
    if start < seed.start:
        end = _with_complement(analysis, TokenSpan(start, end), named, taken)
    return TokenSpan(start, end)


def _with_plus(analysis: Analysis, end: int) -> int:
    """The end of a name that ends at `end`, with the parts of an address and a plus behind it: "ВЭБ.РФ", "ОПЕК+"."""
    tokens = analysis.tokens

    def touches(i: int) -> bool:
        return i < len(tokens) and tokens[i - 1].end == tokens[i].start

    for _ in range(_MOST_PARTS):
        if not (touches(end) and tokens[end].text == "." and touches(end + 1) and tokens[end + 1].text.isupper()):
            break
        end += 2
    return end + (touches(end) and tokens[end].text == "+")


def _with_complement(analysis: Analysis, span: TokenSpan, named: Mapping[int, TokenSpan], taken: Set[int]) -> int:
    """The end of a name with what follows it: places or units in the genitive, then a field behind a preposition."""
    tokens, end = analysis.tokens, span.end
    limit = analysis.sentence_of(span.start).end
    head = next((i for i in range(*span) if tokens[i].pos in NOUNS), span.start)
    while end < limit and end in named and end not in taken and named[end].start == end:
        token = tokens[end]
        if token.case not in (None, "Gen") and declinable(token.text):
            break
        if tokens[end - 1].text in MAY_CLOSE or wide_gap(analysis, end):
            break
        end = named[end].end
    if end + 1 < limit and tokens[end].pos == "ADP" and class_of(tokens[head]) in HEADS:
        noun = next(
            (i for i in range(end + 1, min(end + 1 + _PREPOSITION_REACH, limit)) if tokens[i].pos in NOUNS), end
        )
        if class_of(tokens[head]) == "mission" and end + 1 in named and tokens[end + 1].case == "Loc":
            return named[end + 1].end
        if noun > end and tokens[noun].case == "Dat" and span.start <= tokens[noun].head < end:
            return max(end, _phrase_end(analysis, end, noun, limit, taken))
    return end


def _phrase_end(analysis: Analysis, start: int, noun: int, limit: int, taken: Set[int]) -> int:
    """The end of a complement from `start` on: its noun and the noun's dependents without a gap, up to a verb or
    person; `start` itself where the noun is not reached.
    """
    tokens = analysis.tokens
    subtree = set(analysis.subtree(noun))
    end = start + 1
    while end < limit and end in subtree and end not in taken and end - start < _LONGEST_COMPLEMENT:
        if tokens[end].pos in ("VERB", "AUX", "PRON") or (tokens[end].pos == "PUNCT" and tokens[end].text != ","):
            break
        end += 1
    while end > start and tokens[end - 1].pos in ("PUNCT", "CCONJ", "ADP"):
        end -= 1
    return end if end > noun else start


def _with_heads(analysis: Analysis, span: TokenSpan, taken: Set[int]) -> int:
    """The start of a name with the head nouns before it whose complement it is, and their adjectives."""
    tokens = analysis.tokens
    start = _with_adjectives(analysis, span.start, span.end)
    first = analysis.sentence_of(span.start).start
    while start > first and start - 1 not in taken:
        before, own = tokens[start - 1], tokens[span.start]
        genitive = own.case in (None, "Gen") or not declinable(own.text)
        if not genitive or before.text.isupper() or not _heads(analysis, start - 1, span):
            break
        start = _with_adjectives(analysis, start - 1)
    return start


def _heads(analysis: Analysis, noun: int, span: TokenSpan) -> bool:
    """Whether the noun before a name heads a longer name: a strong head, or a weak one that is capitalized or on which
    the name depends.
    """
    kind = class_of(analysis.tokens[noun])
    if kind not in WEAK:
        return kind in UNITS
    if kind == "loose" and analysis.tokens[span.start].text[0] in LATIN:
        return False
    return analysis.tokens[noun].text[0].isupper() or any(analysis.tokens[i].head == noun for i in range(*span))


def _with_adjectives(analysis: Analysis, start: int, end: int | None = None) -> int:
    """The start of a name from token `start` on with the adjectives before it that belong to its head: agreeing,
    capitalized or known to be part of names.  The head is looked for up to `end`, else it is `start`.
    """
    tokens = analysis.tokens
    head = next((tokens[i] for i in range(start, end or start + 1) if tokens[i].pos in NOUNS), tokens[start])
    first = analysis.sentence_of(start).start
    at = start
    while at > first and tokens[at - 1].pos == "ADJ":
        adjective = tokens[at - 1]
        agrees = adjective.case == head.case and adjective.number == head.number
        capital = adjective.text[0].isupper() and (at - 1 > first or adjective.name != "O")
        country = tokens[at].text[0].islower() and adjective.lemma in place_adjectives()
        known = country or (class_of(head) in HEADS and adjective.lemma in modifiers())
        if not agrees or not (capital or known):
            break
        at -= 1
    return at
