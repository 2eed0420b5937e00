"""The forward pass of the project's own networks, the names and the quotes tagger, over the tokens of a document.

A network is a stack of residual blocks on one row of numbers per token: convolutions, gated running averages over the
whole document in both directions, and means over tokens with the same stem.  `training/layers.py` trains the same
blocks and saves their weights.  This module defines in NumPy what they compute; `kernels.py` computes the same faster,
compiled.

The weights are rearranged when they are loaded, so that little but matrix products remains to be done.  A block reads
the rows after layer normalization: its scale goes into the weights that read them, its shift, like each bias, into the
weight of a constant column of ones.  Whatever is added to the rows is made to have mean zero, so that the normalization
need not subtract a mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Protocol

import numpy as np

from extractor.inference import kernels
from extractor.inference.kernels import Floats, Ints

# `best_path` takes a label of at least this probability as given, which cuts the search into short pieces.  Swept 0.8
# to 0.999 for both taggers on quotes/dev and real/dev: of 98,958 labels 69 differ from the full search at 0.8, 27 at
# 0.9, 2 at 0.95 and 0.97, none from 0.98 on; 0.98 takes 0.03 ms per text, the full search 0.09 ms.
_SURE = 0.98
# A transition with a score below this is forbidden.  The taggers add -100 to the transitions that cannot be; the
# learned ones lie between -5.1 and 1.4, so that any bound from -90 to -10 is the same.
_FORBIDDEN = -50
# The running averages take so many steps one by one, each for all runs of that length in the document at once, and then
# one step per run.  It concerns speed only, and only NumPy.  Swept 1 to 128 with the weights of the names tagger: of
# 300 tokens 1.61, 1.29, 1.13, 1.06, 1.05 (16), 1.12, 1.25, 1.95 ms; of 1,000 it is flat from 8 to 64.
_STRIDE = 16


class Stack:
    """A stack of blocks and a linear layer that scores labels; `weights` are the arrays of `training/layers.py`."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        names = sorted({name.split(".")[0] for name in weights if name[0].isdigit()})
        self._blocks = [_block(_under(weights, name)) for name in names]
        self._labels = _folded(_under(weights, "norm"), weights["labels.weight"], weights["labels.bias"])
        parts = [block.part() for block in self._blocks]
        supported = kernels.available and kernels.supports(len(self._labels) - 1, [part.size for part in parts])
        self._compiled = kernels.Stack(parts, self._labels) if supported else None

    def __call__(self, x: Floats, heads: Ints, groups: Ints | None = None) -> Floats:
        """Returns the scores of all labels, (tokens, labels).

        `x` are the rows of the tokens, (tokens, width), which are overwritten.  `heads` are the indexes of the tokens'
        heads, of the token itself for a root.  `groups` are the numbers of the tokens' stems, from 0 on without a gap;
        only blocks of stems need them.
        """
        if self._compiled is not None:
            return self._compiled(x, heads, groups)
        x -= x.mean(axis=1, keepdims=True)
        for block in self._blocks:
            block(x, _normalized(x), heads, groups)
        scores: Floats = _normalized(x) @ self._labels
        return scores


class _Block(Protocol):
    """A residual block."""

    def __call__(self, x: Floats, rows: Floats, heads: Ints, groups: Ints | None) -> None:
        """Adds the block's output to `x`; `rows` is `_normalized(x)`, its input."""

    def part(self) -> kernels.Part:
        """Returns the block's weights for the compiled stack."""


class _Convolution:
    """Convolution over each token, those `dilation` tokens before and after it and, optionally, its syntactic head."""

    def __init__(self, w: Mapping[str, Floats]) -> None:
        self._step = int(w["dilation"])
        before, here, after = w["taps"]
        norm = _under(w, "norm")
        self._taps = np.stack((_folded(norm, before), _folded(norm, here, w["bias"]), _folded(norm, after)))
        self._head = _folded(norm, w["head"]) if "head" in w else None
        self._out, self._bias = _centred(w)

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
        """Returns the block's weights for the compiled stack."""
        step, head = self._step, self._head
        return kernels.Part(kernels.CONVOLUTION, self._taps, self._out, self._bias, head, dilation=step)


class _Stems:
    """Combines each token with the mean of all tokens of its stem in the document."""

    def __init__(self, w: Mapping[str, Floats]) -> None:
        norm = _under(w, "norm")
        self._here, self._stem = _folded(norm, w["here"], w["bias"]), _folded(norm, w["stem"])
        self._out, self._bias = _centred(w)

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
        """Returns the block's weights for the compiled stack."""
        return kernels.Part(kernels.STEMS, self._here, self._out, self._bias, stem=self._stem)


class _Average:
    """Two gated running averages over the whole document, one forward, one backward.

    average[t] = (1 - gate[t]) * average[t - 1] + gate[t] * value[t], from 0 before the first token.
    """

    def __init__(self, w: Mapping[str, Floats]) -> None:
        norm = _under(w, "norm")
        gate = _folded(norm, w["gate.weight"], w["gate.bias"])
        value = _folded(norm, w["value.weight"], w["value.bias"])
        # (gate and value, forward and backward, row, average)
        self._weight = np.array([np.split(gate, 2, axis=1), np.split(value, 2, axis=1)])
        out, self._bias = _centred(w)
        self._out = np.array(np.split(out, 2))

    def __call__(self, x: Floats, rows: Floats, heads: Ints, groups: Ints | None) -> None:
        length, width = rows.shape
        runs = -(-length // _STRIDE)
        # In both directions the first tokens of all runs, then the second ones, …, so that each step reads one
        # contiguous part; the last run is padded with zeros.
        both = np.zeros((2, runs * _STRIDE, width), dtype=np.float32)
        both[0, :length], both[1, :length] = rows, rows[::-1]
        both = both.reshape(2, runs, _STRIDE, width).swapaxes(1, 2).reshape(2, -1, width)
        gates = both @ self._weight
        keep, value = gates
        # 1 - gate = 1 / (1 + exp(the gate's input)).
        with np.errstate(over="ignore"):
            np.exp(keep, out=keep)
        keep += 1
        np.divide(np.float32(1), keep, out=keep)
        value *= 1 - keep
        y = _running(*gates.reshape(2, 2, _STRIDE, runs, -1)).reshape(2, _STRIDE * runs, -1) @ self._out
        forward, backward = y.reshape(2, _STRIDE, runs, -1).swapaxes(1, 2).reshape(2, _STRIDE * runs, -1)[:, :length]
        x += forward
        x += backward[::-1]
        x += self._bias

    def part(self) -> kernels.Part:
        """Returns the block's weights for the compiled stack."""
        weight = np.concatenate([*self._weight[0], *self._weight[1]], axis=1)
        size = self._out.shape[1]
        out = self._out.reshape(2 * size, -1)
        return kernels.Part(kernels.AVERAGE, weight, out, self._bias, size=size)


def _running(keep: Floats, values: Floats) -> Floats:
    """Overwrites the values by average[t] = keep[t] * average[t - 1] + value[t] and returns them.

    Both arrays are (directions, stride, runs, averages).  `keep` is overwritten too.
    """
    for step in range(1, _STRIDE):
        values[:, step] += keep[:, step] * values[:, step - 1]
        keep[:, step] *= keep[:, step - 1]
    # What each run starts from: the last average of the run before.
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
    """Makes the block that has these weights; their names tell which kind it is."""
    if "gate.weight" in weights:
        return _Average(weights)
    return _Stems(weights) if "stem" in weights else _Convolution(weights)


def _under(weights: Mapping[str, Floats], name: str) -> dict[str, Floats]:
    """Returns the arrays whose names begin with `name` and a full stop, by the rest of their names."""
    return {key.removeprefix(f"{name}."): array for key, array in weights.items() if key.startswith(f"{name}.")}


def _normalized(x: Floats) -> Floats:
    """Returns rows of mean zero scaled to variance one, with a column of ones, as weights of `_folded` read them."""
    rows = np.empty((len(x), x.shape[1] + 1), dtype=np.float32)
    rows[:, -1] = 1
    variance = np.einsum("ij,ij->i", x, x)
    variance /= x.shape[1]
    variance += np.float32(1e-5)
    np.divide(x, np.sqrt(variance, out=variance)[:, np.newaxis], out=rows[:, :-1])
    return rows


def _folded(norm: Mapping[str, Floats], weight: Floats, bias: Floats | float = 0) -> Floats:
    """Folds scale and shift of a layer normalization, and a bias, into weights that read `_normalized` rows."""
    return np.vstack((norm["scale"][:, np.newaxis] * weight, norm["shift"] @ weight + bias))


def _centred(w: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """Returns weights and bias of a block's output, changed so that what the block adds to a row has mean zero."""
    weight, bias = w["out.weight"], w["out.bias"]
    return weight - weight.mean(axis=1, keepdims=True), bias - bias.mean()


def best_path(probabilities: Floats, transitions: Floats, certainty: float = _SURE) -> Ints:
    """Returns the sequence of labels with the highest score: log-probabilities plus scores of transitions (Viterbi).

    `probabilities` are (tokens, labels), `transitions` (label, next label); label 0 stands before the first token and
    after the last.  A label of at least the probability `certainty` is taken without a search, unless a transition
    to or from the likeliest labels beside it is forbidden.
    """
    if kernels.available:
        return kernels.best_path(probabilities, transitions, certainty, _FORBIDDEN)
    path: Ints = probabilities.argmax(axis=1)
    sure = probabilities.max(axis=1) >= certainty
    # The likeliest labels, with those before and after the text.
    given = np.concatenate(([0], path, [0]))
    barred = transitions[given[:-1], given[1:]] < _FORBIDDEN
    sure[barred[:-1]] = sure[barred[1:]] = False
    unsure = np.flatnonzero(~sure)
    if not len(unsure):
        return path
    # Searches all stretches of unsure tokens together, token by token; the longest come first, so that those which
    # still go on at a step, `going[step]`, are the first ones.
    starts = np.flatnonzero(np.diff(unsure, prepend=-2) > 1)
    lengths = np.diff(starts, append=len(unsure))
    order = np.argsort(-lengths, kind="stable")
    starts, lengths = starts[order], lengths[order]
    going = np.searchsorted(-lengths, -np.arange(lengths[0])).tolist()
    rows = np.log(probabilities[unsure] + np.float32(1e-9))
    score = rows[starts] + transitions[given[unsure[starts]]]
    # The scores of the best paths that end in each label, (stretches, labels) for each step.
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
    """Returns scores, (tokens, labels), as probabilities: all labels together, or groups of `sizes` labels each."""
    sizes = (x.shape[1],) if sizes is None else sizes
    if kernels.available:
        return kernels.softmax(x, np.array(sizes))
    starts = [0, *accumulate(sizes)][:-1]
    x = np.exp(x - np.repeat(np.maximum.reduceat(x, starts, axis=1), sizes, axis=1))
    x /= np.repeat(np.add.reduceat(x, starts, axis=1), sizes, axis=1)
    return x
