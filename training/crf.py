"""The loss of a linear-chain conditional random field (CRF).

Its loops over the tokens are in NumPy, where they cost less than in PyTorch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor


class LogPartition(torch.autograd.Function):
    """The log-partition function, summed over a batch; scores are (batch, tokens, labels)."""

    @staticmethod
    def forward(ctx: Any, scores: Tensor, transitions: Tensor) -> Tensor:
        """Runs the forward-backward algorithm, which gives the value and its gradients: the marginal probabilities."""
        rows = scores.detach().numpy().astype(np.float64).transpose(1, 0, 2)
        shift = rows.max(-1, keepdims=True)
        here = np.exp(rows - shift)
        step = np.exp(transitions.detach().numpy().astype(np.float64))
        alpha, total = np.empty_like(here), float(shift.sum())
        state = np.ones(here.shape[1:])
        for t, now in enumerate(here):
            state = (state @ step if t else state) * now
            size = state.sum(-1, keepdims=True)
            state /= size
            total += np.log(size).sum()
            alpha[t] = state
        beta = np.empty_like(here)
        state = np.ones(here.shape[1:])
        for t in range(len(here) - 1, -1, -1):
            beta[t] = state
            state = (here[t] * state) @ step.T
            state /= state.sum(-1, keepdims=True)
        marginals = alpha * beta
        marginals /= marginals.sum(-1, keepdims=True)
        # The marginals of pairs of labels summed over all places, as one matrix product: no array of pairs by place.
        before, after = alpha[:-1], (here * beta)[1:]
        before = before / ((before @ step) * after).sum(-1, keepdims=True)
        pairs = step * np.tensordot(before, after, ((0, 1), (0, 1)))
        ctx.save_for_backward(
            torch.from_numpy(marginals.transpose(1, 0, 2)).to(scores.dtype),
            torch.from_numpy(pairs).to(scores.dtype),
        )
        return scores.new_tensor(total)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the gradients, which `forward` has computed."""
        marginals, pairs = ctx.saved_tensors
        return grad * marginals, grad * pairs


def loss(scores: Tensor, labels: Tensor, transitions: Tensor, empty: int, targets: Tensor | None = None) -> Tensor:
    """Returns the negative log-likelihood of the label sequences, divided by the number of tokens.

    `scores` are (batch, tokens, labels), `labels` (batch, tokens), `empty` at the padding behind each text.  With
    `targets`, probabilities of (batch, tokens, labels), 0 at padding, the scores are compared with these, and only the
    transitions with the labels.
    """
    padding = labels == empty
    # In the padding only label 0 is possible, so that it adds the same to every sequence.
    closed = torch.full((scores.shape[-1],), -50.0)
    closed[0] = 0
    scores = torch.where(padding.unsqueeze(-1), closed, scores)
    labels = labels.masked_fill(padding, 0)
    gold = scores.gather(-1, labels.unsqueeze(-1)) if targets is None else scores * targets
    gold = gold.sum() + transitions[labels[:, :-1], labels[:, 1:]].sum()
    partition: Tensor = LogPartition.apply(scores, transitions)
    return (partition - gold) / (~padding).sum()
