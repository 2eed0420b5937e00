"""How alike two nouns for people are, by the taggers' word vectors: "боксёр" is near "спортсмен", far from "врач"."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from extractor.reading.tagging import tagger

# Entries of each cache: an archive has some thousands of nouns for people, and few pairs of them in one text.
_CACHED = 5_000
# Cosines are rounded to so many digits, so that no library's order of summation shows.
_DIGITS = 4


@lru_cache(maxsize=_CACHED)
def similarity(noun: str, other: str) -> float | None:
    """The cosine of the vectors of two lemmas, -1 to 1; None where a vector is not known.

    Of a compound with a hyphen that is not known its last part counts ("экс-глава").
    """
    one, two = _vector(noun), _vector(other)
    return None if one is None or two is None else round(float(one @ two), _DIGITS)


@lru_cache(maxsize=_CACHED)
def _vector(lemma: str) -> npt.NDArray[np.float64] | None:
    """The vector of a lemma, of length 1."""
    vectors = tagger().vectors
    known = next((word for word in (lemma, lemma.rpartition("-")[2]) if vectors.knows(word)), None)
    if known is None:
        return None
    vector: npt.NDArray[np.float64] = vectors([known])[0].astype(np.float64)
    return vector / np.linalg.norm(vector)
