"""Schedules are those of torch's own schedulers, and act in a race as in training."""

import pytest

import ravine
from ravine.rules import rule
from ravine.schedules import parse_schedule, schedules

STEPS, RISE = 40, 8


@rule(title="A tenth of the gradient", source="Nobody 2000")
def rateless(g):
    return 0.1 * g


def rising(theirs, optimizer, then, rise=RISE):
    first = theirs.LinearLR(optimizer, start_factor=1 / rise, total_iters=rise - 1)
    return theirs.SequentialLR(optimizer, [first, then], milestones=[rise])


# Vaswani et al. 2017, equation 3, over its highest value.
def vaswani(k):
    return min((k + 1) ** -0.5, (k + 1) * RISE**-1.5) * RISE**0.5


ORACLES = {
    "constant": lambda all_, o: all_.ConstantLR(o, factor=1),
    f"constant warmup={RISE}": lambda all_, o: rising(all_, o, all_.ConstantLR(o, factor=1)),
    "step factor=0.3 every=7": lambda all_, o: all_.StepLR(o, 7, 0.3),
    "step factor=0.5 every=25%": lambda all_, o: all_.StepLR(o, STEPS // 4, 0.5),
    f"step factor=0.5 every=3 warmup={RISE}": lambda all_, o: rising(all_, o, all_.StepLR(o, 3, 0.5)),
    "cosine": lambda all_, o: all_.CosineAnnealingLR(o, STEPS),
    f"cosine warmup={RISE}": lambda all_, o: rising(all_, o, all_.CosineAnnealingLR(o, STEPS - RISE)),
    "cosine warmup=20%": lambda all_, o: rising(all_, o, all_.CosineAnnealingLR(o, STEPS - RISE)),
    "inverse_sqrt": lambda all_, o: all_.LambdaLR(o, lambda k: (k + 1) ** -0.5),
    f"inverse_sqrt warmup={RISE}": lambda all_, o: all_.LambdaLR(o, vaswani),
}
# Names that stand for a text with numbers.
NAMED = {
    "step": lambda all_, o: all_.StepLR(o, 12, 0.1),
    "warmup": lambda all_, o: rising(all_, o, all_.ConstantLR(o, factor=1), rise=4),
}


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


@pytest.mark.filterwarnings("ignore::UserWarning")  # of torch's, about the order of its own calls
@pytest.mark.parametrize("text", ORACLES | NAMED)
def test_factors_are_those_of_torch(text):
    expected = of_torch((ORACLES | NAMED)[text])
    schedule = parse_schedule(text)
    assert schedule.factors(STEPS) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert [schedule(t, STEPS) for t in range(1, STEPS + 1)] == pytest.approx(schedule.factors(STEPS), rel=1e-15)


def test_every_named_schedule_has_an_oracle():
    assert set(schedules) <= set(ORACLES | NAMED)


@pytest.mark.parametrize("text", ORACLES)
def test_text_is_read_back(text):
    assert str(parse_schedule(text)) == text
    assert parse_schedule(str(parse_schedule(f"  {text} "))) == parse_schedule(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("step", "step factor=0.1 every=30%"),
        ("step warmup=1 every=050", "step factor=0.1 every=50 warmup=1"),
        ("warmup", "constant warmup=10%"),
        ("cosine warmup=0", "cosine"),
        ("cosine warmup=5.0%", "cosine warmup=5%"),
    ],
)
def test_what_means_the_same_has_one_text(text, canonical):
    assert str(parse_schedule(text)) == canonical
    assert parse_schedule(text) == parse_schedule(canonical)


@pytest.mark.parametrize(("share", "rise"), [("2%", 1), ("4%", 1), ("10%", 2), ("0%", 0)])
def test_a_share_is_a_whole_number_of_steps_and_one_at_least(share, rise):
    assert list(parse_schedule(f"cosine warmup={share}").factors(20)) == list(
        parse_schedule(f"cosine warmup={rise}").factors(20)
    )


def test_a_warm_up_longer_than_the_run_only_rises():
    factors = list(parse_schedule("cosine warmup=100").factors(10))
    assert factors == sorted(factors)
    assert factors[-1] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("cos", "did you mean 'cosine'"),
        ("", "choose from: constant, cosine"),
        ("step factor=0 every=10", "factor must be"),
        ("step factor=2 every=10", "factor must be"),
        ("step factor=a", "factor must be"),
        ("step factor=0.1 every=0", "every is a count of steps"),
        ("step factor=0.1 every=0%", "every is a count of steps"),
        ("step factor=0.1 every=1.5", "every is a count of steps"),
        ("step every=", "every is a count of steps"),
        ("cosine warmup=-1", "warmup is a count of steps"),
        ("cosine warmup=100%", "warmup is a count of steps"),
        (f"cosine warmup=1{'0' * 400}", "warmup is a count of steps"),
        ("cosine warmup", "'warmup' is not understood"),
        ("cosine warmup=1 warmup=2", "'warmup=2' is not understood"),
        ("cosine every=3", "cosine takes warmup=100"),
    ],
)
def test_what_is_no_schedule_is_refused(text, says):
    with pytest.raises(ravine.RavineError) as caught:
        parse_schedule(text)
    assert says in str(caught.value)


@pytest.mark.parametrize("text", ["cosine", "step factor=0.5 every=3 warmup=20%"])
def test_a_schedule_multiplies_the_rate_of_each_step(text):
    # On a slope of 1 the steps of sgd are the rate itself.
    walked = ravine.descend("sgd", "x", start=(0.0, 0.0), steps=10, lr=0.1, schedule=text)
    assert -(walked.points[1:, 0] - walked.points[:-1, 0]) == pytest.approx(0.1 * parse_schedule(text).factors(10))


def test_what_a_race_cannot_do_is_refused():
    with pytest.raises(ravine.RavineError, match=r"unknown schedule 'cosin'; did you mean 'cosine'\?"):
        ravine.descend("sgd", "bowl", schedule="cosin")
    with pytest.raises(ravine.RavineError, match="schedule must be text"):
        ravine.descend("sgd", "bowl", schedule=None)
    with pytest.raises(ravine.RavineError, match="no lr for a schedule to multiply"):
        ravine.descend(rateless, "bowl", schedule="cosine")
