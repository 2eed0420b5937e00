"""Trains the network of `extractor/quotes/tagger.py` and writes its weights.

    python -m training.train_quotes shared/quotes/train.jsonl models/quotes/tagger.npz

With `--hold-out K/N` the articles of the K-th of N parts are left out, for measuring on them.
"""

from __future__ import annotations

import argparse
import json
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from extractor.quotes.tagger import LABELS
from extractor.tagging import STATES
from training import crf, features

WIDTH = 96
# (kind, dilation, whether it looks at the head in syntax)
BLOCKS = (
    ("conv", 1, True),
    ("conv", 2, False),
    ("average", 0, False),
    ("conv", 1, True),
    ("average", 0, False),
    ("conv", 1, False),
)
WEIGHTS = {"content": 0.5, "cue": 0.5, "speaker": 0.5, "attribution": 0.2, "reported": 0.1, "said_by": 0.1}
CHAIN = 1.0
BATCH = 2048
LEARNING_RATE = 3e-3
DROPOUT = 0.2
UNKNOWN = 0.1
SLICES = {
    name: slice(end - len(LABELS[name]), end)
    for name, end in zip(LABELS, np.cumsum([len(group) for group in LABELS.values()]).tolist(), strict=True)
}


class Drop(nn.Module):
    """Dropout of whole features of a text, which costs a fraction of one by words."""

    def forward(self, x: Tensor) -> Tensor:
        """Drops in training only."""
        if not self.training:
            return x
        return x * functional.dropout(x.new_ones(x.shape[0], 1, x.shape[2]), DROPOUT)


class Convolution(nn.Module):
    """Each word with those `dilation` before and after it, and with its head in syntax."""

    def __init__(self, dilation: int, with_head: bool) -> None:
        super().__init__()
        self.dilation = dilation
        self.taps = nn.Parameter(torch.randn(3, WIDTH, WIDTH) * (2 / (3 * WIDTH)) ** 0.5)
        self.head = nn.Parameter(torch.randn(WIDTH, WIDTH) * (0.5 / WIDTH) ** 0.5) if with_head else None
        self.bias = nn.Parameter(torch.zeros(WIDTH))

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


class Average(nn.Module):
    """Two gated running averages over the whole document, one forth, one back."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = nn.Linear(WIDTH, 2 * WIDTH)
        self.value = nn.Linear(WIDTH, 2 * WIDTH)
        nn.init.uniform_(self.gate.bias, -4, 0)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Both averages side by side; padding adds nothing to them."""
        gate = torch.sigmoid(self.gate(x))
        value = torch.tanh(self.value(x)) * gate * mask.unsqueeze(-1)
        # The second half runs backwards, so that one loop over the words serves both.
        h = Scan.apply(both_ways(1 - gate).transpose(0, 1).contiguous(), both_ways(value).transpose(0, 1).contiguous())
        return both_ways(h.transpose(0, 1))


def both_ways(x: Tensor) -> Tensor:
    """The second half of the features in the reverse order of words."""
    return torch.cat((x[..., :WIDTH], x[..., WIDTH:].flip(1)), -1)


class Model(nn.Module):
    """The network of `extractor/quotes/tagger.py`, to be trained."""

    def __init__(self, vocabularies: Mapping[str, Mapping[str, int]], mean: Tensor, std: Tensor) -> None:
        super().__init__()
        sizes = [len(vocabulary) + 1 for vocabulary in vocabularies.values()]
        self.register_buffer("offsets", torch.tensor([0, *np.cumsum(sizes)[:-1].tolist()]))
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.table = nn.EmbeddingBag(sum(sizes), WIDTH, mode="sum")
        nn.init.normal_(self.table.weight, std=0.3)
        self.states = nn.Linear(STATES, WIDTH)
        self.blocks = nn.ModuleList(
            Average() if kind == "average" else Convolution(d, head) for kind, d, head in BLOCKS
        )
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in BLOCKS)
        self.outs = nn.ModuleList(nn.Linear(2 * WIDTH if kind == "average" else WIDTH, WIDTH) for kind, _, _ in BLOCKS)
        self.norm = nn.LayerNorm(WIDTH)
        self.labels = nn.Linear(WIDTH, sum(map(len, LABELS.values())))
        self.transitions = nn.Parameter(torch.zeros(len(LABELS["content"]), len(LABELS["content"])))
        self.drop = Drop()

    def forward(self, ids: Tensor, states: Tensor, heads: Tensor, mask: Tensor) -> Tensor:
        """The scores of all labels of (batch, words)."""
        states = (states - self.mean) / self.std
        if self.training:
            ids = ids * (torch.rand(ids.shape) > UNKNOWN)
            states = states * (torch.rand(states.shape[:2]) > UNKNOWN).unsqueeze(-1)
        x = self.drop(self.states(states) + self.table((ids + self.offsets).flatten(0, 1)).view(*ids.shape[:2], WIDTH))
        for block, norm, out in zip(self.blocks, self.norms, self.outs, strict=True):
            rows = norm(x)
            y = block(rows, mask) if isinstance(block, Average) else block(rows * mask.unsqueeze(-1), heads)
            x = x + self.drop(out(y))
        return self.labels(self.drop(self.norm(x)))

    def weights(self) -> dict[str, np.ndarray]:
        """The arrays as `extractor/quotes/tagger.py` reads them."""
        w = self.states.weight / self.std
        made = {
            "table": self.table.weight,
            "states.weight": w.T,
            "states.bias": self.states.bias - w @ self.mean,
            "norm.scale": self.norm.weight,
            "norm.shift": self.norm.bias,
            "labels.weight": self.labels.weight.T,
            "labels.bias": self.labels.bias,
            "transitions": self.transitions,
        }
        for i, (block, norm, out) in enumerate(zip(self.blocks, self.norms, self.outs, strict=True)):
            made |= {f"{i}.norm.scale": norm.weight, f"{i}.norm.shift": norm.bias}
            made |= {f"{i}.out.weight": out.weight.T, f"{i}.out.bias": out.bias}
            if isinstance(block, Average):
                for name, layer in (("gate", block.gate), ("value", block.value)):
                    made |= {f"{i}.{name}.weight": layer.weight.T, f"{i}.{name}.bias": layer.bias}
            else:
                made |= {
                    f"{i}.taps": block.taps,
                    f"{i}.bias": block.bias,
                    f"{i}.dilation": torch.tensor(block.dilation),
                }
                if block.head is not None:
                    made[f"{i}.head"] = block.head
        return {name: tensor.detach().numpy().astype(np.float16) for name, tensor in made.items()}


def batches(texts: Sequence[dict[str, Any]], rng: np.random.Generator | None) -> Iterator[list[dict[str, Any]]]:
    """Texts of like length together, at most `BATCH` words with padding; shuffled where `rng` is given."""
    noise = rng.uniform(0.8, 1.25, len(texts)) if rng else np.ones(len(texts))
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


def tensors(batch: Sequence[dict[str, Any]]) -> tuple[Tensor, ...]:
    """The batch padded: ids, states, heads, which words are real, labels."""
    size = max(len(text["heads"]) for text in batch)

    def padded(name: str, kind: torch.dtype, empty: int = 0) -> Tensor:
        first = batch[0][name]
        out = torch.full((len(batch), size, *first.shape[1:]), empty, dtype=kind)
        for row, text in zip(out, batch, strict=True):
            row[: len(text[name])] = torch.from_numpy(text[name]).to(kind)
        return out

    mask = torch.zeros(len(batch), size)
    for row, text in zip(mask, batch, strict=True):
        row[: len(text["heads"])] = 1
    return (
        padded("ids", torch.int64),
        padded("states", torch.float32),
        padded("heads", torch.int64),
        mask,
        padded("labels", torch.int64, features.UNLABELLED),
    )


def loss_of(scores: Tensor, labels: Tensor, transitions: Tensor) -> Tensor:
    """Each word by itself, so that probabilities mean something, and the content labels as a sequence too."""
    total = CHAIN * crf.loss(scores[..., SLICES["content"]], labels[..., 0], transitions, features.UNLABELLED)
    for i, (name, part) in enumerate(SLICES.items()):
        total = total + WEIGHTS[name] * functional.cross_entropy(
            scores[..., part].flatten(0, 1), labels[..., i].flatten(), ignore_index=features.UNLABELLED
        )
    return total


@torch.no_grad()
def measure(model: Model, texts: Sequence[dict[str, Any]]) -> str:
    """Loss of each group and the F1 of exact content, cue and speaker segments."""
    model.eval()
    losses = np.zeros(len(SLICES))
    right, gold_n, found_n = np.zeros(3), np.zeros(3), np.zeros(3)
    count = 0
    for batch in batches(texts, None):
        *inputs, labels = tensors(batch)
        scores = model(*inputs)
        count += 1
        for i, part in enumerate(SLICES.values()):
            losses[i] += functional.cross_entropy(
                scores[..., part].flatten(0, 1), labels[..., i].flatten(), ignore_index=features.UNLABELLED
            ).item()
        for i, name in enumerate(("content", "cue", "speaker")):
            best = scores[..., SLICES[name]].argmax(-1).numpy()
            for row, gold, text in zip(best, labels[..., i].numpy(), batch, strict=True):
                size = len(text["heads"])
                found, truth = segments(row[:size], LABELS[name]), segments(gold[:size], LABELS[name])
                right[i] += len(found & truth)
                gold_n[i] += len(truth)
                found_n[i] += len(found)
    f1 = 2 * right / np.maximum(gold_n + found_n, 1)
    model.train()
    return f"loss {np.round(losses / count, 4).tolist()} f1 {np.round(f1, 4).tolist()}"


def segments(labels: Sequence[int], names: Sequence[str]) -> set[tuple[int, int, str]]:
    """(start, end, kind) of the labelled segments."""
    found: set[tuple[int, int, str]] = set()
    start, kind = -1, ""
    for i, label in enumerate([*labels, 0]):
        name = names[label]
        place, _, now = name.partition("-")
        if start >= 0 and (place != "I" or now != kind):
            found.add((start, i, kind))
            start = -1
        if place != "O" and start < 0:
            start, kind = i, now
    return found


def train(
    model: Model,
    copies: Sequence[Sequence[dict[str, Any]]],
    epochs: int,
    seed: int,
    tests: Mapping[str, Sequence[dict[str, Any]]],
) -> None:
    """Trains in place; each epoch sees each article once, as it is or as one of its augmented copies."""
    rng = np.random.default_rng(seed)
    size = sum(len(text["heads"]) for text in copies[0])
    steps = epochs * (int(size * 1.28) // BATCH + 1)
    decayed = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.03}, {"params": plain, "weight_decay": 0.0}], betas=(0.9, 0.98)
    )
    step, start = 0, time.time()
    for epoch in range(epochs):
        which = rng.choice(
            len(copies),
            len(copies[0]),
            p=[0.5, *[0.5 / (len(copies) - 1)] * (len(copies) - 1)] if len(copies) > 1 else [1],
        )
        running = 0.0
        for batch in batches([copies[c][i] for i, c in enumerate(which)], rng):
            rate = (
                LEARNING_RATE * min(1, (step + 1) / 100) * max(0.01, 0.5 * (1 + np.cos(np.pi * min(1, step / steps))))
            )
            for group in optimizer.param_groups:
                group["lr"] = rate
            *inputs, labels = tensors(batch)
            loss = loss_of(model(*inputs), labels, model.transitions)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            running += 0.02 * (loss.item() - running) if running else loss.item()
            step += 1
        print(f"epoch {epoch} step {step}/{steps} loss {running:.4f} {time.time() - start:.0f}s", flush=True)
        if epoch % 3 == 2 or epoch == epochs - 1:
            for name, texts in tests.items():
                print(f"   {name}: {measure(model, texts)}", flush=True)


def part_of(id: str, parts: int) -> int:
    """Which of `parts` parts of the corpus an article belongs to."""
    return zlib.crc32(id.encode()) % parts


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("build/training"))
    parser.add_argument("--hold-out", default="")
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--copies", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(1)
    copies = features.examples(arguments.corpus, arguments.cache, arguments.copies, seed=1)
    held: list[features.Example] = []
    if arguments.hold_out:
        part, parts = map(int, arguments.hold_out.split("/"))
        held = [text for text in copies[0] if part_of(text.id, parts) == part]
        copies = [[text for text in copy if part_of(text.id, parts) != part] for copy in copies]
    known = features.vocabularies(text for copy in copies for text in copy)
    tests = {"held out": [features.as_arrays(text, known) for text in held]} if held else {}
    if arguments.dev:
        tests["dev"] = [
            features.as_arrays(text, known) for text in features.examples(arguments.dev, arguments.cache, 0, 1)[0]
        ]
    arrays = [[features.as_arrays(text, known) for text in copy] for copy in copies]
    states = np.concatenate([text["states"] for text in arrays[0]]).astype(np.float32)
    model = Model(known, torch.from_numpy(states.mean(0)), torch.from_numpy(states.std(0) + 1e-3))
    train(model, arrays, arguments.epochs, arguments.seed, tests)
    vocabulary = np.frombuffer(json.dumps(known, ensure_ascii=False).encode(), dtype=np.uint8)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(arguments.output, vocabularies=vocabulary, **model.weights())


if __name__ == "__main__":
    main()
