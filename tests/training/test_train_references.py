"""The weights of candidates: those that choices need, and no others."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from training.train_references import Example, fit


def test_weights_favour_what_right_candidates_have() -> None:
    near = Example(
        "pronoun", [["near", "same gender"], ["far", "same gender"], ["near", "other gender"]], [True, False, False]
    )
    far = Example("pronoun", [["near", "other gender"], ["far", "same gender"]], [False, True])
    odd = Example("pronoun", [["near", "of one example"], ["far"]], [True, False])
    weights = fit([near] * 8 + [far] * 8 + [odd], rounds=1, held={})
    assert set(weights) == {"near", "far", "same gender", "other gender"}
    assert weights["near"] > weights["far"]
    assert weights["same gender"] > 0 > weights["other gender"]


def test_rounds_through_the_same_articles_count_once() -> None:
    example = Example("pronoun", [["near"], ["far"]], [True, False])
    once, thrice = fit([example] * 9, rounds=1, held={}), fit([example] * 27, rounds=3, held={})
    assert thrice == pytest.approx(once, abs=1e-4)


def test_weights_learned_before_stay_and_count_in_the_scores() -> None:
    example = Example("pronoun", [["person"], ["organization"]], [False, True])
    free, bound = ({"person": 0.0}, {"person": 3.0})
    low, high = (fit([example] * 9, rounds=1, held=held) for held in (free, bound))
    assert (low["person"], high["person"]) == (0.0, 3.0)
    assert high["organization"] > low["organization"] > 0
