"""The blocks of `extractor/inference/layers.py` as PyTorch modules, and the batches on which they are trained."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

DROPOUT = 0.2
# Tokens of a batch at most, padding included.
BATCH = 2048


class Drop(nn.Module):
    """Dropout of a feature in all tokens of a text at once, which costs a fraction of dropout by token."""

    def forward(self, x: Tensor) -> Tensor:
        """Drops features of (batch, tokens, features), in training only."""
        if not self.training:
            return x
        return x * functional.dropout(x.new_ones(x.shape[0], 1, x.shape[2]), DROPOUT)


class Convolution(nn.Module):
    """A convolution over each token, those `dilation` before and after it, and, if asked, its syntactic head."""

    def __init__(self, width: int, dilation: int, with_head: bool) -> None:
        super().__init__()
        self.dilation = dilation
        self.taps = nn.Parameter(torch.randn(3, width, width) * (2 / (3 * width)) ** 0.5)
        self.head = nn.Parameter(torch.randn(width, width) * (0.5 / width) ** 0.5) if with_head else None
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor, heads: Tensor) -> Tensor:
        """Convolves `x` of (batch, tokens, features); `heads` holds the index of each token's head within its text."""
        d, length = self.dilation, x.shape[1]
        padded = functional.pad(x, (0, 0, d, d))
        windows = torch.cat((padded[:, :length], x, padded[:, 2 * d :]), -1)
        y = torch.addmm(self.bias, windows.flatten(0, 1), self.taps.flatten(0, 1))
        if self.head is not None:
            rows = heads + torch.arange(len(x)).unsqueeze(-1) * length
            y = y + (x @ self.head).flatten(0, 1).index_select(0, rows.flatten())
        return functional.relu_(y).view_as(x)


class Scan(torch.autograd.Function):
    """The recurrence h[t] = keep[t] * h[t - 1] + value[t] over the first dimension; a loop of NumPy costs less."""

    @staticmethod
    def forward(ctx: Any, keep: Tensor, value: Tensor) -> Tensor:
        """Returns h at all places."""
        kept, h = keep.numpy(), value.clone()
        scan(kept, h.numpy())
        ctx.save_for_backward(keep, h)
        return h

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the gradients of `keep` and `value`."""
        keep, h = ctx.saved_tensors
        total = grad.clone(memory_format=torch.contiguous_format)
        # The same recurrence from the end: h[t] gets the gradient of h[t + 1] times keep[t + 1].
        scan(keep.numpy()[:0:-1], total.numpy()[::-1])
        grad_keep = torch.zeros_like(keep)
        torch.mul(total[1:], h[:-1], out=grad_keep[1:])
        return grad_keep, total


def scan(keep: npt.NDArray[np.float32], rows: npt.NDArray[np.float32]) -> None:
    """Computes rows[t] += keep[t] * rows[t - 1] in place; `keep` may lack its first row, which is not used."""
    state = rows[0].copy()
    for kept, row in zip(keep[len(keep) - len(rows) + 1 :], rows[1:], strict=True):
        state *= kept
        row += state
        state[...] = row


class Stems(nn.Module):
    """Combines each token with the mean of all tokens of its stem in the document."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.here = nn.Parameter(torch.randn(width, width) * (1 / width) ** 0.5)
        self.stem = nn.Parameter(torch.randn(width, width) * (1 / width) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor, groups: Tensor) -> Tensor:
        """Maps `x` of (batch, tokens, features); `groups` numbers each token's stem, below the number of tokens."""
        size = x.shape[1]
        places = (groups + torch.arange(len(x)).unsqueeze(-1) * size).flatten()
        rows = x.flatten(0, 1)
        counts = torch.bincount(places, minlength=len(rows)).clamp(min=1).unsqueeze(-1)
        means = torch.zeros_like(rows).index_add(0, places, rows) / counts
        y = rows @ self.here + (means @ self.stem).index_select(0, places) + self.bias
        return functional.relu_(y).view_as(x)


class Average(nn.Module):
    """Two gated running averages of `size` features over the whole document, one forwards, one backwards."""

    def __init__(self, width: int, size: int) -> None:
        super().__init__()
        self.gate = nn.Linear(width, 2 * size)
        self.value = nn.Linear(width, 2 * size)
        nn.init.uniform_(self.gate.bias, -4, 0)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Returns both averages side by side, for `x` of (batch, tokens, features); `mask` is 0 at padding."""
        gate = torch.sigmoid(self.gate(x))
        value = self.value(x) * gate * mask.unsqueeze(-1)
        # The second half of the features is reversed, so that one loop over the tokens serves both directions.
        keep = both_ways(1 - gate).transpose(0, 1).contiguous()
        h: Tensor = Scan.apply(keep, both_ways(value).transpose(0, 1).contiguous())
        return both_ways(h.transpose(0, 1))


def both_ways(x: Tensor) -> Tensor:
    """Returns `x` of (batch, tokens, features) with the second half of the features in the reverse order of tokens."""
    forth, back = x.chunk(2, -1)
    return torch.cat((forth, back.flip(1)), -1)


class Block(NamedTuple):
    """A block of a stack by its kind, "convolution", "average" or "stems".

    `dilation` and `with_head` are a convolution's, `size` an average's.
    """

    kind: str
    dilation: int = 1
    with_head: bool = False
    size: int = 0


class Stack(nn.Module):
    """Residual blocks over `width` features of each token, and a linear layer that scores the labels."""

    def __init__(self, blocks: Sequence[Block], width: int, labels: int) -> None:
        super().__init__()
        made: dict[str, Callable[[Block], nn.Module]] = {
            "convolution": lambda block: Convolution(width, block.dilation, block.with_head),
            "average": lambda block: Average(width, block.size),
            "stems": lambda block: Stems(width),
        }
        self.blocks = nn.ModuleList(made[block.kind](block) for block in blocks)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in blocks)
        self.outs = nn.ModuleList(nn.Linear(2 * b.size if b.kind == "average" else width, width) for b in blocks)
        self.norm = nn.LayerNorm(width)
        self.labels = nn.Linear(width, labels)
        self.drop = Drop()

    def forward(self, x: Tensor, heads: Tensor, groups: Tensor | None, mask: Tensor) -> Tensor:
        """Returns the scores of (batch, tokens, labels); `mask` is 0 at padding, `groups` are for blocks of stems."""
        x = self.drop(x)
        for block, norm, out in zip(self.blocks, self.norms, self.outs, strict=True):
            rows = norm(x)
            if isinstance(block, Average):
                y = block(rows, mask)
            elif isinstance(block, Stems):
                assert groups is not None
                y = block(rows, groups)
            else:
                y = block(rows * mask.unsqueeze(-1), heads)
            x = x + self.drop(out(y))
        scores: Tensor = self.labels(self.drop(self.norm(x)))
        return scores

    def weights(self) -> dict[str, Tensor]:
        """Returns the arrays under the names by which `extractor/inference/layers.py` reads them."""
        made: dict[str, Tensor] = {
            "norm.scale": self.norm.weight,
            "norm.shift": self.norm.bias,
            "labels.weight": self.labels.weight.T,
            "labels.bias": self.labels.bias,
        }
        for i, (block, norm, out) in enumerate(zip(self.blocks, self.norms, self.outs, strict=True)):
            assert isinstance(norm, nn.LayerNorm)
            assert isinstance(out, nn.Linear)
            made |= {f"{i}.norm.scale": norm.weight, f"{i}.norm.shift": norm.bias}
            made |= {f"{i}.out.weight": out.weight.T, f"{i}.out.bias": out.bias}
            if isinstance(block, Average):
                for name, layer in (("gate", block.gate), ("value", block.value)):
                    made |= {f"{i}.{name}.weight": layer.weight.T, f"{i}.{name}.bias": layer.bias}
            elif isinstance(block, Stems):
                made |= {f"{i}.here": block.here, f"{i}.stem": block.stem, f"{i}.bias": block.bias}
            elif isinstance(block, Convolution):
                made |= {
                    f"{i}.taps": block.taps,
                    f"{i}.bias": block.bias,
                    f"{i}.dilation": torch.tensor(block.dilation),
                }
                if block.head is not None:
                    made[f"{i}.head"] = block.head
        return made


def batches(texts: Sequence[dict[str, Any]], rng: np.random.Generator | None) -> Iterator[list[dict[str, Any]]]:
    """Yields batches of texts of similar length, at most `BATCH` tokens with padding; shuffled where `rng` is given."""
    noise = rng.uniform(0.9, 1.1, len(texts)) if rng else np.ones(len(texts))
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]["heads"]) * noise[i])
    groups: list[list[int]] = [[]]
    longest = 0
    for i in order:
        longest = max(longest, len(texts[i]["heads"]))
        if groups[-1] and longest * (len(groups[-1]) + 1) > BATCH:
            groups.append([])
            longest = len(texts[i]["heads"])
        groups[-1].append(i)
    if rng:
        rng.shuffle(groups)
    for group in groups:
        yield [texts[i] for i in group]


def padded(rows: Sequence[npt.NDArray[Any]], empty: int = 0) -> Tensor:
    """Returns arrays of (tokens, …) as one tensor of (arrays, tokens, …), padded with `empty`.

    Floats of any precision become float32, integers int64.
    """
    first = torch.from_numpy(rows[0])
    kind = torch.float32 if first.is_floating_point() else torch.int64
    made = torch.full((len(rows), max(map(len, rows)), *first.shape[1:]), empty, dtype=kind)
    for place, row in zip(made, rows, strict=True):
        place[: len(row)] = torch.from_numpy(row).to(kind)
    return made
