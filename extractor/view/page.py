"""A record as HTML: the text with quotes, names and cues highlighted, as a page or a fragment for notebooks.

What stands around the article is grey, and long runs of it are folded.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from typing import Literal

from jinja2 import Environment, PackageLoader

from extractor.reading.text import printable
from extractor.records import AROUND, UNNAMED, Document, Organization, Person, Quote, Speaker, only_around

# Quotes less confident than this are underlined with a broken line: more often wrong than right.
_UNSURE = 0.5
# The number of colours for speakers in report.css (c1 to c8), given out in the order in which they speak and then
# again; c0 is for speakers without a name.  More hues would be hard to tell apart.
COLOURS = 8

# Rows of what stands around the article that are shown, and the characters in a row of report.css (40rem): more than a
# headline's surroundings in a news item (section, date, byline, credit) are in the reader's way, and are folded.
_SHOWN_ROWS = 4
_ROW = 75

_PARAGRAPH = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*\S[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Highlight:
    """A span of the text, in characters, that is shown in a style of its own.

    Fields:
        layer: the nesting of highlights of the same extent, from the outside: -1 what stands around the article,
            0 quotes, 1 names, 2 speakers, 3 cues.
        css: the classes in report.css.
        title: the tooltip.
        number: the quote's number, shown before its fragments and after the mention of its speaker.
        quote: the quote for the note beside the text, where a quote begins.
    """

    start: int
    end: int
    layer: int
    css: str
    title: str = ""
    number: int | None = None
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A step in writing a paragraph: a highlight opens or closes, or text follows.

    A highlight that overlaps another is closed and opened again, so that they nest; so is one that spans paragraphs.
    `whole` is false where it opens or closes in between.
    """

    step: Literal["open", "text", "close"]
    text: str = ""
    highlight: Highlight | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """A run of paragraphs, as pieces, all in the article or all around it; `folded` where it is shown closed."""

    paragraphs: Sequence[Sequence[Piece]]
    folded: bool

    @property
    def quotes(self) -> int:
        """How many quotes begin in it."""
        pieces = (piece for paragraph in self.paragraphs for piece in paragraph if piece.step == "open" and piece.whole)
        return sum(piece.highlight is not None and piece.highlight.quote is not None for piece in pieces)


def page(document: Document) -> str:
    """A self-contained HTML page that shows the document; it loads nothing and runs nothing of the text."""
    return _templates().get_template("page.html").render(_context(document, "x"), title=document.id or "extractor")


def fragment(document: Document) -> str:
    """The HTML for a place within another page.  Of a document without its text it lists the quotes."""
    # Several fragments may be on one page: each has anchors of its own.
    digest = hashlib.sha256(f"{document.source}{document.model_dump_json()}".encode(errors="replace"))
    return _templates().get_template("fragment.html").render(_context(document, f"x{digest.hexdigest()[:8]}"))


def highlights(document: Document) -> list[Highlight]:
    """The highlights of a document in the order of its text, outer ones before inner ones."""
    colours = _colours(document)
    found = list(_around(document))
    entities: Iterable[tuple[str, Person | Organization]] = (
        *(("person", person) for person in document.people),
        *(("organization", organization) for organization in document.organizations),
    )
    for kind, entity in entities:
        colour = colours.get(entity.id, 0)
        found += (
            Highlight(mention.start, mention.end, 1, f"{kind} {mention.kind} c{colour}", _about(entity))
            for mention in entity.mentions
        )
    for number, quote in enumerate(document.quotes, 1):
        colour = _colour(colours, quote.speaker)
        title = f"{number}. {quote.speaker or UNNAMED} · {quote.type}"
        for i, span in enumerate(quote.spans):
            note = None if i else quote
            unsure = " unsure" if quote.confidence < _UNSURE else ""
            found.append(
                Highlight(span.start, span.end, 0, f"quote {quote.type}{unsure} c{colour}", title, number, note)
            )
        if quote.speaker is not None and quote.speaker.mention is not None:
            span = quote.speaker.mention
            found.append(Highlight(span.start, span.end, 2, f"speaker c{colour}", title, number))
        if quote.cue is not None:
            found.append(Highlight(quote.cue.start, quote.cue.end, 3, f"cue c{colour}", title))
    return sorted((highlight for highlight in found if highlight.start < highlight.end), key=_order)


def _around(document: Document) -> Iterator[Highlight]:
    """Highlights of what stands around the article; none where nothing is the article, as on a front page."""
    if document.source is None or not document.article:
        return
    bounds = (0, *(bound for span in document.article for bound in (span.start, span.end)), len(document.source))
    for start, end in list(pairwise(bounds))[::2]:
        between = document.source[start:end]
        inner = between.strip()
        if inner:
            start += between.index(inner)
            yield Highlight(start, start + len(inner), -1, "around", AROUND)


def sections(document: Document) -> Iterator[Section]:
    """Yields the text of a document that has one, in runs of paragraphs with their highlights."""
    text, article = document.source or "", document.article
    ends = [span.end for span in article]

    def around(start: int, end: int) -> bool:
        """Whether a paragraph has no part of the article in it."""
        following = bisect_right(ends, start)
        return bool(article) and (following == len(article) or end <= article[following].start)

    places = (match.span() for match in _PARAGRAPH.finditer(text))
    for outside, run in groupby(
        zip(places, paragraphs(text, highlights(document)), strict=True), key=lambda item: around(*item[0])
    ):
        found = list(run)
        rows = sum(1 + (end - start) // _ROW for (start, end), _ in found)
        yield Section([pieces for _, pieces in found], outside and rows > _SHOWN_ROWS)


def paragraphs(text: str, found: Sequence[Highlight]) -> Iterator[list[Piece]]:
    """Yields the pieces of each paragraph of a text, its highlights properly nested.

    `found` is sorted as `highlights` returns them.
    """
    following = iter(found)
    upcoming = next(following, None)
    current: list[Highlight] = []
    for match in _PARAGRAPH.finditer(text):
        start, end = match.span()
        current = [highlight for highlight in current if highlight.end > start]
        while upcoming is not None and upcoming.start < end:
            if upcoming.end > start:
                current.append(upcoming)
            upcoming = next(following, None)
        yield list(_nested(text, start, end, current))


def _nested(text: str, start: int, end: int, found: Sequence[Highlight]) -> Iterator[Piece]:
    """The pieces of the text from `start` to `end` with the highlights on it, which are sorted by `_order`."""
    beginning: dict[int, list[Highlight]] = {}
    for highlight in found:
        beginning.setdefault(max(highlight.start, start), []).append(highlight)
    points = sorted({*beginning, *(min(highlight.end, end) for highlight in found), end})
    stack: list[Highlight] = []
    position = start
    for point in points:
        if position < point:
            yield Piece("text", _displayed(text[position:point]))
        position = point
        ended = [i for i, highlight in enumerate(stack) if highlight.end <= point or point == end]
        again: list[Highlight] = []
        if ended:
            for highlight in reversed(stack[ended[0] :]):
                yield Piece("close", highlight=highlight, whole=highlight.end <= point)
            again = [highlight for highlight in stack[ended[0] :] if highlight.end > point]
            del stack[ended[0] :]
        if point < end:
            for highlight in sorted((*again, *beginning.get(point, ())), key=_order):
                yield Piece("open", highlight=highlight, whole=highlight.start == point)
                stack.append(highlight)


def _order(highlight: Highlight) -> tuple[int, int, int]:
    """Sorts highlights by where they begin, longer ones and lower layers first."""
    return highlight.start, -highlight.end, highlight.layer


def _context(document: Document, prefix: str) -> dict[str, object]:
    """The variables of the templates; `prefix` begins all anchors."""
    colours = _colours(document)
    numbers: dict[str, list[int]] = {}
    for number, quote in enumerate(document.quotes, 1):
        if quote.speaker is not None and quote.speaker.entity is not None:
            numbers.setdefault(quote.speaker.entity, []).append(number)
    return {
        "document": document,
        "sections": None if document.source is None else sections(document),
        "numbers": numbers,
        "colours": colours,
        "colour_of": lambda quote: _colour(colours, quote.speaker),
        "prefix": prefix,
        "unnamed": UNNAMED,
        "around": AROUND,
        "only_around": only_around,
    }


def _colours(document: Document) -> dict[str, int]:
    """The number of each speaker's colour, by the id of the entity or, for one that is none, by the name."""
    colours: dict[str, int] = {}
    for quote in document.quotes:
        key = _key(quote.speaker)
        if key is not None:
            colours.setdefault(key, len(colours) % COLOURS + 1)
    return colours


def _colour(colours: dict[str, int], speaker: Speaker | None) -> int:
    key = _key(speaker)
    return 0 if key is None else colours[key]


def _key(speaker: Speaker | None) -> str | None:
    return None if speaker is None else speaker.entity or speaker.name


def _about(entity: Person | Organization) -> str:
    return printable(str(entity))


def _displayed(text: str) -> str:
    """The text with U+FFFD for the control characters and surrogates that HTML cannot hold."""
    return _CONTROLS.sub("\ufffd", printable(text))


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader("extractor.view"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
