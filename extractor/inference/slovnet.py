"""The forward pass of Natasha's networks (morphology, syntax, names), in NumPy and, faster, compiled (`kernels.py`).

The networks and their weights are Slovnet's (https://github.com/natasha/slovnet), trained on news, the word vectors
Navec's.  Slovnet's own inference pads sentences to batches, copies a window for each convolution and embeds each word
anew for each network.  Here the sentences of a block stand in one sequence with separators between them, a convolution
is a matrix product whose parts are added to shifted rows, and what a word contributes to the first convolutions is
computed once and cached.  The results agree with Slovnet's to 2e-5, in a fraction of its time, and do not depend on
what other sentences stand in the block.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakSet

import numpy as np
import numpy.typing as npt
from navec import Navec
from slovnet.const import SHAPE
from slovnet.exec.model import NER, Morph, Syntax
from slovnet.exec.pack import Pack
from slovnet.shape import word_shape

from extractor.inference import kernels, layers
from extractor.inference.kernels import Floats, Ints

# Memory of the cache of what words contribute to the first convolutions: 5,700 words for three encoders.  It is
# allocated at once and is part of the 400 MB that a process is to stay below.  In the 686,621 tokens of quotes and real
# a word has to be computed 37 % of the times with half as much memory, 30 % with this and 23 % with twice as much.
_CACHED_BYTES = 50 * 2**20
# So many words are computed at a time, which bounds the memory of a text of very many new words.
_BATCH = 256
# Without the compiled product, word vectors and weights are rounded to multiples of these, so that all sums of their
# products (below 2 ** 11, so of at most 11 + 42 = 53 bits) are exact in double precision and do not depend on the order
# of addition, which BLAS chooses by the shape of the batch.  The rounding is smaller than the error of single
# precision.
_VECTOR_STEP, _WEIGHT_STEP = 2.0**-22, 2.0**-20

Result = TypeVar("Result")

# All caches that are in use, whose locks a forked process makes anew.
_row_caches: WeakSet[RowCache] = WeakSet()


def _renew_locks() -> None:
    for row_cache in _row_caches:
        row_cache.renew_lock()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_renew_locks)


class Embedding:
    """Word vectors of Navec: product-quantized, of 250,000 words in lower case."""

    def __init__(self, path: Path) -> None:
        navec = Navec.load(path)
        self._ids: dict[str, int] = navec.vocab.word_ids
        self._unknown: int = navec.vocab.unk_id
        self._indexes: npt.NDArray[np.uint8] = navec.pq.indexes
        parts, codes, length = navec.pq.codes.shape
        # A vector consists of `parts` pieces, each of which is one of `codes` that there are for that part.
        self._pieces: Floats = np.ascontiguousarray(navec.pq.codes.reshape(parts * codes, length))
        self._first = codes * np.arange(parts)

    def __call__(self, words: Sequence[str]) -> Floats:
        """Returns the vectors of words, (words, 300); all unknown words have the same."""
        ids = [self._id(word.lower()) for word in words]
        vectors: Floats = self._pieces.take(self._first + self._indexes[ids], axis=0).reshape(len(words), -1)
        return vectors

    def knows(self, word: str) -> bool:
        """Returns whether a word has a vector of its own."""
        return self._id(word.lower()) != self._unknown

    def projected(self, matrix: Floats) -> Callable[[Sequence[str]], Floats]:
        """Returns a function of words: their vectors times `matrix`, (300, width), bit-identical whatever the batch."""
        product = batch_invariant_product(matrix)
        return lambda words: product(self(words))

    def _id(self, word: str) -> int:
        """Returns the id of a word in lower case; one with ё is looked up with е first, as most news print it."""
        plain = self._ids.get(word.replace("ё", "е")) if "ё" in word else None
        return self._ids.get(word, self._unknown) if plain is None else plain


def batch_invariant_product(matrix: Floats) -> Callable[[Floats], Floats]:
    """Returns a matrix product, rows times `matrix`, whose rows are bit-identical whatever the batch."""
    if kernels.available:
        return kernels.Product(matrix)
    exact = _rounded(matrix, _WEIGHT_STEP)
    return lambda rows: (_rounded(rows, _VECTOR_STEP) @ exact).astype(np.float32)


@dataclass(frozen=True)
class Layout:
    """Where the tokens of a block of sentences stand in one sequence of rows.

    `rows[i]` is the row of token i; `separators` are the rows before, between and after the sentences, which keep the
    convolutions from seeing another sentence.
    """

    rows: Ints
    separators: Ints

    @classmethod
    def of(cls, lengths: Sequence[int]) -> Layout:
        """Returns the layout of sentences of these numbers of tokens."""
        rows = np.arange(sum(lengths)) + np.repeat(np.arange(1, len(lengths) + 1), lengths)
        ends = np.cumsum(lengths) + np.arange(1, len(lengths) + 1)
        return cls(rows, np.concatenate(([0], ends)))

    @property
    def size(self) -> int:
        """The number of rows."""
        return len(self.rows) + len(self.separators)


class Encoder:
    """The encoder of a network: word and shape vectors, then three convolutions of width three.

    The first convolution is computed by `FirstLayers`, from tables.  Bias, ReLU and batch normalization of a
    convolution, scale * max(y + bias, 0) + shift, equal scale * max(y, -bias) + a constant: only the maximum is
    computed per row, scale and constant are folded into weights and bias of the next layer.
    """

    def __init__(self, model: Any, shapes: Any) -> None:
        self._shape_ids: dict[str, int] = shapes.item_ids
        self._shape_unknown: int = shapes.unk_id if shapes.unk_id is not None else shapes.item_ids["OTHER"]
        self._shapes: Floats = model.emb.shape.weight.array
        first, *others = model.encoder.layers
        self._first = np.ascontiguousarray(np.concatenate(_taps(first), axis=1))
        bias, self._scale, shift = _norm(first)
        self._floors = [-bias]
        self._constant: Floats = self._scale * bias + shift
        # For each further convolution the input row that stands for zeros, and its weights.
        self._others: list[tuple[Floats, Floats]] = []
        for layer in others:
            taps = _taps(layer)
            weighted = self._scale[:, np.newaxis] * taps
            self._others.append((-self._constant / self._scale, weighted))
            given = self._constant @ taps.sum(axis=0)
            bias, self._scale, shift = _norm(layer)
            bias = bias + given
            self._floors.append(-bias)
            self._constant = self._scale * bias + shift
        further = [kernels.Layer(*layer, floor) for layer, floor in zip(self._others, self._floors[1:], strict=True)]
        arrays = self._floors[0], further, self._scale, self._constant
        self._compiled = kernels.Encoder(*arrays) if kernels.available else None

    @property
    def first_words(self) -> Floats:
        """The weights of the first convolution that read word vectors, (300, 3 x its width)."""
        return self._first[: len(self._first) - self._shapes.shape[1]]

    def first_shape(self, shape: str) -> Floats:
        """Returns what a word's shape contributes to the first convolution: to the next row, its own and the one
        before,
        (3 x its width).
        """
        vector = self._shapes[self._shape_ids.get(shape, self._shape_unknown)]
        product: Floats = vector @ self._first[-self._shapes.shape[1] :]
        return product

    def __call__(self, first: Floats, layout: Layout) -> Floats:
        """Returns the hidden states of a block's tokens, (tokens, 64).

        `first` are the sums of the first convolution, (layout.size, its width), which are overwritten.
        """
        if self._compiled is not None:
            return self._compiled(first, layout.separators, layout.rows)
        x = np.maximum(first, self._floors[0], out=first)
        for (zero, weights), floor in zip(self._others, self._floors[1:], strict=True):
            x[layout.separators] = zero
            x = _convolved(x, weights)
            np.maximum(x, floor, out=x)
        x = x[layout.rows]
        x *= self._scale
        x += self._constant
        return x


class RowCache:
    """LRU cache of one row of floats per word, all in one array.

    `compute` returns the rows of some words, (words, `width`), which must not depend on the other words.  The cache
    holds `room` words; then the least recently used ones are dropped.  It may be read from several threads, stopped by
    an exception at any point (a key or an alarm raises one), and copied by a fork while another thread reads it.
    """

    def __init__(self, compute: Callable[[Sequence[str]], Floats], width: int, room: int) -> None:
        self.room = room
        self._compute = compute
        # The first row is for -1, no word.
        self._table = np.zeros((1 + room, width), dtype=np.float32)
        self._places: OrderedDict[str, int] = OrderedDict()
        # Whether words have places whose rows may not be theirs yet.  It is true from before the first change of a call
        # until after the last one, so that whoever comes after an exception between them, or is a process forked there,
        # finds it true.
        self._half_written = False
        self._lock = Lock()
        _row_caches.add(self)

    def __call__(self, words: Sequence[str], codes: Ints) -> Floats:
        """Returns a row for each of `codes`, which are indexes in `words`, (codes, width); zeros for -1."""
        return self.read(words, codes, lambda table, places: table.take(places, axis=0))

    def read(self, words: Sequence[str], codes: Ints, reader: Callable[[Floats, Ints], Result]) -> Result:
        """Returns `reader(table, places)`: the row for `codes[i]` is `table[places[i]]`.

        The table is the cache itself, which is not copied; it must not be kept after `reader` returns.
        """
        if len(words) > self.room:
            halves = [self(*distinct(words, half)) for half in np.array_split(codes, 2)]
            return reader(np.concatenate(halves), np.arange(len(codes)))
        with self._lock:
            if self._half_written:
                self._places.clear()
            new = []
            for word in words:
                if word in self._places:
                    self._places.move_to_end(word)  # so that no new word of this call takes its place
                else:
                    new.append(word)
            for start in range(0, len(new), _BATCH):
                batch = new[start : start + _BATCH]
                rows = self._compute(batch)
                self._half_written = True
                self._table[[self._free_place(word) for word in batch]] = rows
                self._half_written = False
            places = np.array([*map(self._places.__getitem__, words), 0])
            return reader(self._table, places[codes])

    def _free_place(self, word: str) -> int:
        """Assigns a row to a new word: the next free one, else that of the least recently used word."""
        full = len(self._places) == self.room
        place = self._places.popitem(last=False)[1] if full else 1 + len(self._places)
        self._places[word] = place
        return place

    def renew_lock(self) -> None:
        """Frees the cache in a process that was forked while another thread held it, as that thread is not there."""
        self._lock = Lock()


def distinct(words: Sequence[str], codes: Ints) -> tuple[Sequence[str], Ints]:
    """Returns those of `words` that occur among `codes`, which are indexes in them, and the codes as indexes in those.

    -1, for no word, stays.
    """
    numbers, codes = np.unique(codes, return_inverse=True)
    none = np.count_nonzero(numbers < 0)
    return [words[number] for number in numbers[none:].tolist()], codes - none


class FirstLayers:
    """The first convolutions of several encoders, from tables of what each word contributes.

    They read only vectors and shapes of words, so that what a word contributes to the next row, its own and the one
    before does not depend on where it stands: it is computed once and cached for all encoders together.  A convolution
    is then three rows to look up and to add.  `room` is the number of words to cache, by default what `_CACHED_BYTES`
    holds.
    """

    def __init__(self, embed: Embedding, encoders: Sequence[Encoder], room: int | None = None) -> None:
        self._encoders = encoders
        self._compiled = kernels.available
        weights = np.concatenate([encoder.first_words for encoder in encoders], axis=1)
        self._project = embed.projected(weights)
        width = weights.shape[1]
        self._shape = cache(self._shape_row)
        self.kept = RowCache(self._word_rows, width, room or _CACHED_BYTES // (4 * width))

    def __call__(self, words: Sequence[str], codes: Ints, layout: Layout) -> list[Floats]:
        """Returns the sums of the first convolution of each encoder, (layout.size, its width).

        `codes` are the tokens of the block as indexes in `words`.
        """
        rows = np.full(layout.size, -1)
        rows[layout.rows] = codes
        if self._compiled:
            return self.kept.read(words, rows, partial(kernels.first_sums, encoders=len(self._encoders)))
        taps = np.split(self.kept(words, rows), 3 * len(self._encoders), axis=1)
        return [_shifted(*taps[i : i + 3]) for i in range(0, len(taps), 3)]

    def _word_rows(self, words: Sequence[str]) -> Floats:
        """What words contribute to all encoders, (words, width)."""
        rows = self._project(words)
        rows += np.array([self._shape(shape(word)) for word in words])
        return rows

    def _shape_row(self, shape: str) -> Floats:
        """What a shape contributes to all encoders, (width)."""
        return np.concatenate([encoder.first_shape(shape) for encoder in self._encoders])


class TagNetwork:
    """The network for morphology, read from a Slovnet pack: gives each token one of `tags`."""

    def __init__(self, path: Path) -> None:
        model, vocabularies = _load(path, Morph, (SHAPE, "tag"))
        self.encoder = Encoder(model, vocabularies[0])
        self._weight, self._bias = model.head.proj.weight.array, model.head.proj.bias.array
        self.tags: tuple[str, ...] = tuple(vocabularies[1].items)
        self._compiled = kernels.Classifier(self._weight, self._bias) if kernels.available else None

    def __call__(self, first: Floats, layout: Layout) -> tuple[Floats, Ints]:
        """Returns hidden states, (tokens, 64), and indexes of tags, from the encoder's sums of `FirstLayers`."""
        hidden = self.encoder(first, layout)
        if self._compiled is not None:
            return hidden, self._compiled(hidden)
        scores = hidden @ self._weight
        scores += self._bias
        return hidden, scores.argmax(1)


class SyntaxNetwork:
    """The network for syntax, read from a Slovnet pack: gives each token a head and one of `rels`.

    Heads are the best ones token by token, so that they need not form a tree.
    """

    def __init__(self, path: Path) -> None:
        model, vocabularies = _load(path, Syntax, (SHAPE, "rel"))
        self.encoder = Encoder(model, vocabularies[0])
        layers = (model.head.head, model.head.tail, model.rel.head, model.rel.tail)
        self._weight = np.concatenate([layer.proj.weight.array for layer in layers], axis=1)
        self._bias = np.concatenate([layer.proj.bias.array for layer in layers])
        self._root_as_head, self._root_as_related = model.head.root.array, model.rel.root.array
        self._kernel: Floats = model.head.kernel.array
        size = len(self._kernel)
        # Slovnet's (head, relation x word) as (head x word, relation), so that it is one matrix product.
        self._relations = np.ascontiguousarray(
            model.rel.kernel.array.reshape(size, -1, size).swapaxes(1, 2).reshape(size * size, -1)
        )
        self.rels: tuple[str, ...] = tuple(vocabularies[1].items)
        root = self._projected(self._root_as_head)[1], self._projected(self._root_as_related)[2]
        arrays = self._weight, self._bias, self._kernel, root, self._relations
        self._compiled = kernels.Parser(*arrays) if kernels.available else None

    def __call__(self, first: Floats, layout: Layout) -> tuple[Floats, Ints, Ints]:
        """Returns hidden states, (tokens, 64), heads and indexes of relations, from the encoder's sums of
        `FirstLayers`.

        A head is its index in its sentence, -1 for the root.
        """
        hidden = self.encoder(first, layout)
        if self._compiled is not None:
            return hidden, *self._compiled(hidden, layout.separators)
        # Each token is projected to a dependent and a head, for the arc and for the relation.  The row before a
        # sentence is its root.
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
        # Tokens are the last axis: NumPy multiplies long rows in half the time of short ones.
        pairs = np.ascontiguousarray(related_heads[starts + best].T)[:, np.newaxis] * np.ascontiguousarray(related.T)
        rels = (pairs.reshape(len(self._relations), -1).T @ self._relations).argmax(1)
        return hidden, best - 1, rels

    def _projected(self, hidden: Floats) -> list[Floats]:
        """Projects hidden states: dependent and head of the arc, head and dependent of the relation."""
        projected = hidden @ self._weight
        projected += self._bias
        np.maximum(projected, 0, out=projected)
        return np.split(projected, 4, axis=-1)


class NameNetwork:
    """The network for names, read from a Slovnet pack: gives each token one of the BIO labels `tags` ("B-PER")."""

    def __init__(self, path: Path) -> None:
        model, vocabularies = _load(path, NER, (SHAPE, "tag"))
        self.encoder = Encoder(model, vocabularies[0])
        assert vocabularies[1].pad_id == 0
        self.tags: tuple[str, ...] = tuple(vocabularies[1].items[1:])
        self._scores = batch_invariant_product(np.ascontiguousarray(model.head.proj.weight.array[:, 1:]))
        self._bias: Floats = model.head.proj.bias.array[1:]
        # Padding, which no token may be, stands between the sentences: any label may follow it and stand before it.
        self._transitions: Floats = model.head.crf.transitions.array.copy()
        self._transitions[0] = self._transitions[:, 0] = 0

    def __call__(self, first: Floats, layout: Layout) -> tuple[Floats, Ints]:
        """Returns hidden states, (tokens, 64), and indexes of tags, from the encoder's sums of `FirstLayers`.

        The tags are the best path of each sentence by its conditional random field.  No likely label is taken without a
        search, as the labels of single tokens are no probabilities by themselves here: of 58,204 tokens of quotes/train
        3.2 % have another label that is the likeliest, and 1.2 % would with the shortcut of the taggers; none differs
        from Slovnet's.
        """
        hidden = self.encoder(first, layout)
        probabilities = np.zeros((layout.size, len(self._transitions)), dtype=np.float32)
        probabilities[layout.separators, 0] = 1
        probabilities[layout.rows, 1:] = layers.softmax(self._scores(hidden) + self._bias)
        return hidden, layers.best_path(probabilities, self._transitions, certainty=1)[layout.rows] - 1


def shape(word: str) -> str:
    """Returns Slovnet's shape of a word: "RU_Xx", "PUNCT_,", "NUM"."""
    return str(word_shape(word))


def _taps(layer: Any) -> Floats:
    """Returns the weights of a convolution by the row they read: the one before, the row itself, the one after,
    (3, width in, width out).
    """
    taps: Floats = layer.conv.weight.array.transpose(2, 1, 0)
    return taps


def _convolved(x: Floats, taps: Floats) -> Floats:
    """Returns the convolution of rows.  The first and the last one are incomplete; both are separators."""
    before, here, after = taps
    y: Floats = x @ here
    y[1:] += x[:-1] @ before
    y[:-1] += x[1:] @ after
    return y


def _norm(layer: Any) -> tuple[Floats, Floats, Floats]:
    """Returns the bias of a convolution, and scale and shift that its batch normalization amounts to."""
    scale: Floats = layer.norm.weight.array / layer.norm.std.array
    return layer.conv.bias.array, scale, layer.norm.bias.array - layer.norm.mean.array * scale


def _rounded(x: Floats, step: float) -> npt.NDArray[np.float64]:
    """Returns `x` in double precision, rounded to multiples of `step`."""
    rounded = np.rint(x.astype(np.float64) / step)
    rounded *= step
    return rounded


def _shifted(before: Floats, here: Floats, after: Floats) -> Floats:
    """Returns the sums of a convolution, from what each row contributes to the next one, itself and the one before."""
    sums = np.empty(here.shape, dtype=np.float32)
    sums[0] = here[0]
    np.add(here[1:], before[:-1], out=sums[1:])
    sums[:-1] += after[1:]
    return sums


def _with_roots(layout: Layout, tokens: Floats, root: Floats) -> Floats:
    """Returns the rows of tokens in their layout, with the root's row as each separator, (layout.size, width)."""
    rows = np.empty((layout.size, tokens.shape[1]), dtype=np.float32)
    rows[layout.rows] = tokens
    rows[layout.separators] = root
    return rows


def _load(path: Path, kind: type, vocabularies: Sequence[str]) -> tuple[Any, list[Any]]:
    """Reads a model of a kind and the named vocabularies from a Slovnet pack."""
    with Pack(path) as pack:
        pack.load_meta().check_protocol()
        model = pack.load_model(kind)
        model = model.inject_arrays(dict(pack.load_arrays(model.weights)))
        return model, [pack.load_vocab(name) for name in vocabularies]
