"""JSON lines of articles in, records out.

    Reader → parallel (convert_line in each worker) → Frames → Part, or InPlace

A line goes through on its own: read as bytes, then, in whatever process, converted or found wrong.  Lines and
what became of them stay in order, and nothing of a line outlives it.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from enum import StrEnum
from functools import partial
from itertools import islice
from pathlib import Path

from extractor import parallel
from extractor.batch import checkpoint, streams
from extractor.batch.checkpoint import Mark, Part, RefusedError
from extractor.batch.lines import (
    Converted,
    Failure,
    Line,
    Options,
    Reader,
    Summary,
    UsageError,
    check_keep,
    convert_line,
    digest_of,
    explain,
    failure,
    id_of,
    name_of,
    parse,
    size_of,
    with_fields,
)
from extractor.batch.outputs import Frames, InPlace
from extractor.pipeline import Extractor
from extractor.reading.text import printable
from extractor.records import Document
from extractor.version import __version__

# Told after each line what is done and how many bytes of the inputs, as they lie on the disk, are read.
Report = Callable[[Summary, int], None]


class StoppedError(Exception):
    """The conversion ended at the first line that failed, as it was asked to."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"line {failure.line} of {failure.file}: {failure.reason}")


class Format(StrEnum):
    """What a conversion writes: JSON lines of records, or Parquet with one row a document or one a quote."""

    JSONL = "jsonl"
    DOCUMENTS = "parquet-documents"
    QUOTES = "parquet-quotes"

    @property
    def is_parquet(self) -> bool:
        """Whether it is not lines."""
        return self is not Format.JSONL


def convert(
    files: Sequence[str],
    output: str,
    options: Options,
    workers: int = 1,
    progress: Report = lambda summary, position: None,
    *,
    format: Format = Format.JSONL,
    timeout: float | None = None,
    resume: bool = False,
    fail_fast: bool = False,
    extractor: Callable[[], Callable[[str, str], Document]] = Extractor,
) -> Summary:
    """Writes the record of each line of the files to `output`, and the lines that give none to `errors_file(output)`.

    '-' is standard input or output.  Each of the `workers` is a process of its own, also where it is one: a text that
    one dies of, or spends more than `timeout` seconds on, is a failed line.  It begins with `extractor()`, which gives
    the function from text and id to record.

    Neither output stands under its name before all is done, and an old errors file is gone where no line failed.
    What interrupts the conversion leaves beside `output` what it can be gone on with (see `checkpoint`): `resume` does
    so, or begins where there is nothing; the outputs are those of a run that was never interrupted.

    Raises UsageError before any work for what cannot be done, OSError for an output that can be written no further,
    StoppedError with `fail_fast` for the first line that fails, WorkerError where no worker can be begun.
    """
    _check(files, output, options, format, resume)
    with closing(_target(files, output, options, format, timeout, resume)) as target:
        summary = Summary(**target.mark.counts)
        if not target.mark.complete:
            reader = Reader(files, options)
            digests: deque[str] = deque()
            lines = _digested(reader, digests, target.mark)
            if target.mark == Mark():
                lines = with_fields(lines, options)
            start, lost = partial(_converter, extractor, options), partial(_lost, options)
            frames = Frames(streams.frame(".zst" if format.is_parquet else output))
            with closing(parallel.ordered(start, lines, workers, size_of, timeout, lost)) as results:
                for result in results:
                    if isinstance(result, Converted):
                        target.write(frames.add(result.json.encode() + b"\n"))
                    elif fail_fast:
                        raise StoppedError(result)
                    else:
                        target.fail(result.json())
                    summary.add(result)
                    digest = digests.popleft()
                    if frames.whole:
                        target.reached(summary.lines, digest, asdict(summary))
                    progress(summary, reader.position)
            target.write(frames.last(even_empty=summary.documents == 0))
            target.reached(summary.lines, reader.digest, asdict(summary))
        target.finish(_maker(format, options))
    return summary


def _target(
    files: Sequence[str], output: str, options: Options, format: Format, timeout: float | None, resume: bool
) -> Part | InPlace:
    """Where a conversion writes to."""
    errors = errors_file(output)
    if errors is None:
        return InPlace(output)
    run = {
        "version": __version__,
        "format": format.value,
        **asdict(options),
        "keep": list(options.keep),
        "timeout": timeout,
        "input": digest_of(json.dumps([(file, streams.size(file)) for file in files]).encode()).hexdigest(),
    }
    try:
        return Part(Path(output).resolve(), Path(errors).resolve(), run, resume)
    except RefusedError as error:
        raise UsageError(str(error)) from error


def _digested(reader: Reader, digests: deque[str], mark: Mark) -> Iterator[Line | Failure]:
    """The lines behind a mark; what the reader's digest is after each goes into `digests`.

    Raises UsageError where what lies before the mark is not what it was.
    """
    lines = iter(reader)
    for _ in islice(lines, mark.lines):
        pass
    if mark.lines and reader.digest != mark.digest:
        raise UsageError("cannot resume: what was read of the input is not what it was")
    for line in lines:
        digests.append(reader.digest)
        yield line


def _maker(format: Format, options: Options) -> Callable[[Path, Path], None] | None:
    """What makes the output from the records, where it is not the records themselves."""
    if not format.is_parquet:
        return None
    from extractor.batch import parquet

    write = parquet.write_documents if format is Format.DOCUMENTS else parquet.write_quotes
    return partial(write, keep=options.keep)


def errors_file(output: str) -> str | None:
    """Where the lines that failed are written: beside the output; None, for standard error, where that is no file."""
    return None if streams.in_place(output) else f"{output}.errors.jsonl"


def _converter(
    extractor: Callable[[], Callable[[str, str], Document]], options: Options
) -> Callable[[Line | Failure], Converted | Failure]:
    """What a worker process starts with."""
    return partial(convert_line, extractor(), options)


def _lost(options: Options, line: Line | Failure, error: parallel.LostError) -> Failure:
    """What stands for a line that its worker died of, or spent too long on."""
    if isinstance(line, Failure):
        return line
    fields = parse(line)
    id = fields if isinstance(fields, Failure) else id_of(line, fields, options)
    return failure(line, str(error), None if isinstance(id, Failure) else id)


def _check(files: Sequence[str], output: str, options: Options, format: Format, resume: bool) -> None:
    """Raises UsageError for what can be seen to be impossible before anything is read or written."""
    _check_format(output, options, format)
    if resume and streams.in_place(output):
        raise UsageError(f"cannot resume {printable(output)}: it is no file")
    if files.count(streams.STANDARD) > 1:
        raise UsageError("standard input can be read only once")
    for file in files:
        try:
            streams.check_readable(file)
        except streams.READ_ERRORS as error:
            raise UsageError(f"cannot read {name_of(file)}: {explain(error)}") from error
    errors = errors_file(output)
    written = [output]
    if errors is not None:
        written += [errors, *map(str, checkpoint.beside(Path(output), Path(errors)))]
    inputs = {streams.identity(file): file for file in files}
    for name in written:
        try:
            streams.check_writable(name)
        except OSError as error:
            raise UsageError(f"cannot write {printable(name)}: {explain(error)}") from error
        identity = streams.identity(name, 1)
        if identity is not None and identity in inputs:
            raise UsageError(f"the output {printable(name)} is the input {name_of(inputs[identity])}")


def _check_format(output: str, options: Options, format: Format) -> None:
    """Raises UsageError where the output cannot be of this format, or hold the fields to keep."""
    columns: Sequence[str] = tuple(Document.model_fields)
    if format.is_parquet:
        if streams.in_place(output):
            raise UsageError("Parquet can be written to a file only")
        if streams.frame(output):
            raise UsageError(f"Parquet is compressed within: {printable(output)} cannot be a name of it")
        try:
            from extractor.batch import parquet
        except ModuleNotFoundError as error:
            raise UsageError("Parquet needs pyarrow: pip install 'extractor-ru[parquet]'") from error
        if format is Format.QUOTES:
            columns = parquet.QUOTE_COLUMNS
    elif output.endswith(".parquet"):
        raise UsageError(f"JSON lines are no Parquet: --format {Format.QUOTES} or {Format.DOCUMENTS} makes some")
    check_keep(options, columns)
