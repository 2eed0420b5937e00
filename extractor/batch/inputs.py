"""The input files of a conversion, read one after the other, line by line, in memory that does not grow with them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Sequence
from functools import partial

from extractor.batch import streams
from extractor.batch.lines import Failure, Line, Options

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Stands for the end of a file in the digest of all of them.
_END_OF_FILE = b"\x00end of file\x00"
# Bytes of an overlong line that are read, and dropped, at once.
_SKIPPED_AT_ONCE = 1 << 20

# A hash of 128 bits: it tells a changed input from the same one and keeps no secret.
new_digest = partial(hashlib.blake2b, digest_size=16)


class Reader:
    """The lines of several files, one file after the other.

    Fields:
        position: the bytes read so far of all files as they lie on the disk (compressed ones count compressed).
    """

    def __init__(
        self, files: Sequence[str], options: Options, open: Callable[[str], streams.Input] = streams.Input
    ) -> None:
        """Takes the names of the files, of which `open` makes streams; opens none of them yet."""
        self._files = files
        self._open = open
        self._limit = options.max_bytes
        self._digest = new_digest()
        self.position = 0

    @property
    def digest(self) -> str:
        """The hash, in hexadecimal, of all that was read so far: equal for equal inputs up to that line."""
        return self._digest.hexdigest()

    def __iter__(self) -> Generator[Line | Failure, None, None]:
        """Yields every line that is not blank.

        A line longer than `Options.max_bytes` is a Failure, and so is the place where a file can be read no further;
        the next file follows.  Raises nothing for broken files.
        """
        for file in self._files:
            before, number = self.position, 0
            try:
                with self._open(file) as stream:
                    while data := stream.readline(self._limit):
                        number += 1
                        whole = len(data) < self._limit or data.endswith(b"\n")
                        self._digest.update(data if whole else data + b"%d" % _skip_line(stream))
                        self.position = before + stream.position
                        if not whole:
                            yield Failure(
                                streams.display_name(file), number, f"the line is longer than {self._limit} bytes"
                            )
                        elif data := (data.removeprefix(_BYTE_ORDER_MARK) if number == 1 else data).strip():
                            yield Line(streams.display_name(file), number, data)
            except streams.READ_ERRORS as error:
                reason = f"the file cannot be read further: {streams.explain(error)}"
                yield Failure(streams.display_name(file), number + 1, reason)
            self._digest.update(_END_OF_FILE)


def _skip_line(stream: streams.Input) -> int:
    """Reads the rest of a line without keeping it; returns its length in bytes."""
    length = 0
    while rest := stream.readline(_SKIPPED_AT_ONCE):
        length += len(rest)
        if rest.endswith(b"\n"):
            break
    return length
