"""A record in a terminal: the quotes with their speakers, then the people and organizations.

What stands around the article is dim, and said to stand there.
"""

from __future__ import annotations

import io
import shutil

from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from extractor.reading.cleaning import clean
from extractor.records import AROUND, UNNAMED, Document, Organization, Person, Quote, only_around

# Columns before the texts and names, for the numbers of quotes.
_INDENT = 4
# Columns at most, however wide the terminal: longer lines are hard to read.
_WIDTH = 100


def render(document: Document) -> RenderableType:
    """The record for a rich console."""
    return Constrain(
        Group(
            _title("Quotes", len(document.quotes)),
            _quotes(document.quotes),
            Text(),
            _title("People", len(document.people)),
            _people(document.people),
            Text(),
            _title("Organizations", len(document.organizations)),
            _organizations(document.organizations),
        ),
        _WIDTH,
    )


def plain(document: Document) -> str:
    """The record as plain text, as wide as the terminal."""
    stream = io.StringIO()
    width = shutil.get_terminal_size().columns
    Console(file=stream, width=width, no_color=True, highlight=False).print(render(document))
    return "\n".join(line.rstrip() for line in stream.getvalue().rstrip("\n").split("\n"))


def _title(name: str, number: int) -> Text:
    return Text.assemble((name, "bold"), (f"  {number}", "dim"))


def _quotes(quotes: tuple[Quote, ...]) -> RenderableType:
    table = Table.grid("", "", padding=(0, 1))
    table.columns[0].justify = "right"
    table.columns[0].min_width = _INDENT - 1
    for number, quote in enumerate(quotes, 1):
        # An empty line after each but the last.
        said = Text(" … ".join(_plain(span.text) for span in quote.spans), _dim(around=not quote.in_article))
        table.add_row(Text(str(number), "dim"), Group(_heading(quote), Padding(said, (0, 0, number < len(quotes), 0))))
    return table


def _heading(quote: Quote) -> Text:
    """The line above a quote: speaker, type and attribution."""
    around = not quote.in_article
    heading = Text(style=_dim(around))
    heading.append(_plain(str(quote.speaker or UNNAMED)), "bold cyan")
    heading.append(f" · {quote.type}", "dim")
    if quote.attribution is not None:
        heading.append(f" · {_plain(quote.attribution.text)}", "italic")
    if around:
        heading.append(f" · {AROUND}")
    return heading


def _people(people: tuple[Person, ...]) -> RenderableType:
    table = Table.grid("", "", "", padding=(0, 2))
    for person in people:
        table.add_row(_name(person), Text(_plain(", ".join(person.roles))), _mentions(person))
    return Padding(table, (0, 0, 0, _INDENT))


def _organizations(organizations: tuple[Organization, ...]) -> RenderableType:
    table = Table.grid("", "", padding=(0, 2))
    for organization in organizations:
        table.add_row(_name(organization), _mentions(organization))
    return Padding(table, (0, 0, 0, _INDENT))


def _name(entity: Person | Organization) -> Text:
    return Text.assemble((_plain(entity.name), "cyan"), style=_dim(only_around(entity)))


def _mentions(entity: Person | Organization) -> Text:
    return Text(f"×{len(entity.mentions)}" + (f" {AROUND}" if only_around(entity) else ""), "dim")


def _dim(around: bool) -> str:
    """The style of what stands around the article, and of all else."""
    return "dim" if around else ""


def _plain(text: str) -> str:
    """The text in one line, without characters that a terminal would take for commands."""
    return " ".join(clean(text).text.split())
