"""Trains the network of `extractor/names_tagger.py` and writes its weights.

    python -m training.train_names ../shared build/training/taught.npz --teach
    python -m training.train_names ../shared models/names/tagger.npz --taught build/training/taught.npz

The first command trains wider networks and writes what they say of all texts, which the second learns beside the
annotation.  With `--fold K/N` the texts of the K-th of N folds are left out (by a checksum of their letters),
measured on where they are annotated, and may be tagged by a network that has not seen them (`training.names.unseen`);
its teachers must be of the same fold.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from extractor.inference.kernels import Floats, Ints
from extractor.inference.layers import best_path
from extractor.names.tagger import FORBIDDEN, LABELS
from extractor.names.tagger import form_features as features_of_form
from extractor.reading.tagging import STATES, tagger
from training import crf, names
from training.descent import Descent, save
from training.layers import Block, Stack, batches, padded
from training.names import COPIES, Example
from training.words import UNLABELLED

# The numbers that the network keeps of each word, and those of running averages.
WIDTH, AVERAGES = 64, 32
# Those of its teachers, so many epochs each.
TEACHERS_WIDTH, TEACHERS_AVERAGES, TEACHERS_EPOCHS = 96, 48, (12, 12)
# How far the labels of an annotated text are what its teachers say.
TAUGHT = 0.5
VECTOR = 300
# What stands less often in the training texts is unknown to the network: whole forms, their parts, other columns.
MIN_FORM, MIN_PART, MIN_COLUMN = 12, 8, 5
WORDWISE = 0.5
# In use the network follows the conventions of the corpora in these shares: the first, leaning to the second, which
# counts more things as organizations.
CONVENTION = (0.8, 0.2, 0.0)
# Added to the scores of labels in use: with its teachers' doubts the network sees too many names, but in texts
# unlike those learned from too few organizations.
SHIFT = torch.tensor([0.4 if label == "O" else 0.3 if label.endswith("ORG") else 0.0 for label in LABELS])
UNKNOWN = 0.1
# So often a word has neither vector nor form, as if it had never been seen.
UNHEARD = 0.05
# Networks trained for so many epochs each are averaged, which is better than each of them.
EPOCHS = (14, 18)
# How often a text is seen as it is, not as another site would show it.
AS_IS = 0.6
# Which part of the texts that are not annotated an epoch sees.
SILVER = 0.3

form_features = cache(features_of_form)
Arrays = dict[str, Any]
Vocabularies = dict[str, dict[str, int]]


class Model(nn.Module):
    """The network of `extractor/names_tagger.py`, to be trained; `vectors` has a row a form of the training texts."""

    def __init__(
        self,
        known: Vocabularies,
        mean: Tensor,
        std: Tensor,
        vectors: Tensor,
        width: int = WIDTH,
        averages: int = AVERAGES,
    ) -> None:
        super().__init__()
        sizes = [len(vocabulary) + 1 for name, vocabulary in known.items() if name != "form"]
        self.register_buffer("offsets", torch.tensor([0, *np.cumsum(sizes)[:-1].tolist()]))
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.known_vectors = vectors
        self.forms = nn.EmbeddingBag(len(known["form"]) + 1, width, mode="sum")
        self.table = nn.EmbeddingBag(sum(sizes), width, mode="sum")
        nn.init.normal_(self.forms.weight, std=0.2)
        nn.init.normal_(self.table.weight, std=0.3)
        self.vector = nn.Linear(VECTOR, width, bias=False)
        self.states = nn.Linear(STATES, width)
        self.corpora = nn.Embedding(len(names.CORPORA), width)
        nn.init.zeros_(self.corpora.weight)
        blocks = (
            Block("convolution", with_head=True),
            Block("convolution"),
            Block("average", size=averages),
            Block("stems"),
            Block("convolution", with_head=True),
        )
        self.stack = Stack(blocks, width, len(LABELS))
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
        """The arrays as `extractor/names_tagger.py` reads them, with the convention and shift that hold in use."""
        w = self.states.weight / self.std
        convention = torch.tensor(CONVENTION) @ self.corpora.weight
        stack = self.stack.weights()
        stack["labels.bias"] = stack["labels.bias"] + SHIFT
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
            "targets": np.eye(len(LABELS), dtype=np.float32)[text.labels],
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


def learn(text: Arrays, said: Floats) -> None:
    """Makes what teachers say of a text's words a part of what is to be learned, all of it where nothing is
    annotated: there the convention is that of the first corpus.
    """
    if text["corpus"][0] < len(names.ANNOTATED):
        text["targets"] = (1 - TAUGHT) * text["targets"] + TAUGHT * said
    else:
        text["targets"], text["labels"] = said, best_path(said, FORBIDDEN)
        text["corpus"] = _convention(text)


def _convention(text: Arrays) -> Ints:
    """The corpus by whose convention teachers label a text: its own where that is annotated, else the first."""
    convention: Ints = np.where(text["corpus"] < len(names.ANNOTATED), text["corpus"], 0)
    return convention


def loss_of(scores: Tensor, labels: Tensor, targets: Tensor, transitions: Tensor) -> Tensor:
    """The labels as a sequence, and each word by itself, so that probabilities mean something."""
    words = -(targets * functional.log_softmax(scores, -1)).sum() / (labels != UNLABELLED).sum()
    return crf.loss(scores, labels, transitions, UNLABELLED, targets) + WORDWISE * words


@torch.no_grad()
def probabilities(models: Sequence[Model], text: Arrays) -> Floats:
    """The mean of the models' probabilities of all labels of a text's words."""
    batch = tensors([text])
    made: Floats = sum(functional.softmax(model.eval()(batch), -1)[0] for model in models).numpy() / len(models)
    return made


def path(models: Sequence[Model], text: Arrays) -> Ints:
    """The labels that models together give the words of a text, by the transitions of the first."""
    return best_path(probabilities(models, text), models[0].transitions.detach().numpy() + FORBIDDEN)


def measure(texts: Iterable[tuple[Example, Ints]]) -> str:
    """The F1 of exact names of each kind in the texts of each corpus, with their paths, against their labels."""
    right, found_n, gold_n = Counter[str](), Counter[str](), Counter[str]()
    for text, found_path in texts:
        found, gold = spans(found_path, text.sentences), spans(text.labels, text.sentences)
        right.update(f"{text.corpus} {kind}" for kind, _, _ in found & gold)
        found_n.update(f"{text.corpus} {kind}" for kind, _, _ in found)
        gold_n.update(f"{text.corpus} {kind}" for kind, _, _ in gold)
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
            descent.step(loss_of(model(inputs), inputs["labels"], inputs["targets"], model.transitions))
        print(f"epoch {epoch} {descent} {time.process_time() - start:.0f}s", flush=True)


def mean_of(models: Sequence[Model]) -> Model:
    """The first of the models, with the mean of all their weights."""
    states = [model.state_dict() for model in models]
    models[0].load_state_dict({name: sum(state[name] for state in states) / len(states) for name in states[0]})
    return models[0]


def read_said(paths: Sequence[Path]) -> list[list[Floats]]:
    """What `--teach` wrote, the mean of several: for each copy of the texts the probabilities of each text's words."""
    archives = [np.load(path) for path in paths]
    return [
        np.split(
            sum(archive[f"said.{copy}"].astype(np.float32) for archive in archives) / len(paths),
            np.cumsum(archives[0][f"lengths.{copy}"])[:-1],
        )
        for copy in range(COPIES + 1)
    ]


def write_said(path: Path, models: Sequence[Model], copies: Sequence[Sequence[Arrays]]) -> None:
    """Writes what models say of all texts, of those that are not annotated by the convention of the first corpus."""
    made: dict[str, Floats | Ints] = {}
    for copy, texts in enumerate(copies):
        said = [probabilities(models, {**text, "corpus": _convention(text)}) for text in texts]
        made[f"said.{copy}"] = np.concatenate(said).astype(np.float16)
        made[f"lengths.{copy}"] = np.array(list(map(len, said)))
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **made)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--fold", default="", metavar="K/N", help="leave out the K-th (from 0) of N parts of the texts")
    parser.add_argument("--fold-of", choices=names.ANNOTATED, help="leave out texts of this corpus alone")
    parser.add_argument("--teach", action="store_true", help="train teachers, and write what they say")
    parser.add_argument("--taught", type=Path, nargs="+", default=[], metavar="FILE", help="what teachers say")
    parser.add_argument("--cache", type=Path, default=Path("build/training"))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    copies = [names.examples(arguments.shared, arguments.cache, copy) for copy in range(COPIES + 1)]
    left_out: set[int] = set()
    if arguments.fold:
        fold, folds = map(int, arguments.fold.split("/"))
        kinds = [names.ANNOTATED.index(arguments.fold_of)] if arguments.fold_of else range(len(names.CORPORA))
        left_out = {text.key for copy in copies for text in copy if text.key % folds == fold and text.corpus in kinds}
    seen = [text for text in copies[0] if text.key not in left_out]
    known = vocabularies(seen)
    forms: dict[str, int] = {}
    arrays = [as_arrays(copy, known, forms) for copy in copies]
    if arguments.taught:
        for text, said in zip(chain(*arrays), chain(*read_said(arguments.taught)), strict=True):
            learn(text, said)
    pairs = [list(zip(copy, made, strict=True)) for copy, made in zip(copies, arrays, strict=True)]
    learned = [[a for text, a in copy if is_annotated(text) and text.key not in left_out] for copy in pairs]
    silver = [a for text, a in pairs[0] if not is_annotated(text) and text.key not in left_out]
    held = [(text, a) for text, a in pairs[0] if is_annotated(text) and text.key in left_out]
    states = np.concatenate([text.states for text in seen if is_annotated(text)]).astype(np.float32)
    mean, std = torch.from_numpy(states.mean(0)), torch.from_numpy(states.std(0) + 1e-3)
    vectors = torch.from_numpy(tagger().vectors(list(forms)))
    models: list[Model] = []
    for number, epochs in enumerate(TEACHERS_EPOCHS if arguments.teach else EPOCHS):
        # The mean of what networks end with is none unless all begin with the same weights; teachers stay several.
        seed = arguments.seed + number * arguments.teach
        torch.manual_seed(seed)
        size = (TEACHERS_WIDTH, TEACHERS_AVERAGES) if arguments.teach else (WIDTH, AVERAGES)
        models.append(Model(known, mean, std, vectors, *size))
        train(models[-1], learned, silver, epochs, seed)
    if not arguments.teach:
        models = [mean_of(models)]
    if held:
        print(f"left out: {measure((text, path(models, made)) for text, made in held)}")
    if arguments.teach:
        write_said(arguments.output, models, arrays)
    else:
        save(arguments.output, known, models[0].weights())


def is_annotated(text: Example) -> bool:
    """Whether people have labelled the text."""
    return text.corpus < len(names.ANNOTATED)


if __name__ == "__main__":
    main()
