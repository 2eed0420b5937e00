"""Which network has not seen an article: the parts of a corpus, and what networks say of the part left out.

A stage that reads what a network says must learn from articles that the network did not learn from, as it will
see none others in use.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path

import numpy as np

from extractor.names import tagger as names_tagger
from extractor.names.tagger import label
from extractor.quotes.learned.tagger import QuoteTags
from extractor.reading.analysis import Analysis, read
from extractor.reading.tagging import tagger
from training import names

# What is made on the way from the corpora to the weights that ship.
BUILD = Path("build/training")
# Of so many parts of a corpus each is left out once.
PARTS = 2
NAMES = tuple(BUILD / f"names.{part}.npz" for part in range(PARTS))


def part_of(id: str) -> int:
    """Which of the `PARTS` parts of the corpus an article belongs to."""
    return zlib.crc32(id.encode()) % PARTS


def analysis(shared: Path, text: str, original: str = "") -> Analysis:
    """The analysis of a text, with names by a network that has not learned from it, or from the `original` that it
    was made of; `shared` is the folder of the corpora.
    """
    return label(read(text), _network_of(shared)(original or text))


@cache
def _network_of(shared: Path) -> Callable[[str], names_tagger.Network]:
    folds = [names_tagger.Network.load(path, tagger().vectors) for path in NAMES]
    return names.unseen(shared, names_tagger.shipped(), folds)


def write(path: Path, tags: Mapping[str, QuoteTags]) -> None:
    """Writes the tags of articles by id: each group of all articles as one array, half floats, beside their lengths."""
    lengths = np.array([len(said.path) for said in tags.values()])
    ids = np.frombuffer(json.dumps(list(tags)).encode(), dtype=np.uint8)
    groups = {
        field.name: np.concatenate([getattr(said, field.name) for said in tags.values()]).astype(
            np.int8 if field.name == "path" else np.float16
        )
        for field in fields(QuoteTags)
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, ids=ids, lengths=lengths, **groups)


def read_tags(paths: Iterable[Path]) -> dict[str, QuoteTags]:
    """The tags in files that `write` wrote."""
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
