"""The command `extractor`: convert, show, schema."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from extractor.batch import convert as batch
from extractor.batch import lines, streams
from extractor.batch.arguments import IdField, Keep, MaxChars, TextField
from extractor.batch.convert import Format, StoppedError
from extractor.batch.lines import Options, Summary, UsageError
from extractor.parallel import WorkerError
from extractor.pipeline import Extractor
from extractor.records import Document
from extractor.view.page import page
from extractor.view.terminal import plain, render

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
        typer.Option("--output", "-o", help="Records; lines are compressed if it ends in .gz or .zst; - is stdout."),
    ],
    format: Annotated[
        Format, typer.Option(help="A record a line; or Parquet, a row a quote or a row a document.")
    ] = Format.JSONL,
    text_field: TextField = "text",
    id_field: IdField = None,
    keep: Keep = None,
    max_chars: MaxChars = 1_000_000,
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0.001,
            help="A text that takes longer is no record, but a failed line.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the same conversion was interrupted; else begin it.")
    ] = False,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="End at the first line that fails.")] = False,
) -> None:
    """Turns articles, one JSON object a line, into records, one a line, in the same order.

    Lines that give no record are written to OUTPUT.errors.jsonl (to standard error where the output is no file),
    with file, line, reason and the article's id where it was to be read; there is no such file where no line
    failed. A text that a worker process dies of is such a line too. Blank lines are skipped.

    OUTPUT appears when all is done. Until then the records are in OUTPUT.part, and stay there when something comes
    between, whatever it is: the same command with --resume goes on from there, and makes the same OUTPUT as if
    nothing had happened. Input, options and version must be the same; --workers and --fail-fast may differ. Without
    --resume nothing is begun while OUTPUT.part is there.

    Exit status: 0 all lines converted, 1 some lines failed, 2 not begun or not ended, 130 interrupted, 141 the reader
    of the output is gone, 143 terminated.
    """
    options = Options(text_field, id_field, tuple(dict.fromkeys(keep or ())), max_chars)
    try:
        with _progress(inputs) as progress:
            summary = batch.convert(
                inputs,
                output,
                options,
                workers,
                progress,
                format=format,
                timeout=timeout,
                resume=resume,
                fail_fast=fail_fast,
            )
    except UsageError as error:
        _fail(str(error))
    except BrokenPipeError:
        _close_stdout()
        raise typer.Exit(PIPE_CLOSED) from None
    except OSError as error:
        _fail(f"cannot write {output}: {lines.explain(error)}{_left(output)}")
    except (WorkerError, StoppedError) as error:
        _fail(f"{error}{_left(output)}")
    except KeyboardInterrupt:
        print(f"interrupted{_left(output)}", file=sys.stderr)
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
        _fail(f"the page {html} is the input {lines.name_of(file)}")
    document = Extractor()(_text(file), "" if file == streams.STANDARD else Path(file).name)
    try:
        if html is None and sys.stdout.isatty():
            Console(highlight=False).print(render(document))
        elif html is None:
            print(plain(document), flush=True)
        else:
            streams.write(html, page(document).encode())
    except BrokenPipeError:
        _close_stdout()
        raise typer.Exit(PIPE_CLOSED) from None
    except OSError as error:
        _fail(f"cannot write {html}: {lines.explain(error)}")


@app.command()
def schema() -> None:
    """Prints the JSON Schema of a record."""
    print(json.dumps(Document.model_json_schema(), ensure_ascii=False, indent=2))


def _text(file: str) -> str:
    try:
        with streams.Input(file) as stream:
            return stream.read().decode("utf-8-sig")
    except streams.READ_ERRORS as error:
        _fail(f"cannot read {lines.name_of(file)}: {lines.explain(error)}")
    except UnicodeDecodeError as error:
        _fail(f"cannot read {lines.name_of(file)}: not UTF-8 (byte 0x{error.object[error.start]:02x} at {error.start})")


def _left(output: str) -> str:
    """What a conversion that came to no end has left."""
    return "" if streams.in_place(output) else f"\n{output} is left as it was; --resume goes on from here"


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
        before: int | None = None

        def report(summary: Summary, position: int) -> None:
            nonlocal before
            # What an interrupted run had done already is no speed of this one.
            before = summary.documents - 1 if before is None else before
            bar.update(
                task,
                completed=position,
                documents=summary.documents,
                rate=(summary.documents - before) / (time.monotonic() - start),
                failed=f"{summary.failed} failed" if summary.failed else "",
            )

        yield report


def _bytes(inputs: list[str]) -> int | None:
    """The size of all inputs; None where one is a pipe or cannot be read."""
    sizes = [streams.size(name) for name in inputs]
    return None if None in sizes else sum(size or 0 for size in sizes)


def _fail(message: str) -> NoReturn:
    print(f"extractor: {message}", file=sys.stderr)
    raise typer.Exit(UNUSABLE)


def _close_stdout() -> None:
    """So that the interpreter's own flush at the end does not complain of a closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _terminate(*_: object) -> NoReturn:
    raise SystemExit(TERMINATED)
