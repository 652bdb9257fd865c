"""Every rule that Keras speaks, plain and with its weight decay (which is decoupled), against Keras in float64."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ravine.rules import rules

from .replay import Tape, error, path, tapes

keras = pytest.importorskip("keras")
TOLERANCE = 1e-12
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras under numpy 2

Settings = dict[str, float]


def _adam(s: Settings) -> dict:
    return {"beta_1": s["beta1"], "beta_2": s["beta2"], "epsilon": s["eps"]}


def _rmsprop(s: Settings) -> dict:
    return {"rho": s["rho"], "momentum": s["momentum"], "epsilon": s["eps"]}


ORACLES: dict[str, tuple[type, Callable[[Settings], dict]]] = {
    "adadelta_keras": (keras.optimizers.Adadelta, lambda s: {"rho": s["rho"], "epsilon": s["eps"]}),
    "adagrad_keras": (
        keras.optimizers.Adagrad,
        lambda s: {"initial_accumulator_value": s["initial_accumulator_value"], "epsilon": s["eps"]},
    ),
    "adam_keras": (keras.optimizers.Adam, _adam),
    "adamax_keras": (keras.optimizers.Adamax, _adam),
    "adamw_keras": (keras.optimizers.AdamW, _adam),
    "amsgrad_keras": (keras.optimizers.Adam, lambda s: {**_adam(s), "amsgrad": True}),
    "momentum_lr_inside": (keras.optimizers.SGD, lambda s: {"momentum": s["momentum"]}),
    "nadam_keras": (keras.optimizers.Nadam, _adam),
    "nesterov_keras": (keras.optimizers.SGD, lambda s: {"momentum": s["momentum"], "nesterov": True}),
    "rmsprop_centered_keras": (keras.optimizers.RMSprop, lambda s: {**_rmsprop(s), "centered": True}),
    "rmsprop_keras": (keras.optimizers.RMSprop, _rmsprop),
}
# Lion has one dialect: Keras runs the paper's.
ORACLES["lion"] = (keras.optimizers.Lion, lambda s: {"beta_1": s["beta1"], "beta_2": s["beta2"]})

UNDECAYED = [name for name in ORACLES if "weight_decay" not in rules[name].hyperparameters]
EVERY = [*ORACLES, *(f"{name}+decoupled" for name in UNDECAYED)]


@pytest.fixture(autouse=True, scope="module")
def _float64():
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx(before)


def keras_path(name: str, tape: Tape) -> np.ndarray:
    kind, translate = ORACLES[name.partition("+")[0]]
    decay = tape.settings.get("weight_decay")
    optimizer = kind(learning_rate=tape.settings["lr"], weight_decay=decay, **translate(tape.settings))
    theta = keras.Variable(tape.start, dtype="float64")
    points = [tape.start]
    for gradient in tape.gradients:
        optimizer.apply([torch.tensor(gradient)], [theta])
        points.append(theta.value.detach().numpy().copy())
    return np.array(points)


def test_every_rule_of_the_dialect_has_an_oracle():
    spoken = {name for name, rule in rules.items() if "Keras" in rule.dialect}
    assert set(ORACLES) - {"lion"} == spoken


@pytest.mark.parametrize("name", EVERY)
@hypothesis_settings(max_examples=3)
@given(data=st.data())
def test_the_rule_is_the_one_that_keras_runs(name, data):
    # Keras starts its mean square at zero; v - m² keeps its digits over a long window.
    narrowed = {"s0": (0.0, 0.0)} | ({"rho": (0.9, 0.999)} if "centered" in name else {})
    if name.startswith("lion"):
        narrowed["beta1"] = (0.1, 0.99)  # Keras refuses zero
    tape = data.draw(tapes(rules[name], **narrowed))
    assert error(path(rules[name], tape), keras_path(name, tape)) <= TOLERANCE


@pytest.mark.parametrize("name", sorted(set(ORACLES) - {"lion"}))
def test_the_defaults_are_those_of_keras(name):
    kind, translate = ORACLES[name]
    ours = rules[name].settings({})
    theirs = kind().get_config()
    expected = {"learning_rate": ours["lr"], **translate(ours)}
    shape = ("amsgrad", "centered", "nesterov")
    if kind is keras.optimizers.SGD:
        expected.pop("momentum")  # Keras's is 0 unless asked for; a rule named after momentum has the usual 0.9
    if name == "adamw_keras":
        expected["weight_decay"] = ours["weight_decay"]
    assert {k: theirs[k] for k in expected if k not in shape} == pytest.approx(
        {k: v for k, v in expected.items() if k not in shape}
    )


def test_weight_decay_in_keras_is_that_of_adamw():
    tape = Tape(np.ones(3), np.linspace(-1, 1, 60).reshape(20, 3), rules["adamw_keras"].settings({"weight_decay": 0.1}))
    as_adam = Tape(tape.start, tape.gradients, tape.settings)
    assert error(path(rules["adamw_keras"], tape), keras_path("adam_keras+decoupled", as_adam)) <= TOLERANCE
