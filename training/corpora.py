"""The annotated corpora beside the checkout, and any other file of JSON lines with one document a line."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

# The folder of all intermediate files between the corpora and the weights that ship (git-ignored).
BUILD = Path("build/training")
# The corpora of annotated quotes to learn from: clean articles, and texts as users feed them.
QUOTES = ("quotes/train.jsonl", "real/train.jsonl")
# The texts from which it is learned what the sentence around a name says of it.
CONTEXT = (*QUOTES, "real/pool.jsonl")
# The corpora that measure: what stands in one of them too is not learned from.
KEPT_OUT = ("quotes/dev.jsonl", "real/dev.jsonl", "pages/pages_dev.jsonl")

# A document with its annotation, or the record that the extractor makes of one, as the JSON object of its line.
Record = dict[str, Any]
# Documents or records by id.
Records = dict[str, Record]

# Two texts are taken for the same if they share this proportion of their sequences of so many words.
_PIECE = 6
_SAME = 0.2
_WORD = re.compile(r"\w+")


def documents(path: Path, limit: int | None = None) -> list[Record]:
    """Returns the documents of a file in its order, at most the first `limit` of them."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in islice(lines, limit)]


def by_id(path: Path, limit: int | None = None) -> Records:
    """Returns the documents of a file by their field `id`, in the order of the file, at most the first `limit`."""
    return {document["id"]: document for document in documents(path, limit)}


def texts(path: Path) -> list[str]:
    """Returns the texts of a file's documents."""
    return [document["text"] for document in documents(path)]


def learnable(shared: Path, corpus: str, kept_out: Sequence[str] = KEPT_OUT) -> list[Record]:
    """Returns the documents of a corpus whose text is not nearly the same as one in the corpora `kept_out`."""
    measured = _kept_out(shared, tuple(kept_out))
    return [document for document in documents(shared / corpus) if not _stands_in(document["text"], measured)]


def with_quotes(shared: Path) -> list[Record]:
    """Returns all documents with annotated quotes to learn from."""
    return [document for corpus in QUOTES for document in learnable(shared, corpus)]


def words(text: str) -> list[str]:
    """Returns the words and numbers of a text in one spelling, without punctuation."""
    return _WORD.findall(text.lower().replace("ё", "е"))


def _pieces(text: str) -> set[str]:
    found = words(text)
    return {" ".join(found[i : i + _PIECE]) for i in range(len(found) - _PIECE + 1)}


@cache
def _kept_out(shared: Path, corpora: tuple[str, ...]) -> Mapping[str, Sequence[tuple[int, int]]]:
    """Returns the sequences of words of corpora, each with the number of every text that has it and the text's size."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    every = (text for corpus in corpora for text in texts(shared / corpus))
    for number, pieces in enumerate(map(_pieces, every)):
        for piece in pieces:
            places[piece].append((number, len(pieces)))
    return places


def _stands_in(text: str, measured: Mapping[str, Sequence[tuple[int, int]]]) -> bool:
    own = _pieces(text)
    common = Counter(place for piece in own for place in measured.get(piece, ()))
    return any(count > _SAME * min(len(own), size) for (_, size), count in common.items())
