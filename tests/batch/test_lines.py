"""One line: its record, or a failure with file, line and reason."""

import json
import subprocess
import sys

import pytest
import toy

from extractor import Document
from extractor.batch.lines import Converted, Failure, Line, Options, Summary, convert_line, size_of, without_result

GOOD = '{"id": "good", "text": "Мэр Алевтина Кораблёва промолчала."}'.encode()


def convert(content: bytes, options: Options | None = None) -> Converted | Failure:
    return convert_line(toy.quick(), options or Options(), Line("in.jsonl", 2, content))


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
        (b'{"id": 1e400, "text": "x"}', "the id is a number too large to be read", None),
        (b"\x00", "not JSON: Expecting value at character 0", None),
    ],
)
def test_a_bad_line_is_a_failure_with_its_reason(line, reason, id):
    assert convert(line, Options(max_chars=100)) == Failure("in.jsonl", 2, reason, id)


def test_the_record_of_a_line_holds_the_fields_to_keep_and_counts():
    content = '{"key": 7, "body": "Да.", "url": "http://пример", "tags": [1.5, {"а": null}], "text": 5}'
    made = convert(content.encode(), Options("body", "key", ("url", "tags", "missing")))
    assert isinstance(made, Converted)
    record = json.loads(made.json)
    assert (record["id"], record["url"], record["tags"]) == ("7", "http://пример", [1.5, {"а": None}])
    assert "missing" not in record and "text" not in record
    assert (made.people, made.organizations, made.quotes) == (1, 0, 1)


def test_an_article_without_an_id_gets_file_and_line():
    made = convert_line(toy.quick(), Options(), Line("/archive/may/a.jsonl", 12, b'{"text": "x"}'))
    assert json.loads(made.json)["id"] == "a.jsonl:12"


def test_nesting_beyond_all_measure_is_a_bad_line():
    failure = convert(b"[" * 200_000)
    assert isinstance(failure, Failure)
    assert failure.reason.startswith("not JSON that can be read: ")


@pytest.mark.parametrize("opening, closing", [("[", "]"), ('{"a":', "}")])
def test_a_field_nested_deeper_than_readers_take_is_a_bad_line_only_where_it_is_kept(opening, closing):
    for depth, whole in ((100, True), (101, False), (930, False)):
        content = f'{{"id": "a", "text": "x", "n": {opening * depth}1{closing * depth}}}'.encode()
        assert isinstance(convert(content), Converted)
        made = convert(content, Options(keep=("n",)))
        if whole:
            assert isinstance(made, Converted)
            assert json.loads(made.json)["n"] == json.loads(content)["n"]
        else:
            reason = "a field to keep cannot be written as JSON: nested deeper than 100 lists and objects"
            assert made == Failure("in.jsonl", 2, reason, "a")


def test_a_line_that_there_is_no_memory_to_read_costs_itself():
    """Under a real limit: five million empty lists take some 300 MB."""
    program = (
        "import resource; from extractor.batch.lines import Line, parse\n"
        "pages = int(open('/proc/self/statm').read().split()[0])\n"
        "limit = pages * resource.getpagesize() + 200_000_000\n"
        "line = b'[' + b'[],' * 5_000_000 + b'1]'\n"
        "resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n"
        "print(parse(Line('in', 1, line)).reason)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("there is not enough memory to read the line\n", "")


def test_a_number_beyond_all_measure_is_a_bad_line_only_where_it_is_kept():
    content = b'{"id": "a", "text": "x", "n": 1e999}'
    assert isinstance(convert(content), Converted)
    failure = convert(content, Options(keep=("n",)))
    assert isinstance(failure, Failure)
    assert failure.id == "a"
    assert failure.reason.startswith("a field to keep cannot be written as JSON: ")


def test_lone_surrogates_do_not_stop_a_line():
    content = b'{"id": "\\ud800", "text": "\\udfffx", "k\\ud800": "\\ud800"}'
    made = convert(content, Options(keep=("k\ud800",)))
    assert isinstance(made, Converted)
    record = json.loads(made.json)
    assert (record["id"], record["k\ufffd"]) == ("\ufffd", "\ufffd")


def test_a_failure_passes_through():
    failure = Failure("f", 1, "the file cannot be read further: Input/output error")
    assert convert_line(toy.quick(), Options(), failure) is failure
    assert without_result(failure, "it took longer than 2 s", Options()) is failure
    assert size_of(failure) == 0


@pytest.mark.parametrize(
    ("content", "id"), [(b'{"id": 5, "text": "x"}', "5"), (b"nonsense", None), (b'{"id": []}', None)]
)
def test_a_line_without_a_result_is_a_failure_with_its_id(content, id):
    failed = without_result(Line("f", 9, content), "it took longer than 2 s", Options())
    assert failed == Failure("f", 9, "it took longer than 2 s", id)


def test_a_failure_is_one_line_of_json():
    failure = Failure("мост.jsonl", 4, "no field 'text'\ud800", "a\nb")
    assert failure.json() == """{"file": "мост.jsonl", "line": 4, "reason": "no field 'text'\ufffd", "id": "a\\nb"}"""
    assert "id" not in json.loads(Failure("f", 1, "x").json())


def test_a_summary_counts_records_and_failures():
    summary = Summary()
    for result in (Converted("{}", 2, 1, 3), Failure("f", 2, "x"), Converted("{}", 0, 0, 1, ("read", "label"))):
        summary.add(result)
    assert summary == Summary(documents=2, people=2, organizations=1, quotes=4, failed=1, incomplete=1)
    assert summary.lines == 3


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
