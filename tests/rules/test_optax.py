"""Every rule that optax speaks, and those of papers that optax can spell, against optax in float64."""

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import numpy as np
import optax
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ravine.rules import rules

from .replay import Tape, error, path, tapes

TOLERANCE = 1e-12

Settings = dict[str, float]


def _adam(s: Settings) -> dict:
    return {"b1": s["beta1"], "b2": s["beta2"], "eps": s["eps"]}


def _rmsprop(s: Settings) -> dict:
    return {"decay": s["rho"], "eps": s["eps"], "momentum": s["momentum"], "initial_scale": s["s0"]}


def _adamw_paper(s: Settings) -> optax.GradientTransformation:
    stepped = optax.chain(optax.scale_by_adam(**_adam(s)), optax.scale(s["lr"]))
    return optax.chain(stepped, optax.add_decayed_weights(s["weight_decay"]), optax.scale(-s["eta"]))


def _yogi(s: Settings) -> optax.GradientTransformation:
    start = {"initial_accumulator_value": s["initial_accumulator_value"]}  # which optax.yogi fixes at its default
    return optax.chain(optax.scale_by_yogi(**_adam(s), **start), optax.scale(-s["lr"]))


def _laprop(s: Settings) -> optax.GradientTransformation:
    """Of optax's own parts: the gradient by its size, and then the average of that."""
    divided = optax.scale_by_rms(s["beta2"], s["eps"], eps_in_sqrt=False, bias_correction=True)
    return optax.chain(divided, optax.ema(s["beta1"], debias=True), optax.scale(-s["lr"]))


def _adopt(s: Settings, **more: Any) -> optax.GradientTransformation:
    return optax.contrib.adopt(s["lr"], **_adam(s), **more)


ORACLES: dict[str, Callable[[Settings], optax.GradientTransformation]] = {
    "adagrad_keras": lambda s: optax.adagrad(s["lr"], s["initial_accumulator_value"], s["eps"]),
    "adam_modulus": lambda s: optax.adam(s["lr"], **_adam(s)),
    "adan_optax": lambda s: optax.adan(s["lr"], **_adam(s), b3=s["beta3"], eps_root=s["eps_root"]),
    "adamw_optax": lambda s: optax.adamw(s["lr"], **_adam(s), weight_decay=s["weight_decay"]),
    "amsgrad_optax": lambda s: optax.amsgrad(s["lr"], **_adam(s)),
    "lars_optax": lambda s: optax.lars(
        s["lr"], s["weight_decay"], trust_coefficient=s["trust_coefficient"], momentum=s["momentum"], eps=s["eps"]
    ),
    "nadam_optax": lambda s: optax.nadam(s["lr"], **_adam(s)),
    "radam_optax": lambda s: optax.radam(s["lr"], **_adam(s)),
    "rmsprop_centered_keras": lambda s: optax.rmsprop(s["lr"], **_rmsprop(s), centered=True),
    "rmsprop_keras": lambda s: optax.rmsprop(s["lr"], **_rmsprop(s)),
    "rmsprop_optax": lambda s: optax.rmsprop(s["lr"], **_rmsprop(s)),
    "yogi": _yogi,
}
# Rules of other dialects that optax runs as well.
SHARED: dict[str, Callable[[Settings], optax.GradientTransformation]] = {
    "adabelief": lambda s: optax.adabelief(s["lr"], **_adam(s), eps_root=s["eps"]),
    "adam": lambda s: optax.adam(s["lr"], **_adam(s)),
    "adamax": lambda s: optax.adamax(s["lr"], **_adam(s)),
    "adamw_paper": _adamw_paper,
    "ademamix": lambda s: optax.contrib.ademamix(s["lr"], **_adam(s), b3=s["beta3"], alpha=s["alpha"]),
    "adopt": lambda s: _adopt(s, clip_value_fn=lambda t: t ** s["clip_exp"]),
    "adopt_unclipped": lambda s: _adopt(s, use_clipping=False),
    "lamb": lambda s: optax.lamb(s["lr"], **_adam(s), weight_decay=s["weight_decay"]),
    "laprop": _laprop,
    "lion": lambda s: optax.lion(s["lr"], s["beta1"], s["beta2"], weight_decay=0.0),
    "momentum": lambda s: optax.sgd(s["lr"], s["momentum"]),
    "momentum_averaged": lambda s: optax.chain(optax.ema(s["beta"], debias=False), optax.scale(-s["lr"])),
    "nesterov": lambda s: optax.sgd(s["lr"], s["momentum"], nesterov=True),
    "rmsprop_tf1": lambda s: optax.rmsprop(s["lr"], **_rmsprop(s)),
    "signum": lambda s: optax.signum(s["lr"], s["beta"]),
}


pytestmark = pytest.mark.usefixtures("float64_in_jax")


@cache
def _compiled(name: str) -> Callable[[np.ndarray, np.ndarray, Settings], np.ndarray]:
    """The whole path in one compiled loop; settings are arguments, so that one compilation serves all of them."""

    def run(start, gradients, settings):
        optimizer = (ORACLES | SHARED)[name](settings)

        def step(carried, gradient):
            theta, state = carried
            updates, state = optimizer.update(gradient, state, theta)
            theta = optax.apply_updates(theta, updates)
            return (theta, state), theta

        return jax.lax.scan(step, (start, optimizer.init(start)), gradients)[1]

    return jax.jit(run)


def optax_path(name: str, tape: Tape) -> np.ndarray:
    later = _compiled(name)(tape.start, tape.gradients, dict(tape.settings))
    return np.concatenate([tape.start[None], np.asarray(later)])


def test_every_rule_of_the_dialect_has_an_oracle():
    spoken = {name for name, rule in rules.items() if "optax" in rule.dialect or rule.dialect == "TensorFlow 1"}
    assert spoken - {"rmsprop_tf1"} == set(ORACLES)
    assert "rmsprop_tf1" in SHARED  # TensorFlow 1 itself no longer installs; optax keeps its start at one


@pytest.mark.parametrize("name", [*ORACLES, *SHARED])
@hypothesis_settings(max_examples=15)
@given(data=st.data())
def test_the_rule_is_the_one_that_optax_runs(name, data):
    narrowed = {"rho": (0.9, 0.999)} if "centered" in name else {}
    if name == "rmsprop_centered_keras":
        narrowed["s0"] = (0.0, 0.0)  # optax starts the mean there too; Ravine, like Keras, at zero
    if name == "ademamix":
        narrowed["alpha"] = (0.0, 10.0)  # its weight of the slow average; its warm-ups have an oracle of their own
    if name == "momentum":
        narrowed["dampening"] = (0.0, 0.0)  # optax has none
    tape = data.draw(tapes(rules[name], shapes=((5,),), **narrowed))
    assert error(path(rules[name], tape), optax_path(name, tape)) <= TOLERANCE


@hypothesis_settings(max_examples=10)
@given(data=st.data())
def test_complex_adam_goes_by_the_modulus(data):
    tape = data.draw(tapes(rules["adam_modulus"], shapes=((2, 5),)))
    turned = Tape(tape.start[0] + 1j * tape.start[1], tape.gradients[:, 0] + 1j * tape.gradients[:, 1], tape.settings)
    assert error(path(rules["adam_modulus"], turned), optax_path("adam_modulus", turned)) <= TOLERANCE
