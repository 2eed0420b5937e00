"""The command, as a process where that matters and in this one where it does not."""

import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractor import Document, __version__, batch, parallel
from extractor.cli import app
from extractor.parallel import WorkerError
from extractor.reading import analysis
from extractor.reading.article import Block

TEXT = (
    "Мэр Заречинска Алевтина Кораблёва приехала на стройку.\n"
    "«Мы потеряли целый сезон, и повторять эту ошибку никто не собирается», — сказала Кораблёва.\n"
)


def run(*arguments: str | Path, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "extractor", *map(str, arguments)], capture_output=True, timeout=120, **options
    )


@pytest.fixture
def articles(tmp_path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text(
        "".join(json.dumps({"id": f"a{i}", "text": TEXT}, ensure_ascii=False) + "\n" for i in range(3)),
        encoding="utf-8",
    )
    return path


# As a process


def test_convert_as_a_process(tmp_path, articles):
    done = run("convert", articles, "-o", tmp_path / "out.jsonl", "--workers", "2")
    assert done.returncode == 0
    assert done.stdout == b""
    documents = [Document.model_validate_json(line) for line in (tmp_path / "out.jsonl").read_bytes().splitlines()]
    assert [document.id for document in documents] == ["a0", "a1", "a2"]
    people, organizations, quotes = (
        sum(len(getattr(document, field)) for document in documents) for field in ("people", "organizations", "quotes")
    )
    assert people >= 3
    assert done.stderr.decode() == (
        f"3 documents, {people} people, {organizations} organizations, {quotes} quotes, 0 lines failed\n"
    )


def test_standard_streams_and_the_status_of_failed_lines(articles):
    done = run("convert", "-", "-o", "-", input=b"nonsense\n" + articles.read_bytes())
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a0", "a1", "a2"]
    failure, summary = done.stderr.decode().splitlines()
    assert json.loads(failure) == {
        "file": "stdin",
        "line": 1,
        "reason": "not JSON: Expecting value at character 0",
    }
    assert summary.endswith("1 lines failed")


def test_an_input_that_is_the_output_by_redirection_is_refused(articles):
    before = articles.read_bytes()
    with articles.open("rb") as stdin:
        done = run("convert", "-", "-o", articles, stdin=stdin)
    assert done.returncode == 2
    assert done.stderr.decode() == f"extractor: the output {articles} is the input stdin\n"
    assert articles.read_bytes() == before


def test_a_reader_that_closes_the_pipe_ends_it_quietly(tmp_path, articles):
    many = tmp_path / "many.jsonl"
    many.write_bytes(articles.read_bytes() * 200)
    with (
        (tmp_path / "stderr").open("w+") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "extractor", "convert", str(many), "-o", "-"], stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        assert process.stdout.readline().startswith(b'{"id":"a0"')
        process.stdout.close()
        assert process.wait(timeout=60) == 141
        errors.seek(0)
        assert errors.read() == ""


def test_a_device_without_room_is_told(articles):
    done = run("convert", articles, "-o", "/dev/full")
    assert done.returncode == 2
    assert done.stderr.decode() == "extractor: cannot write /dev/full: No space left on device\n"


@pytest.mark.parametrize(("signal_number", "status", "workers"), [(signal.SIGINT, 130, 2), (signal.SIGTERM, 143, 1)])
def test_ended_from_outside_it_ends_at_once_and_is_resumed(tmp_path, extractor, signal_number, status, workers):
    target = tmp_path / "out.jsonl"
    target.write_text("before")
    command = ["convert", "-", "-o", target, "--workers", str(workers)]
    lines = json.dumps({"text": TEXT}).encode() + b"\n"
    process = subprocess.Popen(
        [sys.executable, "-m", "extractor", *map(str, command)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # What runs in the background inherits that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    # The input stays open: it waits for more.
    process.stdin.write(lines * 20)
    process.stdin.flush()
    part = tmp_path / "out.jsonl.part"
    wait_until(lambda: part.exists() and part.read_bytes().count(b"\n") >= 5)
    # To the workers too, as a terminal does it.
    os.killpg(process.pid, signal_number)
    assert process.wait(timeout=15) == status
    told = process.stderr.read().decode()
    assert "Traceback" not in told
    assert ("--resume goes on from here" in told) == (signal_number == signal.SIGINT)
    process.stdin.close()
    process.stderr.close()
    assert target.read_text() == "before"
    done = run(*command, "--resume", input=lines * 30)
    assert done.stderr.decode().startswith("30 documents, ")
    expected = [extractor(TEXT, f"stdin:{number}").model_dump_json() for number in range(1, 31)]
    assert target.read_text(encoding="utf-8").splitlines() == expected
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
def test_what_standard_output_holds_already_is_left_there(tmp_path, articles, name):
    """The file was replaced, and the errors went to /dev/stdout.errors.jsonl."""
    if name == "link":
        (tmp_path / "link").symlink_to("/dev/stdout")
    elif not Path(name).parent.exists():
        pytest.skip(f"{name} is not known here")
    log = tmp_path / "log"
    log.write_bytes(b"before\n")
    with log.open("ab") as stdout:
        done = subprocess.run(
            [sys.executable, "-m", "extractor", "convert", "-", "-o", name],
            input=b"bad\n" + articles.read_bytes(), stdout=stdout, stderr=subprocess.PIPE, cwd=tmp_path, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    first, *records = log.read_bytes().splitlines()
    assert (first, [json.loads(record)["id"] for record in records]) == (b"before", ["a0", "a1", "a2"])
    failure, summary = done.stderr.decode().splitlines()
    assert json.loads(failure)["reason"].startswith("not JSON") and summary.endswith("1 lines failed")
    assert {path.name for path in tmp_path.iterdir()} <= {"in.jsonl", "link", "log"}


def test_records_that_were_removed_meanwhile_end_it_and_a_second_run_changes_nothing_of_that(tmp_path, articles):
    """The empty file of the run that was refused got the name, with exit status 0."""
    target, part = tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    command = [sys.executable, "-m", "extractor", "convert", "-", "-o", str(target)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write(articles.read_bytes())
    process.stdin.flush()
    wait_until(lambda: part.exists() and part.stat().st_size)
    part.unlink()
    second = run("convert", "-", "-o", target, input=articles.read_bytes())
    assert second.returncode == 2
    assert "is being written by another conversion" in second.stderr.decode()
    told = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 2
    assert f"{part} was removed or replaced while it was being written" in told
    assert not target.exists()


def test_a_worker_that_is_killed_by_chance_costs_nothing(tmp_path, articles):
    target = tmp_path / "out.jsonl"
    articles.write_bytes(articles.read_bytes() * 30)
    process = subprocess.Popen(
        [sys.executable, "-m", "extractor", "convert", str(articles), "-o", str(target), "--workers", "2"],
        stderr=subprocess.PIPE,
    )
    part = tmp_path / "out.jsonl.part"
    wait_until(lambda: part.exists() and part.stat().st_size)
    workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(workers) == 2
    os.kill(int(workers[0]), signal.SIGKILL)
    told = process.communicate(timeout=120)[1].decode()
    assert told.startswith("90 documents, ") and told.endswith(" 0 lines failed\n")
    ids = [json.loads(line)["id"] for line in target.read_text(encoding="utf-8").splitlines()]
    assert ids == ["a0", "a1", "a2"] * 30


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def shell(command: str, folder: Path, **options) -> subprocess.CompletedProcess:
    """A command line with redirections, in which `extractor` is the command."""
    function = f'extractor() {{ {shlex.quote(sys.executable)} -m extractor "$@"; }}; '
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))} | options.pop("env", {})
    return subprocess.run(
        ["bash", "-c", function + command], capture_output=True, timeout=60, cwd=folder, env=environment, **options
    )


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
@pytest.mark.parametrize("output", ["-", "out.jsonl"])
def test_standard_error_that_is_closed_or_full_changes_neither_records_nor_status(
    tmp_path, articles, redirection, output
):
    """Failures and summary were written among the records, and the first failure ended the conversion."""
    articles.write_bytes(b"bad\n" + articles.read_bytes() + b"bad\n")
    done = shell(f"extractor convert in.jsonl -o {output} {redirection}", tmp_path)
    assert (done.returncode, done.stderr) == (1, b"")
    records = done.stdout if output == "-" else (tmp_path / output).read_bytes()
    assert [json.loads(record)["id"] for record in records.splitlines()] == ["a0", "a1", "a2"]


def test_standard_streams_that_are_closed_are_told(tmp_path, articles):
    done = shell("extractor convert in.jsonl -o - >&-", tmp_path)
    assert done.returncode == 2 and done.stderr.endswith(b": Bad file descriptor\n")
    done = shell("extractor convert - -o out.jsonl <&-", tmp_path)
    assert done.returncode == 1
    failure = json.loads((tmp_path / "out.jsonl.errors.jsonl").read_bytes())
    assert failure["reason"] == "the file cannot be read further: Bad file descriptor"


@pytest.mark.parametrize("command", ["schema", "show article.txt", "show article.txt --html -"])
def test_standard_output_without_room_is_told_by_name(tmp_path, command):
    (tmp_path / "article.txt").write_text(TEXT, encoding="utf-8")
    done = shell(f"extractor {command} > /dev/full", tmp_path)
    assert done.returncode == 2
    assert done.stderr.decode() == "extractor: cannot write standard output: No space left on device\n"


@pytest.mark.parametrize("encoding", ["ascii", "cp1251"])
def test_terminals_of_other_encodings_show_what_they_can(tmp_path, encoding):
    (tmp_path / "article.txt").write_text(TEXT, encoding="utf-8")
    shown = shell("extractor show article.txt", tmp_path, env={"PYTHONIOENCODING": encoding})
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert ("Алевтина" if encoding == "cp1251" else "? direct ?") in shown.stdout.decode(encoding)
    schema = shell("extractor schema", tmp_path, env={"PYTHONIOENCODING": encoding})
    assert schema.returncode == 0
    assert json.loads(schema.stdout.decode(encoding)) == Document.model_json_schema()


def test_names_of_fields_are_no_commands_to_the_terminal(tmp_path):
    fields = {"text\x1b[31m": "", "a\x9bb\nc": ""}
    (tmp_path / "in.jsonl").write_text(json.dumps(fields), encoding="utf-8")
    done = shell("extractor convert in.jsonl -o out.jsonl", tmp_path)
    assert done.returncode == 2
    assert done.stderr.decode().endswith("fields there: text\\u001b[31m, a\\u009bb\\u000ac\n")


def test_too_many_workers_for_the_system_are_not_blamed_on_the_output(tmp_path, articles):
    done = shell("ulimit -n 40; extractor convert in.jsonl -o out.jsonl --workers 20", tmp_path)
    assert done.returncode == 2
    assert done.stderr.decode().startswith("extractor: cannot run 20 worker processes: Too many open files")
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


@pytest.mark.parametrize("seconds", [0.05, 0.1, 0.2, 0.4])
def test_interrupted_while_it_starts_it_ends_without_a_traceback(tmp_path, articles, seconds):
    # Python itself takes the first moment: the signal comes when the command has begun to import.
    begin = "print('begun', flush=True); from extractor.__main__ import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", begin, "convert", "-", "-o", str(tmp_path / "out.jsonl")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stdout.readline() == b"begun\n"
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130
    assert "Traceback" not in told
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_progress_is_shown_on_a_terminal(tmp_path, articles):
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "extractor", "convert", str(articles), "-o", str(tmp_path / "out.jsonl")],
        stderr=terminal,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(terminal)
    seen = b""
    while True:
        try:
            piece = os.read(master, 10_000)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.close(master)
    assert process.wait(timeout=60) == 0
    assert b"documents/s" in seen
    assert b"3 documents, " in seen


def test_show_writes_plain_text_to_a_pipe():
    done = run("show", "-", input=TEXT.encode(), env=os.environ | {"COLUMNS": "60"})
    assert done.returncode == 0
    shown = done.stdout.decode()
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= 60
    assert "Алевтина Кораблёва" in shown


# In this process


def invoke(*arguments: str | Path):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_schema_documents_every_field():
    result = invoke("schema")
    assert result.exit_code == 0
    schema = json.loads(result.stdout)
    assert schema == Document.model_json_schema()
    for name, model in {"Document": schema, **schema["$defs"]}.items():
        assert model["description"], name
        for field, properties in model["properties"].items():
            assert properties.get("description"), f"{name}.{field}"


def test_show_writes_a_page(tmp_path):
    source, page = tmp_path / "статья.txt", tmp_path / "page.html"
    source.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    result = invoke("show", source, "--html", page)
    assert (result.exit_code, result.output) == (0, "")
    html = page.read_text(encoding="utf-8")
    assert html.startswith("<!DOCTYPE html>")
    assert "<title>статья.txt</title>" in html


def test_the_article_alone(tmp_path, articles, monkeypatch):
    monkeypatch.setattr(
        analysis, "blocks", lambda text, paragraphs: [Block(*span, False, False) for span in paragraphs]
    )
    source = tmp_path / "page.txt"
    source.write_text(TEXT, encoding="utf-8")
    assert invoke("show", source).stdout.startswith("Quotes  1\n")
    assert invoke("show", source, "--article-only").stdout.startswith("Quotes  0\n")
    asked = []
    monkeypatch.setattr(batch, "convert", lambda *arguments, **options: asked.append(arguments[2]) or batch.Summary())
    for options in ((), ("--article-only",)):
        assert invoke("convert", articles, "-o", tmp_path / "out.jsonl", *options).exit_code == 0
    assert [options.article_only for options in asked] == [False, True]


def test_show_tells_what_it_cannot_read_or_write(tmp_path):
    source = tmp_path / "text.txt"
    source.write_bytes("Мэр".encode("cp1251"))
    for arguments, message in (
        ((tmp_path / "missing",), "missing: No such file or directory"),
        ((source,), "text.txt: not UTF-8 (byte 0xcc at 0)"),
    ):
        result = invoke("show", *arguments)
        assert result.exit_code == 2
        assert message in result.stderr
    source.write_text(TEXT, encoding="utf-8")
    for page, message in ((tmp_path / "nowhere" / "page", "No such file"), (source, "is the input")):
        result = invoke("show", source, "--html", page)
        assert result.exit_code == 2
        assert message in result.stderr
    assert source.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--text-field", "body"), "no field 'body'"),
        (("--keep", "people"), "cannot keep the field 'people'"),
        (("--workers", "0"), "workers"),
        (("--max-chars", "0"), "max-chars"),
        (("--timeout", "0"), "timeout"),
        (("--timeout", "inf"), "at most 9223372036 seconds, not inf"),
        (("--timeout", "1e300"), "at most 9223372036 seconds, not 1e+300"),
        (("--format", "csv"), "format"),
        (("-o", "out.parquet"), "--format parquet-quotes or parquet-documents"),
        (("-o", "-", "--format", "parquet-quotes"), "to a file only"),
        (("-o", "out.gz", "--format", "parquet-quotes"), "compressed within"),
        (("-o", "-", "--resume"), "cannot resume -"),
    ],
)
def test_convert_refuses_before_any_work_and_says_why(tmp_path, articles, options, message):
    target = tmp_path / "out.jsonl"
    target.write_text("before")
    result = invoke("convert", articles, "-o", target, *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert target.read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2


def test_convert_keeps_fields_and_names_the_errors_file(tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"text": "a", "url": "u", "n": 1}\n{}\n', encoding="utf-8")
    result = invoke("convert", source, "-o", target, "--keep", "url", "--keep", "n", "--keep", "url")
    assert result.exit_code == 1
    assert result.stderr.rstrip().endswith(f"1 lines failed (see {target}.errors.jsonl)")
    record = json.loads(target.read_text(encoding="utf-8"))
    assert (record["version"], record["url"], record["n"]) == (__version__, "u", 1)


def test_fail_fast_ends_at_the_first_line_that_fails(tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"text": "a"}\n{}\nnonsense\n', encoding="utf-8")
    result = invoke("convert", source, "-o", target, "--fail-fast")
    assert result.exit_code == 2
    assert result.stderr == (
        f"extractor: line 2 of {source}: no field 'text'\n{target} is left as it was; --resume goes on from here\n"
    )
    assert not target.exists()
    result = invoke("convert", source, "-o", target)
    assert result.exit_code == 2
    assert "holds 1 lines of a conversion that was interrupted" in result.stderr
    result = invoke("convert", source, "-o", target, "--resume")
    assert result.exit_code == 1
    assert "1 documents, " in result.stderr and "2 lines failed" in result.stderr


def test_as_many_characters_as_one_likes_are_allowed(tmp_path, articles):
    result = invoke("convert", articles, "-o", tmp_path / "out.jsonl", "--max-chars", 10**30)
    assert (result.exit_code, result.stderr[:12]) == (0, "3 documents,")


def test_an_output_that_is_a_circle_of_links_is_told(tmp_path, articles):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    result = invoke("convert", articles, "-o", loop)
    assert result.exit_code == 2
    assert result.stderr == f"extractor: cannot write {loop}: Too many levels of symbolic links\n"


def test_workers_that_cannot_begin_are_told_without_a_traceback(tmp_path, articles, monkeypatch):
    def dies(*_):
        raise WorkerError("a worker process ended before it could begin (exit status 1)")
        yield

    monkeypatch.setattr(parallel, "ordered", lambda *_, **__: dies())
    target = tmp_path / "out.jsonl"
    result = invoke("convert", articles, "-o", target, "--workers", "2")
    assert result.exit_code == 2
    assert result.stderr.startswith("extractor: a worker process ended before it could begin")
    assert not target.exists()


def test_help_says_where_failed_lines_go():
    result = invoke("convert", "--help")
    assert result.exit_code == 0
    assert "OUTPUT.errors.jsonl" in result.stdout
