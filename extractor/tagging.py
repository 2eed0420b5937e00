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

from extractor.networks import Embedding, FirstLayers, Floats, Layout, SyntaxNetwork, TagNetwork

# A block of sentences goes through the networks together: enough words for fast matrix products,
# few enough that memory stays flat on a text of any length.
_BLOCK = 2048

# The length of a word's hidden states: 64 of each network.
STATES = 128


class Reading(NamedTuple):
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
    """What the networks say of one sentence, a value a word: heads are indexes in the sentence, -1 the root;
    `states` are the hidden states of the two networks side by side, (words, `STATES`).
    """

    readings: list[Reading]
    heads: list[int]
    rels: list[str]
    states: Floats


class Tagger:
    """Morphology and syntax of sentences."""

    def __init__(self) -> None:
        data = natasha_data()
        self.vectors = Embedding(data / "emb" / "navec_news_v1_1B_250K_300d_100q.tar")
        self._tag = TagNetwork(data / "model" / "slovnet_morph_news_v1.tar")
        self._parse = SyntaxNetwork(data / "model" / "slovnet_syntax_news_v1.tar")
        self._first = FirstLayers(self.vectors, [self._tag.encoder, self._parse.encoder])

    def __call__(self, sentences: Sequence[Sequence[str]]) -> Iterator[Tags]:
        """Tags of each sentence, a non-empty sequence of words, in order."""
        for block in _blocks(sentences):
            yield from self._block(block)

    def _block(self, sentences: Sequence[Sequence[str]]) -> Iterator[Tags]:
        words = [word for sentence in sentences for word in sentence]
        layout = Layout.of([len(sentence) for sentence in sentences])
        first = self._first(words, layout)
        tag_states, tags = self._tag(first[0], layout)
        morphology = [_reading(tag) for tag in tags]
        syntax_states, heads, rels = self._parse(first[1], layout)
        states = np.concatenate((tag_states, syntax_states), axis=1)
        at = 0
        for sentence in sentences:
            part = slice(at, at + len(sentence))
            at = part.stop
            yield Tags(
                morphology[part],
                heads[part],
                rels[part],
                states[part],
            )


@cache
def tagger() -> Tagger:
    """The one tagger of this process."""
    return Tagger()


@cache
def _reading(tag: str) -> Reading:
    pos, *pairs = tag.split("|")
    feats = dict(pair.split("=", 1) for pair in pairs)
    return Reading(tag, pos, MappingProxyType(feats), feats.get("Case"), feats.get("Number"), feats.get("Gender"))


def _blocks(sentences: Sequence[Sequence[str]]) -> Iterator[Sequence[Sequence[str]]]:
    start = size = 0
    for i, sentence in enumerate(sentences):
        if size and size + len(sentence) > _BLOCK:
            yield sentences[start:i]
            start, size = i, 0
        size += len(sentence)
    if size:
        yield sentences[start:]


def natasha_data() -> Path:
    """The folder of Natasha's models.  Raises ModuleNotFoundError where they are not installed."""
    spec = find_spec("natasha")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the package natasha, which brings the models, is not installed: pip install natasha")
    return Path(spec.submodule_search_locations[0]) / "data"
