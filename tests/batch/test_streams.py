"""Files as bytes: compression, pieces, and outputs that appear whole or not at all."""

import gzip
import io
import os
import sys
from pathlib import Path

import pytest
import zstandard

from extractor.batch import streams
from extractor.batch.streams import Input


@pytest.mark.parametrize("name", ["in", "in.jsonl", "in.gz.part"])
@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_compressed_files_are_known_by_their_first_bytes(tmp_path, name, compress):
    path = tmp_path / name
    path.write_bytes(compress(b"one\ntwo") + compress(b" and a half\n"))
    with Input(str(path)) as stream:
        assert [stream.readline(-1), stream.readline(5), stream.read()] == [b"one\n", b"two a", b"nd a half\n"]
        assert stream.position == path.stat().st_size


@pytest.mark.parametrize("name", ["in.gz", "in.zst"])
def test_a_name_that_promises_compression_is_held_to_it(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"plain")
    with Input(str(path)) as stream, pytest.raises(streams.READ_ERRORS):
        stream.read()
    path.write_bytes(b"")
    with Input(str(path)) as stream:
        assert stream.read() == b""


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_a_file_that_breaks_off_raises(tmp_path, compress):
    path = tmp_path / "in"
    path.write_bytes(compress(os.urandom(5_000))[:-9])
    with Input(str(path)) as stream, pytest.raises(streams.READ_ERRORS, match="ended before"):
        stream.read()


def test_an_input_that_unpacks_to_far_more_is_read_in_pieces(tmp_path):
    path = tmp_path / "zeros.zst"
    path.write_bytes(zstandard.compress(bytes(200_000_000)))
    with Input(str(path)) as stream:
        assert len(stream.readline(1000)) == 1000
        assert stream.position < 1 << 20


def test_frames_can_be_concatenated_and_are_the_same_for_the_same_bytes(tmp_path):
    for suffix in (".gz", ".zst", ".zstd"):
        compress = streams.frame_compressor(f"out{suffix}")
        assert compress(b"one") == compress(b"one")
        (tmp_path / "out").write_bytes(compress(b"one") + compress(b"") + compress(b"two"))
        with Input(str(tmp_path / "out")) as stream:
            assert stream.read() == b"onetwo"
    assert streams.frame_compressor("out.jsonl") is None


def test_a_file_is_written_whole_or_left_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "out"
    streams.write(str(path), b"before")
    path.chmod(0o640)

    def fails(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(streams, "give_name", fails)
        with pytest.raises(OSError, match="No space left"):
            streams.write(str(path), b"after")
    assert [file.name for file in tmp_path.iterdir()] == ["out"]
    assert path.read_bytes() == b"before"
    streams.write(str(path), b"after")
    assert path.read_bytes() == b"after"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_device_and_standard_output_are_written_to_directly(capfd):
    streams.write("/dev/null", b"x")
    streams.write("-", b"shown")
    assert capfd.readouterr().out == "shown"
    assert streams.in_place("-") and streams.in_place("/dev/null")


def test_files_are_told_apart_by_what_they_are_not_by_name(tmp_path):
    path, link, other = tmp_path / "a", tmp_path / "link", tmp_path / "b"
    for file in (path, other):
        file.write_bytes(b"12345")
    link.symlink_to(path)
    assert streams.identity(str(path)) == streams.identity(str(link)) != streams.identity(str(other))
    assert streams.size(str(link)) == 5
    for name in ("/dev/null", str(tmp_path), str(tmp_path / "missing")):
        assert streams.identity(name) is streams.size(name) is None


def test_what_cannot_be_read_or_written_raises_with_a_plain_reason(tmp_path):
    for check, name, reason in (
        (streams.check_readable, tmp_path / "missing", "No such file or directory"),
        (streams.check_readable, tmp_path, "Is a directory"),
        (streams.check_writable, tmp_path, "Is a directory"),
        (streams.check_writable, tmp_path / "missing" / "out", "No such file or directory"),
    ):
        with pytest.raises(OSError) as caught:
            check(str(name))
        assert streams.explain(caught.value) == reason
    streams.check_writable(str(tmp_path / "out"))
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_not_read_by_a_check(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    streams.check_readable(str(tmp_path / "pipe"))
    streams.check_readable("-")


def test_names_and_reasons_for_messages():
    assert streams.display_name("-") == "stdin"
    assert streams.display_name("a\udcff") == "a\ufffd"
    assert streams.explain(EOFError("ended")) == "ended"
    assert streams.explain(EOFError()) == "EOFError"
    assert Path(streams.display_name("мост.jsonl")).suffix == ".jsonl"


def test_what_a_process_holds_open_is_a_stream_and_written_to_behind_what_it_holds(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"before\n")
    link = tmp_path / "link"
    with path.open("ab") as file:
        for name in (f"/dev/fd/{file.fileno()}", f"/proc/{os.getpid()}/fd/{file.fileno()}", str(link)):
            link.unlink(missing_ok=True)
            link.symlink_to(f"/dev/fd/{file.fileno()}")
            assert streams.in_place(name) and streams.descriptor(name) == str(file.fileno())
            streams.check_writable(name)
            streams.write(name, b"x")
    assert path.read_bytes() == b"before\nxxx"
    assert streams.descriptor(str(path)) is None and not streams.in_place(str(path))
    assert streams.descriptor("/proc/1/fd/1") == "/proc/1/fd/1"


def test_links_in_a_circle_are_an_error_of_writing(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    for check in (streams.check_writable, lambda name: streams.write(name, b"x")):
        with pytest.raises(OSError, match="Too many levels of symbolic links"):
            check(str(tmp_path / "loop"))
    assert not streams.in_place(str(tmp_path / "loop"))


def test_control_characters_are_shown_and_not_obeyed(capsys):
    assert streams.visible("а\x1b[31m\x07\x9b\x7f\n\udcff") == "а\\u001b[31m\\u0007\\u009b\\u007f\\u000a\ufffd"
    streams.tell("one\ntwo\x1b")
    assert capsys.readouterr().err == "one\ntwo\\u001b\n"


def test_what_standard_error_does_not_take_is_lost_and_nothing_else(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.FileIO("/dev/full", "w"), write_through=True))
    streams.tell("x")
    monkeypatch.setattr(sys, "stderr", None)
    streams.tell("x")
    assert capsys.readouterr().out == ""
