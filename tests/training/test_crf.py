"""The loss of label sequences, against the sum over all sequences."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

pytest.importorskip("torch")

import numpy as np
import torch
from torch import Tensor

from training import crf
from training.layers import batches, padded
from training.tokens import UNLABELLED


def by_hand(scores: Tensor, labels: Tensor, transitions: Tensor) -> Tensor:
    """The negative log-likelihood of one sequence, by all sequences of labels."""

    def total(path: tuple[int, ...]) -> Tensor:
        steps = [transitions[a, b] for a, b in pairwise(path)]
        return torch.stack([*(scores[i, label] for i, label in enumerate(path)), *steps]).sum()

    paths = torch.stack([total(path) for path in product(range(scores.shape[1]), repeat=len(scores))])
    return paths.logsumexp(0) - total(tuple(labels.tolist()))


def test_the_loss_and_its_gradients_are_those_of_all_sequences() -> None:
    torch.manual_seed(1)
    scores, transitions = torch.randn(1, 4, 3, requires_grad=True), torch.randn(3, 3, requires_grad=True)
    labels = torch.tensor([[2, 0, 1, 1]])
    expected = by_hand(scores[0], labels[0], transitions) / 4
    wanted = torch.autograd.grad(expected, (scores, transitions))
    loss = crf.loss(scores, labels, transitions, UNLABELLED)
    assert torch.allclose(loss, expected, atol=1e-5)
    for gradient, other in zip(torch.autograd.grad(loss, (scores, transitions)), wanted, strict=True):
        assert torch.allclose(gradient, other, atol=1e-5)


def test_padding_costs_nothing() -> None:
    torch.manual_seed(2)
    scores, transitions = torch.randn(2, 5, 3), torch.randn(3, 3)
    labels = torch.tensor([[1, 2, 0, 1, 2], [2, 1, UNLABELLED, UNLABELLED, UNLABELLED]])
    # In the padding all sequences go on with label 0: here that step is free.
    transitions[:, 0] = 0
    expected = by_hand(scores[0], labels[0], transitions) + by_hand(scores[1, :2], labels[1, :2], transitions)
    assert torch.allclose(crf.loss(scores, labels, transitions, UNLABELLED), expected / 7, atol=1e-4)


def test_certain_targets_are_the_labels() -> None:
    torch.manual_seed(3)
    scores, transitions = torch.randn(1, 4, 3), torch.randn(3, 3)
    labels = torch.tensor([[2, 0, 1, 1]])
    targets = torch.eye(3)[labels]
    assert torch.allclose(
        crf.loss(scores, labels, transitions, UNLABELLED, targets), crf.loss(scores, labels, transitions, UNLABELLED)
    )


def test_batches_hold_every_text_once_and_no_more_than_they_may() -> None:
    texts = [{"heads": np.zeros(length), "number": i} for i, length in enumerate([5, 900, 30, 1500, 700, 2500, 8, 300])]
    for rng in (None, np.random.default_rng(1)):
        made = list(batches(texts, rng))
        assert sorted(text["number"] for batch in made for text in batch) == list(range(len(texts)))
        for batch in made:
            assert len(batch) == 1 or len(batch) * max(len(text["heads"]) for text in batch) <= 2048


def test_padded_arrays_have_one_length() -> None:
    halves = padded([np.ones((2, 3), dtype=np.float16), np.ones((4, 3), dtype=np.float16)])
    assert halves.dtype == torch.float32
    assert halves.sum(dim=(1, 2)).tolist() == [6, 12]
    assert padded([np.array([1]), np.array([1, 2, 3])], empty=-1).tolist() == [[1, -1, -1], [1, 2, 3]]
