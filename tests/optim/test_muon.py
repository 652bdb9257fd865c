"""Muon against PyTorch's and optax's, its scales, and AdamW for what is no matrix."""

from typing import Any

import jax
import numpy as np
import optax
import pytest
import torch
from training import assert_same, parameters, set_gradients, train

import ravine
from ravine import RavineError, rules
from ravine.backends import numpy as reference
from ravine.optim import Muon, from_rule

MATRICES = [(3, 5), (6, 2), (4, 4)]


@pytest.mark.usefixtures("in_full")
@pytest.mark.parametrize("nesterov", [True, False])
@pytest.mark.parametrize("scale", [None, "original", "match_rms_adamw"])
def test_the_step_is_pytorchs(scale: str | None, nesterov: bool) -> None:
    ours = Muon(parameters(MATRICES), lr=0.02, adjust_lr_fn=scale, nesterov=nesterov)
    theirs = torch.optim.Muon(parameters(MATRICES), lr=0.02, adjust_lr_fn=scale, nesterov=nesterov)
    steps = 200 if scale is None else 40
    assert_same(train(ours, steps), train(theirs, steps), 1e-10, 1e-12)


def test_in_bfloat16_pytorchs_is_near() -> None:
    found, theirs = (
        train(Muon(parameters(MATRICES), lr=0.02), 5),
        train(torch.optim.Muon(parameters(MATRICES), lr=0.02), 5),
    )
    assert_same(found, theirs, 0, 5 * 0.02 * 0.1)


@pytest.mark.usefixtures("float64_in_jax")
def test_without_a_look_ahead_the_step_is_optaxs() -> None:
    """It corrects the average for its start, which Newton-Schulz does not see; a look ahead it weighs otherwise."""
    random = np.random.default_rng(0)
    ours = random.standard_normal((4, 4))
    after = jax.numpy.array(ours)
    theirs = optax.contrib.muon(0.02, beta=0.95, nesterov=False, weight_decay=0.1)
    known = rules["muon"].settings({"lr": 0.02, "weight_decay": 0.1, "nesterov": 0.0})
    state, their_state = reference.start(rules["muon"].equation, ours, known), theirs.init(after)
    update = jax.jit(theirs.update)
    for t in range(1, 51):
        g = random.standard_normal(ours.shape)
        ours, state = reference.step(rules["muon"].equation, ours, g, state, t, known)
        taken, their_state = update(jax.numpy.array(g), their_state, after)
        after = optax.apply_updates(after, taken)
    np.testing.assert_allclose(ours, np.asarray(after), rtol=0, atol=1e-6)  # its eps is added to the norm


def test_every_direction_becomes_about_as_long() -> None:
    random = np.random.default_rng(0)
    for shape, matrix in (((4, 4), (4, 4)), ((2, 9), (2, 9)), ((9, 2), (9, 2)), ((6, 3, 2, 2), (6, 12))):
        x = random.standard_normal(shape) * np.logspace(0, 1, shape[0]).reshape(-1, *[1] * (len(shape) - 1))
        lengths = np.linalg.svd(reference.OPERATIONS["orthogonalize"](x).reshape(matrix), compute_uv=False)
        assert np.all((lengths > 0.5) & (lengths < 1.3))


def test_matrices_go_to_muon_and_the_rest_to_adamw() -> None:
    shapes = [(3, 4), (4,), (2, 3, 2), ()]
    params = parameters(shapes)
    optimizer = Muon([(f"p{i}", p) for i, p in enumerate(params)], lr=0.02, adamw_lr=0.003, adamw_weight_decay=0.01)
    matrices, others = optimizer.param_groups
    assert (matrices["param_names"], others["param_names"]) == (["p0", "p2"], ["p1", "p3"])
    assert (matrices["lr"], others["lr"], others["weight_decay"]) == (0.02, 0.003, 0.01)
    apart = parameters(shapes)
    muon = Muon([apart[0], apart[2]], lr=0.02)
    adamw = torch.optim.AdamW([apart[1], apart[3]], lr=0.003, betas=(0.9, 0.95), weight_decay=0.01)
    for step in range(10):
        for ours, theirs in zip(params, apart, strict=True):
            ours.grad = torch.cos(ours.detach() + step)
            theirs.grad = ours.grad.clone()
        for each in (optimizer, muon, adamw):
            each.step()
    assert_same([p.detach() for p in params], [p.detach() for p in apart], 1e-12, 1e-14)
    assert {name for p in params for name in optimizer.state[p]} == {"step", "momentum_buffer", "exp_avg", "exp_avg_sq"}


def test_a_group_may_be_left_to_adamw() -> None:
    body, head = parameters([(3, 4), (4, 2)])
    optimizer = Muon([{"params": [body]}, {"params": [head], "use_muon": False, "lr": 0.5, "weight_decay": 0.2}])
    assert [group["use_muon"] for group in optimizer.param_groups] == [True, False]
    assert (optimizer.param_groups[1]["lr"], optimizer.param_groups[1]["weight_decay"]) == (0.5, 0.2)
    train(optimizer, 2)
    assert set(optimizer.state[head]) == {"step", "exp_avg", "exp_avg_sq"}


@pytest.mark.usefixtures("in_full")
def test_a_state_dict_of_pytorchs_is_taken_up() -> None:
    whole = torch.optim.Muon(parameters(MATRICES), lr=0.02)
    expected = train(whole, 9)
    half = torch.optim.Muon(parameters(MATRICES), lr=0.02)
    train(half, 4)
    resumed = Muon(half.param_groups[0]["params"], lr=0.5)
    resumed.load_state_dict(half.state_dict())
    assert_same(train(resumed, 5, first=4), expected, 1e-11, 1e-12)
    own = Muon(parameters([(3, 4), (4,)]), lr=0.02)
    expected = train(own, 9)
    first = Muon(parameters([(3, 4), (4,)]), lr=0.02)
    train(first, 4)
    second = Muon([p for group in first.param_groups for p in group["params"]], lr=0.5)
    second.load_state_dict(first.state_dict())
    assert_same(train(second, 5, first=4), expected, 0, 0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ns_steps": 3}, "Invalid ns_steps: 3; here Newton-Schulz is Jordan's, with 5"),
        ({"ns_coefficients": (2.0, -1.5, 0.5)}, "Invalid ns_coefficients"),
        ({"eps": 1e-3}, "Invalid eps: 0.001"),
        ({"adjust_lr_fn": "spectral"}, "Adjust learning rate function spectral is not supported"),
        ({"adamw_betas": (0.9, 1.0)}, "Invalid beta parameter at index 1"),
        ({"adamw_lr": -1.0}, "Invalid adamw_lr value: -1.0"),
        ({"use_muon": True}, "Muon steps matrices, and a parameter has fewer than two axes"),
        ({"momentum": -0.1}, "Invalid momentum value: -0.1"),
    ],
)
def test_what_is_out_of_range_is_refused_before_anything_is_added(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Muon(parameters([(2, 2), (2,)]), **options)
    optimizer = Muon(parameters([(2, 2)]))
    with pytest.raises(ValueError, match=message):
        optimizer.add_param_group({"params": parameters([(3, 3), (3,)]), **options})
    assert len(optimizer.param_groups) == 1


def test_matrices_alone_are_refused_by_name_elsewhere() -> None:
    assert "muon" not in [*rules]
    assert rules["muon"].name == "muon"
    with pytest.raises(
        RavineError, match="muon is a rule of matrices, and the two numbers of a landscape are a vector"
    ):
        ravine.descend("muon", "bowl")
    with pytest.raises(RavineError, match=r"muon is a rule of matrices .orthogonalize., and two numbers are a vector"):
        rules["muon"].javascript()
    with pytest.raises(RavineError, match=r"muon steps matrices alone, .*; compare the class ravine.optim.Muon"):
        ravine.compare("digits", optimizers=["muon"])
    optimizer = from_rule("muon")(parameters([(3,)]))
    with pytest.raises(RavineError, match="orthogonalize is of matrices, and was given a vector"):
        train(optimizer, 1)


def test_what_is_no_matrix_is_refused_before_anything_moves() -> None:
    refused = [
        (from_rule("muon"), {}, torch.ones(3), "orthogonalize is of matrices, and was given a vector"),
        (from_rule("muon"), {"lr": torch.tensor([0.1, 0.2, 0.3])}, torch.ones(3, 2), "was given a vector"),
        (Muon, {}, torch.ones(3, 2, dtype=torch.complex64), r"muon goes by rows and columns, .* complex"),
    ]
    for build, options, other, message in refused:
        params = [torch.ones(3, 2, 2).requires_grad_(), other.requires_grad_()]
        for param in params:
            param.grad = torch.ones_like(param)
        with pytest.raises((RavineError, RuntimeError), match=message):
            build(params, **options).step()
        assert all(torch.equal(param, torch.ones_like(param)) for param in params)


def test_biases_of_a_stack_go_to_adamw_as_each_models_own() -> None:
    rates = torch.tensor([0.01, 0.05, 0.2], dtype=torch.float64)
    stack = parameters([(3, 4, 5), (3, 4)])
    alone = [[param.detach()[model].clone().requires_grad_() for param in stack] for model in range(3)]
    optimizer = Muon(stack, lr=rates)
    each = [Muon(params, lr=float(rate)) for params, rate in zip(alone, rates, strict=True)]
    assert [group["use_muon"] for group in optimizer.param_groups] == [True, False]
    for step in range(4):
        set_gradients(stack, step)
        for model, params in enumerate(alone):
            for param, of_all in zip(params, stack, strict=True):
                param.grad = of_all.grad[model].clone()  # type: ignore[index]
            each[model].step()
        optimizer.step()
    for model, params in enumerate(alone):
        assert_same(params, [param[model] for param in stack], 1e-12, 1e-13)
