"""The README says what is true: its example runs, and prints what stands there."""

import re
from pathlib import Path

import pytest


def test_the_example_prints_what_the_readme_shows(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(.*?)```\n\nprints\n\n```text\n(.*?)```", readme, re.DOTALL)
    assert example
    monkeypatch.setenv("COLUMNS", "80")
    exec(example[1], {})
    assert capsys.readouterr().out == example[2]
