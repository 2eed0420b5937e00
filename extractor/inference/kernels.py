"""Python's side of `kernels.c`, the inner loops of the networks, which are compiled when the package is installed.

`layers.py`, `columns.py` and `slovnet.py` use these functions where `available` is true.  It is false where no C
compiler was found, where the library was made from another `kernels.c`, or where the processor lacks the instructions
it was compiled for.  Then those modules compute the same in NumPy, in more time; their NumPy code is the definition of
what the functions here return, up to a few units in the last place.

Arrays must be contiguous, of float32 or int64; results are new arrays unless a docstring says otherwise.
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
# The constants of the same names in kernels.c, which explains them.
_LANES, _PANEL, _TILE, _AT_ONCE, _MOST_LABELS, _MOST_ENDS = 8, 16, 6, 24, 64, 512
# Kinds of blocks.
CONVOLUTION, AVERAGE, STEMS = range(3)

_POINTER, _INTEGER, _FLOAT = ctypes.c_void_p, ctypes.c_int64, ctypes.c_float
# The parameters of each C function: p a pointer, n an integer, f a float.
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
    """Loads the library; None if there is none, it was made of another source or this processor cannot run it."""
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
    """Returns a function of the library by its name."""
    return getattr(_library, name)


def _address(array: Floats | Ints | npt.NDArray[Any]) -> int:
    """Returns the address of a contiguous array."""
    assert array.flags.c_contiguous and array.dtype.char in _TYPES
    return array.ctypes.data


def _strided(array: Floats) -> tuple[int, int, int, int]:
    """Returns the address, number of rows, distance of rows and number of columns of an array that may be columns of
    another.
    """
    assert array.dtype == np.float32 and array.strides[1] == array.itemsize and array.shape[1] <= _MOST_LABELS
    return array.ctypes.data, len(array), array.strides[0] // array.itemsize, array.shape[1]


class Part(NamedTuple):
    """A block of a stack with its weights, as the blocks of `layers.py` have them.

    `kind` is CONVOLUTION, AVERAGE or STEMS.  The `weight` of a convolution are its three taps; `head` and `dilation`
    are only for convolutions, `stem` for stems, and `size` is the number of averages per direction.
    """

    kind: int
    weight: Floats
    out: Floats
    bias: Floats
    head: Floats | None = None
    stem: Floats | None = None
    dilation: int = 0
    size: int = 0


class _Block(ctypes.Structure):
    """`block` of kernels.c."""

    _fields_ = (
        *((name, _INTEGER) for name in ("kind", "dilation", "size")),
        *((name, _POINTER) for name in ("weight", "head", "stem", "out", "bias")),
    )


class _Convolution(ctypes.Structure):
    """`convolution` of kernels.c."""

    _fields_ = (("from", _INTEGER), ("to", _INTEGER), ("zero", _POINTER), ("weight", _POINTER), ("floor", _POINTER))


def supports(width: int, sizes: Iterable[int] = ()) -> bool:
    """Whether the compiled stack takes rows of this width and averages of these sizes."""
    return width % _PANEL == 0 and all(size % _LANES == 0 for size in sizes)


def _padded(width: int) -> int:
    """Returns the width of packed weights: whole panels."""
    return -(-width // _PANEL) * _PANEL


# Transforms the weights of a convolution of three taps for F(4, 3), Winograd's minimal filtering: four rows of output
# from six products (Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016).
_WINOGRAD = np.array([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]]) / 24


def _transformed(taps: Floats) -> Floats:
    """Returns the weights of `three_taps` in C, (6, width in, width out), from the three taps of a convolution."""
    made: Floats = np.tensordot(_WINOGRAD, taps.astype(np.float64), 1).astype(np.float32)
    return made


def _groups(n: int, step: int) -> int:
    """Returns the number of groups of four output rows, of which the rows lie `step` apart."""
    return -(-n // (4 * step)) * step


def _winograd_room(n: int, width: int, step: int) -> int:
    """Returns how many floats `three_taps` needs to work in; `width` is the width in plus the width out."""
    return len(_WINOGRAD) * _groups(n, step) * width


class _Buffers:
    """Owns arrays of which C has the addresses, so that they live as long as the object that uses them."""

    def __init__(self) -> None:
        self._arrays: list[Floats] = []

    def row(self, *arrays: Floats) -> int:
        """Copies arrays one after another and returns the address."""
        self._arrays.append(np.concatenate([array.ravel() for array in arrays], dtype=np.float32))
        return _address(self._arrays[-1])

    def packed(self, *matrices: Floats) -> int:
        """Packs matrices, (depth, width), panel by panel, the last one padded with zeros, and returns the address."""
        made = []
        for matrix in matrices:
            depth, width = matrix.shape
            padded = np.pad(matrix, ((0, 0), (0, _padded(width) - width)))
            made.append(padded.reshape(depth, -1, _PANEL).swapaxes(0, 1))
        return self.row(*made)

    def labels(self, bias: Floats) -> int:
        """Copies a bias and returns the address; the labels that `packed` adds to a matrix get one that never wins."""
        return self.row(np.pad(bias, (0, _padded(len(bias)) - len(bias)), constant_values=-1e30))


def _pointers(n: int) -> npt.NDArray[np.intp]:
    """Returns room for the addresses of `n` rows, in whole tiles."""
    return np.empty(n + _TILE, dtype=np.intp)


class Product:
    """Product of rows with a fixed matrix, (depth, width); a row of it is bit-identical whatever the other rows."""

    def __init__(self, matrix: Floats) -> None:
        self._buffers = _Buffers()
        self._weight, self._width = self._buffers.packed(matrix), matrix.shape[1]

    def __call__(self, x: Floats) -> Floats:
        """Returns the products, (rows, width), of `x`, (rows, depth)."""
        n, depth = x.shape
        products, rows = np.empty((n, _padded(self._width)), dtype=np.float32), _pointers(n)
        arrays = (self._weight, products.shape[1], _address(rows), _address(products))
        _function("multiply")(_address(x), n, depth, *arrays)
        return products[:, : self._width]


class Stack:
    """`layers.Stack` compiled: blocks, and `labels`, the weights that score labels."""

    def __init__(self, parts: Sequence[Part], labels: Floats) -> None:
        self._buffers = _Buffers()
        self._blocks = (_Block * len(parts))(*map(self._block, parts))
        self._labels, self._count = self._buffers.packed(labels), labels.shape[1]
        # Floats per token between a block's input and output: the input of its last product, and what that is made of.
        self._y = max((len(part.out) for part in parts), default=0)
        rooms = {STEMS: 2 * len(labels), AVERAGE: 4 * max((part.size for part in parts), default=0)}
        self._z = max((rooms.get(part.kind, 0) for part in parts), default=0)
        self._dilations = [part.dilation for part in parts if part.kind == CONVOLUTION]

    def _block(self, part: Part) -> _Block:
        buffers = self._buffers
        weight = _transformed(part.weight) if part.kind == CONVOLUTION else [part.weight]
        others = [None if array is None else buffers.packed(array) for array in (part.head, part.stem, part.out)]
        numbers = (part.kind, part.dilation, part.size)
        return _Block(*numbers, buffers.packed(*weight), *others, buffers.row(part.bias))

    def __call__(self, x: Floats, heads: Ints, groups: Ints | None) -> Floats:
        """Returns what `layers.Stack` returns; `x` is overwritten."""
        n, width = x.shape
        scores = np.empty((n, _padded(self._count)), dtype=np.float32)
        z = max([n * self._z, *(_winograd_room(n, 2 * width + 1, step) for step in self._dilations)])
        memory = np.empty(width + 1 + n * (width + 1 + self._y) + z, dtype=np.float32)
        rows = _pointers(max([n, *(_groups(n, step) for step in self._dilations)]))
        _function("stack")(
            *(_address(x), n, width, _address(heads), None if groups is None else _address(groups)),
            *(self._blocks, len(self._blocks), self._labels, scores.shape[1], self._y),
            *(_address(memory), _address(rows), _address(scores)),
        )
        return scores[:, : self._count]


def add_rows(x: Floats, table: Floats, ids: Ints, first: Ints) -> None:
    """Adds to `x` as `columns.EmbeddingTable.add`; `first` is the first row of each feature in the table."""
    n, width = x.shape
    arrays = (_address(table), _address(ids), ids.shape[1], _address(first))
    _function("add_rows")(_address(x), n, width, *arrays)


def softmax(scores: Floats, sizes: Ints) -> Floats:
    """Returns what `layers.softmax` returns; `scores` may be columns of a wider array."""
    probabilities = np.empty(scores.shape, dtype=np.float32)
    place, n, apart, labels = _strided(scores)
    _function("softmax")(place, n, apart, _address(sizes), len(sizes), labels, _address(probabilities))
    return probabilities


def best_path(probabilities: Floats, transitions: Floats, sure: float, forbidden: float) -> Ints:
    """Returns what `layers.best_path` returns; `probabilities` may be columns of a wider array."""
    place, n, apart, labels = _strided(probabilities)
    path = np.empty(n, dtype=np.int64)
    memory = np.empty(n * (labels + 1), dtype=np.uint8)
    given = (_address(transitions), sure, forbidden, _address(memory), _address(path))
    _function("best_path")(place, n, apart, labels, *given)
    return path


def first_sums(table: Floats, places: Ints, encoders: int) -> list[Floats]:
    """Returns the sums of the first convolution of each encoder, as `slovnet.FirstLayers`.

    `table` and `places` are those of `slovnet.RowCache.read`.
    """
    width = table.shape[1] // (3 * encoders)
    sums = np.empty((encoders, len(places), width), dtype=np.float32)
    arrays = (_address(places), len(places), encoders, width, _address(sums))
    _function("first_sums")(_address(table), *arrays)
    return list(sums)


class Layer(NamedTuple):
    """A convolution of `slovnet.Encoder` after the first one.

    `zero` is the input row that stands for zeros, (width in), `taps` are the weights, (3, width in, width out), `floor`
    is the least value of the output, (width out).
    """

    zero: Floats
    taps: Floats
    floor: Floats


class Encoder:
    """`slovnet.Encoder` compiled."""

    def __init__(self, floor: Floats, layers: Sequence[Layer], scale: Floats, constant: Floats) -> None:
        buffers = self._buffers = _Buffers()
        self._floor, self._width = buffers.row(floor), len(scale)
        self._ends = buffers.row(scale), buffers.row(constant)
        self._layers = (_Convolution * len(layers))(
            *(
                _Convolution(
                    *taps.shape[1:], buffers.row(zero), buffers.packed(*_transformed(taps)), buffers.row(floor)
                )
                for zero, taps, floor in layers
            )
        )
        self._width_in_and_out = max(sum(layer.taps.shape[1:]) for layer in layers)

    def __call__(self, first: Floats, separators: Ints, words: Ints) -> Floats:
        """Returns the hidden states of the rows `words` from the first convolution's sums, which are overwritten."""
        n = len(first)
        hidden = np.empty((len(words), self._width), dtype=np.float32)
        memory = np.empty(_winograd_room(n, self._width_in_and_out, 1), dtype=np.float32)
        rows = _pointers(_groups(n, 1))
        _function("encode")(
            *(_address(first), n, self._floor, self._layers, len(self._layers)),
            *(_address(separators), len(separators), _address(words), len(words)),
            *(*self._ends, _address(memory), _address(rows), _address(hidden)),
        )
        return hidden


class Classifier:
    """Linear classifier: `weight` is (depth, labels), `bias` (labels)."""

    def __init__(self, weight: Floats, bias: Floats) -> None:
        self._buffers = _Buffers()
        self._arrays, self._labels = (self._buffers.packed(weight), self._buffers.labels(bias)), _padded(len(bias))

    def __call__(self, hidden: Floats) -> Ints:
        """Returns the index of the best label of each row of `hidden`, (rows, depth)."""
        n, depth = hidden.shape
        best = np.empty(n, dtype=np.int64)
        memory = np.empty(_AT_ONCE * self._labels, dtype=np.float32)
        _function("classify")(_address(hidden), n, depth, *self._arrays, self._labels, _address(memory), _address(best))
        return best


class Parser:
    """Heads and relations of `slovnet.SyntaxNetwork`, from its weights.

    `root` are the root's rows as the head of an arc and as the head of a relation.
    """

    def __init__(self, weight: Floats, bias: Floats, kernel: Floats, root: Sequence[Floats], relations: Floats) -> None:
        buffers = self._buffers = _Buffers()
        self._size, self._labels = len(kernel), _padded(relations.shape[1])
        assert self._labels <= _MOST_LABELS and 4 * self._size <= _MOST_ENDS
        self._arrays = buffers.packed(weight), buffers.row(bias), self._size, buffers.packed(kernel), buffers.row(*root)
        # (head x dependent, label) as (head, dependent x label).
        padded = np.pad(relations, ((0, 0), (0, self._labels - relations.shape[1])))
        none = np.zeros(relations.shape[1], dtype=np.float32)
        self._relations = buffers.packed(padded.reshape(self._size, -1)), buffers.labels(none), self._labels

    def __call__(self, hidden: Floats, separators: Ints) -> tuple[Ints, Ints]:
        """Returns each token's head as an index in its sentence, -1 for the root, and the index of its relation."""
        n, depth = hidden.shape
        heads, rels = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
        memory = np.empty((n * 5 + _AT_ONCE * self._labels) * self._size, dtype=np.float32)
        rows = _pointers(max(n, _AT_ONCE))
        _function("parse")(
            *(_address(hidden), n, depth, *self._arrays, _address(separators), len(separators), *self._relations),
            *(_address(memory), _address(rows), _address(heads), _address(rels)),
        )
        return heads, rels
