"""Gradient-boosted regression trees for a yes or no: a few hundred small trees over histograms of the features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Bits = npt.NDArray[np.bool_]

_BINS = 32


@dataclass(frozen=True)
class Settings:
    """How the trees grow: how many, how deep, what part of each is taken, what share of columns and rows it sees,
    how many rows' weight a leaf must hold, and what pulls the leaves to 0.
    """

    trees: int = 150
    depth: int = 4
    rate: float = 0.06
    columns: float = 0.4
    rows: float = 0.7
    least: float = 4.0
    penalty: float = 8.0


@dataclass
class Tree:
    """Nodes in the order of growth: column and threshold of the question, where yes and no lead (0: a leaf), value."""

    columns: list[int]
    thresholds: list[float]
    yes: list[int]
    no: list[int]
    values: list[float]

    def __call__(self, x: Matrix) -> Matrix:
        """The value for each row."""
        nodes = np.zeros(len(x), dtype=np.int64)
        columns, thresholds = np.array(self.columns), np.array(self.thresholds)
        yes, no = np.array(self.yes), np.array(self.no)
        while (inner := np.flatnonzero(yes[nodes])).size:
            at = nodes[inner]
            nodes[inner] = np.where(x[inner, columns[at]] <= thresholds[at], yes[at], no[at])
        return np.array(self.values)[nodes]


def fit(x: Matrix, labels: Bits, settings: Settings, seed: int) -> list[Tree]:
    """The trees whose sum is the log-odds that a row of `x` is labelled true; the first is one leaf, the mean."""
    rng = np.random.default_rng(seed)
    cuts = [_cuts(column) for column in x.T]
    bins = np.stack([np.searchsorted(cut, column) for cut, column in zip(cuts, x.T, strict=True)], axis=1)
    mean = labels.mean()
    trees = [Tree([0], [0.0], [0], [0], [float(np.log(mean / (1 - mean)))])]
    scores = trees[0](x)
    for _ in range(settings.trees):
        p = 1 / (1 + np.exp(-scores))
        rows = np.flatnonzero(rng.random(len(x)) < settings.rows)
        columns = rng.permutation(x.shape[1])[: max(1, round(x.shape[1] * settings.columns))]
        tree = _grow(bins, cuts, labels - p, p * (1 - p), rows, columns, settings)
        trees.append(tree)
        scores += tree(x)
    return trees


def predict(trees: Sequence[Tree], x: Matrix) -> Matrix:
    """The log-odds of each row."""
    return np.sum([tree(x) for tree in trees], axis=0)


def _cuts(column: Matrix) -> Matrix:
    """Thresholds between the values of a column: all of them, or by quantiles where there are many."""
    values = np.unique(column)
    if len(values) > _BINS:
        values = np.unique(np.quantile(column, np.linspace(0, 1, _BINS), method="nearest"))
    return (values[1:] + values[:-1]) / 2


def _grow(
    bins: npt.NDArray[np.int64],
    cuts: Sequence[Matrix],
    gradient: Matrix,
    weight: Matrix,
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
    settings: Settings,
) -> Tree:
    tree = Tree([], [], [], [], [])

    def node(rows: npt.NDArray[np.int64], depth: int) -> int:
        number = len(tree.values)
        g, w = gradient[rows], weight[rows]
        tree.columns.append(0)
        tree.thresholds.append(0.0)
        tree.yes.append(0)
        tree.no.append(0)
        tree.values.append(settings.rate * float(g.sum() / (w.sum() + settings.penalty)))
        found = _split(bins[np.ix_(rows, columns)], g, w, settings) if depth else None
        if found is not None:
            column, cut = int(columns[found[0]]), found[1]
            below = bins[rows, column] <= cut
            tree.columns[number], tree.thresholds[number] = column, float(cuts[column][cut])
            tree.yes[number] = node(rows[below], depth - 1)
            tree.no[number] = node(rows[~below], depth - 1)
        return number

    node(rows, settings.depth)
    return tree


def _split(bins: npt.NDArray[np.int64], gradient: Matrix, weight: Matrix, settings: Settings) -> tuple[int, int] | None:
    """The column and the bin up to which "yes" goes that part the rows best; None where nothing is gained."""
    count = bins.shape[1]
    flat = (bins + np.arange(count) * _BINS).ravel()

    def below(numbers: Matrix) -> Matrix:
        totals = np.bincount(flat, np.repeat(numbers, count), minlength=count * _BINS)
        return totals.reshape(count, _BINS).cumsum(axis=1)

    g, w = below(gradient), below(weight)
    g_all, w_all = gradient.sum(), weight.sum()
    gain = g**2 / (w + settings.penalty) + (g_all - g) ** 2 / (w_all - w + settings.penalty)
    gain[(w < settings.least) | (w_all - w < settings.least)] = 0
    best = int(gain.argmax())
    if gain.flat[best] <= g_all**2 / (w_all + settings.penalty) + 1e-9:
        return None
    return best // _BINS, best % _BINS
