"""A record as HTML: the text marked up, each quote joined to its speaker; a page, or a notebook's fragment."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader

from extractor.reading.text import printable
from extractor.records import UNNAMED, Document, Organization, Person, Quote, Speaker

# Speakers have one of so many colours (report.css), in the order in which they speak; 0 is for who has no name.
# Below this confidence a quote looks unsure: it stands on a broken line.
_UNSURE = 0.5
COLOURS = 8

_PARAGRAPH = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*\S[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of the text that stands out.  Of two of the same extent, the one of the lower `layer` is outside.

    `number` is shown before a quote's fragment and after the mention of its speaker; `quote` is what is told beside
    the text where the mark begins.
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
    """A step in writing marked-up text: a mark opens, text stands, a mark closes.

    A mark that must close for another's sake and open again is `whole` only where it first opens and last closes.
    """

    step: str
    text: str = ""
    mark: Mark | None = None
    whole: bool = True


def page(document: Document) -> str:
    """One self-contained page that shows the document; nothing in its text is run or loaded."""
    return _templates().get_template("page.html").render(_context(document, "x"), title=document.id or "extractor")


def fragment(document: Document) -> str:
    """The same for a place within another page.  A document without its text lists its quotes."""
    # Several fragments may stand on one page: each has anchors of its own.
    digest = hashlib.sha256(f"{document.source}{document.model_dump_json()}".encode(errors="replace"))
    return _templates().get_template("fragment.html").render(_context(document, f"x{digest.hexdigest()[:8]}"))


def marks(document: Document) -> list[Mark]:
    """All that stands out in the document's text, in the order of the text, the outer before the inner."""
    colours = _colours(document)
    found: list[Mark] = []
    entities: Iterable[tuple[str, Person | Organization]] = (
        *(("person", person) for person in document.people),
        *(("organization", organization) for organization in document.organizations),
    )
    for kind, entity in entities:
        colour = colours.get(entity.id, 0)
        found += (
            Mark(mention.start, mention.end, 1, f"{kind} {mention.kind} c{colour}", _about(entity))
            for mention in entity.mentions
        )
    for number, quote in enumerate(document.quotes, 1):
        colour = _colour(colours, quote.speaker)
        title = f"{number}. {quote.speaker or UNNAMED} · {quote.type}"
        for i, span in enumerate(quote.spans):
            note = None if i else quote
            unsure = " unsure" if quote.confidence < _UNSURE else ""
            found.append(Mark(span.start, span.end, 0, f"quote {quote.type}{unsure} c{colour}", title, number, note))
        if quote.speaker is not None and quote.speaker.mention is not None:
            span = quote.speaker.mention
            found.append(Mark(span.start, span.end, 2, f"speaker c{colour}", title, number))
        if quote.cue is not None:
            found.append(Mark(quote.cue.start, quote.cue.end, 3, f"cue c{colour}", title))
    return sorted((mark for mark in found if mark.start < mark.end), key=_order)


def paragraphs(text: str, found: Sequence[Mark]) -> Iterator[list[Piece]]:
    """The paragraphs of a text with the marks on it, properly nested in each: marks that overlap are cut."""
    following = iter(found)
    upcoming = next(following, None)
    open_marks: list[Mark] = []
    for match in _PARAGRAPH.finditer(text):
        start, end = match.span()
        open_marks = [mark for mark in open_marks if mark.end > start]
        while upcoming is not None and upcoming.start < end:
            if upcoming.end > start:
                open_marks.append(upcoming)
            upcoming = next(following, None)
        yield list(_nested(text, start, end, open_marks))


def _nested(text: str, start: int, end: int, found: Sequence[Mark]) -> Iterator[Piece]:
    """The text from start to end with the marks that lie on it, in `_order`."""
    beginning: dict[int, list[Mark]] = {}
    for mark in found:
        beginning.setdefault(max(mark.start, start), []).append(mark)
    points = sorted({*beginning, *(min(mark.end, end) for mark in found), end})
    stack: list[Mark] = []
    position = start
    for point in points:
        if position < point:
            yield Piece("text", _displayed(text[position:point]))
        position = point
        ended = [i for i, mark in enumerate(stack) if mark.end <= point or point == end]
        again: list[Mark] = []
        if ended:
            for mark in reversed(stack[ended[0] :]):
                yield Piece("close", mark=mark, whole=mark.end <= point)
            again = [mark for mark in stack[ended[0] :] if mark.end > point]
            del stack[ended[0] :]
        if point < end:
            for mark in sorted((*again, *beginning.get(point, ())), key=_order):
                yield Piece("open", mark=mark, whole=mark.start == point)
                stack.append(mark)


def _order(mark: Mark) -> tuple[int, int, int]:
    return mark.start, -mark.end, mark.layer


def _context(document: Document, prefix: str) -> dict[str, object]:
    """What the templates show."""
    colours = _colours(document)
    numbers: dict[str, list[int]] = {}
    for number, quote in enumerate(document.quotes, 1):
        if quote.speaker is not None and quote.speaker.entity is not None:
            numbers.setdefault(quote.speaker.entity, []).append(number)
    return {
        "document": document,
        "paragraphs": None if document.source is None else paragraphs(document.source, marks(document)),
        "numbers": numbers,
        "colours": colours,
        "colour_of": lambda quote: _colour(colours, quote.speaker),
        "prefix": prefix,
        "unnamed": UNNAMED,
    }


def _colours(document: Document) -> dict[str, int]:
    """The colour of each that speaks, by the id of the entity or, for who is none, by the name."""
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
    """The text with signs for what a page cannot hold."""
    return _CONTROLS.sub("\ufffd", printable(text))


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader("extractor.view"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
