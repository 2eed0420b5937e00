"""Lines that give no record: told with file, line and reason, and all others converted."""

import gzip
import json
from pathlib import Path

import pytest
import toy
import zstandard

from extractor import Document
from extractor.batch import lines
from extractor.batch.lines import Converted, Failure, Line, Options, Reader, convert_line

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


@pytest.mark.parametrize(
    ("line", "reason", "id"),
    [
        (b"nonsense", "not JSON: Expecting value at character 0", None),
        (b'{"id": "x", "text": "\xd0"}', "not UTF-8: byte 0xd0 at 21", None),
        (b'{"id": "x", "text": "\xed\xa0\x80"}', "not UTF-8: byte 0xed at 21", None),
        ('{"id": "x", "text": "Да"}'.encode("utf-16"), "not UTF-8: byte 0xff at 0", None),
        (b'["text"]', "a list, not an object", None),
        (b'"text"', "a string, not an object", None),
        (b"null", "null, not an object", None),
        (b'{"id": "x"}', "no field 'text'", "x"),
        (b'{"id": "x", "text": null}', "the field 'text' holds null, not a string", "x"),
        (b'{"id": 5, "text": ["a"]}', "the field 'text' holds a list, not a string", "5"),
        (b'{"text": true}', "the field 'text' holds true or false, not a string", None),
        (b'{"id": {"a": 1}, "text": "x"}', "the id is an object, not a string", None),
        (b'{"id": false, "text": "x"}', "the id is true or false, not a string", None),
        (b'{"id": "x", "text": NaN}', "not JSON that can be read: NaN is no JSON number", None),
        (b'{"id": "x", "text": "' + b"a" * 101 + b'"}', "the text has 101 characters, more than 100", "x"),
        (b"\x00", "not JSON: Expecting value at character 0", None),
    ],
)
def test_a_bad_line_is_told_and_the_rest_converted(tmp_path, line, reason, id):
    converted, failures = convert(tmp_path, GOOD + b"\n" + line + b"\n" + GOOD, Options(max_chars=100))
    assert failures == [(2, reason, id)]
    assert converted == ["good", "good"]


def test_nesting_beyond_all_measure_is_a_bad_line(tmp_path):
    converted, failures = convert(tmp_path, b"[" * 200_000 + b"\n" + GOOD)
    assert converted == ["good"]
    assert [line for line, _, _ in failures] == [1]


def test_a_number_beyond_all_measure_is_a_bad_line_only_where_it_is_kept(tmp_path):
    content = b'{"id": "a", "text": "x", "n": 1e999}'
    assert convert(tmp_path, content) == (["a"], [])
    converted, failures = convert(tmp_path, content, Options(keep=("n",)))
    assert converted == []
    assert [(line, id) for line, _, id in failures] == [(1, "a")]


def test_blank_lines_count_but_are_no_failures(tmp_path):
    assert convert(tmp_path, b'\n  \r\n{"text": "x"}\r\n\n{"text": "y"}') == (["in.jsonl:3", "in.jsonl:5"], [])


def test_a_byte_order_mark_and_an_empty_file_are_no_failures(tmp_path):
    assert convert(tmp_path, b"\xef\xbb\xbf" + GOOD) == (["good"], [])
    assert convert(tmp_path, b"") == ([], [])


def test_a_line_too_long_to_be_read_is_told_and_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "_BYTES_BESIDE", 100)
    options = Options(max_chars=100)
    long = b'{"text": "' + b"a" * 5_000_000 + b'"}'
    converted, failures = convert(tmp_path, GOOD + b"\n" + long + b"\n" + GOOD + b"\n" + long, options)
    assert converted == ["good", "good"]
    assert failures == [(line, "the line is longer than 1300 bytes", None) for line in (2, 4)]


def test_a_text_of_the_longest_length_is_read_however_it_is_escaped(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "_BYTES_BESIDE", 100)
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


def test_lone_surrogates_do_not_stop_a_line(tmp_path):
    converted, failures = convert(
        tmp_path, b'{"id": "\\ud800", "text": "\\udfffx", "k\\ud800": "\\ud800"}', Options(keep=("k\ud800",))
    )
    assert (converted, failures) == (["\ufffd"], [])


def test_a_failure_of_the_extractor_costs_one_line():
    def broken(text: str, id: str) -> Document:
        raise RecursionError("too deep")

    failure = convert_line(broken, Options(), Line("f", 3, GOOD))
    assert failure == Failure("f", 3, "the extractor failed: RecursionError: too deep", "good")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "\ufeffМэр",
        "Мэр\r\nТока\u0301ев\u00a0сказал: «Да».",
        "ко\u00adраб\u00adлёв",
        "😀" * 50,
        "\ud800",
        "}" * 99,
    ],
)
def test_odd_texts_give_records_with_spans_that_hold(extractor, text):
    line = Line("f", 1, json.dumps({"text": text}).encode())
    result = convert_line(extractor, Options(), line)
    assert isinstance(result, Converted)
    assert Document.model_validate_json(result.json) == extractor(text, "f:1")
