"""One line of the input: how it becomes a record, or a failure with the reason."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import PurePath
from typing import Any, Literal

from extractor.reading.text import printable
from extractor.records import Document

# The most bytes that JSON takes for one character: two escapes of six bytes, \ud83d\ude00, outside the basic plane.
_BYTES_PER_CHARACTER = 12
# Room for the other fields of a line, 16 MiB.  A worker holds a whole line in memory, so that this and the limit on
# the text bound what one line can cost.
_BYTES_BESIDE_TEXT = 1 << 24


# The most lists and objects within one another that a field to keep may have.  Readers refuse deeper ones: Python's own
# parser at about 1000, from a stack that is already in use earlier; others, such as Rust's serde, at 128 of the whole
# record.
_MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Options:
    """Which fields of an article are read, which of them its record keeps, and what else stands in it.

    Fields:
        text_field: the field with the text.
        id_field: the field with the id; None for the field "id" of those lines that have one.
        keep: fields that are copied into the record as they are.
        max_chars: the most characters a text may have; a longer one is a failed line.
        article_only: whether records leave out what stands around the article.
    """

    text_field: str = "text"
    id_field: str | None = None
    keep: tuple[str, ...] = ()
    max_chars: int = 1_000_000
    article_only: bool = False

    @property
    def max_bytes(self) -> int:
        """The most bytes a line may have, its end included: no text of `max_chars` needs more, however escaped.

        It is never more than can be read at once.
        """
        return min(self.max_chars * _BYTES_PER_CHARACTER + _BYTES_BESIDE_TEXT, sys.maxsize)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an input file: the file's name for messages, the number from 1, the bytes without the line break."""

    file: str
    number: int
    data: bytes

    def failure(self, reason: str, id: str | None = None) -> Failure:
        """The failure of this line."""
        return Failure(self.file, self.number, reason, id)


@dataclass(frozen=True, slots=True)
class Failure:
    """A line that gives no record: where it stands, why, and the article's id if it could be read."""

    file: str
    line: int
    reason: str
    id: str | None = None

    def json(self) -> str:
        """The failure as one line of the errors file."""
        fields: dict[str, Any] = {"file": self.file, "line": self.line, "reason": self.reason}
        if self.id is not None:
            fields["id"] = self.id
        return printable(json.dumps(fields, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class Converted:
    """The record of a line as JSON, with the numbers of people, organizations and quotes in it, and the stages of the
    extractor that failed on it (`Document.failed`).
    """

    json: str
    people: int
    organizations: int
    quotes: int
    failed: tuple[str, ...] = ()


@dataclass(slots=True)
class Summary:
    """Counts of what a conversion has made so far: records, what they hold, and failed lines.

    `incomplete` are the records, among all, of documents on which a stage of the extractor failed.
    """

    documents: int = 0
    people: int = 0
    organizations: int = 0
    quotes: int = 0
    failed: int = 0
    incomplete: int = 0

    @property
    def lines(self) -> int:
        """The lines that became a record or a failure; blank ones do neither."""
        return self.documents + self.failed

    def add(self, result: Converted | Failure) -> None:
        """Counts one line."""
        if isinstance(result, Failure):
            self.failed += 1
            return
        self.documents += 1
        self.people += result.people
        self.organizations += result.organizations
        self.quotes += result.quotes
        self.incomplete += bool(result.failed)


def convert_line(
    extractor: Callable[[str, str], Document], options: Options, line: Line | Failure
) -> Converted | Failure:
    """Converts a line with `extractor`, a function from text and id to the record.

    Returns the record, or the Failure that says why there is none; a Failure given is returned as it is.  An article
    without an id gets the file's name and the line number.  Raises nothing: whatever the extractor raises is a Failure.
    """
    if isinstance(line, Failure):
        return line
    fields = parse(line)
    if isinstance(fields, Failure):
        return fields
    id, text = id_of(line, fields, options), fields.get(options.text_field)
    if isinstance(id, Failure):
        return id
    if options.text_field not in fields:
        return line.failure(f"no field {options.text_field!r}", id)
    if not isinstance(text, str):
        return line.failure(f"the field {options.text_field!r} holds {_kind(text)}, not a string", id)
    if len(text) > options.max_chars:
        return line.failure(f"the text has {len(text)} characters, more than {options.max_chars}", id)
    try:
        kept = _json_suffix({field: fields[field] for field in options.keep if field in fields})
    except (ValueError, RecursionError) as error:
        return line.failure(f"a field to keep cannot be written as JSON: {error}", id)
    try:
        document = extractor(text, f"{PurePath(line.file).name}:{line.number}" if id is None else id)
        record = document.model_dump_json()
    except Exception as error:
        return line.failure(f"the extractor failed: {type(error).__name__}: {error}", id)
    return Converted(
        f"{record[:-1]}{kept}}}",
        len(document.people),
        len(document.organizations),
        len(document.quotes),
        document.failed,
    )


def without_result(line: Line | Failure, reason: str, options: Options) -> Failure:
    """The Failure of a line that no worker gave a result for, with the article's id if the line can be read."""
    if isinstance(line, Failure):
        return line
    fields = parse(line)
    id = fields if isinstance(fields, Failure) else id_of(line, fields, options)
    return line.failure(reason, None if isinstance(id, Failure) else id)


def parse(line: Line) -> dict[str, Any] | Failure:
    """The JSON object of a line, or a Failure where the line holds something else."""
    try:
        fields = json.loads(line.data.decode(), parse_constant=_reject_constant)
    except UnicodeDecodeError as error:
        return line.failure(f"not UTF-8: byte 0x{line.data[error.start]:02x} at {error.start}")
    except json.JSONDecodeError as error:
        return line.failure(f"not JSON: {error.msg} at character {error.pos}")
    except (ValueError, RecursionError) as error:
        return line.failure(f"not JSON that can be read: {error}")
    except MemoryError:
        return line.failure("there is not enough memory to read the line")
    return fields if isinstance(fields, dict) else line.failure(f"{_kind(fields)}, not an object")


def id_of(line: Line, fields: dict[str, Any], options: Options) -> str | Failure | None:
    """The id of an article: a string or number as a string, None where there is none, else a Failure."""
    id = fields.get(options.id_field or "id")
    if id is not None and (isinstance(id, bool) or not isinstance(id, str | int | float)):
        return line.failure(f"the id is {_kind(id)}, not a string")
    if isinstance(id, float) and not isfinite(id):
        return line.failure("the id is a number too large to be read")
    return None if id is None else printable(str(id))


def size_of(line: Line | Failure) -> int:
    """The bytes of a line; 0 for a Failure."""
    return len(line.data) if isinstance(line, Line) else 0


def _reject_constant(name: str) -> float:
    """Refuses NaN and Infinity, which Python's parser takes and JSON does not have.  Raises ValueError."""
    raise ValueError(f"{name} is no JSON number")


def _kind(value: object) -> Literal["null", "true or false", "a number", "a string", "a list", "an object"]:
    """What a JSON value is called in a message."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
    return "an object"


def _json_suffix(kept: dict[str, Any]) -> str:
    """Fields as JSON to be inserted before the closing brace of a record, with the comma before them.

    Raises ValueError for a number that JSON cannot hold, and for fields nested deeper than `_MAX_DEPTH`.
    """
    level: list[Any] = [value for value in kept.values() if isinstance(value, list | dict)]
    depth = 0
    while level:
        depth += 1
        if depth > _MAX_DEPTH:
            raise ValueError(f"nested deeper than {_MAX_DEPTH} lists and objects")
        inner = (item for value in level for item in (value.values() if isinstance(value, dict) else value))
        level = [item for item in inner if isinstance(item, list | dict)]
    inside = json.dumps(kept, ensure_ascii=False, allow_nan=False, separators=(",", ":"))[1:-1]
    return printable(f",{inside}") if inside else ""
