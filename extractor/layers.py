"""The forward pass of the project's own networks, which label every word of a document, in NumPy.

A network is a stack of blocks with residuals over the rows of a document's words: convolutions as shifted
matrix products, gated averages that run over the whole document in both directions, and the mean of the
words of one stem.  `training/layers.py` trains the same blocks and writes their arrays.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from extractor.networks import Floats, Ints

# Where a network is this sure of label 0, the search for the best labels may part.
_SURE = 0.998


class Stack:
    """Blocks and the labels at their end; `weights` are arrays by name, as `training/layers.py` gives them."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self._weights = weights
        self._blocks = sorted({name.split(".")[0] for name in weights if name[0].isdigit()})

    def __call__(self, x: Floats, heads: Ints, groups: Ints | None = None) -> Floats:
        """The scores of all labels, (words, labels).

        `x` are the words' rows, which are changed in place, `heads` the index of each word's head (its own
        for a root); words of one number in `groups` are one stem (numbered from 0 on without
        a gap; only a block of stems reads them).
        """
        w = self._weights
        for block in self._blocks:
            rows = normal(x, w[f"{block}.norm.scale"], w[f"{block}.norm.shift"])
            if f"{block}.gate.weight" in w:
                y = self._average(block, rows)
            elif groups is not None and f"{block}.stem" in w:
                y = self._stems(block, rows, groups)
            else:
                y = self._convolution(block, rows, heads)
            x += y @ w[f"{block}.out.weight"]
            x += w[f"{block}.out.bias"]
        scores: Floats = normal(x, w["norm.scale"], w["norm.shift"]) @ w["labels.weight"] + w["labels.bias"]
        return scores

    def _convolution(self, block: str, x: Floats, heads: Ints) -> Floats:
        """Each word with those `dilation` before and after it, and with its head in syntax."""
        w = self._weights
        step = int(w[f"{block}.dilation"])
        before, here, after = w[f"{block}.taps"]
        y: Floats = x @ here
        y[step:] += x[:-step] @ before
        y[:-step] += x[step:] @ after
        if f"{block}.head" in w:
            y += (x @ w[f"{block}.head"])[heads]
        y += w[f"{block}.bias"]
        np.maximum(y, 0, out=y)
        return y

    def _stems(self, block: str, x: Floats, groups: Ints) -> Floats:
        """Each word with the mean of all words of its stem in the document."""
        w = self._weights
        counts = np.bincount(groups)
        order, starts = np.argsort(groups, kind="stable"), np.cumsum(counts) - counts
        means = np.add.reduceat(x[order], starts) / counts[:, np.newaxis].astype(np.float32)
        y: Floats = x @ w[f"{block}.here"]
        y += (means @ w[f"{block}.stem"])[groups]
        y += w[f"{block}.bias"]
        np.maximum(y, 0, out=y)
        return y

    def _average(self, block: str, x: Floats) -> Floats:
        """Two gated running averages over the whole document, one forth, one back."""
        w = self._weights
        gate = _sigmoid(x @ w[f"{block}.gate.weight"] + w[f"{block}.gate.bias"])
        value: Floats = np.tanh(x @ w[f"{block}.value.weight"] + w[f"{block}.value.bias"])
        half = gate.shape[1] // 2
        # The second half runs backwards, so that one loop over the words serves both.
        value *= gate
        keep = 1 - gate
        value[:, half:], keep[:, half:] = value[::-1, half:].copy(), keep[::-1, half:].copy()
        last = value[0]
        for row, kept in zip(value[1:], keep[1:], strict=True):
            kept *= last
            row += kept
            last = row
        value[:, half:] = value[::-1, half:].copy()
        return value


def ids(table: Mapping[str, list[str]], vocabularies: Mapping[str, Mapping[str, int]]) -> Ints:
    """The columns as numbers, (words, columns): 0 for what the vocabulary lacks."""
    rows = [[vocabulary.get(value, 0) for value in table[name]] for name, vocabulary in vocabularies.items()]
    return np.array(rows, dtype=np.int64).T


def best_path(probabilities: Floats, transitions: Floats) -> Ints:
    """The likeliest sequence of labels under scores of what follows what; 0 where that is as good as certain."""
    path = np.zeros(len(probabilities), dtype=np.int64)
    unsure = np.flatnonzero(probabilities[:, 0] < _SURE)
    for stretch in np.split(unsure, np.flatnonzero(np.diff(unsure) > 1) + 1):
        if len(stretch):
            path[stretch] = _viterbi(np.log(probabilities[stretch] + np.float32(1e-9)), transitions)
    return path


def _viterbi(scores: Floats, transitions: Floats) -> list[int]:
    """The best path through a stretch of (words, labels) scores, with label 0 before and after it."""
    from_label = np.ascontiguousarray(transitions.T)
    score = scores[0] + transitions[0]
    back = []
    for row in scores[1:]:
        paths = from_label + score
        back.append(paths.argmax(1))
        score = paths.max(1) + row
    path = [int((score + transitions[:, 0]).argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


def normal(x: Floats, scale: Floats, shift: Floats) -> Floats:
    """Rows of mean zero and variance one, then scaled and shifted."""
    x = x - x.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x) / x.shape[1]
    x /= np.sqrt(variance + np.float32(1e-5))[:, np.newaxis]
    x *= scale
    x += shift
    return x


def softmax(x: Floats) -> Floats:
    """Scores as probabilities, a row a word."""
    x = np.exp(x - x.max(axis=1, keepdims=True))
    x /= x.sum(axis=1, keepdims=True)
    return x


def _sigmoid(x: Floats) -> Floats:
    x *= 0.5
    np.tanh(x, out=x)
    x += 1
    x *= 0.5
    return x
