"""Records as Parquet: the same as in JSON lines, a row per document or a row per quote."""

import json
from pathlib import Path

import pytest
import toy
from pyarrow import parquet as arrow

from extractor import Extractor, batch
from extractor.batch import Format, Options, parquet


@pytest.fixture
def records(tmp_path: Path, root: Path, extractor: Extractor) -> Path:
    """The records of the samples, two fields of the articles kept."""
    path = tmp_path / "records.jsonl"
    lines = (root / "samples" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    with path.open("w", encoding="utf-8") as file:
        for number, line in enumerate(map(json.loads, lines)):
            record = json.loads(extractor(line["text"], line["id"]).model_dump_json())
            kept = {"title": f"№ {number}", "tags": ["мост", number]} if number else {"title": None}
            file.write(json.dumps(record | kept, ensure_ascii=False) + "\n")
    return path


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_row_a_document_is_its_record(tmp_path, records, monkeypatch):
    path = tmp_path / "out.parquet"
    # Several pieces, several row groups.
    monkeypatch.setattr(parquet, "_CHUNK_BYTES", 10_000)
    monkeypatch.setattr(parquet, "_ROW_GROUP_BYTES", 10_000)
    parquet.write_documents(records, path, ("title", "tags"))
    expected = read(records)
    for number, record in enumerate(expected):
        record["tags"] = json.dumps(["мост", number], ensure_ascii=False) if number else None
    assert arrow.read_table(path).to_pylist() == expected
    assert arrow.ParquetFile(path).num_row_groups > 1


def test_a_row_a_quote_tells_who_said_it(tmp_path, records):
    path = tmp_path / "out.parquet"
    parquet.write_quotes(records, path, ("title",))
    table = arrow.read_table(path)
    assert tuple(table.schema.names) == (*parquet.QUOTE_COLUMNS, "title")
    rows = iter(table.to_pylist())
    genders = set()
    for record in read(records):
        people = {person["id"]: person for person in record["people"]}
        for number, quote in enumerate(record["quotes"]):
            row = next(rows)
            assert (row["id"], row["version"], row["quote"]) == (record["id"], record["version"], number)
            assert row["title"] == record["title"]
            for field in ("type", "text", "spans", "confidence", "anaphoric", "in_article"):
                assert row[field] == quote[field]
            assert (row["start"], row["end"]) == (quote["spans"][0]["start"], quote["spans"][-1]["end"])
            assert row["cue"] == (quote["cue"] and quote["cue"]["text"])
            speaker = quote["speaker"]
            assert row["speaker"] == (speaker and speaker["name"])
            assert row["mention"] == (speaker["mention"]["text"] if speaker and speaker["mention"] else None)
            person = people.get(speaker and speaker["entity"])
            assert row["speaker_gender"] == (person and person["gender"])
            assert row["speaker_roles"] == (person and person["roles"])
            genders.add(row["speaker_gender"])
    assert next(rows, None) is None
    assert {"male", "female", None} <= genders


def test_no_records_make_a_file_without_rows(tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text("")
    for format in (Format.QUOTES, Format.DOCUMENTS):
        batch.convert([str(source)], str(tmp_path / "out.parquet"), Options(), format=format, extractor=toy.quick)
        assert arrow.read_table(tmp_path / "out.parquet").num_rows == 0
