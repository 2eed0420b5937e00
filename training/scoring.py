"""Scoring: the figures of `tools/score.py`, as benchmarks print them and as training judges by them."""

from __future__ import annotations

import contextlib
import importlib.util
import io
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

# Bounds of confidence between which quotes are counted.
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
Records = dict[str, Any]
Figures = dict[str, float]
# How well quotes are found, cut and given a speaker, before any name.
CUTS = (
    "f1@0.3",
    "f1@0.8",
    "f1@exact",
    "direct_recall@0.8",
    "mixed_recall@0.8",
    "indirect_recall@0.8",
    "type",
    "speaker",
)


@cache
def load_scorer(shared: Path) -> Any:
    """The module `tools/score.py` of the corpora's folder."""
    spec = importlib.util.spec_from_file_location("score", shared / "tools" / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"no tools/score.py in {shared}")
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score(scorer: Any, how: str, gold: Records, records: Records) -> Figures:
    """The scorer's figures."""
    figures: Figures = scored(scorer, scorer.Report(0), how, gold, records).figures
    return figures


def judged(scorer: Any, gold: Records, quotes: Sequence[Records]) -> list[tuple[bool, bool]]:
    """Of each quote of a document's record whether it is cut right (paired with a gold one at 0.8) and, if so, whether
    its speaker's name is right too.
    """
    pairs = scorer.pair_up(
        [scorer.letters(quote["spans"], gold["text"]) for quote in gold["quotes"]],
        [scorer.letters([scorer.span(part) for part in quote["spans"]], gold["text"]) for quote in quotes],
    )
    found = [(False, False)] * len(quotes)
    for overlap, g, q in pairs:
        annotated, name = gold["quotes"][g], (quotes[q]["speaker"] or {}).get("name")
        cut = overlap >= 0.8
        found[q] = cut, cut and scorer.same_name(annotated["name"], name, annotated["kind"])
    return found


def reliability(said: Sequence[float], right: Sequence[bool]) -> list[str]:
    """A table of how many quotes of each confidence are right, in all and from each bound of `BINS` on."""
    confidences, correct = np.asarray(said), np.asarray(right)
    lines = table_head(
        "confidence", "share of quotes", "quotes", "confidence, mean", "right", "right from here up", "share"
    )
    for low, high in pairwise(BINS):
        here, above = (confidences > low) & (confidences <= high), confidences > low
        figures = [f"{f[at].mean():.3f}" if at.any() else "–" for f, at in ((confidences, here), (correct, here))]
        over = f"{correct[above].mean():.3f}" if above.any() else "–"
        bounds = f"{low:.2f}–{high:.2f}"
        lines.append(table_row(bounds, f"{here.mean():.3f}", str(here.sum()), *figures, over, f"{above.mean():.3f}"))
    return lines


def write_between(path: Path, text: str, begin: str, end: str) -> None:
    """Replaces what stands between two lines of a file.  Raises ValueError where they are missing."""
    head, found, rest = path.read_text(encoding="utf-8").partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{path} lacks the lines {begin} and {end}")
    path.write_text(f"{head}{begin}\n{text}\n{end}{tail}", encoding="utf-8")


def scored(scorer: Any, report: Any, how: str, gold: Records, records: Records) -> Any:
    """The scorer's `report` once it has judged records in one of its ways ("quotes", "entities" …), in silence."""
    with contextlib.redirect_stdout(io.StringIO()):
        judge = getattr(scorer, how)
        judge(gold, records, report, False) if how == "quotes" else judge(gold, records, report)
    return report


def table_head(*cells: str) -> list[str]:
    """The two lines that begin a Markdown table."""
    return [table_row(*cells), table_row(*["---"] * len(cells))]


def table_row(*cells: str) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(cells)} |"
