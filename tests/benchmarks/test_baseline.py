"""The rival: Natasha's names, and quotes by quotation marks."""

from __future__ import annotations

import pytest

pytest.importorskip("pkg_resources", reason="needs the extra 'baseline'")

from benchmarks.baseline import Baseline


def test_quotes_are_what_stands_in_marks_by_the_nearest_person() -> None:
    text = "Директор Инна Чеботарь сказала: «Мост будет готов весной». ООО «Мостотряд» строит дальше."
    document = Baseline()(text, "a")
    assert [person.name for person in document.people] == ["Инна Чеботарь"]
    (quote,) = document.quotes
    assert quote.text == "Мост будет готов весной"
    assert quote.speaker is not None
    assert quote.speaker.name == "Инна Чеботарь"
