"""Records are compared fact by fact."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import compare as benchmark
from benchmarks.compare import compare
from extractor import Extractor

TEXT = "«Мост готов», — сказала директор Инна Чеботарь. Её поддержало МЧС."


@pytest.fixture
def record(extractor: Extractor) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(extractor(TEXT, "a").model_dump_json())
    return made


def test_equal_records_do_not_differ(record: dict[str, Any]) -> None:
    assert compare({"a": record}, {"a": copy.deepcopy(record)}) == {}


def test_a_changed_fact_is_named_with_its_document(record: dict[str, Any]) -> None:
    other = copy.deepcopy(record)
    other["quotes"][0]["speaker"]["name"] = "Инна Чеботарева"
    other["people"][0]["gender"] = "male"
    found = compare({"a": record}, {"a": other})
    assert set(found) == {"quotes: speaker, name", "people: gender"}
    assert found["people: gender"] == [("a", "Инна Чеботарь: 'female' → 'male'")]


def test_a_lost_quote_is_a_fact_too(record: dict[str, Any]) -> None:
    found = compare({"a": record}, {"a": {**record, "quotes": []}})
    ((id, difference),) = found["quotes: found"]
    assert id == "a"
    assert difference.endswith("'direct' → None")


def test_a_document_that_fails_is_told_apart(record: dict[str, Any]) -> None:
    found = compare({"a": record, "b": record}, {"a": {"id": "a", "reason": "slower than 1 s"}})
    assert found == {"converted": [("a", "yes → slower than 1 s"), ("b", "yes → no")]}
    found = compare({"a": record}, {"a": {**record, "failed": ["resolve", "confidences"]}})
    assert found == {"converted": [("a", "yes → without resolve, confidences")]}


def test_the_command_compares_kept_records(
    record: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = tmp_path / "shared"
    articles = shared / "quotes" / "dev.jsonl"
    before, after = tmp_path / "before", tmp_path / "after"
    for folder in (articles.parent, before, after):
        folder.mkdir(parents=True)
    articles.write_text(json.dumps({"id": "a", "text": TEXT}))
    for folder, kept in ((before, record), (after, {**record, "quotes": []})):
        (folder / "quotes.dev.jsonl").write_text(json.dumps(kept) + "\n")
    monkeypatch.setattr(benchmark, "CORPORA", ("quotes/dev.jsonl",))
    monkeypatch.setattr("sys.argv", ["compare", str(before), str(after), "--shared", str(shared)])
    assert benchmark.main() == 1
    assert "quotes/dev.jsonl: 1 of 1 documents differ" in capsys.readouterr().out
