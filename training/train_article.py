"""Makes models/article.tsv: the trees by which `extractor/reading/article.py` tells the article from what is around it.

    python -m training.train_article ../shared

Learns from the pages of shared/ on which the article is annotated, from those whose articles stand in
`article_spans.tsv`, from pages made up around clean articles (`pages.py`), and from the clean articles themselves.  The
trees that see what others say of a piece (`article.context`) learn from trees that have not seen its outlet.

Writes the figures into the card: by cross-validation, with whole outlets and with documents left out, and on the
development corpora, from which nothing is learned.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import lightgbm
import numpy as np

from extractor.inference.trees import Node
from extractor.reading import article, segmentation
from extractor.reading.article import CONTEXT, FEATURES
from extractor.reading.cleaning import clean
from extractor.reading.mending import mends
from extractor.reading.pieces import STOP, Piece, pieces
from training import boosting
from training.boosting import Bits, Matrix
from training.corpora import Record, documents
from training.pages import LEARNED, MEASURED, Printer
from training.scoring import table_head, write_between

_MODELS = Path(__file__).resolve().parent.parent / "models"
_SPANS = Path(__file__).with_name("article_spans.tsv")
BEGIN, END = "<!-- figures: written by training/train_article.py -->", "<!-- end of figures -->"
_HEAD = (
    "# ensemble, tree, feature, the most it may be for yes, node of yes and of no (0: a leaf), value: see",
    "# extractor/reading/article.py; made by training/train_article.py.  Card: article.md",
)
# What the trees learn from: documents of each kind that are made or drawn, and the weight of one of them beside one of
# the real pages, of which there are some 350.
_PAGES, _FRONT_PAGES, _CLEAN, _PLAIN = 800, 350, 250, 150
_MADE_WEIGHT, _CLEAN_WEIGHT = 0.25, 0.3
_SEED = 3
# The trees of each ensemble, and where they differ from those of the confidence.  Of the sizes tried, larger ones were
# no better on outlets left out.
_FIRST, _SECOND = 60, 40
_SETTINGS = {
    "learning_rate": 0.12,
    "min_sum_hessian_in_leaf": 2.0,
    "min_data_in_leaf": 5,
    "lambda_l2": 4.0,
    "max_bin": 63,
}
_INNER, _OUTER = 3, 6
# Outlets whose names in the corpora begin differently or go on differently, by what they share.
_SAME_OUTLET = ("tengri", "zakon", "рбк", "runormas", "interfax", "belta")


@dataclass(frozen=True)
class Example:
    """A page: its pieces with their features, and the letters of each, all and those of the article (`own`).

    `outlet` groups what must not be split between training and test; `gold` are the letters of the annotated article,
    `total` those of the page; `weight` is that of the page among the others.
    """

    id: str
    kind: str
    outlet: str
    parts: Sequence[Piece]
    x: Matrix
    letters: Matrix
    own: Matrix
    gold: int
    total: int
    weight: float

    @property
    def labels(self) -> Bits:
        """Which pieces are the article by most of their letters."""
        return 2 * self.own > self.letters

    @property
    def weights(self) -> Matrix:
        """The weight of each piece: long ones weigh more, and a page of many more than one of few."""
        of_pieces = np.sqrt(self.letters + 3)
        pieces_of_page = min(len(of_pieces), 80)
        weights: Matrix = of_pieces / of_pieces.sum() * (8 + pieces_of_page**0.5) * self.weight
        return weights

    def f1(self, judged: Sequence[bool]) -> float:
        """The F1 of the letters that are judged to be the article."""
        keep = np.array(judged, dtype=np.bool_)
        both = self.letters[keep].sum() + self.gold
        return float(2 * self.own[keep].sum() / both) if both else 1.0


# The trees of both passes.
Trees = tuple[lightgbm.Booster, lightgbm.Booster]


def example(document: Record, spans: Sequence[Sequence[int]], kind: str, outlet: str, weight: float) -> Example:
    """Returns a document whose article is these spans of its text as an example."""
    raw = document["text"]
    inside = np.zeros(len(raw) + 1, dtype=np.bool_)
    for start, end in spans:
        inside[start:end] = True
    source = clean(raw)
    source = source.edited(mends(source.text))
    text = source.text
    parts = list(pieces(text, segmentation.paragraphs(text)))
    places = [[source.raw_position(i) for i in range(piece.start, piece.end) if text[i].isalnum()] for piece in parts]
    return Example(
        document.get("id", ""),
        kind,
        outlet,
        parts,
        article.features(text, parts),
        np.array([float(len(of_piece)) for of_piece in places]),
        np.array([float(inside[of_piece].sum()) for of_piece in places]),
        sum(raw[i].isalnum() for i in np.flatnonzero(inside).tolist()),
        sum(map(str.isalnum, raw)),
        weight,
    )


def real_pages(shared: Path) -> list[Example]:
    """Returns the annotated pages of the corpora."""
    train, pool, pages, _ = (documents(shared / f"{name}.jsonl") for name in LEARNED)
    spans = dict(_annotated())
    found = [
        example(document, document.get("article") or spans[document["id"]], document["kind"], outlet(document), 1.0)
        for document in (*train, *pool)
        if "article" in document or document["id"] in spans
    ]
    for document in pages:
        found.append(example(document, document["article"], "page", "tokayev", 1.0))
    return found


def _annotated() -> Iterator[tuple[str, list[list[int]]]]:
    """Yields the rows of `article_spans.tsv`."""
    for line in _SPANS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, spans = line.split("\t")
            yield name, [[int(position) for position in span.split("-")] for span in spans.split()]


def outlet(document: Record) -> str:
    """Returns the outlet of a document, the same for all its names in the corpora."""
    name = document["outlet"].lower() or document["source"].lower()
    return next((same for same in _SAME_OUTLET if same in name), name)


def other_pages(shared: Path) -> list[Example]:
    """Returns the pages that are made up, and clean articles."""
    rng = random.Random(_SEED)
    _, pool, _, clean_articles = (documents(shared / f"{name}.jsonl") for name in LEARNED)
    articles = [document for document in clean_articles if is_bare(document["text"])]
    printer = Printer(articles, rng)
    found: list[Example] = []
    for count, made in ((_PAGES, printer.page), (_FRONT_PAGES, printer.front_page)):
        for number in range(count):
            page = made()
            found.append(example({"text": page.text}, page.article, "made", f"made {number % 40}", _MADE_WEIGHT))
    annotated = {name for name, _ in _annotated()}
    plain = [document for document in pool if document["source"] == "RuNormAS" and document["id"] not in annotated]
    for document in (*rng.sample(articles, _CLEAN), *rng.sample(plain, _PLAIN)):
        whole = [[0, len(document["text"])]]
        found.append(example(document, whole, "clean", f"clean {document['id']}", _CLEAN_WEIGHT))
    return [page for page in found if page.parts]


def is_bare(text: str) -> bool:
    """Whether each line of an article but its headline ends a sentence.

    Articles of quotes/train count as clean, but many have a caption under the headline or a line of their source.
    """
    return all(STOP.search(line.rstrip()) for line in text.split("\n")[1:] if line.strip())


# ---------------------------------------------------------------- learning


def learned(examples: Sequence[Example], seed: int) -> Trees:
    """Returns the trees of both passes."""
    x, labels = np.concatenate([page.x for page in examples]), np.concatenate([page.labels for page in examples])
    weights = np.concatenate([page.weights for page in examples])
    weights /= weights.mean()
    part = parts_of(examples, _INNER, lambda page: page.outlet, seed)
    rows = np.repeat(part, [len(page.parts) for page in examples])
    seen: list[Matrix] = [np.empty(0)] * len(examples)
    for number in range(_INNER):
        use = rows != number
        trees = boosting.fit(x[use], labels[use], seed + number, _FIRST, weights[use], **_SETTINGS)
        for i, page in enumerate(examples):
            if part[i] == number:
                seen[i] = probabilities(trees, page.x)
    both = np.concatenate([widened(page, p) for page, p in zip(examples, seen, strict=True)])
    first = boosting.fit(x, labels, seed, _FIRST, weights, **_SETTINGS)
    return first, boosting.fit(both, labels, seed, _SECOND, weights, **_SETTINGS)


def widened(page: Example, p: Matrix) -> Matrix:
    """Returns the features of the second pass, given the probabilities of the first."""
    return np.hstack((page.x, article.context(page.parts, p)))


def probabilities(trees: lightgbm.Booster, x: Matrix) -> Matrix:
    """Returns the probability of each row."""
    odds: Matrix = 1 / (1 + np.exp(-boosting.log_odds(trees, x)))
    return odds


def judged(trees: Trees, page: Example) -> list[bool]:
    """Returns the judgement of each piece, as `article.judge` gives it with these trees."""
    p = probabilities(trees[0], page.x)
    return article.article_of(page.parts, probabilities(trees[1], widened(page, p)))


def parts_of(pages: Sequence[Example], count: int, key: Callable[[Example], str], seed: int) -> list[int]:
    """Returns for each page the number of its part: pages of the same key together, all parts about equally large."""
    keys = sorted({key(page) for page in pages})
    random.Random(seed).shuffle(keys)
    sizes = {name: sum(key(page) == name for page in pages) for name in keys}
    load, part = [0] * count, {}
    for name in sorted(keys, key=lambda name: -sizes[name]):
        part[name] = load.index(min(load))
        load[part[name]] += sizes[name]
    return [part[key(page)] for page in pages]


def cross_validated(pages: Sequence[Example], others: Sequence[Example], key: Callable[[Example], str]) -> list[float]:
    """Returns the F1 of each page by trees that have not seen the pages of the same key."""
    part = parts_of(pages, _OUTER, key, _SEED)
    found = [0.0] * len(pages)
    for number in range(_OUTER):
        trees = learned([*(page for page, of in zip(pages, part, strict=True) if of != number), *others], number)
        for i, page in enumerate(pages):
            if part[i] == number:
                found[i] = page.f1(judged(trees, page))
    return found


def figures(name: str, pages: Sequence[Example], found: Sequence[float]) -> str:
    """Returns the row of the table for these pages, each with its F1."""

    def mean(holds: Callable[[Example], bool]) -> str:
        chosen = [f1 for page, f1 in zip(pages, found, strict=True) if holds(page)]
        return f"{np.mean(chosen):.3f} ({len(chosen)})" if chosen else "–"

    whole = f"{np.mean(found):.3f} ({len(found)})"
    cells = (
        whole,
        mean(lambda page: page.gold < page.total),
        mean(lambda page: page.kind == "page"),
        mean(lambda page: not page.gold),
        mean(lambda page: page.gold == page.total),
    )
    return "| " + " | ".join((name, *cells)) + " |"


def written(trees: Trees) -> Iterator[str]:
    """Yields the lines of article.tsv."""
    for number, (ensemble, names) in enumerate(zip(trees, (FEATURES, (*FEATURES, *CONTEXT)), strict=True), 1):
        for count, tree in enumerate(boosting.as_nodes(ensemble, names)):
            for node in tree:
                yield "\t".join(map(str, (number, count, *_cells(node))))


def _cells(node: Node) -> tuple[str, str, int, int, str]:
    return node.feature, f"{node.threshold:.9g}", node.yes, node.no, f"{node.value:.6g}"


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder with real/, pages/ and quotes/")
    parser.add_argument("--fast", action="store_true", help="write the trees without measuring them")
    arguments = parser.parse_args()
    pages, others = real_pages(arguments.shared), other_pages(arguments.shared)
    trees = learned([*pages, *others], _SEED)
    (_MODELS / "article.tsv").write_text("\n".join((*_HEAD, *written(trees))) + "\n", encoding="utf-8")
    if arguments.fast:
        return
    lines = table_head("pages", "all", "with something around", "whole pages", "without an article", "all article")
    keys: tuple[tuple[str, Callable[[Example], str]], ...] = (
        ("outlets left out", lambda page: page.outlet),
        ("documents left out", lambda page: page.id),
    )
    for name, key in keys:
        lines.append(figures(name, pages, cross_validated(pages, others, key)))
    for name in MEASURED:
        measured = [
            example(document, document["article"], document.get("kind", "page"), "", 1.0)
            for document in documents(arguments.shared / f"{name}.jsonl")
        ]
        lines.append(figures(name, measured, [page.f1(judged(trees, page)) for page in measured]))
    print("\n".join(lines))
    write_between(_MODELS / "article.md", "\n".join(lines), BEGIN, END)


if __name__ == "__main__":
    main()
