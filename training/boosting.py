"""Gradient-boosted trees for a yes or no, by LightGBM, as the nodes that `extractor/inference/trees.py` walks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from extractor.inference.trees import Node

Matrix = npt.NDArray[np.float64]
Bits = npt.NDArray[np.bool_]

TREES = 150
# The settings of the trees that ship, which earlier code of this project grew; not swept anew with LightGBM.
_SETTINGS = {
    "objective": "binary",
    "max_depth": 4,
    "num_leaves": 16,  # as many as the depth allows, so that the order in which leaves are split does not matter
    "learning_rate": 0.06,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "min_sum_hessian_in_leaf": 4.0,
    "min_data_in_leaf": 1,
    "lambda_l2": 8.0,
    "max_bin": 32,
    "min_data_in_bin": 1,
    "use_missing": False,
    # The same trees from the same data on every run.
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


def fit(
    x: Matrix, labels: Bits, seed: int, trees: int = TREES, weights: Matrix | None = None, **settings: float
) -> lightgbm.Booster:
    """Returns trees whose sum is the log-odds that a row of `x` (rows, features) is labelled true.

    `weights` are those of the rows, all equal by default; `settings` are LightGBM's, in place of those of this module.
    """
    data = lightgbm.Dataset(x, labels.astype(float), weight=weights)
    return lightgbm.train({**_SETTINGS, **settings, "seed": seed}, data, trees)


def log_odds(booster: lightgbm.Booster, x: Matrix) -> Matrix:
    """Returns the log-odds of each row of `x`."""
    return np.asarray(booster.predict(x, raw_score=True), dtype=np.float64)


def as_nodes(booster: lightgbm.Booster, names: Sequence[str]) -> list[list[Node]]:
    """Returns each tree as its nodes, the root first; `names` are the features of the columns."""
    return [_nodes(tree["tree_structure"], names) for tree in booster.dump_model()["tree_info"]]


def _nodes(root: Mapping[str, Any], names: Sequence[str]) -> list[Node]:
    found: list[Node] = []

    def add(node: Mapping[str, Any]) -> int:
        number = len(found)
        if "split_feature" not in node:
            found.append(Node(names[0], 0.0, 0, 0, node["leaf_value"]))
            return number
        # A question on a column of numbers without missing values: at most the threshold goes left.
        assert node["decision_type"] == "<="
        question = Node(names[node["split_feature"]], node["threshold"], 0, 0, 0.0)
        found.append(question)
        yes, no = add(node["left_child"]), add(node["right_child"])
        found[number] = question._replace(yes=yes, no=no)
        return number

    add(root)
    return found
