"""The page on faults names tests that are there."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "faults.md"


def test_each_test_that_the_page_names_is_there() -> None:
    cells = [row.split("|")[3] for row in PAGE.read_text(encoding="utf-8").splitlines() if row.startswith("|")]
    named = [
        (file, name.strip())
        for file, names in re.findall(r"`([\w/]+\.py)`([^`;]*)", ";".join(cells))
        for name in names.split(",")
    ]
    missing = [
        f"{file} {name}"
        for file, name in named
        if not (TESTS / file).exists()
        or (name and f"def test_{name}(" not in (TESTS / file).read_text(encoding="utf-8"))
    ]
    assert len(named) > 50
    assert not missing, missing
