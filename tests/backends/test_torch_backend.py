"""The torch backend against the numpy reference: every rule, any shape and dtype, settings that vary over rows."""

import numpy as np
import pytest
import torch

from ravine.backends import numpy as reference
from ravine.backends import torch as backend
from ravine.rules import rules
from ravine.rules.forms import FORMS

STEPS = 60
EVERY = [*rules, *(f"{name}+{form}" for name in ("sgd", "adam", "lion") for form in FORMS)]
REAL_RULES = [name for name in EVERY if "centered" not in name]  # in low precision v - m² may fall below zero
SETTINGS = {"weight_decay": 0.01, "dampening": 0.3, "lr_decay": 0.01, "eps": 1e-3, "lr": 0.05}


def settings_of(name: str) -> dict[str, float]:
    rule = rules[name]
    return rule.settings({k: v for k, v in SETTINGS.items() if k in rule.hyperparameters})


def gradients(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((STEPS, *shape))


def torch_path(name: str, theta: torch.Tensor, steps: np.ndarray, settings, leading: int = 0) -> torch.Tensor:
    equation = rules[name].equation
    state = backend.start(equation, theta, settings)
    for t, g in enumerate(steps, start=1):
        theta, state = backend.step(equation, theta, torch.tensor(g).to(theta.dtype), state, t, settings, leading)
    return theta


def numpy_path(name: str, theta: np.ndarray, steps: np.ndarray, settings) -> np.ndarray:
    equation = rules[name].equation
    state = reference.start(equation, theta, settings)
    for t, g in enumerate(steps, start=1):
        theta, state = reference.step(equation, theta, g, state, t, settings)
    return theta


@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (0,)], ids=str)
@pytest.mark.parametrize("name", EVERY)
def test_it_equals_the_reference_in_float64(name, shape):
    start = np.linspace(-1, 1, int(np.prod(shape))).reshape(shape)
    settings, steps = settings_of(name), gradients(*shape)
    ours = torch_path(name, torch.tensor(start), steps, settings)
    assert ours.dtype == torch.float64
    assert ours.shape == shape
    # Only roots and powers of the element may round differently, by one unit in the last place.
    assert ours.numpy() == pytest.approx(numpy_path(name, start, steps, settings), rel=1e-13, abs=1e-13)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-4), (torch.bfloat16, 0.15)], ids=str)
@pytest.mark.parametrize("name", REAL_RULES)
def test_a_low_precision_parameter_stays_in_its_dtype(name, dtype, tolerance):
    start, settings, steps = np.linspace(-1, 1, 5), settings_of(name), gradients(5)
    equation = rules[name].equation
    theta = torch.tensor(start).to(dtype)
    state = backend.start(equation, theta, settings)
    for t, g in enumerate(steps, start=1):
        theta, state = backend.step(equation, theta, torch.tensor(g).to(dtype), state, t, settings)
    tensors = [value for value in state.values() if isinstance(value, torch.Tensor)]
    assert {theta.dtype, *(value.dtype for value in tensors)} == {dtype}
    expected = numpy_path(name, start, steps, settings)
    assert theta.double().numpy() == pytest.approx(expected, abs=tolerance * np.abs(expected).max())


@pytest.mark.parametrize("name", EVERY)
def test_each_row_of_a_sweep_equals_its_solo_run(name):
    rows, rng = 5, np.random.default_rng(1)
    solo = [
        {k: v if k == "eps" else v * float(rng.uniform(0.5, 1.0)) for k, v in settings_of(name).items()}
        for _ in range(rows)
    ]
    swept = {k: torch.tensor([[row[k]] for row in solo], dtype=torch.float64) for k in solo[0]}
    start, steps = np.linspace(-1, 1, rows * 3).reshape(rows, 3), gradients(rows, 3)
    together = torch_path(name, torch.tensor(start), steps, swept, leading=1)
    for row, settings in enumerate(solo):
        alone = torch_path(name, torch.tensor(start[row]), steps[:, row], settings)
        assert together[row].numpy() == pytest.approx(alone.numpy(), rel=1e-12, abs=1e-12)


def test_nothing_is_changed_in_place():
    theta, g = torch.ones(3), torch.full((3,), 2.0)
    settings = settings_of("adam")
    state = backend.start(rules["adam"].equation, theta, settings)
    moved, later = backend.step(rules["adam"].equation, theta, g, state, 1, settings)
    assert (theta == 1).all()
    assert (state["m"] == 0).all()
    assert (moved != theta).all()
    assert (later["m"] != 0).all()
