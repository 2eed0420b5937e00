"""The command as a process, `extractor` or `python -m extractor`: what has to be done before its modules are there."""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import NoReturn

_INTERRUPTED = 130


def main() -> None:
    """Runs the command."""
    # Importing takes half a second: Ctrl-C in it would show a traceback.  What is ignored stays ignored.
    waiting = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if waiting:
        signal.signal(signal.SIGINT, _leave)
    _open_standard_streams()
    from extractor import cli

    if waiting:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    cli.main()


def _leave(*_: object) -> NoReturn:
    os._exit(_INTERRUPTED)


def _open_standard_streams() -> None:
    """Puts the null device in the place of standard streams that are closed.

    A file that is opened later would else get the number of one, and Python print messages to standard output.
    Reading the input and writing the output fail; messages are dropped.
    """
    for descriptor, flag in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError as error:
            if error.errno != errno.EBADF:
                raise
            # The lowest number that is free is that one.
            os.open(os.devnull, flag)
            os.set_inheritable(descriptor, True)
    # Of a stream that was closed Python has made None.
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115


if __name__ == "__main__":
    main()
