"""The conversion of files: articles in, records out, in order, in any number of processes."""

import gzip
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import toy
import zstandard

from extractor import Document, batch
from extractor.batch import Options
from extractor.batch.streams import Input

TEXTS = (
    "Мэр Заречинска Алевтина Кораблёва пообещала достроить мост к весне.",
    "",
    "«Деньги есть, подрядчик есть», — сказал Тимур Басаргин.",
    "По словам главы «Северного пролёта» Тимура Басаргина, опоры будут готовы раньше срока.",
)


# The environment of a process that finds the toys.
WITH_TOY = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(toy.__file__).parent), *filter(None, sys.path)])}


def write_lines(path: Path, objects: list[object]) -> str:
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in objects), encoding="utf-8")
    return str(path)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def records(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def convert(*arguments, **options):
    return batch.convert(*arguments, extractor=toy.quick, **options)


def test_convert_writes_the_records_in_order(tmp_path, extractor):
    source = write_lines(tmp_path / "in.jsonl", [{"id": f"t{i}", "text": text} for i, text in enumerate(TEXTS)])
    target = tmp_path / "out.jsonl"
    summary = batch.convert([source], str(target), Options(), workers=2)
    lines = target.read_text(encoding="utf-8").splitlines()
    documents = [extractor(text, f"t{i}") for i, text in enumerate(TEXTS)]
    assert [Document.model_validate_json(line) for line in lines] == documents
    assert summary.documents == len(TEXTS)
    assert summary.people == sum(len(document.people) for document in documents) > 0
    assert summary.quotes == sum(len(document.quotes) for document in documents)
    assert summary.failed == 0
    assert names(tmp_path) == ["in.jsonl", "out.jsonl"]


def test_workers_are_made_with_the_option_of_the_conversion(tmp_path):
    source = write_lines(tmp_path / "in.jsonl", [{"text": "x"}])
    for option, quotes in ((False, 1), (True, 0)):
        summary = convert([source], str(tmp_path / "out.jsonl"), Options(article_only=option))
        assert (summary.documents, summary.quotes) == (1, quotes)


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
    convert([source], str(target), Options())
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
    convert([source], str(target), Options("body", "key", ("url", "tags")))
    first, second = records(target)
    assert (first["id"], first["url"], first["tags"]) == ("a", "http://пример", ["х", {"y": 1.5}])
    assert (second["id"], second["url"], "tags" in second) == ("b", None, False)
    document = Document.model_validate(first)
    assert document.model_extra == {"url": "http://пример", "tags": ["х", {"y": 1.5}]}
    assert json.loads(document.model_dump_json()) == first


def test_several_files_follow_each_other(tmp_path):
    files = [write_lines(tmp_path / f"{name}.jsonl", [{"text": name}]) for name in "ab"]
    target = tmp_path / "out.jsonl"
    assert convert([*files, files[0]], str(target), Options()).documents == 3
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
        assert convert([str(tmp_path / name)], str(target), Options()).documents == 2
        with Input(str(target)) as stream:
            assert [json.loads(line)["id"] for line in stream.read().splitlines()] == ["1", "2"]
    assert target.read_bytes()[:2] == {"": b'{"', ".gz": b"\x1f\x8b", ".zst": b"\x28\xb5"}[suffix]


def test_an_old_errors_file_is_gone_when_no_line_fails(tmp_path):
    target = tmp_path / "out.jsonl"
    errors = tmp_path / "out.jsonl.errors.jsonl"
    bad, good = tmp_path / "bad.jsonl", tmp_path / "good.jsonl"
    bad.write_text('{"text": "x"}\nnonsense\n', encoding="utf-8")
    good.write_text('{"text": "x"}\n', encoding="utf-8")
    convert([str(bad)], str(target), Options())
    assert records(errors) == [{"file": str(bad), "line": 2, "reason": "not JSON: Expecting value at character 0"}]
    convert([str(good)], str(target), Options())
    assert not errors.exists()


def test_progress_counts_the_bytes_of_all_files(tmp_path):
    files = [write_lines(tmp_path / f"{name}.jsonl", [{"text": name}] * 3) for name in "ab"]
    seen = []
    convert(files, str(tmp_path / "out"), Options(), progress=lambda done, at: seen.append((done.documents, at)))
    assert [documents for documents, _ in seen] == [1, 2, 3, 4, 5, 6]
    positions = [position for _, position in seen]
    assert positions == sorted(positions)
    assert positions[-1] == sum(Path(name).stat().st_size for name in files)


# Texts that workers die of or hang at, and outputs that are slow or full


def test_a_text_that_a_worker_dies_of_is_a_failed_line_and_all_others_are_converted(tmp_path):
    texts = ["die" if i in (7, 8, 60) else f"text {i}" for i in range(80)]
    source = write_lines(tmp_path / "in.jsonl", [{"id": i, "text": text} for i, text in enumerate(texts)])
    target = tmp_path / "out.jsonl"
    summary = batch.convert([source], str(target), Options(), 2, extractor=toy.fragile)
    assert (summary.documents, summary.failed) == (77, 3)
    assert [int(record["id"]) for record in records(target)] == [i for i in range(80) if texts[i] != "die"]
    assert records(tmp_path / "out.jsonl.errors.jsonl") == [
        {"file": source, "line": i + 1, "reason": "the worker process died of it twice (SIGKILL)", "id": str(i)}
        for i in (7, 8, 60)
    ]


def test_a_text_that_takes_too_long_is_a_failed_line(tmp_path):
    source = write_lines(tmp_path / "in.jsonl", [{"text": "a"}, {"id": "x", "text": "hang"}, {"text": "b"}])
    target = tmp_path / "out.jsonl"
    summary = batch.convert([source], str(target), Options(), timeout=2, extractor=toy.fragile)
    assert [record["id"] for record in records(target)] == ["in.jsonl:1", "in.jsonl:3"]
    assert records(tmp_path / "out.jsonl.errors.jsonl") == [
        {"file": source, "line": 2, "reason": "it took longer than 2 s", "id": "x"}
    ]
    assert (summary.documents, summary.failed) == (2, 1)


def test_while_nobody_reads_the_output_little_of_the_input_is_read(tmp_path):
    source = write_lines(tmp_path / "in.jsonl", [{"text": "слово " * 500}] * 2000)
    script = (
        "import sys, toy; from extractor import batch\n"
        "batch.convert(sys.argv[1:], '-', batch.Options(), 2, extractor=toy.quick)"
    )
    with subprocess.Popen([sys.executable, "-c", script, source], env=WITH_TOY, stdout=subprocess.PIPE) as process:
        process.stdout.read(1)
        time.sleep(2)
        (read,) = [
            int(Path(f"/proc/{process.pid}/fdinfo", descriptor.name).read_text().split()[1])
            for descriptor in Path(f"/proc/{process.pid}/fd").iterdir()
            if descriptor.readlink() == Path(source)
        ]
        process.kill()
    assert 0 < read < Path(source).stat().st_size / 10


def test_memory_is_flat_with_a_line_of_two_gigabytes_and_an_input_that_unpacks_to_more(tmp_path):
    zeros, blank = zstandard.compress(bytes(1 << 26)), zstandard.compress(b" " * ((1 << 26) - 1) + b"\n")
    good = zstandard.compress(b'{"text": "x"}\n')
    source, target = tmp_path / "in.zst", tmp_path / "out.jsonl"
    source.write_bytes(good + zeros * 32 + zstandard.compress(b"\n") + blank * 8 + good)
    script = (
        "import resource, sys, toy; from extractor import batch\n"
        "def most(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10\n"
        "before = most()\n"
        "batch.convert([sys.argv[1]], sys.argv[2], batch.Options(max_chars=1000), extractor=toy.quick)\n"
        "print(most() - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, source, target], env=WITH_TOY, capture_output=True, timeout=300
    )
    assert int(done.stdout) < 150, done.stderr
    assert [record["id"] for record in records(target)] == ["in.zst:1", "in.zst:11"]
    failures = records(tmp_path / "out.jsonl.errors.jsonl")
    assert [(failure["line"], failure["reason"]) for failure in failures] == [
        (i, "the line is longer than 16789216 bytes") for i in (2, *range(3, 11))
    ]


# Outputs


def test_an_output_keeps_the_rights_and_the_place_of_the_file_it_replaces(tmp_path):
    source = write_lines(tmp_path / "in.jsonl", [{"text": "x"}])
    path, link = tmp_path / "out", tmp_path / "link"
    path.write_text("before")
    path.chmod(0o640)
    link.symlink_to(path)
    convert([source], str(link), Options())
    assert link.is_symlink()
    assert len(records(path)) == 1
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_device_is_written_not_replaced(tmp_path):
    source = write_lines(tmp_path / "in.jsonl", [{"text": "x"}])
    convert([source], os.devnull, Options())
    assert not Path(os.devnull).is_file()


def test_a_zstd_file_with_too_large_a_window_costs_itself_alone(tmp_path):
    """A window of 2^28 bytes, twice what is read: as `zstd --ultra --long=28` writes it."""
    # Magic number, no content size and no checksum, window 2^(10 + 18), one last raw block of one byte.
    (tmp_path / "wide.zst").write_bytes(b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([18 << 3]) + b"\x09\x00\x00x")
    good = write_lines(tmp_path / "good.jsonl", [{"id": "a", "text": TEXTS[0]}])
    target = tmp_path / "out.jsonl"
    summary = convert([str(tmp_path / "wide.zst"), good], str(target), Options())
    assert (summary.documents, summary.failed) == (1, 1)
    assert [record["id"] for record in records(target)] == ["a"]
    (failure,) = records(tmp_path / "out.jsonl.errors.jsonl")
    assert (failure["file"], failure["line"]) == (str(tmp_path / "wide.zst"), 1)
    assert failure["reason"].startswith("the file cannot be read further: ")
