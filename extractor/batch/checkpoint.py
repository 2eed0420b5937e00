"""An output under way: what is done of it lies beside it, and can be gone on with after any interruption.

Until OUTPUT is finished there stand

    OUTPUT.part                the records so far
    OUTPUT.errors.jsonl.part   the failed lines so far
    OUTPUT.part.json           the journal: whose run it is, and how much of the two is whole and safe on the disk

The journal is replaced at once or not at all, and never ahead of what it tells of.  What lies behind its mark, half a
record or whole ones, is cut off when the run goes on.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from extractor.batch import streams

if sys.platform != "win32":
    import fcntl

# Seconds between two journals: of so much, at most, the work is done again after a kill or a power cut.
EVERY = 1.0


class RefusedError(ValueError):
    """The output cannot be begun, or not be gone on with; the message says why."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point at which all that a run had written was whole."""

    lines: int = 0  # of the input that were dealt with
    digest: str = ""  # of the input up to there
    records: int = 0  # bytes
    errors: int = 0  # bytes
    counts: Mapping[str, int] = field(default_factory=dict)  # what the summary told
    complete: bool = False  # nothing is left to do but to give the files their names


class Part:
    """The records and errors of one run on their way into their files; no other run writes them meanwhile."""

    def __init__(self, output: Path, errors: Path, run: dict[str, Any], resume: bool) -> None:
        """Begins, or goes on from the journal's mark where there is one.

        `run` holds, as JSON, what a run must have in common with the one that it goes on with.  Raises RefusedError
        for the journal of another run, for one that is not to be resumed, and for files that are missing, cut short,
        in the way or being written; OSError where they cannot be written.
        """
        self._output, self._errors, self._run = output, errors, run
        self._part, self._errors_part, self._journal, self._made = beside(output, errors)
        self._open: dict[Path, int] = {}
        self._saved = 0.0
        try:
            begun = self._begun(resume)
            self.mark = begun or Mark()
            if not self.mark.complete:
                self._take(self._part, self.mark.records, begun)
                self._take(self._errors_part, self.mark.errors, begun)
                self._save()
            elif self._part.exists():
                self._take(self._part, self.mark.records, begun)
        except BaseException:
            self._release()
            raise

    def write(self, data: bytes) -> None:
        """Adds whole records.  Raises OSError where it cannot."""
        streams.write_all(self._open[self._part], data)

    def fail(self, line: str) -> None:
        """Adds a line to the errors.  Raises OSError where it cannot."""
        streams.write_all(self._open[self._errors_part], line.encode() + b"\n")

    def reached(self, lines: int, digest: str, counts: Mapping[str, int]) -> None:
        """Marks a point that can be gone on from: all that was written is whole.  Raises OSError where it cannot."""
        records, errors = (os.lseek(self._open[path], 0, os.SEEK_CUR) for path in (self._part, self._errors_part))
        self.mark = Mark(lines, digest, records, errors, counts)
        if time.monotonic() - self._saved >= EVERY:
            self._save()

    def finish(self, make: Callable[[Path, Path], None] | None = None) -> None:
        """Gives the files their names; the errors, only if there are any.  Raises OSError where it cannot.

        `make` writes the output from the records where it is not the records themselves.  Where this was interrupted,
        it is done again from the beginning.
        """
        self.mark = replace(self.mark, complete=True)
        self._save()
        finished = self._part
        if make is not None and self._part.exists():
            make(self._part, self._made)
            finished = self._made
        self._release()
        if not self.mark.errors:
            self._errors.unlink(missing_ok=True)
        elif self._errors_part.exists():
            streams.give_name(self._errors_part, self._errors)
        if finished.exists():
            streams.give_name(finished, self._output)
        self._remove()

    def close(self) -> None:
        """Leaves what can be gone on from, and nothing where nothing was done.  After `finish` all is done already."""
        if not self._open:
            return
        # A full disk may have no room for a journal: the one before it still holds.
        with suppress(OSError):
            if self.mark.lines or self.mark.complete:
                for path, descriptor in self._open.items():
                    os.ftruncate(descriptor, self.mark.records if path == self._part else self.mark.errors)
                self._save()
            else:
                self._remove()
        self._release()

    def _begun(self, resume: bool) -> Mark | None:
        """The mark to go on from, None where no run has begun."""
        try:
            journal = json.loads(self._journal.read_bytes())
            run, mark = journal["run"], Mark(**journal["mark"])
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError):
            raise RefusedError(f"{self._journal} is no journal of a conversion, and in the way") from None
        if not (mark.lines or mark.complete):
            return Mark()
        if not resume:
            if not self._part.exists():
                return Mark()
            self._take(self._part, mark.records, mark)
            raise RefusedError(
                f"{self._part} holds {mark.lines} lines of a conversion that was interrupted: "
                "go on with --resume, or remove it"
            )
        for name, value in self._run.items():
            if run.get(name) != value:
                raise RefusedError(f"cannot resume {self._output}: it was begun with {_other(name, run, value)}")
        return mark

    def _take(self, path: Path, size: int, begun: Mark | None) -> None:
        """Opens a file that is this run's alone, cut off at `size`."""
        try:
            descriptor = os.open(path, os.O_RDWR | (0 if size else os.O_CREAT), 0o666)
        except FileNotFoundError:
            raise RefusedError(f"cannot resume {self._output}: {path.name} is missing") from None
        self._open[path] = descriptor
        if not _lock(descriptor) or not path.exists() or not os.path.samestat(os.fstat(descriptor), path.stat()):
            raise RefusedError(f"{path} is being written by another conversion")
        there = os.fstat(descriptor).st_size
        if there and begun is None:
            raise RefusedError(f"{path} is no part of a conversion, and in the way")
        if there < size:
            raise RefusedError(f"cannot resume {self._output}: {path.name} has {there} bytes of {size}")
        os.ftruncate(descriptor, size)
        os.lseek(descriptor, size, os.SEEK_SET)

    def _save(self) -> None:
        """Writes the journal, once what it tells of is safe on the disk."""
        for descriptor in self._open.values():
            os.fsync(descriptor)
        new = self._journal.with_name(f"{self._journal.name}.new")
        with new.open("w", encoding="utf-8") as file:
            json.dump({"run": self._run, "mark": asdict(self.mark)}, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._journal)
        self._saved = time.monotonic()

    def _remove(self) -> None:
        for path in (self._part, self._errors_part, self._made, self._journal):
            path.unlink(missing_ok=True)

    def _release(self) -> None:
        for descriptor in self._open.values():
            os.close(descriptor)
        self._open = {}


def beside(output: Path, errors: Path) -> tuple[Path, Path, Path, Path]:
    """The files of a run that is under way: records, errors, journal, and what is made of the records."""
    return (
        output.with_name(f"{output.name}.part"),
        errors.with_name(f"{errors.name}.part"),
        output.with_name(f"{output.name}.part.json"),
        output.with_name(f"{output.name}.part.made"),
    )


def _lock(descriptor: int) -> bool:
    """Whether a file is this process's alone, until it closes it or ends."""
    if sys.platform != "win32":
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            # A file system that knows no locks keeps nobody from converting.
            return True
    return True


def _other(name: str, run: Mapping[str, Any], value: object) -> str:
    """What is not as it was: small things are shown."""
    before, now = (json.dumps(shown, ensure_ascii=False) for shown in (run.get(name), value))
    return "input files of other names or sizes" if name == "input" else f"{name} {before}, not {now}"
