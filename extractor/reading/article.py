"""Judges which paragraphs of a page are the article and which stand around it: menus, captions, other headlines."""

from __future__ import annotations

from collections.abc import Sequence


def judge(text: str, paragraphs: Sequence[tuple[int, int]]) -> list[bool]:
    """Returns for each paragraph, the characters [start, end) of a clean text, whether it belongs to the article."""
    return [True] * len(paragraphs)
