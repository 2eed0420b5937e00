"""What is left of HTML and Markdown in a text, and quotation marks typed as two characters: passes of `cleaning.clean`.

Marks go and words stay.  Asterisks and underscores that may be something else stay too: a footnote after a name
(`«Ромашка»*`), a censored word, `2*3`, `snake_case`, an @handle.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from extractor.reading.characters import MARKS
from extractor.reading.text import Edit

# Entities, also those that were escaped once more (&amp;quot;).
ENTITIES = re.compile(r"&(?:amp;)*((?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});)")

# Quotation marks typed as two characters: << >>, '' '', `` '' and ,, ''.  Three apostrophes are not two and one.
TYPED_MARKS = re.compile(r"['<>`,](?:(?<=')'|(?<=<)<|(?<=>)>|(?<=`)`|(?<=,),)")
_ANGLES = re.compile(r"(?<!<)<<(?!<)([^<>\n]+)>>(?!>)")
_TWO = re.compile(r"['`,](?:(?<=')'|(?<=`)`|(?<=,),(?=\w)(?<!\w..))(?!['`])(?<!['`,]..)(?:(?<!\w..)|(?!\w))")

LINKS = re.compile(r"\]\(")
MARKUP = re.compile(r"[*_`~>#]")
# A link or an image, whose address is something with a dot, a slash, a colon or a number sign, or nothing.
_TEXT_OF_LINK = r"((?:[^\[\]]|\[[^\[\]]{0,100}\]){0,300})"
_ADDRESS = r"(?:(?=[^\s()]{0,200}[./:#])(?:[^\s()]|\([^\s()]{0,200}\)){0,1000}+)?"
_LINK = re.compile(rf"!?\[{_TEXT_OF_LINK}\](\({_ADDRESS}(?:\s+\"[^\"\n]*\")?\))")
# Names in which an asterisk or an underscore is a character like another.
_ADDRESSES = re.compile(r"(?:https?://|www\.)[^\s*]*[^\s*_~`.,)]|[\w.+-]+@[\w.-]+\.\w+|[@#]\w*[^\W_]")
# Marks at the head of a line: of a citation, a heading, an item of a list.
_HEAD = re.compile(r"^[ \t]*(?:(?:>[ \t]*)+|#{1,6}[ \t]+|\*[ \t]+)(?=\S)", re.MULTILINE)
_BOLD = re.compile(r"(?<!\*)(?:\*\*|\*{4})(?!\*)")
_UNDERLINED = re.compile(r"(?<!_)(?:__|____)(?!_)")
# What stands between two marks of one kind: *x*, ***x***, _x_, ~~x~~, `x`.
_BETWEEN = re.compile(
    r"(?:(?<=[\s([{«„“\"—–-])|^)(?P<mark>\*|\*\*\*|_)(?![\s*_])[^*_\n]*(?<![\s*_])(?P=mark)(?![\w*_])"
    r"|(?P<struck>~~)(?!\s)[^~\n]+(?<!\s)~~|(?<![\w`])(?P<code>`{3}|`)(?![\s`])[^`\n]+(?<!\s)(?P=code)(?![\w`])",
    re.MULTILINE,
)


def entities(text: str) -> Iterator[Edit]:
    """HTML entities become the character that they stand for; what only looks like one (`R&D;`) stays.

    A quotation mark becomes an opening or a closing one by the spaces beside it, where only one of both fits.
    """
    for match in ENTITIES.finditer(text):
        character = html.unescape("&" + match[1])
        if character == '"':
            before, after = _beside(text, *match.span())
            opens, closes = not (before.isalnum() or after.isspace()), not (before.isspace() or after.isalnum())
            character = '"' if opens == closes else "«" if opens else "»"
        if len(character) == 1:
            yield Edit(*match.span(), character)


def typed_marks(text: str) -> Iterator[Edit]:
    """Quotation marks of two characters become one.  Round or inside real marks they are italics of a wiki and go."""
    edits = []
    for match in _ANGLES.finditer(text):
        edits += [Edit(match.start(), match.start() + 2, "«"), Edit(match.end() - 2, match.end(), "»")]
    opening: re.Match[str] | None = None
    for match in _TWO.finditer(text):
        if opening and "\n" not in text[opening.end() : match.start()]:
            inner, outer = text[opening.end()] + text[match.start() - 1], _beside(text, opening.start(), match.end())
            italics = not MARKS.isdisjoint(inner) or MARKS.issuperset(outer)
            edits += [Edit(*opening.span(), "" if italics else "«"), Edit(*match.span(), "" if italics else "»")]
            opening = None
        else:
            edits += _unpaired(text, opening)
            opening = match
    edits += _unpaired(text, opening)
    yield from sorted(edits)


def _unpaired(text: str, mark: re.Match[str] | None) -> Iterator[Edit]:
    if mark:
        real = not MARKS.isdisjoint(_beside(text, *mark.span()))
        yield Edit(*mark.span(), "" if real else "„" if mark[0] == ",," else '"')


def _beside(text: str, start: int, end: int) -> tuple[str, str]:
    """Returns the characters before and after a span, empty at the edges of the text."""
    return text[start - 1 : start] if start else "", text[end : end + 1]


def links(text: str) -> Iterator[Edit]:
    """Of links and images the text stays."""
    for match in _LINK.finditer(text):
        yield Edit(match.start(), match.start(1), "")
        yield Edit(match.end(1), match.end(), "")


def marks_of_markdown(text: str) -> Iterator[Edit]:
    """Marks of emphasis, headings, citations, lists and code go."""
    spans = [match.span() for match in _HEAD.finditer(text)]
    spans += _bold(text)
    for match in _UNDERLINED.finditer(text):
        before, after = _beside(text, *match.span())
        if not (before.isalnum() and after.isalnum()) and (before.strip() or after.strip()):
            spans.append(match.span())
    for match in _BETWEEN.finditer(text):
        mark = match["mark"] or match["struck"] or match["code"]
        first = match.start()
        spans += [(first, first + len(mark)), (match.end() - len(mark), match.end())]
    kept = [match.span() for match in _ADDRESSES.finditer(text)] if spans else []
    last = 0
    for start, end in sorted(spans):
        address = bisect_right(kept, (start, len(text))) - 1
        if start >= last and not (address >= 0 and end <= kept[address][1]):
            yield Edit(start, end, "")
            last = end


def _bold(text: str) -> Iterator[tuple[int, int]]:
    """The marks of bold type.

    Two asterisks amid a word may be letters that were left out: they are a mark only if the other one of the pair is on
    the line, not amid a word, and no space stands between them and what they enclose.  Four are the end of one bold
    span and the start of the next if the line has another mark, else a word that was left out.
    """
    marks = list(_BOLD.finditer(text))
    inside = [all(map(str.isalnum, _beside(text, *mark.span()))) for mark in marks]
    paired = [False] * len(marks)
    beside = [False] * len(marks)
    opened = -1
    for i, (one, other) in enumerate(pairwise(marks)):
        if "\n" in text[one.end() : other.start()]:
            opened = -1
            continue
        beside[i] = beside[i + 1] = True
        if opened == i:  # this one closes
            continue
        between = text[one.end() : other.start()]
        if not (inside[i] and inside[i + 1]) and between == between.strip():
            paired[i] = paired[i + 1] = True
            opened = i + 1
    for i, match in enumerate(marks):
        if paired[i] or (not inside[i] and len(match[0]) == 2) or (len(match[0]) == 4 and beside[i]):
            yield match.span()
