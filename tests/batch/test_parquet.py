"""Records as Parquet: the same as in JSON lines, a row per document or a row per quote."""

import json
import subprocess
import sys
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


def test_a_large_field_kept_over_many_quotes_takes_the_memory_of_a_row_group(tmp_path, records):
    """Under a real limit of address space: 2 MB over 1,000 quotes made a table of 2 GB."""
    record = next(record for record in read(records) if record["quotes"])
    record["quotes"] = record["quotes"][:1] * 1000
    source, path = tmp_path / "large.jsonl", tmp_path / "out.parquet"
    source.write_text(json.dumps(record | {"page": "мост " * 220_000}, ensure_ascii=False) + "\n", encoding="utf-8")
    program = (
        "import resource, sys; from pathlib import Path; from extractor.batch import parquet\n"
        "pages = int(open('/proc/self/statm').read().split()[0])\n"
        "limit = pages * resource.getpagesize() + 1_000_000_000\n"
        "resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n"
        "parquet.write_quotes(Path(sys.argv[1]), Path(sys.argv[2]), ('page',))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, source, path], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert arrow.ParquetFile(path).metadata.num_rows == 1000
    first = arrow.ParquetFile(path).read_row_group(0, columns=["page"]).column("page")
    assert first[0].as_py() == "мост " * 220_000


def test_no_records_make_a_file_without_rows(tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text("")
    for format in (Format.QUOTES, Format.DOCUMENTS):
        batch.convert([str(source)], str(tmp_path / "out.parquet"), Options(), format=format, extractor=toy.quick)
        assert arrow.read_table(tmp_path / "out.parquet").num_rows == 0
