"""The inner loops of the networks, compiled from `kernels.c` when the package is built.

`layers.py` and `networks.py` use them where `available` says so.  Where no C compiler was found, or the processor is
older than what they were compiled for, the same is done in NumPy there: it defines what they give (to a few
units in the last place of the sums), and takes longer.

Functions take NumPy arrays of contiguous rows, float32 and int64, and give new ones.
"""

from __future__ import annotations

import ctypes
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_LIBRARY, _SOURCE = Path(__file__).with_name("_kernels.so"), Path(__file__).with_name("kernels.c")
# As in kernels.c.
_LANES, _PANEL, _TILE, _AT_ONCE, _MOST_LABELS, _MOST_ENDS = 8, 16, 6, 24, 64, 512
CONVOLUTION, AVERAGE, STEMS = range(3)

_POINTER, _INTEGER, _FLOAT = ctypes.c_void_p, ctypes.c_int64, ctypes.c_float
_ARGUMENTS = {
    "multiply": "pnnpnpp",
    "stack": "pnnpppnpnnppp",
    "add_rows": "pnnppnp",
    "softmax": "pnnpnnp",
    "best_path": "pnnnpffpp",
    "first_sums": "ppnnnp",
    "encode": "pnppnpnpnppppp",
    "classify": "pnnppnpp",
    "parse": "pnnppnpppnppnpppp",
}
_TYPES = frozenset(np.dtype(kind).char for kind in (np.float32, np.int64, np.intp, np.uint8))
_KINDS = {"p": _POINTER, "n": _INTEGER, "f": _FLOAT}


def _load() -> ctypes.CDLL | None:
    """The library, where there is one of this source that this processor can run."""
    try:
        library = ctypes.CDLL(str(_LIBRARY))
    except OSError:
        return None
    library.source.restype = ctypes.c_uint32
    if library.source() != zlib.crc32(_SOURCE.read_bytes()) or not library.usable():
        return None
    for name, arguments in _ARGUMENTS.items():
        function = getattr(library, name)
        function.argtypes, function.restype = [_KINDS[kind] for kind in arguments], None
    return library


_library = _load()
available = _library is not None


def _function(name: str) -> Any:
    return getattr(_library, name)


def _place(array: Floats | Ints | npt.NDArray[Any]) -> int:
    """Where the rows of an array lie one after another."""
    assert array.flags.c_contiguous and array.dtype.char in _TYPES
    return array.ctypes.data


def _place_of_part(array: Floats) -> tuple[int, int, int, int]:
    """Where an array lies that may be some columns of another; its rows, how far they are apart, its columns."""
    assert array.dtype == np.float32 and array.strides[1] == array.itemsize and array.shape[1] <= _MOST_LABELS
    return array.ctypes.data, len(array), array.strides[0] // array.itemsize, array.shape[1]


class Part(NamedTuple):
    """A block of a stack, with the arrays of the blocks of `layers.py`; the weight of a convolution are its taps."""

    kind: int
    weight: Floats
    out: Floats
    bias: Floats
    head: Floats | None = None
    stem: Floats | None = None
    dilation: int = 0
    size: int = 0


class _Block(ctypes.Structure):
    _fields_ = (
        *((name, _INTEGER) for name in ("kind", "dilation", "size")),
        *((name, _POINTER) for name in ("weight", "head", "stem", "out", "bias")),
    )


class _Convolution(ctypes.Structure):
    _fields_ = (("from", _INTEGER), ("to", _INTEGER), ("zero", _POINTER), ("weight", _POINTER), ("floor", _POINTER))


def fit(width: int, sizes: Iterable[int] = ()) -> bool:
    """Whether the functions take rows of this width, and averages of these sizes."""
    return width % _PANEL == 0 and all(size % _LANES == 0 for size in sizes)


def _whole(width: int) -> int:
    return -(-width // _PANEL) * _PANEL


# Four rows of a convolution of three taps from six products: F(4, 3) of Lavin and Gray, 2016.
_TO_FOURS = np.array([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]]) / 24


def _of_fours(taps: Floats) -> Floats:
    """The weights of `three_taps`, (6, width in, width out), from those of the row before, the row, the row after."""
    made: Floats = np.tensordot(_TO_FOURS, taps.astype(np.float64), 1).astype(np.float32)
    return made


def _groups(n: int, step: int) -> int:
    return -(-n // (4 * step)) * step


def _room_of_fours(n: int, width: int, step: int) -> int:
    """The numbers that `three_taps` needs room for, from rows read and made of `width` together."""
    return len(_TO_FOURS) * _groups(n, step) * width


class _Kept:
    """Arrays whose places C is given: they live as long as this does."""

    def __init__(self) -> None:
        self._arrays: list[Floats] = []

    def row(self, *arrays: Floats) -> int:
        """The place of these numbers one after another."""
        self._arrays.append(np.concatenate([array.ravel() for array in arrays], dtype=np.float32))
        return _place(self._arrays[-1])

    def packed(self, *matrices: Floats) -> int:
        """The place of matrices (depth, width) as products read them, with columns of zeros up to a whole panel."""
        made = []
        for matrix in matrices:
            depth, width = matrix.shape
            whole = np.pad(matrix, ((0, 0), (0, _whole(width) - width)))
            made.append(whole.reshape(depth, -1, _PANEL).swapaxes(0, 1))
        return self.row(*made)

    def labels(self, bias: Floats) -> int:
        """The place of a bias under which the columns that `packed` adds are never the likeliest."""
        return self.row(np.pad(bias, (0, _whole(len(bias)) - len(bias)), constant_values=-1e30))


def _pointers(n: int) -> npt.NDArray[np.intp]:
    """Room for the places of `n` rows, in whole tiles."""
    return np.empty(n + _TILE, dtype=np.intp)


class Product:
    """The products of rows with a matrix (depth, width), each the same whatever rows stand beside it."""

    def __init__(self, matrix: Floats) -> None:
        self._kept = _Kept()
        self._weight, self._width = self._kept.packed(matrix), matrix.shape[1]

    def __call__(self, x: Floats) -> Floats:
        """The products (rows, width) of `x`, (rows, depth)."""
        n, depth = x.shape
        products, rows = np.empty((n, _whole(self._width)), dtype=np.float32), _pointers(n)
        arrays = (self._weight, products.shape[1], _place(rows), _place(products))
        _function("multiply")(_place(x), n, depth, *arrays)
        return products[:, : self._width]


class Stack:
    """A stack of `layers.py`: blocks, and `labels`, the weights that read the last rows."""

    def __init__(self, parts: Sequence[Part], labels: Floats) -> None:
        self._kept = _Kept()
        self._blocks = (_Block * len(parts))(*map(self._block, parts))
        self._labels, self._count = self._kept.packed(labels), labels.shape[1]
        # The numbers of a word that stand between those that a block reads and those that it gives.
        self._y = max((len(part.out) for part in parts), default=0)
        rooms = {STEMS: 2 * len(labels), AVERAGE: 4 * max((part.size for part in parts), default=0)}
        self._z = max((rooms.get(part.kind, 0) for part in parts), default=0)
        self._dilations = [part.dilation for part in parts if part.kind == CONVOLUTION]

    def _block(self, part: Part) -> _Block:
        kept = self._kept
        weight = _of_fours(part.weight) if part.kind == CONVOLUTION else [part.weight]
        others = [None if array is None else kept.packed(array) for array in (part.head, part.stem, part.out)]
        numbers = (part.kind, part.dilation, part.size)
        return _Block(*numbers, kept.packed(*weight), *others, kept.row(part.bias))

    def __call__(self, x: Floats, heads: Ints, groups: Ints | None) -> Floats:
        """As `layers.Stack`."""
        n, width = x.shape
        scores = np.empty((n, _whole(self._count)), dtype=np.float32)
        z = max([n * self._z, *(_room_of_fours(n, 2 * width + 1, step) for step in self._dilations)])
        memory = np.empty(width + 1 + n * (width + 1 + self._y) + z, dtype=np.float32)
        rows = _pointers(max([n, *(_groups(n, step) for step in self._dilations)]))
        _function("stack")(
            *(_place(x), n, width, _place(heads), None if groups is None else _place(groups)),
            *(self._blocks, len(self._blocks), self._labels, scores.shape[1], self._y),
            *(_place(memory), _place(rows), _place(scores)),
        )
        return scores[:, : self._count]


def add_rows(x: Floats, table: Floats, ids: Ints, first: Ints) -> None:
    """As `layers.Columns.add`; `first` has the first row of each column."""
    n, width = x.shape
    arrays = (_place(table), _place(ids), ids.shape[1], _place(first))
    _function("add_rows")(_place(x), n, width, *arrays)


def softmax(scores: Floats, sizes: Ints) -> Floats:
    """As `layers.softmax`; rows may lie apart."""
    probabilities = np.empty(scores.shape, dtype=np.float32)
    place, n, apart, labels = _place_of_part(scores)
    _function("softmax")(place, n, apart, _place(sizes), len(sizes), labels, _place(probabilities))
    return probabilities


def best_path(probabilities: Floats, transitions: Floats, sure: float, forbidden: float) -> Ints:
    """As `layers.best_path`; rows may lie apart."""
    place, n, apart, labels = _place_of_part(probabilities)
    path = np.empty(n, dtype=np.int64)
    memory = np.empty(n * (labels + 1), dtype=np.uint8)
    given = (_place(transitions), sure, forbidden, _place(memory), _place(path))
    _function("best_path")(place, n, apart, labels, *given)
    return path


def first_sums(table: Floats, places: Ints, encoders: int) -> list[Floats]:
    """As `networks.FirstLayers`: the sums of the first convolution of each encoder, from the rows of a table."""
    width = table.shape[1] // (3 * encoders)
    sums = np.empty((encoders, len(places), width), dtype=np.float32)
    arrays = (_place(places), len(places), encoders, width, _place(sums))
    _function("first_sums")(_place(table), *arrays)
    return list(sums)


class Layer(NamedTuple):
    """A convolution after the first one: what stands for zero in the rows that it reads, its taps (3, width in, width
    out), the least that it gives.
    """

    zero: Floats
    taps: Floats
    floor: Floats


class Encoder:
    """An encoder of `networks.py`."""

    def __init__(self, floor: Floats, layers: Sequence[Layer], scale: Floats, constant: Floats) -> None:
        kept = self._kept = _Kept()
        self._floor, self._ends, self._width = kept.row(floor), (kept.row(scale), kept.row(constant)), len(scale)
        self._layers = (_Convolution * len(layers))(
            *(
                _Convolution(*taps.shape[1:], kept.row(zero), kept.packed(*_of_fours(taps)), kept.row(floor))
                for zero, taps, floor in layers
            )
        )
        self._width_in_and_out = max(sum(layer.taps.shape[1:]) for layer in layers)

    def __call__(self, first: Floats, separators: Ints, words: Ints) -> Floats:
        """The hidden states of the rows `words`, from the sums of the first convolution, which it changes."""
        n = len(first)
        hidden = np.empty((len(words), self._width), dtype=np.float32)
        memory = np.empty(_room_of_fours(n, self._width_in_and_out, 1), dtype=np.float32)
        rows = _pointers(_groups(n, 1))
        _function("encode")(
            *(_place(first), n, self._floor, self._layers, len(self._layers)),
            *(_place(separators), len(separators), _place(words), len(words)),
            *(*self._ends, _place(memory), _place(rows), _place(hidden)),
        )
        return hidden


class Classifier:
    """The likeliest label of a row: the largest of `weight` times the row and `bias`."""

    def __init__(self, weight: Floats, bias: Floats) -> None:
        self._kept = _Kept()
        self._arrays, self._labels = (self._kept.packed(weight), self._kept.labels(bias)), _whole(len(bias))

    def __call__(self, hidden: Floats) -> Ints:
        """The number of each row's label."""
        n, depth = hidden.shape
        best = np.empty(n, dtype=np.int64)
        memory = np.empty(_AT_ONCE * self._labels, dtype=np.float32)
        _function("classify")(_place(hidden), n, depth, *self._arrays, self._labels, _place(memory), _place(best))
        return best


class Parser:
    """The heads and relations of `networks.SyntaxNetwork`, with its arrays; `root` is what the root is as the head of
    an arc and as that of a relation.
    """

    def __init__(self, weight: Floats, bias: Floats, kernel: Floats, root: Sequence[Floats], relations: Floats) -> None:
        kept = self._kept = _Kept()
        self._size, self._labels = len(kernel), _whole(relations.shape[1])
        assert self._labels <= _MOST_LABELS and 4 * self._size <= _MOST_ENDS
        self._arrays = kept.packed(weight), kept.row(bias), self._size, kept.packed(kernel), kept.row(*root)
        # (head x other end, label) as (head, other end x label).
        whole = np.pad(relations, ((0, 0), (0, self._labels - relations.shape[1])))
        none = np.zeros(relations.shape[1], dtype=np.float32)
        self._relations = kept.packed(whole.reshape(self._size, -1)), kept.labels(none), self._labels

    def __call__(self, hidden: Floats, separators: Ints) -> tuple[Ints, Ints]:
        """Of each word the index of its head in its sentence, -1 for the root, and the number of its relation."""
        n, depth = hidden.shape
        heads, rels = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
        memory = np.empty((n * 5 + _AT_ONCE * self._labels) * self._size, dtype=np.float32)
        rows = _pointers(max(n, _AT_ONCE))
        _function("parse")(
            *(_place(hidden), n, depth, *self._arrays, _place(separators), len(separators), *self._relations),
            *(_place(memory), _place(rows), _place(heads), _place(rels)),
        )
        return heads, rels
