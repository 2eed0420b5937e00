"""Cuts the lines of a page into the pieces that are judged: whole lines, or the sentences of a line that looks mixed.

Scraping glues captions and tails to prose ("…сообщили в ведомстве.Фото: Иван Петров").  A line that shows a sign of
that is cut wherever such a piece may begin or end, more often than is right: pieces that are judged alike are joined
again (`article.blocks`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from extractor import resources

WORDS = "page_words.tsv"
# The row of `page_words.tsv` with the beginnings of captions and tails.
_OPENERS = "opener"
# Shorter lines are not cut: they are a caption or a tail as a whole.
_SHORTEST_CUT = 40

WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_IN_WORD = re.compile(r"[^\W_]")
# A line that ends a sentence; lost link texts leave a comma, Markdown its underscores and asterisks.
STOP = re.compile(r"[.!?…][\"»”)\]*_]*,?$")

_CUT = re.compile(
    # After a stop, but that of initials, with white space or before what can begin a sentence.
    r"(?<!\b[А-ЯЁA-Z]\.)(?<=[.!?…])[\"»”)\]]*(?:[\s,]*(?=[А-ЯЁ«„“\"(©■#@*\[—–])|\s+(?=\S))"
    # Where a page has wide white space.
    r"|[^\S\n]{2,}"
    # Between letters, digits or marks and a capital letter that is glued to them.
    r"|(?<=[а-яёa-z)»\"\d])(?=[А-ЯЁ][а-яё])"
    # Round the signs of credits, and after the names in Latin letters that follow them.
    r"|(?<=©)(?=[А-ЯЁ])|(?=[■©])|(?:©|/ )[^А-Яа-яЁё\n]{2,40}\s(?=[А-ЯЁ])"
)
# Signs of a line that is more than prose, beside the openers: symbols, links, agencies after a slash; wide white space;
# and a last word that is glued to another (a tag).
_SIGNS = r"[©■|@#*]|https?:|/ [A-Z]"
_WIDE = "  "
_GLUED_END = re.compile(r"[а-яё][А-ЯЁ][а-яё]+[\s.]*$")
# The patterns of the end of a line need no more than so many characters.
ENDING = 60


class Piece(NamedTuple):
    """The characters [start, end) of a clean text, in the paragraph with the number `line`."""

    start: int
    end: int
    line: int


def pieces(text: str, paragraphs: Iterable[tuple[int, int]]) -> Iterator[Piece]:
    """Yields the pieces of the paragraphs of a clean text, in order; paragraphs without a word have none.

    The pieces of a paragraph cover it.
    """
    for line, (start, end) in enumerate(paragraphs):
        string = text[start:end].strip()
        if not WORD.search(string):
            continue
        if len(string) >= _SHORTEST_CUT and _may_be_mixed(string):
            for match in _CUT.finditer(text, start, end):
                cut = match.end()
                if _IN_WORD.search(text, start, cut) and _IN_WORD.search(text, cut, end):
                    yield Piece(start, cut, line)
                    start = cut
        yield Piece(start, end, line)


def _may_be_mixed(line: str) -> bool:
    """Whether a line shows a sign of a caption or a tail beside prose."""
    end = line[-ENDING:]
    return bool(_WIDE in line or not STOP.search(end) or _marked().search(line) or _GLUED_END.search(end))


@cache
def _marked() -> re.Pattern[str]:
    """The pattern that finds a sign of a caption or a tail in a line."""
    openers = [opener for name, words in resources.rows(WORDS, 2) if name == _OPENERS for opener in words.split()]
    return re.compile("|".join((_SIGNS, *(re.escape(opener) for opener in openers))))
