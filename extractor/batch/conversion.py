"""The conversion of files of articles into records, on one machine.

    inputs.Reader → parallel.ordered (lines.convert_line in each worker) → outputs.Frames → an output

Each line is read as bytes, converted or found wrong by a worker on its own, and written in the order of the input; no
state passes from one line to the next.  The output is a `checkpoint.ResumableOutput` or an `outputs.DirectOutput`.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from functools import partial
from itertools import islice
from pathlib import Path

from extractor import parallel
from extractor.batch import streams
from extractor.batch.checkpoint import Checkpoint, RefusedError, ResumableOutput
from extractor.batch.inputs import Reader, new_digest
from extractor.batch.lines import Converted, Failure, Line, Options, Summary, convert_line, size_of, without_result
from extractor.batch.outputs import DirectOutput, Format, Frames, errors_file
from extractor.batch.usage import UsageError, check, require_fields
from extractor.pipeline import Extractor
from extractor.records import Document
from extractor.version import __version__

# Called after each line with the counts so far and the bytes read of the inputs (`inputs.Reader.position`).
ProgressCallback = Callable[[Summary, int], None]


class StoppedError(Exception):
    """The conversion ended at the first line that failed, as `fail_fast` asks; the message names it and the reason."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"line {failure.line} of {failure.file}: {failure.reason}")


def convert(
    files: Sequence[str],
    output: str,
    options: Options,
    workers: int = 1,
    progress: ProgressCallback = lambda summary, position: None,
    *,
    format: Format = Format.JSONL,
    timeout: float | None = None,
    resume: bool = False,
    fail_fast: bool = False,
    extractor: Callable[..., Callable[[str, str], Document]] = Extractor,
) -> Summary:
    """Writes the record of each line of the files to `output`, and the failed lines to `errors_file(output)`.

    Neither file appears under its name before all is done, and an old errors file is removed if no line failed.  What
    interrupts the conversion leaves beside `output` what it can be resumed from (see `checkpoint`); the outputs are
    then, byte for byte, those of a run that was never interrupted.

    Takes:
        files: JSON lines, plain, gzip or zstd; "-" is standard input.
        output: the file for the records; "-" is standard output.
        options: the fields to read and to keep, and what records leave out.
        workers: the number of worker processes.  One is a process too: a text that kills its worker twice is a failed
            line, and the conversion goes on.
        progress: called after each line.
        format: what is written.
        timeout: seconds that a text may take; one that takes longer is a failed line.  None: no limit.
        resume: whether to go on with the same conversion where it was interrupted; without one, it begins.
        fail_fast: whether to stop at the first failed line; the conversion can be resumed before it.
        extractor: called once in each worker, with `article_only` of the options; returns the function from text and
            id to the record.  Must be picklable.

    Returns the counts, those of the runs that were resumed included.

    Raises UsageError, before any work, for what cannot be done; OSError if an output cannot be written any further;
    StoppedError with `fail_fast`; parallel.WorkerError if a worker cannot be started.
    """
    check(files, output, options, format, resume, timeout)
    with closing(_open_output(files, output, options, format, timeout, resume)) as target:
        begun = target.checkpoint
        summary = Summary(**begun.counts)
        if not begun.complete:
            reader = Reader(files, options)
            digests: deque[str] = deque()
            lines = _remaining_lines(reader, digests, begun)
            if begun == Checkpoint():
                lines = require_fields(lines, options)
            start = partial(_line_converter, extractor, options)
            frames = Frames(streams.frame_compressor(".zst" if format.is_parquet else output))

            def lost(line: Line | Failure, error: parallel.LostError) -> Failure:
                return without_result(line, str(error), options)

            with closing(parallel.ordered(start, lines, workers, size_of, timeout, lost)) as ordered:
                for result in _results(ordered, workers):
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
            target.reached(summary.lines, reader.digest, asdict(summary), complete=True)
        target.finish(_final_step(format, options))
    return summary


def _open_output(
    files: Sequence[str], output: str, options: Options, format: Format, timeout: float | None, resume: bool
) -> ResumableOutput | DirectOutput:
    """Opens the output.  Raises UsageError if it cannot be begun or resumed."""
    errors = errors_file(output)
    if errors is None:
        return DirectOutput(output)
    run = {
        "version": __version__,
        "format": format.value,
        **asdict(options),
        "keep": list(options.keep),
        "timeout": timeout,
        "input": new_digest(json.dumps([(file, streams.size(file)) for file in files]).encode()).hexdigest(),
    }
    try:
        return ResumableOutput(streams.resolved(output), streams.resolved(errors), run, resume)
    except RefusedError as error:
        raise UsageError(str(error)) from error


def _remaining_lines(reader: Reader, digests: deque[str], begun: Checkpoint) -> Iterator[Line | Failure]:
    """The lines after a checkpoint; appends the reader's digest after each of them to `digests`.

    Raises UsageError if the input before the checkpoint is not what it was.
    """
    lines = iter(reader)
    for _ in islice(lines, begun.lines):
        pass
    if begun.lines and reader.digest != begun.digest:
        raise UsageError("cannot resume: what was read of the input is not what it was")
    for line in lines:
        digests.append(reader.digest)
        yield line


def _results(results: Iterator[Converted | Failure], workers: int) -> Iterator[Converted | Failure]:
    """The same results.  Raises WorkerError where the system refuses what the workers need, which is no error of the
    output's.
    """
    try:
        yield from results
    except OSError as error:
        raise parallel.WorkerError(
            f"cannot run {workers} worker processes: {streams.explain(error)}; fewer need less (--workers)"
        ) from error


def _final_step(format: Format, options: Options) -> Callable[[Path, Path], None] | None:
    """The function that makes Parquet of the records, for `ResumableOutput.finish`; None for JSON lines."""
    if not format.is_parquet:
        return None
    from extractor.batch import parquet

    write = parquet.write_documents if format is Format.DOCUMENTS else parquet.write_quotes
    return partial(write, keep=options.keep)


def _line_converter(
    extractor: Callable[..., Callable[[str, str], Document]], options: Options
) -> Callable[[Line | Failure], Converted | Failure]:
    """Makes, in a worker process, the function that converts lines."""
    return partial(convert_line, extractor(article_only=options.article_only), options)
