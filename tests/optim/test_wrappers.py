"""EMA against PyTorch's AveragedModel, Lookahead against optax's, and what their state dicts hold."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from training import assert_same, parameters, set_gradients, train

import ravine.optim
from ravine.optim import EMA, Lookahead

SHAPES = [(4, 5), (), (33,)]
INSIDE: dict[str, Callable[[Any], torch.optim.Optimizer]] = {
    "ours": lambda params: ravine.optim.Adam(params, lr=0.05),
    "plain": lambda params: ravine.optim.SGD(params, lr=0.1),
    "torch's": lambda params: torch.optim.Adam(params, lr=0.05),
}
AROUND: list[Callable[[torch.optim.Optimizer], Any]] = [
    lambda inside: EMA(inside, 0.9),
    lambda inside: Lookahead(inside, k=3),
]


@pytest.mark.parametrize("inside", INSIDE)
def test_averages_are_pytorchs(inside: str) -> None:
    model = torch.nn.ParameterList(parameters(SHAPES, torch.float32))
    peer = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    ema = EMA(INSIDE[inside](model.parameters()), 0.9)
    for step in range(12):
        set_gradients(model, step)
        if step < 4:
            model[2].grad = None  # it moves later than the others
        ema.step()
        peer.update_parameters(model)
        own = [param.detach().clone() for param in model]
        with ema.averaged():
            assert_same(list(model), list(peer.parameters()), 1e-6, 1e-7)
        assert all(torch.equal(param, before) for param, before in zip(model, own, strict=True))


@pytest.mark.usefixtures("float64_in_jax")
@pytest.mark.parametrize(("k", "alpha"), [(1, 0.5), (3, 0.8), (5, 0.5)])
def test_lookahead_is_optaxs(k: int, alpha: float) -> None:
    import jax.numpy as jnp
    import optax

    params = parameters(SHAPES)
    peer = optax.lookahead(optax.sgd(0.1, 0.9), k, alpha)
    values = optax.LookaheadParams.init_synced([jnp.asarray(param.detach().numpy()) for param in params])
    state = peer.init(values)
    ours = Lookahead(ravine.optim.SGD(params, lr=0.1, momentum=0.9), k, alpha)
    for step in range(12):
        set_gradients(params, step)
        updates, state = peer.update([jnp.asarray(param.grad.numpy()) for param in params], state, values)
        values = optax.apply_updates(values, updates)
        ours.step()
        for param, fast in zip(params, values.fast, strict=True):
            np.testing.assert_allclose(param.detach().numpy(), np.asarray(fast), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("around", AROUND, ids=["EMA", "Lookahead"])
@pytest.mark.parametrize("inside", INSIDE)
def test_a_state_dict_holds_all_and_the_one_inside_takes_it(inside: str, around: Any) -> None:
    whole = around(INSIDE[inside](parameters(SHAPES)))
    train(whole, 4)
    resumed = around(INSIDE[inside](copy.deepcopy(whole.param_groups[0]["params"])))
    saved = copy.deepcopy(whole.state_dict())
    resumed.load_state_dict(saved)
    assert resumed.steps == whole.steps == 4
    expected = train(whole, 5, first=4)
    assert_same(train(resumed, 5, first=4), expected, 0, 0)
    assert_same(list(resumed.kept.values()), list(whole.kept.values()), 0, 0)
    bare = INSIDE[inside](copy.deepcopy(whole.param_groups[0]["params"]))
    bare.load_state_dict(saved)
    train(bare, 2, first=4)
    anew = around(INSIDE[inside](copy.deepcopy(whole.param_groups[0]["params"])))
    anew.load_state_dict(whole.optimizer.state_dict())
    assert anew.steps == 0
    assert not anew.kept
    train(anew, 2)


@pytest.mark.parametrize("around", AROUND, ids=["EMA", "Lookahead"])
def test_it_is_an_optimizer(around: Any) -> None:
    """Schedulers, hooks, groups, closures, copies, pickles, and a scaler that leaves a step out."""
    params = parameters(SHAPES, torch.float32)
    optimizer = around(ravine.optim.SGD(params, lr=0.1, momentum=0.9))
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    seen: list[Any] = []
    optimizer.register_step_post_hook(lambda *_: seen.append(optimizer.param_groups[0]["lr"]))
    for step in range(2):
        set_gradients(params, step)
        assert optimizer.step(lambda: 7.0) == 7.0
        scheduler.step()
    assert seen == [0.1, 0.05]
    optimizer.add_param_group({"params": parameters([(3,)], torch.float32), "lr": 1.0})
    twins = [copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))]
    expected = train(optimizer, 4, first=2)
    for twin in twins:
        assert_same(train(twin, 4, first=2), expected, 0, 0)
    optimizer.zero_grad()
    assert params[0].grad is None
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0)
    set_gradients(params, 9)
    params[0].grad[0, 0] = torch.inf * scaler.scale(torch.ones(()))
    before = optimizer.steps
    scaler.step(optimizer)
    assert optimizer.steps == before


def test_averages_come_and_go_whatever_happens() -> None:
    params = parameters(SHAPES)
    ema = EMA(ravine.optim.SGD(params, lr=0.1), 0.9)
    train(ema, 3)
    own = [param.detach().clone() for param in params]
    with pytest.raises(RuntimeError, match=r"step outside of averaged\(\)"), ema.averaged():
        ema.step()
    assert not torch.equal(ema.kept[params[0]], own[0])
    assert_same(params, own, 0, 0)
    assert ema.steps == 3


@pytest.mark.parametrize("around", AROUND, ids=["EMA", "Lookahead"])
def test_sixteen_bits_are_kept_in_float32(around: Any) -> None:
    optimizer = around(ravine.optim.SGD(parameters(SHAPES, torch.bfloat16), lr=0.1))
    train(optimizer, 4)
    assert {kept.dtype for kept in optimizer.kept.values()} == {torch.float32}
    resumed = around(ravine.optim.SGD(parameters(SHAPES, torch.bfloat16), lr=0.1))
    resumed.load_state_dict(optimizer.state_dict())
    assert_same(list(resumed.kept.values()), list(optimizer.kept.values()), 0, 0)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda inside: EMA(inside, 1.5), "decay must be from 0 to 1, not 1.5"),
        (lambda inside: Lookahead(inside, k=0), "k must be a whole number of steps, 1 or more, not 0"),
        (lambda inside: Lookahead(inside, alpha=-1), "alpha must be from 0 to 1, not -1"),
    ],
)
def test_settings_out_of_range_are_refused(build: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build(ravine.optim.SGD(parameters(SHAPES)))
    with pytest.raises(TypeError, match="EMA goes around an optimizer, not list"):
        EMA(parameters(SHAPES))  # type: ignore[arg-type]
