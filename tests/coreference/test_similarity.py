"""How alike nouns for people are by their word vectors."""

from __future__ import annotations

import pytest

from extractor.coreference.similarity import similarity


@pytest.mark.parametrize(
    ("noun", "near", "far"),
    [("спортсмен", "боксёр", "врач"), ("политик", "депутат", "сторож"), ("артист", "певец", "директор")],
)
def test_a_noun_is_nearer_to_its_kind(noun: str, near: str, far: str) -> None:
    to_near, to_far = similarity(noun, near), similarity(noun, far)
    assert to_near is not None and to_far is not None and to_near > 0.5 > 0.4 > to_far


def test_of_an_unknown_compound_the_last_part_counts() -> None:
    assert similarity("супергипер-врач", "врач") == 1.0
    assert similarity("лумерийщик", "врач") is None
