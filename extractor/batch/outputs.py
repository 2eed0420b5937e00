"""Where records go: the formats, the frames of compressed outputs, and outputs that cannot be resumed.

Outputs that can be resumed, which are files, are in `checkpoint`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from extractor.batch import streams
from extractor.batch.checkpoint import Checkpoint

# Bytes of records that are compressed together.  Larger frames compress better, but a run can be resumed only from the
# end of one: up to this much, some hundred records, is converted anew after an interruption.  Measured on 17 MB of
# records, compressed size with zstd and gzip: 64 KiB 17.8 and 16.5 %, 256 KiB 16.5 and 15.7 %, 1 MiB 15.7 and 15.5 %,
# 4 MiB 15.3 and 15.5 %.
FRAME_BYTES = 1 << 20


class Format(StrEnum):
    """What a conversion writes: JSON lines with a record each, or Parquet with a row per document or per quote."""

    JSONL = "jsonl"
    DOCUMENTS = "parquet-documents"
    QUOTES = "parquet-quotes"

    @property
    def is_parquet(self) -> bool:
        """Whether the records are turned into Parquet once all of them are there."""
        return self is not Format.JSONL


def errors_file(output: str) -> str | None:
    """The name of the file for failed lines, beside the output; None, for standard error, where that is no file."""
    return None if streams.in_place(output) else f"{output}.errors.jsonl"


class Frames:
    """Groups records into frames: one each for a plain output, `FRAME_BYTES` of them for a compressed one.

    Where a frame ends depends on the records alone, so that a run resumed at the end of a frame writes the same bytes
    as one that was never interrupted.
    """

    def __init__(self, compress: Callable[[bytes], bytes] | None) -> None:
        """Takes the function that compresses a frame (`streams.frame_compressor`), None for a plain output."""
        self._compress = compress
        self._records: list[bytes] = []
        self._size = 0

    @property
    def whole(self) -> bool:
        """Whether every record so far has been returned as part of a frame."""
        return not self._records

    def add(self, record: bytes) -> bytes:
        """Adds a record; returns the bytes of the frame that it completes, or b""."""
        if self._compress is None:
            return record
        self._records.append(record)
        self._size += len(record)
        return self.last() if self._size >= FRAME_BYTES else b""

    def last(self, even_empty: bool = False) -> bytes:
        """The frame of the records that still wait, b"" where none does.

        With `even_empty` it is a frame of no records then: a compressed file must hold at least one.
        """
        records, self._records, self._size = b"".join(self._records), [], 0
        return self._compress(records) if self._compress and (records or even_empty) else records


class DirectOutput:
    """Standard output, a pipe or a device: written to at once, failures to standard error; cannot be resumed.

    Has the methods of `checkpoint.ResumableOutput`.
    """

    checkpoint = Checkpoint()

    def __init__(self, output: str) -> None:
        """Opens it.  Raises OSError if it cannot be opened."""
        self._file = streams.open_in_place(output)

    def write(self, data: bytes) -> None:
        """Writes records, unbuffered.  Raises OSError if they cannot be written."""
        streams.write_all(self._file.fileno(), data)

    def fail(self, line: str) -> None:
        """Prints a failure to standard error, if that takes it."""
        streams.tell(line)

    def reached(self, lines: int, digest: str, counts: Mapping[str, int], complete: bool = False) -> None:
        """Does nothing: there is no resuming."""

    def finish(self, make: object = None) -> None:
        """Does nothing: all is written."""

    def close(self) -> None:
        """Closes it, unless it is standard output."""
        self._file.close()
