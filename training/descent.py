"""The optimizer and the learning rate of `train_names.py` and `train_quotes.py`, and the file that weights ship in."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from training.layers import BATCH

# Tokens of a batch, padding included, for each real token: the length of the schedule is estimated by it.
PADDED = 1.2
# The learning rate at its peak.
RATE = 3e-3
# The number of steps over which the learning rate rises linearly; it also falls along a cosine from the first step on,
# to a hundredth of the peak.
RISING = 100


class DivergenceError(ArithmeticError):
    """A training whose loss or gradient is infinite or no number: its weights must not be kept."""


class Descent:
    """Optimizes a model with AdamW over `epochs` epochs of `tokens` tokens each; biases and norms do not decay."""

    def __init__(self, model: nn.Module, tokens: float, epochs: int) -> None:
        self.steps = epochs * (int(tokens * PADDED) // BATCH + 1)
        self.done = 0
        self.loss = 0.0  # a running mean
        self._model = model
        decayed = [p for p in model.parameters() if p.dim() > 1]
        plain = [p for p in model.parameters() if p.dim() <= 1]
        self._optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": 0.03}, {"params": plain, "weight_decay": 0.0}],
            lr=RATE,
            betas=(0.9, 0.98),
            fused=True,
        )
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimizer, self._share)

    def _share(self, step: int) -> float:
        """Returns the learning rate of a step as a share of `RATE`; batches may be more than `steps`."""
        falling = 0.5 * (1 + math.cos(math.pi * min(1, step / self.steps)))
        return min(1, (step + 1) / RISING) * max(0.01, falling)

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return float(self._schedule.get_last_lr()[0])

    def step(self, loss: Tensor, batch: Sequence[object] = ()) -> None:
        """Takes one step along the gradient of the loss, clipped to a norm of 1.

        `batch` names the texts of the step.  Raises `DivergenceError`, with the weights as they were, where the loss or
        the norm of its gradient is infinite or no number.
        """
        self._optimizer.zero_grad()
        torch.autograd.backward(loss)
        norm = nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        if not math.isfinite(loss.item()) or not math.isfinite(norm.item()):
            texts = ", ".join(map(str, batch))
            raise DivergenceError(f"step {self.done}: loss {loss.item()}, gradient norm {norm.item()}, on {texts}")
        self._optimizer.step()
        self._schedule.step()
        self.loss += 0.02 * (loss.item() - self.loss) if self.done else loss.item()
        self.done += 1

    def __str__(self) -> str:
        return f"step {self.done}/{self.steps} loss {self.loss:.4f}"


def save(path: Path, known: Mapping[str, Mapping[str, int]], weights: Mapping[str, Any]) -> None:
    """Writes the vocabularies and arrays of a network as `Network.load` of both taggers reads them."""
    vocabulary = np.frombuffer(json.dumps(known, ensure_ascii=False).encode(), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, vocabularies=vocabulary, **weights)
