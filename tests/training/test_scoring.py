"""Scoring: right quotes, the table of reliability, tables written into files."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.scoring import judged, load_scorer, reliability, score, table_head, table_row, write_between


def test_reliability_counts_each_quote_once() -> None:
    table = reliability([0.3, 0.92, 0.97, 0.99], [False, False, True, True])
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]
    assert sum(int(row[2]) for row in rows) == 4
    assert rows[-1][4:] == ["1.000", "1.000", "0.500"]
    assert rows[-2][5:] == ["0.667", "0.750"]


def test_a_quote_is_right_with_its_words_and_its_name(shared: Path) -> None:
    text = "Анна Рыкова сказала, что мост закрыт, а Олег Тимин — что открыт."
    gold = {
        "text": text,
        "quotes": [
            {"spans": [[text.index("мост"), text.index(", а")]], "name": "Анна Рыкова", "kind": "PER"},
            {"spans": [[text.index("открыт"), len(text) - 1]], "name": "Олег Тимин", "kind": "PER"},
        ],
    }
    quotes = [
        {"spans": gold["quotes"][0]["spans"], "speaker": {"name": "Анна Рыкова"}},
        {"spans": gold["quotes"][1]["spans"], "speaker": {"name": "Анна Рыкова"}},
        {"spans": [[0, 4]], "speaker": None},
    ]
    assert judged(load_scorer(shared), gold, quotes) == [(True, True), (True, False), (False, False)]


def test_a_record_that_a_failed_stage_left_incomplete_is_not_scored(shared: Path) -> None:
    gold = {"a": {"id": "a", "text": "Мост готов.", "quotes": []}}
    scorer = load_scorer(shared)
    record = {"id": "a", "people": [], "organizations": [], "quotes": [], "failed": []}
    assert score(scorer, "quotes", gold, {"a": record})
    with pytest.raises(ValueError, match=r"the extractor failed on a \(find_quotes, confidences\)"):
        score(scorer, "quotes", gold, {"a": {**record, "failed": ["find_quotes", "confidences"]}})


def test_there_is_no_scorer_where_there_are_no_corpora(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_scorer(tmp_path)


def test_a_table_is_written_between_its_lines(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Before\n<!-- a -->\nold\n<!-- b -->\nAfter\n")
    write_between(page, "\n".join([*table_head("x", "y"), table_row("1", "2")]), "<!-- a -->", "<!-- b -->")
    assert page.read_text() == "Before\n<!-- a -->\n| x | y |\n| --- | --- |\n| 1 | 2 |\n<!-- b -->\nAfter\n"
    with pytest.raises(ValueError, match=r"page\.md lacks the lines"):
        write_between(page, "", "<!-- a -->", "<!-- c -->")
