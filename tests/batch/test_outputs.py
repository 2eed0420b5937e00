"""Frames of records, and outputs that are written to directly."""

import gzip
import json

import pytest
import zstandard

from extractor.batch import outputs
from extractor.batch.checkpoint import Checkpoint
from extractor.batch.outputs import DirectOutput, Format, Frames, errors_file
from extractor.batch.streams import frame_compressor

RECORDS = [json.dumps({"n": n, "text": "мост " * n}).encode() + b"\n" for n in range(40)]


def test_a_plain_output_gets_each_record_at_once():
    frames = Frames(None)
    assert [frames.add(record) for record in RECORDS] == RECORDS
    assert frames.whole
    assert frames.last() == frames.last(even_empty=True) == b""


@pytest.mark.parametrize(("suffix", "decompress"), [(".gz", gzip.decompress), (".zst", zstandard.decompress)])
def test_compressed_records_wait_until_a_frame_is_full(monkeypatch, suffix, decompress):
    monkeypatch.setattr(outputs, "FRAME_BYTES", 2_000)
    frames = Frames(frame_compressor(suffix))
    made = list(filter(None, map(frames.add, RECORDS)))
    assert not frames.whole
    made.append(frames.last())
    assert frames.whole
    assert b"".join(map(decompress, made)) == b"".join(RECORDS)
    assert all(len(decompress(frame)) >= 2_000 for frame in made[:-1])
    # From the end of a frame on, another run makes the same ones.
    rest = RECORDS[b"".join(map(decompress, made[:2])).count(b"\n") :]
    again = Frames(frame_compressor(suffix))
    made_again = [*filter(None, map(again.add, rest)), again.last()]
    assert made_again == made[2:]


def test_a_compressed_output_without_records_is_still_a_compressed_file():
    assert Frames(frame_compressor("out.gz")).last() == b""
    assert gzip.decompress(Frames(frame_compressor("out.gz")).last(even_empty=True)) == b""


def test_a_device_is_written_to_directly_and_failures_go_to_standard_error(tmp_path, capfd):
    output = DirectOutput("-")
    output.write(b"one\n")
    output.fail("failed")
    output.reached(1, "digest", {})
    output.finish()
    output.close()
    assert capfd.readouterr() == ("one\n", "failed\n")
    assert output.checkpoint == Checkpoint()
    print("still open", flush=True)
    assert capfd.readouterr().out == "still open\n"


def test_the_errors_file_lies_beside_a_file():
    assert errors_file("out.jsonl.gz") == "out.jsonl.gz.errors.jsonl"
    assert errors_file("-") is errors_file("/dev/null") is None


def test_what_is_no_json_lines_is_parquet():
    assert [format.is_parquet for format in Format] == [False, True, True]
