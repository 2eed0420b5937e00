"""The README says what is true: its examples run, and print what stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest


def test_the_examples_print_what_the_readme_shows(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n([^`]*)```\n\nprints\n\n```text\n([^`]*)```", readme)
    assert len(examples) == 2
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", "80")
    names: dict[str, object] = {}
    for example, printed in examples:
        exec(example, names)
        assert capsys.readouterr().out == printed
