"""Ensembles of regression trees: the forward pass."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain, pairwise, repeat
from typing import NamedTuple

import numpy as np

Features = dict[str, float]


class Node(NamedTuple):
    """A node of a tree: asks whether a feature is at most a threshold and goes to one of two nodes of its tree, or,
    as a leaf (`yes` is 0), gives its value.
    """

    feature: str
    threshold: float
    yes: int
    no: int
    value: float


class Ensembles:
    """Ensembles of trees, walked all at once; the sum of an ensemble's trees is the log-odds of what it judges."""

    def __init__(self, ensembles: Sequence[Sequence[Sequence[Node]]]) -> None:
        trees = [tree for ensemble in ensembles for tree in ensemble]
        self._bounds = list(pairwise(accumulate(map(len, ensembles), initial=0)))
        roots = list(accumulate(map(len, trees[:-1]), initial=0))
        nodes = [
            (root, number, node) for root, tree in zip(roots, trees, strict=True) for number, node in enumerate(tree)
        ]
        columns = {name: i for i, name in enumerate(dict.fromkeys(node.feature for _, _, node in nodes))}
        self._features = list(columns)
        self._roots = np.array(roots)
        self._column = np.array([columns[node.feature] for _, _, node in nodes])
        self._threshold = np.array([node.threshold for _, _, node in nodes])
        # Where each node leads, on "no" and on "yes"; a leaf to itself, so that all trees may be walked the same number
        # of steps.
        self._next = np.array([root + (to or number) for root, number, node in nodes for to in (node.no, node.yes)])
        self._value = np.array([node.value for _, _, node in nodes])
        self._depth = max(map(_depth, trees))

    def __call__(self, described: Sequence[Features]) -> list[list[float]]:
        """By ensemble the probability for each of what is described; a feature that is not named is 0."""
        size, width = len(described), len(self._features)
        numbers = chain.from_iterable([map(features.get, self._features, repeat(0.0)) for features in described])
        x = np.fromiter(numbers, float, size * width)
        rows = np.repeat(np.arange(0, size * width, width), len(self._roots))
        here = np.tile(self._roots, size)
        for _ in range(self._depth):
            below = x.take(rows + self._column.take(here)) <= self._threshold.take(here)
            here = self._next.take(2 * here + below)
        values = self._value.take(here).reshape(size, -1)
        odds = [values[:, start:end].sum(axis=1) for start, end in self._bounds]
        return [(1 / (1 + np.exp(-sums))).tolist() for sums in odds]


def _depth(tree: Sequence[Node], at: int = 0) -> int:
    """How many questions a tree asks at most."""
    node = tree[at]
    return 1 + max(_depth(tree, node.yes), _depth(tree, node.no)) if node.yes else 0
