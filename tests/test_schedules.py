"""Schedules against PyTorch's."""

import pytest

import ravine
from ravine.errors import RavineError
from ravine.schedules import schedules

STEPS = 40


def of_torch(make):
    """The factors that a scheduler of PyTorch gives each step of a run."""
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = make(torch.optim.lr_scheduler, optimizer)
    factors = []
    for _ in range(STEPS):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return factors


THEIRS = {
    "constant": lambda all_, optimizer: all_.ConstantLR(optimizer, factor=1.0),
    "step": lambda all_, optimizer: all_.MultiStepLR(optimizer, [STEPS // 2, 3 * STEPS // 4], gamma=0.1),
    "cosine": lambda all_, optimizer: all_.CosineAnnealingLR(optimizer, T_max=STEPS),
    "inverse_sqrt": lambda all_, optimizer: all_.LambdaLR(optimizer, lambda k: (k + 1) ** -0.5),
    "warmup": lambda all_, optimizer: all_.LinearLR(optimizer, 10 / STEPS, 1.0, total_iters=STEPS // 10 - 1),
}


@pytest.mark.parametrize("name", schedules)
def test_factors_are_pytorchs(name):
    ours = [schedules[name](t, STEPS) for t in range(1, STEPS + 1)]
    assert ours == pytest.approx(of_torch(THEIRS[name]), rel=1e-12)


def test_a_schedule_multiplies_the_rate_of_each_step():
    # On a slope of 1 the steps of sgd are the rate itself.
    walked = ravine.descend("sgd", "x", start=(0.0, 0.0), steps=10, lr=0.1, schedule="cosine")
    factors = [schedules["cosine"](t, 10) for t in range(1, 11)]
    assert -(walked.points[1:, 0] - walked.points[:-1, 0]) == pytest.approx([0.1 * factor for factor in factors])


def test_an_unknown_schedule_is_refused():
    with pytest.raises(RavineError, match=r"unknown schedule 'cosin'; did you mean 'cosine'\?"):
        ravine.descend("sgd", "bowl", schedule="cosin")
