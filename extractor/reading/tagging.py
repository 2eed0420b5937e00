"""Natasha's models, loaded once; no other module knows them.

The model files come with the package `natasha`, which is never imported: it would import pymorphy2,
abandoned and broken on current Pythons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from extractor.inference.kernels import Floats, Ints
from extractor.inference.slovnet import Embedding, FirstLayers, Layout, SyntaxNetwork, TagNetwork, distinct

# A block of sentences goes through the networks together: enough words for fast matrix products,
# few enough that memory stays flat on a text of any length.
_BLOCK = 2048

# The length of a word's hidden states: 64 of each network.
STATES = 128


class MorphTag(NamedTuple):
    """What a tag of the morphology network ("NOUN|Animacy=Anim|Case=Nom|…") says; `case`, `number` and `gender` are
    those of `feats`.
    """

    tag: str
    pos: str
    feats: Mapping[str, str]
    case: str | None
    number: str | None
    gender: str | None


class Tags(NamedTuple):
    """What the networks say of words, arrays with a value a word: the numbers of its reading and of its relation
    among those of the `Tagger`, the index of its head among all words, -1 for a root; `states` are the hidden states
    of the two networks side by side, (words, `STATES`).
    """

    readings: Ints
    heads: Ints
    rels: Ints
    states: Floats


class Tagger:
    """Morphology and syntax of sentences; `readings`, `rels` and `parts` (of speech) are all there are,
    `parts_of_readings` the numbers of the readings' among `parts`.
    """

    def __init__(self) -> None:
        data = natasha_data()
        self.vectors = Embedding(data / "emb" / "navec_news_v1_1B_250K_300d_100q.tar")
        self._tag = TagNetwork(data / "model" / "slovnet_morph_news_v1.tar")
        self._parse = SyntaxNetwork(data / "model" / "slovnet_syntax_news_v1.tar")
        self._first = FirstLayers(self.vectors, [self._tag.encoder, self._parse.encoder])
        self.readings = tuple(map(_reading, self._tag.tags))
        self.rels = self._parse.rels
        numbers: dict[str, int] = {}
        of_readings = [numbers.setdefault(reading.pos, len(numbers)) for reading in self.readings]
        self.parts, self.parts_of_readings = tuple(numbers), np.array(of_readings)

    def __call__(self, forms: Sequence[str], codes: Ints, lengths: Sequence[int]) -> Tags:
        """The tags of words, of which `codes` are the numbers among `forms`; they are sentences of `lengths` words one
        after another, none empty.
        """
        parts = list(_blocks(lengths))
        if len(parts) == 1:
            return self._block(forms, codes, 0, lengths)
        blocks = [self._block(*distinct(forms, codes[at : at + sum(part)]), at, part) for at, part in parts]
        return Tags(*map(np.concatenate, zip(*blocks, strict=True))) if blocks else _NO_TAGS

    def _block(self, forms: Sequence[str], codes: Ints, start: int, lengths: Sequence[int]) -> Tags:
        """The tags of words the first of which has the index `start` among all."""
        layout = Layout.of(lengths)
        tags, syntax = self._first(forms, codes, layout)
        tag_states, readings = self._tag(tags, layout)
        syntax_states, heads, rels = self._parse(syntax, layout)
        firsts = np.repeat(np.cumsum(lengths) - lengths, lengths) + start
        heads = np.where(heads < 0, -1, heads + firsts)
        return Tags(readings, heads, rels, np.concatenate((tag_states, syntax_states), axis=1))


_NO_NUMBERS = np.zeros(0, dtype=np.int64)
_NO_TAGS = Tags(_NO_NUMBERS, _NO_NUMBERS, _NO_NUMBERS, np.zeros((0, STATES), dtype=np.float32))


@cache
def tagger() -> Tagger:
    """The one tagger of this process."""
    return Tagger()


def _reading(tag: str) -> MorphTag:
    pos, *pairs = tag.split("|")
    feats = dict(pair.split("=", 1) for pair in pairs)
    return MorphTag(tag, pos, MappingProxyType(feats), feats.get("Case"), feats.get("Number"), feats.get("Gender"))


def _blocks(lengths: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
    """The lengths of the sentences of each block, with the index of its first word."""
    start = first = size = 0
    for i, length in enumerate(lengths):
        if size and size + length > _BLOCK:
            yield start, lengths[first:i]
            start, first, size = start + size, i, 0
        size += length
    if size:
        yield start, lengths[first:]


def natasha_data() -> Path:
    """The folder of Natasha's models.  Raises ModuleNotFoundError where they are not installed."""
    spec = find_spec("natasha")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the package natasha, which brings the models, is not installed: pip install natasha")
    return Path(spec.submodule_search_locations[0]) / "data"
