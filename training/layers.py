"""The blocks of `extractor/layers.py`, to be trained, and the batches that they are trained on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

DROPOUT = 0.2
BATCH = 2048


class Drop(nn.Module):
    """Dropout of whole features of a text, which costs a fraction of one by words."""

    def forward(self, x: Tensor) -> Tensor:
        """Drops in training only."""
        if not self.training:
            return x
        return x * functional.dropout(x.new_ones(x.shape[0], 1, x.shape[2]), DROPOUT)


class Convolution(nn.Module):
    """Each word with those `dilation` before and after it, and with its head in syntax."""

    def __init__(self, width: int, dilation: int, with_head: bool) -> None:
        super().__init__()
        self.dilation = dilation
        self.taps = nn.Parameter(torch.randn(3, width, width) * (2 / (3 * width)) ** 0.5)
        self.head = nn.Parameter(torch.randn(width, width) * (0.5 / width) ** 0.5) if with_head else None
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor, heads: Tensor) -> Tensor:
        """The rows of (batch, words, features) convolved; `heads` are word indexes."""
        d, length = self.dilation, x.shape[1]
        padded = functional.pad(x, (0, 0, d, d))
        windows = torch.cat((padded[:, :length], x, padded[:, 2 * d :]), -1)
        y = torch.addmm(self.bias, windows.flatten(0, 1), self.taps.flatten(0, 1))
        if self.head is not None:
            rows = heads + torch.arange(len(x)).unsqueeze(-1) * length
            y = y + (x @ self.head).flatten(0, 1).index_select(0, rows.flatten())
        return functional.relu_(y).view_as(x)


class Scan(torch.autograd.Function):
    """h[t] = keep[t] * h[t - 1] + value[t] along the first dimension; loops of NumPy cost less than torch's."""

    @staticmethod
    def forward(ctx: Any, keep: Tensor, value: Tensor) -> Tensor:
        """All h."""
        kept, h = keep.numpy(), value.clone()
        scan(kept, h.numpy())
        ctx.save_for_backward(keep, h)
        return h

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor]:
        """The same recurrence, from the end."""
        keep, h = ctx.saved_tensors
        total = grad.clone(memory_format=torch.contiguous_format)
        # The same recurrence, from the end: what h[t + 1] passes on to h[t].
        scan(keep.numpy()[:0:-1], total.numpy()[::-1])
        grad_keep = torch.zeros_like(keep)
        torch.mul(total[1:], h[:-1], out=grad_keep[1:])
        return grad_keep, total


def scan(keep: np.ndarray, rows: np.ndarray) -> None:
    """rows[t] += keep[t] * rows[t - 1] in place, in order; `keep` may lack its first row, which is not used."""
    state = rows[0].copy()
    for kept, row in zip(keep[len(keep) - len(rows) + 1 :], rows[1:], strict=True):
        state *= kept
        row += state
        state[...] = row


class Stems(nn.Module):
    """Each word with the mean of all words of its stem in the document."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.here = nn.Parameter(torch.randn(width, width) * (1 / width) ** 0.5)
        self.stem = nn.Parameter(torch.randn(width, width) * (1 / width) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor, groups: Tensor) -> Tensor:
        """The rows of (batch, words, features); `groups` numbers the stems of each text, below its length."""
        size = x.shape[1]
        places = (groups + torch.arange(len(x)).unsqueeze(-1) * size).flatten()
        rows = x.flatten(0, 1)
        counts = torch.bincount(places, minlength=len(rows)).clamp(min=1).unsqueeze(-1)
        means = torch.zeros_like(rows).index_add(0, places, rows) / counts
        y = rows @ self.here + (means @ self.stem).index_select(0, places) + self.bias
        return functional.relu_(y).view_as(x)


class Average(nn.Module):
    """Two gated running averages of `size` numbers over the whole document, one forth, one back."""

    def __init__(self, width: int, size: int) -> None:
        super().__init__()
        self.gate = nn.Linear(width, 2 * size)
        self.value = nn.Linear(width, 2 * size)
        nn.init.uniform_(self.gate.bias, -4, 0)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Both averages side by side; padding adds nothing to them."""
        gate = torch.sigmoid(self.gate(x))
        value = self.value(x) * gate * mask.unsqueeze(-1)
        # The second half runs backwards, so that one loop over the words serves both.
        h = Scan.apply(both_ways(1 - gate).transpose(0, 1).contiguous(), both_ways(value).transpose(0, 1).contiguous())
        return both_ways(h.transpose(0, 1))


def both_ways(x: Tensor) -> Tensor:
    """The second half of the features in the reverse order of words."""
    forth, back = x.chunk(2, -1)
    return torch.cat((forth, back.flip(1)), -1)


class Block(NamedTuple):
    """A block of a stack: "convolution", "average" or "stems".  A convolution has a dilation and may see the head; an
    average has a size.
    """

    kind: str
    dilation: int = 1
    with_head: bool = False
    size: int = 0


class Stack(nn.Module):
    """Blocks with residuals over rows of `width` numbers a word, and the scores of the labels at their end."""

    def __init__(self, blocks: Sequence[Block], width: int, labels: int) -> None:
        super().__init__()
        made = {
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
        """The scores of all labels of (batch, words); `mask` is 0 at padding, `groups` are for a block of stems."""
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
        return self.labels(self.drop(self.norm(x)))

    def weights(self) -> dict[str, Tensor]:
        """The arrays as `extractor/layers.py` reads them."""
        made = {
            "norm.scale": self.norm.weight,
            "norm.shift": self.norm.bias,
            "labels.weight": self.labels.weight.T,
            "labels.bias": self.labels.bias,
        }
        for i, (block, norm, out) in enumerate(zip(self.blocks, self.norms, self.outs, strict=True)):
            made |= {f"{i}.norm.scale": norm.weight, f"{i}.norm.shift": norm.bias}
            made |= {f"{i}.out.weight": out.weight.T, f"{i}.out.bias": out.bias}
            if isinstance(block, Average):
                for name, layer in (("gate", block.gate), ("value", block.value)):
                    made |= {f"{i}.{name}.weight": layer.weight.T, f"{i}.{name}.bias": layer.bias}
            elif isinstance(block, Stems):
                made |= {f"{i}.here": block.here, f"{i}.stem": block.stem, f"{i}.bias": block.bias}
            else:
                made |= {
                    f"{i}.taps": block.taps,
                    f"{i}.bias": block.bias,
                    f"{i}.dilation": torch.tensor(block.dilation),
                }
                if block.head is not None:
                    made[f"{i}.head"] = block.head
        return made


def batches(texts: Sequence[dict[str, Any]], rng: np.random.Generator | None) -> Iterator[list[dict[str, Any]]]:
    """Texts of like length together, at most `BATCH` words with padding; shuffled where `rng` is given."""
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


def padded(rows: Sequence[np.ndarray], empty: int = 0) -> Tensor:
    """Arrays of words' numbers as one tensor (arrays, words, …), filled up with `empty`; half floats become floats."""
    first = torch.from_numpy(rows[0])
    kind = torch.float32 if first.is_floating_point() else torch.int64
    made = torch.full((len(rows), max(map(len, rows)), *first.shape[1:]), empty, dtype=kind)
    for place, row in zip(made, rows, strict=True):
        place[: len(row)] = torch.from_numpy(row).to(kind)
    return made
