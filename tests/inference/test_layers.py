"""The blocks of the networks against their definitions, computed token by token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

import numpy as np
import pytest

from extractor.inference.kernels import Floats, Ints
from extractor.inference.layers import Stack, best_path, softmax

WIDTH, SIZE, LABELS = 16, 8, 3
Weights = dict[str, Floats]
Products = Callable[[], AbstractContextManager[None]]


def normed(x: Floats, w: Mapping[str, Floats], name: str) -> Floats:
    deviation = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    return (x - x.mean(axis=1, keepdims=True)) / deviation * w[f"{name}.scale"] + w[f"{name}.shift"]


def convolution(w: Weights, rows: Floats, heads: Ints, groups: Ints) -> Floats:
    step, nothing = int(w["dilation"]), np.zeros(WIDTH)
    made = []
    for i in range(len(rows)):
        before = rows[i - step] if i >= step else nothing
        after = rows[i + step] if i + step < len(rows) else nothing
        total = before @ w["taps"][0] + rows[i] @ w["taps"][1] + after @ w["taps"][2] + w["bias"]
        made.append(np.maximum(total + (rows[heads[i]] @ w["head"] if "head" in w else 0), 0))
    return np.array(made)


def average(w: Weights, rows: Floats, heads: Ints, groups: Ints) -> Floats:
    gate = 1 / (1 + np.exp(-(rows @ w["gate.weight"] + w["gate.bias"])))
    value = rows @ w["value.weight"] + w["value.bias"]
    averages = np.zeros_like(value)
    for columns, order in (
        (slice(0, SIZE), range(len(rows))),
        (slice(SIZE, 2 * SIZE), range(len(rows) - 1, -1, -1)),
    ):
        average = np.zeros(SIZE)
        for i in order:
            average = (1 - gate[i, columns]) * average + gate[i, columns] * value[i, columns]
            averages[i, columns] = average
    return averages


def stems(w: Weights, rows: Floats, heads: Ints, groups: Ints) -> Floats:
    means = np.array([rows[groups == group].mean(axis=0) for group in groups])
    return np.maximum(rows @ w["here"] + means @ w["stem"] + w["bias"], 0)


Block = Callable[[Weights, Floats, Ints, Ints], Floats]
# What a block does by its definition, a word at a time, and its arrays.
BLOCKS: dict[str, tuple[Block, dict[str, tuple[int, ...]], dict[str, int]]] = {
    "convolution": (convolution, {"taps": (3, WIDTH, WIDTH), "bias": (WIDTH,)}, {"dilation": 1}),
    "wide convolution": (convolution, {"taps": (3, WIDTH, WIDTH), "bias": (WIDTH,)}, {"dilation": 3}),
    "convolution with head": (
        convolution,
        {"taps": (3, WIDTH, WIDTH), "head": (WIDTH, WIDTH), "bias": (WIDTH,)},
        {"dilation": 1},
    ),
    "stems": (stems, {"here": (WIDTH, WIDTH), "stem": (WIDTH, WIDTH), "bias": (WIDTH,)}, {}),
    "average": (
        average,
        {
            **{f"{part}.weight": (WIDTH, 2 * SIZE) for part in ("gate", "value")},
            **{f"{part}.bias": (2 * SIZE,) for part in ("gate", "value")},
        },
        {},
    ),
}


def weights_of(names: list[str]) -> Weights:
    """Random weights of a stack of such blocks."""
    rng = np.random.default_rng(1)
    made: Weights = {
        "norm.scale": rng.normal(size=WIDTH),
        "norm.shift": rng.normal(size=WIDTH),
        "labels.weight": rng.normal(size=(WIDTH, LABELS)),
        "labels.bias": rng.normal(size=LABELS),
    }
    for i, name in enumerate(names):
        _, shapes, fixed = BLOCKS[name]
        inner = 2 * SIZE if name == "average" else WIDTH
        shapes = {**shapes, "norm.scale": (WIDTH,), "norm.shift": (WIDTH,)}
        shapes |= {"out.weight": (inner, WIDTH), "out.bias": (WIDTH,)}
        made |= {f"{i}.{key}": rng.normal(size=shape) / shape[0] ** 0.5 for key, shape in shapes.items()}
        made |= {f"{i}.{key}": np.array(value) for key, value in fixed.items()}
    return {name: np.asarray(array, dtype=np.float32) for name, array in made.items()}


@pytest.mark.parametrize("names", [*([name] for name in BLOCKS), [*BLOCKS]], ids="+".join)
@pytest.mark.parametrize("length", [1, 2, 6, 15, 16, 17, 100])
def test_blocks_give_what_their_definition_gives(products: Products, names: list[str], length: int) -> None:
    w = weights_of(names)
    rng = np.random.default_rng(2)
    x = rng.normal(size=(length, WIDTH)).astype(np.float32)
    heads = rng.integers(0, length, length)
    groups = np.unique(rng.integers(0, length, length), return_inverse=True)[1]
    expected: Floats = x
    for i, name in enumerate(names):
        own = {key.removeprefix(f"{i}."): array for key, array in w.items() if key.startswith(f"{i}.")}
        made = BLOCKS[name][0](own, normed(expected, w, f"{i}.norm"), heads, groups)
        expected = expected + made @ own["out.weight"] + own["out.bias"]
    scores = normed(expected, w, "norm") @ w["labels.weight"] + w["labels.bias"]
    with products():
        assert Stack(w)(x.copy(), heads, groups) == pytest.approx(scores, abs=1e-4)


def test_scores_become_probabilities_group_by_group(products: Products) -> None:
    scores = np.array([[0, 1, 2, -50, 50, 3], [700, 0, -700, 4, 4, 4]], dtype=np.float32)
    with products():
        found = softmax(scores, (3, 2, 1))
    assert found.dtype == np.float32
    powers = np.exp(scores.astype(np.float64) - [[2, 2, 2, 50, 50, 3], [700, 700, 700, 4, 4, 4]])
    sums = np.add.reduceat(powers, [0, 3, 5], axis=1)[:, [0, 0, 0, 1, 1, 2]]
    assert found == pytest.approx(powers / sums, abs=1e-6)


def test_the_best_path_is_the_likeliest_of_all(products: Products) -> None:
    """Against every sequence of labels, in texts so short that they can be counted."""
    rng = np.random.default_rng(3)
    transitions = rng.normal(size=(3, 3)).astype(np.float32)
    for _ in range(50):
        probabilities = rng.dirichlet((0.5, 0.5, 0.5), 5).astype(np.float32)
        probabilities = np.minimum(probabilities, np.float32(0.97))  # nothing is certain
        paths = np.stack(np.meshgrid(*[range(3)] * 5), -1).reshape(-1, 5)
        padded = np.pad(paths, ((0, 0), (1, 1)))
        totals = np.log(probabilities[range(5), paths]).sum(1) + transitions[padded[:, :-1], padded[:, 1:]].sum(1)
        with products():
            assert best_path(probabilities, transitions).tolist() == paths[totals.argmax()].tolist()
