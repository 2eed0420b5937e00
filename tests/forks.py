"""Forks while another thread is busy, as a web server or a pool of processes may."""

from __future__ import annotations

import os
import signal
import time
import traceback
import warnings
from collections.abc import Callable

# A child that does not end within so many seconds waits for a thread that it does not have.
LIMIT = 30


def in_fork(holds: Callable[[], object]) -> str:
    """Returns how a forked process ended that called a function: "true", "false", "raised" or "hung"."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 advises against what is tested here
        pid = os.fork()
    if pid == 0:
        status = 2
        try:
            status = 0 if holds() else 1
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return ("true", "false", "raised")[os.waitstatus_to_exitcode(status)]
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "hung"
