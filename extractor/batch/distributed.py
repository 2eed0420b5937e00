"""The conversion of `extractor convert` on many machines, as a Ray Data job.

One task reads each file into rows, one per line of JSON or row of Parquet.  The rows go to actors, one per core, each
of which loads one extractor and returns every row with a record or with the reason why there is none.

As a command: ``python -m extractor.batch.distributed INPUT... -o FOLDER``.  docs/distributed.md describes its use.
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

from extractor.batch import streams
from extractor.batch.arguments import ArticleOnly, IdField, Keep, MaxChars, TextField
from extractor.batch.inputs import Reader
from extractor.batch.lines import Converted, Failure, Line, Options, Summary, convert_line
from extractor.batch.usage import UsageError, check_keep, require_fields
from extractor.pipeline import Extractor

# Rows that an actor takes at once.  At some fifty articles per second and core (docs/distributed.md) that is less than
# a second of work: so much is lost when a machine goes away, and no actor works on for long when all others are done.
_ROWS_PER_BLOCK = 32
# The share of a core that Ray reserves for a task that reads: the actors need the cores, reading takes next to nothing.
_READING_CORES = 0.1
# Rows that a reading task hands on at once; with long lines some megabytes.  Only bounds memory.
_ROWS_READ = 256
# Rows that an output file holds at least, if there are as many: files of some tens of megabytes, as object stores and
# Parquet readers like them.
_ROWS_PER_FILE = 10_000
# How often rows whose actor died are given to another before the job fails: enough for machines that go away, few
# enough that a text that kills its process ends the job soon.
_RETRIES = 3
# Bytes that are requested at once of an object store, where every request costs a round trip.
_BUFFER = 1 << 20

# The name of the empty file that is written into the output folder when everything else is there.
DONE = "_SUCCESS"

_COUNTS = ("people", "organizations", "quotes")
# The columns that the reading tasks give the actors: a line as bytes, or the reason why it cannot be read.
_LINES = pa.schema([("file", pa.string()), ("line", pa.int64()), ("data", pa.large_binary()), ("reason", pa.string())])
# The columns of the dataset that `records` returns, one row per line: the record as JSON, counts of what it holds and
# the stages of the extractor that failed on it, or the reason why there is no record.
RECORDS = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("id", pa.string()),
        ("record", pa.large_string()),
        ("reason", pa.string()),
        *((count, pa.int64()) for count in _COUNTS),
        ("failed", pa.list_(pa.string())),
    ]
)


class FolderFormat(StrEnum):
    """What the files of the output folder hold: JSON lines of records and failures, or Parquet of `RECORDS`."""

    JSONL = "jsonl"
    PARQUET = "parquet"


def convert(
    inputs: Sequence[str],
    output: str,
    options: Options,
    format: FolderFormat = FolderFormat.JSONL,
    workers: int | None = None,
) -> Summary:
    """Writes the dataset `records(inputs, options, workers)` into a folder, in files of some ten thousand rows.

    A line of JSON is a record as `extractor convert` writes it, or what that writes into its errors file; Parquet has
    the columns `RECORDS`.  The file `DONE` is written last.

    Takes:
        inputs: files or folders, see `records`.
        output: the folder to write into, on a disk that all machines see or in an object store; empty or new.
        options: the fields to read and to keep, and what records leave out.
        format: what the files hold.
        workers: the most actors; None for as many as the cluster has cores for.

    Returns the counts.  Raises UsageError, before any work, for what cannot be done.
    """
    files, folder = _filesystem(output)
    if any(info.is_file for info in files.get_file_info(FileSelector(folder, recursive=True, allow_not_found=True))):
        raise UsageError(f"the output {output} holds files already: name an empty or a new folder")
    dataset = records(inputs, options, workers)
    files.create_dir(folder)
    sink = _FolderSink(files, folder, format)
    dataset.write_datasink(sink)
    with files.open_output_stream(posixpath.join(folder, DONE)):
        pass
    return sink.summary


def records(inputs: Sequence[str], options: Options, workers: int | None = None) -> ray.data.Dataset:
    """The records of the inputs as a lazy dataset with the columns `RECORDS`, one row per line, in no order.

    Takes:
        inputs: files or folders, on a disk that all machines see or in an object store (``s3://…``, ``gs://…``).
            Names that end in .parquet are Parquet, all others JSON lines, plain, gzip or zstd.
        options: the fields to read and to keep, and what records leave out.
        workers: the most actors; None for as many as the cluster has cores for.

    Only the first lines are read before the dataset is consumed.  Raises UsageError for an input that does not exist
    and for fields that the first lines do not have.
    """
    check_keep(options)
    names = [file for name in inputs for file in _files_in(name)]
    require_fields(_lines_of(names[0], options), options)
    articles = ray.data.from_items([{"file": name} for name in names], override_num_blocks=len(names))
    return (
        articles.map_batches(partial(_read, options), batch_size=1, batch_format="pyarrow", num_cpus=_READING_CORES)
        .repartition(target_num_rows_per_block=_ROWS_PER_BLOCK)
        .map_batches(
            _ConverterActor,
            fn_constructor_args=(options,),
            batch_size=None,
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=workers),
            max_task_retries=_RETRIES,
        )
    )


class _ConverterActor:
    """An actor of Ray Data: loads one extractor, converts table after table."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._extractor = Extractor(article_only=options.article_only)

    def __call__(self, lines: pa.Table) -> pa.Table:
        """Takes rows with the columns `_LINES`, returns them with the columns `RECORDS`."""
        return pa.Table.from_pylist([self._row(**line) for line in lines.to_pylist()], RECORDS)

    def _row(self, file: str, line: int, data: bytes | None, reason: str | None) -> dict[str, Any]:
        read = Failure(file, line, reason or "") if data is None else Line(file, line, data)
        result = convert_line(self._extractor, self._options, read)
        if isinstance(result, Failure):
            return {"file": file, "line": line, "id": result.id, "reason": result.reason}
        return {"file": file, "line": line, **_record_columns(result)}


def _record_columns(converted: Converted) -> dict[str, Any]:
    return {
        "id": json.loads(converted.json)["id"],
        "record": converted.json,
        **{count: getattr(converted, count) for count in _COUNTS},
        "failed": converted.failed,
    }


def _read(options: Options, files: pa.Table) -> Iterator[pa.Table]:
    """The task that reads files: yields rows with the columns `_LINES`, as fast as the actors take them."""
    for name in files["file"].to_pylist():
        lines = _lines_of(name, options)
        while rows := [_row(line) for line in islice(lines, _ROWS_READ)]:
            yield pa.Table.from_pylist(rows, _LINES)


def _row(line: Line | Failure) -> dict[str, Any]:
    if isinstance(line, Failure):
        return {"file": line.file, "line": line.line, "reason": line.reason}
    return {"file": line.file, "line": line.number, "data": line.data}


def _lines_of(name: str, options: Options) -> Iterator[Line | Failure]:
    """The lines of a file of JSON lines, or the rows of a Parquet file as lines of JSON."""
    if not name.endswith(".parquet"):
        yield from Reader([name], options, _open)
        return
    number = 0
    try:
        files, path = _filesystem(name)
        with files.open_input_file(path) as file, pq.ParquetFile(file) as table:
            columns = _columns(table.schema_arrow.names, options)
            for rows in table.iter_batches(_ROWS_READ, columns=columns):
                for row in rows.to_pylist():
                    number += 1
                    yield _line_of(row, name, number)
    except (*streams.READ_ERRORS, pa.ArrowException) as error:
        yield Failure(name, number + 1, f"the file cannot be read further: {streams.explain(error)}")


def _columns(names: Sequence[str], options: Options) -> list[str]:
    """The columns of a Parquet file to read: those asked for, or all, for a message to list, if one is missing."""
    wanted = {options.text_field, options.id_field or "id", *options.keep}
    return [name for name in names if name in wanted] if wanted - {"id"} <= set(names) else list(names)


def _line_of(row: dict[str, Any], file: str, number: int) -> Line | Failure:
    """A row of Parquet as a line of JSON; a Failure if it has a value without a form in JSON."""
    try:
        return Line(file, number, json.dumps(row, ensure_ascii=False, default=_json_value).encode())
    except (TypeError, ValueError) as error:
        return Failure(file, number, f"the row cannot be written as JSON: {error}")


def _json_value(value: object) -> object:
    """What JSON holds for a value that it has no type for: bytes as UTF-8, dates and times in ISO 8601.

    Raises TypeError for any other type, ValueError for bytes that are no UTF-8.
    """
    match value:
        case bytes():
            return value.decode()
        case date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
    raise TypeError(f"a {type(value).__name__} has no form in JSON")


def _open(name: str) -> streams.Input:
    """Opens a file on a disk or in an object store, for `inputs.Reader`."""
    files, path = _filesystem(name)
    # Each piece is a request of its own, so that no connection times out while the actors are busy.
    return streams.Input(name, io.BufferedReader(files.open_input_file(path), _BUFFER))


def _filesystem(name: str) -> tuple[FileSystem, str]:
    """The file system that a path or a URI names, and the path there."""
    files, path = FileSystem.from_uri(name if "://" in name else str(Path(name).resolve()))
    return files, path


def _files_in(name: str) -> list[str]:
    """The files of an input: itself, or all files in the folder and below, without hidden ones and those like `DONE`.

    Paths are made absolute, since the machines that read them have other working directories.  Raises UsageError.
    """
    name = name if "://" in name else str(Path(name).resolve())
    try:
        files, path = _filesystem(name)
        info = files.get_file_info(path)
    except (OSError, pa.ArrowException) as error:
        raise UsageError(f"cannot read {name}: {streams.explain(error)}") from error
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


class _FolderSink(Datasink[Summary]):
    """Writes rows into a folder, a file for each writing task; a file appears whole or not at all.

    Fields:
        summary: the counts of all tasks, once they are done.
    """

    def __init__(self, files: FileSystem, folder: str, format: FolderFormat) -> None:
        self._files, self._folder, self._format = files, folder, format
        self.summary = Summary()

    @property
    def min_rows_per_write(self) -> int:
        """How many rows Ray collects for one call of `write`."""
        return _ROWS_PER_FILE

    def write(self, blocks: Iterable[pa.Table], ctx: Any) -> Summary:
        """Writes one file and returns its counts; a task that is run again writes the same name again."""
        rows = pa.concat_tables(blocks)
        path = posixpath.join(self._folder, f"part-{ctx.task_idx:06}.{self._format}")
        with self._files.open_output_stream(path, compression=None) as file:
            if self._format == FolderFormat.PARQUET:
                pq.write_table(rows, file, compression="zstd")
            else:
                for row in rows.to_pylist():
                    file.write(_json_line(row).encode() + b"\n")
        people, organizations, quotes = (pc.sum(rows[name]).as_py() or 0 for name in _COUNTS)
        failed = len(rows) - rows["reason"].null_count
        incomplete = pc.sum(pc.greater(pc.list_value_length(rows["failed"]), 0)).as_py() or 0
        return Summary(len(rows) - failed, people, organizations, quotes, failed, incomplete)

    def on_write_complete(self, write_result: WriteResult[Summary]) -> None:
        """Adds up the counts of all tasks."""
        parts = [astuple(part) for part in write_result.write_returns]
        self.summary = Summary(*map(sum, zip(*parts, strict=True)))


def _json_line(row: dict[str, Any]) -> str:
    """A row of `RECORDS` as a line of JSON: the record, or the failure."""
    if row["reason"] is None:
        return str(row["record"])
    return Failure(row["file"], row["line"], row["reason"], row["id"]).json()


def main(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", help="Files or folders of JSON lines or Parquet.")],
    output: Annotated[str, typer.Option("--output", "-o", help="The folder to write into, empty or new.")],
    text_field: TextField = "text",
    id_field: IdField = None,
    keep: Keep = None,
    max_chars: MaxChars = 1_000_000,
    article_only: ArticleOnly = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="The most actors; by default as many as the cluster has cores for.")
    ] = None,
    format: Annotated[
        FolderFormat, typer.Option(help="JSON lines of records and failures, or Parquet with columns for both.")
    ] = FolderFormat.JSONL,
) -> None:
    """Converts articles into records on the Ray cluster that it runs on, or else on this machine.

    Paths are on a disk that all machines see, or in an object store (s3://bucket/folder). Lines that give no record
    are written with the reason. Exit status: 0 everything is written, 2 the job cannot be begun as asked for.
    """
    options = Options(text_field, id_field, tuple(dict.fromkeys(keep or ())), max_chars, article_only)
    try:
        summary = convert(inputs, output, options, format, workers)
    except UsageError as error:
        print(f"extractor: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    print(", ".join(f"{number} {what}" for what, number in asdict(summary).items()), file=sys.stderr)


if __name__ == "__main__":
    typer.run(main)
