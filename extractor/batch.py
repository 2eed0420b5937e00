"""JSON lines of articles in, JSON lines of records out.

A line goes through on its own: read as bytes, then, in whatever process, converted or found wrong.  Lines and
what became of them stay in order, and nothing of a line outlives it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path, PurePath
from typing import Any, Literal

from extractor import parallel, streams
from extractor.pipeline import Extractor
from extractor.records import Document
from extractor.text import printable

# A character takes at most twelve bytes of JSON (two escapes); so much may stand beside the text.
_BYTES_PER_CHARACTER = 12
_BYTES_BESIDE = 1 << 24
# How far a first file is read, at most, to see whether it has the fields that were asked for.
_HEAD_LINES = 1000
_HEAD_BYTES = 1 << 22

_BOM = b"\xef\xbb\xbf"


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

    def add(self, result: Converted | Failure) -> None:
        """Counts what became of one line."""
        if isinstance(result, Failure):
            self.failed += 1
            return
        self.documents += 1
        self.people += result.people
        self.organizations += result.organizations
        self.quotes += result.quotes


# Told after each line what is done and how many bytes of the inputs, as they lie on the disk, are read.
Report = Callable[[Summary, int], None]


class Reader:
    """The lines of several files, one after the other."""

    def __init__(
        self, files: Sequence[str], options: Options, open: Callable[[str], streams.Input] = streams.Input
    ) -> None:
        self._files = files
        self._open = open
        self._limit = options.max_bytes
        self._before = 0
        self._file: streams.Input | None = None

    @property
    def position(self) -> int:
        """Bytes read so far of all files, as they lie on the disk."""
        return self._before + (self._file.position if self._file else 0)

    def __iter__(self) -> Generator[Line | Failure, None, None]:
        """Every line that is not blank; a Failure where one is too long, or where a file can be read no further."""
        for file in self._files:
            self._before, self._file = self.position, None
            number = 0
            try:
                with self._open(file) as self._file:
                    while data := self._file.readline(self._limit):
                        number += 1
                        if len(data) == self._limit and not data.endswith(b"\n"):
                            self._skip_line(self._file)
                            yield Failure(name_of(file), number, f"the line is longer than {self._limit} bytes")
                        elif data := (data.removeprefix(_BOM) if number == 1 else data).strip():
                            yield Line(name_of(file), number, data)
            except streams.READ_ERRORS as error:
                yield Failure(name_of(file), number + 1, f"the file cannot be read further: {explain(error)}")

    def _skip_line(self, file: streams.Input) -> None:
        while (rest := file.readline(1 << 20)) and not rest.endswith(b"\n"):
            pass


def convert(
    files: Sequence[str],
    output: str,
    options: Options,
    workers: int = 1,
    progress: Report = lambda summary, position: None,
) -> Summary:
    """Writes the record of each line of the files to `output`, and the lines that give none to `errors_file(output)`.

    '-' is standard input or output.  Neither output stands under its name before all is done, and an old errors file
    is gone where no line failed.  Raises UsageError before any work for what cannot be done, OSError for an output
    that can be written no further.
    """
    _check(files, output, options)
    reader = Reader(files, options)
    summary = Summary()
    errors = errors_file(output)
    with closing(iter(reader)) as lines, ExitStack() as outputs:
        checked = with_fields(lines, options)
        records = outputs.enter_context(streams.output(output))
        failures = None
        for result in outputs.enter_context(closing(_convert_lines(checked, options, workers))):
            if isinstance(result, Converted):
                records.write(result.json.encode() + b"\n")
                if output == streams.STANDARD:
                    records.flush()
            elif errors is None:
                print(result.json(), file=sys.stderr)
            else:
                failures = failures or outputs.enter_context(streams.output(errors))
                failures.write(result.json().encode() + b"\n")
            summary.add(result)
            progress(summary, reader.position)
    if errors is not None and not summary.failed:
        Path(errors).unlink(missing_ok=True)
    return summary


def errors_file(output: str) -> str | None:
    """Where the lines that failed are written: beside the output; None, for standard error, where that is no file."""
    return None if streams.in_place(output) else f"{output}.errors.jsonl"


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
    fields = _parse(line)
    if isinstance(fields, Failure):
        return fields
    id, text = fields.get(options.id_field or "id"), fields.get(options.text_field)
    if id is not None and (isinstance(id, bool) or not isinstance(id, str | int | float)):
        return _failure(line, f"the id is {_kind(id)}, not a string")
    known = None if id is None else printable(str(id))
    if options.text_field not in fields:
        return _failure(line, f"no field {options.text_field!r}", known)
    if not isinstance(text, str):
        return _failure(line, f"the field {options.text_field!r} holds {_kind(text)}, not a string", known)
    if len(text) > options.max_chars:
        return _failure(line, f"the text has {len(text)} characters, more than {options.max_chars}", known)
    try:
        kept = _further({field: fields[field] for field in options.keep if field in fields})
    except (ValueError, RecursionError) as error:
        return _failure(line, f"a field to keep cannot be written as JSON: {error}", known)
    try:
        document = extractor(text, f"{PurePath(line.file).name}:{line.number}" if known is None else known)
    except Exception as error:
        return _failure(line, f"the extractor failed: {type(error).__name__}: {error}", known)
    return Converted(
        f"{document.model_dump_json()[:-1]}{kept}}}",
        len(document.people),
        len(document.organizations),
        len(document.quotes),
    )


def _convert_lines(
    lines: Iterable[Line | Failure], options: Options, workers: int
) -> Generator[Converted | Failure, None, None]:
    if workers == 1:
        yield from map(_converter(options), lines)
    else:
        yield from parallel.ordered(partial(_converter, options), lines, workers, size=_size)


def _converter(options: Options) -> Callable[[Line | Failure], Converted | Failure]:
    """What a worker process starts with."""
    return partial(convert_line, Extractor(), options)


def _size(line: Line | Failure) -> int:
    return len(line.data) if isinstance(line, Line) else 0


def _check(files: Sequence[str], output: str, options: Options) -> None:
    """Raises UsageError for what can be seen to be impossible before anything is read or written."""
    check_keep(options)
    if files.count(streams.STANDARD) > 1:
        raise UsageError("standard input can be read only once")
    for file in files:
        try:
            streams.check_readable(file)
        except streams.READ_ERRORS as error:
            raise UsageError(f"cannot read {name_of(file)}: {explain(error)}") from error
    written = [name for name in (output, errors_file(output)) if name is not None]
    for name in written:
        try:
            streams.check_writable(name)
        except OSError as error:
            raise UsageError(f"cannot write {printable(name)}: {explain(error)}") from error
    inputs = {streams.identity(file, 0): file for file in files}
    for name in written:
        identity = streams.identity(name, 1)
        if identity is not None and identity in inputs:
            raise UsageError(f"the output {printable(name)} is the input {name_of(inputs[identity])}")


def check_keep(options: Options) -> None:
    """Raises UsageError for a field to keep that a record has itself."""
    own = sorted(set(options.keep) & set(Document.model_fields))
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
        size += _size(line)
        fields = _parse(line) if isinstance(line, Line) else line
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


def _parse(line: Line) -> dict[str, Any] | Failure:
    try:
        fields = json.loads(line.data.decode(), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        return _failure(line, f"not UTF-8: byte 0x{line.data[error.start]:02x} at {error.start}")
    except json.JSONDecodeError as error:
        return _failure(line, f"not JSON: {error.msg} at character {error.pos}")
    except (ValueError, RecursionError) as error:
        return _failure(line, f"not JSON that can be read: {error}")
    return fields if isinstance(fields, dict) else _failure(line, f"{_kind(fields)}, not an object")


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _failure(line: Line, reason: str, id: str | None = None) -> Failure:
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
