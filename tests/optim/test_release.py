"""Gradient release steps as a training loop does, and keeps no gradients."""

from typing import Any

import pytest
import torch
from torch import nn

import ravine.optim


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 2)).double()


def loss(net: nn.Module, step: int) -> torch.Tensor:
    data = torch.randn(5, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(step))
    value: torch.Tensor = net(data).square().mean()
    return value


@pytest.mark.parametrize("build", [ravine.optim.AdamW, ravine.optim.SGD, torch.optim.AdamW])
def test_backward_is_the_whole_step(build: Any) -> None:
    usual, released = network(), network()
    optimizer = build(ravine.optim.groups(usual, weight_decay=0.1), lr=0.01)
    handle = ravine.optim.release_gradients(ravine.optim.groups(released, weight_decay=0.1), build, lr=0.01)
    for step in range(6):
        optimizer.zero_grad()
        loss(usual, step).backward()
        optimizer.step()
        loss(released, step).backward()
        assert all(parameter.grad is None for parameter in released.parameters())
        if step == 2:  # saved and taken up again
            saved = handle.state_dict()
            handle.remove()
            handle = ravine.optim.release_gradients(ravine.optim.groups(released, weight_decay=0.1), build, lr=0.01)
            handle.load_state_dict(saved)
    for ours, theirs in zip(released.parameters(), usual.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-14)
    handle.remove()
    loss(released, 0).backward()
    assert all(parameter.grad is not None for parameter in released.parameters())


def test_no_two_gradients_are_there_at_once() -> None:
    net = network()
    handle = ravine.optim.release_gradients(net.parameters(), ravine.optim.Adam)
    seen: list[int] = []
    for parameter in net.parameters():
        parameter.register_hook(lambda _: seen.append(sum(p.grad is not None for p in net.parameters())))
    loss(net, 0).backward()
    assert len(seen) == 6
    assert max(seen) <= 1
    assert len(handle.optimizers) == 6


def test_what_needs_all_gradients_is_refused() -> None:
    with pytest.raises(ValueError, match="max_grad_norm needs all gradients at once"):
        ravine.optim.release_gradients(network().parameters(), ravine.optim.Adam, max_grad_norm=1.0)
    handle = ravine.optim.release_gradients(network().parameters(), ravine.optim.Adam)
    with pytest.raises(ValueError, match="saved were 2 parameters, and here are 6"):
        handle.load_state_dict(handle.state_dict()[:2])
