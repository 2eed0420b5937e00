"""Makes models/confidence.tsv: the trees that predict whether a quote is right, learned from annotated articles.

    python -m training.train_confidence ../shared build/training/tags.0.npz build/training/tags.1.npz

The files hold the tags of the annotated articles by quote taggers that have not learned from the tagged article
(`train_quotes --hold-out --tags`).  Runs the package over these articles with these tags, and fits two ensembles of
boosted trees: one for whether the content of a quote is right (paired with an annotated quote at an overlap of 0.8),
one for whether the name of its speaker is right too, given that (both as tools/score.py judges).  Writes into
models/confidence.md how well the predictions are calibrated on articles left out.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from extractor.confidence import features
from extractor.inference.trees import Features, Node
from extractor.quotes.learned.tagger import QuoteTags
from training import boosting, chain, unseen
from training.boosting import Bits, Matrix
from training.corpora import Record, with_quotes
from training.scoring import judged, load_scorer, reliability, write_between

# The features of a quote; whether its content is right, and whether its speaker's name is right too.
Example = tuple[Features, tuple[bool, bool]]
_MODELS = Path(__file__).resolve().parent.parent / "models"
BEGIN, END = "<!-- reliability: written by training/train_confidence.py -->", "<!-- end of reliability -->"
# Features that fewer quotes have are left out.
_RARE = 25
_FOLDS = 5
_HEAD = (
    "# what is judged, tree, feature, the most it may be for yes, node of yes and of no (0: a leaf), value: see",
    "# extractor/confidence.py; made by training/train_confidence.py.  Card: confidence.md",
)


def main() -> None:
    """Runs the command line: fits the trees, writes them and how well they are calibrated."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder with quotes/ and tools/")
    parser.add_argument("tags", type=Path, nargs="+", help="out-of-fold tags of the articles to learn from")
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    tags = unseen.read_tags(arguments.tags)
    tasks = [(gold, tags[gold["id"]]) for gold in with_quotes(arguments.shared)]
    with Pool(arguments.workers) as pool:
        found = pool.map(partial(examples, arguments.shared), tasks, chunksize=8)
    table, trees = learned(found)
    print("\n".join(table))
    write_between(_MODELS / "confidence.md", "\n".join(table), BEGIN, END)
    (_MODELS / "confidence.tsv").write_text(trees, encoding="utf-8")


def learned(articles: Sequence[Sequence[Example]]) -> tuple[list[str], str]:
    """Returns the lines of the table of reliability, by cross-validation, and the text of confidence.tsv."""
    names = frequent(articles)
    x = matrix([described for article in articles for described, _ in article], names)
    cut, named = np.array([right for article in articles for _, right in article]).T
    folds = np.array([number % _FOLDS for number, article in enumerate(articles) for _ in article])
    confidence = np.ones(len(x))
    lines = list(_HEAD)
    for what, labels, among in (("cut", cut, np.ones_like(cut)), ("name", named, cut)):
        left_out = np.zeros(len(x))
        for fold in range(_FOLDS):
            rows = among & (folds != fold)
            trees = boosting.fit(x[rows], labels[rows], seed=fold)
            left_out[folds == fold] = boosting.log_odds(trees, x[folds == fold])
        # The log-odds of articles left out are not calibrated: Platt scaling mends that, and is part of what ships.
        scale, shift = newton(left_out[among], labels[among])
        confidence /= 1 + np.exp(-(left_out * scale + shift))
        trees = boosting.fit(x[among], labels[among], seed=0)
        lines += written(what, boosting.as_nodes(trees, names), scale, shift)
    return reliability(confidence, named), "\n".join(lines) + "\n"


def examples(shared: Path, task: tuple[Record, QuoteTags]) -> list[Example]:
    """Returns the quotes that the package finds in an annotated article with the given tags, as examples."""
    gold, tags = task
    found = chain.find(unseen.analysis(shared, gold["text"]), tags=tags)
    records = [
        {
            "spans": [found.analysis.given_span(part) for part in quote.fragments],
            "speaker": None if speaker is None else {"name": speaker.name},
        }
        for quote, speaker in zip(found.quotes, found.speakers, strict=True)
    ]
    right = judged(load_scorer(shared), gold, records)
    described = features(found.analysis, found.entities, found.quotes, found.speakers)
    return list(zip(described, right, strict=True))


def frequent(articles: Sequence[Sequence[Example]]) -> list[str]:
    """Returns the features that are not 0 for at least `_RARE` quotes, in alphabetical order."""
    counts = Counter(name for article in articles for described, _ in article for name, v in described.items() if v)
    return sorted(name for name, count in counts.items() if count >= _RARE)


def matrix(rows: Sequence[Features], names: Sequence[str]) -> Matrix:
    """Returns the features as an array with a row for each quote and a column for each of `names`."""
    return np.array([[row.get(name, 0.0) for name in names] for row in rows])


def newton(scores: Matrix, labels: Bits) -> tuple[float, float]:
    """Returns the scale and shift of log-odds that make the labels likeliest (Platt scaling, Newton's method)."""
    x = np.stack((scores, np.ones_like(scores)), axis=1)
    weights = np.array([1.0, 0.0])
    for _ in range(20):
        p = 1 / (1 + np.exp(-(x @ weights)))
        weights -= np.linalg.solve((x.T * (p * (1 - p))) @ x, x.T @ (p - labels))
    return float(weights[0]), float(weights[1])


def written(what: str, trees: Sequence[Sequence[Node]], scale: float, shift: float) -> Iterator[str]:
    """Yields the lines of confidence.tsv for an ensemble; leaves are scaled, and those of the first tree shifted."""
    for number, tree in enumerate(trees):
        for node in tree:
            value = 0.0 if node.yes else node.value * scale + (0.0 if number else shift)
            cells = (what, number, node.feature, f"{node.threshold:.9g}", node.yes, node.no, f"{value:.6g}")
            yield "\t".join(map(str, cells))


if __name__ == "__main__":
    main()
