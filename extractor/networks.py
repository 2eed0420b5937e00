"""The forward pass of Natasha's networks for morphology and syntax, in NumPy.

Slovnet's own inference pads sentences into batches and copies a window for every convolution.  Here the
sentences of a block stand in one sequence with a zero row between them, and a convolution is three matrix
products over shifted rows: the same numbers in a third of the time, and a text never waits for its
neighbours.  Weights and vocabularies are read from Slovnet's packs
(https://github.com/natasha/slovnet; trained on news).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from navec import Navec
from slovnet.const import SHAPE
from slovnet.exec.model import Morph, Syntax
from slovnet.exec.pack import Pack
from slovnet.shape import word_shape

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


class Embedding:
    """Navec: product-quantized vectors of 250,000 words."""

    def __init__(self, path: Path) -> None:
        navec = Navec.load(path)
        self._ids: dict[str, int] = navec.vocab.word_ids
        self._unknown: int = navec.vocab.unk_id
        self._indexes: npt.NDArray[np.uint8] = navec.pq.indexes
        self._codes: Floats = navec.pq.codes
        self._parts = np.arange(self._codes.shape[0])

    def __call__(self, words: Sequence[str]) -> Floats:
        """The vectors of `words`, (len(words), 300); one vector stands for all unknown ones."""
        ids = np.array([self._id(word.lower()) for word in words])
        unique, inverse = np.unique(ids, return_inverse=True)
        vectors = self._codes[self._parts, self._indexes[unique]]
        flat: Floats = vectors.reshape(len(unique), -1)
        return flat[inverse]

    def _id(self, word: str) -> int:
        """The id of a lower-case word; ё, which news mostly print as е, is read as е where that is known."""
        plain = self._ids.get(word.replace("ё", "е")) if "ё" in word else None
        return self._ids.get(word, self._unknown) if plain is None else plain


@dataclass(frozen=True)
class Layout:
    """Where the words of a block's sentences stand in its one sequence of rows.

    `rows[i]` is the row of word i; `separators` are the zero rows round the sentences.
    """

    rows: Ints
    separators: Ints

    @classmethod
    def of(cls, lengths: Sequence[int]) -> Layout:
        """The layout of sentences of `lengths` words."""
        words = np.arange(sum(lengths)) + np.repeat(np.arange(1, len(lengths) + 1), lengths)
        ends = np.cumsum(lengths) + np.arange(1, len(lengths) + 1)
        return cls(words, np.concatenate(([0], ends)))

    @property
    def size(self) -> int:
        """Rows in all."""
        return len(self.rows) + len(self.separators)


class Encoder:
    """Word and shape vectors through three convolutions of width three."""

    def __init__(self, model: Any, shapes: Any) -> None:
        self._shape_ids: dict[str, int] = shapes.item_ids
        self._shape_unknown: int = shapes.unk_id if shapes.unk_id is not None else shapes.item_ids["OTHER"]
        self._shapes: Floats = model.emb.shape.weight.array
        self._layers = [
            (
                np.ascontiguousarray(layer.conv.weight.array.transpose(2, 1, 0)),
                layer.conv.bias.array,
                layer.norm.weight.array / layer.norm.std.array,
                layer.norm.bias.array - layer.norm.mean.array * layer.norm.weight.array / layer.norm.std.array,
            )
            for layer in model.encoder.layers
        ]

    def __call__(self, vectors: Floats, shapes: Sequence[str], layout: Layout) -> Floats:
        """Hidden states of the block's words, (words, 64)."""
        ids = [self._shape_ids.get(shape, self._shape_unknown) for shape in shapes]
        x = np.zeros((layout.size, vectors.shape[1] + self._shapes.shape[1]), dtype=np.float32)
        x[layout.rows, : vectors.shape[1]] = vectors
        x[layout.rows, vectors.shape[1] :] = self._shapes[ids]
        for (before, here, after), bias, scale, shift in self._layers:
            y = x @ here
            y[1:] += x[:-1] @ before
            y[:-1] += x[1:] @ after
            y += bias
            np.maximum(y, 0, out=y)
            y *= scale
            y += shift
            y[layout.separators] = 0
            x = y
        return x[layout.rows]


class TagNetwork:
    """Morphology: one tag a word."""

    def __init__(self, path: Path) -> None:
        model, vocabularies = _load(path, Morph, (SHAPE, "tag"))
        self._encode = Encoder(model, vocabularies[0])
        self._weight, self._bias = model.head.proj.weight.array, model.head.proj.bias.array
        self._tags: list[str] = vocabularies[1].items

    def __call__(self, vectors: Floats, shapes: Sequence[str], layout: Layout) -> tuple[Floats, list[str]]:
        """The hidden states of the words, and their tags."""
        hidden = self._encode(vectors, shapes, layout)
        scores = hidden @ self._weight + self._bias
        return hidden, [self._tags[i] for i in scores.argmax(-1)]


class SyntaxNetwork:
    """Dependencies: for each word the index of its head in the sentence (-1: the root) and the relation."""

    def __init__(self, path: Path) -> None:
        model, vocabularies = _load(path, Syntax, (SHAPE, "rel"))
        self._encode = Encoder(model, vocabularies[0])
        self._head, self._rel = model.head, model.rel
        self._rels: list[str] = vocabularies[1].items

    def __call__(self, vectors: Floats, shapes: Sequence[str], layout: Layout) -> tuple[Floats, list[int], list[str]]:
        """The hidden states of the words, their heads and relations."""
        hidden = self._encode(vectors, shapes, layout)
        heads: list[int] = []
        rels: list[str] = []
        lengths = np.diff(layout.separators) - 1
        for end, length in zip(np.cumsum(lengths), lengths, strict=True):
            rows = hidden[np.newaxis, end - length : end]
            head = self._head(rows)[0].argmax(-1)
            rel = self._rel(rows, head[np.newaxis])[0].argmax(-1)
            heads += (head - 1).tolist()
            rels += [self._rels[i] for i in rel]
        return hidden, heads, rels


@lru_cache(maxsize=100_000)
def shape(word: str) -> str:
    """The shape of a word as the networks know it: "RU_Xx", "PUNCT_,", "NUM"."""
    return str(word_shape(word))


def _load(path: Path, kind: type, vocabularies: Sequence[str]) -> tuple[Any, list[Any]]:
    with Pack(path) as pack:
        pack.load_meta().check_protocol()
        model = pack.load_model(kind)
        model = model.inject_arrays(dict(pack.load_arrays(model.weights)))
        return model, [pack.load_vocab(name) for name in vocabularies]
