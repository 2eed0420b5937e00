"""The conversion of `extractor convert` over many machines: a Ray Data job.

A file is read by one task into rows, a line of JSON or a row of Parquet each; the rows are dealt out to actors, one
a core, each with an extractor that it loads once; every row comes out with a record or with the reason why it has
none.  As a command: ``python -m extractor.batch.distributed INPUT... -o FOLDER``; docs/distributed.md tells the rest.
"""

from __future__ import annotations

import io
import json
import posixpath
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, astuple
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

try:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    import ray.data
    from pyarrow.fs import FileSelector, FileSystem, FileType
    from ray.data.datasource import Datasink, WriteResult
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"extractor.batch.distributed needs Ray Data ({error}): pip install 'extractor-ru[ray]'", name=error.name
    ) from error
import typer

from extractor.batch import lines
from extractor.batch.arguments import IdField, Keep, MaxChars, TextField
from extractor.batch.lines import Failure, Line, Options, Summary, UsageError
from extractor.batch.streams import READ_ERRORS, Input
from extractor.pipeline import Extractor

# Rows that an actor takes at once: some seconds of work.  So much is done anew where a machine goes away, and no
# actor is long at work when all others are done.
_ROWS_AT_ONCE = 32
# Cores that reading takes: next to nothing beside the actors.
_READING = 0.1
# Rows that are read at once.
_ROWS_READ = 256
# Rows that a file of the output holds at least, where there are as many: some tens of megabytes.
_ROWS_A_FILE = 10_000
# How often rows whose actor died in its work go to another before the job fails.
_RETRIES = 3
_BUFFER = 1 << 20

# Stands in the output folder when all of it is there.
DONE = "_SUCCESS"

_COUNTS = ("people", "organizations", "quotes")
_LINES = pa.schema([("file", pa.string()), ("line", pa.int64()), ("data", pa.large_binary()), ("reason", pa.string())])
# What `records` gives, a row a line: its record as JSON and what that holds, or the reason why there is none.
RECORDS = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("id", pa.string()),
        ("record", pa.large_string()),
        ("reason", pa.string()),
        *((count, pa.int64()) for count in _COUNTS),
    ]
)


class Format(StrEnum):
    """What the output is written as."""

    JSONL = "jsonl"
    PARQUET = "parquet"


def convert(
    inputs: Sequence[str],
    output: str,
    options: Options,
    format: Format = Format.JSONL,
    workers: int | None = None,
) -> Summary:
    """Writes what `records` gives into the folder `output`: a file of some ten thousand rows each.

    A line of JSON is a record as `extractor convert` writes it, or what it writes into its errors file; Parquet has
    the columns `RECORDS`.  `DONE` stands in the folder when all is there.  Raises UsageError before any work for
    what cannot be done.
    """
    files, folder = _files_of(output)
    if any(info.is_file for info in files.get_file_info(FileSelector(folder, recursive=True, allow_not_found=True))):
        raise UsageError(f"the output {output} holds files already: name an empty or a new folder")
    dataset = records(inputs, options, workers)
    files.create_dir(folder)
    sink = _Folder(files, folder, format)
    dataset.write_datasink(sink)
    with files.open_output_stream(posixpath.join(folder, DONE)):
        pass
    return sink.summary


def records(inputs: Sequence[str], options: Options, workers: int | None = None) -> ray.data.Dataset:
    """The records of the inputs as a dataset of the columns `RECORDS`, a row a line, in no order.

    `inputs` are files or folders, on a disk that all machines see or in an object store (``s3://…``, ``gs://…``):
    JSON lines, plain, gzip or zstd, or Parquet, by the name.  There are at most `workers` actors; where it is None, as
    many as the cluster has cores for.  Nothing but the first lines is read before the dataset is.  Raises UsageError
    for an input that is not there, and for fields that its first lines do not have.
    """
    lines.check_keep(options)
    names = [file for name in inputs for file in _files_in(name)]
    for _ in lines.with_fields(_lines(names[0], options), options):
        break
    articles = ray.data.from_items([{"file": name} for name in names], override_num_blocks=len(names))
    return (
        articles.map_batches(partial(_read, options), batch_size=1, batch_format="pyarrow", num_cpus=_READING)
        .repartition(target_num_rows_per_block=_ROWS_AT_ONCE)
        .map_batches(
            _Converter,
            fn_constructor_args=(options,),
            batch_size=None,
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=workers),
            max_task_retries=_RETRIES,
        )
    )


class _Converter:
    """An actor: one extractor, loaded once."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._extractor = Extractor()

    def __call__(self, lines: pa.Table) -> pa.Table:
        """The rows `RECORDS` of the rows `_LINES`."""
        return pa.Table.from_pylist([self._row(**line) for line in lines.to_pylist()], RECORDS)

    def _row(self, file: str, line: int, data: bytes | None, reason: str | None) -> dict[str, Any]:
        unread = Failure(file, line, reason or "") if data is None else Line(file, line, data)
        result = lines.convert_line(self._extractor, self._options, unread)
        if isinstance(result, Failure):
            return {"file": file, "line": line, "id": result.id, "reason": result.reason}
        return {
            "file": file,
            "line": line,
            "id": json.loads(result.json)["id"],
            "record": result.json,
            "people": result.people,
            "organizations": result.organizations,
            "quotes": result.quotes,
        }


def _read(options: Options, files: pa.Table) -> Iterator[pa.Table]:
    """The rows `_LINES` of files: a task that reads on as the actors take what it has read."""
    for name in files["file"].to_pylist():
        lines = _lines(name, options)
        while rows := [_row(line) for line in islice(lines, _ROWS_READ)]:
            yield pa.Table.from_pylist(rows, _LINES)


def _row(line: Line | Failure) -> dict[str, Any]:
    if isinstance(line, Failure):
        return {"file": line.file, "line": line.line, "reason": line.reason}
    return {"file": line.file, "line": line.number, "data": line.data}


def _lines(name: str, options: Options) -> Iterator[Line | Failure]:
    """The lines of a file, or its rows."""
    if not name.endswith(".parquet"):
        yield from lines.Reader([name], options, _open)
        return
    number = 0
    try:
        files, path = _files_of(name)
        with files.open_input_file(path) as file, pq.ParquetFile(file) as table:
            columns = _columns(table.schema_arrow.names, options)
            for rows in table.iter_batches(_ROWS_READ, columns=columns):
                for row in rows.to_pylist():
                    number += 1
                    yield _line_of(row, name, number)
    except (*READ_ERRORS, pa.ArrowException) as error:
        yield Failure(name, number + 1, f"the file cannot be read further: {lines.explain(error)}")


def _columns(names: Sequence[str], options: Options) -> list[str]:
    """The columns of a file to read: all where one is missing, so that it can be said what there is."""
    wanted = {options.text_field, options.id_field or "id", *options.keep}
    return [name for name in names if name in wanted] if wanted - {"id"} <= set(names) else list(names)


def _line_of(row: dict[str, Any], file: str, number: int) -> Line | Failure:
    """A row of Parquet as the line of JSON that says the same."""
    try:
        return Line(file, number, json.dumps(row, ensure_ascii=False, default=_plain).encode())
    except (TypeError, ValueError) as error:
        return Failure(file, number, f"the row cannot be written as JSON: {error}")


def _plain(value: object) -> object:
    """What stands in JSON for a value that it has no form for.  Raises TypeError, or ValueError for no UTF-8."""
    match value:
        case bytes():
            return value.decode()
        case date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
    raise TypeError(f"a {type(value).__name__} has no form in JSON")


def _open(name: str) -> Input:
    """A file on a disk or in an object store, for `batch.Reader`."""
    files, path = _files_of(name)
    # Read in pieces that are each asked for anew: no connection waits while the actors are busy.
    return Input(name, io.BufferedReader(files.open_input_file(path), _BUFFER))


def _files_of(name: str) -> tuple[FileSystem, str]:
    """The file system that a name or an address means, and the path there."""
    files, path = FileSystem.from_uri(name if "://" in name else str(Path(name).resolve()))
    return files, path


def _files_in(name: str) -> list[str]:
    """The files that an input stands for: itself, or all in the folder but hidden ones and marks like `DONE`.

    A name on a disk is made absolute: the machines that read it work in other folders.
    """
    name = name if "://" in name else str(Path(name).resolve())
    try:
        files, path = _files_of(name)
        info = files.get_file_info(path)
    except (OSError, pa.ArrowException) as error:
        raise UsageError(f"cannot read {name}: {lines.explain(error)}") from error
    if info.type == FileType.NotFound:
        raise UsageError(f"cannot read {name}: there is no such file or folder")
    if info.is_file:
        return [name]
    inside = sorted(file.path for file in files.get_file_info(FileSelector(path, recursive=True)) if file.is_file)
    found = [
        name.rstrip("/") + file[len(path.rstrip("/")) :] for file in inside if file.rsplit("/", 1)[-1][0] not in "._"
    ]
    if not found:
        raise UsageError(f"the folder {name} holds no files")
    return found


class _Folder(Datasink[Summary]):
    """Where the rows are written: a file for each task that writes, whole under its name or not there."""

    def __init__(self, files: FileSystem, folder: str, format: Format) -> None:
        self._files, self._folder, self._format = files, folder, format
        self.summary = Summary()

    @property
    def min_rows_per_write(self) -> int:
        return _ROWS_A_FILE

    def write(self, blocks: Iterable[pa.Table], ctx: Any) -> Summary:
        """Writes one file, again under the same name where a task is run again; what the file holds."""
        rows = pa.concat_tables(blocks)
        path = posixpath.join(self._folder, f"part-{ctx.task_idx:06}.{self._format}")
        with self._files.open_output_stream(path, compression=None) as file:
            if self._format == Format.PARQUET:
                pq.write_table(rows, file, compression="zstd")
            else:
                for row in rows.to_pylist():
                    file.write(_json(row).encode() + b"\n")
        people, organizations, quotes = (pc.sum(rows[name]).as_py() or 0 for name in _COUNTS)
        failed = len(rows) - rows["reason"].null_count
        return Summary(len(rows) - failed, people, organizations, quotes, failed)

    def on_write_complete(self, write_result: WriteResult[Summary]) -> None:
        """Counts what all tasks wrote."""
        parts = [astuple(part) for part in write_result.write_returns]
        self.summary = Summary(*map(sum, zip(*parts, strict=True)))


def _json(row: dict[str, Any]) -> str:
    if row["reason"] is None:
        return str(row["record"])
    return Failure(row["file"], row["line"], row["reason"], row["id"]).json()


def main(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", help="Files or folders: JSON lines or Parquet.")],
    output: Annotated[str, typer.Option("--output", "-o", help="The folder to write into: an empty or a new one.")],
    text_field: TextField = "text",
    id_field: IdField = None,
    keep: Keep = None,
    max_chars: MaxChars = 1_000_000,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Actors at most; as many as the cluster has cores for, unless said.")
    ] = None,
    format: Annotated[Format, typer.Option(help="What the output is written as.")] = Format.JSONL,
) -> None:
    """Turns articles into records on a Ray cluster: the one it runs on, else this machine.

    Paths name a disk that all machines see, or an object store (s3://bucket/folder). Lines that give no record are
    written with the reason. Exit status: 0 all is written, 2 it cannot be begun as asked for.
    """
    options = Options(text_field, id_field, tuple(dict.fromkeys(keep or ())), max_chars)
    try:
        summary = convert(inputs, output, options, format, workers)
    except UsageError as error:
        print(f"extractor: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    print(", ".join(f"{number} {what}" for what, number in asdict(summary).items()), file=sys.stderr)


if __name__ == "__main__":
    typer.run(main)
