"""The annotated corpora beside the checkout, and any other file of JSON lines with one document a line."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

# The folder of all intermediate files between the corpora and the weights that ship (git-ignored).
BUILD = Path("build/training")

# A document with its annotation, or the record that the extractor makes of one, as the JSON object of its line.
Record = dict[str, Any]
# Documents or records by id.
Records = dict[str, Record]


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
