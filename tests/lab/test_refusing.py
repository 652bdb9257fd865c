"""An optimizer that refuses a network's parameters is said to, in its own words, before anything is trained."""

import re

import pytest
import torch
from torch import nn

import ravine.optim
from ravine.errors import RavineError
from ravine.lab import compare

X = torch.randn(80, 6, generator=torch.Generator().manual_seed(0))
Y = (X[:, 0] > 0).long()
ASKED = {"lrs": [0.05], "tuning_seeds": 1, "seeds": 2, "steps": 2, "workers": 1, "stack": 1}


@pytest.fixture(autouse=True)
def quickly_calibrated(monkeypatch):
    monkeypatch.setattr("ravine.lab.engine.calibration.SHARE", 0.01)


def network():
    return nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 2))


def compared(*optimizers, **more):
    pairs = {"train": (X[:40], Y[:40]), "validation": (X[40:60], Y[40:60]), "test": (X[60:], Y[60:])}
    return compare(
        **{"model": network, "loss": nn.functional.cross_entropy, **pairs, **more}, optimizers=optimizers, **ASKED
    )


class Choosy(torch.optim.SGD):
    """Takes a small network, and no other."""

    def __init__(self, params, lr=0.1):
        params = list(params)
        if len(params) > 1:
            raise NotImplementedError(f"{len(params)} tensors are too many\nfor me")
        super().__init__(params, lr)


class Silent(torch.optim.SGD):
    def __init__(self, params, lr=0.1):
        super().__init__(params, lr)
        if len(self.param_groups[0]["params"]) > 1:
            raise AssertionError


MUON = (
    "torch.optim.Muon refuses the network's parameters: ValueError: Muon only supports 2D parameters .* "
    "It takes matrices alone, .* compare the class ravine.optim.Muon, which gives those to AdamW"
)


@pytest.mark.parametrize(
    ("optimizer", "words"),
    [
        ("torch.optim.Muon", MUON),
        (torch.optim.Muon, MUON),
        (Choosy, "Choosy refuses the network's parameters: NotImplementedError: 4 tensors are too many$"),
        (Silent, "Silent refuses the network's parameters: AssertionError: no message$"),
    ],
)
def test_it_is_the_optimizers_words(optimizer, words):
    with pytest.raises(RavineError, match=words) as caught:
        compared("sgd", optimizer)
    assert "\n" not in str(caught.value)
    assert not re.search("making its network|failed", str(caught.value))


def test_what_the_line_says_to_do_can_be_done():
    comparison = compared(ravine.optim.Muon)
    assert not any(run.failed for run in comparison.runs_of(comparison.summaries[0].name))
    comparison = compared(
        "torch.optim.Muon",
        model=lambda: nn.Sequential(nn.Linear(6, 4, bias=False), nn.ReLU(), nn.Linear(4, 2, bias=False)),
    )
    assert comparison.summaries[0].name == "torch.optim.Muon"
