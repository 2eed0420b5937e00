"""What is asked of a conversion is checked before any work, and refused with the reason."""

import json
import sys
from pathlib import Path

import pytest
import toy

from extractor import batch
from extractor.batch import Format, Options, UsageError, conversion, usage
from extractor.batch.lines import Failure, Line


def write_lines(path: Path, objects: list[object]) -> str:
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in objects), encoding="utf-8")
    return str(path)


def test_a_conversion_that_cannot_be_done_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(conversion.parallel, "ordered", lambda *_: pytest.fail("work was begun"))
    source = write_lines(tmp_path / "in.jsonl", [{"id": "a", "text": "x", "url": "y"}])
    target = tmp_path / "out.jsonl"
    target.write_text("before")
    errors = write_lines(tmp_path / "out.jsonl.errors.jsonl", [{"text": "x"}])
    (tmp_path / "no.gz").write_text("not compressed")
    refused = {
        "cannot read .*missing.jsonl: No such file": ([str(tmp_path / "missing.jsonl")], str(target), Options()),
        f"cannot read {tmp_path}: Is a directory": ([str(tmp_path)], str(target), Options()),
        "cannot read .*no.gz: Not a gzipped file": ([source, str(tmp_path / "no.gz")], str(target), Options()),
        "only once": (["-", "-"], str(target), Options()),
        "cannot write .*nowhere/out: No such file": ([source], str(tmp_path / "nowhere" / "out"), Options()),
        f"cannot write {tmp_path}: Is a directory": ([source], str(tmp_path), Options()),
        "output .*in.jsonl is the input": ([source], f"{tmp_path}/./in.jsonl", Options()),
        "errors.jsonl is the input": ([errors], str(target), Options()),
        "no field 'texxt' in .*fields there: id, text, url": ([source], str(target), Options("texxt")),
        "no field 'key' in ": ([source], str(target), Options(id_field="key")),
        "no field 'link' in ": ([source], str(target), Options(keep=("url", "link"))),
        "cannot keep the field 'quotes'": ([source], str(target), Options(keep=("quotes",))),
        "would hold JSON lines: for Parquet add --format": ([source], str(tmp_path / "out.parquet"), Options()),
    }
    for message, arguments in refused.items():
        with pytest.raises(UsageError, match=message):
            batch.convert(*arguments, extractor=toy.quick)
    assert target.read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("ending", ["part", "errors.jsonl.part", "part.json", "part.json.new", "part.made"])
def test_an_input_with_the_name_of_an_unfinished_file_is_refused(tmp_path, ending):
    """That of the next journal was overwritten."""
    source = write_lines(tmp_path / f"out.{ending}", [{"text": "x"}])
    before = Path(source).read_bytes()
    with pytest.raises(UsageError, match=f"the output .*out.{ending} is the input .*out.{ending}"):
        batch.convert([source], str(tmp_path / "out"), Options(), extractor=toy.quick)
    assert Path(source).read_bytes() == before


@pytest.mark.parametrize(
    ("output", "options", "message"),
    [
        ("-", Options(), "to a file only"),
        ("out.gz", Options(), r"compressed within: the name .*out\.gz must not end in \.gz"),
        ("out", Options(keep=("cue",)), "cannot keep the field 'cue'"),
    ],
)
def test_parquet_has_demands_of_its_own(tmp_path, output, options, message):
    source = write_lines(tmp_path / "in.jsonl", [{"text": "x", "cue": 1}])
    name = output if output == "-" else str(tmp_path / output)
    with pytest.raises(UsageError, match=message):
        usage.check([source], name, options, Format.QUOTES, resume=False)


def test_without_pyarrow_a_message_says_what_to_install(tmp_path, monkeypatch):
    source = write_lines(tmp_path / "in.jsonl", [{"text": "x"}])
    monkeypatch.delitem(sys.modules, "extractor.batch.parquet", raising=False)
    monkeypatch.delattr("extractor.batch.parquet", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"pip install 'extractor-ru\[parquet\]'"):
        usage.check([source], str(tmp_path / "out"), Options(), Format.DOCUMENTS, resume=False)


def lines(*objects: object) -> list[Line | Failure]:
    return [Line("in", number, json.dumps(item).encode()) for number, item in enumerate(objects, 1)]


def test_fields_that_only_some_articles_have_are_enough():
    given = [Failure("in", 0, "x"), *lines({"text": "a"}, {"text": "b", "url": "c"}, {"text": "d"})]
    assert list(usage.require_fields(iter(given), Options(keep=("url",)))) == given


def test_an_input_without_objects_passes():
    given = lines(1, "text")
    assert list(usage.require_fields(iter(given), Options())) == given
    assert list(usage.require_fields(iter([]), Options(keep=("url",)))) == []


def test_only_the_head_of_an_endless_input_is_looked_at():
    read = 0

    def endless():
        nonlocal read
        while True:
            read += 1
            yield Line("in", read, b'{"text": "a"}')

    with pytest.raises(UsageError, match="no field 'body' in the first 1000 lines of in; fields there: text"):
        usage.require_fields(endless(), Options("body"))
    assert read == 1000


def test_a_field_to_keep_may_come_after_the_head():
    given = lines(*[{"text": "a"}] * 1000, {"text": "b", "url": "c"})
    assert list(usage.require_fields(iter(given), Options(keep=("url",)))) == given
