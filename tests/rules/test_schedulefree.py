"""Schedule-Free's rules against their authors' package, where they train and where they are evaluated, in float64."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schedulefree import AdamWScheduleFree, SGDScheduleFree
from schedulefree.adamw_schedulefree_paper import AdamWScheduleFreePaper

from ravine.backends import numpy as reference
from ravine.rules import rules

from .replay import Tape, error, tapes

Settings = dict[str, float]


def _weights(s: Settings) -> dict[str, Any]:
    names = ("lr", "weight_decay", "warmup_steps", "r", "weight_lr_power")
    return {name: s[name] for name in names if name in s} | {"foreach": False}


def _adam(s: Settings) -> dict[str, Any]:
    return {"betas": (s["beta1"], s["beta2"]), "eps": s["eps"], **_weights(s)}


ORACLES: dict[str, Callable[[list, Settings], torch.optim.Optimizer]] = {
    "schedule_free_sgd": lambda theta, s: SGDScheduleFree(theta, momentum=s["beta"], **_weights(s)),
    "schedule_free_adamw": lambda theta, s: AdamWScheduleFree(theta, **_adam(s)),
    "schedule_free_adamw_paper": lambda theta, s: AdamWScheduleFreePaper(theta, **_adam(s)),
}


def their_paths(name: str, tape: Tape) -> tuple[np.ndarray, np.ndarray]:
    """Where it trains, and where it is evaluated, after each step."""
    theta = torch.nn.Parameter(torch.tensor(tape.start))
    optimizer = ORACLES[name]([theta], dict(tape.settings))
    trained, evaluated = [], []
    for gradient in tape.gradients:
        optimizer.train()
        theta.grad = torch.tensor(gradient)
        optimizer.step()
        trained.append(theta.detach().numpy().copy())
        optimizer.eval()
        evaluated.append(theta.detach().numpy().copy())
    return np.array(trained), np.array(evaluated)


@pytest.mark.parametrize("name", ORACLES)
@hypothesis_settings(max_examples=8)
@given(data=st.data())
def test_the_rule_is_the_authors(name, data):
    narrowed = {"beta": (0.1, 0.99), "beta1": (0.1, 0.99), "r": (0.0, 2.0), "weight_lr_power": (0.0, 3.0)}
    tape = data.draw(tapes(rules[name], shapes=((5,),), **narrowed))
    steps = float(data.draw(st.sampled_from([0, 1, 7, 150, 1000])))
    tape = Tape(tape.start, tape.gradients, {**tape.settings, "warmup_steps": steps})
    equation, theta = rules[name].equation, tape.start.copy()
    state = reference.start(equation, theta, tape.settings)
    trained, evaluated = [], []
    for t, gradient in enumerate(tape.gradients, start=1):
        theta, state = reference.step(equation, theta, gradient, state, t, tape.settings)
        evaluated.append(theta)
        trained.append(reference.gradient_point(equation, theta, state, t + 1, tape.settings))
    for ours, theirs in zip((trained, evaluated), their_paths(name, tape), strict=True):
        # Each of its calls of train() and eval() goes by rounded numbers, and 1 / beta makes ten of one.
        assert error(np.array(ours), theirs) <= 1e-10


def test_a_rate_of_nought_moves_nothing_and_is_no_nan():
    for name in ORACLES:
        s = {**rules[name].settings({}), "lr": 0.0}
        theta, state = np.ones(2), reference.start(rules[name].equation, np.ones(2), s)
        for t in (1, 2):
            theta, state = reference.step(rules[name].equation, theta, np.ones(2), state, t, s)
            np.testing.assert_array_equal(theta, np.ones(2))
