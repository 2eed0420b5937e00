"""Trains the network of `extractor/names/tagger.py` and writes its weights.

    python -m training.train_names build/training/taught.npz --teach
    python -m training.train_names models/names/tagger.npz --taught build/training/taught.npz

The texts are those that `training/names_examples.py` has kept.  The first command trains wider networks, the teachers,
and writes their label probabilities for all texts; the second learns from these beside the annotation (knowledge
distillation).  With `--fold K/N` the texts of the K-th of N folds (by a checksum of their letters) are left out, and
measured on where they are annotated.  The network may then tag these texts in training (`training.names.unseen`); its
teachers must be of the same fold.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from extractor.inference.kernels import Floats, Ints
from extractor.inference.layers import best_path
from extractor.names.tagger import FORBIDDEN, LABELS
from extractor.names.tagger import form_features as features_of_form
from extractor.reading.tagging import GRAMMAR_STATES, STATES, tagger
from training import crf, names
from training.corpora import BUILD
from training.descent import Descent, save
from training.layers import Block, Stack, batches, padded
from training.names import COPIES, Example
from training.tokens import UNLABELLED

# The features of each token within the network, and those of its running averages in each direction.
WIDTH, AVERAGES = 64, 32
# The same of its teachers, and the epochs of each teacher.
TEACHERS_WIDTH, TEACHERS_AVERAGES, TEACHERS_EPOCHS = 96, 48, (12, 12)
# The weight of the teachers beside the annotation of a text.
TAUGHT = 0.5
# The size of a word vector.
VECTOR = 300
# What occurs less often in the training texts is unknown to the network: whole forms, parts of forms, other values.
MIN_FORM, MIN_PART, MIN_COLUMN = 12, 8, 5
# The weight of the loss of single tokens beside that of the label sequence.
WORDWISE = 0.5
# The mixture of the conventions that the network follows in use.  Measured in models/names_tagger.md, as the shares of
# made-up texts and names are.
CONVENTION = (0.5, 0.1, 0.4, 0.0, 0.0)
# The mixtures among which --mixtures lets one choose.
MIXTURES = (
    (1.0, 0.0, 0.0, 0.0, 0.0),
    (0.8, 0.2, 0.0, 0.0, 0.0),
    (0.5, 0.1, 0.4, 0.0, 0.0),
    (0.2, 0.1, 0.7, 0.0, 0.0),
    (0.0, 0.0, 1.0, 0.0, 0.0),
)
# Added to the scores of the labels in use.  The network learns its teachers' doubts and finds too many names, but too
# few organizations in texts unlike its training texts.  Measured in models/names_tagger.md.
SHIFT = torch.tensor([0.4 if label == "O" else 0.3 if label.endswith("ORG") else 0.0 for label in LABELS])
# How often an input of a token is hidden in training.
UNKNOWN = 0.1
# How often both vector and form of a token are hidden, as if the word were new.
UNHEARD = 0.05
# The weights of networks trained for so many epochs each are averaged: better than each of them (names_tagger.md).
EPOCHS = (14, 18)
# How often an epoch shows a text as it is, and not as another site would show it.
AS_IS = 0.6
# The shares of the texts without annotation and of the made-up ones that an epoch shows.
SILVER, MADE_UP = 0.3, 0.2
# In how many texts what Natasha's network for names says is hidden in training, so that ours does not follow it where
# it is wrong.  Without, hunts/names_dev has 0.743 of the cases and 0.644 of the kinds right, with this 0.751 and 0.648
# (one seed).
UNSAID = 0.3

# Added to the scores of the labels that a token without one may have in a corpus of `names.OPEN_KINDS`: 0 for those.
_OPEN = np.array(
    [
        [0.0 if label == "O" or label[2:] in names.OPEN_KINDS.get(name, ()) else -100.0 for label in LABELS]
        for name in names.CONVENTIONS
    ],
    dtype=np.float32,
)

form_features = cache(features_of_form)
Arrays = dict[str, Any]
Vocabularies = dict[str, dict[str, int]]


class Model(nn.Module):
    """The network of `extractor/names/tagger.py` as a PyTorch module.

    `known` are the vocabularies, `mean` and `std` those of the hidden states, `vectors` the word vectors of all forms
    of the training texts.
    """

    offsets: Tensor
    mean: Tensor
    std: Tensor

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
        self.is_ner = torch.tensor([name == "ner" for name in known if name != "form"])
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
        self.corpora = nn.Embedding(len(names.CONVENTIONS), width)
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
        """Returns the scores of (batch, tokens, labels), by the convention of each text's corpus."""
        size = batch["heads"].shape
        states = (batch["states"] - self.mean) / self.std
        vectors = self.known_vectors[batch["vectors"].flatten()].view(*size, VECTOR)
        forms, columns = batch["forms"], batch["columns"]
        if self.training:
            said = torch.rand(size[0], 1, 1) > UNSAID
            states = torch.cat((states[..., :GRAMMAR_STATES], states[..., GRAMMAR_STATES:] * said), -1)
            columns = torch.where(self.is_ner, columns * said, columns)
            columns = columns * (torch.rand(columns.shape) > UNKNOWN)
            states = states * (torch.rand(*size, 1) > UNKNOWN)
            heard = torch.rand(*size, 1) > UNHEARD
            vectors = vectors * (heard & (torch.rand(*size, 1) > UNKNOWN))
            forms = forms * (torch.rand(forms.shape) > UNKNOWN)
            forms = torch.cat((forms[..., :1] * heard, forms[..., 1:]), -1)
        x = self.vector(vectors) + self.states(states) + self.corpora(batch["corpus"])
        x = x + self.forms(forms.flatten(0, 1)).view_as(x)
        x = x + self.table((columns + self.offsets).flatten(0, 1)).view_as(x)
        scores: Tensor = self.stack(x, batch["heads"], batch["groups"], batch["mask"])
        return scores

    def in_use(self, convention: Sequence[float] = CONVENTION) -> Model:
        """Returns a copy with `SHIFT` applied that follows a mixture of conventions, whatever a text's corpus is."""
        made = deepcopy(self)
        with torch.no_grad():
            made.corpora.weight.copy_(torch.tensor(convention) @ made.corpora.weight)
            made.stack.labels.bias.add_(SHIFT)
        return made

    def weights(self) -> dict[str, npt.NDArray[np.float16]]:
        """Returns the arrays as `extractor/names/tagger.py` reads them; the convention is that of the first corpus."""
        w = self.states.weight / self.std
        made = {
            "forms": self.forms.weight,
            "table": self.table.weight,
            "vector": self.vector.weight.T,
            "states.weight": w.T,
            "states.bias": self.states.bias - w @ self.mean + self.corpora.weight[0],
            "transitions": self.transitions,
            **self.stack.weights(),
        }
        return {name: tensor.detach().numpy().astype(np.float16) for name, tensor in made.items()}


def vocabularies(texts: Sequence[Example]) -> Vocabularies:
    """Returns for the features of forms and for each column the values that are frequent enough, numbered from 1."""
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
    """Returns the examples as arrays; adds to `forms` the forms whose vectors are needed, each with its row."""
    parts = known["form"]
    columns = [(name, vocabulary) for name, vocabulary in known.items() if name != "form"]
    return [
        {
            "key": text.key,
            "forms": np.array([[parts.get(part, 0) for part in form_features(word)] for word in text.words]),
            "columns": np.array([[values.get(v, 0) for v in text.columns[name]] for name, values in columns]).T,
            "vectors": np.array([forms.setdefault(word, len(forms)) for word in text.words]),
            "states": text.states,
            "heads": text.heads,
            "groups": text.groups,
            "corpus": np.full(len(text.words), text.corpus),
            "labels": text.labels,
            "open": (text.labels == 0) & (_OPEN[text.corpus, 1:].max() == 0),
            "targets": np.eye(len(LABELS), dtype=np.float32)[text.labels],
        }
        for text in texts
    ]


def tensors(batch: Sequence[Arrays]) -> dict[str, Tensor]:
    """Returns a batch as padded tensors; `mask` is 1 at tokens and 0 at padding."""
    # A padded text is shorter than the longest, so that its own stems are numbered below the last number.
    empty = {"labels": UNLABELLED, "groups": max(len(text["heads"]) for text in batch) - 1}
    made = {name: padded([text[name] for text in batch], empty.get(name, 0)) for name in batch[0] if name != "key"}
    made["mask"] = padded([np.ones(len(text["heads"]), dtype=np.float32) for text in batch])
    return made


def teach(text: Arrays, predicted: Floats) -> None:
    """Mixes the teachers' probabilities `predicted` into the targets of a text, in place.

    In a text without annotation they are all that is learned, by the convention of the first corpus; and where the
    annotation leaves open which of some labels a token has, they tell.
    """
    if text["corpus"][0] < len(names.ANNOTATED):
        likely = predicted * (_OPEN[text["corpus"]] == 0)
        likely[:, 0] += 1e-6  # if the teachers are sure of another label
        likely /= likely.sum(-1, keepdims=True)
        given = np.where(text["open"][:, np.newaxis], likely, text["targets"])
        text["labels"] = np.where(text["open"], likely.argmax(-1), text["labels"])
        text["open"] = np.zeros_like(text["open"])
        text["targets"] = (1 - TAUGHT) * given + TAUGHT * predicted
    else:
        text["targets"], text["labels"] = predicted, best_path(predicted, FORBIDDEN)
        text["corpus"] = _convention(text)


def _convention(text: Arrays) -> Ints:
    """Returns the corpus by whose convention teachers label a text: its own if that is annotated, else the first."""
    convention: Ints = np.where(text["corpus"] < len(names.ANNOTATED), text["corpus"], 0)
    return convention


@torch.no_grad()
def settle(model: Model, batch: dict[str, Tensor]) -> None:
    """Replaces the labels and targets that the annotation leaves open, in place.

    The target of such a token are the model's own probabilities, by the convention of the first corpus, of the labels
    that it may have: it is taught only that the token has none of the others.  By the convention of its own corpus the
    model would drift to these labels, as nothing would hold it.
    """
    is_open = batch["open"] > 0
    rows = is_open.any(-1)
    if not rows.any():
        return
    part = {name: value[rows] for name, value in batch.items()}
    scores = model.eval()({**part, "corpus": torch.zeros_like(part["corpus"])})
    model.train()
    likely = functional.softmax(scores + torch.from_numpy(_OPEN)[part["corpus"]], -1)
    batch["labels"][rows] = torch.where(is_open[rows], likely.argmax(-1), part["labels"])
    batch["targets"][rows] = torch.where(is_open[rows].unsqueeze(-1), likely, part["targets"])


def loss_of(scores: Tensor, labels: Tensor, targets: Tensor, transitions: Tensor) -> Tensor:
    """Returns the loss of the label sequence and of each token; the latter keeps probabilities meaningful."""
    words = -(targets * functional.log_softmax(scores, -1)).sum() / (labels != UNLABELLED).sum()
    return crf.loss(scores, labels, transitions, UNLABELLED, targets) + WORDWISE * words


@torch.no_grad()
def probabilities(models: Sequence[Model], text: Arrays) -> Floats:
    """Returns the mean of the models' probabilities of all labels, (tokens, labels)."""
    batch = tensors([text])
    made = [functional.softmax(model.eval()(batch), -1)[0] for model in models]
    mean: Floats = (sum(made[1:], made[0]) / len(models)).numpy()
    return mean


def path(models: Sequence[Model], text: Arrays) -> Ints:
    """Returns the labels that models together give the tokens of a text, with the transitions of the first model."""
    return best_path(probabilities(models, text), models[0].transitions.detach().numpy() + FORBIDDEN)


def measure(texts: Iterable[tuple[Example, Ints]]) -> str:
    """Returns the F1 of exact names by corpus and kind, of texts with the labels found."""
    right, found_n, gold_n = Counter[str](), Counter[str](), Counter[str]()
    for text, found_path in texts:
        found, gold = spans(found_path, text.sentences), spans(text.labels, text.sentences)
        right.update(f"{text.corpus} {kind}" for kind, _, _ in found & gold)
        found_n.update(f"{text.corpus} {kind}" for kind, _, _ in found)
        gold_n.update(f"{text.corpus} {kind}" for kind, _, _ in gold)
    return ", ".join(f"{kind} {2 * right[kind] / (found_n[kind] + gold_n[kind]):.4f}" for kind in sorted(gold_n))


def spans(labels: Sequence[int] | Ints, sentences: Ints) -> set[tuple[str, int, int]]:
    """Returns (kind, start, end) of the labelled names, in tokens; none crosses the end of a sentence."""
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


def train(
    model: Model,
    copies: Sequence[Sequence[Arrays]],
    further: Sequence[tuple[Sequence[Arrays], float]],
    epochs: int,
    seed: int,
) -> None:
    """Trains a model in place.

    An epoch shows each annotated text once, as it is or as one of its augmented copies, and of each of the `further`
    sets of texts a share.
    """
    rng = np.random.default_rng(seed)
    size = float(sum(len(text["heads"]) for text in copies[0]))
    size += sum(share * len(text["heads"]) for texts, share in further for text in texts)
    descent, start = Descent(model, size, epochs), time.process_time()
    for epoch in range(epochs):
        which = rng.choice(len(copies), len(copies[0]), p=[AS_IS, *[(1 - AS_IS) / COPIES] * COPIES])
        shown = [copies[copy][i] for i, copy in enumerate(which)]
        for texts, share in further:
            shown += [texts[i] for i in rng.permutation(len(texts))[: int(share * len(texts))]]
        for batch in batches(shown, rng):
            inputs = tensors(batch)
            settle(model, inputs)
            loss = loss_of(model(inputs), inputs["labels"], inputs["targets"], model.transitions)
            descent.step(loss, [text["key"] for text in batch])
        print(f"epoch {epoch} {descent} {time.process_time() - start:.0f}s", flush=True)


def mean_of(models: Sequence[Model]) -> Model:
    """Returns the first of the models, with the mean of all models' weights."""
    states = [model.state_dict() for model in models]
    models[0].load_state_dict({name: sum(state[name] for state in states) / len(states) for name in states[0]})
    return models[0]


def read_predictions(paths: Sequence[Path]) -> list[list[Floats]]:
    """Returns the mean of what `--teach` wrote into files: for each copy of the texts, each text's probabilities."""
    archives = [np.load(path) for path in paths]
    return [
        np.split(
            sum(archive[f"said.{copy}"].astype(np.float32) for archive in archives) / len(paths),
            np.cumsum(archives[0][f"lengths.{copy}"])[:-1],
        )
        for copy in range(COPIES + 1)
    ]


def write_predictions(path: Path, models: Sequence[Model], copies: Sequence[Sequence[Arrays]]) -> None:
    """Writes the mean probabilities of models for all texts, by the convention of `_convention`."""
    made: dict[str, Any] = {}
    for copy, texts in enumerate(copies):
        predicted = [probabilities(models, {**text, "corpus": _convention(text)}) for text in texts]
        made[f"said.{copy}"] = np.concatenate(predicted).astype(np.float16)
        made[f"lengths.{copy}"] = np.array(list(map(len, predicted)))
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **made)


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, help="the file of weights, or with --teach of probabilities")
    parser.add_argument("--fold", default="", metavar="K/N", help="leave out the K-th of N folds of the texts, from 0")
    parser.add_argument("--fold-of", choices=names.ANNOTATED, help="leave out texts of this corpus only")
    parser.add_argument("--teach", action="store_true", help="train teachers, and write their probabilities")
    parser.add_argument(
        "--taught", type=Path, nargs="+", default=[], metavar="FILE", help="probabilities that --teach wrote"
    )
    parser.add_argument("--mixtures", action="store_true", help="measure mixtures of conventions on the texts left out")
    parser.add_argument("--cache", type=Path, default=BUILD, help="the folder of the analysed texts")
    parser.add_argument("--epochs", type=int, nargs="+", help="the epochs of each training, other than those that ship")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    copies = [names.examples(arguments.cache, copy) for copy in range(COPIES + 1)]
    left_out: set[int] = set()
    if arguments.fold:
        fold, folds = map(int, arguments.fold.split("/"))
        kinds = [names.ANNOTATED.index(arguments.fold_of)] if arguments.fold_of else range(len(names.CORPORA))
        left_out = {text.key for copy in copies for text in copy if text.key % folds == fold and text.corpus in kinds}
    seen = [text for text in copies[0] if text.key not in left_out]
    known = vocabularies(seen)
    forms: dict[str, int] = {}
    arrays = [as_arrays(copy, known, forms) for copy in copies]
    made_up = as_arrays(names.examples(arguments.cache, "made"), known, forms)
    if arguments.taught:
        for text, predicted in zip(chain(*arrays), chain(*read_predictions(arguments.taught)), strict=True):
            teach(text, predicted)
    pairs = [list(zip(copy, made, strict=True)) for copy, made in zip(copies, arrays, strict=True)]
    learned = [[a for text, a in copy if is_annotated(text) and text.key not in left_out] for copy in pairs]
    silver = [a for text, a in pairs[0] if not is_annotated(text) and text.key not in left_out]
    held = [(text, a) for text, a in pairs[0] if is_annotated(text) and text.key in left_out]
    states = np.concatenate([text.states for text in seen if is_annotated(text)]).astype(np.float32)
    mean, std = torch.from_numpy(states.mean(0)), torch.from_numpy(states.std(0) + 1e-3)
    vectors = torch.from_numpy(tagger().vectors(list(forms)))
    models: list[Model] = []
    for number, epochs in enumerate(arguments.epochs or (TEACHERS_EPOCHS if arguments.teach else EPOCHS)):
        # Weights can be averaged only if all networks begin with the same; teachers stay apart, from different seeds.
        seed = arguments.seed + number * arguments.teach
        torch.manual_seed(seed)
        size = (TEACHERS_WIDTH, TEACHERS_AVERAGES) if arguments.teach else (WIDTH, AVERAGES)
        models.append(Model(known, mean, std, vectors, *size))
        train(models[-1], learned, [(silver, SILVER), (made_up, MADE_UP)], epochs, seed)
    if not arguments.teach:
        models = [mean_of(models)]
    if held:
        print(f"left out: {measure((text, path(models, made)) for text, made in held)}")
    for mixture in MIXTURES if arguments.mixtures else ():
        used = [model.in_use(mixture) for model in models]
        print(f"{mixture}: {measure((text, path(used, made)) for text, made in held)}", flush=True)
    if arguments.teach:
        write_predictions(arguments.output, models, arrays)
    else:
        save(arguments.output, known, models[0].in_use().weights())


def is_annotated(text: Example) -> bool:
    """Tells whether a text was annotated by people."""
    return text.corpus < len(names.ANNOTATED)


if __name__ == "__main__":
    main()
