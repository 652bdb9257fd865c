"""Rules that read theta, whose state starts there, or that are evaluated elsewhere than they train."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from training import assert_same, parameters, set_gradients, train

import ravine.optim
from ravine.backends import numpy as reference
from ravine.equations import sqrt
from ravine.errors import RavineError
from ravine.optim.wrapper import Wrapper
from ravine.rules import Rule, rule, rules


@rule(title="Anchored", source="A test, 2026")
def anchored(g, theta, z="theta", v=0.0, *, t, lr=0.1, beta=0.9, pull=0.05):
    v = beta * v + (1 - beta) * g**2
    return lr * g / (sqrt(v) + 0.1) + pull * (theta - z), z, v


@rule(title="Averaged", source="A test, 2026", gradient_at="(1 - beta) * z + beta * theta")
def averaged(g, theta, z="theta", s=0.0, *, t, lr=0.1, beta=0.8):
    s = s + lr**2
    c = lr**2 / s
    z = z - lr * (g + 0.01 * ((1 - beta) * z + beta * theta))
    return c * (theta - z), z, s


def build(known: Rule, **options: Any) -> Callable[..., ravine.optim.RuleOptimizer]:
    def made(params: Any) -> ravine.optim.RuleOptimizer:
        optimizer = ravine.optim.from_rule(known)(params, **options)
        optimizer.train()
        return optimizer

    return made


LOOKING = [averaged, rules["nesterov_lookahead"]]
ALL = [anchored, *LOOKING]


@pytest.mark.parametrize("known", ALL, ids=lambda known: known.name)
def test_training_and_evaluation_are_the_references(known: Rule) -> None:
    param = parameters([(7,)])[0]
    optimizer, equation, settings = build(known, lr=0.05)([param]), known.equation, known.settings({"lr": 0.05})
    theta = param.detach().numpy().copy()
    state = reference.start(equation, theta, settings)
    for t in range(1, 31):
        at = reference.gradient_point(equation, theta, state, t, settings)
        np.testing.assert_allclose(param.detach().numpy(), at, rtol=1e-12, atol=1e-13)
        set_gradients([param], t)
        theta, state = reference.step(equation, theta, param.grad.numpy(), state, t, settings)
        optimizer.step()
        standing = param.detach().clone()
        optimizer.eval()
        np.testing.assert_allclose(param.detach().numpy(), theta, rtol=1e-12, atol=1e-13)
        optimizer.eval()  # once is enough
        optimizer.train()
        assert torch.equal(param.detach(), standing)  # to look changes nothing


@pytest.mark.parametrize("known", LOOKING, ids=lambda known: known.name)
def test_a_step_where_it_is_evaluated_is_refused_before_anything_changes(known: Rule) -> None:
    param = parameters([(3,)])[0]
    optimizer = ravine.optim.from_rule(known)([param])
    before = param.detach().clone()
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"call optimizer.train\(\) before training, and optimizer.eval\(\)"):
            optimizer.step(lambda: pytest.fail("the closure was called"))
        optimizer.train()
        optimizer.eval()
    assert torch.equal(param.detach(), before)
    assert not optimizer.state
    optimizer.train()
    optimizer.add_param_group({"params": parameters([(2,)])})  # it stands as the others do
    train(optimizer, 2)


def test_a_rule_that_is_evaluated_where_it_trains_may_be_told_so() -> None:
    optimizer = ravine.optim.Adam(parameters([(3,)]))
    optimizer.eval()
    optimizer.step()
    assert "train_mode" not in optimizer.param_groups[0]


@pytest.mark.parametrize("rounding", [None, "stochastic", "kahan"])
@pytest.mark.parametrize("known", ALL, ids=lambda known: known.name)
def test_sixteen_bits_follow_their_thirty_two(known: Rule, rounding: str | None) -> None:
    small, wide = parameters([(400,)], torch.bfloat16), parameters([(400,)], torch.bfloat16)
    wide = [torch.nn.Parameter(wide[0].detach().float())]
    optimizers = [build(known, lr=0.02, rounding=rounding)(small), build(known, lr=0.02)(wide)]
    for optimizer in optimizers:
        train(optimizer, 20)
    standing = small[0].detach().clone()
    optimizers[0].eval()
    optimizers[0].train()
    assert torch.equal(small[0].detach(), standing)
    for optimizer in optimizers:
        optimizer.eval()
    mean = (small[0].detach().float() - wide[0].detach()).abs().mean()
    assert mean < (0.004 if rounding == "kahan" else 0.02)
    state = optimizers[0].state[small[0]]
    assert state.get("z", state.get("v")).dtype == (torch.float32 if rounding else torch.bfloat16)


@pytest.mark.parametrize("known", ALL, ids=lambda known: known.name)
def test_a_rate_for_each_model_of_a_stack(known: Rule) -> None:
    stacked = parameters([(3, 4)])[0]
    solos = [torch.nn.Parameter(row.clone()) for row in stacked.detach()]
    together = build(known, lr=torch.tensor([0.01, 0.05, 0.2], dtype=torch.float64))([stacked])
    alone = [build(known, lr=lr)([solo]) for lr, solo in zip((0.01, 0.05, 0.2), solos, strict=True)]
    for step in range(8):
        set_gradients([stacked], step)
        for slot, solo in enumerate(solos):
            solo.grad = stacked.grad[slot].clone()
        for optimizer in (together, *alone):
            optimizer.step()
    for optimizer in (together, *alone):
        optimizer.eval()
    assert_same(list(stacked.detach()), [solo.detach() for solo in solos], 1e-12, 1e-13)


@pytest.mark.parametrize("evaluated", [False, True])
@pytest.mark.parametrize("known", ALL, ids=lambda known: known.name)
def test_saved_copied_and_taken_up_again(known: Rule, evaluated: bool) -> None:
    """Wherever it stood when it was saved: model and optimizer go on from there."""
    optimizer = build(known)(parameters([(5,), (2, 3)]))
    train(optimizer, 4)
    params = optimizer.param_groups[0]["params"]
    if evaluated:
        optimizer.eval()
    copies = [copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))]
    again = ravine.optim.from_rule(known)([torch.nn.Parameter(param.detach().clone()) for param in params])
    again.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    expected = train(optimizer, 3, first=4)
    for twin in (*copies, again):
        assert_same(train(twin, 3, first=4), expected, 1e-13 if evaluated else 0, 1e-14 if evaluated else 0)


def test_a_state_starts_where_the_parameter_stands_when_it_first_moves() -> None:
    early, late = parameters([(3,), (3,)])
    optimizer = build(anchored)([early, late])
    set_gradients([early], 0)
    optimizer.step()
    with torch.no_grad():
        late.add_(1)
    stood = late.detach().clone()
    set_gradients([early, late], 1)
    optimizer.step()
    assert torch.equal(optimizer.state[late]["z"], stood)
    assert optimizer.state[late]["z"].data_ptr() != late.data_ptr()
    assert not torch.equal(optimizer.state[early]["z"], early.detach())


@pytest.mark.parametrize("kind", ["complex", "transposed", "empty", "scalar"])
def test_kinds_of_parameters_whose_state_starts_there(kind: str) -> None:
    made = {
        "complex": lambda: parameters([(3, 2)], torch.complex128),
        "transposed": lambda: [torch.nn.Parameter(parameters([(4, 3)])[0].detach().t())],
        "empty": lambda: parameters([(0,)]),
        "scalar": lambda: parameters([()]),
    }[kind]
    for known in ALL:
        kernel, plain = made(), made()
        optimizers = [build(known)(kernel), build(known, differentiable=True)(plain)]
        ends = []
        for optimizer in optimizers:
            with torch.no_grad():
                for param in optimizer.param_groups[0]["params"]:
                    param.requires_grad_(optimizer is optimizers[0])
            ends.append(train(optimizer, 5))
            optimizer.eval()
        assert_same(*ends, 1e-12, 1e-13)
        assert_same([kernel[0].detach()], [plain[0].detach()], 1e-12, 1e-13)


@pytest.mark.parametrize("known", ALL, ids=lambda known: known.name)
def test_the_derivative_by_where_it_started_goes_through_the_state(known: Rule) -> None:
    def ended(start: torch.Tensor) -> torch.Tensor:
        parameter = start.clone()
        optimizer = build(known, differentiable=True)([parameter])
        for step in range(4):
            parameter.grad = torch.tensor([1.0 + step, -0.5], dtype=torch.float64)
            optimizer.step()
        return parameter

    assert torch.autograd.gradcheck(ended, (torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True),))


@pytest.mark.parametrize("around", [ravine.optim.EMA, ravine.optim.Lookahead])
def test_an_average_around_a_rule_that_looks_ahead_is_refused(around: Callable[[Any], Wrapper]) -> None:
    with pytest.raises(TypeError, match=r"keeps weights as they train, and Averaged is evaluated elsewhere"):
        around(build(averaged)(parameters([(3,)])))


def test_released_gradients_stand_where_they_are_told() -> None:
    param = parameters([(3,)])[0]
    released = ravine.optim.release_gradients([param], ravine.optim.from_rule(averaged), lr=0.5)
    released.train()
    for _ in range(3):
        (param**2).sum().backward()
    standing = param.detach().clone()
    released.eval()
    assert not torch.equal(param.detach(), standing)


NOT_TOLD = {
    "square": "theta**2",
    "step": "theta - v / t",
    "elsewhere": "theta + 1",
    "state": "theta * (1 + v)",
    "nothing": "v",
    "whole": "floor(theta) + theta",
}


@pytest.mark.parametrize("point", NOT_TOLD.values(), ids=NOT_TOLD)
def test_a_point_that_does_not_tell_where_theta_is_is_refused(point: str) -> None:
    def blind(g, v=0.0, *, t, lr=0.1):
        return lr * g, v + g

    with pytest.raises(RavineError, match="blind takes its gradient at a point from which a training loop cannot tell"):
        ravine.optim.from_rule(rule(title="Blind", source="A test, 2026", gradient_at=point)(blind))


def test_settings_at_which_the_point_tells_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Invalid beta=0.0: the parameters would say nothing of theta"):
        build(averaged, beta=0.0)(parameters([(2,)]))
    optimizer = build(averaged)(parameters([(2,)]))
    before = optimizer.param_groups[0]["params"][0].detach().clone()
    set_gradients(optimizer.param_groups[0]["params"], 0)
    optimizer.param_groups[0]["beta"] = 0
    with pytest.raises(ValueError, match="Invalid beta=0"):
        optimizer.step()
    assert torch.equal(optimizer.param_groups[0]["params"][0].detach(), before)


def test_forms_clipping_and_maximizing_are_of_the_rules_own_theta() -> None:
    """As the reference composes them: the forms first, and then the point."""
    known = rules["nesterov_lookahead+l2"]
    param = parameters([(5,)])[0]
    settings = known.settings({"lr": 0.05, "weight_decay": 0.1})
    optimizer = build(rules["nesterov_lookahead"], lr=0.05, weight_decay=0.1, maximize=True)([param])
    theta = param.detach().numpy().copy()
    state = reference.start(known.equation, theta, settings)
    for t in range(1, 9):
        set_gradients([param], t)
        theta, state = reference.step(known.equation, theta, -param.grad.numpy(), state, t, settings)
        optimizer.step()
    optimizer.eval()
    np.testing.assert_allclose(param.detach().numpy(), theta, rtol=1e-12)
