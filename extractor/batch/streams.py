"""Files in and out: compressed or not, standard streams, and outputs that are whole or not there at all."""

from __future__ import annotations

import errno
import gzip
import io
import os
import stat
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import zstandard

STANDARD = "-"  # standard input or output, in the place of a file's name

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BUFFER = 1 << 18
# Compressed bytes unpacked at once.  A frame of one repeated byte unpacks to 30,000 times its size: this is what
# keeps memory flat whatever the frame holds.
_ZSTD_PIECE = 1 << 10

# What reading a broken file raises, compressed or not.
READ_ERRORS = (OSError, EOFError, zlib.error, zstandard.ZstdError)


class Input:
    """A file or standard input as bytes, decompressed where its first bytes or its name say gzip or zstd."""

    def __init__(self, name: str, file: io.BufferedReader | None = None) -> None:
        """Opens the file `name`, or standard input for '-', or takes `file`, where it lies on no disk.

        Raises OSError if it cannot be opened.
        """
        self._file = file or _opened(name)
        head = self._file.peek(4)
        self._stream: io.BufferedIOBase = self._file
        if head.startswith(_GZIP) or (name.endswith(".gz") and head):
            self._stream = gzip.GzipFile(fileobj=self._file)
        elif head.startswith(_ZSTD) or (name.endswith((".zst", ".zstd")) and head):
            self._stream = io.BufferedReader(_Zstd(self._file), _BUFFER)

    @property
    def position(self) -> int:
        """How many bytes of the file, as it lies on the disk, have been read; 0 for a pipe."""
        return self._file.tell() if self._file.seekable() else 0

    def readline(self, limit: int) -> bytes:
        """The next line, or its first `limit` bytes; b"" at the end.  Raises READ_ERRORS for a broken file."""
        return self._stream.readline(limit)

    def read(self) -> bytes:
        """All that is left.  Raises READ_ERRORS for a broken file."""
        return self._stream.read()

    def __enter__(self) -> Input:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._file.close()


class _Zstd(io.RawIOBase):
    """The content of a file of zstd frames.  (zstandard's own reader takes a file cut off in a frame for whole.)"""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._begun = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            if self._frame.eof:
                rest = self._frame.unused_data
                self._frame, self._begun = zstandard.ZstdDecompressor().decompressobj(), False
            else:
                rest = b""
            piece = rest or self._file.read(_ZSTD_PIECE)
            if not piece:
                if self._begun:
                    raise EOFError("Compressed file ended before the end-of-frame marker was reached")
                return 0
            self._begun = True
            self._ready = memoryview(self._frame.decompress(piece))
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size


def _opened(name: str) -> io.BufferedReader:
    descriptor = 0 if name == STANDARD else os.open(name, os.O_RDONLY)
    return io.BufferedReader(io.FileIO(descriptor, closefd=name != STANDARD), _BUFFER)


def check_readable(name: str) -> None:
    """Raises READ_ERRORS where not even the beginning of the file can be read; a pipe is left as it is."""
    if name != STANDARD and not Path(name).is_fifo():
        with Input(name) as file:
            file.readline(1)


def check_writable(name: str) -> None:
    """Raises OSError where no output of that name can be made: no folder, no right to write, a folder itself."""
    if name == STANDARD:
        return
    path = Path(name).resolve()
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), name)
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), name)
    if not in_place(name):
        with tempfile.TemporaryFile(dir=path.parent):
            pass


def in_place(name: str) -> bool:
    """Whether an output is written as it is, since no file can take its place: standard output, a device, a pipe."""
    path = Path(name)
    return name == STANDARD or (path.exists() and not path.is_file())


def identity(name: str, standard: int = 0) -> tuple[int, int] | None:
    """What tells a regular file from every other, by whatever name; `standard` is the descriptor that '-' stands for.

    None for what does not exist and for pipes, terminals and devices.
    """
    status = _status(name, standard)
    return status and (status.st_dev, status.st_ino)


def size(name: str) -> int | None:
    """The bytes of a regular file as it lies on the disk; None for what does not exist, pipes, terminals, devices."""
    status = _status(name, 0)
    return status and status.st_size


def _status(name: str, standard: int) -> os.stat_result | None:
    with suppress(OSError):
        status = os.fstat(standard) if name == STANDARD else Path(name).stat()
        if stat.S_ISREG(status.st_mode):
            return status
    return None


def frame(name: str) -> Callable[[bytes], bytes] | None:
    """What compresses bytes into a frame of its own, as the name ends (.gz, .zst); None for a plain file.

    Frames may follow one another: every gzip and zstd reads them as one file.  The same bytes make the same frame.
    """
    if name.endswith(".gz"):
        return lambda data: gzip.compress(data, 6, mtime=0)
    if name.endswith((".zst", ".zstd")):
        return zstandard.ZstdCompressor(write_checksum=True).compress
    return None


def write(name: str, data: bytes) -> None:
    """Writes a whole file, or to standard output for '-'.  Raises OSError where it cannot.

    The file is there with all of it or left as it was.  Pipes and devices are written as they are.
    """
    if in_place(name):
        with open_in_place(name) as file:
            write_all(file.fileno(), data)
        return
    path = Path(name).resolve()
    descriptor, temporary = tempfile.mkstemp(prefix=".extractor-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o666 & ~_umask())
        give_name(Path(temporary), path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def open_in_place(name: str) -> BinaryIO:
    """Standard output, a pipe or a device to write as it is."""
    return open(1, "wb", 0, closefd=False) if name == STANDARD else Path(name).open("wb", 0)


def write_all(descriptor: int, data: bytes) -> None:
    """Writes all of the bytes.  Raises OSError where it cannot."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def give_name(finished: Path, path: Path) -> None:
    """Puts a finished file in the place of another, whose rights it takes over, for good: also after a power cut."""
    descriptor = os.open(finished, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if path.exists():
        finished.chmod(path.stat().st_mode & 0o7777)
    finished.replace(path)
    # Not every system lets a folder be opened.
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
