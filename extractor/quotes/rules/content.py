"""The content of a quote: trimmed of what joins it to its attribution, and whether it says anything."""

from __future__ import annotations

from unicodedata import category

from extractor.quotes.rules.context import Context
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import CLOSING_MARKS, DASHES, FULL_STOPS, MARKS, OPENING_MARKS

# Marks that join an utterance to what stands before it, after it, and to its attribution.
_JOINS_BEFORE = DASHES | MARKS | {","}
JOINS_AFTER = DASHES | {",", ":"}
_OPENING, _CLOSING = OPENING_MARKS | {"“"}, CLOSING_MARKS | {"”"}
NOISE = frozenset({"#", "http", "https", "www", "@"})
# Marks that are no part of a content that they begin, of one that they end, and those at which an aside may end.
LEADING = DASHES | {",", ":", ")"}
_TRAILING = DASHES | {",", ":", ";"}
_TRAILING_STOPS = _TRAILING | FULL_STOPS


def has_predicate(context: Context, span: TokenSpan) -> bool:
    """Whether a stretch holds a finite verb, an imperative or a predicative."""
    for index in range(*span):
        token = context.token(index)
        if token.pos in {"VERB", "AUX"} and token.feats.get("VerbForm") in {"Fin", "Inf"}:
            return True
        if token.feats.get("Variant") == "Short" or context.is_word_of(index, "predicative"):
            return True
    return False


def trimmed(context: Context, span: TokenSpan) -> TokenSpan | None:
    """A fragment without the comma or dash that only joins it to the attribution; None if nothing is left."""
    start, end = span
    while start < end and context.token(start).text in _JOINS_BEFORE:
        start += 1
    while end > start and context.token(end - 1).text in JOINS_AFTER:
        end -= 1
    return TokenSpan(start, end) if start < end else None


def as_content(context: Context, start: int, end: int, stops: bool = True) -> TokenSpan | None:
    """[start, end) as content: without joining marks and (`stops`) final full stops; None without a word."""
    trailing = _TRAILING_STOPS if stops else _TRAILING
    tokens = context.analysis.tokens
    while start < end and tokens[start].text in LEADING:
        start += 1
    while end > start and not (last := tokens[end - 1].text).isalnum():
        if last not in trailing and not _is_symbol(last) and not _is_unpaired(context, start, end):
            break
        end -= 1
    if not any(tokens[index].text[0].isalnum() for index in range(start, end)):
        return None
    return TokenSpan(start, end)


def _is_unpaired(context: Context, start: int, end: int) -> bool:
    """Whether the last token of [start, end) is a mark or bracket that opens, or a mark without its pair."""
    text = context.token(end - 1).text
    if text in OPENING_MARKS or text == "(":
        return True
    if text in _CLOSING:
        words = [context.token(index).text for index in range(start, end)]
        return sum(word in _OPENING for word in words) < sum(word in _CLOSING for word in words)
    return text == '"' and sum(context.token(index).text == '"' for index in range(start, end)) % 2 == 1


def _is_symbol(text: str) -> bool:
    """Whether a token is an emoji or the like."""
    return all(category(character) in {"So", "Sk", "Cs", "Co", "Cn"} for character in text)
