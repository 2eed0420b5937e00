"""The forward pass of the project's own networks, which label every word of a document, in NumPy and, faster, in C.

A network is a stack of blocks with residuals over the rows of a document's words: convolutions, gated averages
that run over the whole document in both directions, and the mean of the words of one stem.  `training/layers.py`
trains the same blocks and writes their arrays.  NumPy says here what they do; `kernels.py` does the same compiled.

Those arrays are rearranged once, so that little but matrix products remains.  A block reads the words' rows with
mean zero and variance one: each matrix that adds to the rows is made to add nothing to their means, and scale and
shift of the norm go into the matrix that reads them, biases too, by a column of ones beside the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Protocol

import numpy as np

from extractor.inference import kernels
from extractor.inference.kernels import Floats, Ints

# A label that a network is this sure of needs no search; scores below this forbid that one label follows another.
_SURE, _FORBIDDEN = 0.98, -50
# Running averages go so many words in steps of one, at all places of the document at once.
_STRIDE = 16


class Stack:
    """Blocks and the labels at their end; `weights` are arrays by name, as `training/layers.py` gives them."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        names = sorted({name.split(".")[0] for name in weights if name[0].isdigit()})
        self._blocks = [_block(_under(weights, name)) for name in names]
        self._labels = _read(_under(weights, "norm"), weights["labels.weight"], weights["labels.bias"])
        parts = [block.part() for block in self._blocks]
        fit = kernels.available and kernels.fit(len(self._labels) - 1, [part.size for part in parts])
        self._compiled = kernels.Stack(parts, self._labels) if fit else None

    def __call__(self, x: Floats, heads: Ints, groups: Ints | None = None) -> Floats:
        """The scores of all labels, (words, labels).

        `x` are the words' rows, which are changed in place, `heads` the index of each word's head (its own
        for a root); words of one number in `groups` are one stem (numbered from 0 on without
        a gap; only a block of stems reads them).
        """
        if self._compiled is not None:
            return self._compiled(x, heads, groups)
        x -= x.mean(axis=1, keepdims=True)
        for block in self._blocks:
            block(x, _rows(x), heads, groups)
        scores: Floats = _rows(x) @ self._labels
        return scores


class _Block(Protocol):
    def __call__(self, x: Floats, rows: Floats, heads: Ints, groups: Ints | None) -> None:
        """Adds to `x` what the block makes of the `rows` of `_rows`."""

    def part(self) -> kernels.Part:
        """The block for the compiled stack."""


class _Convolution:
    """Each word with those `dilation` before and after it, and with its head in syntax."""

    def __init__(self, w: Mapping[str, Floats]) -> None:
        self._step = int(w["dilation"])
        before, here, after = w["taps"]
        norm = _under(w, "norm")
        self._taps = np.stack((_read(norm, before), _read(norm, here, w["bias"]), _read(norm, after)))
        self._head = _read(norm, w["head"]) if "head" in w else None
        self._out, self._bias = _written(w)

    def __call__(self, x: Floats, rows: Floats, heads: Ints, groups: Ints | None) -> None:
        before, here, after = self._taps
        step = self._step
        y = rows @ here
        y[step:] += rows[:-step] @ before
        y[:-step] += rows[step:] @ after
        if self._head is not None:
            y += (rows @ self._head)[heads]
        x += np.maximum(y, 0, out=y) @ self._out
        x += self._bias

    def part(self) -> kernels.Part:
        """The block for the compiled stack."""
        step, head = self._step, self._head
        return kernels.Part(kernels.CONVOLUTION, self._taps, self._out, self._bias, head, dilation=step)


class _Stems:
    """Each word with the mean of all words of its stem in the document."""

    def __init__(self, w: Mapping[str, Floats]) -> None:
        norm = _under(w, "norm")
        self._here, self._stem = _read(norm, w["here"], w["bias"]), _read(norm, w["stem"])
        self._out, self._bias = _written(w)

    def __call__(self, x: Floats, rows: Floats, heads: Ints, groups: Ints | None) -> None:
        assert groups is not None
        counts = np.bincount(groups)
        order, starts = np.argsort(groups, kind="stable"), np.cumsum(counts) - counts
        means = np.add.reduceat(rows[order], starts) / counts[:, np.newaxis].astype(np.float32)
        y = rows @ self._here
        y += (means @ self._stem)[groups]
        x += np.maximum(y, 0, out=y) @ self._out
        x += self._bias

    def part(self) -> kernels.Part:
        """The block for the compiled stack."""
        return kernels.Part(kernels.STEMS, self._here, self._out, self._bias, stem=self._stem)


class _Average:
    """Two gated running averages over the whole document, one forth, one back.

    average = (1 - gate) * the average one word before + gate * value.
    """

    def __init__(self, w: Mapping[str, Floats]) -> None:
        norm = _under(w, "norm")
        gate = _read(norm, w["gate.weight"], w["gate.bias"])
        value = _read(norm, w["value.weight"], w["value.bias"])
        # (gate and value, forth and back, row, average)
        self._weight = np.array([np.split(gate, 2, axis=1), np.split(value, 2, axis=1)])
        out, self._bias = _written(w)
        self._out = np.array(np.split(out, 2))

    def __call__(self, x: Floats, rows: Floats, heads: Ints, groups: Ints | None) -> None:
        length, width = rows.shape
        runs = -(-length // _STRIDE)
        # Both ways, and in each the first words of all runs together, then the second ones, …; zeros at the end.
        both = np.zeros((2, runs * _STRIDE, width), dtype=np.float32)
        both[0, :length], both[1, :length] = rows, rows[::-1]
        both = both.reshape(2, runs, _STRIDE, width).swapaxes(1, 2).reshape(2, -1, width)
        gates = both @ self._weight
        keep, value = gates
        # 1 - gate is 1 / (1 + exp(…)).
        with np.errstate(over="ignore"):
            np.exp(keep, out=keep)
        keep += 1
        np.divide(np.float32(1), keep, out=keep)
        value *= 1 - keep
        y = _running(*gates.reshape(2, 2, _STRIDE, runs, -1)).reshape(2, _STRIDE * runs, -1) @ self._out
        forth, back = y.reshape(2, _STRIDE, runs, -1).swapaxes(1, 2).reshape(2, _STRIDE * runs, -1)[:, :length]
        x += forth
        x += back[::-1]
        x += self._bias

    def part(self) -> kernels.Part:
        """The block for the compiled stack."""
        weight = np.concatenate([*self._weight[0], *self._weight[1]], axis=1)
        size = self._out.shape[1]
        out = self._out.reshape(2 * size, -1)
        return kernels.Part(kernels.AVERAGE, weight, out, self._bias, size=size)


def _running(keep: Floats, values: Floats) -> Floats:
    """average[t] = keep[t] * average[t - 1] + value[t], in place of the values; (ways, stride, runs, averages)."""
    for step in range(1, _STRIDE):
        values[:, step] += keep[:, step] * values[:, step - 1]
        keep[:, step] *= keep[:, step - 1]
    # What each run takes over from the one before.
    taken = np.zeros_like(values[:, 0])
    run = taken[:, 0]
    ends = zip(keep[:, -1].swapaxes(0, 1), values[:, -1].swapaxes(0, 1), taken[:, 1:].swapaxes(0, 1), strict=False)
    for kept, value, after in ends:
        np.multiply(kept, run, out=after)
        after += value
        run = after
    keep *= taken[:, np.newaxis]
    values += keep
    return values


def _block(weights: Mapping[str, Floats]) -> _Block:
    if "gate.weight" in weights:
        return _Average(weights)
    return _Stems(weights) if "stem" in weights else _Convolution(weights)


def _under(weights: Mapping[str, Floats], name: str) -> dict[str, Floats]:
    """The arrays whose names begin with `name` and a point, by the rest of their names."""
    return {key.removeprefix(f"{name}."): array for key, array in weights.items() if key.startswith(f"{name}.")}


def _rows(x: Floats) -> Floats:
    """Rows of mean zero with variance one, and a column of ones beside them, as `_read` weights read them."""
    rows = np.empty((len(x), x.shape[1] + 1), dtype=np.float32)
    rows[:, -1] = 1
    variance = np.einsum("ij,ij->i", x, x)
    variance /= x.shape[1]
    variance += np.float32(1e-5)
    np.divide(x, np.sqrt(variance, out=variance)[:, np.newaxis], out=rows[:, :-1])
    return rows


def _read(norm: Mapping[str, Floats], weight: Floats, bias: Floats | float = 0) -> Floats:
    """Weights that read rows before `norm` scales and shifts them; the bias is that of their column of ones."""
    return np.vstack((norm["scale"][:, np.newaxis] * weight, norm["shift"] @ weight + bias))


def _written(w: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """Weights and bias of what a block adds to the words' rows, without what they add to a row's mean."""
    weight, bias = w["out.weight"], w["out.bias"]
    return weight - weight.mean(axis=1, keepdims=True), bias - bias.mean()


def best_path(probabilities: Floats, transitions: Floats) -> Ints:
    """The likeliest sequence of labels under scores of what follows what; label 0 stands before the text and after it.

    Where the network is as good as certain of a label, and it may follow the one before, it is taken as given.
    """
    if kernels.available:
        return kernels.best_path(probabilities, transitions, _SURE, _FORBIDDEN)
    path: Ints = probabilities.argmax(axis=1)
    sure = probabilities.max(axis=1) >= _SURE
    # What is given before a word and after it.
    given = np.concatenate(([0], path, [0]))
    barred = transitions[given[:-1], given[1:]] < _FORBIDDEN
    sure[barred[:-1]] = sure[barred[1:]] = False
    unsure = np.flatnonzero(~sure)
    if not len(unsure):
        return path
    # Stretches of unsure words, the longest first: all go on together from word to word, so many at each step.
    starts = np.flatnonzero(np.diff(unsure, prepend=-2) > 1)
    lengths = np.diff(starts, append=len(unsure))
    order = np.argsort(-lengths, kind="stable")
    starts, lengths = starts[order], lengths[order]
    going = np.searchsorted(-lengths, -np.arange(lengths[0])).tolist()
    rows = np.log(probabilities[unsure] + np.float32(1e-9))
    score = rows[starts] + transitions[given[unsure[starts]]]
    # The scores of the best paths to each word's labels, (stretches, labels) a step.
    scores = [score]
    from_label = transitions[:, np.newaxis]
    for step, count in enumerate(going[1:], 1):
        score = (score[:count].T[:, :, np.newaxis] + from_label).max(0)
        score += rows[starts[:count] + step]
        scores.append(score)
    to_label = np.ascontiguousarray(transitions.T)
    labels = given[unsure[starts + lengths - 1] + 2]
    for step in range(len(going) - 1, -1, -1):
        count = going[step]
        labels[:count] = (scores[step] + to_label[labels[:count]]).argmax(1)
        path[unsure[starts[:count] + step]] = labels[:count]
    return path


def softmax(x: Floats, sizes: Sequence[int] | None = None) -> Floats:
    """Scores as probabilities, a row a word; with `sizes` in groups of so many labels, each by itself."""
    sizes = (x.shape[1],) if sizes is None else sizes
    if kernels.available:
        return kernels.softmax(x, np.array(sizes))
    starts = [0, *accumulate(sizes)][:-1]
    x = np.exp(x - np.repeat(np.maximum.reduceat(x, starts, axis=1), sizes, axis=1))
    x /= np.repeat(np.add.reduceat(x, starts, axis=1), sizes, axis=1)
    return x
