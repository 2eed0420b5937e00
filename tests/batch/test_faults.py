"""Faults that are injected for real into conversions in processes of their own: system calls that fail or kill."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import toy

from extractor import batch
from extractor.batch import Options

OPTIONS = Options()


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> str:
    """Three articles and a line that is none."""
    path = tmp_path_factory.mktemp("input") / "in.jsonl"
    lines = [json.dumps({"id": f"a{number}", "text": f"Мост {number}."}) for number in range(3)]
    path.write_text("\n".join([*lines, "bad"]) + "\n", encoding="utf-8")
    return str(path)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def convert(source: str, output: Path, *, resume: bool = False, options: Options = OPTIONS) -> batch.Summary:
    return batch.convert([source], str(output), options, resume=resume, extractor=toy.quick)


def injected(fault: str, source: str, output: Path) -> subprocess.CompletedProcess[str]:
    """A conversion that saves a journal after each line, whose main thread meets the fault (strace --inject)."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    code = (
        "import toy; from extractor import batch; from extractor.batch import Options, checkpoint; "
        "checkpoint.JOURNAL_SECONDS = 0.0; "
        f"batch.convert([{source!r}], {str(output)!r}, Options(), extractor=toy.quick)"
    )
    done = subprocess.run(
        ["strace", "-qq", "-o", os.devnull, "-e", f"inject={fault}", sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=120,
    )
    if "PTRACE_TRACEME" in done.stderr:
        pytest.skip("needs the right to trace a process")
    return done


# A journal is renamed at the beginning, after each line (compressed: none, since no frame is full), and at the end;
# then errors and records get their names.
@pytest.mark.parametrize(
    ("name", "call"), [*(("out", call) for call in range(5, 9)), *(("out.zst", call) for call in range(2, 5))]
)
def test_killed_at_the_very_end_it_is_resumed(tmp_path, source, name, call):
    (tmp_path / "whole").mkdir()
    convert(source, tmp_path / "whole" / name)
    output = tmp_path / "killed" / name
    output.parent.mkdir()
    assert injected(f"/^rename:signal=KILL:when={call}", source, output).returncode == -9
    convert(source, output, resume=True)
    assert contents(output.parent) == contents(tmp_path / "whole")


@pytest.mark.parametrize("call", range(10, 17))
def test_with_a_full_disk_at_the_very_end_it_is_resumed(tmp_path, source, call):
    (tmp_path / "whole").mkdir()
    convert(source, tmp_path / "whole" / "out")
    output = tmp_path / "full" / "out"
    output.parent.mkdir()
    assert "No space left on device" in injected(f"fsync:error=ENOSPC:when={call}", source, output).stderr
    convert(source, output, resume=True)
    assert contents(output.parent) == contents(tmp_path / "whole")
