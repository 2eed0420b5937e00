"""The README says what is true: its examples run, and print what stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from extractor.reading import analysis


def test_the_examples_print_what_the_readme_shows(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n([^`]*)```\n\nprints\n\n```text\n([^`]*)```", readme)
    assert len(examples) == 2
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", "80")
    know_the_page(root, monkeypatch)
    names: dict[str, object] = {}
    for example, printed in examples:
        exec(example, names)
        assert capsys.readouterr().out == printed


def know_the_page(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets `judge`, which takes all for the article as long as it has learned nothing, know the lines of the sample."""
    page = json.loads((root / "samples" / "pages.jsonl").read_text(encoding="utf-8").splitlines()[-1])["text"]
    article = [page.splitlines()[line] for line in (3, 7, 9, 10)]

    def judge(text: str, paragraphs: Sequence[tuple[int, int]]) -> list[bool]:
        return [article[0] not in text or text[start:end] in article for start, end in paragraphs]

    monkeypatch.setattr(analysis, "judge", judge)
