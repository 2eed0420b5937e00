"""The stages behind the networks, with labels that no network would give: what must hold, whatever they have learned.

The shipped networks seldom call a row of marks a person; the next ones may.
"""

from __future__ import annotations

import random

import numpy as np

from extractor import Document
from extractor.inference.kernels import Floats
from extractor.names import tagger as names
from extractor.names.tagger import label
from extractor.quotes.learned.tagger import LABELS, QuoteTags
from extractor.reading.analysis import read
from training import chain

_KINDS = ("PER", "PER", "ORG", "ORG", "LOC", "COM")


def extracted(text: str) -> Document:
    """The record of a text where the labels of names, of quotes or of both are drawn by chance, from the text alone."""
    rng = random.Random(text.encode("utf-8", "surrogatepass"))
    analysis = read(text)
    size, drawn = len(analysis.tokens), rng.choice(("names", "quotes", "both"))
    analysis = label(analysis) if drawn == "quotes" else analysis.labelled(_name_labels(rng, size))
    return chain.find(analysis, tags=None if drawn == "names" else _quote_tags(rng, size)).document()


def _name_labels(rng: random.Random, size: int) -> list[str]:
    """BIO labels of names of one to five tokens, a third of which follow each other without a token between."""
    labels: list[str] = []
    while len(labels) < size:
        if rng.random() < 0.3:
            kind = rng.choice(_KINDS)
            labels += (f"B-{kind}", *[f"I-{kind}"] * rng.randrange(5))
        else:
            labels.append("O")
    assert set(labels) <= set(names.LABELS)
    return labels[:size]


def _quote_tags(rng: random.Random, size: int) -> QuoteTags:
    """Probabilities for each group of labels, flat or decided, and a path of content labels that the network may go."""
    generator = np.random.default_rng(rng.randrange(1 << 30))

    def probabilities(group: str) -> Floats:
        values = generator.random((size, len(LABELS[group]))) ** rng.choice((1, 8))
        return (values / values.sum(1, keepdims=True)).astype(np.float32)

    labels = LABELS["content"]
    path = [0] * size
    for i in range(1, size):
        before = labels[path[i - 1]]
        inside = [labels.index(f"I-{before[2:]}")] if before != "O" else []
        outside = [number for number, other in enumerate(labels) if not other.startswith("I")]
        path[i] = rng.choice(inside if inside and rng.random() < 0.8 else outside)
    return QuoteTags(**{group: probabilities(group) for group in LABELS}, path=np.array(path, dtype=np.int64))
