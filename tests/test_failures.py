"""A stage that fails costs what it would have found: the record has the rest and says so, the log has the error."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import toy
from invariants import check
from typer.testing import CliRunner

from extractor import Document, Extractor, Quote, Span, Speaker, __version__, batch, pipeline
from extractor.batch import Format, Options, Summary
from extractor.cli import app
from extractor.resources import ResourceError

TEXT = (
    "Директор завода «Каскад» Инна Чеботарь приехала в Лужинск.\n"
    "«Печь запустят в мае», — сказала она. Чеботарь сообщила, что завод готов.\n"
)
BROKEN = TEXT.replace("готов", "сломан")
STAGES = ("read", "label", "find_entities", "find_quotes", "resolve", "confidences", "assemble")

Break = Callable[..., None]


@pytest.fixture
def break_down(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Makes a stage raise an error."""

    def stage_fails(stage: str, error: BaseException) -> None:
        def failing(*_: object) -> None:
            raise error

        failing.__name__ = stage
        monkeypatch.setattr(pipeline, stage, failing)

    return stage_fails


def failed(extractor: Extractor, break_down: Break, *stages: str) -> tuple[Document, Document]:
    """The record of TEXT as it should be, and with stages that fail."""
    whole = extractor(TEXT, "а1")
    assert whole.failed == ()
    assert [quote.speaker and quote.speaker.name for quote in whole.quotes] == ["Инна Чеботарь"] * 2
    for stage in stages:
        break_down(stage, KeyError("Voc"))
    document = extractor(TEXT, "а1")
    assert document.failed == stages
    assert document.source == TEXT
    check(document.model_copy(update={"failed": ()}), TEXT)
    return whole, document


def changed(record: Document, **fields: Any) -> Document:
    return Document.model_validate(record.model_dump() | fields)


def by_name_only(entities: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Entities with those of their mentions that the names stage finds."""
    return [
        entity.model_dump() | {"mentions": [m.model_dump() for m in entity.mentions if m.kind == "name"]}
        for entity in entities
    ]


@pytest.mark.parametrize("stage", ["read", "assemble"])
def test_a_record_of_nothing_says_that_it_is_none(extractor: Extractor, break_down: Break, stage: str) -> None:
    _, document = failed(extractor, break_down, stage)
    assert document == Document(id="а1", version=__version__, failed=(stage,))
    assert json.loads(document.model_dump_json())["failed"] == [stage]
    assert document != Document(id="а1", version=__version__)


def test_without_the_names_network_the_quotes_are_found(extractor: Extractor, break_down: Break) -> None:
    whole, document = failed(extractor, break_down, "label")
    assert [quote.spans for quote in document.quotes] == [quote.spans for quote in whole.quotes]
    assert document.article == whole.article


def test_without_entities_the_quotes_are_found(extractor: Extractor, break_down: Break) -> None:
    whole, document = failed(extractor, break_down, "find_entities")
    assert (document.people, document.organizations) == ((), ())
    assert [(quote.type, quote.spans, quote.cue) for quote in document.quotes] == [
        (quote.type, quote.spans, quote.cue) for quote in whole.quotes
    ]
    assert [quote.speaker and quote.speaker.mention for quote in document.quotes] == [
        quote.speaker and quote.speaker.mention for quote in whole.quotes
    ]


def test_without_quotes_the_entities_are_found(extractor: Extractor, break_down: Break) -> None:
    whole, document = failed(extractor, break_down, "find_quotes")
    assert document.quotes == ()
    assert [(person.name, person.gender, person.roles) for person in document.people] == [
        (person.name, person.gender, person.roles) for person in whole.people
    ]
    assert by_name_only(document.organizations) == by_name_only(whole.organizations)


def test_without_coreference_names_and_quotes_are_kept(extractor: Extractor, break_down: Break) -> None:
    whole, document = failed(extractor, break_down, "resolve")

    def unresolved(quote: Quote, other: Quote) -> dict[str, Any]:
        assert quote.speaker and quote.speaker.mention
        speaker = Speaker(mention=Span(**quote.speaker.mention.model_dump()), kind="OTHER")
        sure = {name: getattr(other, name) for name in ("confidence", "speaker_confidence")}
        return quote.model_dump() | {"speaker": speaker.model_dump(), **sure}

    quotes = [unresolved(*pair) for pair in zip(whole.quotes, document.quotes, strict=True)]
    people, organizations = by_name_only(whole.people), by_name_only(whole.organizations)
    assert document == changed(whole, quotes=quotes, people=people, organizations=organizations, failed=["resolve"])


def test_without_confidence_a_quote_has_none(extractor: Extractor, break_down: Break) -> None:
    whole, document = failed(extractor, break_down, "confidences")
    quotes = [quote.model_dump() | {"confidence": 0.0, "speaker_confidence": 0.0} for quote in whole.quotes]
    assert document == changed(whole, quotes=quotes, failed=["confidences"])


def test_all_that_can_fail_may_fail_together(extractor: Extractor, break_down: Break) -> None:
    whole, document = failed(extractor, break_down, *STAGES[1:-1])
    assert document == Document(id="а1", version=__version__, failed=STAGES[1:-1], article=whole.article)


@pytest.mark.parametrize("stage", STAGES)
def test_the_error_is_logged_with_the_document_and_the_stage(
    extractor: Extractor, break_down: Break, stage: str, caplog: pytest.LogCaptureFixture
) -> None:
    error = RecursionError("too deep")
    break_down(stage, error)
    extractor(TEXT, "а1\ud800")
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("extractor", logging.ERROR)
    assert record.getMessage() == f"{stage} failed on document 'а1\\ud800'"
    assert record.exc_info is not None and record.exc_info[1] is error and record.exc_info[2] is not None


def test_the_next_text_is_read_as_ever(extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "resolve", pipeline.resolve)
    partly = toy.unresolving()
    assert [document.failed for document in partly.pipe([TEXT, BROKEN, TEXT])] == [(), ("resolve",), ()]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    "error",
    [MemoryError, KeyboardInterrupt, TimeoutError, FileNotFoundError, ModuleNotFoundError, ResourceError],
)
def test_what_is_no_fault_of_the_text_is_raised(
    extractor: Extractor, break_down: Break, stage: str, error: type[BaseException]
) -> None:
    break_down(stage, error())
    with pytest.raises(error):
        extractor(TEXT)


@pytest.mark.parametrize(("text", "id"), [(None, ""), (b"bytes", ""), (TEXT, None), (TEXT, 5)])
def test_what_is_no_text_is_the_callers_error(extractor: Extractor, text: Any, id: Any) -> None:
    with pytest.raises(TypeError, match="must be strings"):
        extractor(text, id)


# Conversions


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    lines = [{"id": "whole", "text": TEXT}, {"id": "broken", "text": BROKEN}, {"id": "none"}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_convert_counts_the_document_and_its_line_has_not_failed(tmp_path: Path, articles: Path, capfd: Any) -> None:
    summaries = []
    summary = batch.convert(
        [str(articles)],
        str(tmp_path / "out.jsonl"),
        Options(),
        2,
        lambda summary, _: summaries.append(summary.incomplete),
        extractor=toy.unresolving,
    )
    assert summaries == [0, 1, 1]
    whole, broken = map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())
    assert (whole["failed"], broken["failed"]) == ([], ["resolve"])
    people, organizations = (len(whole[kind]) + len(broken[kind]) for kind in ("people", "organizations"))
    assert summary == Summary(2, people, organizations, quotes=4, failed=1, incomplete=1)
    told = capfd.readouterr().err
    assert told.startswith("resolve failed on document 'broken'\nTraceback (most recent call last):\n")
    assert told.endswith("KeyError: 'Voc'\n")


def test_the_command_says_so_and_ends_well(tmp_path: Path, articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    convert = batch.convert
    monkeypatch.setattr(
        batch, "convert", lambda *given, **options: convert(*given, **options, extractor=toy.unresolving)
    )
    lines = articles.read_text().splitlines(keepends=True)
    articles.write_text("".join(lines[:2]))
    result = CliRunner().invoke(app, ["convert", str(articles), "-o", str(tmp_path / "out.jsonl")])
    assert result.exit_code == 0
    assert result.stderr.splitlines()[-1] == (
        "2 documents (1 incomplete: see `failed` in their records), 2 people, 2 organizations, 4 quotes, 0 lines failed"
    )


@pytest.mark.parametrize(("format", "rows"), [(Format.DOCUMENTS, 2), (Format.QUOTES, 4)])
def test_parquet_says_so_too(tmp_path: Path, articles: Path, format: Format, rows: int) -> None:
    arrow = pytest.importorskip("pyarrow.parquet")
    target = tmp_path / "out.parquet"
    batch.convert([str(articles)], str(target), Options(), format=format, extractor=toy.unresolving)
    found = [(row["id"], row["failed"]) for row in arrow.read_table(target).to_pylist()]
    assert found == [("whole", [])] * (rows // 2) + [("broken", ["resolve"])] * (rows // 2)
