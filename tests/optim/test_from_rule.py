"""An optimizer for any rule: each in the book, and a user's own."""

import copy
import pickle

import numpy as np
import pytest
import torch
from training import parameters, set_gradients, train

import ravine.optim
from ravine.backends import numpy as reference
from ravine.equations import floor, maximum, sqrt
from ravine.errors import RavineError
from ravine.rules import rule, rules


@rule(title="Own", source="A test, 2026", hyperparameters={"kappa": ("[0, inf)", "a floor")})
def own(g, m=0.0, v=0.5, *, t, lr=0.01, beta=0.9, kappa=0.1):
    m = beta * m + (1 - beta) * g
    v = maximum(v, abs(g)) / sqrt(t)
    return lr * m / maximum(v, kappa), m, v


@pytest.mark.parametrize("name", rules)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_every_rule_equals_the_reference(name: str, dtype: torch.dtype) -> None:
    known = rules[name]
    param = parameters([(37,)], dtype)[0]
    optimizer = ravine.optim.from_rule(known)([param])
    settings = known.settings({})
    theta = param.detach().double().numpy().copy()
    state = reference.start(known.equation, theta, settings)
    optimizer.train()
    for t in range(1, 21):
        set_gradients([param], t)
        theta, state = reference.step(known.equation, theta, param.grad.double().numpy(), state, t, settings)
        optimizer.step()
    optimizer.eval()
    tolerance = 1e-4 if dtype == torch.float32 or "mu_product" in known.state else 1e-11
    np.testing.assert_allclose(param.detach().double().numpy(), theta, rtol=tolerance, atol=tolerance)


def test_a_rule_of_ones_own() -> None:
    param = parameters([(5,)])[0]
    optimizer = ravine.optim.from_rule(own)([param], kappa=0.3, weight_decay=0.1, decoupled_weight_decay=True)
    theta, settings = param.detach().numpy().copy(), own.settings({"kappa": 0.3})
    state = reference.start(own.equation, theta, settings)
    for t in range(1, 6):
        set_gradients([param], t)
        moved, state = reference.step(own.equation, theta, param.grad.numpy(), state, t, settings)
        theta = moved - 0.01 * 0.1 * theta
        optimizer.step()
    np.testing.assert_allclose(param.detach().numpy(), theta, rtol=1e-12)
    assert set(optimizer.state[param]) == {"step", "m", "v"}


@rule(title="Stairs", source="A test, 2026")
def stairs(g, *, lr=0.01):
    return lr * floor(4 * g) / 4


def test_whole_parts_are_those_of_numpy() -> None:
    param = parameters([(50,)])[0]
    before = param.detach().numpy().copy()
    set_gradients([param], 1)
    ravine.optim.from_rule(stairs)([param], lr=1.0).step()
    np.testing.assert_array_equal(param.detach().numpy(), before - np.floor(4 * param.grad.numpy()) / 4)


def test_copies_and_pickles() -> None:
    optimizer = ravine.optim.from_rule(own)(parameters([(5,)]))
    train(optimizer, 3)
    twins = [copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))]
    expected = train(optimizer, 3, first=3)
    for twin in twins:
        assert torch.equal(train(twin, 3, first=3)[0], expected[0])


@pytest.mark.parametrize(("name", "value", "message"), [("kapa", 1.0, "did you mean 'kappa'"), ("beta", 2.0, "beta")])
def test_hyperparameters_are_checked(name: str, value: float, message: str) -> None:
    with pytest.raises(RavineError, match=message):
        ravine.optim.from_rule(own)(parameters([(2,)]), **{name: value})


@rule(title="No rate", source="A test, 2026")
def norate(g, v=0.0, *, beta=0.9):
    v = beta * v + abs(g)
    return g / maximum(v, 1), v


def test_decoupled_decay_without_a_rate_is_refused() -> None:
    with pytest.raises(RavineError, match="norate has no lr, and decoupled decay is lr·λ; use l2"):
        norate.with_form("decoupled")
    with pytest.raises(RavineError, match="norate has no lr"):
        ravine.optim.from_rule(norate)(parameters([(2,)]), weight_decay=0.1, decoupled_weight_decay=True)
    assert ravine.optim.from_rule(norate)(parameters([(2,)]), weight_decay=0.1)
    assert norate.with_form("l2").hyperparameters["weight_decay"]
    assert norate.with_form("scheduled").hyperparameters["eta"]


@pytest.mark.parametrize("name", ["adamw", "adam+l2"])
def test_a_rule_with_form_keeps_its_form(name: str) -> None:
    made = ravine.optim.from_rule(rules[name])
    for chosen in (True, False):
        with pytest.raises(RavineError, match="has its own form of weight decay"):
            made(parameters([(2,)]), decoupled_weight_decay=chosen)
    optimizer = made(parameters([(2,)]), weight_decay=0.1)
    with pytest.raises(RavineError, match="has its own form of weight decay"):
        optimizer.add_param_group({"params": parameters([(2,)]), "decoupled_weight_decay": True})
    train(optimizer, 2)
    assert type(optimizer)(parameters([(2,)]), **optimizer.defaults).defaults == optimizer.defaults


@pytest.mark.parametrize(("name", "value"), [("beta", 2.0), ("kappa", -1.0), ("lr", -0.1), ("weight_decay", -1.0)])
def test_groups_are_checked(name: str, value: float) -> None:
    optimizer = ravine.optim.from_rule(own)(parameters([(2,)]))
    group = {"params": parameters([(2,)]), name: value}
    with pytest.raises(ValueError, match=f"{name}|learning rate"):
        optimizer.add_param_group(group)
    assert len(optimizer.param_groups) == 1
    with pytest.raises(ValueError, match=f"{name}|learning rate"):
        ravine.optim.from_rule(own)([group])
    optimizer.add_param_group({"params": parameters([(2,)]), "kappa": torch.tensor(0.2), "note": "kept"})
    assert optimizer.param_groups[1]["note"] == "kept"


def test_a_rule_by_its_name() -> None:
    assert ravine.optim.from_rule("lion") is ravine.optim.from_rule(rules["lion"])
    with pytest.raises(RavineError, match="sum is no rule: name one, such as 'adam'"):
        ravine.optim.from_rule(sum)  # type: ignore[arg-type]
    with pytest.raises(RavineError, match="did you mean 'lion'"):
        ravine.optim.from_rule("lionn")


def test_a_rate_of_zero_takes_no_step() -> None:
    param = parameters([(5,)])[0]
    before = param.detach().clone()
    optimizer = ravine.optim.from_rule(own)([param], lr=0.0)
    set_gradients([param], 1)
    optimizer.step()
    assert torch.equal(param.detach(), before)
    optimizer.add_param_group({"params": parameters([(2,)]), "lr": 0})
