"""How the networks of `train_names.py` and `train_quotes.py` learn, and the files that they end in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from training.layers import BATCH

# How many words a batch holds for one that is real: the schedule of the learning rate counts steps by it.
PADDED = 1.2
RATE = 3e-3
# So many steps the rate rises; from then on it sinks along a cosine to a hundredth.
RISING = 100


class Descent:
    """The steps of AdamW for `epochs` epochs of `words` words each.  Biases and norms do not decay."""

    def __init__(self, model: nn.Module, words: float, epochs: int) -> None:
        self.steps = epochs * (int(words * PADDED) // BATCH + 1)
        self.done = 0
        self.loss = 0.0  # a running mean
        self._model = model
        decayed = [p for p in model.parameters() if p.dim() > 1]
        plain = [p for p in model.parameters() if p.dim() <= 1]
        self._optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": 0.03}, {"params": plain, "weight_decay": 0.0}],
            betas=(0.9, 0.98),
            fused=True,
        )

    def step(self, loss: Tensor) -> None:
        """One step down the gradient of the loss."""
        sunk = max(0.01, 0.5 * (1 + np.cos(np.pi * min(1, self.done / self.steps))))
        for group in self._optimizer.param_groups:
            group["lr"] = RATE * min(1, (self.done + 1) / RISING) * sunk
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimizer.step()
        self.loss += 0.02 * (loss.item() - self.loss) if self.done else loss.item()
        self.done += 1

    def __str__(self) -> str:
        return f"step {self.done}/{self.steps} loss {self.loss:.4f}"


def save(path: Path, known: Mapping[str, Mapping[str, int]], weights: Mapping[str, Any]) -> None:
    """Writes a network as `Network.load` of both taggers reads it: its vocabularies and its arrays."""
    vocabulary = np.frombuffer(json.dumps(known, ensure_ascii=False).encode(), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, vocabularies=vocabulary, **weights)
