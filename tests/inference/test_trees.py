"""Ensembles of regression trees, walked node by node as their definition says."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.inference.trees import Ensembles, Features, Node

LEAF = ("", 0.0, 0, 0)
# size <= 2 ? (age <= 10 ? -1 : 3) : 0.5
DEEP = [Node("size", 2, 1, 2, 0), Node("age", 10, 3, 4, 0), Node(*LEAF, 0.5), Node(*LEAF, -1), Node(*LEAF, 3)]
SHALLOW = [Node("age", 5, 1, 2, 0), Node(*LEAF, 1), Node(*LEAF, -2)]
CONSTANT = [Node(*LEAF, 0.25)]


def walked(tree: Sequence[Node], features: Features) -> float:
    node = tree[0]
    while node.yes:
        node = tree[node.yes if features.get(node.feature, 0.0) <= node.threshold else node.no]
    return node.value


def probability(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def test_each_ensemble_sums_its_own_trees() -> None:
    first, second = Ensembles([[DEEP, SHALLOW], [CONSTANT]])([{"size": 1, "age": 20}, {"size": 3, "age": 5}])
    assert first == pytest.approx([probability(3 - 2), probability(0.5 + 1)])
    assert second == pytest.approx([probability(0.25)] * 2)


def test_a_feature_that_is_not_named_is_zero() -> None:
    assert Ensembles([[DEEP]])([{}]) == Ensembles([[DEEP]])([{"size": 0, "age": 0}])


def test_nothing_to_judge_has_no_probabilities() -> None:
    assert Ensembles([[DEEP], [CONSTANT]])([]) == [[], []]


@given(
    st.lists(st.dictionaries(st.sampled_from(["size", "age", "other"]), st.floats(-20, 20)), max_size=8),
    st.lists(st.lists(st.sampled_from([DEEP, SHALLOW, CONSTANT]), min_size=1, max_size=4), min_size=1, max_size=3),
)
def test_all_are_walked_as_one_would_be(objects: list[Features], ensembles: list[list[list[Node]]]) -> None:
    found = Ensembles(ensembles)(objects)
    assert len(found) == len(ensembles)
    for trees, probabilities in zip(ensembles, found, strict=True):
        assert probabilities == pytest.approx(
            [probability(sum(walked(tree, features) for tree in trees)) for features in objects]
        )
