"""Categorical features of tokens and their embeddings."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.inference.columns import (
    BUCKETS,
    DISTANCES,
    Column,
    EmbeddingTable,
    SpanColumn,
    bucket,
    distances,
    places,
)

WIDTH = 16
Products = Callable[[], AbstractContextManager[None]]


def test_places_and_distances() -> None:
    assert places([1, 6]).of_words() == ["0/0", "0/3", "1/3", "2/3", "3/2", "4/1", "4/0"]
    assert [DISTANCES[number] for number in distances(np.array([0, 1, -1, 5, 500, -500]))] == [
        *("0", "2", "-2"),
        *("5", str(len(BUCKETS)), str(-len(BUCKETS))),
    ]


def test_a_later_span_takes_the_place_of_an_earlier_one() -> None:
    column = SpanColumn(5)
    column.fill(0, 3, "first")
    column.fill(2, 4, "second")
    assert column.column().of_words() == ["first", "first", "second", "second", ""]


def test_unknown_values_of_a_column_have_number_0() -> None:
    embedding = EmbeddingTable(np.zeros((5, 2), np.float32), {"first": {"a": 1, "b": 2}, "second": {"c": 1}})
    values = Column(np.array([0, 1, 2, 0]), ("b", "?", "a"))
    ids = embedding.ids({"first": values, "second": Column(np.array([0, 0, 0, 0]), ("c",))})
    assert ids.tolist() == [[2, 1], [0, 1], [1, 1], [2, 1]]


def test_each_value_adds_its_row_of_the_table(products: Products) -> None:
    table = np.random.default_rng(4).normal(size=(5, WIDTH)).astype(np.float32)
    embedding = EmbeddingTable(table, {"first": {"a": 1, "b": 2}, "second": {"c": 1}})
    x = np.ones((2, WIDTH), dtype=np.float32)
    with products():
        embedding.add(x, np.array([[2, 1], [0, 0]]))
    assert x == pytest.approx(np.stack([1 + table[2] + table[4], 1 + table[0] + table[3]]), abs=1e-6)


@given(st.integers(-10_000, 10_000))
def test_a_distance_has_the_bucket_of_its_size_and_the_side_of_its_sign(step: int) -> None:
    value = int(DISTANCES[distances(np.array([step]))[0]])
    assert abs(value) == (bucket(abs(step)) if step else 0)
    assert value * step >= 0


def test_buckets_begin_at_their_bounds_and_never_go_down() -> None:
    assert [bucket(bound) for bound in BUCKETS] == list(range(1, len(BUCKETS) + 1))
    numbers = [bucket(number) for number in range(200)]
    assert numbers == sorted(numbers)


def test_numbers_that_are_known_already_are_taken_as_they_are() -> None:
    embedding = EmbeddingTable(np.zeros((5, 2), np.float32), {"first": {"a": 1, "b": 2}, "second": {"c": 1}})
    ids = embedding.ids({"first": Column(np.array([0, 0]), ("a",))}, {"second": np.array([1, 0])})
    assert ids.tolist() == [[1, 1], [1, 0]]
