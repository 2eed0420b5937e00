"""The command `extractor`: convert, show, schema."""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from extractor import batch, streams
from extractor.batch import Options, Summary, UsageError
from extractor.parallel import WorkerError
from extractor.pipeline import Extractor
from extractor.records import Document
from extractor.report import page
from extractor.terminal import plain, render

LINES_FAILED = 1
UNUSABLE = 2
INTERRUPTED = 130
PIPE_CLOSED = 141
TERMINATED = 143

app = typer.Typer(
    help="People, organizations and quotes with their speakers, from Russian news.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """The command as a process: ended from outside, it leaves no half-written file behind."""
    signal.signal(signal.SIGTERM, _terminate)
    app(prog_name="extractor")


@app.command()
def convert(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT...", help="JSON lines, plain, gzip or zstd; - is standard input.")
    ],
    output: Annotated[
        str,
        typer.Option("--output", "-o", help="Records, one a line; compressed if it ends in .gz or .zst; - is stdout."),
    ],
    text_field: Annotated[str, typer.Option(metavar="FIELD", help="The field with the text.")] = "text",
    id_field: Annotated[
        str | None,
        typer.Option(
            metavar="FIELD",
            help="The field with the article's id (id unless said); without one: file name and line number.",
            show_default=False,
        ),
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option(metavar="FIELD", help="Carry this field over into the record (repeatable).")
    ] = None,
    max_chars: Annotated[int, typer.Option(min=1, help="A longer text is no record, but a failed line.")] = 1_000_000,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
) -> None:
    """Turns articles, one JSON object a line, into records, one a line, in the same order.

    Lines that give no record are written to OUTPUT.errors.jsonl (to standard error where the output is no file),
    with file, line, reason and the article's id where it was to be read; there is no such file where no line
    failed. Blank lines are skipped. OUTPUT appears when all is done.

    Exit status: 0 all lines converted, 1 some lines failed, 2 nothing was written.
    """
    options = Options(text_field, id_field, tuple(dict.fromkeys(keep or ())), max_chars)
    try:
        with _progress(inputs) as progress:
            summary = batch.convert(inputs, output, options, workers, progress)
    except UsageError as error:
        _fail(str(error))
    except BrokenPipeError:
        _close_stdout()
        raise typer.Exit(PIPE_CLOSED) from None
    except OSError as error:
        _fail(f"cannot write {output}: {batch.explain(error)}; it is left as it was")
    except WorkerError as error:
        _fail(f"{error}\n{output} is left as it was")
    except KeyboardInterrupt:
        print(f"interrupted; {output} is left as it was", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
    print(_report(summary, batch.errors_file(output)), file=sys.stderr)
    if summary.failed:
        raise typer.Exit(LINES_FAILED)


@app.command()
def show(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="A plain text; - is standard input.")] = "-",
    html: Annotated[
        str | None, typer.Option(metavar="PAGE", help="Write one self-contained HTML page instead; - is stdout.")
    ] = None,
) -> None:
    """Shows what one text says: its quotes with their speakers, its people and organizations."""
    identity = None if html is None else streams.identity(html, 1)
    if identity is not None and identity == streams.identity(file, 0):
        _fail(f"the page {html} is the input {batch.name_of(file)}")
    document = Extractor()(_text(file), "" if file == streams.STANDARD else Path(file).name)
    try:
        if html is None and sys.stdout.isatty():
            Console(highlight=False).print(render(document))
        elif html is None:
            print(plain(document), flush=True)
        else:
            with streams.output(html) as stream:
                stream.write(page(document).encode())
    except BrokenPipeError:
        _close_stdout()
        raise typer.Exit(PIPE_CLOSED) from None
    except OSError as error:
        _fail(f"cannot write {html}: {batch.explain(error)}")


@app.command()
def schema() -> None:
    """Prints the JSON Schema of a record."""
    print(json.dumps(Document.model_json_schema(), ensure_ascii=False, indent=2))


def _text(file: str) -> str:
    try:
        with streams.Input(file) as stream:
            return stream.read().decode("utf-8-sig")
    except streams.READ_ERRORS as error:
        _fail(f"cannot read {batch.name_of(file)}: {batch.explain(error)}")
    except UnicodeDecodeError as error:
        _fail(f"cannot read {batch.name_of(file)}: not UTF-8 (byte 0x{error.object[error.start]:02x} at {error.start})")


def _report(summary: Summary, errors: str | None) -> str:
    line = (
        f"{summary.documents} documents, {summary.people} people, {summary.organizations} organizations, "
        f"{summary.quotes} quotes, {summary.failed} lines failed"
    )
    return f"{line} (see {errors})" if summary.failed and errors else line


@contextmanager
def _progress(inputs: list[str]) -> Iterator[batch.Report]:
    """What reports to a progress bar on standard error, if that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda summary, position: None
        return
    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[documents]} documents, {task.fields[rate]:.1f} documents/s"),
        TextColumn("[red]{task.fields[failed]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=_bytes(inputs), documents=0, rate=0.0, failed="")
        start = time.monotonic()

        def report(summary: Summary, position: int) -> None:
            bar.update(
                task,
                completed=position,
                documents=summary.documents,
                rate=summary.documents / (time.monotonic() - start),
                failed=f"{summary.failed} failed" if summary.failed else "",
            )

        yield report


def _bytes(inputs: list[str]) -> int | None:
    """The size of all inputs; None where one is a pipe or cannot be read."""
    try:
        sizes = [os.fstat(0) if name == streams.STANDARD else Path(name).stat() for name in inputs]
    except OSError:
        return None
    return sum(status.st_size for status in sizes) if all(stat.S_ISREG(status.st_mode) for status in sizes) else None


def _fail(message: str) -> NoReturn:
    print(f"extractor: {message}", file=sys.stderr)
    raise typer.Exit(UNUSABLE)


def _close_stdout() -> None:
    """So that the interpreter's own flush at the end does not complain of a closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _terminate(*_: object) -> NoReturn:
    raise SystemExit(TERMINATED)
