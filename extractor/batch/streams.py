"""Files as bytes: compressed inputs, standard streams, and outputs that appear whole or not at all."""

from __future__ import annotations

import errno
import gzip
import io
import os
import re
import stat
import sys
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import zstandard

from extractor.reading.text import printable

# The name that stands for standard input or output.
STANDARD = "-"

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
# Bytes that are read at once.  Lines of 200 MB of articles were read at 1.0 GB/s with 8 KiB, 2.7 with 64 KiB, 3.7 with
# 256 KiB and 4.9 with 1 MiB: all far more than any number of workers converts.
_BUFFER = 1 << 18
# Compressed bytes that are decompressed at once.  A frame of one repeated byte decompresses to 30,000 times its size,
# so that a piece takes at most 30 MB whatever the frame holds.
_ZSTD_PIECE = 1 << 10
# On 4 MB of records: level 1 leaves 19.7 % at 87 MB/s, 6 leaves 15.0 % at 18 MB/s, 9 leaves 14.7 % at 9 MB/s.
_GZIP_LEVEL = 6

# The control characters of ASCII and of Latin-1, which terminals obey too.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# The folders in which a process finds its open files; Linux leads /dev/fd and /dev/stdout there.
_DESCRIPTORS = re.compile(r"/dev/fd|/proc/(?P<process>\d+)(/task/\d+)?/fd")
# As many links as Linux follows, one behind the other.
_MAX_LINKS = 40

# The exceptions that reading a missing or broken file, compressed or not, can raise.
READ_ERRORS = (OSError, EOFError, zlib.error, zstandard.ZstdError)


class Input:
    """A file or standard input as bytes, decompressed if its first bytes or its name say gzip or zstd."""

    def __init__(self, name: str, file: io.BufferedReader | None = None) -> None:
        """Opens the file `name`, or standard input for '-'; or reads from `file`, which `name` then only describes.

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
        """The bytes read of the file as it lies on the disk (of a compressed one, compressed bytes); 0 for a pipe."""
        return self._file.tell() if self._file.seekable() else 0

    def readline(self, limit: int) -> bytes:
        """The next line with its line break, or its first `limit` bytes (-1: no limit); b"" at the end.

        Raises READ_ERRORS for a broken file.
        """
        return self._stream.readline(limit)

    def read(self) -> bytes:
        """The rest of the file.  Raises READ_ERRORS for a broken file."""
        return self._stream.read()

    def __enter__(self) -> Input:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._file.close()


class _Zstd(io.RawIOBase):
    """The decompressed content of a file of zstd frames; raises EOFError for a file that ends inside a frame.

    zstandard's own reader takes such a file for a whole one.
    """

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
    """Raises READ_ERRORS if the beginning of the file cannot be read.  Pipes are not checked: reading would take it.

    A zstd frame that is broken or needs too large a window is no reason: it costs what it holds when it is read.
    """
    if name != STANDARD and not Path(name).is_fifo():
        with Input(name) as file, suppress(zstandard.ZstdError):
            file.readline(1)


def check_writable(name: str) -> None:
    """Raises OSError if no output of that name can be made: no such folder, no right to write, the name of a folder."""
    if name == STANDARD:
        return
    if in_place(name) and descriptor(name) is not None:
        return
    path = resolved(name)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), name)
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), name)
    if not in_place(name):
        with tempfile.TemporaryFile(dir=path.parent):
            pass


def resolved(name: str) -> Path:
    """The path of an output behind all links.  Raises OSError for links that lead round in a circle."""
    try:
        return Path(name).resolve()
    # Python 3.13 raises OSError by itself, where it is asked to.
    except RuntimeError:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), name) from None


def in_place(name: str) -> bool:
    """Whether an output is a stream, which is written to directly, since no new file can replace it.

    Streams are standard output, devices, pipes, and what a process holds open (/dev/stdout, /dev/fd/3), even if it is
    a file: what that holds already is somebody's, and others may write to it too.
    """
    path = Path(name)
    return descriptor(name) is not None or (path.exists() and not path.is_file())


def descriptor(name: str) -> str | None:
    """The name without links of an open file of a process: '1' for '-' and for one of this process.

    One of another process is a path such as /proc/17/fd/1.  None for all other names.
    """
    if name == STANDARD:
        return "1"
    path = Path(name).absolute()
    for _ in range(_MAX_LINKS):
        # The last link is followed by hand: behind it stands the file, and no longer how it is reached.
        folder, last = os.path.realpath(path.parent), path.name
        if match := _DESCRIPTORS.fullmatch(folder):
            return last if match["process"] in (None, str(os.getpid())) and last.isdecimal() else f"{folder}/{last}"
        try:
            path = Path(folder, Path(folder, last).readlink())
        except OSError:
            return None
    return None


def identity(name: str, standard: int = 0) -> tuple[int, int] | None:
    """The device and inode of a regular file: equal for two names of one file.

    `standard` is the descriptor that '-' stands for.  None for what does not exist and for pipes, terminals, devices.
    """
    status = _status(name, standard)
    return status and (status.st_dev, status.st_ino)


def size(name: str) -> int | None:
    """The size in bytes of a regular file; None for what does not exist and for pipes, terminals, devices."""
    status = _status(name, 0)
    return status and status.st_size


def display_name(name: str) -> str:
    """What an input is called in messages and errors: 'stdin' for '-', and undecodable bytes as U+FFFD."""
    return "stdin" if name == STANDARD else printable(name)


def visible(text: str) -> str:
    """The text for a terminal: control characters, which could be commands to it, become JSON's escapes for them."""
    return printable(_CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def tell(message: str) -> None:
    """Prints a message, of one line or several, to standard error.

    Where that is closed or full the message is lost, and whatever it tells of goes on.
    """
    lines = (visible(line) for line in message.split("\n"))
    with suppress(OSError, ValueError):
        # Without standard error, `print` would take standard output.
        if sys.stderr is not None:
            print("\n".join(lines), file=sys.stderr, flush=True)


def explain(error: BaseException) -> str:
    """Why reading or writing failed, without the name of the file: "No such file or directory"."""
    return (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__


def _status(name: str, standard: int) -> os.stat_result | None:
    with suppress(OSError):
        status = os.fstat(standard) if name == STANDARD else Path(name).stat()
        if stat.S_ISREG(status.st_mode):
            return status
    return None


def frame_compressor(name: str) -> Callable[[bytes], bytes] | None:
    """The function that compresses bytes into a frame, for names that end in .gz or .zst; None for a plain file.

    Frames can be concatenated: gzip and zstd read them as one file.  The same bytes always make the same frame.
    """
    if name.endswith(".gz"):
        return lambda data: gzip.compress(data, _GZIP_LEVEL, mtime=0)
    if name.endswith((".zst", ".zstd")):
        return zstandard.ZstdCompressor(write_checksum=True).compress
    return None


def write(name: str, data: bytes) -> None:
    """Writes a whole file, or to standard output for '-'.

    A file is replaced at once by one with all of `data`, or left as it was; pipes and devices are written to directly.
    Raises OSError if it cannot be written.
    """
    if in_place(name):
        with open_in_place(name) as file:
            write_all(file.fileno(), data)
        return
    path = resolved(name)
    opened, temporary = tempfile.mkstemp(prefix=".extractor-", dir=path.parent)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o666 & ~_umask())
        give_name(Path(temporary), path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def open_in_place(name: str) -> BinaryIO:
    """Opens a stream for unbuffered writing behind what it holds.  Raises OSError if it cannot be opened."""
    held = descriptor(name)
    if held is not None and held.isdecimal():
        return open(int(held), "wb", 0, closefd=False)
    # Not "ab", which looks for the end at once: a pipe has none.
    return os.fdopen(os.open(name, os.O_WRONLY | os.O_APPEND), "wb", 0)


def write_all(descriptor: int, data: bytes) -> None:
    """Writes all of the bytes to an open file.  Raises OSError if they cannot be written."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def give_name(finished: Path, path: Path) -> None:
    """Renames a finished file to `path`, replacing a file there and taking over its permissions.

    Both the content and the name are synced to the disk, so that they survive a power cut.  Raises OSError.
    """
    descriptor = os.open(finished, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if path.exists():
        finished.chmod(path.stat().st_mode & 0o7777)
    finished.replace(path)
    # Some systems do not let a folder be opened.
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
