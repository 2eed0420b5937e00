"""When Python looks for garbage in cycles: not while a text is read."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def uncollected(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """`function` with no garbage collection while it runs, if there was one before.

    Every so many new objects Python walks those that live for cycles that nothing refers to.  A text makes tens of
    thousands that live until its record is done and are freed by their reference counts: to walk them again and again
    took a sixth of the time.  Mercurial does the same (`util.nogc`).
    """

    @wraps(function)
    def called(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        if not gc.isenabled():
            return function(*arguments, **named)
        gc.disable()
        try:
            return function(*arguments, **named)
        finally:
            gc.enable()

    return called
