"""Rules that share a name: where they agree, and the step on which they part."""

import numpy as np
import pytest

from ravine.backends import numpy as reference
from ravine.rules import rules

from .replay import Tape, path

MU, LR = 0.9, 0.02
CURVATURE = np.array([1.0, 20.0])
START = np.array([-4.0, 1.0])


def walk(name: str, steps: int, rate_at, **settings: float) -> tuple[np.ndarray, np.ndarray]:
    """Points and velocities on the ravine, at the rate `rate_at(t)`; gradients are taken where the rule wants them."""
    rule = rules[name]
    theta, settings = START, rule.settings(settings)
    state = reference.start(rule.equation, theta, settings)
    points, velocities = [theta], [state["v"]]
    for t in range(1, steps + 1):
        settings["lr"] = rate_at(t)
        g = CURVATURE * reference.gradient_point(rule.equation, theta, state, t, settings)
        theta, state = reference.step(rule.equation, theta, g, state, t, settings)
        points.append(theta)
        velocities.append(state["v"])
    return np.array(points), np.array(velocities)


def constant(t: int) -> float:
    return LR


def dropped(t: int) -> float:
    return LR if t <= 20 else LR / 10


def test_nesterov_of_pytorch_is_the_papers_seen_from_the_point_that_looks_ahead():
    ours, _ = walk("nesterov", 40, constant, momentum=MU)
    points, velocities = walk("nesterov_lookahead", 40, constant, momentum=MU)
    assert ours == pytest.approx(points - MU * velocities, abs=1e-13)


def test_the_two_nesterovs_part_when_the_rate_changes():
    ours, _ = walk("nesterov", 21, dropped, momentum=MU)
    points, velocities = walk("nesterov_lookahead", 21, dropped, momentum=MU)
    ahead = points - MU * velocities
    assert ours[:21] == pytest.approx(ahead[:21], abs=1e-13)
    assert np.abs(ours[21] - ahead[21]).max() > 1e-3


def test_the_rate_inside_or_outside_is_the_same_until_the_rate_changes():
    outside, _ = walk("momentum", 21, dropped, momentum=MU)
    inside, _ = walk("momentum_lr_inside", 21, dropped, momentum=MU)
    assert outside[:21] == pytest.approx(inside[:21], abs=1e-13)
    assert np.abs(outside[21] - inside[21]).max() > 1e-3


def test_averaged_momentum_is_momentum_at_a_rate_scaled_by_one_minus_beta():
    averaged, _ = walk("momentum_averaged", 40, lambda t: LR / (1 - MU), beta=MU)
    plain, _ = walk("momentum", 40, constant, momentum=MU)
    assert averaged == pytest.approx(plain, abs=1e-13)


def test_nesterov_with_the_rate_inside_is_pytorchs_at_a_constant_rate():
    inside, _ = walk("nesterov_keras", 40, constant, momentum=MU)
    outside, _ = walk("nesterov", 40, constant, momentum=MU)
    assert inside == pytest.approx(outside, abs=1e-13)


DECAY = {"lr": 0.1, "weight_decay": 0.2}


def test_the_forms_of_weight_decay_agree_for_gradient_descent_only():
    gradients = np.sin(np.arange(40.0)).reshape(20, 2)

    def decayed(name: str) -> np.ndarray:
        rule = rules[name]
        return path(rule, Tape(START, gradients, rule.settings(DECAY)))

    assert decayed("sgd+l2") == pytest.approx(decayed("sgd+decoupled"), abs=1e-13)
    assert np.abs(decayed("adam+l2") - decayed("adam+decoupled")).max() > 0.1
    assert (decayed("adam+decoupled") == decayed("adamw")).all()


def test_adamw_of_the_paper_decays_at_a_pace_of_its_own():
    gradients = np.zeros((10, 2))

    def left(name: str, lr: float) -> np.ndarray:
        rule = rules[name]
        return path(rule, Tape(START, gradients, rule.settings({"lr": lr, "weight_decay": 0.1})))[-1]

    assert left("adamw_paper", 0.1) == pytest.approx(START * 0.9**10)
    assert left("adamw_paper", 0.001) == pytest.approx(START * 0.9**10)
    assert left("adamw", 0.1) == pytest.approx(START * 0.99**10)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("adam", "adam_keras"),
        ("adam", "adam_heavyball"),
        ("amsgrad", "amsgrad_optax"),
        ("rmsprop", "rmsprop_keras"),
        ("rmsprop_keras", "rmsprop_tf1"),
        ("nadam", "nadam_keras"),
        ("nadam", "nadam_optax"),
        ("radam", "radam_optax"),
        ("adamax", "adamax_keras"),
        ("adagrad", "adagrad_keras"),
        ("adan", "adan_optax"),
        ("adopt", "adopt_unclipped"),
        ("lars", "lars_optax"),
        ("schedule_free_adamw", "schedule_free_adamw_paper"),
    ],
)
def test_dialects_differ_where_the_settings_do_not(name, other):
    # A dialect that is only another name for the same numbers would be noise.
    gradients = np.sin(np.arange(400.0)).reshape(200, 2)
    shared = {"lr": 0.1, "eps": 0.01, "initial_accumulator_value": 0.0}

    def walked(which: str) -> np.ndarray:
        rule = rules[which]
        settings = {k: v for k, v in shared.items() if k in rule.hyperparameters}
        if "alpha" in rule.hyperparameters:
            settings["alpha"] = 0.9  # the rho of the others
        return path(rule, Tape(START, gradients, rule.settings(settings)))

    assert np.abs(walked(name) - walked(other)).max() > 1e-6


def test_every_dialect_has_an_oracle_somewhere():
    from . import test_heavyball, test_keras, test_optax, test_pytorch_optimizer, test_schedulefree, test_torch

    proved = {*test_torch.ORACLES, *test_keras.ORACLES, *test_optax.ORACLES, *test_optax.SHARED}
    proved |= {
        *test_heavyball.ORACLES,
        *test_pytorch_optimizer.ORACLES,
        *test_schedulefree.ORACLES,
        "nesterov_lookahead",
    }  # the last is proved in this file
    proved |= {"adam_uncorrected"}  # in test_torch.py, with torch's correction undone
    assert proved == set(rules)
