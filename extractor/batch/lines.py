"""One line of the input: how lines are read, and how one becomes a record or a failure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import PurePath
from typing import Any, Literal

from extractor.batch import streams
from extractor.reading.text import printable
from extractor.records import Document

# A character takes at most twelve bytes of JSON (two escapes); so much may stand beside the text.
_BYTES_PER_CHARACTER = 12
_BYTES_BESIDE = 1 << 24
# How far a first file is read, at most, to see whether it has the fields that were asked for.
_HEAD_LINES = 1000
_HEAD_BYTES = 1 << 22
_BOM = b"\xef\xbb\xbf"
# What stands for the end of a file in the digest of all.
_END_OF_FILE = b"\x00end of file\x00"
digest_of = partial(hashlib.blake2b, digest_size=16)


class UsageError(ValueError):
    """The conversion cannot be begun as asked for; the message says why."""


@dataclass(frozen=True, slots=True)
class Options:
    """What of a line is read, and what is carried over into its record.

    `id_field` None stands for the field "id" where a line has it.  `keep` are fields of the line that stand in
    the record as well.
    """

    text_field: str = "text"
    id_field: str | None = None
    keep: tuple[str, ...] = ()
    max_chars: int = 1_000_000

    @property
    def max_bytes(self) -> int:
        """The longest line that is read."""
        return self.max_chars * _BYTES_PER_CHARACTER + _BYTES_BESIDE


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, numbered from 1, as it stands there."""

    file: str
    number: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """A line that gives no record: why, and the id of its article where it was to be read."""

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
    """The record of a line as JSON, and what it holds."""

    json: str
    people: int
    organizations: int
    quotes: int


@dataclass(slots=True)
class Summary:
    """What a conversion has done so far."""

    documents: int = 0
    people: int = 0
    organizations: int = 0
    quotes: int = 0
    failed: int = 0

    @property
    def lines(self) -> int:
        """All that were dealt with."""
        return self.documents + self.failed

    def add(self, result: Converted | Failure) -> None:
        """Counts what became of one line."""
        if isinstance(result, Failure):
            self.failed += 1
            return
        self.documents += 1
        self.people += result.people
        self.organizations += result.organizations
        self.quotes += result.quotes


class Reader:
    """The lines of several files, one after the other.

    After each of them, `position` counts the bytes read so far of all files, as they lie on the disk, and `digest`
    tells whether it is the same input up to there.
    """

    def __init__(
        self, files: Sequence[str], options: Options, open: Callable[[str], streams.Input] = streams.Input
    ) -> None:
        self._files = files
        self._open = open
        self._limit = options.max_bytes
        self._read = digest_of()
        self.position = 0

    @property
    def digest(self) -> str:
        """Of all that was read so far."""
        return self._read.hexdigest()

    def __iter__(self) -> Generator[Line | Failure, None, None]:
        """Every line that is not blank; a Failure where one is too long, or where a file can be read no further."""
        for file in self._files:
            before, number = self.position, 0
            try:
                with self._open(file) as stream:
                    while data := stream.readline(self._limit):
                        number += 1
                        whole = len(data) < self._limit or data.endswith(b"\n")
                        self._read.update(data if whole else data + b"%d" % _skip_line(stream))
                        self.position = before + stream.position
                        if not whole:
                            yield Failure(name_of(file), number, f"the line is longer than {self._limit} bytes")
                        elif data := (data.removeprefix(_BOM) if number == 1 else data).strip():
                            yield Line(name_of(file), number, data)
            except streams.READ_ERRORS as error:
                yield Failure(name_of(file), number + 1, f"the file cannot be read further: {explain(error)}")
            self._read.update(_END_OF_FILE)


def _skip_line(stream: streams.Input) -> int:
    """Passes over the rest of a line, and tells how long it is."""
    length = 0
    while rest := stream.readline(1 << 20):
        length += len(rest)
        if rest.endswith(b"\n"):
            break
    return length


def name_of(file: str) -> str:
    """What a file is called in messages: a name that can be encoded."""
    return "stdin" if file == streams.STANDARD else printable(file)


def explain(error: BaseException) -> str:
    """What went wrong in reading or writing, without the name of the file."""
    return (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__


def convert_line(
    extractor: Callable[[str, str], Document], options: Options, line: Line | Failure
) -> Converted | Failure:
    """The record of a line, or why it has none; a Failure is given back.  Never raises."""
    if isinstance(line, Failure):
        return line
    fields = parse(line)
    if isinstance(fields, Failure):
        return fields
    id, text = id_of(line, fields, options), fields.get(options.text_field)
    if isinstance(id, Failure):
        return id
    if options.text_field not in fields:
        return failure(line, f"no field {options.text_field!r}", id)
    if not isinstance(text, str):
        return failure(line, f"the field {options.text_field!r} holds {_kind(text)}, not a string", id)
    if len(text) > options.max_chars:
        return failure(line, f"the text has {len(text)} characters, more than {options.max_chars}", id)
    try:
        kept = _further({field: fields[field] for field in options.keep if field in fields})
    except (ValueError, RecursionError) as error:
        return failure(line, f"a field to keep cannot be written as JSON: {error}", id)
    try:
        document = extractor(text, f"{PurePath(line.file).name}:{line.number}" if id is None else id)
        record = document.model_dump_json()
    except Exception as error:
        return failure(line, f"the extractor failed: {type(error).__name__}: {error}", id)
    return Converted(
        f"{record[:-1]}{kept}}}",
        len(document.people),
        len(document.organizations),
        len(document.quotes),
    )


def size_of(line: Line | Failure) -> int:
    """The bytes of a line; 0 for a failure."""
    return len(line.data) if isinstance(line, Line) else 0


def check_keep(options: Options, columns: Iterable[str] = tuple(Document.model_fields)) -> None:
    """Raises UsageError for a field to keep where a record (or a row of Parquet) has a column of that name itself."""
    own = sorted(set(options.keep).intersection(columns))
    if own:
        raise UsageError(f"cannot keep the field {own[0]!r}: a record has a field of that name itself")


def with_fields(lines: Iterator[Line | Failure], options: Options) -> Iterator[Line | Failure]:
    """The lines, once it is seen that the first ones have the fields asked for.

    Raises UsageError where they hold objects, and none has the text, an id field that was named, or a kept one.
    """
    wanted = {options.text_field, *options.keep} | ({options.id_field} if options.id_field else set())
    head: list[Line | Failure] = []
    seen: dict[str, None] = {}
    size = 0
    for line in lines:
        head.append(line)
        size += size_of(line)
        fields = parse(line) if isinstance(line, Line) else line
        if not isinstance(fields, Failure):
            seen |= dict.fromkeys(fields)
        if wanted <= seen.keys() or len(head) == _HEAD_LINES or size >= _HEAD_BYTES:
            break
    missing = sorted(wanted - seen.keys())
    if seen and missing:
        raise UsageError(
            f"no field {missing[0]!r} in the first {len(head)} lines of {head[0].file}; "
            f"fields there: {printable(', '.join(seen))}"
        )
    return chain(head, lines)


def parse(line: Line) -> dict[str, Any] | Failure:
    """The JSON object of a line, or why it is none."""
    try:
        fields = json.loads(line.data.decode(), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        return failure(line, f"not UTF-8: byte 0x{line.data[error.start]:02x} at {error.start}")
    except json.JSONDecodeError as error:
        return failure(line, f"not JSON: {error.msg} at character {error.pos}")
    except (ValueError, RecursionError) as error:
        return failure(line, f"not JSON that can be read: {error}")
    return fields if isinstance(fields, dict) else failure(line, f"{_kind(fields)}, not an object")


def id_of(line: Line, fields: dict[str, Any], options: Options) -> str | Failure | None:
    """The id of an article; None where it has none, a Failure where it is nothing that can be one."""
    id = fields.get(options.id_field or "id")
    if id is not None and (isinstance(id, bool) or not isinstance(id, str | int | float)):
        return failure(line, f"the id is {_kind(id)}, not a string")
    return None if id is None else printable(str(id))


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def failure(line: Line, reason: str, id: str | None = None) -> Failure:
    """The failure of a line."""
    return Failure(line.file, line.number, reason, id)


def _kind(value: object) -> Literal["null", "true or false", "a number", "a string", "a list", "an object"]:
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


def _further(kept: dict[str, Any]) -> str:
    """The JSON of fields that follow others.  Raises ValueError for a number that JSON cannot hold."""
    inside = json.dumps(kept, ensure_ascii=False, allow_nan=False, separators=(",", ":"))[1:-1]
    return printable(f",{inside}") if inside else ""
