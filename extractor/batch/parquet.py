"""Records as Parquet: one row a document, nested as its JSON is, or one row a quote, flat.

Fields of the article that were kept are columns of strings: text as it is, anything else as JSON.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet
from pydantic import BaseModel

from extractor.batch import streams
from extractor.records import Document, Span

# Bytes of JSON that become rows at once, and bytes of rows that become a row group: a reader's memory.
_CHUNK = 1 << 22
_ROW_GROUP = 1 << 26

_SCALARS: dict[object, pa.DataType] = {
    str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()
}  # fmt: skip


def _type(annotation: Any) -> pa.DataType:
    """The column type of a record's field."""
    arguments = typing.get_args(annotation)
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        return _type(type(arguments[0]))
    if origin is tuple:
        return pa.list_(_type(arguments[0]))
    if origin in (types.UnionType, typing.Union):
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return _type(inner)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return pa.struct(_fields(annotation))
    return _SCALARS[annotation]


def _fields(model: type[BaseModel]) -> list[pa.Field]:
    return [pa.field(name, _type(field.annotation)) for name, field in model.model_fields.items()]


_DOCUMENT = _fields(Document)
_QUOTE = [
    pa.field("id", pa.string()),  # of the document
    pa.field("version", pa.string()),
    pa.field("quote", pa.int64()),  # its number in the document, from 0
    pa.field("type", pa.string()),
    pa.field("text", pa.string()),
    pa.field("start", pa.int64()),  # of the first fragment
    pa.field("end", pa.int64()),  # of the last one
    pa.field("spans", _type(tuple[Span, ...])),
    pa.field("speaker", pa.string()),  # who it is, nominative
    pa.field("speaker_kind", pa.string()),
    pa.field("speaker_entity", pa.string()),
    pa.field("speaker_gender", pa.string()),
    pa.field("speaker_roles", pa.list_(pa.string())),
    pa.field("mention", pa.string()),  # the speaker as the text has it
    pa.field("mention_start", pa.int64()),
    pa.field("mention_end", pa.int64()),
    pa.field("cue", pa.string()),
    pa.field("attribution", pa.string()),
    pa.field("confidence", pa.float64()),
    pa.field("anaphoric", pa.bool_()),
]
QUOTE_COLUMNS = tuple(field.name for field in _QUOTE)


def write_documents(records: Path, path: Path, keep: Sequence[str]) -> None:
    """Writes a row for each record of a file of JSON lines.  Raises OSError where it cannot."""
    _write(records, path, _DOCUMENT, _document_rows, keep)


def write_quotes(records: Path, path: Path, keep: Sequence[str]) -> None:
    """Writes a row for each quote of the records in a file of JSON lines.  Raises OSError where it cannot."""
    _write(records, path, _QUOTE, _quote_rows, keep)


Row = dict[str, Any]


def _write(
    records: Path, path: Path, fields: list[pa.Field], rows: Callable[[Row], Iterable[Row]], keep: Sequence[str]
) -> None:
    schema = pa.schema([*fields, *(pa.field(name, pa.string()) for name in keep)])
    group: list[pa.Table] = []
    with (
        streams.Input(str(records)) as lines,
        path.open("wb") as file,
        parquet.ParquetWriter(file, schema, compression="zstd") as writer,
    ):
        for chunk in _chunks(lines):
            made = [row | _kept(record, keep) for record in chunk for row in rows(record)]
            group.append(pa.Table.from_pylist(made, schema))
            if sum(table.nbytes for table in group) >= _ROW_GROUP:
                writer.write_table(pa.concat_tables(group))
                group = []
        if group:
            writer.write_table(pa.concat_tables(group))


def _chunks(lines: streams.Input) -> Iterator[list[Row]]:
    """The records, some at a time."""
    chunk: list[Row] = []
    size = 0
    while line := lines.readline(-1):
        chunk.append(json.loads(line))
        size += len(line)
        if size >= _CHUNK:
            yield chunk
            chunk, size = [], 0
    yield chunk


def _document_rows(record: Row) -> Iterable[Row]:
    return (record,)


def _quote_rows(record: Row) -> Iterator[Row]:
    people = {person["id"]: person for person in record["people"]}
    for number, quote in enumerate(record["quotes"]):
        speaker = quote["speaker"] or {}
        mention = speaker.get("mention") or {}
        person = people.get(speaker.get("entity"), {})
        yield quote | {
            "id": record["id"],
            "version": record["version"],
            "quote": number,
            "start": quote["spans"][0]["start"],
            "end": quote["spans"][-1]["end"],
            "speaker": speaker.get("name"),
            "speaker_kind": speaker.get("kind"),
            "speaker_entity": speaker.get("entity"),
            "speaker_gender": person.get("gender"),
            "speaker_roles": person.get("roles"),
            "mention": mention.get("text"),
            "mention_start": mention.get("start"),
            "mention_end": mention.get("end"),
            "cue": (quote["cue"] or {}).get("text"),
            "attribution": (quote["attribution"] or {}).get("text"),
        }


def _kept(record: Row, keep: Sequence[str]) -> Row:
    return {name: _string(record[name]) for name in keep if name in record}


def _string(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
