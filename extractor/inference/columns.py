"""Categorical features of tokens, and their embeddings."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate, repeat
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from extractor.inference import kernels
from extractor.inference.kernels import Floats, Ints

# The first number of each bucket of counts and distances, spaced ever wider: whether a word is one or two tokens away
# matters more than whether it is sixty or sixty-one.  The trained networks and training data depend on the buckets.
BUCKETS = (0, 1, 2, 3, 4, 6, 9, 14, 22, 35, 60, 120)
# Positions in a sentence are told apart up to so many tokens before and after; the same holds for them.
_MOST_BEFORE, _MOST_AFTER = 4, 3
_PLACES = tuple(f"{before}/{after}" for before in range(_MOST_BEFORE + 1) for after in range(_MOST_AFTER + 1))
# The values of signed distances by bucket: "-2" is a distance of the second bucket to the left.
DISTANCES = tuple(map(str, range(-len(BUCKETS), len(BUCKETS) + 1)))


class Column(NamedTuple):
    """A categorical feature per token: the value of token i is `values[codes[i]]`."""

    codes: Ints
    values: Sequence[str]

    def of_words(self) -> list[str]:
        """Returns the value of each token, in order."""
        return [self.values[code] for code in self.codes.tolist()]


class SpanColumn:
    """Builds a categorical feature span by span; a token outside all spans has the value ""."""

    def __init__(self, length: int) -> None:
        self._codes = np.zeros(length, dtype=np.int64)
        self._numbers = {"": 0}

    def fill(self, start: int, end: int, value: str) -> None:
        """Gives the tokens [start, end) a value, in place of the one they had."""
        self._codes[start:end] = self._numbers.setdefault(value, len(self._numbers))

    def column(self) -> Column:
        """Returns the feature as filled so far."""
        return Column(self._codes, tuple(self._numbers))


class EmbeddingTable:
    """Embeddings of several categorical features: one row of a table for each value, summed over the features.

    `vocabularies` number the values of each feature from 1; a value that is not among them has the number 0.  `table`
    has the rows of the first feature (0, 1, …), then those of the next, (values and unknown values of all, width).
    """

    def __init__(self, table: Floats, vocabularies: Mapping[str, Mapping[str, int]]) -> None:
        self._table = table
        self._vocabularies = vocabularies
        # The row of each feature's unknown value.
        self._offsets = np.array([0, *accumulate(len(vocabulary) + 1 for vocabulary in vocabularies.values())][:-1])
        # The values that each feature had in the last text, with their numbers: for many it is the same tuple always.
        self._last: dict[str, tuple[Sequence[str], Ints]] = {}

    def ids(self, columns: Mapping[str, Column], numbered: Mapping[str, Ints] = MappingProxyType({})) -> Ints:
        """Returns the numbers of the tokens' values, (tokens, features), in the order of the vocabularies.

        `numbered` has features of which the numbers are known already, one per token; `columns` has all others.
        """
        rows = [
            numbered[name] if name in numbered else self._numbers(name, columns[name].values).take(columns[name].codes)
            for name in self._vocabularies
        ]
        return np.array(rows).T

    def _numbers(self, name: str, values: Sequence[str]) -> Ints:
        """Returns the numbers of a feature's possible values."""
        last = self._last.get(name)
        if last is None or last[0] is not values:
            numbers = np.array(list(map(self._vocabularies[name].get, values, repeat(0))), dtype=np.int64)
            last = self._last[name] = values, numbers
        return last[1]

    def add(self, x: Floats, ids: Ints) -> None:
        """Adds the embeddings of each token's values to its row of `x`, (tokens, width); `ids` are those of `ids()`."""
        if kernels.available and kernels.supports(x.shape[1]):
            kernels.add_rows(x, self._table, np.ascontiguousarray(ids), self._offsets)
            return
        rows = np.empty_like(x)
        for column in (ids + self._offsets).T:
            # No index is out of bounds, but only with "clip", which never raises, does NumPy write to `out` directly.
            np.take(self._table, column, axis=0, out=rows, mode="clip")
            x += rows


def bucket(number: int) -> int:
    """Returns the bucket of a count or distance from 0 on, numbered from 1; the networks see nothing finer."""
    return bisect_right(BUCKETS, number)


def places(lengths: Sequence[int]) -> Column:
    """Returns the place of each token in its sentence as a feature; `lengths` are the tokens of each sentence.

    "2/3" has two tokens before it and at least three after it.
    """
    ends = np.cumsum(lengths)
    indexes = np.arange(ends[-1])
    before = np.minimum(indexes - np.repeat(ends - lengths, lengths), _MOST_BEFORE)
    after = np.minimum(np.repeat(ends, lengths) - 1 - indexes, _MOST_AFTER)
    return Column(before * (_MOST_AFTER + 1) + after, _PLACES)


def distances(steps: Ints) -> Ints:
    """Returns the index in `DISTANCES` of each signed distance in tokens."""
    return np.sign(steps) * np.searchsorted(BUCKETS, np.abs(steps), side="right") + len(BUCKETS)
