"""The cards of `models/`: every lexicon is on a card, and every module that a card or a guide names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

GUIDES = ("models/*.md", "training/README.md")


def test_every_file_of_models_is_on_a_card(root: Path) -> None:
    cards = "".join(card.read_text(encoding="utf-8") for card in (root / "models").glob("*.md"))
    for file in (root / "models").rglob("*"):
        if file.is_file() and file.suffix != ".md":
            assert file.name in cards, f"{file.name} is on no card"


@pytest.mark.parametrize("pattern", GUIDES)
def test_modules_that_a_card_names_are_there(root: Path, pattern: str) -> None:
    for card in root.glob(pattern):
        for path in re.findall(r"`((?:extractor|training|benchmarks|tests|models)/[\w/.]*\w/?)`", card.read_text()):
            assert (root / path).exists(), f"{card.name} names {path}"


def test_entries_of_lexicons_are_counted_right(root: Path) -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| (\d+) \|", (root / "models" / "names.md").read_text(), re.MULTILINE)
    assert rows
    for name, count in rows:
        lines = (root / "models" / name).read_text(encoding="utf-8").splitlines()
        assert sum(bool(line) and not line.startswith("#") for line in lines) == int(count), name
