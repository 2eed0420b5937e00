"""Trees by LightGBM: they learn, and give the same probabilities when the package walks them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("lightgbm")

from extractor import confidence, resources
from extractor.inference.trees import Ensembles
from training import boosting
from training.train_confidence import written

NAMES = ["whole", "share", "shift"]


def features(rows: int, seed: int) -> boosting.Matrix:
    """Whole numbers, shares and numbers around 0, as the features of quotes are."""
    rng = np.random.default_rng(seed)
    return np.stack((rng.integers(0, 5, rows), rng.random(rows), rng.normal(size=rows)), axis=1).astype(float)


def described(x: boosting.Matrix) -> list[dict[str, float]]:
    """The rows as features by name; zeros are left out, as features do."""
    return [{name: value for name, value in zip(NAMES, row, strict=True) if value} for row in x.tolist()]


def test_trees_learn_what_two_features_say_together() -> None:
    x = features(3000, seed=1)
    labels = (x[:, 0] > 2) & (x[:, 1] > 0.3)
    booster = boosting.fit(x[:2000], labels[:2000], seed=1)
    assert np.mean((boosting.log_odds(booster, x[2000:]) > 0) == labels[2000:]) > 0.95


def test_the_package_gives_the_probabilities_of_the_library() -> None:
    x = features(2000, seed=2)
    booster = boosting.fit(x, x.sum(axis=1) + np.random.default_rng(3).normal(size=len(x)) > 2.5, seed=1)
    fresh = features(500, seed=4)
    (said,) = Ensembles([boosting.as_nodes(booster, NAMES)])(described(fresh))
    assert np.allclose(said, 1 / (1 + np.exp(-boosting.log_odds(booster, fresh))), atol=1e-9)


def test_the_file_gives_the_probabilities_of_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    x = features(2000, seed=5)
    booster = boosting.fit(x, x.sum(axis=1) + np.random.default_rng(6).normal(size=len(x)) > 2.5, seed=1)
    lines = written("cut", boosting.as_nodes(booster, NAMES), scale=0.9, shift=0.2)
    (tmp_path / "confidence.tsv").write_text("\n".join(lines))
    monkeypatch.setattr(resources, "folder", lambda: tmp_path)
    shipped = confidence.ensembles.__wrapped__()
    fresh = features(500, seed=7)
    (said,) = shipped(described(fresh))
    assert np.allclose(said, 1 / (1 + np.exp(-boosting.log_odds(booster, fresh) * 0.9 - 0.2)), atol=1e-4)


def test_trees_are_no_deeper_than_four_questions_and_the_same_on_every_run() -> None:
    x = features(1000, seed=8)
    labels = x[:, 1] > x[:, 2]
    trees = boosting.as_nodes(boosting.fit(x, labels, seed=3, trees=20), NAMES)
    assert trees == boosting.as_nodes(boosting.fit(x, labels, seed=3, trees=20), NAMES)
    assert len(trees) == 20
    for tree in trees:
        assert len(tree) <= 31
        for number, node in enumerate(tree):
            assert (number < node.yes < node.no) if node.yes else node.no == 0
