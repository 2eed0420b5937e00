"""Access to the data files of `models/`: lexicons and weights, which a built package contains."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


class ResourceError(ValueError):
    """A data file of `models/` has a row that its reader does not expect; the message names file and line."""


@cache
def folder() -> Path:
    """The folder `models/`: inside an installed package, or beside it in a checkout or an editable install.

    Raises FileNotFoundError if it is in neither place.
    """
    for candidate in (_PACKAGE / "models", _PACKAGE.parent / "models"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the folder models/ is missing from {_PACKAGE} and from beside it: reinstall extractor-ru")


def rows(name: str, columns: int) -> Iterator[tuple[str, ...]]:
    """Yields the rows of a tab-separated file of `models/`, each with `columns` fields.

    Fields that a line lacks are empty strings; empty lines and lines that begin with # are skipped.  Raises
    ResourceError for a line with more fields, or with an empty first one.
    """
    path = folder() / name
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) > columns or not fields[0]:
            raise ResourceError(
                f"{path}, line {number}: expected at most {columns} tab-separated fields, "
                f"the first not empty, got {fields}"
            )
        yield (*fields, *[""] * (columns - len(fields)))


def words(name: str) -> frozenset[str]:
    """The entries of a lexicon with one column.  Raises ResourceError as `rows` does."""
    return frozenset(entry for (entry,) in rows(name, 1))
