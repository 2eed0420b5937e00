"""The ranking of candidates: probabilities of weighed features."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.coreference import ranking
from extractor.coreference.offices import Role
from extractor.coreference.ranking import Choice, Weights, fit, likeliest, shares

_NONE: frozenset[str] = frozenset()


def role(lemma: str, *dependents: str, same: str = "", kinds: str = "") -> Role:
    def group(words: str) -> frozenset[str]:
        return frozenset(words.split())

    return Role(lemma, frozenset(dependents), group(same), group(kinds), None)


@pytest.fixture
def weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    own = np.array([[0.0], [math.log(3.0)], [math.log(1.0)], [math.log(2.0)]], dtype=np.float32)
    numbers = {"near": 1, "far": 2, "same": 3}
    # The hidden unit of "pronoun" is above 0 only for what is near and the same.
    units = np.array([[0.0], [1.0], [-1.0], [1.0]], dtype=np.float32) - np.array([[0.0], [0.5], [0.5], [0.5]])
    table = {
        "source": Weights(numbers, own, np.zeros(0, dtype=np.float32)),
        "pronoun": Weights(numbers, np.hstack((own, units)).astype(np.float32), np.ones(1, dtype=np.float32)),
    }
    monkeypatch.setattr(ranking, "weights", lambda: table)


@pytest.mark.usefixtures("weighed")
def test_a_share_is_the_exponential_of_the_summed_weights() -> None:
    assert shares("source", [["near"], ["far"], ["near", "same"], ["unknown feature"]]) == pytest.approx(
        [3 / 11, 1 / 11, 6 / 11, 1 / 11]
    )


@pytest.mark.usefixtures("weighed")
def test_a_hidden_unit_counts_where_it_is_above_zero() -> None:
    odds = [3.0 * math.exp(0.5), 1.0, 6.0 * math.exp(1.0)]
    assert shares("pronoun", [["near"], ["far"], ["near", "same"]]) == pytest.approx([o / sum(odds) for o in odds])


@pytest.mark.usefixtures("weighed")
def test_choices_of_one_identity_are_one_answer() -> None:
    choices = [Choice("Лумер", ["near"]), Choice("ЛУМЕР", ["same"]), Choice("Вектор", ["far"])]
    assert likeliest("source", choices, str.lower) == ("Лумер", pytest.approx(5 / 6))


@pytest.mark.usefixtures("weighed")
def test_of_equals_the_first_is_meant() -> None:
    assert likeliest("source", [Choice("a", ["far"]), Choice("b", ["far"])], str)[0] == "a"


@given(
    st.lists(st.lists(st.sampled_from(["named", "nobody", "rank 0", "last name"]), max_size=3), min_size=1, max_size=6)
)
def test_shares_are_probabilities(features: list[list[str]]) -> None:
    for kind in ("pronoun", "description", "source"):
        found = shares(kind, features)
        assert math.isclose(sum(found), 1.0) and all(0 <= share <= 1 for share in found)


def test_a_description_fits_the_closest_role() -> None:
    description = role("глава", "государство", same="president", kinds="politician")
    president = role("президент", same="president", kinds="politician")
    teacher = role("учитель", kinds="teacher")
    found = fit(description, [teacher], [president])
    assert found.closest is not None and found.closest.name == "office"
    assert found.elsewhere and not found.ruled_out
    assert not fit(description, [president], []).elsewhere


def test_an_office_over_another_country_is_ruled_out() -> None:
    russian = role("президент", "россия", same="president")
    assert fit(role("президент", "украина", same="president"), [russian], []).ruled_out
    assert not fit(role("президент", "россия", same="president"), [russian], []).ruled_out


def test_a_description_at_another_time_and_of_an_unlike_noun() -> None:
    former = role("губернатор")._replace(time="former")
    found = fit(role("губернатор"), [former], [])
    assert found.closest is not None and not found.closest.at_once and found.likeness == "more"
    assert fit(role("врач"), [role("боксёр")], []).likeness == "0.3"
    assert fit(role("спортсмен"), [role("врач"), role("боксёр")], []).likeness == "0.99"
