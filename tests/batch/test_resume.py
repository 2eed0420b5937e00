"""Conversions that are interrupted and resumed, and end as if nothing had happened."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import toy

from extractor import batch
from extractor.batch import (
    Format,
    Options,
    StoppedError,
    Summary,
    UsageError,
    checkpoint,
    conversion,
    outputs,
    parquet,
    streams,
)

TOO_LONG = 100
OPTIONS = Options(keep=("n",), max_chars=TOO_LONG)
FORMATS = {"out": Format.JSONL, "out.gz": Format.JSONL, "out.zst": Format.JSONL} | {
    "quotes.parquet": Format.QUOTES,
    "documents.parquet": Format.DOCUMENTS,
}


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    small(monkeypatch.setattr)


def small(setattr) -> None:
    """Frames and journals by the thousand, so that there are many places to be interrupted at."""
    setattr(outputs, "FRAME_BYTES", 2_000)
    setattr(checkpoint, "JOURNAL_SECONDS", 0.01)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory) -> list[str]:
    """Three files of lines good and bad; the second breaks off."""
    folder = tmp_path_factory.mktemp("inputs")
    kinds = [
        '{"id": %d, "text": "слово %d", "n": [%d]}',
        '{"text": "и %d снова"}',
        "",
        '{"id": %d, "text": 5}',
        "bad %d",
    ]
    lines = [kinds[i % 5].replace("%d", str(i)) + "\n" for i in range(1000)]
    lines[150] = json.dumps({"id": "long", "text": "x" * (TOO_LONG + 1)}) + "\n"
    data = "".join(lines).encode()
    for name, content in (("a.jsonl", data[:20_000]), ("b.gz", gzip.compress(data)[:-9]), ("c.jsonl", data[:9_000])):
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in ("a.jsonl", "b.gz", "c.jsonl")]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def undisturbed(inputs, tmp_path_factory) -> dict[str, dict[str, bytes]]:
    """For each output what one run leaves of it."""
    whole = {}
    with pytest.MonkeyPatch.context() as patch:
        small(patch.setattr)
        for name, format in FORMATS.items():
            folder = tmp_path_factory.mktemp("whole")
            batch.convert(inputs, str(folder / name), OPTIONS, format=format, extractor=toy.quick)
            whole[name] = contents(folder)
            assert sorted(whole[name]) == [name, f"{name}.errors.jsonl"]
    return whole


def run(files: list[str], output: str, workers: int, resume: bool) -> None:
    """A conversion in a process of its own."""
    small(setattr)
    batch.convert(files, output, OPTIONS, workers, format=FORMATS[Path(output).name], resume=resume, extractor=toy.slow)


def start(files: list[str], output: Path, workers: int, resume: bool, limit: str = "") -> subprocess.Popen:
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"{limit}import test_resume; test_resume.run({files}, {str(output)!r}, {workers}, {resume})",
        ],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])},
        stderr=subprocess.PIPE,
    )


def lines_done(output: Path) -> int:
    """As the journal tells it; 0 where there is none."""
    journal = output.with_name(f"{output.name}.part.json")
    return json.loads(journal.read_bytes())["checkpoint"]["lines"] if journal.exists() else 0


@pytest.mark.parametrize(("name", "workers"), list(zip(FORMATS, (1, 2, 1, 2, 1), strict=True)))
def test_killed_and_resumed_it_ends_as_if_it_had_not_been(tmp_path, inputs, undisturbed, name, workers):
    output = tmp_path / name
    output.write_bytes(b"before")
    for least in (100, 400):
        with start(inputs, output, workers, resume=least > 100) as process:
            while lines_done(output) < least:
                assert process.poll() is None, process.stderr.read().decode()
                time.sleep(0.005)
            process.kill()
        assert output.read_bytes() == b"before"
    done = lines_done(output)
    assert done < 1000
    told = []
    batch.convert(
        inputs, str(output), OPTIONS, 3 - workers, lambda summary, _: told.append(summary.lines),
        format=FORMATS[name], resume=True, extractor=toy.quick,
    )  # fmt: skip
    assert told[0] == done + 1
    assert contents(tmp_path) == undisturbed[name]


# Interrupted in this process


class Interrupt(BaseException):
    """Comes like Ctrl-C, between any two lines."""


def interrupt_at(line: int):
    def progress(summary: Summary, position: int) -> None:
        if summary.lines == line:
            raise Interrupt

    return progress


@pytest.fixture(scope="module")
def begun(inputs, tmp_path_factory) -> Path:
    """A folder with an `out` that was interrupted after 200 lines."""
    folder = tmp_path_factory.mktemp("begun")
    with pytest.raises(Interrupt):
        batch.convert(inputs, str(folder / "out"), OPTIONS, 1, interrupt_at(200), extractor=toy.quick)
    assert sorted(contents(folder)) == ["out.errors.jsonl.part", "out.part", "out.part.json"]
    assert lines_done(folder / "out") == 200
    return folder


@pytest.fixture
def output(begun, tmp_path) -> Path:
    """That output, in a folder of its own."""
    shutil.copytree(begun, tmp_path / "copy")
    return tmp_path / "copy" / "out"


def resume(files: list[str], output: Path, options: Options = OPTIONS, **more) -> Summary:
    return batch.convert(files, str(output), options, resume=True, extractor=toy.quick, **more)


def test_the_summary_is_that_of_all_runs(inputs, output, undisturbed):
    summary = resume(inputs, output)
    assert contents(output.parent) == undisturbed["out"]
    assert summary.documents == undisturbed["out"]["out"].count(b"\n") == summary.people
    assert summary.failed == undisturbed["out"]["out.errors.jsonl"].count(b"\n")


def test_what_was_half_written_is_cut_off(inputs, output, undisturbed):
    for part in ("out.part", "out.errors.jsonl.part"):
        with output.with_name(part).open("ab") as file:
            file.write(b'{"id": "half')
    resume(inputs, output)
    assert contents(output.parent) == undisturbed["out"]


def test_where_nothing_was_begun_resume_begins(tmp_path, inputs, undisturbed):
    resume(inputs, tmp_path / "out")
    assert contents(tmp_path) == undisturbed["out"]


def test_interrupted_before_the_first_line_nothing_is_left(tmp_path, inputs):
    with pytest.raises(UsageError, match="no field"):
        batch.convert(inputs, str(tmp_path / "out"), Options("body"), extractor=toy.quick)
    assert contents(tmp_path) == {}


def test_a_killed_run_that_had_done_nothing_is_no_hindrance(tmp_path, inputs, undisturbed):
    checkpoint.ResumableOutput(tmp_path / "out", tmp_path / "out.errors.jsonl", {}, False)._release()
    assert len(contents(tmp_path)) == 3
    batch.convert(inputs, str(tmp_path / "out"), OPTIONS, extractor=toy.quick)
    assert contents(tmp_path) == undisturbed["out"]


def test_fail_fast_stops_before_the_line_that_fails_and_can_be_resumed(tmp_path, inputs, undisturbed):
    output = tmp_path / "out"
    for _ in range(2):
        with pytest.raises(StoppedError, match=r"line 4 of .*a.jsonl: the field 'text' holds a number"):
            batch.convert(inputs, str(output), OPTIONS, fail_fast=True, resume=True, extractor=toy.quick)
        assert lines_done(output) == 2
    resume(inputs, output)
    assert contents(tmp_path) == undisturbed["out"]


# Interrupted when all is done but the names


class Calls:
    """Lets some calls through, and interrupts at the next."""

    def __init__(self, allowed: int) -> None:
        self.allowed = allowed

    def watch(self, function):
        def call(*arguments, **options):
            self.allowed -= 1
            if self.allowed < 0:
                raise Interrupt
            return function(*arguments, **options)

        return call


def interrupt_names(patch: pytest.MonkeyPatch, allowed: int) -> Calls:
    calls = Calls(allowed)
    for place, name in ((streams, "give_name"), (Path, "unlink"), (parquet, "_chunks")):
        patch.setattr(place, name, calls.watch(getattr(place, name)))
    return calls


@pytest.fixture(scope="module")
def unnamed(inputs, tmp_path_factory) -> dict[str, Path]:
    """Folders with outputs that were complete when they were interrupted."""
    folders = {}
    for name in ("out", "quotes.parquet"):
        folders[name] = tmp_path_factory.mktemp("unnamed")
        with pytest.MonkeyPatch.context() as patch, pytest.raises(Interrupt):
            small(patch.setattr)
            interrupt_names(patch, 0)
            batch.convert(inputs, str(folders[name] / name), OPTIONS, format=FORMATS[name], extractor=toy.quick)
    return folders


@pytest.mark.parametrize("name", ["out", "quotes.parquet"])
def test_interrupted_anywhere_in_the_end_it_is_ended_by_resuming(tmp_path, inputs, undisturbed, unnamed, name):
    monkeypatch = pytest.MonkeyPatch()
    for allowed in range(20):
        output = tmp_path / str(allowed) / name
        shutil.copytree(unnamed[name], output.parent)
        with monkeypatch.context() as patch:
            calls = interrupt_names(patch, allowed)
            try:
                resume(inputs, output, format=FORMATS[name])
            except Interrupt:
                assert not output.exists() or output.read_bytes() == undisturbed[name][name]
        if calls.allowed < 0:
            resume(inputs, output, format=FORMATS[name])
        assert contents(output.parent) == undisturbed[name]
    assert calls.allowed >= 0


# Refused


@pytest.mark.parametrize(
    ("options", "more", "message"),
    [
        (Options(keep=("n",), max_chars=99), {}, "max_chars 100, not 99"),
        (Options(max_chars=TOO_LONG), {}, r'keep \["n"\], not \[\]'),
        (replace(OPTIONS, article_only=True), {}, "article_only false, not true"),
        (OPTIONS, {"timeout": 5.0}, "timeout null, not 5.0"),
        (OPTIONS, {"format": Format.QUOTES}, 'format "jsonl", not "parquet-quotes"'),
    ],
)
def test_other_options_are_refused(inputs, output, options, more, message):
    before = contents(output.parent)
    with pytest.raises(UsageError, match=f"cannot resume .*out: it was begun with {message}"):
        resume(inputs, output, options, **more)
    assert contents(output.parent) == before


def test_another_version_is_refused(inputs, output, monkeypatch):
    monkeypatch.setattr(conversion, "__version__", "9.9")
    with pytest.raises(UsageError, match=r'version "[0-9.]+", not "9.9"'):
        resume(inputs, output)


def test_other_input_is_refused(tmp_path, inputs):
    source, output = tmp_path / "in.jsonl", tmp_path / "out"
    shutil.copy(inputs[0], source)
    with pytest.raises(Interrupt):
        batch.convert([str(source)], str(output), OPTIONS, 1, interrupt_at(9), extractor=toy.quick)
    before = contents(tmp_path)
    with pytest.raises(UsageError, match="begun with input files of other names or sizes"):
        resume([inputs[0]], output)
    with source.open("ab") as file:
        file.write(b"\n")
    with pytest.raises(UsageError, match="begun with input files of other names or sizes"):
        resume([str(source)], output)
    # Of the same name and size.
    source.write_bytes(before["in.jsonl"].replace("слово 0".encode(), "олово 0".encode()))
    with pytest.raises(UsageError, match="what was read of the input is not what it was"):
        resume([str(source)], output)
    source.write_bytes(before["in.jsonl"])
    assert contents(tmp_path) == before


def test_without_resume_what_was_done_is_not_thrown_away(inputs, output):
    before = contents(output.parent)
    with pytest.raises(UsageError, match="holds 200 lines of a conversion that was interrupted: go on with --resume"):
        batch.convert(inputs, str(output), OPTIONS)
    assert contents(output.parent) == before


def test_without_resume_a_part_that_was_removed_is_begun_anew(inputs, output, undisturbed):
    output.with_name("out.part").unlink()
    batch.convert(inputs, str(output), OPTIONS, extractor=toy.quick)
    assert contents(output.parent) == undisturbed["out"]


def test_parts_that_were_changed_are_refused(inputs, output):
    part, journal = output.with_name("out.part"), output.with_name("out.part.json")
    os.truncate(part, 50)
    with pytest.raises(UsageError, match=r"out\.part has 50 bytes of"):
        resume(inputs, output)
    part.unlink()
    with pytest.raises(UsageError, match=r"out\.part is missing"):
        resume(inputs, output)
    journal.write_text("{}")
    with pytest.raises(UsageError, match="is no journal"):
        resume(inputs, output)
    journal.unlink()
    part.write_text("mine")
    with pytest.raises(UsageError, match=r"out\.part is no part of a conversion"):
        resume(inputs, output)
    assert part.read_text() == "mine"


def test_two_conversions_do_not_write_one_output(inputs, output):
    with start(inputs, output, 1, resume=True) as process:
        while lines_done(output) < 210:
            assert process.poll() is None, process.stderr.read().decode()
            time.sleep(0.005)
        for resumed in (True, False):
            with pytest.raises(UsageError, match="is being written by another conversion"):
                batch.convert(inputs, str(output), OPTIONS, resume=resumed)
        process.kill()


def test_what_is_written_as_it_is_cannot_be_resumed(inputs):
    with pytest.raises(UsageError, match="cannot resume -"):
        batch.convert(inputs, "-", OPTIONS, resume=True)


# Full disks


def test_a_file_size_limit_is_told_and_what_was_done_is_gone_on_with(tmp_path, inputs, undisturbed):
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); "
    output = tmp_path / "out"
    with start(inputs, output, 1, resume=False, limit=limit) as process:
        assert "OSError: [Errno 27] File too large" in process.stderr.read().decode()
    assert 0 < lines_done(output) < 1000
    assert output.with_name("out.part").stat().st_size <= 20_000
    resume(inputs, output)
    assert contents(tmp_path) == undisturbed["out"]


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder], capture_output=True).returncode:
        pytest.skip("needs the right to mount a file system")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("name", ["out", "out.gz"])
def test_a_full_disk_is_told_and_what_was_done_is_gone_on_with(inputs, undisturbed, small_disk, name):
    output = small_disk / name
    with pytest.raises(OSError, match="No space left on device"):
        batch.convert(inputs, str(output), OPTIONS, extractor=toy.quick)
    assert not output.exists()
    assert 0 < lines_done(output) < 1000
    subprocess.run(["mount", "-o", "remount,size=8m", small_disk], check=True)
    resume(inputs, output)
    assert contents(small_disk) == undisturbed[name]
