"""What the quote tagger learns from: the annotated articles, analysed once, and their labels.

Analysing takes a minute or two a copy of the corpus, so that the copies are kept in `build/training` (git-ignored).
"""

from __future__ import annotations

import pickle
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from extractor.quotes.learned.tagger import LABELS, columns
from extractor.reading.analysis import Analysis
from training import unseen
from training.augment import augmented
from training.corpora import Record, documents
from training.words import UNLABELLED, Words

# How often the corpus is augmented, beside the articles as they are, and from which seed on.
COPIES = 2
_SEED = 1
# A value of a column that stands less often in the training texts is unknown to the network.
MIN_COUNT = {"form": 12, "ending": 25}
MIN_COUNT_ELSE = 4


@dataclass(frozen=True)
class Example:
    """One analysed text: the columns of its words, hidden states, heads, and a label a word in each group."""

    id: str
    columns: dict[str, list[str]]
    states: npt.NDArray[np.float16]
    heads: npt.NDArray[np.int32]
    labels: dict[str, npt.NDArray[np.int64]]

    def __len__(self) -> int:
        return len(self.heads)


def example(record: Record, analysis: Analysis) -> Example:
    """The example that a record with its annotated quotes makes."""
    return Example(
        id=record["id"],
        # One string for all equal ones: an eighth of the memory, and of the file.
        columns={name: [sys.intern(value) for value in col.of_words()] for name, col in columns(analysis).items()},
        states=analysis.states.astype(np.float16),
        heads=analysis.arrays.head.astype(np.int32),
        labels=labels(analysis, record["quotes"]),
    )


def kept(corpus: Path, copy: int) -> Path:
    """Where the examples of a copy of a corpus are kept; copy 0 is the corpus as it is."""
    return unseen.BUILD / f"{corpus.stem}.{copy}.pickle"


def keep(shared: Path, corpus: Path) -> None:
    """Analyses a corpus and its augmented copies, and keeps the examples."""
    records = documents(corpus)
    unseen.BUILD.mkdir(parents=True, exist_ok=True)
    for copy in range(COPIES + 1):
        rng = random.Random(_SEED + copy)
        made = []
        for record in records:
            shown = augmented(record, records, rng) if copy else record
            made.append(example(shown, unseen.analysis(shared, shown["text"], record["text"])))
        kept(corpus, copy).write_bytes(pickle.dumps(made))


def load(corpus: Path, copies: int = COPIES) -> list[list[Example]]:
    """The examples of a corpus as they were kept: first as it is, then its augmented copies."""
    return [pickle.loads(kept(corpus, copy).read_bytes()) for copy in range(copies + 1)]


def vocabularies(texts: Iterable[Example]) -> dict[str, dict[str, int]]:
    """For each column its values that are frequent enough, numbered from 1."""
    counts: dict[str, Counter[str]] = {}
    for text in texts:
        for name, values in text.columns.items():
            counts.setdefault(name, Counter()).update(values)
    return {
        name: {
            value: number
            for number, value in enumerate(
                (v for v, n in sorted(counter.items()) if n >= MIN_COUNT.get(name, MIN_COUNT_ELSE)), 1
            )
        }
        for name, counter in counts.items()
    }


def labels(analysis: Analysis, quotes: Sequence[Record]) -> dict[str, npt.NDArray[np.int64]]:
    """The label of each word in each group of `LABELS`; `UNLABELLED` where a group says nothing of it."""
    size = len(analysis.tokens)
    made = {name: np.full(size, 0, dtype=np.int64) for name in LABELS}
    for name in ("attribution", "reported", "said_by"):
        made[name][:] = UNLABELLED
    number = {name: {label: i for i, label in enumerate(group)} for name, group in LABELS.items()}
    words = Words(analysis)

    def write(name: str, span: Sequence[int] | None, first: str, rest: str) -> range:
        found = words(span)
        for i in found:
            if made[name][i] == 0:
                made[name][i] = number[name][first if i == found.start else rest]
        return found

    for quote in quotes:
        anaphoric = bool(quote.get("anaphoric"))
        cue, speaker, spans = quote["cue"], quote["speaker"], quote["spans"]
        found = write("cue", cue, "B-ana" if anaphoric else "B", "I-ana" if anaphoric else "I")
        write("speaker", speaker, *(("B", "I") if cue else ("B-lone", "I-lone")))
        if cue:
            before, after = any(s < cue[0] for s, _ in spans), any(s > cue[0] for s, _ in spans)
            for i in found:
                made["reported"][i] = number["reported"][
                    "both" if before and after else "before" if before else "after"
                ]
                made["said_by"][i] = number["said_by"][_side(cue, speaker)]
        if anaphoric:
            continue
        for place, span in enumerate(spans):
            kind = quote["type"]
            side = _side(span, cue or speaker)
            for i in write("content", span, f"{'C' if place else 'B'}-{kind}", f"I-{kind}"):
                made["attribution"][i] = number["attribution"][side]
    return made


def _side(span: Sequence[int], other: Sequence[int] | None) -> str:
    return "none" if other is None else "before" if other[0] < span[0] else "after"


def as_arrays(text: Example, known: dict[str, dict[str, int]]) -> dict[str, Any]:
    """The example's columns as numbers, beside its states, heads and labels."""
    rows = [[vocabulary.get(value, 0) for value in text.columns[name]] for name, vocabulary in known.items()]
    return {
        "ids": np.array(rows, dtype=np.int32).T,
        "states": text.states,
        "heads": text.heads,
        "labels": np.stack([text.labels[name] for name in LABELS], axis=1),
    }
