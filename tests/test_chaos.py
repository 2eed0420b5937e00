"""A minute of attacks on conversions (`chaos.py`, which runs as long as one likes), and that it would see a fault."""

import random
from collections import Counter
from pathlib import Path

import chaos
import pytest

from extractor.batch.lines import Failure

SECONDS = 60


@pytest.fixture(scope="module")
def linux() -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("needs Linux: processes are found, and limited, by /proc")


@pytest.mark.usefixtures("linux")
def test_nothing_is_lost_doubled_or_left_behind_whatever_disturbs_a_conversion(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    differences = chaos.rounds(tmp_path, SECONDS, 10**9, seed=16)
    said = capsys.readouterr().out
    assert not differences, "\n".join(differences)
    assert "round 0: " in said, said


@pytest.mark.usefixtures("linux")
def test_faults_at_system_calls_can_be_injected_here() -> None:
    """Skips, with a word, where the minute of attacks had to do without them."""
    if not chaos.can_trace():
        pytest.skip("needs strace and the right to trace a process: chaos.py did without faults at system calls")
    assert set(chaos.possible_attacks(own_disk=True)) == set(chaos.ATTACKS)


@pytest.mark.usefixtures("linux")
@pytest.mark.parametrize("attack", [name for name in chaos.ATTACKS if "call" in name])
def test_faults_at_system_calls_strike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attack: str) -> None:
    if not chaos.can_trace():
        pytest.skip("needs strace and the right to trace a process")
    monkeypatch.setattr(chaos, "CALLS", ("fsync",))
    chaos.write_input(tmp_path / "in.jsonl")
    output = chaos.empty(tmp_path / "folder") / "out.gz"
    output.write_bytes(b"before")
    whole = chaos.Whole(b"", [], b"", "", Counter(fsync=5), 1.0)
    status = chaos.strike(tmp_path / "in.jsonl", output, whole, attack, [], False, random.Random(1))
    assert (status,) == chaos.ATTACKS[attack].statuses


# What it would see


def failure(reason: str) -> bytes:
    return Failure("in.jsonl", 4, reason).json().encode() + b"\n"


@pytest.fixture
def left(tmp_path: Path) -> tuple[Path, chaos.Whole]:
    """An output of three records and a failure, and what an undisturbed run leaves: the same."""
    output = tmp_path / "out.jsonl"
    output.write_bytes(b"a\nb\nc\n")
    errors = failure("no article")
    output.with_name("out.jsonl.errors.jsonl").write_bytes(errors)
    return output, chaos.Whole(output.read_bytes(), chaos.rows(output), errors, "3 documents", Counter(), 1.0)


def test_what_is_as_promised_passes(left: tuple[Path, chaos.Whole]) -> None:
    output, whole = left
    chaos.check_run(output, whole, chaos.ATTACKS["terminated"], chaos.DONE, "3 documents\n")


@pytest.mark.parametrize("records", [b"a\nc\n", b"a\nb\nb\nc\n", b"a\nc\nb\n", b"", b"a\nb\nc"])
@pytest.mark.parametrize("attack", ["terminated", "little memory"])
def test_records_lost_doubled_or_reordered_are_seen(
    left: tuple[Path, chaos.Whole], records: bytes, attack: str
) -> None:
    output, whole = left
    output.write_bytes(records)
    with pytest.raises(chaos.BrokenPromiseError):
        chaos.check_run(
            output, whole, chaos.ATTACKS[attack], chaos.DONE, "3 documents\n", lines_lost="memory" in attack
        )


def test_a_line_that_failed_for_want_of_memory_is_accounted_for(left: tuple[Path, chaos.Whole]) -> None:
    output, whole = left
    output.write_bytes(b"a\nc\n")
    errors = output.with_name("out.jsonl.errors.jsonl")
    errors.write_bytes(whole.errors + failure("the worker process died of it twice (SIGKILL)"))
    chaos.check_end(output, whole, lines_lost=True)
    with pytest.raises(chaos.BrokenPromiseError, match="2 records"):
        chaos.check_end(output, whole, lines_lost=False)
    errors.write_bytes(whole.errors + failure("no article"))
    with pytest.raises(chaos.BrokenPromiseError):
        chaos.check_end(output, whole, lines_lost=True)


@pytest.mark.parametrize(
    ("status", "messages"),
    [(1, "Traceback (most recent call last)\n3 documents"), (1, "2 documents"), (2, ""), (0, "3 documents"), (137, "")],
)
def test_a_traceback_and_an_exit_status_that_was_not_promised_are_seen(
    left: tuple[Path, chaos.Whole], status: int, messages: str
) -> None:
    output, whole = left
    with pytest.raises(chaos.BrokenPromiseError):
        chaos.check_run(output, whole, chaos.ATTACKS["full disk"], status, messages)


def test_a_file_left_behind_is_seen(left: tuple[Path, chaos.Whole]) -> None:
    output, whole = left
    output.with_name("out.jsonl.part").write_bytes(b"")
    with pytest.raises(chaos.BrokenPromiseError, match="left behind"):
        chaos.check_end(output, whole, lines_lost=False)
