"""Reading files line by line: blank, overlong and broken places, and what tells one input from another."""

import gzip
from pathlib import Path

import pytest
import toy
import zstandard

from extractor import Document
from extractor.batch import lines
from extractor.batch.inputs import Reader
from extractor.batch.lines import Converted, Failure, Line, Options, convert_line

GOOD = '{"id": "good", "text": "Мэр Алевтина Кораблёва промолчала."}'.encode()


def convert(tmp_path: Path, content: bytes, options: Options | None = None, name: str = "in.jsonl"):
    """What becomes of a file: its ids converted, and its failures as (line, reason, id)."""
    source = tmp_path / name
    source.write_bytes(content)
    return convert_files([str(source)], options or Options())


def convert_files(files: list[str], options: Options):
    converted, failures = [], []
    for line in Reader(files, options):
        match convert_line(toy.quick(), options, line):
            case Converted(json=record):
                converted.append(Document.model_validate_json(record).id)
            case Failure(file, number, reason, id):
                assert file in files
                failures.append((number, reason, id))
    return converted, failures


def test_lines_come_with_file_and_number_and_without_their_ends(tmp_path):
    path = tmp_path / "in"
    path.write_bytes(b"\xef\xbb\xbfa\r\n\n  b\n\xef\xbb\xbfc")
    reader = Reader([str(path)] * 2, Options())
    expected = [Line(str(path), 1, b"a"), Line(str(path), 3, b"b"), Line(str(path), 4, b"\xef\xbb\xbfc")]
    assert list(reader) == expected * 2
    assert reader.position == 2 * path.stat().st_size


@pytest.mark.parametrize("change", [lambda text: text.replace(b"2", b"3"), lambda text: text + b"\n", lambda _: b""])
def test_the_digest_tells_a_changed_input(tmp_path, change):
    content = b'{"n": 1}\n\n{"n": 2}\n'
    path = tmp_path / "in"

    def digest(data: bytes) -> str:
        path.write_bytes(data)
        reader = Reader([str(path)], Options())
        list(reader)
        return reader.digest

    assert digest(content) == digest(content) != digest(change(content))


def test_the_digest_is_that_of_the_lines_so_far(tmp_path):
    short, long = tmp_path / "short", tmp_path / "long"
    short.write_bytes(b"a\nb\n")
    long.write_bytes(b"a\nb\nc\n")
    one, other = Reader([str(short)], Options()), Reader([str(long)], Options())
    for _ in zip(one, other, strict=False):
        assert one.digest == other.digest


def test_where_files_end_counts_for_the_digest(tmp_path):
    digests = set()
    for contents in ((b"a\n", b"b\n"), (b"a\nb\n", b"")):
        files = []
        for number, content in enumerate(contents):
            (tmp_path / str(number)).write_bytes(content)
            files.append(str(tmp_path / str(number)))
        reader = Reader(files, Options())
        list(reader)
        digests.add(reader.digest)
    assert len(digests) == 2


def test_blank_lines_count_but_are_no_failures(tmp_path):
    assert convert(tmp_path, b'\n  \r\n{"text": "x"}\r\n\n{"text": "y"}') == (["in.jsonl:3", "in.jsonl:5"], [])


def test_a_byte_order_mark_and_an_empty_file_are_no_failures(tmp_path):
    assert convert(tmp_path, b"\xef\xbb\xbf" + GOOD) == (["good"], [])
    assert convert(tmp_path, b"") == ([], [])


def test_a_line_too_long_to_be_read_is_told_and_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "_BYTES_BESIDE_TEXT", 100)
    options = Options(max_chars=100)
    long = b'{"text": "' + b"a" * 5_000_000 + b'"}'
    converted, failures = convert(tmp_path, GOOD + b"\n" + long + b"\n" + GOOD + b"\n" + long, options)
    assert converted == ["good", "good"]
    assert failures == [(line, "the line is longer than 1300 bytes", None) for line in (2, 4)]


def test_a_text_of_the_longest_length_is_read_however_it_is_escaped(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "_BYTES_BESIDE_TEXT", 100)
    content = '{"id": "x", "text": "' + "\\ud83d\\ude00" * 500 + '"}'
    assert convert(tmp_path, content.encode(), Options(max_chars=500)) == (["x"], [])


@pytest.mark.parametrize(("compress", "name"), [(gzip.compress, "in.gz"), (zstandard.compress, "in.zst")])
def test_what_can_be_read_of_a_broken_file_is_converted(tmp_path, compress, name):
    frame = compress(GOOD + b"\n" + GOOD + b"\n")
    content = frame + frame[: len(frame) // 2]
    converted, failures = convert(tmp_path, content, name=name)
    assert len(converted) >= 2
    assert set(converted) == {"good"}
    [(line, reason, id)] = failures
    assert line == len(converted) + 1
    assert reason.startswith("the file cannot be read further: Compressed file ended")
    assert id is None


@pytest.mark.parametrize(("compress", "name"), [(gzip.compress, "in.gz"), (zstandard.compress, "in.zst")])
def test_what_follows_a_compressed_file_is_a_failure(tmp_path, compress, name):
    converted, failures = convert(tmp_path, compress(GOOD + b"\n") + b"garbage", name=name)
    assert converted == ["good"]
    assert [line for line, _, _ in failures] == [2]


def test_after_a_broken_file_the_next_is_read(tmp_path):
    broken, whole = tmp_path / "broken.gz", tmp_path / "whole.jsonl"
    broken.write_bytes(gzip.compress(GOOD)[:-4])
    whole.write_bytes(GOOD)
    converted, failures = convert_files([str(broken), str(whole)], Options())
    assert (converted, len(failures)) == (["good"], 1)
