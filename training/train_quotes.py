"""Trains the network of `extractor/quotes/learned/tagger.py` and writes its weights.

    python -m training.train_quotes models/quotes/tagger.npz

The articles are those that `training/examples.py` has kept.  With `--hold-out 0` those of one part (`unseen.py`) are
left out and measured on; `--tags` writes the network's tags of them.  `training/retrain.py` runs this as one of its
steps.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from extractor.names.tagger import label
from extractor.quotes.learned.tagger import LABELS, Network, QuoteTags
from extractor.reading.analysis import read
from extractor.reading.tagging import GRAMMAR_STATES
from training import crf, features, unseen
from training.corpora import documents
from training.descent import Descent, save
from training.layers import Block, Stack, batches, padded
from training.tokens import UNLABELLED

# The features of each token within the network.
WIDTH = 64
BLOCKS = (
    Block("convolution", with_head=True),
    Block("convolution", dilation=2),
    Block("average", size=32),
    Block("convolution", with_head=True),
    Block("average", size=32),
    Block("convolution"),
)
# The weight of the loss of single tokens in each group of labels, and of the loss of the sequence of content labels.
WEIGHTS = {"content": 0.5, "cue": 0.5, "speaker": 0.5, "attribution": 0.2, "reported": 0.1, "said_by": 0.1}
CHAIN = 1.0
EPOCHS = 20
# The share of the made-up texts that an epoch shows.  Measured in models/quotes.md.
MADE_UP = 0.4
# How often an input of a token is hidden in training.
UNKNOWN = 0.1
# The columns of the scores that belong to each group of labels.
SLICES = {
    name: slice(end - len(LABELS[name]), end)
    for name, end in zip(LABELS, np.cumsum([len(group) for group in LABELS.values()]).tolist(), strict=True)
}


class Model(nn.Module):
    """The network of `extractor/quotes/learned/tagger.py` as a PyTorch module.

    `mean` and `std` are those of the hidden states.
    """

    offsets: Tensor
    mean: Tensor
    std: Tensor

    def __init__(self, vocabularies: Mapping[str, Mapping[str, int]], mean: Tensor, std: Tensor) -> None:
        super().__init__()
        sizes = [len(vocabulary) + 1 for vocabulary in vocabularies.values()]
        self.register_buffer("offsets", torch.tensor([0, *np.cumsum(sizes)[:-1].tolist()]))
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.table = nn.EmbeddingBag(sum(sizes), WIDTH, mode="sum")
        nn.init.normal_(self.table.weight, std=0.3)
        self.states = nn.Linear(GRAMMAR_STATES, WIDTH)
        self.stack = Stack(BLOCKS, WIDTH, sum(map(len, LABELS.values())))
        self.transitions = nn.Parameter(torch.zeros(len(LABELS["content"]), len(LABELS["content"])))

    def forward(self, ids: Tensor, states: Tensor, heads: Tensor, mask: Tensor) -> Tensor:
        """Returns the scores of (batch, tokens, labels of all groups)."""
        states = (states - self.mean) / self.std
        if self.training:
            ids = ids * (torch.rand(ids.shape) > UNKNOWN)
            states = states * (torch.rand(states.shape[:2]) > UNKNOWN).unsqueeze(-1)
        x = self.states(states) + self.table((ids + self.offsets).flatten(0, 1)).view(*ids.shape[:2], WIDTH)
        scores: Tensor = self.stack(x, heads, None, mask)
        return scores

    def weights(self) -> dict[str, npt.NDArray[np.float16]]:
        """Returns the arrays as `extractor/quotes/learned/tagger.py` reads them."""
        w = self.states.weight / self.std
        made = {
            "table": self.table.weight,
            "states.weight": w.T,
            "states.bias": self.states.bias - w @ self.mean,
            "transitions": self.transitions,
            **self.stack.weights(),
        }
        return {name: tensor.detach().numpy().astype(np.float16) for name, tensor in made.items()}


def tensors(batch: Sequence[dict[str, Any]]) -> tuple[Tensor, ...]:
    """Returns a batch as padded tensors: ids, states, heads, the mask (1 at tokens, 0 at padding), labels."""
    mask = [np.ones(len(text["heads"]), dtype=np.float32) for text in batch]
    inputs = [padded([text[name] for text in batch]) for name in ("ids", "states", "heads")]
    return (*inputs, padded(mask), padded([text["labels"] for text in batch], UNLABELLED))


def loss_of(scores: Tensor, labels: Tensor, transitions: Tensor) -> Tensor:
    """Returns the loss of each token in all groups, and of the content labels as a sequence too.

    The former keeps the tokens' probabilities meaningful.
    """
    total = CHAIN * crf.loss(scores[..., SLICES["content"]], labels[..., 0], transitions, UNLABELLED)
    for i, (name, part) in enumerate(SLICES.items()):
        total = total + WEIGHTS[name] * mean_loss(scores[..., part], labels[..., i])
    return total


def mean_loss(scores: Tensor, labels: Tensor) -> Tensor:
    """Returns the mean loss of the labelled tokens of a batch, 0 if there are none (as of cues in texts without)."""
    total = functional.cross_entropy(scores.flatten(0, 1), labels.flatten(), ignore_index=UNLABELLED, reduction="sum")
    return total / (labels != UNLABELLED).sum().clamp(min=1)


@torch.no_grad()
def measure(model: Model, texts: Sequence[dict[str, Any]]) -> str:
    """Returns the loss of each group and the F1 of exact content, cue and speaker segments, as one line."""
    model.eval()
    losses = np.zeros(len(SLICES))
    right, gold_n, found_n = np.zeros(3), np.zeros(3), np.zeros(3)
    count = 0
    for batch in batches(texts, None):
        *inputs, labels = tensors(batch)
        scores = model(*inputs)
        count += 1
        for i, part in enumerate(SLICES.values()):
            losses[i] += mean_loss(scores[..., part], labels[..., i]).item()
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
    """Returns (start, end, kind) of the labelled segments, in tokens."""
    found: set[tuple[int, int, str]] = set()
    start, kind = -1, ""
    for i, number in enumerate([*labels, 0]):
        name = names[number]
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
    made_up: Sequence[dict[str, Any]],
    epochs: int,
    seed: int,
    tests: Mapping[str, Sequence[dict[str, Any]]],
) -> None:
    """Trains a model in place.

    An epoch shows each article once, as it is or as one of its augmented copies, and a share of the made-up texts.
    """
    rng = np.random.default_rng(seed)
    size = sum(len(text["heads"]) for text in copies[0]) + MADE_UP * sum(len(text["heads"]) for text in made_up)
    descent, start = Descent(model, size, epochs), time.process_time()
    for epoch in range(epochs):
        which = rng.choice(
            len(copies),
            len(copies[0]),
            p=[0.5, *[0.5 / (len(copies) - 1)] * (len(copies) - 1)] if len(copies) > 1 else [1],
        )
        shown = [copies[c][i] for i, c in enumerate(which)]
        shown += [made_up[i] for i in rng.permutation(len(made_up))[: int(MADE_UP * len(made_up))]]
        for batch in batches(shown, rng):
            *inputs, labels = tensors(batch)
            descent.step(loss_of(model(*inputs), labels, model.transitions), [text["id"] for text in batch])
        print(f"epoch {epoch} {descent} {time.process_time() - start:.0f}s", flush=True)
        if epoch % 3 == 2 or epoch == epochs - 1:
            for name, texts in tests.items():
                print(f"   {name}: {measure(model, texts)}", flush=True)


def tags(network: Network, text: features.Example, known: dict[str, dict[str, int]]) -> QuoteTags:
    """Returns the tags that a network gives the tokens of an example."""
    arrays = features.as_arrays(text, known)
    return network.tags(
        arrays["ids"].astype(np.int64), arrays["states"].astype(np.float32), arrays["heads"].astype(np.int64)
    )


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path, help="the file of weights")
    parser.add_argument("--dev", type=Path, help="annotated articles to measure on")
    parser.add_argument("--hold-out", type=int, metavar="PART", help="the part of the articles to leave out")
    parser.add_argument("--tags", type=Path, help="the file of the network's tags of the part left out")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(1)
    copies = features.load()
    held = [text for text in copies[0] if unseen.part_of(text.id) == arguments.hold_out]
    copies = [[text for text in copy if unseen.part_of(text.id) != arguments.hold_out] for copy in copies]
    known = features.vocabularies(text for copy in copies for text in copy)
    tests = {"held out": [features.as_arrays(text, known) for text in held]} if held else {}
    if arguments.dev:
        tests["dev"] = [
            features.as_arrays(features.example(record, label(read(record["text"]))), known)
            for record in documents(arguments.dev)
        ]
    arrays = [[features.as_arrays(text, known) for text in copy] for copy in copies]
    made_up = [features.as_arrays(text, known) for text in features.load_made_up()]
    # Only the arrays are needed from here on, and the columns as text take most of the memory.
    del copies
    states = np.concatenate([text["states"] for text in arrays[0]]).astype(np.float32)
    model = Model(known, torch.from_numpy(states.mean(0)), torch.from_numpy(states.std(0) + 1e-3))
    train(model, arrays, made_up, arguments.epochs, arguments.seed, tests)
    save(arguments.output, known, model.weights())
    if arguments.tags:
        network = Network.load(arguments.output)
        unseen.write(arguments.tags, {text.id: tags(network, text, known) for text in held})


if __name__ == "__main__":
    main()
