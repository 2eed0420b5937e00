"""The tokens that quotes found earlier hold already."""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple


class Claimed(NamedTuple):
    """The indexes of the tokens that are content of direct quotes, and of the reports found so far."""

    direct: Set[int]
    reported: Set[int]
