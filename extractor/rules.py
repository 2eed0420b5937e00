"""Rules with names: the finders and criteria of a stage as a list that can be read, traced and priced.

A stage that works by rules keeps them in module constants, tuples of `Rule` in the order in which they apply, and goes
through them by name; what a rule finds carries its name.  `python -m training.price` runs the corpora with each rule of
these tuples left out and prints what it gains and costs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Rule(Generic[Function]):
    """A function with the name that its finds carry; no two rules of the package have one name."""

    name: str
    apply: Function
