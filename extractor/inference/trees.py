"""Predictions of gradient-boosted regression trees, as `training/boosting.py` grows them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain, pairwise, repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Features = dict[str, float]


class Node(NamedTuple):
    """A node of a tree.

    An inner node leads to the node `yes` of its tree if the feature is at most the threshold, else to the node `no`.  A
    leaf, whose `yes` is 0, adds its `value` to the log-odds.  Node 0 is the root.
    """

    feature: str
    threshold: float
    yes: int
    no: int
    value: float


class Ensembles:
    """Several ensembles, evaluated together.

    Each is a sequence of trees, a tree a sequence of nodes.  The sum of the leaves that an object reaches in the trees
    of an ensemble is the log-odds that the ensemble predicts.  `features` are the names
    of what the trees ask for.
    """

    def __init__(self, ensembles: Sequence[Sequence[Sequence[Node]]]) -> None:
        trees = [tree for ensemble in ensembles for tree in ensemble]
        self._bounds = list(pairwise(accumulate(map(len, ensembles), initial=0)))
        roots = list(accumulate(map(len, trees[:-1]), initial=0))
        nodes = [
            (root, number, node) for root, tree in zip(roots, trees, strict=True) for number, node in enumerate(tree)
        ]
        columns = {name: i for i, name in enumerate(dict.fromkeys(node.feature for _, _, node in nodes))}
        self.features = list(columns)
        self._roots = np.array(roots)
        self._column = np.array([columns[node.feature] for _, _, node in nodes])
        self._threshold = np.array([node.threshold for _, _, node in nodes])
        # The next node on "no" and on "yes"; a leaf leads to itself, so that all trees are walked for the same number
        # of steps.
        self._next = np.array([root + (to or number) for root, number, node in nodes for to in (node.no, node.yes)])
        self._value = np.array([node.value for _, _, node in nodes])
        self._depth = max(map(_depth, trees))

    def __call__(self, objects: Sequence[Features]) -> list[list[float]]:
        """Returns for each ensemble the probability for each object; a feature that an object lacks is 0."""
        numbers = chain.from_iterable([map(features.get, self.features, repeat(0.0)) for features in objects])
        shape = len(objects), len(self.features)
        return self.of_rows(np.fromiter(numbers, float, shape[0] * shape[1]).reshape(shape))

    def of_rows(self, objects: npt.NDArray[np.float64]) -> list[list[float]]:
        """Returns the same for objects as an array, (objects, features) in the order of `features`."""
        size, width = objects.shape
        x = objects.ravel()
        rows = np.repeat(np.arange(0, size * width, width), len(self._roots))
        here = np.tile(self._roots, size)
        for _ in range(self._depth):
            below = x.take(rows + self._column.take(here)) <= self._threshold.take(here)
            here = self._next.take(2 * here + below)
        values = self._value.take(here).reshape(size, len(self._roots))
        odds = [values[:, start:end].sum(axis=1) for start, end in self._bounds]
        return [(1 / (1 + np.exp(-sums))).tolist() for sums in odds]


def _depth(tree: Sequence[Node], at: int = 0) -> int:
    """Returns the largest number of inner nodes on a way from the node `at` to a leaf."""
    node = tree[at]
    return 1 + max(_depth(tree, node.yes), _depth(tree, node.no)) if node.yes else 0
