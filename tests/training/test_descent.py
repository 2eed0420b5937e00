"""The schedule of the learning rate, and that steps go downhill."""

from __future__ import annotations

import math
from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from torch import nn

from training.descent import RATE, RISING, Descent, DivergenceError
from training.layers import BATCH


def descent(epochs: int) -> tuple[nn.Linear, Descent]:
    torch.manual_seed(1)
    model = nn.Linear(3, 1)
    return model, Descent(model, tokens=50 * BATCH, epochs=epochs)


def test_the_rate_rises_over_a_hundred_steps_and_falls_along_a_cosine() -> None:
    model, steps = descent(epochs=4)
    assert steps.steps == 4 * 61
    rates = []
    for _ in range(steps.steps + 20):  # a run may have some steps more than the schedule
        rates.append(steps.rate)
        steps.step(model(torch.ones(3)).square().sum())
    formula = [
        RATE * min(1, (step + 1) / RISING) * max(0.01, 0.5 * (1 + math.cos(math.pi * min(1, step / steps.steps))))
        for step in range(len(rates))
    ]
    assert rates == pytest.approx(formula, rel=1e-12)
    assert rates[0] == pytest.approx(RATE / RISING)
    assert rates[-1] == pytest.approx(RATE / 100)


def test_the_optimizer_steps_at_the_rate_of_the_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[list[float]] = []
    step = torch.optim.AdamW.step

    def watched(self: torch.optim.AdamW, *arguments: Any) -> Any:
        used.append([group["lr"] for group in self.param_groups])
        return step(self, *arguments)

    monkeypatch.setattr(torch.optim.AdamW, "step", watched)
    model, steps = descent(epochs=1)
    said = []
    for _ in range(5):
        said.append([steps.rate] * 2)
        steps.step(model(torch.ones(3)).square().sum())
    assert used == said


def test_steps_make_the_loss_smaller() -> None:
    model, steps = descent(epochs=4)
    x, y = torch.randn(64, 3), torch.randn(64, 1)

    def loss() -> torch.Tensor:
        return (model(x) - y).square().mean()

    before = loss().item()
    for _ in range(steps.steps):
        steps.step(loss())
    assert loss().item() < before
    assert str(steps).startswith(f"step {steps.steps}/{steps.steps} loss ")


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_a_training_that_diverges_stops_with_its_weights_as_they_were(broken: float) -> None:
    model, steps = descent(epochs=1)
    before = model.weight.detach().clone()
    with pytest.raises(DivergenceError, match=r"step 0: loss (nan|inf).* on r1, r2"):
        steps.step((model(torch.ones(3)) * broken).sum(), ["r1", "r2"])
    assert torch.equal(model.weight, before)
    steps.step(model(torch.ones(3)).square().sum(), ["r3"])
    with pytest.raises(DivergenceError, match=r"step 1: loss 0\.0, gradient norm nan"):
        steps.step((model.weight - model.weight.detach()).square().sum().sqrt(), ["r4"])
