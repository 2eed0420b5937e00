"""Makes models/confidence.tsv: how sure a quote is, learned from how often such quotes are right.

    python -m training.train_confidence ../shared build/training/tags.0.npz build/training/tags.1.npz

The files hold what quote taggers that have not seen an article say of it (`train_quotes --hold-out --tags`); the
articles in them are learned from.  Runs the package over quotes/train.jsonl, calls the cut of a quote right when it is
paired with an annotated one at 0.8, its name when that is the annotated one (as tools/score.py judges), and boosts
trees on both.  Writes into models/confidence.md how well calibrated they are on documents left out.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np

from extractor.confidence import features
from extractor.coreference import resolve
from extractor.coreference.speakers import attribute
from extractor.inference.trees import Features
from extractor.names import find_entities
from extractor.quotes import quotes_with
from extractor.quotes.learned.tagger import QuoteTags
from training import boosting, unseen
from training.boosting import Bits, Matrix
from training.scoring import judged, load_scorer, reliability, write_between

# Features, whether the cut is right, whether the name is too.
Example = tuple[Features, tuple[bool, bool]]
_MODELS = Path(__file__).resolve().parent.parent / "models"
BEGIN, END = "<!-- reliability: written by training/train_confidence.py -->", "<!-- end of reliability -->"
# A feature of fewer quotes is left out.
_RARE = 25
_FOLDS = 5
_SETTINGS = boosting.Settings()
_HEAD = (
    "# what is judged, tree, feature, the most it may be for yes, node of yes and of no (0: a leaf), value: see",
    "# extractor/confidence.py; made by training/train_confidence.py.  Card: confidence.md",
)


def main() -> None:
    """Fits the trees, writes how well they hold on articles left out, writes them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder with quotes/ and tools/")
    parser.add_argument("tags", type=Path, nargs="+", help="out-of-fold tags of the articles to learn from")
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    lines = (arguments.shared / "quotes" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    tags = unseen.read_tags(arguments.tags)
    tasks = [(gold, tags[gold["id"]]) for gold in map(json.loads, lines) if gold["id"] in tags]
    with Pool(arguments.workers) as pool:
        documents = pool.map(partial(examples, arguments.shared), tasks, chunksize=8)
    table, trees = learned(documents)
    print("\n".join(table))
    write_between(_MODELS / "confidence.md", "\n".join(table), BEGIN, END)
    (_MODELS / "confidence.tsv").write_text(trees, encoding="utf-8")


def learned(documents: Sequence[Sequence[Example]]) -> tuple[list[str], str]:
    """How reliable the confidence of quotes in articles left out is, and the text of confidence.tsv."""
    names = frequent(documents)
    x = matrix([described for document in documents for described, _ in document], names)
    cut, named = np.array([right for document in documents for _, right in document]).T
    folds = np.array([number % _FOLDS for number, document in enumerate(documents) for _ in document])
    confidence = np.ones(len(x))
    lines = list(_HEAD)
    for what, labels, among in (("cut", cut, np.ones_like(cut)), ("name", named, cut)):
        left_out = np.zeros(len(x))
        for fold in range(_FOLDS):
            rows = among & (folds != fold)
            trees = boosting.fit(x[rows], labels[rows], _SETTINGS, seed=fold)
            left_out[folds == fold] = boosting.predict(trees, x[folds == fold])
        # What is said of articles left out is a little off, as it is of any fitted to others: scale it once for all.
        scale, shift = newton(left_out[among], labels[among])
        confidence /= 1 + np.exp(-(left_out * scale + shift))
        lines += written(what, boosting.fit(x[among], labels[among], _SETTINGS, seed=0), names, scale, shift)
    return reliability(confidence, named), "\n".join(lines) + "\n"


def examples(shared: Path, task: tuple[dict[str, Any], QuoteTags]) -> list[Example]:
    """The quotes that the package finds in an annotated document: their features, and whether they are right."""
    gold, tags = task
    analysis = unseen.analysis(shared, gold["text"])
    entities = find_entities(analysis)
    quotes = quotes_with(analysis, entities, tags)
    entities = resolve(analysis, entities, quotes)
    speakers = attribute(analysis, entities, quotes)
    records = [
        {
            "spans": [analysis.given_span(part) for part in quote.fragments],
            "speaker": None if speaker is None else {"name": speaker.name},
        }
        for quote, speaker in zip(quotes, speakers, strict=True)
    ]
    right = judged(load_scorer(shared), gold, records)
    return list(zip(features(analysis, entities, quotes, speakers), right, strict=True))


def frequent(documents: Sequence[Sequence[Example]]) -> list[str]:
    """The features that are more than 0 for enough quotes, in the order of the alphabet."""
    counts = Counter(name for document in documents for described, _ in document for name, v in described.items() if v)
    return sorted(name for name, count in counts.items() if count >= _RARE)


def matrix(rows: Sequence[Features], names: Sequence[str]) -> Matrix:
    """One row a quote, one column a name."""
    return np.array([[row.get(name, 0.0) for name in names] for row in rows])


def newton(scores: Matrix, labels: Bits) -> tuple[float, float]:
    """The scale and shift of log-odds that make labels likeliest (Platt)."""
    x = np.stack((scores, np.ones_like(scores)), axis=1)
    weights = np.array([1.0, 0.0])
    for _ in range(20):
        p = 1 / (1 + np.exp(-(x @ weights)))
        weights -= np.linalg.solve((x.T * (p * (1 - p))) @ x, x.T @ (p - labels))
    return float(weights[0]), float(weights[1])


def written(
    what: str, trees: Sequence[boosting.Tree], names: Sequence[str], scale: float, shift: float
) -> Iterator[str]:
    """The trees as lines that `extractor/confidence.py` reads, their values scaled; the first takes the shift."""
    for number, tree in enumerate(trees):
        for column, threshold, yes, no, value in zip(
            tree.columns, tree.thresholds, tree.yes, tree.no, tree.values, strict=True
        ):
            scaled = 0.0 if yes else value * scale + (0 if number else shift)
            lines = (what, number, names[column], f"{threshold:.6g}", yes, no, f"{scaled:.4g}")
            yield "\t".join(map(str, lines))


if __name__ == "__main__":
    main()
