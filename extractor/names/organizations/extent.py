"""How far the name of an organization extends: its legal form, head nouns, adjectives and complements."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_letters

from extractor.names.organizations.lexicon import HEADS, NOMINAL, UNITS, WEAK, class_of, modifiers, place_adjectives
from extractor.names.spans import wide_gap
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.characters import MAY_CLOSE, MAY_OPEN
from extractor.reading.morphology import parses
from extractor.reading.nominative import declinable

LATIN = frozenset(ascii_letters)
# A complement is at most so many tokens long.
_COMPLEMENT = 10


def marked(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a quotation mark stands right before a span."""
    return span.start > 0 and analysis.tokens[span.start - 1].text in MAY_OPEN


def extended(analysis: Analysis, seed: TokenSpan, named: Mapping[int, TokenSpan], taken: set[int]) -> TokenSpan:
    """A seed with what belongs to the name around it: legal form, head, adjectives, place."""
    tokens, (start, end) = analysis.tokens, seed
    if marked(analysis, seed) and end < len(tokens) and tokens[end].text in MAY_CLOSE:
        outer = _before_marks(analysis, start - 1)
        return TokenSpan(outer, end + 1) if outer is not None else seed
    if not tokens[start].text[0].isascii() or tokens[start].text[0].isupper():
        end = _with_complement(analysis, TokenSpan(start, end), named, taken)
    start = _with_heads(analysis, TokenSpan(start, end), taken)
    if start < seed.start:
        end = _with_complement(analysis, TokenSpan(start, end), named, taken)
    return TokenSpan(start, end)


def _before_marks(analysis: Analysis, mark: int) -> int | None:
    """Where a name begins whose quoted part opens at `mark`: at a legal form or a noun that heads it; None where
    the words before the mark are no part of the name.
    """
    tokens, first = analysis.tokens, analysis.sentence_of(mark).start
    i = mark - 1
    if i < first:
        return None
    kind = class_of(tokens[i])
    if kind == "form" and tokens[i].text.isupper():
        return i
    if kind in UNITS or (kind == "weak" and i > first):
        return _with_adjectives(analysis, i)
    return None


def _with_complement(analysis: Analysis, span: TokenSpan, named: Mapping[int, TokenSpan], taken: set[int]) -> int:
    """The end of a name with the place or unit in the genitive, or the field after a preposition, behind it."""
    tokens, end = analysis.tokens, span.end
    limit = analysis.sentence_of(span.start).end
    head = next((i for i in range(*span) if tokens[i].pos in NOMINAL), span.start)
    while end < limit and end in named and end not in taken and named[end].start == end:
        token = tokens[end]
        if token.case not in (None, "Gen") and declinable(token.text):
            break
        if tokens[end - 1].text in MAY_CLOSE or wide_gap(analysis, end):
            break
        end = named[end].end
    if end + 1 < limit and tokens[end].pos == "ADP" and class_of(tokens[head]) in HEADS:
        noun = next((i for i in range(end + 1, min(end + 4, limit)) if tokens[i].pos in NOMINAL), end)
        if class_of(tokens[head]) == "mission" and end + 1 in named and tokens[end + 1].case == "Loc":
            return named[end + 1].end
        if noun > end and tokens[noun].case == "Dat" and span.start <= tokens[noun].head < end:
            return max(end, _phrase_end(analysis, end, noun, limit, taken))
    return end


def _phrase_end(analysis: Analysis, start: int, noun: int, limit: int, taken: set[int]) -> int:
    """The end of a complement: its noun and what hangs from it without a gap, no further than a verb or a person."""
    tokens = analysis.tokens
    subtree = set(analysis.subtree(noun))
    end = start + 1
    while end < limit and end in subtree and end not in taken and end - start < _COMPLEMENT:
        if tokens[end].pos in ("VERB", "AUX", "PRON") or (tokens[end].pos == "PUNCT" and tokens[end].text != ","):
            break
        end += 1
    while end > start and tokens[end - 1].pos in ("PUNCT", "CCONJ", "ADP"):
        end -= 1
    return end if end > noun else start


def _with_heads(analysis: Analysis, span: TokenSpan, taken: set[int]) -> int:
    """The start of a name with the nouns that it is a part of, and their adjectives, before it."""
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
    """Whether a noun before a name is the head of a longer one: a unit, or a weaker word in capitals or by syntax."""
    kind = class_of(analysis.tokens[noun])
    if kind not in WEAK:
        return kind in UNITS
    if kind == "loose" and analysis.tokens[span.start].text[0] in LATIN:
        return False
    return analysis.tokens[noun].text[0].isupper() or any(analysis.tokens[i].head == noun for i in range(*span))


def _with_adjectives(analysis: Analysis, start: int, end: int | None = None) -> int:
    """The start of a name with the adjectives of its head before it that are part of it."""
    tokens = analysis.tokens
    head = next((tokens[i] for i in range(start, end or start + 1) if tokens[i].pos in NOMINAL), tokens[start])
    first = analysis.sentence_of(start).start
    at = start
    while at > first and tokens[at - 1].pos == "ADJ":
        adjective = tokens[at - 1]
        agrees = adjective.case == head.case and adjective.number == head.number
        capital = adjective.text[0].isupper() and (at - 1 > first or adjective.name != "O")
        known = adjective.lemma in place_adjectives() or (class_of(head) in HEADS and adjective.lemma in modifiers())
        if not agrees or not (capital or known):
            break
        at -= 1
    return at


def headed_unit(analysis: Analysis, token: Token, named: Mapping[int, TokenSpan], taken: set[int]) -> TokenSpan | None:
    """The name that a noun like "прокуратура" heads: with an adjective of a place or with its complement up to a
    named place or unit; None where nothing names it.
    """
    tokens, strong = analysis.tokens, class_of(token) in UNITS
    if token.number == "Plur":
        return None
    limit = analysis.sentence_of(token.index).end
    start = _with_adjectives(analysis, token.index)
    end = token.index + 1
    reach = end
    while reach < limit and reach - end < _COMPLEMENT and reach not in taken:
        if reach in named:
            genitive = tokens[reach].case in (None, "Gen") or not declinable(tokens[reach].text) or reach > end
            if genitive and (strong or token.text[0].isupper()):
                end = named[reach].end
            break
        word = tokens[reach]
        joins = word.text == "," or word.pos == "CCONJ"
        small = word.text[0].islower() or (word.text.isupper() and len(word.text) > 1)
        if not joins and not (word.pos in ("ADJ", "NOUN", "PROPN") and word.case == "Gen" and small):
            break
        if word.pos == "NOUN" and "anim" in parses(word.text)[0].tag:
            break
        reach += 1
    if end == token.index + 1 and class_of(token) == "office":
        end = _last_noun(analysis, end, reach)
    whole = TokenSpan(start, end)
    extended = _with_complement(analysis, whole, named, taken) if strong or end > token.index + 1 else end
    if any(i in named for i in range(whole.end, extended)) or end > token.index + 1 or class_of(token) == "office":
        end = extended
    place = start < token.index and any(
        tokens[i].text[0].isupper() or tokens[i].lemma in place_adjectives() for i in range(start, token.index)
    )
    if end == token.index + 1 and not (place and strong):
        return None
    return TokenSpan(_with_heads(analysis, TokenSpan(start, end), taken), end)


def _last_noun(analysis: Analysis, start: int, end: int) -> int:
    """The end of a complement at its last noun."""
    while end > start and analysis.tokens[end - 1].pos not in NOMINAL:
        end -= 1
    return end
