"""Trains the network of `extractor/nametagger.py` and writes its weights.

    python -m training.train_names ../shared models/names/tagger.npz

With `--fold K/N` the texts of the K-th of N folds are left out (by a checksum of their letters), measured on where
they are annotated, and may be tagged by a network that has not seen them (`training.names.unseen`).
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from extractor.kernels import Floats, Ints
from extractor.layers import best_path
from extractor.nametagger import FORBIDDEN, LABELS
from extractor.nametagger import form_features as features_of_form
from extractor.tagging import STATES, tagger
from training import crf, names
from training.descent import Descent, save
from training.layers import Block, Stack, batches, padded
from training.names import Example
from training.words import UNLABELLED

# The numbers that the network keeps of each word.
WIDTH = 96
BLOCKS = (
    Block("convolution", with_head=True),
    Block("convolution"),
    Block("average", size=96, bounded=True),
    Block("stems"),
    Block("convolution", with_head=True),
)
VECTOR = 300
# What stands less often in the training texts is unknown to the network: whole forms, their parts, other columns.
MIN_FORM, MIN_PART, MIN_COLUMN = 12, 8, 5
WORDWISE = 0.5
# In use the network follows the conventions of the corpora in these shares: the first, leaning to the second, which
# counts more things as organizations.
CONVENTION = (0.8, 0.2, 0.0)
# Added to the scores of labels in use: in texts unlike those learned from too few organizations are found.
LENIENCE = torch.tensor([0.3 if label.endswith("ORG") else 0.0 for label in LABELS])
UNKNOWN = 0.1
# So often a word has neither vector nor form, as if it had never been seen.
UNHEARD = 0.05
# Networks trained for so many epochs each are averaged, which is better than each of them.
EPOCHS = (10, 14)
# Augmented copies of the texts, and how often a text is seen as it is.
COPIES, AS_IS = 1, 0.6
# Which part of the texts that are not annotated an epoch sees.
SILVER = 0.3

form_features = cache(features_of_form)
Arrays = dict[str, Any]
Vocabularies = dict[str, dict[str, int]]


class Model(nn.Module):
    """The network of `extractor/nametagger.py`, to be trained; `vectors` has a row a form of the training texts."""

    def __init__(self, known: Vocabularies, mean: Tensor, std: Tensor, vectors: Tensor) -> None:
        super().__init__()
        sizes = [len(vocabulary) + 1 for name, vocabulary in known.items() if name != "form"]
        self.register_buffer("offsets", torch.tensor([0, *np.cumsum(sizes)[:-1].tolist()]))
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.known_vectors = vectors
        self.forms = nn.EmbeddingBag(len(known["form"]) + 1, WIDTH, mode="sum")
        self.table = nn.EmbeddingBag(sum(sizes), WIDTH, mode="sum")
        nn.init.normal_(self.forms.weight, std=0.2)
        nn.init.normal_(self.table.weight, std=0.3)
        self.vector = nn.Linear(VECTOR, WIDTH, bias=False)
        self.states = nn.Linear(STATES, WIDTH)
        self.corpora = nn.Embedding(len(names.CORPORA), WIDTH)
        nn.init.zeros_(self.corpora.weight)
        self.stack = Stack(BLOCKS, WIDTH, len(LABELS))
        self.transitions = nn.Parameter(torch.zeros(len(LABELS), len(LABELS)))

    def forward(self, batch: Mapping[str, Tensor]) -> Tensor:
        """The scores of all labels of (batch, words), by the convention of each word's corpus."""
        size = batch["heads"].shape
        states = (batch["states"] - self.mean) / self.std
        vectors = self.known_vectors[batch["vectors"].flatten()].view(*size, VECTOR)
        forms, columns = batch["forms"], batch["columns"]
        if self.training:
            columns = columns * (torch.rand(columns.shape) > UNKNOWN)
            states = states * (torch.rand(*size, 1) > UNKNOWN)
            heard = torch.rand(*size, 1) > UNHEARD
            vectors = vectors * (heard & (torch.rand(*size, 1) > UNKNOWN))
            forms = forms * (torch.rand(forms.shape) > UNKNOWN)
            forms = torch.cat((forms[..., :1] * heard, forms[..., 1:]), -1)
        x = self.vector(vectors) + self.states(states) + self.corpora(batch["corpus"])
        x = x + self.forms(forms.flatten(0, 1)).view_as(x)
        x = x + self.table((columns + self.offsets).flatten(0, 1)).view_as(x)
        return self.stack(x, batch["heads"], batch["groups"], batch["mask"])

    def weights(self) -> dict[str, Floats]:
        """The arrays as `extractor/nametagger.py` reads them, with the convention and lenience that hold in use."""
        w = self.states.weight / self.std
        convention = torch.tensor(CONVENTION) @ self.corpora.weight
        stack = self.stack.weights()
        stack["labels.bias"] = stack["labels.bias"] + LENIENCE
        made = {
            "forms": self.forms.weight,
            "table": self.table.weight,
            "vector": self.vector.weight.T,
            "states.weight": w.T,
            "states.bias": self.states.bias - w @ self.mean + convention,
            "transitions": self.transitions,
            **stack,
        }
        return {name: tensor.detach().numpy().astype(np.float16) for name, tensor in made.items()}


def vocabularies(texts: Sequence[Example]) -> Vocabularies:
    """What is frequent enough among the features of forms and in each column, numbered from 1."""
    counts = {"form": Counter[str]()}
    for text in texts:
        counts["form"].update(feature for word in text.words for feature in form_features(word) if feature)
        for name, values in text.columns.items():
            counts.setdefault(name, Counter()).update(values)

    def enough(name: str, value: str) -> bool:
        least = MIN_COLUMN if name != "form" else MIN_FORM if value.startswith("=") else MIN_PART
        return counts[name][value] >= least

    return {
        name: {value: number for number, value in enumerate(sorted(v for v in counter if enough(name, v)), 1)}
        for name, counter in counts.items()
    }


def as_arrays(texts: Iterable[Example], known: Vocabularies, forms: dict[str, int]) -> list[Arrays]:
    """The examples as numbers; `forms` numbers the forms whose vectors are needed, and is added to."""
    parts = known["form"]
    columns = [(name, vocabulary) for name, vocabulary in known.items() if name != "form"]
    return [
        {
            "forms": np.array([[parts.get(part, 0) for part in form_features(word)] for word in text.words]),
            "columns": np.array([[values.get(v, 0) for v in text.columns[name]] for name, values in columns]).T,
            "vectors": np.array([forms.setdefault(word, len(forms)) for word in text.words]),
            "states": text.states,
            "heads": text.heads,
            "groups": text.groups,
            "corpus": np.full(len(text.words), text.corpus),
            "labels": text.labels,
        }
        for text in texts
    ]


def tensors(batch: Sequence[Arrays]) -> dict[str, Tensor]:
    """The batch padded; `mask` says which words are real."""
    # No text that is padded has so many stems that the last number is one of them.
    empty = {"labels": UNLABELLED, "groups": max(len(text["heads"]) for text in batch) - 1}
    made = {name: padded([text[name] for text in batch], empty.get(name, 0)) for name in batch[0]}
    made["mask"] = padded([np.ones(len(text["heads"]), dtype=np.float32) for text in batch])
    return made


def loss_of(scores: Tensor, labels: Tensor, transitions: Tensor) -> Tensor:
    """The labels as a sequence, and each word by itself, so that probabilities mean something."""
    words = functional.cross_entropy(scores.flatten(0, 1), labels.flatten(), ignore_index=UNLABELLED)
    return crf.loss(scores, labels, transitions, UNLABELLED) + WORDWISE * words


@torch.no_grad()
def paths(model: Model, texts: Sequence[Arrays]) -> list[Ints]:
    """The labels that the model gives the words of each text."""
    model.eval()
    transitions = model.transitions.numpy() + FORBIDDEN
    made = [best_path(functional.softmax(model(tensors([text])), -1)[0].numpy(), transitions) for text in texts]
    model.train()
    return made


def measure(model: Model, texts: Sequence[Example], arrays: Sequence[Arrays]) -> str:
    """The F1 of exact names of each kind against the labels learned from."""
    right, found_n, gold_n = Counter[str](), Counter[str](), Counter[str]()
    for text, path in zip(texts, paths(model, arrays), strict=True):
        found, gold = spans(path, text.sentences), spans(text.labels, text.sentences)
        right.update(kind for kind, _, _ in found & gold)
        found_n.update(kind for kind, _, _ in found)
        gold_n.update(kind for kind, _, _ in gold)
    return ", ".join(f"{kind} {2 * right[kind] / (found_n[kind] + gold_n[kind]):.4f}" for kind in sorted(gold_n))


def spans(labels: Sequence[int] | Ints, sentences: Ints) -> set[tuple[str, int, int]]:
    """(kind, start, end) of the labelled names, none over the end of a sentence."""
    made: set[tuple[str, int, int]] = set()
    start, kind = 0, ""
    for i in range(len(labels) + 1):
        label = LABELS[labels[i]] if i < len(labels) else "O"
        if kind and not (label == f"I-{kind}" and sentences[i] == sentences[i - 1]):
            made.add((kind, start, i))
            kind = ""
        if label != "O" and not kind:
            start, kind = i, label[2:]
    return made


def train(model: Model, copies: Sequence[Sequence[Arrays]], silver: Sequence[Arrays], epochs: int, seed: int) -> None:
    """Trains in place; each epoch sees each annotated text once, as it is or as one of its augmented copies, and a
    part of the others.
    """
    rng = np.random.default_rng(seed)
    size = sum(len(text["heads"]) for text in copies[0]) + SILVER * sum(len(text["heads"]) for text in silver)
    descent, start = Descent(model, size, epochs), time.process_time()
    for epoch in range(epochs):
        which = rng.choice(len(copies), len(copies[0]), p=[AS_IS, *[(1 - AS_IS) / COPIES] * COPIES])
        shown = [copies[copy][i] for i, copy in enumerate(which)]
        shown += [silver[i] for i in rng.permutation(len(silver))[: int(SILVER * len(silver))]]
        for batch in batches(shown, rng):
            inputs = tensors(batch)
            descent.step(loss_of(model(inputs), inputs["labels"], model.transitions))
        print(f"epoch {epoch} {descent} {time.process_time() - start:.0f}s", flush=True)


def mean_of(models: Sequence[Model]) -> Model:
    """The first of the models, with the mean of all their weights."""
    states = [model.state_dict() for model in models]
    models[0].load_state_dict({name: sum(state[name] for state in states) / len(states) for name in states[0]})
    return models[0]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--fold", default="", metavar="K/N", help="leave out the K-th (from 0) of N parts of the texts")
    parser.add_argument("--fold-of", choices=names.ANNOTATED, help="leave out texts of this corpus alone")
    parser.add_argument("--cache", type=Path, default=Path("build/training"))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    copies = [names.examples(arguments.shared, arguments.cache, copy) for copy in range(COPIES + 1)]
    held: list[Example] = []
    if arguments.fold:
        fold, folds = map(int, arguments.fold.split("/"))
        kinds = [names.ANNOTATED.index(arguments.fold_of)] if arguments.fold_of else range(len(names.CORPORA))
        left_out = {text.key for copy in copies for text in copy if text.key % folds == fold and text.corpus in kinds}
        held = [text for text in copies[0] if text.key in left_out and text.corpus < len(names.ANNOTATED)]
        copies = [[text for text in copy if text.key not in left_out] for copy in copies]
    known = vocabularies(copies[0])
    forms: dict[str, int] = {}
    silver = [text for text in copies[0] if text.corpus >= len(names.ANNOTATED)]
    copies[0] = [text for text in copies[0] if text.corpus < len(names.ANNOTATED)]
    arrays, tests = [as_arrays(copy, known, forms) for copy in copies], as_arrays(held, known, forms)
    unannotated = as_arrays(silver, known, forms)
    states = np.concatenate([text.states for text in copies[0]]).astype(np.float32)
    vectors = torch.from_numpy(tagger().vectors(list(forms)))
    mean, std = torch.from_numpy(states.mean(0)), torch.from_numpy(states.std(0) + 1e-3)
    trained: list[Model] = []
    for epochs in EPOCHS:
        # All begin with the same weights, without which the mean of what they end with would be none.
        torch.manual_seed(arguments.seed)
        trained.append(Model(known, mean, std, vectors))
        train(trained[-1], arrays, unannotated, epochs, arguments.seed)
    model = mean_of(trained)
    if held:
        print(f"left out: {measure(model, held, tests)}")
    save(arguments.output, known, model.weights())


if __name__ == "__main__":
    main()
