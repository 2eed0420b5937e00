"""An output file under way, which can be resumed after any interruption: a kill, a full disk, a power cut.

Until OUTPUT is finished there are, beside it,

    OUTPUT.part                the records so far
    OUTPUT.errors.jsonl.part   the failed lines so far
    OUTPUT.part.json           the journal: what the run was asked for, its last checkpoint, and a sum over both
    OUTPUT.part.json.new       for a moment: the next journal
    OUTPUT.part.made           with Parquet, at the end: the output that is being made from the records

The journal is replaced atomically, and only after the bytes that it tells of are synced to the disk.  What the files
hold behind the checkpoint, half a record or whole ones, is cut off when the run is resumed.

Files of these names that no conversion made are left alone, and so are links: the run is refused.  A file that is
removed or replaced by somebody else while it is written ends the run: only what the run has written gets a name.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from extractor.batch import streams

if sys.platform != "win32":
    import fcntl

# The least time between two journals: after a kill or a power cut, the work of about so long is done again.  A journal
# syncs three files: 0.9 ms in the median on the disk of the machine where this was measured (0.5 MB of new records,
# 100 journals), and once a second leaves room for disks that are fifty times as slow.
JOURNAL_SECONDS = 1.0
# How every journal begins: a file of its name that begins otherwise is somebody else's.
_JOURNAL_HEAD = b'{"run": {'
# Opens no link; 0 where the system knows no such flag.
_NOT_LINKS = getattr(os, "O_NOFOLLOW", 0)


class RefusedError(ValueError):
    """The output cannot be begun or resumed as asked for; the message says why and what to do."""


class ReplacedError(OSError):
    """Somebody else removed, replaced or changed a file of the run; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A point from which a run can be resumed: everything that it had written was whole.

    Fields:
        lines: lines of the input that were converted or failed.
        digest: the hash of the input up to there (`inputs.Reader.digest`).
        records: bytes of the records.
        errors: bytes of the failed lines.
        counts: the fields of `lines.Summary`.
        complete: whether the input was finished, and only the naming of the files was left.
    """

    lines: int = 0
    digest: str = ""
    records: int = 0
    errors: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    complete: bool = False


class ResumableOutput:
    """The records and the failed lines of one run on their way into their files, locked against every other run.

    Fields:
        checkpoint: where the run stands; where it goes on from, right after opening.
    """

    def __init__(self, output: Path, errors: Path, run: dict[str, Any], resume: bool) -> None:
        """Begins an output or, with `resume`, goes on from the checkpoint in its journal, if there is one.

        Takes:
            output: the file for the records.
            errors: the file for the failed lines.
            run: JSON values that a run must share with the one that it resumes: options, version, input.
            resume: whether to go on with an interrupted run; without it, one that has done something is an error.

        Raises RefusedError for the journal of another run, for an interrupted run without `resume`, and for files that
        are missing, cut short, in the way or being written by another process; OSError where they cannot be written.
        """
        self._output, self._errors, self._run = output, errors, run
        self._part, self._errors_part, self._journal, self._new, self._made = unfinished_files(output, errors)
        self._open: dict[Path, int] = {}
        self._saved = 0.0
        try:
            begun = self._read_journal(resume)
            self.checkpoint = begun or Checkpoint()
            self._check_left_over(begun)
            if not self.checkpoint.complete:
                self._open_locked(self._part, self.checkpoint.records, begun)
                self._open_locked(self._errors_part, self.checkpoint.errors, begun)
                self._save()
            else:
                # Parquet has another size than the records that it was made of.
                exact = run.get("format", "jsonl") == "jsonl"
                self._open_complete(self._part, self.checkpoint.records, self._output, exact)
                if self.checkpoint.errors:
                    self._open_complete(self._errors_part, self.checkpoint.errors, self._errors, True)
        except BaseException:
            self._release()
            raise

    def write(self, data: bytes) -> None:
        """Appends whole records.  Raises OSError if they cannot be written."""
        streams.write_all(self._open[self._part], data)

    def fail(self, line: str) -> None:
        """Appends a failed line.  Raises OSError if it cannot be written."""
        streams.write_all(self._open[self._errors_part], line.encode() + b"\n")

    def reached(self, lines: int, digest: str, counts: Mapping[str, int], complete: bool = False) -> None:
        """Sets the checkpoint here, where all that was written is whole; saves it if the last journal is old enough.

        A complete one is saved at once: no other checkpoint may hold what is written at the end of the input alone (a
        frame that is not full, the digest of the end), since a run that is resumed there would write it in its middle.

        The arguments are the fields of `Checkpoint`.  Raises OSError if the journal cannot be written.
        """
        records, errors = (os.lseek(self._open[path], 0, os.SEEK_CUR) for path in (self._part, self._errors_part))
        self.checkpoint = Checkpoint(lines, digest, records, errors, counts, complete)
        if complete or time.monotonic() - self._saved >= JOURNAL_SECONDS:
            self._save()

    def finish(self, make: Callable[[Path, Path], None] | None = None) -> None:
        """Gives the files of a complete run their final names; without failed lines an old errors file goes.

        `make(records, output)` writes the output from the records where it is not the records themselves; after an
        interruption it is called anew.  Raises OSError if something cannot be written.
        """
        finished = self._part
        if make is not None and self._part in self._open:
            self._made.unlink(missing_ok=True)
            self._open[self._made] = os.open(self._made, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
            make(self._part, self._made)
            finished = self._made
        self._check_own()
        # Another run that waits for the lock finds then that the file it has opened has this name no more.
        named = set(self._open)
        if sys.platform == "win32":
            self._release()
        if not self.checkpoint.errors:
            self._errors.unlink(missing_ok=True)
        elif self._errors_part in named:
            streams.give_name(self._errors_part, self._errors)
        if finished in named:
            streams.give_name(finished, self._output)
        self._remove()
        self._release()

    def close(self) -> None:
        """Saves the checkpoint of an unfinished run, or removes its files if it has done nothing.

        After `finish` it does nothing.
        """
        if not self._open:
            return
        try:
            # A full disk may have no room for a journal: the previous one still holds.
            with suppress(OSError):
                self._check_own()
                if self.checkpoint.lines or self.checkpoint.complete:
                    for path in self._open.keys() - {self._made}:
                        os.ftruncate(self._open[path], self._size(path))
                    self._save()
                else:
                    self._remove()
        finally:
            self._release()

    def _read_journal(self, resume: bool) -> Checkpoint | None:
        """The checkpoint to go on from; None where there is no journal.  Raises RefusedError."""
        try:
            journal = json.loads(self._journal.read_bytes())
            run, begun = journal["run"], Checkpoint(**journal["checkpoint"])
            if journal["sum"] != _sum(journal):
                raise ValueError
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError):
            raise RefusedError(
                f"{self._journal} is no journal as a conversion leaves it, and in the way: move or remove it"
            ) from None
        if not (begun.lines or begun.complete):
            return Checkpoint()
        if not resume:
            if not self._part.exists():
                return Checkpoint()
            self._open_locked(self._part, begun.records, begun)
            raise RefusedError(
                f"{self._part} holds {begun.lines} lines of a conversion that was interrupted: "
                "go on with --resume, or remove it"
            )
        for name, value in self._run.items():
            if run.get(name) != value:
                raise RefusedError(f"cannot resume {self._output}: it was begun with {_difference(name, run, value)}")
        return begun

    def _open_locked(self, path: Path, size: int, begun: Checkpoint | None) -> None:
        """Opens a file for this run alone and cuts it off at `size` bytes.

        `begun` is the checkpoint that the size is from, None for a new run.  Raises RefusedError.
        """
        if path.is_symlink():
            raise RefusedError(f"{path} is a link, and in the way: move or remove it")
        try:
            descriptor = os.open(path, os.O_RDWR | _NOT_LINKS | (0 if size else os.O_CREAT), 0o666)
        except FileNotFoundError:
            raise self._missing(path) from None
        self._open[path] = descriptor
        # The lock may be on a file that the run before has meanwhile renamed or removed.
        if not _lock(descriptor) or not _is_at(descriptor, path):
            raise RefusedError(f"{path} is being written by another conversion")
        present = os.fstat(descriptor).st_size
        if present and begun is None:
            raise RefusedError(f"{path} is no part of a conversion, and in the way: move or remove it")
        if present < size:
            raise RefusedError(
                f"cannot resume {self._output}: {path.name} has {present} bytes of {size}; "
                f"to begin anew remove it and {self._journal.name}"
            )
        os.ftruncate(descriptor, size)
        os.lseek(descriptor, size, os.SEEK_SET)

    def _open_complete(self, path: Path, size: int, named: Path, exact: bool) -> None:
        """Opens a file of a complete run for this one alone, unless it has been given its name already.

        Raises RefusedError where it is gone, and `named` is gone too or, if its size must be `exact`, of another size.
        """
        if path.exists() or path.is_symlink():
            self._open_locked(path, size, self.checkpoint)
        elif streams.size(str(named)) != size if exact else not named.exists():
            raise self._missing(path)

    def _missing(self, path: Path) -> RefusedError:
        return RefusedError(
            f"cannot resume {self._output}: {path.name} is missing; to begin anew remove {self._journal.name}"
        )

    def _check_left_over(self, begun: Checkpoint | None) -> None:
        """Raises RefusedError for a file in the way that no interrupted run has left.

        A run whose journal is there may have left both; one that was killed as it began, the beginning of a journal.
        """
        for path in (self._new, self._made):
            if not os.path.lexists(path) or (begun is not None and path.is_file() and not path.is_symlink()):
                continue
            if path == self._new and path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    if _JOURNAL_HEAD.startswith(file.read(len(_JOURNAL_HEAD))):
                        continue
            raise RefusedError(f"{path} is no part of a conversion, and in the way: move or remove it")

    def _size(self, path: Path) -> int:
        """The bytes that the checkpoint tells of the records or of the errors."""
        return self.checkpoint.records if path == self._part else self.checkpoint.errors

    def _check_own(self) -> None:
        """Raises ReplacedError where a file is no longer the one that this run writes, or has another size.

        Until all is complete a file may hold more than the checkpoint tells of: half a record.
        """
        for path, descriptor in self._open.items():
            more = 0 if path == self._made else os.fstat(descriptor).st_size - self._size(path)
            if not _is_at(descriptor, path):
                what = "removed or replaced"
            elif more < 0:
                what = "cut short"
            elif more and self.checkpoint.complete:
                what = "written to by somebody else"
            else:
                continue
            raise ReplacedError(
                f"{path} was {what} while it was being written: {self._output} is left as it was; "
                f"to begin anew remove {path.name} and {self._journal.name}"
            )

    def _save(self) -> None:
        """Writes the journal, after syncing what it tells of to the disk.  Raises OSError."""
        self._check_own()
        for descriptor in self._open.values():
            os.fsync(descriptor)
        journal = {"run": self._run, "checkpoint": asdict(self.checkpoint)}
        # One that is there was left by a run that was killed as it wrote it: `_check_left_over`.
        new = os.open(self._new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _NOT_LINKS, 0o666)
        with os.fdopen(new, "w", encoding="utf-8") as file:
            json.dump(journal | {"sum": _sum(journal)}, file)
            file.flush()
            os.fsync(file.fileno())
        self._new.replace(self._journal)
        self._saved = time.monotonic()

    def _remove(self) -> None:
        """Removes what is left of the files; the journal last, since it tells whose the others are."""
        for path in (self._part, self._errors_part, self._made, self._new, self._journal):
            path.unlink(missing_ok=True)

    def _release(self) -> None:
        for descriptor in self._open.values():
            os.close(descriptor)
        self._open = {}


def unfinished_files(output: Path, errors: Path) -> tuple[Path, Path, Path, Path, Path]:
    """The files of an unfinished run: records, failed lines, journal, next journal, and Parquet made of the records."""
    return (
        output.with_name(f"{output.name}.part"),
        errors.with_name(f"{errors.name}.part"),
        output.with_name(f"{output.name}.part.json"),
        output.with_name(f"{output.name}.part.json.new"),
        output.with_name(f"{output.name}.part.made"),
    )


def _sum(journal: Mapping[str, Any]) -> str:
    """The hash of a journal, which tells one that was changed by hand; it keeps no secret."""
    held = json.dumps([journal["run"], journal["checkpoint"]], sort_keys=True)
    return hashlib.blake2b(held.encode(), digest_size=16).hexdigest()


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether the path names the open file itself, and no link to it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def _lock(descriptor: int) -> bool:
    """Locks a file until it is closed or the process ends; returns whether no other process has it locked."""
    if sys.platform != "win32":
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            # On a file system without locks the conversion goes on without one.
            return True
    return True


def _difference(name: str, run: Mapping[str, Any], value: object) -> str:
    """How a value of the interrupted run differs from the one now, for a message; that of the input is a hash."""
    before, now = (json.dumps(shown, ensure_ascii=False) for shown in (run.get(name), value))
    return "input files of other names or sizes" if name == "input" else f"{name} {before}, not {now}"
