"""However long a training is, what is kept of it is bounded, and looking takes a small share of its time."""

import pickle
from itertools import pairwise

import pytest

from ravine.monitor.history import FULL, MASKED, History
from ravine.monitor.interval import FREE, LONGEST, SHARE, Interval
from ravine.monitor.look import LayerLook, Look
from ravine.monitor.series import Series
from tests.monitor.loop import perceptron, train

MONTH = 26_000_000  # steps of a tenth of a second


def looks_of(interval, steps, cost, apart):
    """The steps that are looked at, where a look takes `cost` seconds and a step `apart`."""
    looks, step = [], 1
    while step <= steps:
        looks.append(step)
        interval.looked(step, cost * len(looks), apart * step)
        step = interval.next
    return looks


def test_it_looks_often_at_first_then_ever_less():
    looks = looks_of(Interval(), 100_000, 0, 1e-3)
    distances = [b - a for a, b in pairwise(looks)]
    assert looks[:16] == list(range(1, 17))
    assert distances == sorted(distances)
    assert max(distances) == LONGEST


@pytest.mark.parametrize("cost", [1e-3, 0.1, 10])
@pytest.mark.parametrize("apart", [1e-4, 0.1])
def test_looking_takes_a_small_share_of_the_time(cost, apart):
    """Once it has cost a second; a look that costs more than all others together may be one more."""
    steps = min(MONTH, round(200 * cost / (SHARE * apart)))
    spent = cost * len(looks_of(Interval(), steps, cost, apart))
    assert spent <= FREE + 1.1 * SHARE * apart * steps + 2 * cost


def test_every_step_that_was_asked_for():
    assert looks_of(Interval(7), 50, 100, 1e-6) == [1, 8, 15, 22, 29, 36, 43, 50]


def test_a_month_of_looks_is_kept_as_few():
    history = History()
    for number in range(20_000):
        history.add(Look(100 * number, {f"layer {n}": LayerLook() for n in range(2)}))
    assert len(history.looks) <= FULL
    assert history.count == 20_000
    assert history.looks[0].step == 0
    assert history.looks[-1].step == 1_999_900
    distances = [b.step - a.step for a, b in pairwise(history.looks)]
    assert distances == sorted(distances, reverse=True)
    assert max(distances) <= 8 * 2_000_000 / FULL  # no part of the course is lost


def test_curves_keep_their_first_value_and_their_mean():
    curve = Series(full=64)
    for step in range(1, 100_001):
        curve.add(step, float(step))
    assert len(curve) <= 64
    assert (curve.first, curve.steps[0]) == (1, 1)
    assert curve.steps == sorted(curve.steps)
    assert curve.values == pytest.approx(curve.steps)  # means of neighbours, in both


def test_masks_are_kept_for_a_window_alone():
    monitor = train(perceptron(16), steps=400, every=0)
    held = [any(layer.off is not None for layer in look.layers.values()) for look in monitor._hooks.history.looks]
    assert sum(held) <= MASKED + 1
    assert len(pickle.dumps(monitor._hooks.history)) < 1 << 20
