"""The confidence that is learned: calibrated on articles left out, and written as the package reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("lightgbm")

from extractor import confidence, resources
from training.train_confidence import Example, frequent, learned, matrix, newton


def articles(count: int) -> list[list[Example]]:
    """Articles of five quotes: those with a cue are mostly right, their names where the speaker is sure."""
    rng = np.random.default_rng(1)
    made: list[list[Example]] = []
    for _ in range(count):
        quotes: list[Example] = []
        for cue, sure in zip(rng.random(5) < 0.6, rng.random(5), strict=True):
            cut = bool(rng.random() < (0.95 if cue else 0.4))
            quotes.append(({"cue": float(cue), "sure": float(sure)}, (cut, cut and bool(rng.random() < sure))))
        made.append(quotes)
    return made


def test_confidence_is_the_share_of_right_quotes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table, text = learned(articles(300))
    for line in table[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if int(cells[2]) >= 100:
            assert abs(float(cells[3]) - float(cells[4])) < 0.08
    (tmp_path / "confidence.tsv").write_text(text, encoding="utf-8")
    monkeypatch.setattr(resources, "folder", lambda: tmp_path)
    cut, named = confidence.ensembles.__wrapped__()(
        [{"cue": 1.0, "sure": 0.9}, {"cue": 1.0, "sure": 0.1}, {"sure": 0.9}]
    )
    assert cut == pytest.approx([0.95, 0.95, 0.4], abs=0.12)
    assert named == pytest.approx([0.9, 0.1, 0.9], abs=0.15)


def test_rare_features_are_left_out() -> None:
    rare: Example = ({"cue=молвил": 1.0, "cue": 0.0}, (True, True))
    made = [*articles(30), [rare] * 24]
    assert frequent(made) == ["cue", "sure"]
    assert matrix([{"sure": 0.5}, {"cue": 1.0, "other": 3.0}], ["cue", "sure"]).tolist() == [[0, 0.5], [1, 0]]


def test_scaling_makes_log_odds_those_of_the_labels() -> None:
    rng = np.random.default_rng(2)
    odds = rng.normal(size=20_000) * 2
    labels = rng.random(len(odds)) < 1 / (1 + np.exp(-odds))
    scale, shift = newton(odds * 1.25 + 0.5, labels)
    assert scale == pytest.approx(0.8, abs=0.03)
    assert shift == pytest.approx(-0.4, abs=0.06)
