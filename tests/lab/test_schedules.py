"""Schedules are those of torch's own schedulers."""

import pytest
import torch
from torch.optim import lr_scheduler as theirs

import ravine
from ravine.lab.schedules import parse_schedule

STEPS, RISE = 40, 8


def rising(optimizer, then):
    rise = theirs.LinearLR(optimizer, start_factor=1 / RISE, total_iters=RISE - 1)
    return theirs.SequentialLR(optimizer, [rise, then], milestones=[RISE])


# Vaswani et al. 2017, equation 3, over its highest value.
def vaswani(step):
    return min((step + 1) ** -0.5, (step + 1) * RISE**-1.5) * RISE**0.5


ORACLES = {
    "constant": lambda o: theirs.ConstantLR(o, factor=1),
    f"constant warmup={RISE}": lambda o: rising(o, theirs.ConstantLR(o, factor=1)),
    "step factor=0.3 every=7": lambda o: theirs.StepLR(o, 7, 0.3),
    "step factor=0.5 every=25%": lambda o: theirs.StepLR(o, STEPS // 4, 0.5),
    "cosine": lambda o: theirs.CosineAnnealingLR(o, STEPS),
    f"cosine warmup={RISE}": lambda o: rising(o, theirs.CosineAnnealingLR(o, STEPS - RISE)),
    "cosine warmup=20%": lambda o: rising(o, theirs.CosineAnnealingLR(o, STEPS - RISE)),
    "inverse_sqrt": lambda o: theirs.LambdaLR(o, lambda step: (step + 1) ** -0.5),
    f"inverse_sqrt warmup={RISE}": lambda o: theirs.LambdaLR(o, vaswani),
}


@pytest.mark.filterwarnings("ignore::UserWarning")  # of torch's, about the order of its own calls
@pytest.mark.parametrize("text", ORACLES)
def test_factors_are_those_of_torch(text):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = ORACLES[text](optimizer)
    expected = []
    for _ in range(STEPS):
        expected.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    schedule = parse_schedule(text)
    assert [schedule.factor(t, STEPS) for t in range(1, STEPS + 1)] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("text", ORACLES)
def test_text_is_read_back(text):
    assert str(parse_schedule(text)) == text
    assert parse_schedule(str(parse_schedule(f"  {text} "))) == parse_schedule(text)


def test_a_warm_up_longer_than_the_run_only_rises():
    factors = [parse_schedule("cosine warmup=100").factor(t, 10) for t in range(1, 11)]
    assert factors == sorted(factors)
    assert factors[-1] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("cos", "did you mean 'cosine'"),
        ("", "choose from: constant, cosine"),
        ("step factor=0.1", "lacks every"),
        ("step factor=0 every=10", "factor must be"),
        ("step factor=2 every=10", "factor must be"),
        ("step factor=0.1 every=0", "every is a count of steps"),
        ("step factor=0.1 every=0%", "every is a count of steps"),
        ("step factor=0.1 every=1.5", "every is a count of steps"),
        ("cosine warmup=-1", "warmup is a count of steps"),
        ("cosine warmup=100%", "warmup is a count of steps"),
        ("cosine warmup", "'warmup' is not understood"),
        ("cosine warmup=1 warmup=2", "'warmup=2' is not understood"),
        ("cosine every=3", "cosine takes warmup=100"),
    ],
)
def test_what_is_no_schedule_is_refused(text, says):
    with pytest.raises(ravine.RavineError) as caught:
        parse_schedule(text)
    assert says in str(caught.value)
