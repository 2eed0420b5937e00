"""Checks of what a conversion is asked for, made before anything is converted or written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from threading import TIMEOUT_MAX

from extractor.batch import checkpoint, streams
from extractor.batch.lines import Failure, Line, Options, parse, size_of
from extractor.batch.outputs import Format, errors_file
from extractor.reading.text import printable
from extractor.records import Document

# How much of the input is looked at, at most, for the fields asked for: a field that only some articles have should be
# seen, and the look should cost next to nothing (1000 articles of 4 kB parse in 0.03 s).
_HEAD_LINES = 1000
_HEAD_BYTES = 1 << 22


class UsageError(ValueError):
    """The conversion cannot be begun as asked for; the message says why and, where there is a remedy, which."""


def check(
    files: Sequence[str], output: str, options: Options, format: Format, resume: bool, timeout: float | None = None
) -> None:
    """Raises UsageError for what can be seen to be impossible before a line is read or anything is written.

    Inputs must be readable; `output`, its errors file and the files of an unfinished run beside it must be writable
    and none of them an input; the output must be able to hold the format and the fields to keep; and the timeout must
    be one that can be waited for.
    """
    # Not what is smaller or larger: NaN is neither.
    if timeout is not None and not 0 < timeout <= TIMEOUT_MAX:
        raise UsageError(f"the timeout must be more than 0 and at most {TIMEOUT_MAX:.0f} seconds, not {timeout}")
    _check_format(output, options, format)
    if resume and streams.in_place(output):
        raise UsageError(f"cannot resume {printable(output)}: it is no file")
    if files.count(streams.STANDARD) > 1:
        raise UsageError("standard input can be read only once")
    for file in files:
        try:
            streams.check_readable(file)
        except streams.READ_ERRORS as error:
            raise UsageError(f"cannot read {streams.display_name(file)}: {streams.explain(error)}") from error
    errors = errors_file(output)
    written = [output]
    if errors is not None:
        written += [errors, *map(str, checkpoint.unfinished_files(Path(output), Path(errors)))]
    inputs = {streams.identity(file): file for file in files}
    for name in written:
        try:
            streams.check_writable(name)
        except OSError as error:
            raise UsageError(f"cannot write {printable(name)}: {streams.explain(error)}") from error
        identity = streams.identity(name, 1)
        if identity is not None and identity in inputs:
            raise UsageError(f"the output {printable(name)} is the input {streams.display_name(inputs[identity])}")


def check_keep(options: Options, columns: Iterable[str] = tuple(Document.model_fields)) -> None:
    """Raises UsageError where a field to keep has the name of one of the output's own `columns` (a record's fields)."""
    own = sorted(set(options.keep).intersection(columns))
    if own:
        raise UsageError(f"cannot keep the field {own[0]!r}: a record has a field of that name itself")


def require_fields(lines: Iterator[Line | Failure], options: Options) -> Iterator[Line | Failure]:
    """Returns the same lines, once the first ones have shown that the fields asked for exist.

    Raises UsageError where none of the objects at the head of the input has the text field or the id field that was
    named, or none of the whole input, where the head is all of it, one of the fields to keep: most likely a misspelt
    option.  Beyond the head a field to keep may still come.  An input without objects passes; its lines fail one by
    one.
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
            wanted.difference_update(options.keep)
            break
    missing = sorted(wanted - seen.keys())
    if seen and missing:
        raise UsageError(
            f"no field {missing[0]!r} in the first {len(head)} lines of {head[0].file}; "
            f"fields there: {streams.visible(', '.join(seen))}"
        )
    return chain(head, lines)


def _check_format(output: str, options: Options, format: Format) -> None:
    """Raises UsageError where the output cannot be of this format, or cannot hold the fields to keep."""
    columns: Sequence[str] = tuple(Document.model_fields)
    if format.is_parquet:
        if streams.in_place(output):
            raise UsageError("Parquet can be written to a file only")
        if streams.frame_compressor(output):
            raise UsageError(f"Parquet is compressed within: the name {printable(output)} must not end in .gz or .zst")
        try:
            from extractor.batch import parquet
        except ModuleNotFoundError as error:
            raise UsageError("Parquet needs pyarrow: pip install 'extractor-ru[parquet]'") from error
        if format is Format.QUOTES:
            columns = parquet.QUOTE_COLUMNS
    elif output.endswith(".parquet"):
        raise UsageError(
            f"{printable(output)} would hold JSON lines: "
            f"for Parquet add --format {Format.QUOTES} or {Format.DOCUMENTS}, else choose another name"
        )
    check_keep(options, columns)
