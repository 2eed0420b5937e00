"""The forward pass of Natasha's networks for morphology and syntax, in NumPy and, faster, in C (`kernels.py`).

Slovnet's own inference pads sentences into batches, copies a window for every convolution and embeds each
word anew for every network.  Here the sentences of a block stand in one sequence with a zero row between them,
a convolution is a matrix product whose parts are added to shifted rows, and what a word gives to the first
convolutions is worked out once and kept: the same numbers (to 2e-5) in a fraction of the time, and a text never
waits for its neighbours.  Weights and vocabularies are read from Slovnet's packs
(https://github.com/natasha/slovnet; trained on news).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from navec import Navec
from slovnet.const import SHAPE
from slovnet.exec.model import Morph, Syntax
from slovnet.exec.pack import Pack
from slovnet.shape import word_shape

from extractor.inference import kernels
from extractor.inference.kernels import Floats, Ints

# What words give to the first convolutions is kept in so many bytes: 8,500 words for two encoders.
_CACHED_BYTES = 50 * 2**20
# They are worked out so many at a time.
_WORKED_OUT = 256
# NumPy multiplies word vectors and weights as whole multiples of these: all sums of their products, below 2 ** 11, are
# then exact in double precision, and a word gets the same bits in any company, whatever order the processor adds in.
# It costs less precision than a sum in single precision loses.  The compiled product adds in one order.
_VECTOR_STEP, _WEIGHT_STEP = 2.0**-22, 2.0**-20

Given = TypeVar("Given")


class Embedding:
    """Navec: product-quantized vectors of 250,000 words."""

    def __init__(self, path: Path) -> None:
        navec = Navec.load(path)
        self._ids: dict[str, int] = navec.vocab.word_ids
        self._unknown: int = navec.vocab.unk_id
        self._indexes: npt.NDArray[np.uint8] = navec.pq.indexes
        parts, codes, length = navec.pq.codes.shape
        # A vector is made of `parts` pieces, each one of so many.
        self._pieces: Floats = np.ascontiguousarray(navec.pq.codes.reshape(parts * codes, length))
        self._first = codes * np.arange(parts)

    def __call__(self, words: Sequence[str]) -> Floats:
        """The vectors of `words`, (len(words), 300); one vector stands for all unknown ones."""
        ids = [self._id(word.lower()) for word in words]
        vectors: Floats = self._pieces.take(self._first + self._indexes[ids], axis=0).reshape(len(words), -1)
        return vectors

    def projected(self, matrix: Floats) -> Callable[[Sequence[str]], Floats]:
        """What gives words' vectors times `matrix`, (300, width); a word gets the same bits in any company."""
        product = batch_invariant_product(matrix)
        return lambda words: product(self(words))

    def _id(self, word: str) -> int:
        """The id of a lower-case word; ё, which news mostly print as е, is read as е where that is known."""
        plain = self._ids.get(word.replace("ё", "е")) if "ё" in word else None
        return self._ids.get(word, self._unknown) if plain is None else plain


def batch_invariant_product(matrix: Floats) -> Callable[[Floats], Floats]:
    """What multiplies rows by a matrix so that a row gets the same bits in any company."""
    if kernels.available:
        return kernels.Product(matrix)
    exact = _rounded(matrix, _WEIGHT_STEP)
    return lambda rows: (_rounded(rows, _VECTOR_STEP) @ exact).astype(np.float32)


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
    """Word and shape vectors through three convolutions of width three, the first of which is `FirstLayers`'.

    A convolution's bias, ReLU and norm, scale * max(y + bias, 0) + shift, are scale * max(y, -bias) + a constant.
    Only the maximum is taken of each row; scale and constant go into the weights and the bias of what reads it.
    """

    def __init__(self, model: Any, shapes: Any) -> None:
        self._shape_ids: dict[str, int] = shapes.item_ids
        self._shape_unknown: int = shapes.unk_id if shapes.unk_id is not None else shapes.item_ids["OTHER"]
        self._shapes: Floats = model.emb.shape.weight.array
        first, *others = model.encoder.layers
        self._first = np.ascontiguousarray(np.concatenate(_taps(first), axis=1))
        bias, self._scale, shift = _norm(first)
        self._least = [-bias]
        self._constant: Floats = self._scale * bias + shift
        # Of each further convolution what stands for zero in the rows that it reads, and its weights.
        self._others: list[tuple[Floats, Floats]] = []
        for layer in others:
            taps = _taps(layer)
            weighted = self._scale[:, np.newaxis] * taps
            self._others.append((-self._constant / self._scale, weighted))
            given = self._constant @ taps.sum(axis=0)
            bias, self._scale, shift = _norm(layer)
            bias = bias + given
            self._least.append(-bias)
            self._constant = self._scale * bias + shift
        further = [kernels.Layer(*layer, least) for layer, least in zip(self._others, self._least[1:], strict=True)]
        arrays = self._least[0], further, self._scale, self._constant
        self._compiled = kernels.Encoder(*arrays) if kernels.available else None

    @property
    def first_words(self) -> Floats:
        """The part of the first convolution that reads word vectors, (300, 3 x its width)."""
        return self._first[: len(self._first) - self._shapes.shape[1]]

    def first_shape(self, shape: str) -> Floats:
        """What a shape gives to the three taps of the first convolution, (3 x its width)."""
        vector = self._shapes[self._shape_ids.get(shape, self._shape_unknown)]
        product: Floats = vector @ self._first[-self._shapes.shape[1] :]
        return product

    def __call__(self, first: Floats, layout: Layout) -> Floats:
        """Hidden states of the block's words, (words, 64), from the sums of the first convolution; it changes them."""
        if self._compiled is not None:
            return self._compiled(first, layout.separators, layout.rows)
        x = np.maximum(first, self._least[0], out=first)
        for (zero, weights), least in zip(self._others, self._least[1:], strict=True):
            x[layout.separators] = zero
            x = _convolved(x, weights)
            np.maximum(x, least, out=x)
        x = x[layout.rows]
        x *= self._scale
        x += self._constant
        return x


class RowCache:
    """Rows of numbers that words give wherever they stand, worked out once a word and kept.

    `work_out` gives the rows of words, (words, `width`), a batch at a time.  The `room` is for so many words; those
    that were not asked for the longest make way.
    """

    def __init__(self, work_out: Callable[[Sequence[str]], Floats], width: int, room: int) -> None:
        self.room = room
        self._work_out = work_out
        # The first row is that of no word.
        self._table = np.zeros((1 + room, width), dtype=np.float32)
        self._places: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def __call__(self, words: Sequence[str], codes: Ints) -> Floats:
        """A row for each of `codes`, (codes, width): that of the word which it is the number of; zeros for -1."""
        return self.read(words, codes, lambda table, places: table.take(places, axis=0))

    def read(self, words: Sequence[str], codes: Ints, reader: Callable[[Floats, Ints], Given]) -> Given:
        """What `reader` makes of a table of rows and the place there of the row for each of `codes`."""
        if len(words) > self.room:
            halves = [self(*distinct(words, half)) for half in np.array_split(codes, 2)]
            return reader(np.concatenate(halves), np.arange(len(codes)))
        with self._lock:
            new = []
            for word in words:
                if word in self._places:
                    self._places.move_to_end(word)  # so that it stays for this call
                else:
                    new.append(word)
            for start in range(0, len(new), _WORKED_OUT):
                batch = new[start : start + _WORKED_OUT]
                self._table[[self._free_place(word) for word in batch]] = self._work_out(batch)
            places = np.array([*map(self._places.__getitem__, words), 0])
            return reader(self._table, places[codes])

    def _free_place(self, word: str) -> int:
        """The row for a new word: the next one, or that of the word that was not asked for the longest."""
        full = len(self._places) == self.room
        place = self._places.popitem(last=False)[1] if full else 1 + len(self._places)
        self._places[word] = place
        return place


def distinct(words: Sequence[str], codes: Ints) -> tuple[Sequence[str], Ints]:
    """Those of `words` that `codes` are numbers of, and their numbers among those; -1, for none, stays."""
    numbers, codes = np.unique(codes, return_inverse=True)
    none = np.count_nonzero(numbers < 0)
    return [words[number] for number in numbers[none:].tolist()], codes - none


class FirstLayers:
    """The first convolutions of several encoders: they see words alone, their vectors and shapes.

    What a word gives there to the row after its own, to its own and to the row before is the same wherever it
    stands, so that three rows to gather and to add remain.
    """

    def __init__(self, embed: Embedding, encoders: Sequence[Encoder], room: int | None = None) -> None:
        self._encoders = encoders
        self._compiled = kernels.available
        weights = np.concatenate([encoder.first_words for encoder in encoders], axis=1)
        self._project = embed.projected(weights)
        width = weights.shape[1]
        self._shape = lru_cache(maxsize=None)(self._of_shape)
        self.kept = RowCache(self._of_words, width, room or _CACHED_BYTES // (4 * width))

    def __call__(self, words: Sequence[str], codes: Ints, layout: Layout) -> list[Floats]:
        """The sums of the first convolution of each encoder, (layout.size, its width); the text's words are those of
        `words` that `codes` number.
        """
        rows = np.full(layout.size, -1)
        rows[layout.rows] = codes
        if self._compiled:
            return self.kept.read(words, rows, partial(kernels.first_sums, encoders=len(self._encoders)))
        taps = np.split(self.kept(words, rows), 3 * len(self._encoders), axis=1)
        return [_shifted(*taps[i : i + 3]) for i in range(0, len(taps), 3)]

    def _of_words(self, words: Sequence[str]) -> Floats:
        rows = self._project(words)
        rows += np.array([self._shape(shape(word)) for word in words])
        return rows

    def _of_shape(self, shape: str) -> Floats:
        return np.concatenate([encoder.first_shape(shape) for encoder in self._encoders])


class TagNetwork:
    """Morphology: one of `tags` a word."""

    def __init__(self, path: Path) -> None:
        model, vocabularies = _load(path, Morph, (SHAPE, "tag"))
        self.encoder = Encoder(model, vocabularies[0])
        self._weight, self._bias = model.head.proj.weight.array, model.head.proj.bias.array
        self.tags: tuple[str, ...] = tuple(vocabularies[1].items)
        self._compiled = kernels.Classifier(self._weight, self._bias) if kernels.available else None

    def __call__(self, first: Floats, layout: Layout) -> tuple[Floats, Ints]:
        """The hidden states of the words, and the numbers of their tags, from the sums of `FirstLayers`."""
        hidden = self.encoder(first, layout)
        if self._compiled is not None:
            return hidden, self._compiled(hidden)
        scores = hidden @ self._weight
        scores += self._bias
        return hidden, scores.argmax(1)


class SyntaxNetwork:
    """Dependencies: for each word the index of its head in the sentence (-1: the root), and one of `rels`."""

    def __init__(self, path: Path) -> None:
        model, vocabularies = _load(path, Syntax, (SHAPE, "rel"))
        self.encoder = Encoder(model, vocabularies[0])
        layers = (model.head.head, model.head.tail, model.rel.head, model.rel.tail)
        self._weight = np.concatenate([layer.proj.weight.array for layer in layers], axis=1)
        self._bias = np.concatenate([layer.proj.bias.array for layer in layers])
        self._root_as_head, self._root_as_related = model.head.root.array, model.rel.root.array
        self._kernel: Floats = model.head.kernel.array
        size = len(self._kernel)
        # Slovnet's (head, relation x word) as (head x word, relation): one product of narrow rows.
        self._relations = np.ascontiguousarray(
            model.rel.kernel.array.reshape(size, -1, size).swapaxes(1, 2).reshape(size * size, -1)
        )
        self.rels: tuple[str, ...] = tuple(vocabularies[1].items)
        root = self._projected(self._root_as_head)[1], self._projected(self._root_as_related)[2]
        arrays = self._weight, self._bias, self._kernel, root, self._relations
        self._compiled = kernels.Parser(*arrays) if kernels.available else None

    def __call__(self, first: Floats, layout: Layout) -> tuple[Floats, Ints, Ints]:
        """The hidden states of the words, their heads and the numbers of their relations, from the sums of
        `FirstLayers`.
        """
        hidden = self.encoder(first, layout)
        if self._compiled is not None:
            return hidden, *self._compiled(hidden, layout.separators)
        # Of each word what it is as one that has a head and as a head, for the arc and for its relation; in the
        # row before a sentence what its root is.
        word, head, related_head, related = self._projected(hidden)
        heads = _with_roots(layout, head, self._projected(self._root_as_head)[1])
        related_heads = _with_roots(layout, related_head, self._projected(self._root_as_related)[2])
        word = word @ self._kernel
        best = np.empty(len(hidden), dtype=np.int64)
        at = 0
        for start, end in pairwise(layout.separators.tolist()):
            after = at + end - start - 1
            (word[at:after] @ heads[start:end].T).argmax(1, out=best[at:after])
            at = after
        starts = np.repeat(layout.separators[:-1], np.diff(layout.separators) - 1)
        # Words last: NumPy multiplies long rows in half the time of short ones.
        pairs = np.ascontiguousarray(related_heads[starts + best].T)[:, np.newaxis] * np.ascontiguousarray(related.T)
        rels = (pairs.reshape(len(self._relations), -1).T @ self._relations).argmax(1)
        return hidden, best - 1, rels

    def _projected(self, hidden: Floats) -> list[Floats]:
        projected = hidden @ self._weight
        projected += self._bias
        np.maximum(projected, 0, out=projected)
        return np.split(projected, 4, axis=-1)


@lru_cache(maxsize=10_000)
def shape(word: str) -> str:
    """The shape of a word as the networks know it: "RU_Xx", "PUNCT_,", "NUM"."""
    return str(word_shape(word))


def _taps(layer: Any) -> Floats:
    """The weights of a convolution of width three by what they read: the row before, the row itself, the row after;
    (3, width in, width out).
    """
    taps: Floats = layer.conv.weight.array.transpose(2, 1, 0)
    return taps


def _convolved(x: Floats, taps: Floats) -> Floats:
    """The rows `x` convolved; nothing of worth in the first and the last of them."""
    before, here, after = taps
    y: Floats = x @ here
    y[1:] += x[:-1] @ before
    y[:-1] += x[1:] @ after
    return y


def _norm(layer: Any) -> tuple[Floats, Floats, Floats]:
    """Bias, scale and shift of a convolution: its batch norm in two of them."""
    scale: Floats = layer.norm.weight.array / layer.norm.std.array
    return layer.conv.bias.array, scale, layer.norm.bias.array - layer.norm.mean.array * scale


def _rounded(x: Floats, step: float) -> npt.NDArray[np.float64]:
    """`x` in double precision, as whole multiples of `step`."""
    rounded = np.rint(x.astype(np.float64) / step)
    rounded *= step
    return rounded


def _shifted(before: Floats, here: Floats, after: Floats) -> Floats:
    """The sums of a convolution, from what each row gives to the next one, to itself and to the one before."""
    sums = np.empty(here.shape, dtype=np.float32)
    sums[0] = here[0]
    np.add(here[1:], before[:-1], out=sums[1:])
    sums[:-1] += after[1:]
    return sums


def _with_roots(layout: Layout, words: Floats, root: Floats) -> Floats:
    """The rows of words with the root's before those of each sentence, (layout.size, width)."""
    rows = np.empty((layout.size, words.shape[1]), dtype=np.float32)
    rows[layout.rows] = words
    rows[layout.separators] = root
    return rows


def _load(path: Path, kind: type, vocabularies: Sequence[str]) -> tuple[Any, list[Any]]:
    with Pack(path) as pack:
        pack.load_meta().check_protocol()
        model = pack.load_model(kind)
        model = model.inject_arrays(dict(pack.load_arrays(model.weights)))
        return model, [pack.load_vocab(name) for name in vocabularies]
