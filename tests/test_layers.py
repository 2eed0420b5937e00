"""The blocks of the networks give what their definition gives, word after word."""

from __future__ import annotations

import numpy as np
import pytest

from extractor.layers import BUCKETS, DISTANCES, Column, Columns, Painted, Stack, distances, places
from extractor.networks import Floats

WIDTH, SIZE = 6, 4


@pytest.fixture
def weights() -> dict[str, Floats]:
    """A stack of one average, with random weights."""
    rng = np.random.default_rng(1)
    shapes = {
        "norm.scale": WIDTH,
        "norm.shift": WIDTH,
        "labels.weight": (WIDTH, 3),
        "labels.bias": 3,
        "0.norm.scale": WIDTH,
        "0.norm.shift": WIDTH,
        "0.gate.weight": (WIDTH, 2 * SIZE),
        "0.gate.bias": 2 * SIZE,
        "0.value.weight": (WIDTH, 2 * SIZE),
        "0.value.bias": 2 * SIZE,
        "0.out.weight": (2 * SIZE, WIDTH),
        "0.out.bias": WIDTH,
    }
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def by_definition(w: dict[str, Floats], x: Floats, bounded: bool) -> Floats:
    """The scores of the labels, a word at a time."""

    def normed(x: Floats, name: str) -> Floats:
        deviation = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
        return (x - x.mean(axis=1, keepdims=True)) / deviation * w[f"{name}.scale"] + w[f"{name}.shift"]

    rows = normed(x, "0.norm")
    gate = 1 / (1 + np.exp(-(rows @ w["0.gate.weight"] + w["0.gate.bias"])))
    value = rows @ w["0.value.weight"] + w["0.value.bias"]
    value = np.tanh(value) if bounded else value
    averages = np.zeros_like(value)
    for columns, order in (
        (slice(0, SIZE), range(len(x))),
        (slice(SIZE, 2 * SIZE), range(len(x) - 1, -1, -1)),
    ):
        average = np.zeros(SIZE)
        for i in order:
            average = (1 - gate[i, columns]) * average + gate[i, columns] * value[i, columns]
            averages[i, columns] = average
    x = x + averages @ w["0.out.weight"] + w["0.out.bias"]
    return normed(x, "norm") @ w["labels.weight"] + w["labels.bias"]


@pytest.mark.parametrize("bounded", [True, False])
@pytest.mark.parametrize("length", [1, 15, 16, 17, 100])
def test_an_average_runs_over_all_words_both_ways(weights: dict[str, Floats], length: int, bounded: bool) -> None:
    if not bounded:
        weights["0.unbounded"] = np.ones(())
    x = np.random.default_rng(2).normal(size=(length, WIDTH)).astype(np.float32)
    heads = np.arange(length)
    assert Stack(weights)(x.copy(), heads) == pytest.approx(by_definition(weights, x, bounded), abs=1e-4)


def test_places_and_distances() -> None:
    assert places([1, 6]).of_words() == ["0/0", "0/3", "1/3", "2/3", "3/2", "4/1", "4/0"]
    assert [DISTANCES[number] for number in distances(np.array([0, 1, -1, 5, 500, -500]))] == [
        *("0", "2", "-2"),
        *("5", str(len(BUCKETS)), str(-len(BUCKETS))),
    ]


def test_a_stretch_is_painted_over_or_round_what_is_there() -> None:
    painted = Painted(5)
    painted.paint(1, 3, "inner")
    painted.paint(0, 4, "outer", over=False)
    assert painted.column().of_words() == ["outer", "inner", "inner", "outer", ""]
    painted.paint(2, 5, "over")
    assert painted.column().of_words() == ["outer", "inner", "over", "over", "over"]


def test_unknown_values_of_a_column_have_number_0() -> None:
    columns = Columns(np.zeros((5, 2), np.float32), {"first": {"a": 1, "b": 2}, "second": {"c": 1}})
    values = Column(np.array([0, 1, 2, 0]), ("b", "?", "a"))
    ids = columns.ids({"first": values, "second": Column(np.array([0, 0, 0, 0]), ("c",))})
    assert ids.tolist() == [[2, 1], [0, 1], [1, 1], [2, 1]]
