"""Scoring with `tools/score.py` of the corpora: its figures, its judgement of single quotes, and tables of both."""

from __future__ import annotations

import contextlib
import importlib.util
import io
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.corpora import Record, Records

# Bounds of the bins of confidence in which quotes are counted.
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
# Figures of the scorer by name, each between 0 and 1.
Figures = dict[str, float]
# The figures that judge how quotes are found, cut and attributed to a mention, without the names of speakers.
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
    """Returns the module `tools/score.py` of the folder of the corpora.  Raises FileNotFoundError if there is none."""
    spec = importlib.util.spec_from_file_location("score", shared / "tools" / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"no tools/score.py in {shared}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score(scorer: Any, how: str, gold: Records, records: Records) -> Figures:
    """Returns the scorer's figures for records judged in one of its ways ("quotes", "entities" …)."""
    figures: Figures = scored(scorer, scorer.Report(0), how, gold, records).figures
    return figures


def judged(scorer: Any, gold: Record, quotes: Sequence[Record]) -> list[tuple[bool, bool]]:
    """Judges each extracted quote of a document against its annotation.

    Returns a pair for each of `quotes`: whether its content is right (it is paired with an annotated quote at an
    overlap of at least 0.8), and whether, besides, the name of its speaker is right.
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


def reliability(said: npt.ArrayLike, right: npt.ArrayLike) -> list[str]:
    """Returns the lines of a Markdown table that compares confidence with accuracy.

    `said` are the confidences of quotes, `right` whether each is right.  A row counts the quotes of one bin of `BINS`,
    and all quotes above its lower bound.
    """
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
    """Replaces the text between two marker lines of a file.  Raises ValueError where one of them is missing."""
    head, found, rest = path.read_text(encoding="utf-8").partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{path} lacks the lines {begin} and {end}")
    path.write_text(f"{head}{begin}\n{text}\n{end}{tail}", encoding="utf-8")


def scored(scorer: Any, report: Any, how: str, gold: Records, records: Records) -> Any:
    """Lets the scorer judge records in one of its ways into its `report`, without printing; returns the report.

    Raises ValueError for a record that a failed stage left incomplete: its figures would be those of an error.
    """
    for id, record in records.items():
        if record.get("failed"):
            raise ValueError(f"the extractor failed on {id} ({', '.join(record['failed'])}): there is nothing to score")
    with contextlib.redirect_stdout(io.StringIO()):
        judge = getattr(scorer, how)
        judge(gold, records, report, False) if how == "quotes" else judge(gold, records, report)
    return report


def table_head(*cells: str) -> list[str]:
    """Returns the two lines that begin a Markdown table."""
    return [table_row(*cells), table_row(*["---"] * len(cells))]


def table_row(*cells: str) -> str:
    """Returns one line of a Markdown table."""
    return f"| {' | '.join(cells)} |"
