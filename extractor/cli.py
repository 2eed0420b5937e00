"""The command `extractor`: convert, show, schema."""

from __future__ import annotations

import codecs
import io
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from extractor import batch
from extractor.batch import Format, Options, ProgressCallback, StoppedError, Summary, UsageError, streams
from extractor.batch.arguments import ArticleOnly, IdField, Keep, MaxChars, TextField
from extractor.batch.checkpoint import ReplacedError
from extractor.parallel import WorkerError
from extractor.pipeline import Extractor
from extractor.records import Document
from extractor.view.page import page
from extractor.view.terminal import plain, render

# Exit statuses; those above 128 are what a shell reports for SIGINT, SIGPIPE and SIGTERM.
LINES_FAILED = 1
UNUSABLE = 2
INTERRUPTED = 130
PIPE_CLOSED = 141
TERMINATED = 143

app = typer.Typer(
    help="Finds people, organizations and quotes with their speakers in Russian news.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Runs the command as a process of its own; ended by SIGTERM, it cleans up as after Ctrl-C."""
    signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        # What a terminal of another encoding than UTF-8 cannot show becomes a question mark.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app(prog_name="extractor")
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except Exception:
        # Exit status 1 means that lines failed.
        streams.tell(f"extractor: an error of the program itself\n{traceback.format_exc().rstrip()}")
        raise SystemExit(UNUSABLE) from None
    finally:
        _settle()


@app.command()
def convert(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT...", help="Files of JSON lines, plain, gzip or zstd; - is standard input."),
    ],
    output: Annotated[
        str,
        typer.Option("--output", "-o", help="File for the records, compressed if it ends in .gz or .zst; - is stdout."),
    ],
    format: Annotated[
        Format, typer.Option(help="JSON lines with a record each, or Parquet with a row per quote or document.")
    ] = Format.JSONL,
    text_field: TextField = "text",
    id_field: IdField = None,
    keep: Keep = None,
    max_chars: MaxChars = 1_000_000,
    article_only: ArticleOnly = False,
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0.001,
            help="The longest that a text may take; one that takes longer is a failed line.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Number of worker processes.")] = 1,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the same conversion was interrupted, or begin it.")
    ] = False,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first line that fails.")] = False,
) -> None:
    """Converts articles, one JSON object per line, into records, one per line, in the same order.

    A line that gives no record is written to OUTPUT.errors.jsonl (to standard error if the output is no file), with
    file, line number, reason and, if it can be read, the article's id. So is a text that kills the worker process
    twice. If no line fails, there is no such file. Blank lines are skipped.

    Where a stage of the extractor fails on an article, the record holds what the other stages found and names the
    stage in its field `failed`; the error is printed to standard error, and the summary counts the document as
    incomplete. Its line has not failed.

    OUTPUT appears when everything is done. Until then the records are in OUTPUT.part, where they survive any
    interruption: the same command with --resume goes on from there and makes the same OUTPUT as an uninterrupted
    run. Inputs, options and version must be the same; --workers and --fail-fast may differ. Without --resume nothing
    is begun while OUTPUT.part exists.

    Standard output by any name (-, /dev/stdout), devices and pipes are written to at once, behind what a file there
    already holds, and cannot be resumed.

    Exit status: 0 all lines converted, 1 some lines failed, 2 not begun or not finished, 130 interrupted, 141 the
    reader of the output is gone, 143 terminated.
    """
    options = Options(text_field, id_field, tuple(dict.fromkeys(keep or ())), max_chars, article_only)
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
    except ReplacedError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"cannot write {output}: {streams.explain(error)}{_resume_hint(output)}")
    except (WorkerError, StoppedError) as error:
        _fail(f"{error}{_resume_hint(output)}")
    except KeyboardInterrupt:
        streams.tell(f"interrupted{_resume_hint(output)}")
        raise typer.Exit(INTERRUPTED) from None
    streams.tell(_summary_line(summary, batch.errors_file(output)))
    if summary.failed:
        raise typer.Exit(LINES_FAILED)


@app.command()
def show(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="A file of plain text; - is standard input.")] = "-",
    html: Annotated[
        str | None, typer.Option(metavar="PAGE", help="Write a self-contained HTML page instead; - is stdout.")
    ] = None,
    article_only: ArticleOnly = False,
) -> None:
    """Shows the quotes of one text with their speakers, and its people and organizations."""
    identity = None if html is None else streams.identity(html, 1)
    if identity is not None and identity == streams.identity(file, 0):
        _fail(f"the page {html} is the input {streams.display_name(file)}")
    document = Extractor(article_only=article_only)(_text(file), "" if file == streams.STANDARD else Path(file).name)
    with _writing(html):
        if html is None and sys.stdout.isatty():
            Console(highlight=False).print(render(document))
            sys.stdout.flush()
        elif html is None:
            print(plain(document), flush=True)
        else:
            streams.write(html, page(document).encode())


@app.command()
def schema() -> None:
    """Prints the JSON Schema of a record."""
    with _writing(None):
        # JSON has escapes for what the terminal cannot show.
        print(json.dumps(Document.model_json_schema(), ensure_ascii=not _is_utf8(sys.stdout), indent=2), flush=True)


def _text(file: str) -> str:
    """The text of a file in UTF-8, with or without a byte order mark.  Ends the command if it cannot be read."""
    try:
        with streams.Input(file) as stream:
            return stream.read().decode("utf-8-sig")
    except streams.READ_ERRORS as error:
        _fail(f"cannot read {streams.display_name(file)}: {streams.explain(error)}")
    except UnicodeDecodeError as error:
        where = f"byte 0x{error.object[error.start]:02x} at {error.start}"
        _fail(f"cannot read {streams.display_name(file)}: not UTF-8 ({where})")


def _resume_hint(output: str) -> str:
    """What a message adds about a conversion that was not finished; nothing for an output that is no file."""
    return "" if streams.in_place(output) else f"\n{output} is left as it was; --resume goes on from here"


def _summary_line(summary: Summary, errors: str | None) -> str:
    """The counts as one line, with the name of the errors file if there is one."""
    incomplete = f" ({summary.incomplete} incomplete: see `failed` in their records)" if summary.incomplete else ""
    line = (
        f"{summary.documents} documents{incomplete}, {summary.people} people, {summary.organizations} organizations, "
        f"{summary.quotes} quotes, {summary.failed} lines failed"
    )
    return f"{line} (see {errors})" if summary.failed and errors else line


@contextmanager
def _progress(inputs: list[str]) -> Iterator[ProgressCallback]:
    """The callback that moves a progress bar on standard error; one that does nothing if that is no terminal."""
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

        def update(summary: Summary, position: int) -> None:
            nonlocal before
            # The speed is that of this run, without the documents of the one that it resumes.
            before = summary.documents - 1 if before is None else before
            bar.update(
                task,
                completed=position,
                documents=summary.documents,
                rate=(summary.documents - before) / (time.monotonic() - start),
                failed=f"{summary.failed} failed" if summary.failed else "",
            )

        yield update


def _bytes(inputs: list[str]) -> int | None:
    """The size of all inputs in bytes; None if one is a pipe."""
    sizes = [streams.size(name) for name in inputs]
    return None if None in sizes else sum(size or 0 for size in sizes)


def _fail(message: str) -> NoReturn:
    """Prints a message and ends the command."""
    streams.tell(f"extractor: {message}")
    raise typer.Exit(UNUSABLE)


@contextmanager
def _writing(name: str | None) -> Iterator[None]:
    """Ends the command where `name`, None for standard output, cannot be written."""
    try:
        yield
    except BrokenPipeError:
        _close_stdout()
        raise typer.Exit(PIPE_CLOSED) from None
    except OSError as error:
        _fail(
            f"cannot write {'standard output' if name in (None, streams.STANDARD) else name}: {streams.explain(error)}"
        )


def _is_utf8(stream: TextIO) -> bool:
    return codecs.lookup(stream.encoding or "ascii").name == "utf-8"


def _close_stdout() -> None:
    """Replaces a closed pipe by the null device, so that the interpreter's flush at exit does not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _settle() -> None:
    """Replaces streams that take nothing more by the null device, so that the flush at exit changes no exit status."""
    for descriptor, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


def _terminate(*_: object) -> NoReturn:
    """Turns SIGTERM into an exception, so that outputs are closed and workers ended on the way out."""
    raise SystemExit(TERMINATED)
