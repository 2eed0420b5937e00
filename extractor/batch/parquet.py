"""Records as Parquet: one row per document, nested as its JSON is, or one row per quote, flat.

Fields of the article that were kept are columns of strings: strings as they are, anything else as JSON.
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

# Bytes of JSON that are parsed and turned into rows at once: bounds the memory of the conversion.
_CHUNK_BYTES = 1 << 22
# Bytes of rows, uncompressed, in a row group: bounds the memory of the conversion and of whoever reads the file.
_ROW_GROUP_BYTES = 1 << 26

Row = dict[str, Any]

_SCALARS: dict[object, pa.DataType] = {
    str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()
}  # fmt: skip


def _column_type(annotation: Any) -> pa.DataType:
    """The Arrow type for the annotation of a record's field."""
    arguments = typing.get_args(annotation)
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        return _column_type(type(arguments[0]))
    if origin is tuple:
        return pa.list_(_column_type(arguments[0]))
    if origin in (types.UnionType, typing.Union):
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return _column_type(inner)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return pa.struct(_fields(annotation))
    return _SCALARS[annotation]


def _fields(model: type[BaseModel]) -> list[pa.Field]:
    return [pa.field(name, _column_type(field.annotation)) for name, field in model.model_fields.items()]


_DOCUMENT = _fields(Document)
_QUOTE = [
    pa.field("id", pa.string()),  # the document's
    pa.field("version", pa.string()),
    pa.field("failed", pa.list_(pa.string())),  # stages of the extractor that failed on the document
    pa.field("quote", pa.int64()),  # its index in the document, from 0
    pa.field("type", pa.string()),
    pa.field("text", pa.string()),
    pa.field("start", pa.int64()),  # of its first fragment, in characters of the text
    pa.field("end", pa.int64()),  # of its last fragment
    pa.field("spans", _column_type(tuple[Span, ...])),
    pa.field("speaker", pa.string()),  # the name, in the nominative
    pa.field("speaker_kind", pa.string()),
    pa.field("speaker_entity", pa.string()),
    pa.field("speaker_gender", pa.string()),
    pa.field("speaker_roles", pa.list_(pa.string())),
    pa.field("mention", pa.string()),  # the words that name the speaker beside the quote
    pa.field("mention_start", pa.int64()),
    pa.field("mention_end", pa.int64()),
    pa.field("cue", pa.string()),
    pa.field("attribution", pa.string()),
    pa.field("confidence", pa.float64()),
    pa.field("speaker_confidence", pa.float64()),
    pa.field("anaphoric", pa.bool_()),
    pa.field("in_article", pa.bool_()),
]
QUOTE_COLUMNS = tuple(field.name for field in _QUOTE)


def write_documents(records: Path, path: Path, keep: Sequence[str]) -> None:
    """Writes Parquet with one row per record.

    Takes:
        records: a file of JSON lines, as `extractor convert` writes them.
        path: the file to write.
        keep: fields of the articles that the records carry, each a column of strings.

    Raises OSError if `path` cannot be written.
    """
    _write(records, path, _DOCUMENT, _document_rows, keep)


def write_quotes(records: Path, path: Path, keep: Sequence[str]) -> None:
    """Writes Parquet with one row per quote; takes and raises what `write_documents` does."""
    _write(records, path, _QUOTE, _quote_rows, keep)


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
        for piece in _pieces(_chunks(lines), rows, keep):
            group.append(pa.Table.from_pylist(piece, schema))
            if sum(table.nbytes for table in group) >= _ROW_GROUP_BYTES:
                writer.write_table(pa.concat_tables(group))
                group = []
        if group:
            writer.write_table(pa.concat_tables(group))


def _chunks(lines: streams.Input) -> Iterator[list[Row]]:
    """The parsed records, about `_CHUNK_BYTES` at a time; at least one chunk, which may be empty."""
    chunk: list[Row] = []
    size = 0
    while line := lines.readline(-1):
        chunk.append(json.loads(line))
        size += len(line)
        if size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    yield chunk


def _pieces(
    chunks: Iterable[list[Row]], rows: Callable[[Row], Iterable[Row]], keep: Sequence[str]
) -> Iterator[list[Row]]:
    """The rows of each chunk with the kept fields, in as many pieces as keep each of them near `_CHUNK_BYTES`.

    In Python all quotes of a record share its id and its kept fields; in Arrow each has a copy, so that a record of
    some megabytes with thousands of quotes is many gigabytes.
    """
    for chunk in chunks:
        piece: list[Row] = []
        size = 0
        for record in chunk:
            kept = _kept(record, keep)
            copied = sum(len(value.encode()) for value in (record["id"], *kept.values()) if value is not None)
            for row in rows(record):
                piece.append(row | kept)
                size += copied
                if size >= _CHUNK_BYTES:
                    yield piece
                    piece, size = [], 0
        yield piece


def _document_rows(record: Row) -> Iterable[Row]:
    """The one row of a document: its record."""
    return (record,)


def _quote_rows(record: Row) -> Iterator[Row]:
    """A row for each quote of a record, with what the record says elsewhere of its speaker."""
    people = {person["id"]: person for person in record["people"]}
    for number, quote in enumerate(record["quotes"]):
        speaker = quote["speaker"] or {}
        mention = speaker.get("mention") or {}
        person = people.get(speaker.get("entity"), {})
        yield quote | {
            "id": record["id"],
            "version": record["version"],
            "failed": record["failed"],
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
    """The columns of the kept fields that a record has."""
    return {name: _string(record[name]) for name in keep if name in record}


def _string(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
