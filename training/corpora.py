"""The annotated corpora beside the checkout: files of JSON lines, a document a line."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

Record = dict[str, Any]


def documents(path: Path, limit: int | None = None) -> list[Record]:
    """The annotated documents of a corpus in its order, at most the first `limit`."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in islice(lines, limit)]
