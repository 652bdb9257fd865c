"""Adam with eps as a floor against HeavyBall's own update, which it compiles; here it runs as plain PyTorch.

`heavyball.AdamW` keeps its rate in float32, so the update that it applies (`heavyball.utils.adam_`) is called itself.
"""

import heavyball
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ravine.rules import rules

from .replay import Tape, error, path, tapes

ORACLES = ["adam_heavyball"]


@pytest.fixture(autouse=True, scope="module")
def _uncompiled():
    """Its compiler needs a C++ compiler on the machine; the arithmetic is the same without."""
    mode, heavyball.utils.compile_mode = heavyball.utils.compile_mode, None
    yield
    heavyball.utils.compile_mode = mode


def heavyball_path(tape: Tape) -> np.ndarray:
    s = tape.settings
    theta = torch.tensor(tape.start)
    m, v = torch.zeros_like(theta), torch.zeros_like(theta)
    points = [theta.numpy().copy()]
    for t, gradient in enumerate(tape.gradients, start=1):
        [update] = heavyball.utils.adam_([m], [v], [torch.tensor(gradient)], s["beta1"], s["beta2"], t, s["eps"])
        theta -= s["lr"] * update
        points.append(theta.numpy().copy())
    return np.array(points)


def test_every_rule_of_the_dialect_has_an_oracle():
    assert [name for name, rule in rules.items() if rule.dialect == "HeavyBall"] == ORACLES


@hypothesis_settings(max_examples=15)
@given(data=st.data())
def test_adam_with_a_floor_is_heavyballs(data):
    # HeavyBall divides by log(beta), so a beta of zero is outside.
    tape = data.draw(tapes(rules["adam_heavyball"], beta1=(0.1, 0.99)))
    assert error(path(rules["adam_heavyball"], tape), heavyball_path(tape)) <= 1e-12


def test_the_floor_is_where_it_differs_from_adam():
    tape = Tape(np.zeros(1), np.full((3, 1), 0.05), rules["adam_heavyball"].settings({"eps": 0.1}))
    floored, added = path(rules["adam_heavyball"], tape), path(rules["adam"], tape)
    assert floored[1] / added[1] == pytest.approx((0.05 + 0.1) / 0.1)


@pytest.fixture
def _masked_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """HeavyBall's own switch, which leaves out the division by the share of what is kept."""
    monkeypatch.setattr(heavyball.utils, "_compilable_cautioning", heavyball.utils._compilable_caution_no_scale)


def formed_path(tape: Tape, caution: bool, cautious_decay: bool) -> np.ndarray:
    s = tape.settings
    theta = torch.tensor(tape.start)
    m, v = torch.zeros_like(theta), torch.zeros_like(theta)
    points = [theta.numpy().copy()]
    lr, decay = torch.tensor(s["lr"], dtype=torch.float64), s.get("weight_decay", 0.0)
    for t, gradient in enumerate(torch.tensor(tape.gradients), start=1):
        update = heavyball.utils.adam_([m], [v], [gradient.clone()], s["beta1"], s["beta2"], t, s["eps"])
        heavyball.utils._compilable_update_([theta], update, decay, lr, caution, cautious_decay, [gradient])
        points.append(theta.numpy().copy())
    return np.array(points)


@pytest.mark.usefixtures("_masked_alone")
@pytest.mark.parametrize("forms", ["cautious", "decoupled", "cautious_decay", "decoupled+cautious"])
@hypothesis_settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_cautious_forms_are_heavyballs(forms, data):
    rule = rules[f"adam_heavyball+{forms}"]
    tape = data.draw(tapes(rule, beta1=(0.1, 0.99)))
    theirs = formed_path(tape, "cautious" in forms.split("+"), "cautious_decay" in forms)
    assert error(path(rule, tape), theirs) <= 1e-11
