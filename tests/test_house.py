"""The house: no module of the package imports one of a later stage, and there is no circle of imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

# What lies lower is read by what lies higher, never the other way; modules of one line may import each other.
FLOORS = (
    ("resources", "version", "rules", "parallel"),
    ("inference",),
    ("reading",),
    ("names",),
    ("quotes",),
    ("coreference",),
    ("records", "view"),
    ("confidence", "assembly"),
    ("pipeline",),
    ("batch", "cli"),
)
# A record shows itself.
ALLOWED = frozenset({"extractor.records", "extractor.view.page", "extractor.view.terminal"})


def imports(path: Path, root: Path) -> Iterator[str]:
    """The modules of the package that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            place = root / name.replace(".", "/")
            if name.startswith("extractor") and (place.with_suffix(".py").exists() or (place / "__init__.py").exists()):
                yield name


@pytest.fixture(scope="module")
def graph(root: Path) -> dict[str, set[str]]:
    """Each module of the package with those that it imports."""
    found: dict[str, set[str]] = {}
    for path in (root / "extractor").rglob("*.py"):
        name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        # A name imported from a package is the package's where it is no module itself.
        own = set(imports(path, root))
        found[name] = {module for module in own if not any(other.startswith(f"{module}.") for other in own)} - {name}
    return found


def floor(module: str) -> int | None:
    parts = module.split(".")
    return next((number for number, names in enumerate(FLOORS) if len(parts) > 1 and parts[1] in names), None)


def test_every_module_has_its_floor(graph: dict[str, set[str]]) -> None:
    assert {m for m in graph if floor(m) is None} == {"extractor", "extractor.__main__"}


def test_no_stage_imports_a_later_one(graph: dict[str, set[str]]) -> None:
    up = [
        (module, other)
        for module, others in graph.items()
        for other in others
        if floor(module) is not None and floor(other) is not None and floor(other) > floor(module)  # type: ignore[operator]
    ]
    assert up == []


def test_no_circle_of_imports_but_records_and_their_view(graph: dict[str, set[str]]) -> None:
    done: set[str] = set()

    def circles(module: str, trail: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if module in trail:
            yield trail[trail.index(module) :]
        elif module not in done:
            for other in sorted(graph.get(module, ())):
                yield from circles(other, (*trail, module))
            done.add(module)

    found = [circle for module in sorted(graph) for circle in circles(module, ())]
    assert [circle for circle in found if not ALLOWED.issuperset(circle)] == []
