"""Rules that neither PyTorch nor optax runs as published, against the package pytorch-optimizer in float64."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytorch_optimizer import LARS, MADGRAD, AdaBelief, Adan, AdEMAMix, StableAdamW
from pytorch_optimizer.base.optimizer import BaseOptimizer

from ravine.rules import rules

from .replay import Tape, error, path, tapes

Settings = dict[str, float]


def _betas(s: Settings) -> dict:
    betas = tuple(s[name] for name in ("beta1", "beta2", "beta3") if name in s)
    return {"lr": s["lr"], "betas": betas, "eps": s["eps"]}


ORACLES: dict[str, Callable[[list, Settings], BaseOptimizer]] = {
    "adabelief": lambda theta, s: AdaBelief(theta, **_betas(s), rectify=False),
    "adan": lambda theta, s: Adan(theta, **_betas(s)),
    "lars": lambda theta, s: LARS(theta, **s),
    "stableadamw": lambda theta, s: StableAdamW(theta, **_betas(s), weight_decay=s["weight_decay"]),
    "ademamix": lambda theta, s: AdEMAMix(
        theta, **_betas(s), alpha=s["alpha"], t_alpha_beta3=s["beta3_warmup"] or None
    ),
    # The authors' code adds eps to the rate as well.
    "madgrad": lambda theta, s: MADGRAD(theta, lr=s["lr"] - s["eps"], momentum=s["momentum"], eps=s["eps"]),
}


def their_path(name: str, tape: Tape) -> np.ndarray:
    theta = torch.nn.Parameter(torch.tensor(tape.start))
    optimizer = ORACLES[name]([theta], dict(tape.settings))
    points = [theta.detach().numpy().copy()]
    for gradient in tape.gradients:
        theta.grad = torch.tensor(gradient)
        optimizer.step()
        points.append(theta.detach().numpy().copy())
    return np.array(points)


@pytest.mark.parametrize("name", ORACLES)
@hypothesis_settings(max_examples=8)
@given(data=st.data())
def test_the_rule_is_the_one_that_the_package_runs(name, data):
    more = {}
    if name == "ademamix":
        # It takes the logarithm of beta1, and after a warm-up from beyond beta3 it goes on past it.
        more = {"alpha": (0.0, 10.0), "beta1": (0.1, 0.98), "beta3": (0.98, 0.9999)}
    if name == "madgrad":
        more = {"lr": (1e-3, 1.0), "eps": (1e-10, 5e-4)}  # so that a rate is left without eps
    tape = data.draw(tapes(rules[name], shapes=((2, 3),) if name == "lars" else ((5,),), **more))
    if name == "ademamix":
        steps = float(data.draw(st.sampled_from([0, 1, 7, 150, 1000])))
        tape = Tape(tape.start, tape.gradients, {**tape.settings, "beta3_warmup": steps, "alpha_warmup": steps})
    assert error(path(rules[name], tape), their_path(name, tape)) <= 1e-11


def test_a_slow_average_that_begins_without_memory_is_no_nan():
    """beta1 = 0 has no logarithm, and the package refuses to grow from it; a half-life of nothing is a number."""
    for settings in ({"beta1": 0.0, "beta3_warmup": 10.0}, {"beta3": 0.0}, {"beta1": 0.0, "beta3": 0.0}):
        s = rules["ademamix"].settings(settings)
        tape = Tape(np.zeros(2), np.ones((20, 2)), s)
        assert np.isfinite(path(rules["ademamix"], tape)).all()
