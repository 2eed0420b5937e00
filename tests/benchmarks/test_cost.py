"""The cost of an archive by the rate."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import cost


def test_a_hundred_million_articles_at_a_hundred_a_second() -> None:
    assert cost.core_hours(36_000, 10) == 1
    lines = cost.table(100.0, price=0.05).splitlines()
    assert lines[2:] == [
        "| documents per second and core | 100.0 |",
        "| core-hours per 100 million articles | 278 |",
        "| hours on 1,000 cores | 0.3 |",
        "| at 0.05 a core-hour | 14 |",
    ]
    assert cost.table(100.0, price=None).splitlines() == lines[:-1]


def test_the_table_goes_between_its_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, articles = tmp_path / "page.md", tmp_path / "articles.jsonl"
    page.write_text(f"Before\n{cost.BEGIN}\nold\n{cost.END}\nAfter\n")
    articles.write_text('{"text": "Мост открыла Инна Чеботарь."}\n')
    monkeypatch.setattr(cost, "PAGE", page)
    monkeypatch.setattr("sys.argv", ["cost", "--articles", str(articles), "--rounds", "1", "--write-docs"])
    cost.main()
    text = page.read_text()
    assert text.startswith(f"Before\n{cost.BEGIN}\n| | |\n| --- | --- |\n| documents per second and core | ")
    assert "1 articles of 27 characters in the mean (articles.jsonl).\n" in text
    assert text.endswith(f"{cost.END}\nAfter\n")
