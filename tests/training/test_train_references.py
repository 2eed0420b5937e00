"""The weights of candidates: those that choices need, and no others."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from extractor.coreference import ranking
from extractor.coreference.ranking import Ranking, Weights
from training.train_references import Example, fit


def _chosen(weights: Weights, kind: Ranking, features: list[list[str]], patch: pytest.MonkeyPatch) -> int:
    patch.setattr(ranking, "weights", lambda: {kind: weights})
    shares = ranking.shares(kind, features)
    return shares.index(max(shares))


def test_weights_favour_what_right_candidates_have() -> None:
    near = Example("source", [["near", "same"], ["far", "same"], ["near", "other"]], [True, False, False])
    far = Example("source", [["near", "other"], ["far", "same"]], [False, True])
    odd = Example("source", [["near", "of one example"], ["far"]], [True, False])
    found = fit([near] * 8 + [far] * 8 + [odd], units=0)
    assert set(found.numbers) == {"near", "far", "same", "other"} and found.units.size == 0
    weights = {name: float(found.table[number, 0]) for name, number in found.numbers.items()}
    assert weights["near"] > weights["far"]
    assert weights["same"] > 0 > weights["other"]


def test_hidden_units_learn_what_no_sum_of_weights_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    # Right is who is near and the subject, or far and no subject: no weights of the four features alone tell that.
    one = Example("pronoun", [["near", "subject"], ["far", "subject"]], [True, False])
    other = Example("pronoun", [["near", "no subject"], ["far", "no subject"]], [False, True])
    found = fit([one, other] * 120, units=8)
    assert _chosen(found, "pronoun", one.features, monkeypatch) == 0
    assert _chosen(found, "pronoun", other.features, monkeypatch) == 1


def test_the_same_examples_give_the_same_weights() -> None:
    example = Example("pronoun", [["near"], ["far"]], [True, False])
    first, again = (fit([example] * 9, units=4) for _ in range(2))
    assert first.numbers == again.numbers
    assert (first.table == again.table).all() and (first.units == again.units).all()
    assert not first.table[0].any()
