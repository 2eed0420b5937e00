"""The compiled inner loops: present where a compiler is, and each against a sum that NumPy does in double precision."""

import platform
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.inference import kernels

needs_kernels = pytest.mark.skipif(not kernels.available, reason="the inner loops are not compiled here")


def test_compiled_inner_loops_are_not_left_out_by_mistake() -> None:
    """A package that was built where there is a compiler has them."""
    if not any(map(shutil.which, ("cc", "gcc", "clang"))) or platform.machine() not in ("x86_64", "aarch64", "arm64"):
        pytest.skip("no C compiler")
    assert kernels.available


@needs_kernels
@pytest.mark.parametrize(("rows", "depth", "width"), [(0, 4, 16), (1, 1, 1), (5, 300, 17), (6, 7, 16), (13, 40, 33)])
def test_a_product_is_the_product(rows: int, depth: int, width: int) -> None:
    """Also of widths and numbers of rows that are no multiple of what the loops take at once."""
    rng = np.random.default_rng(1)
    x, matrix = rng.normal(size=(rows, depth)).astype(np.float32), rng.normal(size=(depth, width)).astype(np.float32)
    found = kernels.Product(matrix)(x)
    assert found.shape == (rows, width)
    assert found == pytest.approx(x.astype(np.float64) @ matrix.astype(np.float64), abs=1e-4)


@needs_kernels
@given(st.integers(1, 40), st.integers(0, 39))
def test_a_row_of_a_product_has_the_same_bits_whatever_rows_stand_beside_it(count: int, place: int) -> None:
    rng = np.random.default_rng(count)
    x = rng.normal(size=(count, 24)).astype(np.float32)
    product = kernels.Product(rng.normal(size=(24, 20)).astype(np.float32))
    row = place % count
    assert np.array_equal(product(x)[row], product(x[row : row + 1])[0])


@needs_kernels
def test_rows_of_a_table_are_added_feature_by_feature() -> None:
    table = np.arange(5 * 16, dtype=np.float32).reshape(5, 16)
    x = np.ones((2, 16), dtype=np.float32)
    # Two features, whose rows begin at 0 and at 3.
    kernels.add_rows(x, table, np.array([[2, 1], [0, 0]]), np.array([0, 3]))
    assert np.array_equal(x, np.stack([1 + table[2] + table[4], 1 + table[0] + table[3]]))


@needs_kernels
def test_the_likeliest_label_is_never_one_that_only_fills_up_a_panel() -> None:
    """Also where all real scores are far below zero; of equal ones the first is taken."""
    classifier = kernels.Classifier(np.zeros((4, 3), dtype=np.float32), np.array([-90, -80, -80], dtype=np.float32))
    assert classifier(np.ones((50, 4), dtype=np.float32)).tolist() == [1] * 50


@needs_kernels
def test_probabilities_may_be_columns_of_a_wider_array() -> None:
    scores = np.random.default_rng(2).normal(size=(7, 32)).astype(np.float32)
    part = scores[:, :5]
    assert np.array_equal(
        kernels.softmax(part, np.array([2, 3])), kernels.softmax(np.ascontiguousarray(part), np.array([2, 3]))
    )


@pytest.mark.parametrize(("width", "sizes", "fits"), [(16, (8, 16), True), (20, (), False), (16, (12,), False)])
def test_widths_that_the_loops_do_not_take_are_left_to_numpy(width: int, sizes: tuple[int, ...], fits: bool) -> None:
    assert kernels.supports(width, sizes) == fits
