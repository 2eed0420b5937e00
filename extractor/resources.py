"""The data files of `models/`: lexicons and weights, which lie inside the package once it is built."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


class ResourceError(ValueError):
    """A data file of `models/` does not hold what its reader expects; the message names file and line."""


@cache
def folder() -> Path:
    """`models/`: inside an installed package, beside it in a checkout or an editable install."""
    for candidate in (_PACKAGE / "models", _PACKAGE.parent / "models"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the folder models/ is missing from {_PACKAGE} and from beside it: reinstall extractor-ru")


def rows(name: str, columns: int) -> Iterator[tuple[str, ...]]:
    """The rows of a tab-separated lexicon: `columns` fields each, empty ones where a line has fewer.

    Empty lines and lines that begin with # are skipped.  Raises ResourceError for a line with more fields
    or an empty first one.
    """
    path = folder() / name
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) > columns or not fields[0]:
            raise ResourceError(
                f"{path}, line {number}: expected at most {columns} fields and a first one, got {fields}"
            )
        yield (*fields, *[""] * (columns - len(fields)))


def words(name: str) -> frozenset[str]:
    """The entries of a lexicon of one column."""
    return frozenset(entry for (entry,) in rows(name, 1))
