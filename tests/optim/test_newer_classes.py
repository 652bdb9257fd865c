"""The classes of rules that PyTorch lacks, against the package pytorch-optimizer; options and checkpoints of their own.

That each is its rule in every form, clips and tells its options stands in test_forms.py and test_clipping.py.
"""

from collections.abc import Callable
from typing import Any

import pytest
import pytorch_optimizer
import torch
from training import assert_same, parameters, train

import ravine.optim

SHAPES = [(3, 4), (5,), ()]
DECAYED = {"weight_decay": 0.1, "weight_decouple": True}

# The class → our options, and the package's optimizer of the same arithmetic.
PEERS: dict[str, tuple[dict[str, Any], Callable[..., torch.optim.Optimizer]]] = {
    "Signum": (
        {"momentum": 0.8, "weight_decay": 0.1},
        lambda p, **o: pytorch_optimizer.SignSGD(p, momentum=0.8, **DECAYED, **o),
    ),
    "Yogi": ({"weight_decay": 0.1}, lambda p, **o: pytorch_optimizer.Yogi(p, **DECAYED, **o)),
    "AdaBelief": (
        {"weight_decay": 0.1, "eps": 1e-12},
        lambda p, **o: pytorch_optimizer.AdaBelief(p, rectify=False, eps=1e-12, **DECAYED, **o),
    ),
    "Adan": ({"weight_decay": 0.1}, lambda p, **o: pytorch_optimizer.Adan(p, **DECAYED, **o)),
    "AdEMAMix": (
        {"weight_decay": 0.1, "alpha": 5.0, "alpha_warmup": 20, "beta3_warmup": 20},
        lambda p, **o: pytorch_optimizer.AdEMAMix(p, t_alpha_beta3=20, **DECAYED, **o),
    ),
    # The package counts the step that only measures; the authors' code and optax do not.
    "ADOPT": ({}, lambda p, **o: pytorch_optimizer.ADOPT(p, clip_lambda=lambda step: (step - 1) ** 0.25, **o)),
    "ADOPT without a clip": ({"clip_exp": None}, lambda p, **o: pytorch_optimizer.ADOPT(p, clip_lambda=None, **o)),
}


@pytest.mark.parametrize("name", PEERS)
def test_the_step_is_the_packages(name: str) -> None:
    ours, peer = PEERS[name]
    found = train(getattr(ravine.optim, name.split()[0])(parameters(SHAPES), lr=0.01, **ours), 30)
    assert_same(found, train(peer(parameters(SHAPES), lr=0.01), 30), 1e-11, 1e-12)


def test_laprop_is_heavyballs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own update, uncompiled; an eps so small that a floor and a summand are one."""
    import heavyball.utils as peer

    monkeypatch.setattr(peer, "compile_mode", None)
    ours, theirs = parameters([(3, 4)]), parameters([(3, 4)])
    optimizer, (m, v) = ravine.optim.LaProp(ours, lr=0.01), (torch.zeros_like(theirs[0]) for _ in range(2))
    for step in range(1, 31):
        train(optimizer, 1, first=step)
        gradient = ours[0].grad.clone()
        peer.laprop_([m], [v], [gradient], 0.9, 0.999, step, 1e-15)
        theirs[0].data -= 0.01 * gradient
        torch.testing.assert_close(ours[0], theirs[0], rtol=1e-10, atol=1e-12)


NAMES = ["Signum", "Yogi", "AdaBelief", "LaProp", "Adan", "ADOPT", "AdEMAMix"]


@pytest.mark.parametrize("name", NAMES)
def test_resuming_goes_on_to_the_bit_and_by_name(name: str) -> None:
    build = getattr(ravine.optim, name)
    named = lambda params: [(f"layer{i}", p) for i, p in enumerate(params)]  # noqa: E731
    whole = build(named(parameters(SHAPES)), lr=0.01)
    expected = train(whole, 12)
    half = build(named(parameters(SHAPES)), lr=0.01)
    train(half, 5)
    stopped = [p for group in half.param_groups for p in group["params"]]
    resumed = build(named(stopped)[::-1], lr=0.5)  # in another order, and at a rate that the checkpoint replaces
    resumed.load_state_dict(half.state_dict())
    for step in range(5, 12):
        resumed.param_groups[0]["params"].reverse()  # noise is drawn in the order of the parameters
        train(resumed, 1, first=step)
        resumed.param_groups[0]["params"].reverse()
    assert_same([p.detach() for p in stopped], expected, 0, 0)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("Adan", {"betas": (0.9, 0.999)}, r"betas must be three numbers, and are \(0.9, 0.999\)"),
        ("AdEMAMix", {"betas": (0.9, 0.999, 1.0)}, "Invalid beta parameter at index 2: 1.0"),
        ("AdEMAMix", {"alpha": -1.0}, "Invalid alpha value: -1.0"),
        ("AdEMAMix", {"alpha_warmup": -1}, "Invalid alpha_warmup value: -1"),
        ("ADOPT", {"clip_exp": 0.0}, "Invalid clip_exp value: 0.0"),
        ("Yogi", {"initial_accumulator": -1e-6}, "Invalid initial_accumulator value: -1e-06"),
        ("Signum", {"momentum": -0.1}, "Invalid momentum value: -0.1"),
        ("LaProp", {"lr": -1.0}, "Invalid learning rate: -1.0"),
        ("AdaBelief", {"eps": -1.0}, "Invalid epsilon value: -1.0"),
    ],
)
def test_what_is_out_of_range_is_refused(name: str, options: dict[str, Any], message: str) -> None:
    build = getattr(ravine.optim, name)
    with pytest.raises(ValueError, match=message):
        build(parameters([(2,)]), **options)
    optimizer = build(parameters([(2,)]))
    with pytest.raises(ValueError, match=message):
        optimizer.add_param_group({"params": parameters([(3,)]), **options})
    assert len(optimizer.param_groups) == 1


def test_a_checkpoint_with_another_number_of_betas_is_refused() -> None:
    two = ravine.optim.LaProp(parameters([(2,)])).state_dict()
    adan = ravine.optim.Adan(parameters([(2,)]))
    with pytest.raises(ValueError, match="this state dict is not of Adan: its betas are two"):
        adan.load_state_dict(two)
    with pytest.raises(ValueError, match="this state dict is not of LaProp: its betas are three"):
        ravine.optim.LaProp(parameters([(2,)])).load_state_dict(adan.state_dict())
