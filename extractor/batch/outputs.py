"""Records on their way out: into frames, and to what cannot be gone on with.  (A file can: see `checkpoint`.)"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from extractor.batch import streams
from extractor.batch.checkpoint import Mark

# Bytes of records that are compressed together: so many, at most, are made again where a run was interrupted.
FRAME = 1 << 20


class Frames:
    """Puts records into frames: each for itself in a plain output, about a megabyte of them in a compressed one.

    Where a frame ends depends on the records alone, so that a run that begins behind one makes the same frames.
    """

    def __init__(self, compress: Callable[[bytes], bytes] | None) -> None:
        """With what compresses a frame, if anything does."""
        self._compress = compress
        self._records: list[bytes] = []
        self._size = 0

    @property
    def whole(self) -> bool:
        """Whether no record waits for others."""
        return not self._records

    def add(self, record: bytes) -> bytes:
        """Takes a record in; gives the frame that is full with it, or nothing."""
        if self._compress is None:
            return record
        self._records.append(record)
        self._size += len(record)
        return self.last() if self._size >= FRAME else b""

    def last(self, even_empty: bool = False) -> bytes:
        """The frame of the records that wait; of none, only if asked for: a compressed file has one at least."""
        records, self._records, self._size = b"".join(self._records), [], 0
        return self._compress(records) if self._compress and (records or even_empty) else records


class InPlace:
    """Standard output, a pipe or a device: written as it is, its failures to standard error, and then gone."""

    mark = Mark()

    def __init__(self, output: str) -> None:
        """Opens it.  Raises OSError where it cannot."""
        self._file = streams.open_in_place(output)

    def write(self, data: bytes) -> None:
        """Hands records on at once.  Raises OSError where it cannot."""
        streams.write_all(self._file.fileno(), data)

    def fail(self, line: str) -> None:
        """Prints a line of the errors."""
        print(line, file=sys.stderr)

    def reached(self, lines: int, digest: str, counts: Mapping[str, int]) -> None:
        """Nothing: there is no going back."""

    def finish(self, make: object = None) -> None:
        """Nothing: all is written."""

    def close(self) -> None:
        """Closes it, unless it is standard output."""
        self._file.close()
