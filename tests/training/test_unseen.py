"""Tags of articles by networks that have not learned from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from extractor.quotes.learned.tagger import LABELS, QuoteTags
from training import unseen


def test_tags_are_read_as_they_were_written(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    said = {
        id: QuoteTags(**{name: rng.random((n, len(group))) for name, group in LABELS.items()}, path=np.arange(n))
        for id, n in (("а", 3), ("б", 0), ("в", 2))
    }
    unseen.write(tmp_path / "tags.npz", said)
    read = unseen.read_tags([tmp_path / "tags.npz"])
    assert list(read) == list(said)
    for id, tags in said.items():
        assert np.array_equal(read[id].path, tags.path)
        assert np.allclose(read[id].content, tags.content, atol=1e-3)


def test_every_article_is_in_one_part() -> None:
    parts = [unseen.part_of(f"article-{number}") for number in range(200)]
    assert set(parts) == set(range(unseen.PARTS))
    assert parts == [unseen.part_of(f"article-{number}") for number in range(200)]
