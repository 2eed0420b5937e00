"""The content of a quote: trimmed of the punctuation that joins it to its attribution, and tested for a predicate."""

from __future__ import annotations

from unicodedata import category

from extractor.quotes.rules.context import Context
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import CLOSING_MARKS, DASHES, FULL_STOPS, MARKS, OPENING_MARKS
from extractor.reading.grammar import VERBS, is_short

# Punctuation that joins an utterance to an attribution before it, and to one after it.
_JOINS_BEFORE = DASHES | MARKS | {","}
JOINS_AFTER = DASHES | {",", ":"}
# Marks that open and that close within a content, with the English marks in their usual roles.
_OPENING, _CLOSING = OPENING_MARKS | {"“"}, CLOSING_MARKS | {"”"}
# Tokens that begin a hashtag, an address or a handle, which no content holds.
ADDRESS_STARTS = frozenset({"#", "http", "https", "www", "@"})
# Punctuation dropped at the beginning of a reported content, and at its end without and with final full stops.
LEADING = DASHES | {",", ":", ")"}
_TRAILING = DASHES | {",", ":", ";"}
_TRAILING_STOPS = _TRAILING | FULL_STOPS


def has_predicate(context: Context, span: TokenSpan) -> bool:
    """Whether a span holds a predicate: a finite verb, an infinitive, a short adjective or a predicative ("нельзя")."""
    for index in range(*span):
        token = context.token(index)
        if token.pos in VERBS and token.feats.get("VerbForm") in {"Fin", "Inf"}:
            return True
        if is_short(token) or context.is_word_of(index, "predicative"):
            return True
    return False


def trimmed(context: Context, span: TokenSpan) -> TokenSpan | None:
    """A fragment of an utterance without the commas, dashes and marks that only join it to its attribution.

    Returns None where nothing is left.
    """
    start, end = span
    while start < end and context.token(start).text in _JOINS_BEFORE:
        start += 1
    while end > start and context.token(end - 1).text in JOINS_AFTER:
        end -= 1
    return TokenSpan(start, end) if start < end else None


def as_content(context: Context, start: int, end: int, stops: bool = True) -> TokenSpan | None:
    """Tokens [start, end) as reported content: without punctuation that joins it to the reporter's words.

    Also drops emoji and unpaired marks at the end, and, with `stops`, final full stops.  Returns None where no word is
    left.
    """
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
    """Whether the last token of [start, end) is an opening mark or bracket, or a closing mark without its pair."""
    text = context.token(end - 1).text
    if text in OPENING_MARKS or text == "(":
        return True
    if text in _CLOSING:
        words = [context.token(index).text for index in range(start, end)]
        return sum(word in _OPENING for word in words) < sum(word in _CLOSING for word in words)
    return text == '"' and sum(context.token(index).text == '"' for index in range(start, end)) % 2 == 1


def _is_symbol(text: str) -> bool:
    """Whether a token consists of emoji and other symbols."""
    return all(category(character) in {"So", "Sk", "Cs", "Co", "Cn"} for character in text)
