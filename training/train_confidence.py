"""Makes models/confidence.tsv: how sure a quote is, learned from how often such quotes are right.

    python -m training.train_confidence ../shared tags.pickle

`tags.pickle` holds what quote taggers that have not seen an article say of it ({id: {group: array}}, made with
`train_quotes --hold-out`; see README.md); the articles in it are learned from.  Runs the package over
quotes/train.jsonl, calls a quote right when it is paired with an annotated one at 0.8 and its speaker's name is the
annotated one (as tools/score.py judges), and fits a logistic regression with an L2 penalty by Newton's method.
Prints how well calibrated it is on documents left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import pickle
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing import Pool
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from extractor.analysis import analyse
from extractor.confidence import features
from extractor.coreference import resolve
from extractor.names import find_entities
from extractor.quotes import quotes_with
from extractor.quotes.tagger import QuoteTags
from extractor.speakers import attribute

Example = tuple[list[str], bool]
_MODEL = Path(__file__).resolve().parent.parent / "models" / "confidence.tsv"
_RARE = 15
_PENALTY = 8.0
_FOLDS = 5


def main() -> None:
    """Fits the model, prints how well it holds on articles left out, writes it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder with quotes/ and tools/")
    parser.add_argument("tags", type=Path, help="out-of-fold tags of the articles to learn from")
    arguments = parser.parse_args()
    lines = (arguments.shared / "quotes" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    with arguments.tags.open("rb") as file:
        tags = pickle.load(file)
    scorer = str(arguments.shared / "tools" / "score.py")
    tasks = [(gold, tags[gold["id"]], scorer) for gold in map(json.loads, lines) if gold["id"] in tags]
    with Pool(2) as pool:
        documents = pool.map(examples, tasks, chunksize=8)
    scores = np.zeros(sum(map(len, documents)))
    labels = np.array([right for document in documents for _, right in document])
    folds = np.array([number % _FOLDS for number, document in enumerate(documents) for _ in document])
    rows = [names for document in documents for names, _ in document]
    for fold in range(_FOLDS):
        names, weights = fit([rows[i] for i in np.flatnonzero(folds != fold)], labels[folds != fold])
        scores[folds == fold] = predict(matrix([rows[i] for i in np.flatnonzero(folds == fold)], names), weights)
    # What is said of articles left out is a little too sure, as it is of any fitted to others: scale it once for all.
    logits = np.log(scores / (1 - scores))[:, np.newaxis]
    scale, shift = newton(np.hstack([logits, np.ones_like(logits)]), labels, np.full(2, 1e-6))
    report(predict(np.hstack([logits, np.ones_like(logits)]), np.array([scale, shift])), labels)
    names, weights = fit(rows, labels)
    weights = weights * scale
    weights[names.index("bias")] += shift
    head = (
        "# feature, weight: see extractor/confidence.py; made by training/train_confidence.py.  Card: confidence.md\n"
    )
    body = "".join(f"{name}\t{weight:.4f}\n" for name, weight in zip(names, weights, strict=True))
    _MODEL.write_text(head + body, encoding="utf-8")


def examples(task: tuple[dict[str, Any], dict[str, Any], str]) -> list[Example]:
    """The quotes that the package finds in an annotated document: their features, and whether they are right."""
    gold, arrays, path = task
    score = _scorer(path)
    analysis = analyse(gold["text"])
    entities = find_entities(analysis)
    tags = QuoteTags(**{key: array if key == "path" else array.astype("f4") for key, array in arrays.items()})
    quotes = quotes_with(analysis, entities, tags)
    entities = resolve(analysis, entities, quotes)
    speakers = attribute(analysis, entities, quotes)
    found = []
    for quote in quotes:
        spans = [
            analysis.source.raw_span(analysis.tokens[part.start].start, analysis.tokens[part.end - 1].end)
            for part in quote.fragments
        ]
        found.append(score.letters(spans, gold["text"]))
    pairs = score.pair_up([score.letters(quote["spans"], gold["text"]) for quote in gold["quotes"]], found)
    right = [False] * len(quotes)
    for overlap, g, p in pairs:
        speaker, annotated = speakers[p], gold["quotes"][g]
        name = speaker.name if speaker is not None else None
        right[p] = overlap >= 0.8 and score.same_name(annotated["name"], name, annotated["kind"])
    return list(zip(features(analysis, entities, quotes, speakers), right, strict=True))


def fit(rows: Sequence[list[str]], labels: npt.NDArray[np.bool_]) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Feature names and weights of a penalized logistic regression; features of few quotes are left out."""
    counts = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in counts.items() if count >= _RARE)
    penalty = np.full(len(names), _PENALTY)
    penalty[names.index("bias")] = 1e-6
    return names, newton(matrix(rows, names), labels, penalty)


def newton(
    x: npt.NDArray[np.float64], labels: npt.NDArray[np.bool_], penalty: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The weights of a logistic regression with an L2 `penalty` a column."""
    weights = np.zeros(x.shape[1])
    for _ in range(30):
        p = predict(x, weights)
        gradient = x.T @ (p - labels) + penalty * weights
        hessian = (x.T * (p * (1 - p))) @ x + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def matrix(rows: Sequence[list[str]], names: Sequence[str]) -> npt.NDArray[np.float64]:
    """One row a quote, one column a name: 1 where the quote has the feature."""
    columns = {name: i for i, name in enumerate(names)}
    x = np.zeros((len(rows), len(names)))
    for i, row in enumerate(rows):
        x[i, [columns[name] for name in row if name in columns]] = 1
    return x


def predict(x: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The probabilities of the rows of `x`."""
    return 1 / (1 + np.exp(-(x @ weights)))


def report(scores: npt.NDArray[np.float64], labels: npt.NDArray[np.bool_]) -> None:
    """Prints, by tenths of confidence, how many quotes there are and how many are right."""
    for line in _curve(scores, labels):
        print(line)


def _curve(scores: npt.NDArray[np.float64], labels: npt.NDArray[np.bool_]) -> Iterator[str]:
    for low in np.arange(0, 1, 0.1):
        here = (scores >= low) & (scores < low + 0.1 + 1e-9)
        if here.any():
            said, right = scores[here].mean(), labels[here].mean()
            yield f"{low:.1f}-{low + 0.1:.1f}: {here.sum():5d} quotes, said {said:.3f}, right {right:.3f}"
    sure = scores > 0.9
    yield f"above 0.9: {sure.mean():.3f} of all, right {labels[sure].mean() if sure.any() else 0:.3f}"


def _scorer(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
