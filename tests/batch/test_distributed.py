"""The conversion as a Ray Data job on a cluster of this machine: every line once, as `extractor convert` has it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import toy

from extractor import batch, pipeline
from extractor.batch import Options, Summary, UsageError

ray = pytest.importorskip("ray", reason="needs Ray Data: pip install 'extractor-ru[ray]'")
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
distributed = pytest.importorskip("extractor.batch.distributed")

ARTICLES: list[dict[str, Any]] = [
    {"id": "a", "text": "Мэр Заречинска Алевтина Кораблёва пообещала достроить мост к весне.", "n": 1},
    {"id": "b", "text": "«Деньги есть, подрядчик есть», — сказал Тимур Басаргин.", "n": 2},
    {"text": "", "n": None},
    {"id": "d", "text": "В МЧС предупредили, что до пятницы движение будет односторонним.", "n": 4},
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """A cluster of two cores in this machine, which ends with the tests."""
    try:
        _start()
    except Exception:  # a machine under load does not start one within the half minute that Ray gives it
        ray.shutdown()
        _start()
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield
    ray.shutdown()


def _start() -> None:
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def as_json_lines(articles: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles).encode()


def test_a_job_gives_what_the_command_gives(cluster: None, tmp_path: Path) -> None:
    folder, output, expected = tmp_path / "articles", tmp_path / "records", tmp_path / "expected.jsonl"
    folder.mkdir()
    files = [folder / "many.jsonl", folder / "packed.jsonl.gz", folder / "broken.jsonl.gz"]
    bad = [b"nonsense\n", b'{"id": "e"}\n', b'{"id": "f", "text": "' + b"a" * 201 + b'"}\n', b"\n"]
    files[0].write_bytes(as_json_lines(ARTICLES * 12) + b"".join(bad))
    files[1].write_bytes(gzip.compress(as_json_lines(ARTICLES)))
    files[2].write_bytes(gzip.compress(as_json_lines(ARTICLES))[:-4])
    (folder / "_SUCCESS").touch()
    options = Options(keep=("n",), max_chars=200, article_only=True)
    summary = distributed.convert([str(folder)], str(output), options)
    assert summary == batch.convert([str(file) for file in files], str(expected), options)
    assert (output / distributed.DONE).exists()
    written = [line for file in output.glob("*.jsonl") for line in lines(file)]
    assert sorted(written) == sorted(lines(expected) + lines(Path(f"{expected}.errors.jsonl")))


def test_rows_of_parquet_come_out_with_a_record_or_a_reason(cluster: None, tmp_path: Path) -> None:
    source, broken, output = tmp_path / "articles.parquet", tmp_path / "broken.parquet", tmp_path / "records"
    written = datetime(2024, 3, 14, 12, 40, tzinfo=UTC)
    rows = [{"key": i, "body": article["text"], "at": written} for i, article in enumerate(ARTICLES)]
    pq.write_table(pa.Table.from_pylist([*rows, {"key": 9, "body": None, "at": written}]), source)
    broken.write_bytes(source.read_bytes()[:-9])
    options = Options(text_field="body", id_field="key", keep=("at",))
    summary = distributed.convert([str(source), str(broken)], str(output), options, distributed.FolderFormat.PARQUET, 1)
    table = pa.concat_tables(pq.read_table(file) for file in output.glob("*.parquet"))
    assert table.schema.equals(distributed.RECORDS)
    found = {(Path(row["file"]).name, row["line"]): row for row in table.to_pylist()}
    assert len(found) == len(table) == 6
    assert (summary.documents, summary.failed) == (4, 2)
    for number, article in enumerate(ARTICLES, 1):
        row = found[source.name, number]
        record = json.loads(row["record"])
        assert (row["reason"], row["id"], record["id"]) == (None, str(number - 1), str(number - 1))
        assert record["at"] == written.isoformat()
        assert row["quotes"] == len(record["quotes"]) == (0 if not article["text"] else row["quotes"])
    assert found[source.name, 5]["reason"] == "the field 'body' holds null, not a string"
    assert found[source.name, 5]["id"] == "9"
    assert found[broken.name, 1]["reason"].startswith("the file cannot be read further: ")
    assert all((row["record"] is None) == (row["reason"] is not None) for row in found.values())


@pytest.mark.parametrize(
    ("input", "output", "options", "reason"),
    [
        ("missing.jsonl", "empty", Options(), "there is no such file or folder"),
        ("empty", "new", Options(), "holds no files"),
        ("articles.jsonl", "new", Options(text_field="body"), "no field 'body' in the first 4 lines"),
        ("articles.parquet", "new", Options(text_field="body"), "fields there: id, text, n"),
        ("articles.jsonl", "new", Options(keep=("quotes",)), "cannot keep the field 'quotes'"),
        ("articles.jsonl", "full", Options(), "holds files already"),
    ],
)
def test_what_cannot_be_done_is_told_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, input: str, output: str, options: Options, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("empty", "full"):
        (tmp_path / folder).mkdir()
    (tmp_path / "full" / "of yesterday").touch()
    (tmp_path / "articles.jsonl").write_bytes(as_json_lines(ARTICLES))
    pq.write_table(pa.Table.from_pylist(ARTICLES), tmp_path / "articles.parquet")
    with pytest.raises(UsageError, match=reason):
        distributed.convert([input], output, options)
    assert not (tmp_path / "new").exists()


def test_a_value_without_a_form_in_json_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "articles.parquet"
    pq.write_table(pa.table({"text": [b"\xd0\xb4\xd0\xb0", b"\xd0"]}), path)
    good, bad = distributed._lines_of(str(path), Options())
    assert json.loads(good.data) == {"text": "да"}
    assert bad.line == 2
    assert bad.reason.startswith("the row cannot be written as JSON: ")


def test_a_document_on_which_a_stage_failed_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "resolve", pipeline.resolve)
    toy.unresolving()
    texts = ("«Мост готов», — сказала Инна Чеботарь.", "«Мост сломан», — сказала Инна Чеботарь.", None)
    lines = [
        {"file": "f", "line": number, "data": json.dumps({"id": str(number), "text": text}).encode()}
        for number, text in enumerate(texts, 1)
    ]
    table = distributed._ConverterActor(Options())(pa.Table.from_pylist(lines, distributed._LINES))
    assert table["failed"].to_pylist() == [[], ["resolve"], None]
    sink = distributed._FolderSink(*distributed._filesystem(str(tmp_path)), distributed.FolderFormat.JSONL)
    summary = sink.write([table], SimpleNamespace(task_idx=0))
    assert (summary.documents, summary.quotes, summary.failed, summary.incomplete) == (2, 2, 1, 1)
    failures = sink.write([table.slice(2)], SimpleNamespace(task_idx=1))
    assert failures == Summary(failed=1)


def test_the_folder_counts_what_its_tasks_wrote(tmp_path: Path) -> None:
    files, folder = distributed._filesystem(str(tmp_path))
    sink = distributed._FolderSink(files, folder, distributed.FolderFormat.JSONL)
    sink.on_write_complete(ray.data.datasource.WriteResult(3, 0, [Summary(1, 2, 3, 4, 0), Summary(1, 0, 0, 1, 1)]))
    assert sink.summary == Summary(2, 2, 3, 5, 1)
    sink.on_write_complete(ray.data.datasource.WriteResult(0, 0, []))
    assert sink.summary == Summary()
