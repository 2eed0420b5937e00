"""Out-of-fold predictions: which network has not learned from an article, and the quote tags that it gives.

A stage that reads the output of a network must be trained on articles from which that network did not learn: the output
on its own training articles is more certain than on any text in use.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from extractor.names import tagger as names_tagger
from extractor.names.tagger import label
from extractor.quotes.learned.tagger import QuoteTags
from extractor.reading.analysis import Analysis, read
from extractor.reading.tagging import tagger
from training import names
from training.corpora import BUILD

# The number of folds: networks without a part of a corpus.
PARTS = 2
# The networks of names without each part.
NAMES = tuple(BUILD / f"names.{part}.npz" for part in range(PARTS))


def part_of(id: str) -> int:
    """Returns which of the `PARTS` parts of the corpus an article belongs to, by a checksum of its id."""
    return zlib.crc32(id.encode()) % PARTS


def analysis(shared: Path, text: str, original: str = "") -> Analysis:
    """Returns the analysis of a text with name labels by a network that has not learned from it.

    `shared` is the folder of the corpora, `original` the text that an augmented `text` was made of.
    """
    return label(read(text), _network_of(shared)(original or text))


@cache
def _network_of(shared: Path) -> Callable[[str], names_tagger.Network]:
    folds = [names_tagger.Network.load(path, tagger().vectors) for path in NAMES]
    return names.unseen(shared, names_tagger.shipped(), folds)


def write(path: Path, tags: Mapping[str, QuoteTags]) -> None:
    """Writes the tags of articles by id: a half-precision array for each group of labels, and the articles' lengths."""
    lengths = np.array([len(said.path) for said in tags.values()])
    ids = np.frombuffer(json.dumps(list(tags)).encode(), dtype=np.uint8)
    groups: dict[str, Any] = {
        field.name: np.concatenate([getattr(said, field.name) for said in tags.values()]).astype(
            np.int8 if field.name == "path" else np.float16
        )
        for field in fields(QuoteTags)
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, ids=ids, lengths=lengths, **groups)


def read_tags(paths: Iterable[Path]) -> dict[str, QuoteTags]:
    """Returns the tags by id from files that `write` wrote."""
    tags: dict[str, QuoteTags] = {}
    for path in paths:
        with np.load(path) as archive:
            arrays = dict(archive)
        ends = np.cumsum(arrays.pop("lengths"))
        ids = json.loads(arrays.pop("ids").tobytes())
        groups = {
            name: np.split(array.astype(np.int64 if name == "path" else np.float32), ends[:-1])
            for name, array in arrays.items()
        }
        for i, id in enumerate(ids):
            tags[id] = QuoteTags(**{name: parts[i] for name, parts in groups.items()})
    return tags
