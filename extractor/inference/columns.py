"""Categorical features of tokens as columns of numbers, and the table of their embeddings."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate, repeat
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from extractor.inference import kernels
from extractor.inference.kernels import Floats, Ints

BUCKETS = (0, 1, 2, 3, 4, 6, 9, 14, 22, 35, 60, 120)
_PLACES = tuple(f"{before}/{after}" for before in range(5) for after in range(4))
# Distances to other words, in stretches: "-2" is one of the second stretch to the left.
DISTANCES = tuple(map(str, range(-len(BUCKETS), len(BUCKETS) + 1)))


class Column(NamedTuple):
    """A value a word: that of word i is `values[codes[i]]`."""

    codes: Ints
    values: Sequence[str]

    def of_words(self) -> list[str]:
        """The values of the words in order."""
        return [self.values[code] for code in self.codes.tolist()]


class Painted:
    """A column under work: all words have the value "", stretches of them are given others."""

    def __init__(self, length: int) -> None:
        self._codes = np.zeros(length, dtype=np.int64)
        self._numbers = {"": 0}

    def paint(self, start: int, end: int, value: str) -> None:
        """Gives words [start, end) the value, over what they had."""
        self._codes[start:end] = self._numbers.setdefault(value, len(self._numbers))

    def column(self) -> Column:
        """The column as it is now."""
        return Column(self._codes, tuple(self._numbers))


class Columns:
    """What a network reads of each word in named columns: of every value in them a row of one table.

    `vocabularies` number the values of each column from 1; 0 is any other value.
    """

    def __init__(self, table: Floats, vocabularies: Mapping[str, Mapping[str, int]]) -> None:
        self._table = table
        self._vocabularies = vocabularies
        # The row of 0 in each column.
        self._first = np.array([0, *accumulate(len(vocabulary) + 1 for vocabulary in vocabularies.values())][:-1])
        # The values that each column had the last time, which in many are always the same, with their numbers.
        self._last: dict[str, tuple[Sequence[str], Ints]] = {}

    def ids(self, columns: Mapping[str, Column], numbered: Mapping[str, Ints] = MappingProxyType({})) -> Ints:
        """The values as numbers, (words, columns); of some columns the words' numbers may be known already."""
        rows = [
            numbered[name] if name in numbered else self._numbers(name, columns[name].values).take(columns[name].codes)
            for name in self._vocabularies
        ]
        return np.array(rows).T

    def _numbers(self, name: str, values: Sequence[str]) -> Ints:
        last = self._last.get(name)
        if last is None or last[0] is not values:
            numbers = np.array(list(map(self._vocabularies[name].get, values, repeat(0))), dtype=np.int64)
            last = self._last[name] = values, numbers
        return last[1]

    def add(self, x: Floats, ids: Ints) -> None:
        """Adds to the words' rows `x` what their values give."""
        if kernels.available and kernels.fit(x.shape[1]):
            kernels.add_rows(x, self._table, np.ascontiguousarray(ids), self._first)
            return
        rows = np.empty_like(x)
        for column in (ids + self._first).T:
            # No index is out of bounds; only where NumPy need not raise for one does it write to `out` at once.
            np.take(self._table, column, axis=0, out=rows, mode="clip")
            x += rows


def bucket(number: int) -> int:
    """The number of the stretch of `BUCKETS` that a count or a distance falls in: networks see no more of it."""
    return bisect_right(BUCKETS, number)


def places(lengths: Sequence[int]) -> Column:
    """The place of each word in its sentence: "2/3" has two words before it, at least three after."""
    ends = np.cumsum(lengths)
    words = np.arange(ends[-1])
    before = np.minimum(words - np.repeat(ends - lengths, lengths), 4)
    after = np.minimum(np.repeat(ends, lengths) - 1 - words, 3)
    return Column(before * 4 + after, _PLACES)


def distances(steps: Ints) -> Ints:
    """The number of each distance among `DISTANCES`."""
    return np.sign(steps) * np.searchsorted(BUCKETS, np.abs(steps), side="right") + len(BUCKETS)
