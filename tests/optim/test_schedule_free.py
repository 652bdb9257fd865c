"""Schedule-Free's classes against their authors' package, with its checkpoints, and in what all classes share."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import schedulefree
import torch
from training import assert_same, parameters, set_gradients, train

import ravine.optim

SHAPES = [(3, 4), (5,), ()]
Build = Callable[..., Any]
PEERS: dict[str, tuple[Build, Build, dict[str, Any]]] = {
    "sgd": (ravine.optim.ScheduleFreeSGD, schedulefree.SGDScheduleFree, {"momentum": 0.8}),
    "adamw": (ravine.optim.ScheduleFreeAdamW, schedulefree.AdamWScheduleFree, {"betas": (0.8, 0.95), "eps": 1e-6}),
}
MORE = {"lr": 0.05, "weight_decay": 0.1, "warmup_steps": 9, "r": 0.5, "weight_lr_power": 1.5}


def step_both(ours: Any, theirs: Any, step: int) -> None:
    ours_params, their_params = ours.param_groups[0]["params"], theirs.param_groups[0]["params"]
    set_gradients(ours_params, step)
    for param, twin in zip(ours_params, their_params, strict=True):
        twin.grad = param.grad.clone()  # which the package writes into
    ours.step()
    theirs.step()


@pytest.mark.parametrize("options", [{}, MORE], ids=["default", "all"])
@pytest.mark.parametrize("name", PEERS)
def test_training_and_evaluation_are_the_packages(name: str, options: dict[str, Any]) -> None:
    build, peer, own = PEERS[name]
    params, twins = parameters(SHAPES), parameters(SHAPES)
    ours, theirs = build(params, **own, **options), peer(twins, **own, **options)
    for step in range(200):
        ours.train()
        theirs.train()
        step_both(ours, theirs, step)
        assert_same(params, twins, 1e-10, 1e-11)
        if step % 20 == 19:
            ours.eval()
            theirs.eval()
            assert_same(params, twins, 1e-10, 1e-11)


@pytest.mark.parametrize("evaluated", [False, True])
@pytest.mark.parametrize("name", PEERS)
def test_the_packages_checkpoint_is_taken_up(name: str, evaluated: bool) -> None:
    build, peer, own = PEERS[name]
    twins = parameters(SHAPES)
    theirs = peer(twins, **own, **MORE)
    theirs.train()
    train(theirs, 6)
    if evaluated:
        theirs.eval()
    ours = build([torch.nn.Parameter(twin.detach().clone()) for twin in twins])
    ours.load_state_dict(copy.deepcopy(theirs.state_dict()))
    assert "k" not in ours.param_groups[0]
    ours.train()
    theirs.train()
    for step in range(6, 12):
        step_both(ours, theirs, step)
    assert_same(ours.param_groups[0]["params"], twins, 1e-11, 1e-12)


@pytest.mark.parametrize("name", PEERS)
def test_a_checkpoint_by_name_goes_on_to_the_bit(name: str) -> None:
    build, _, own = PEERS[name]
    named = lambda params: [(f"layer{i}", p) for i, p in enumerate(params)]  # noqa: E731
    whole, half = (build(named(parameters(SHAPES)), **own, **MORE) for _ in range(2))
    for optimizer in (whole, half):
        train(optimizer, 5)
    stopped = half.param_groups[0]["params"]
    resumed = build(named([torch.nn.Parameter(p.detach().clone()) for p in stopped])[::-1])
    resumed.load_state_dict(half.state_dict())
    resumed.param_groups[0]["params"].reverse()  # noise is drawn in the order of the parameters
    assert_same(train(resumed, 4, first=5), train(whole, 4, first=5), 0, 0)


@pytest.mark.parametrize("name", PEERS)
def test_each_model_of_a_stack_is_its_own(name: str) -> None:
    build, _, _ = PEERS[name]
    stacked = parameters([(3, 4)])[0]
    solos = [torch.nn.Parameter(row.clone()) for row in stacked.detach()]
    rates, warmups = [0.01, 0.05, 0.2], [0.0, 3.0, 50.0]
    tensors = {"lr": torch.tensor(rates, dtype=torch.float64), "warmup_steps": torch.tensor(warmups)}
    optimizers = [build([stacked], **tensors)]
    optimizers += [build([p], lr=lr, warmup_steps=w) for p, lr, w in zip(solos, rates, warmups, strict=True)]
    for optimizer in optimizers:
        optimizer.train()
    for step in range(8):
        set_gradients([stacked], step)
        for slot, solo in enumerate(solos):
            solo.grad = stacked.grad[slot].clone()
        for optimizer in optimizers:
            optimizer.step()
    for optimizer in optimizers:
        optimizer.eval()
    assert_same(list(stacked.detach()), [solo.detach() for solo in solos], 1e-12, 1e-13)


@pytest.mark.parametrize("name", PEERS)
def test_clipping_is_torchs(name: str) -> None:
    build, _, _ = PEERS[name]
    ours, twins = parameters(SHAPES), parameters(SHAPES)
    clipped, plain = build(ours, max_grad_norm=1.0), build(twins)
    for optimizer in (clipped, plain):
        optimizer.train()
    for step in range(5):
        set_gradients(ours, step)
        for param, twin in zip(ours, twins, strict=True):
            twin.grad = param.grad.clone()
        torch.nn.utils.clip_grad_norm_(twins, 1.0)
        clipped.step()
        plain.step()
    assert_same(ours, twins, 1e-12, 1e-13)


def test_a_long_sum_of_weights_keeps_its_digits_beside_float32_parameters() -> None:
    """In 32 bits a sum of equal weights goes wrong by percents within a million steps."""
    param = torch.nn.Parameter(torch.zeros(1))
    optimizer = ravine.optim.ScheduleFreeSGD([param], lr=1e-3)
    train(optimizer, 1)
    assert {optimizer.state[param][name].dtype for name in ("step", "weight_sum", "lr_max")} == {torch.float64}
    assert optimizer.state[param]["z"].dtype == torch.float32


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("sgd", {"momentum": 0.0}, "momentum must be between 0 and 1, exclusive: 0.0"),
        ("sgd", {"momentum": 1.0}, "momentum must be between 0 and 1, exclusive: 1.0"),
        ("adamw", {"betas": (0.0, 0.9)}, "Invalid beta1=0.0: the parameters would say nothing of theta"),
        ("adamw", {"betas": (0.9, 1.0)}, "Invalid beta parameter at index 1: 1.0"),
        ("sgd", {"warmup_steps": -1}, "Invalid warmup_steps value: -1"),
        ("sgd", {"r": -1.0}, "Invalid r value: -1.0"),
        ("adamw", {"weight_lr_power": -1.0}, "Invalid weight_lr_power value: -1.0"),
        ("adamw", {"lr": -1.0}, "Invalid learning rate: -1.0"),
    ],
)
def test_what_is_out_of_range_is_refused(name: str, options: dict[str, Any], message: str) -> None:
    build, _, _ = PEERS[name]
    with pytest.raises(ValueError, match=message):
        build(parameters([(2,)]), **options)
    optimizer = build(parameters([(2,)]))
    with pytest.raises(ValueError, match=message):
        optimizer.add_param_group({"params": parameters([(3,)]), **options})
    assert len(optimizer.param_groups) == 1


def test_what_counts_on_weights_that_train_where_they_are_evaluated_refuses() -> None:
    """Averages of the point that trains are none of the rule's, and another optimizer would go on from there."""
    params = parameters([(3,)])
    for build in (ravine.optim.ScheduleFreeAdamW, ravine.optim.from_rule("nesterov_lookahead")):
        for around in (ravine.optim.EMA, ravine.optim.Lookahead):
            with pytest.raises(TypeError, match=r"keeps weights as they train, and .* is evaluated elsewhere"):
                around(build(params))
    with pytest.raises(TypeError, match="keeps weights as they train, and SGDScheduleFree"):
        ravine.optim.EMA(schedulefree.SGDScheduleFree(params))
    saved = ravine.optim.ScheduleFreeAdamW(params).state_dict()
    with pytest.raises(ValueError, match="this state dict is not of AdamW: its optimizer is evaluated elsewhere"):
        ravine.optim.AdamW(params).load_state_dict(saved)
