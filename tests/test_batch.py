"""JSON lines in, records out; texts in, records out, in one process and in several."""

import gzip
import itertools
import json
import operator
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import zstandard

from extractor import Document, batch, parallel
from extractor.batch import Options, UsageError
from extractor.streams import Input, output

TEXTS = (
    "Мэр Заречинска Алевтина Кораблёва пообещала достроить мост к весне.",
    "",
    "«Деньги есть, подрядчик есть», — сказал Тимур Басаргин.",
    "По словам главы «Северного пролёта» Тимура Басаргина, опоры будут готовы раньше срока.",
)


def write_lines(path: Path, objects: list[object]) -> str:
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in objects), encoding="utf-8")
    return str(path)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def records(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# pipe


def test_pipe_gives_the_records_of_single_calls(extractor):
    expected = [extractor(text) for text in TEXTS]
    assert list(extractor.pipe(TEXTS)) == expected
    in_two = list(extractor.pipe(iter(TEXTS), workers=2))
    assert in_two == expected
    assert [document.source for document in in_two] == list(TEXTS)


def test_pipe_takes_pairs_beside_texts(extractor):
    items = [("a", TEXTS[0]), TEXTS[2], ("c", TEXTS[3])]
    for workers in (1, 2):
        documents = list(extractor.pipe(items, workers=workers))
        assert [document.id for document in documents] == ["a", "", "c"]
        assert [document.source for document in documents] == [TEXTS[0], TEXTS[2], TEXTS[3]]


def test_pipe_of_an_endless_input_reads_little_ahead(extractor):
    read = 0

    def endless():
        nonlocal read
        for read in itertools.count(1):  # noqa: B007 (seen outside)
            yield TEXTS[0]

    assert len(list(itertools.islice(extractor.pipe(endless()), 3))) == 3
    assert read == 3
    assert len(list(itertools.islice(extractor.pipe(endless(), workers=2), 3))) == 3
    assert read < 1000


@pytest.mark.parametrize(
    ("item", "workers"),
    [(None, 1), (None, 2), (5, 1), (b"bytes", 1), (("id", None), 1), ((1, "text"), 1), (("a", "b", "c"), 1)],
)
def test_pipe_names_the_number_of_an_item_that_is_no_text(extractor, item, workers):
    given = []
    with pytest.raises(TypeError, match=r"item 2 .* no text"):
        for document in extractor.pipe([TEXTS[0], TEXTS[2], item, TEXTS[3]], workers=workers):
            given.append(document)
    assert given == [extractor(TEXTS[0]), extractor(TEXTS[2])]


def test_pipe_refuses_at_once_what_it_cannot_do(extractor):
    with pytest.raises(TypeError, match="not one text"):
        extractor.pipe(TEXTS[0])
    with pytest.raises(ValueError, match="at least 1"):
        extractor.pipe(TEXTS, workers=0)


def test_pipe_works_in_a_script_without_a_main_guard(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from extractor import Extractor\n"
        "print([d.id for d in Extractor().pipe([('1', 'Да.'), ('2', 'Нет.')], workers=2)])\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert done.stdout == "['1', '2']\n", done.stderr


# parallel


def double():
    return partial(operator.mul, 2)


def first_of():
    return lambda item: item[0]


def settings_of_a_worker():
    return os.environ.get


def a_worker_that_dies():
    return lambda item: os.kill(os.getpid(), signal.SIGKILL) if item == 3 else item


def test_an_exception_in_a_worker_is_told_with_its_traceback():
    with pytest.raises(parallel.WorkerError, match=r"Traceback[^§]*IndexError"):
        list(parallel.ordered(first_of, ["a", ""], 1, len))


def test_a_worker_that_dies_is_told_and_nothing_hangs():
    with pytest.raises(parallel.WorkerError, match="exit status -9"):
        list(parallel.ordered(a_worker_that_dies, range(100), 2, lambda item: 10_000))


def test_workers_use_one_thread_for_linear_algebra():
    settings = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"]
    assert list(parallel.ordered(settings_of_a_worker, settings, 1, len)) == ["1", "1"]


def test_order_is_kept_over_many_batches():
    assert list(parallel.ordered(double, range(3000), 3, lambda item: item % 9000)) == [2 * i for i in range(3000)]


def test_no_worker_is_left_when_the_results_are_no_longer_wanted():
    results = parallel.ordered(process_ids, itertools.count(), 2, lambda item: 1)
    pid = next(results)
    results.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def process_ids():
    return lambda item: os.getpid()


# convert


@pytest.mark.parametrize("workers", [1, 2])
def test_convert_writes_the_records_in_order(tmp_path, extractor, workers):
    source = write_lines(tmp_path / "in.jsonl", [{"id": f"t{i}", "text": text} for i, text in enumerate(TEXTS)])
    target = tmp_path / "out.jsonl"
    summary = batch.convert([source], str(target), Options(), workers)
    lines = target.read_text(encoding="utf-8").splitlines()
    documents = [extractor(text, f"t{i}") for i, text in enumerate(TEXTS)]
    assert [Document.model_validate_json(line) for line in lines] == documents
    assert summary.documents == len(TEXTS)
    assert summary.people == sum(len(document.people) for document in documents) > 0
    assert summary.quotes == sum(len(document.quotes) for document in documents)
    assert summary.failed == 0
    assert names(tmp_path) == ["in.jsonl", "out.jsonl"]


def test_ids_from_fields_numbers_and_positions(tmp_path):
    source = write_lines(
        tmp_path / "in.jsonl",
        [
            {"id": "a", "text": "x"},
            {"id": 7, "text": "x"},
            {"text": "x"},
            {"id": None, "text": "x"},
            {"id": 1.5, "text": ""},
        ],
    )
    target = tmp_path / "out.jsonl"
    batch.convert([source], str(target), Options())
    assert [record["id"] for record in records(target)] == ["a", "7", "in.jsonl:3", "in.jsonl:4", "1.5"]


def test_other_fields_can_be_read_and_kept(tmp_path):
    source = write_lines(
        tmp_path / "in.jsonl",
        [
            {"key": "a", "body": "Да.", "url": "http://пример", "tags": ["х", {"y": 1.5}], "text": "unread"},
            {"key": "b", "body": "Нет.", "url": None},
        ],
    )
    target = tmp_path / "out.jsonl"
    batch.convert([source], str(target), Options("body", "key", ("url", "tags")))
    first, second = records(target)
    assert (first["id"], first["url"], first["tags"]) == ("a", "http://пример", ["х", {"y": 1.5}])
    assert (second["id"], second["url"], "tags" in second) == ("b", None, False)
    document = Document.model_validate(first)
    assert document.model_extra == {"url": "http://пример", "tags": ["х", {"y": 1.5}]}
    assert json.loads(document.model_dump_json()) == first


def test_several_files_follow_each_other(tmp_path):
    files = [write_lines(tmp_path / f"{name}.jsonl", [{"text": name}]) for name in "ab"]
    target = tmp_path / "out.jsonl"
    assert batch.convert([*files, files[0]], str(target), Options()).documents == 3
    assert [record["id"] for record in records(target)] == ["a.jsonl:1", "b.jsonl:1", "a.jsonl:1"]


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_compressed_files_are_read_and_written(tmp_path, suffix):
    content = b'{"id":"1","text":"x"}\n{"id":"2","text":"y"}\n'
    # By their first bytes where the name does not tell, and in more than one part.
    frames = {
        "": content,
        ".gz": gzip.compress(content[:22]) + gzip.compress(content[22:]),
        ".zst": zstandard.compress(content[:22]) + zstandard.compress(content[22:]),
    }
    for name in (f"in.jsonl{suffix}", "in"):
        (tmp_path / name).write_bytes(frames[suffix])
        target = tmp_path / f"out.jsonl{suffix}"
        assert batch.convert([str(tmp_path / name)], str(target), Options()).documents == 2
        with Input(str(target)) as stream:
            assert [json.loads(line)["id"] for line in stream.read().splitlines()] == ["1", "2"]
    assert target.read_bytes()[:2] == {"": b'{"', ".gz": b"\x1f\x8b", ".zst": b"\x28\xb5"}[suffix]


def test_an_input_that_unpacks_to_far_more_is_read_in_pieces(tmp_path):
    path = tmp_path / "zeros.zst"
    path.write_bytes(zstandard.compress(bytes(200_000_000)))
    with Input(str(path)) as stream:
        assert len(stream.readline(1000)) == 1000
        assert stream.position < 1 << 20


def test_an_old_errors_file_is_gone_when_no_line_fails(tmp_path):
    target = tmp_path / "out.jsonl"
    errors = tmp_path / "out.jsonl.errors.jsonl"
    bad, good = tmp_path / "bad.jsonl", tmp_path / "good.jsonl"
    bad.write_text('{"text": "x"}\nnonsense\n', encoding="utf-8")
    good.write_text('{"text": "x"}\n', encoding="utf-8")
    batch.convert([str(bad)], str(target), Options())
    assert records(errors) == [{"file": str(bad), "line": 2, "reason": "not JSON: Expecting value at character 0"}]
    batch.convert([str(good)], str(target), Options())
    assert not errors.exists()


def test_progress_counts_the_bytes_of_all_files(tmp_path):
    files = [write_lines(tmp_path / f"{name}.jsonl", [{"text": name}] * 3) for name in "ab"]
    seen = []
    batch.convert(files, str(tmp_path / "out"), Options(), progress=lambda done, at: seen.append((done.documents, at)))
    assert [documents for documents, _ in seen] == [1, 2, 3, 4, 5, 6]
    positions = [position for _, position in seen]
    assert positions == sorted(positions)
    assert positions[-1] == sum(Path(name).stat().st_size for name in files)


# Outputs


def test_an_output_is_whole_or_not_there(tmp_path):
    path = tmp_path / "out"
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt), output(str(path)) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    assert path.read_text() == "before"
    assert names(tmp_path) == ["out"]


def test_an_output_keeps_the_rights_and_the_place_of_the_file_it_replaces(tmp_path):
    path, link = tmp_path / "out", tmp_path / "link"
    path.write_text("before")
    path.chmod(0o640)
    link.symlink_to(path)
    with output(str(link)) as stream:
        stream.write(b"after")
    assert link.is_symlink()
    assert path.read_text() == "after"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_device_is_written_not_replaced(tmp_path):
    source = write_lines(tmp_path / "in.jsonl", [{"text": "x"}])
    batch.convert([source], os.devnull, Options())
    assert not Path(os.devnull).is_file()


def test_a_conversion_that_fails_leaves_the_output_as_it_was(tmp_path, monkeypatch):
    source = write_lines(tmp_path / "in.jsonl", [{"text": "x"}])
    target = tmp_path / "out.jsonl"
    target.write_text("before")

    def full(*_):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        batch.convert([source], str(target), Options(), progress=full)
    assert target.read_text() == "before"
    assert names(tmp_path) == ["in.jsonl", "out.jsonl"]


def test_what_is_asked_of_a_conversion_is_checked_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "Extractor", lambda: pytest.fail("work was begun"))
    source = write_lines(tmp_path / "in.jsonl", [{"id": "a", "text": "x", "url": "y"}])
    target = tmp_path / "out.jsonl"
    target.write_text("before")
    errors = write_lines(tmp_path / "out.jsonl.errors.jsonl", [{"text": "x"}])
    (tmp_path / "no.gz").write_text("not compressed")
    refused = {
        "cannot read .*missing.jsonl: No such file": ([str(tmp_path / "missing.jsonl")], str(target), Options()),
        f"cannot read {tmp_path}: Is a directory": ([str(tmp_path)], str(target), Options()),
        "cannot read .*no.gz: Not a gzipped file": ([source, str(tmp_path / "no.gz")], str(target), Options()),
        "only once": (["-", "-"], str(target), Options()),
        "cannot write .*nowhere/out: No such file": ([source], str(tmp_path / "nowhere" / "out"), Options()),
        f"cannot write {tmp_path}: Is a directory": ([source], str(tmp_path), Options()),
        "output .*in.jsonl is the input": ([source], f"{tmp_path}/./in.jsonl", Options()),
        "errors.jsonl is the input": ([errors], str(target), Options()),
        "no field 'texxt' in .*fields there: id, text, url": ([source], str(target), Options("texxt")),
        "no field 'key' in ": ([source], str(target), Options(id_field="key")),
        "no field 'link' in ": ([source], str(target), Options(keep=("url", "link"))),
        "cannot keep the field 'quotes'": ([source], str(target), Options(keep=("quotes",))),
    }
    for message, arguments in refused.items():
        with pytest.raises(UsageError, match=message):
            batch.convert(*arguments)
    assert target.read_text() == "before"
    assert len(names(tmp_path)) == 4
