"""Every rule of PyTorch's dialect, plain and with each form of weight decay, against torch.optim in float64."""

from collections.abc import Callable
from inspect import signature

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ravine.rules import rules

from .replay import STEPS, Tape, error, path, tapes

TOLERANCE = 1e-12

Settings = dict[str, float]


def _adam(s: Settings) -> dict:
    return {"betas": (s["beta1"], s["beta2"]), "eps": s["eps"]}


def _rmsprop(s: Settings) -> dict:
    return {"alpha": s["alpha"], "eps": s["eps"], "momentum": s.get("momentum", 0.0)}


ORACLES: dict[str, tuple[type[torch.optim.Optimizer], Callable[[Settings], dict]]] = {
    "adadelta": (torch.optim.Adadelta, lambda s: {"rho": s["rho"], "eps": s["eps"]}),
    "adagrad": (
        torch.optim.Adagrad,
        lambda s: {name: s[name] for name in ("lr_decay", "initial_accumulator_value", "eps")},
    ),
    "adam": (torch.optim.Adam, _adam),
    "adamax": (torch.optim.Adamax, _adam),
    "adamw": (torch.optim.AdamW, _adam),
    "amsgrad": (torch.optim.Adam, lambda s: {**_adam(s), "amsgrad": True}),
    "momentum": (torch.optim.SGD, lambda s: {"momentum": s["momentum"], "dampening": s["dampening"]}),
    "nadam": (torch.optim.NAdam, lambda s: {**_adam(s), "momentum_decay": s["momentum_decay"]}),
    "nesterov": (torch.optim.SGD, lambda s: {"momentum": s["momentum"], "nesterov": True}),
    "radam": (torch.optim.RAdam, _adam),
    "rmsprop": (torch.optim.RMSprop, _rmsprop),
    "rmsprop_centered": (torch.optim.RMSprop, lambda s: {**_rmsprop(s), "centered": True}),
    "rmsprop_centered_momentum": (torch.optim.RMSprop, lambda s: {**_rmsprop(s), "centered": True}),
    "rmsprop_momentum": (torch.optim.RMSprop, _rmsprop),
    "sgd": (torch.optim.SGD, lambda s: {}),
}

PYTORCH = [name for name, rule in rules.items() if rule.dialect == "PyTorch"]
UNDECAYED = [name for name in PYTORCH if "weight_decay" not in rules[name].hyperparameters]
EVERY = [*PYTORCH, *(f"{name}+{form}" for name in UNDECAYED for form in ("l2", "decoupled"))]


@pytest.fixture(autouse=True, scope="module")
def _float64():
    """NAdam keeps its product of momenta in torch's default dtype, whatever the parameters have."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def torch_path(name: str, tape: Tape) -> np.ndarray:
    """The path of torch.optim. Where torch has no decoupled decay, it is written by hand before torch's step."""
    plain, _, form = name.partition("+")
    kind, translate = ORACLES[plain]
    options = translate(tape.settings)
    decay_by_hand = 0.0
    if decay := tape.settings.get("weight_decay"):
        by_torch = form != "decoupled" or "decoupled_weight_decay" in signature(kind).parameters
        if by_torch:
            options |= {"weight_decay": decay} | ({"decoupled_weight_decay": True} if form == "decoupled" else {})
        else:
            decay_by_hand = decay
    elif kind is torch.optim.AdamW:
        options["weight_decay"] = 0.0  # AdamW's own default is not zero

    theta = torch.nn.Parameter(torch.tensor(tape.start))
    optimizer = kind([theta], lr=tape.settings["lr"], **options)
    points = [theta.detach().numpy().copy()]
    for gradient in tape.gradients:
        theta.grad = torch.tensor(gradient)
        with torch.no_grad():
            theta.mul_(1 - tape.settings["lr"] * decay_by_hand)
        optimizer.step()
        points.append(theta.detach().numpy().copy())
    return np.array(points)


def test_every_rule_of_the_dialect_has_an_oracle():
    assert sorted(ORACLES) == sorted(PYTORCH)


@pytest.mark.parametrize("name", EVERY)
@hypothesis_settings(max_examples=8)
@given(data=st.data())
def test_the_rule_is_the_one_that_torch_runs(name, data):
    # v - m² cancels where gradients hardly vary over the window; a long window keeps the digits.
    narrowed = {"alpha": (0.9, 0.999)} if "centered" in name else {}
    if name.endswith("+l2"):
        # L2 feeds θ back into the gradient. Where it outweighs the tape, an adaptive rule hops about zero by lr, and
        # hopping is chaotic: the last digit of either path would decide. Here the tape rules.
        narrowed |= {"lr": (1e-5, 1e-2), "powers": (0, 4)}
    tape = data.draw(tapes(rules[name], **narrowed))
    assert error(path(rules[name], tape), torch_path(name, tape)) <= TOLERANCE


@pytest.mark.parametrize("name", PYTORCH)
def test_the_defaults_are_those_of_torch(name):
    kind, translate = ORACLES[name]
    rule = rules[name]
    defaults = rule.settings({})
    theirs = kind([torch.zeros(1)]).defaults
    # torch's momentum is 0 unless asked for; a rule that is named after it has the usual 0.9.
    ours = {"lr": defaults["lr"], **{k: v for k, v in translate(defaults).items() if k != "momentum"}}
    ours |= {k: v for k, v in defaults.items() if k == "weight_decay"}
    shape = ("amsgrad", "centered", "nesterov")
    assert {k: v for k, v in ours.items() if k not in shape} == {k: theirs[k] for k in ours if k not in shape}


@hypothesis_settings(max_examples=20)
@given(data=st.data())
def test_adam_without_bias_correction_is_torchs_with_the_correction_undone(data):
    """Torch's lr and eps, set anew for each step so that its corrections cancel."""
    tape = data.draw(tapes(rules["adam_uncorrected"]))
    s = tape.settings
    theta = torch.nn.Parameter(torch.tensor(tape.start))
    optimizer = torch.optim.Adam([theta], betas=(s["beta1"], s["beta2"]))
    points = [theta.detach().numpy().copy()]
    for t, gradient in enumerate(tape.gradients, start=1):
        root = (1 - s["beta2"] ** t) ** 0.5
        optimizer.param_groups[0].update(lr=s["lr"] * (1 - s["beta1"] ** t) / root, eps=s["eps"] / root)
        theta.grad = torch.tensor(gradient)
        optimizer.step()
        points.append(theta.detach().numpy().copy())
    assert error(path(rules["adam_uncorrected"], tape), np.array(points)) <= TOLERANCE


def test_dampening_leaves_the_first_gradient_whole():
    ones = Tape(np.zeros(()), np.ones(STEPS), {"lr": 1.0, "momentum": 0.9, "dampening": 0.9})
    ours = path(rules["momentum"], ones)
    assert np.diff(ours)[:4] == pytest.approx([-1, -1, -1, -1], abs=1e-14)
    assert error(ours, torch_path("momentum", ones)) <= TOLERANCE


@pytest.mark.parametrize("name", ["rmsprop_centered", "rmsprop_centered_momentum"])
def test_centered_rmsprop_breaks_on_constant_gradients_as_torch_does(name):
    # v - m² of a constant gradient falls to 0, and rounding may take it below: the root is then NaN.
    settings = rules[name].settings({"alpha": 0.9})
    tape = Tape(np.zeros(50), np.tile(np.linspace(0.1, 2, 50), (1000, 1)), settings)
    for points in (path(rules[name], tape), torch_path(name, tape)):
        assert np.isfinite(points[100]).all()
        assert np.isnan(points[-1]).any()
