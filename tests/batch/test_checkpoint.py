"""One unfinished output: its files, its journal, and what it refuses.  (test_resume.py: whole conversions.)"""

import json
import os

import pytest

from extractor.batch import checkpoint
from extractor.batch.checkpoint import Checkpoint, RefusedError, ReplacedError, ResumableOutput

RUN = {"version": "1", "input": "hash", "keep": ["url"]}


@pytest.fixture(autouse=True)
def _journal_at_once(monkeypatch):
    monkeypatch.setattr(checkpoint, "JOURNAL_SECONDS", 0.0)


def open_output(folder, resume=False, run=RUN) -> ResumableOutput:
    return ResumableOutput(folder / "out", folder / "out.errors", run, resume)


def contents(folder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(".part.json")}


def begin(folder) -> None:
    """Two lines done, then half a record, then the process is gone."""
    output = open_output(folder)
    output.write(b"one\n")
    output.fail("bad")
    output.reached(2, "d2", {"documents": 1, "failed": 1})
    output.write(b"tw")
    output._release()


def test_a_finished_output_has_its_name_and_nothing_beside_it(tmp_path):
    (tmp_path / "out.errors").write_bytes(b"of yesterday")
    output = open_output(tmp_path)
    output.write(b"one\n")
    output.reached(1, "d", {"documents": 1}, complete=True)
    output.finish()
    output.close()
    assert contents(tmp_path) == {"out": b"one\n"}


def test_failed_lines_make_an_errors_file(tmp_path):
    output = open_output(tmp_path)
    output.fail("bad")
    output.reached(1, "d", {"failed": 1}, complete=True)
    output.finish()
    assert contents(tmp_path) == {"out": b"", "out.errors": b"bad\n"}


def test_what_is_behind_the_checkpoint_is_cut_off(tmp_path):
    begin(tmp_path)
    assert contents(tmp_path) == {"out.part": b"one\ntw", "out.errors.part": b"bad\n"}
    output = open_output(tmp_path, resume=True)
    assert output.checkpoint == Checkpoint(2, "d2", 4, 4, {"documents": 1, "failed": 1})
    output.write(b"two\n")
    output.reached(3, "d3", {"documents": 2, "failed": 1}, complete=True)
    output.finish()
    assert contents(tmp_path) == {"out": b"one\ntwo\n", "out.errors": b"bad\n"}


def test_the_journal_holds_the_run_and_the_checkpoint(tmp_path):
    begin(tmp_path)
    journal = json.loads((tmp_path / "out.part.json").read_bytes())
    assert journal["run"] == RUN
    assert journal["checkpoint"] == {
        "lines": 2, "digest": "d2", "records": 4, "errors": 4,
        "counts": {"documents": 1, "failed": 1}, "complete": False,
    }  # fmt: skip


def test_closed_unfinished_it_keeps_what_was_done(tmp_path):
    output = open_output(tmp_path)
    output.write(b"one\n")
    output.reached(1, "d", {})
    output.write(b"tw")
    output.close()
    assert contents(tmp_path) == {"out.part": b"one\n", "out.errors.part": b""}


def test_closed_before_anything_was_done_it_leaves_nothing(tmp_path):
    open_output(tmp_path).close()
    assert list(tmp_path.iterdir()) == []


def test_an_output_can_be_made_of_the_records_and_that_be_interrupted(tmp_path):
    def interrupted(records, path):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    output = open_output(tmp_path)
    output.write(b"one\n")
    output.reached(1, "d", {}, complete=True)
    with pytest.raises(KeyboardInterrupt):
        output.finish(interrupted)
    output.close()
    assert contents(tmp_path) == {"out.part": b"one\n", "out.errors.part": b"", "out.part.made": b"half"}
    resumed = open_output(tmp_path, resume=True)
    assert resumed.checkpoint.complete
    resumed.finish(lambda records, path: path.write_bytes(records.read_bytes().upper()))
    assert contents(tmp_path) == {"out": b"ONE\n"}


def test_another_run_is_refused_with_what_differs(tmp_path):
    begin(tmp_path)
    for change, message in (
        ({"version": "2"}, 'begun with version "1", not "2"'),
        ({"keep": []}, r'begun with keep \["url"\], not \[\]'),
        ({"input": "other"}, "begun with input files of other names or sizes"),
    ):
        with pytest.raises(RefusedError, match=message):
            open_output(tmp_path, resume=True, run=RUN | change)
    assert contents(tmp_path) == {"out.part": b"one\ntw", "out.errors.part": b"bad\n"}


def test_refusals_say_what_to_do(tmp_path):
    begin(tmp_path)
    with pytest.raises(RefusedError, match=r"out\.part holds 2 lines .* go on with --resume, or remove it"):
        open_output(tmp_path)
    (tmp_path / "out.errors.part").write_bytes(b"b")
    with pytest.raises(
        RefusedError, match=r"out\.errors\.part has 1 bytes of 4; to begin anew remove it and out\.part"
    ):
        open_output(tmp_path, resume=True)
    (tmp_path / "out.errors.part").unlink()
    with pytest.raises(RefusedError, match=r"out\.errors\.part is missing; to begin anew remove out\.part\.json"):
        open_output(tmp_path, resume=True)
    (tmp_path / "out.part.json").write_text('{"run": {}}')
    with pytest.raises(RefusedError, match=r"is no journal as a conversion leaves it, and in the way: move"):
        open_output(tmp_path, resume=True)
    (tmp_path / "out.part.json").unlink()
    with pytest.raises(RefusedError, match=r"out\.part is no part of a conversion, and in the way: move or remove it"):
        open_output(tmp_path, resume=True)


def test_two_runs_do_not_write_one_output(tmp_path):
    first = open_output(tmp_path)
    with pytest.raises(RefusedError, match="is being written by another conversion"):
        open_output(tmp_path)
    first.close()
    open_output(tmp_path).close()


@pytest.mark.parametrize("name", ["out.part.json.new", "out.part.made"])
def test_files_of_others_and_links_are_refused_and_left_alone(tmp_path, name):
    path, other = tmp_path / name, tmp_path / "other"
    path.write_bytes(b"mine")
    other.write_bytes(b"mine too")
    with pytest.raises(RefusedError, match=f"{name} is no part of a conversion, and in the way: move or remove it"):
        open_output(tmp_path)
    assert contents(tmp_path) == {name: b"mine", "other": b"mine too"}
    path.unlink()
    begin(tmp_path)
    path.symlink_to(other)
    with pytest.raises(RefusedError, match=f"{name} is no part of a conversion, and in the way: move or remove it"):
        open_output(tmp_path, resume=True)
    assert path.is_symlink() and other.read_bytes() == b"mine too"


def test_a_link_in_the_place_of_the_records_is_refused(tmp_path):
    (tmp_path / "other").write_bytes(b"")
    (tmp_path / "out.part").symlink_to(tmp_path / "other")
    with pytest.raises(RefusedError, match=r"out\.part is a link, and in the way: move or remove it"):
        open_output(tmp_path)
    assert (tmp_path / "out.part").is_symlink()


def test_a_journal_that_was_half_written_when_the_run_was_killed_is_no_hindrance(tmp_path):
    for half in (b"", b'{"ru', b'{"run": {"version": "1", '):
        (tmp_path / "out.part.json.new").write_bytes(half)
        open_output(tmp_path).close()
        assert list(tmp_path.iterdir()) == []


def test_a_journal_that_was_changed_by_hand_publishes_nothing(tmp_path):
    begin(tmp_path)
    path = tmp_path / "out.part.json"
    journal = json.loads(path.read_bytes())
    journal["checkpoint"]["complete"] = True
    path.write_text(json.dumps(journal), encoding="utf-8")
    with pytest.raises(RefusedError, match=r"is no journal as a conversion leaves it"):
        open_output(tmp_path, resume=True)
    assert contents(tmp_path) == {"out.part": b"one\ntw", "out.errors.part": b"bad\n"}


def complete(folder) -> ResumableOutput:
    output = open_output(folder)
    output.write(b"one\n")
    output.fail("bad")
    output.reached(2, "d", {}, complete=True)
    return output


@pytest.mark.parametrize("name", ["out.part", "out.errors.part"])
def test_what_was_removed_replaced_or_cut_short_meanwhile_is_not_published(tmp_path, name):
    path = tmp_path / name

    def replace():
        path.unlink()
        path.write_bytes(b"two\n")

    def append():
        with path.open("ab") as file:
            file.write(b"two\n")

    meddling = (
        (path.unlink, "removed or replaced"),
        (replace, "removed or replaced"),
        (lambda: os.truncate(path, 1), "cut short"),
        (append, "written to by somebody else"),
    )
    for meddle, what in meddling:
        output = complete(tmp_path)
        meddle()
        with pytest.raises(ReplacedError, match=f"{name} was {what}.* to begin anew remove {name} and out.part.json"):
            output.finish()
        output.close()
        assert not (tmp_path / "out").exists() and not (tmp_path / "out.errors").exists()
        assert meddle is not replace or path.read_bytes() == b"two\n"
        for left in tmp_path.iterdir():
            left.unlink()


def test_parquet_that_was_removed_meanwhile_is_not_published(tmp_path):
    with pytest.raises(ReplacedError, match=r"out\.part\.made was removed or replaced"):
        complete(tmp_path).finish(lambda records, path: path.unlink())
    assert not (tmp_path / "out").exists()


def test_what_was_removed_meanwhile_is_told_at_the_next_journal_and_not_only_at_the_end(tmp_path):
    output = open_output(tmp_path)
    output.write(b"one\n")
    (tmp_path / "out.part").unlink()
    with pytest.raises(ReplacedError):
        output.reached(1, "d", {})


def test_records_that_were_removed_before_they_had_their_name_are_missed(tmp_path):
    complete(tmp_path).close()
    (tmp_path / "out.part").unlink()
    with pytest.raises(RefusedError, match=r"out\.part is missing; to begin anew remove out\.part\.json"):
        open_output(tmp_path, resume=True)
