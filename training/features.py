"""The training examples of the quote tagger: the features and labels of each token of the annotated articles.

The articles are analysed once as they are and once for each augmented copy, which takes a minute or two each, and so
are the made-up texts; the examples are kept in `build/training` (git-ignored).
"""

from __future__ import annotations

import pickle
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from extractor.quotes.learned.tagger import LABELS, columns
from extractor.reading.analysis import Analysis
from extractor.reading.tagging import GRAMMAR_STATES
from training import quote_templates, unseen
from training.augment import augmented
from training.corpora import BUILD, Record, with_quotes
from training.tokens import UNLABELLED, TokensAt

# The number of augmented copies of all articles, beside the articles as they are, and the seed of the first.
COPIES = 2
_SEED = 1
# The number of made-up texts.
_MADE_UP = 3_000
# A value of a column that occurs less often in the training texts is unknown to the network.
MIN_COUNT = {"form": 12, "ending": 25}
MIN_COUNT_ELSE = 4


@dataclass(frozen=True)
class Example:
    """One analysed text: the columns, hidden states and heads of its tokens, and their labels by group of `LABELS`."""

    id: str
    columns: dict[str, list[str]]
    states: npt.NDArray[np.float16]
    heads: npt.NDArray[np.int32]
    labels: dict[str, npt.NDArray[np.int64]]

    def __len__(self) -> int:
        return len(self.heads)


def example(record: Record, analysis: Analysis) -> Example:
    """Returns an annotated record as an example."""
    return Example(
        id=record["id"],
        # Interned: equal values share one string, which takes an eighth of the memory and of the file.
        columns={name: [sys.intern(value) for value in col.of_words()] for name, col in columns(analysis).items()},
        states=analysis.states[:, :GRAMMAR_STATES].astype(np.float16),
        heads=analysis.arrays.head.astype(np.int32),
        labels=labels(analysis, record["quotes"]),
    )


def kept(copy: int | Literal["made"]) -> Path:
    """Returns the file of the examples of a copy, or of the made-up texts; copy 0 has the articles as they are."""
    return BUILD / f"quotes.{copy}.pickle"


def keep(shared: Path, workers: int = 1) -> None:
    """Analyses the articles and their augmented copies in so many processes, and writes the examples.

    `shared` is the folder of the corpora.
    """
    records = with_quotes(shared)
    BUILD.mkdir(parents=True, exist_ok=True)
    with Pool(workers) as pool:
        for copy in range(COPIES + 1):
            rng = random.Random(_SEED + copy)
            shown = [augmented(record, records, rng) if copy else record for record in records]
            tasks = [(shared, record, original["text"]) for record, original in zip(shown, records, strict=True)]
            kept(copy).write_bytes(pickle.dumps(pool.starmap(_analysed, tasks, chunksize=8)))
        made = [(shared, record, record["text"]) for record in made_up()]
        kept("made").write_bytes(pickle.dumps(pool.starmap(_analysed, made, chunksize=64)))


def made_up() -> list[Record]:
    """Returns the made-up texts with annotated quotes."""
    return quote_templates.documents(random.Random(_SEED), _MADE_UP)


def _analysed(shared: Path, record: Record, original: str) -> Example:
    """Returns a record, made of the text `original`, as an example, with names by a network that has not seen it."""
    return example(record, unseen.analysis(shared, record["text"], original))


def load(copies: int = COPIES) -> list[list[Example]]:
    """Returns the examples that `keep` wrote: the articles as they are, then each augmented copy."""
    return [pickle.loads(kept(copy).read_bytes()) for copy in range(copies + 1)]


def load_made_up() -> list[Example]:
    """Returns the examples of the made-up texts that `keep` wrote."""
    found: list[Example] = pickle.loads(kept("made").read_bytes())
    return found


def vocabularies(texts: Iterable[Example]) -> dict[str, dict[str, int]]:
    """Returns for each column the values that are frequent enough, numbered from 1."""
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
    """Returns the label of each token in each group of `LABELS`, `UNLABELLED` where a group does not apply to it."""
    size = len(analysis.tokens)
    made = {name: np.full(size, 0, dtype=np.int64) for name in LABELS}
    for name in ("attribution", "reported", "said_by"):
        made[name][:] = UNLABELLED
    number = {name: {label: i for i, label in enumerate(group)} for name, group in LABELS.items()}
    tokens = TokensAt(analysis)

    def write(name: str, span: Sequence[int] | None, first: str, rest: str) -> range:
        found = tokens.centred_in(span)
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
    """Returns the example as arrays: its columns numbered by the vocabularies `known`, its states, heads and labels."""
    rows = [[vocabulary.get(value, 0) for value in text.columns[name]] for name, vocabulary in known.items()]
    return {
        "ids": np.array(rows, dtype=np.int32).T,
        "id": text.id,
        "states": text.states,
        "heads": text.heads,
        "labels": np.stack([text.labels[name] for name in LABELS], axis=1),
    }
