"""A race is fair, and says what it did."""

import numpy as np
import pytest

import ravine
from ravine.film import race
from ravine.film.picture import draw
from ravine.film.race import MOST
from ravine.trajectory import RATES

ALL = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam"]


def test_every_rule_runs_as_it_would_alone():
    run = race("beale", ALL, steps=50, noise=0.3, seed=4)
    for lane in run.lanes:
        alone = lane.trajectory
        again = ravine.descend(alone.rule, "beale", run.start, 50, noise=0.3, seed=4, **alone.settings)
        np.testing.assert_array_equal(alone.points, again.points)


def test_a_rate_that_is_set_is_kept_and_one_that_is_not_comes_from_the_grid():
    run = race("ravine", ["sgd", "adam"], settings={"adam": {"lr": 0.123, "beta1": 0.8}})
    sgd, adam = run.lanes
    assert sgd.chosen
    assert sgd.trajectory.settings["lr"] in RATES
    assert not adam.chosen
    assert (adam.trajectory.settings["lr"], adam.trajectory.settings["beta1"]) == (0.123, 0.8)
    assert adam.settings == "lr 0.123, beta1 0.8, beta2 0.999, eps 1e-08"
    assert sgd.settings.endswith("*")


@pytest.mark.parametrize("name", ravine.landscapes)
def test_a_picked_rate_neither_climbs_above_the_start_nor_diverges(name):
    for lane in race(name, ALL, steps=200).lanes:
        values = lane.trajectory.values
        inside = np.isfinite(values)
        assert inside.all()
        assert values.max() == values[0]


def test_divergence_and_leaving_are_told():
    run = race("ravine", ["sgd"], settings={"sgd": {"lr": 0.5}}, steps=2000)
    assert run.lanes[0].outcome == f"diverged at step {run.lanes[0].trajectory.diverged_at}"
    left = race("saddle", ["sgd"], steps=60).lanes[0]
    height, _, step = left.outcome.partition(", outside since step ")
    assert float(height) == pytest.approx(left.trajectory.values[-1], rel=1e-2)
    step = int(step)
    domain = ravine.landscapes["saddle"].domain
    assert domain.holds(left.trajectory.points[step - 1])
    assert not domain.holds(left.trajectory.points[step:]).any()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"rules": []}, "1 to 12 rules"),
        ({"rules": list(ravine.rules)[: MOST + 1]}, "1 to 12 rules"),
        ({"rules": ["adam", "adam"]}, "each rule races once"),
        ({"rules": ["adamm"]}, "did you mean 'adam'"),
        ({"rules": ["adam"], "settings": {"sgd": {"lr": 1.0}}}, "unknown rule in this race 'sgd'"),
        ({"rules": ["adam"], "settings": {"adam": {"beta3": 1.0}}}, "unknown hyperparameter of adam 'beta3'"),
        ({"rules": ["adam"], "settings": {"adam": {"lr": 0.0}}}, "lr must be in (0, ∞)"),
        ({"rules": ["adam"], "start": (99.0, 0.0)}, "must be in"),
        ({"rules": ["adam"], "steps": 0}, "steps must be"),
    ],
)
def test_bad_input_is_refused_in_one_line(arguments, says):
    with pytest.raises(ravine.RavineError) as caught:
        race("rosenbrock", **arguments)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("rule", ["adam", "schedule_free_adamw", "ademamix+cautious", "adan"])
def test_every_setting_stands_in_the_picture(rule):
    """However many there are, they end where the picture does."""
    picture = draw(race("ravine", [rule], steps=3))
    (line,) = (text for text in picture.figure.texts if text.get_text() == picture.runners[0].lane.settings)
    box = line.get_window_extent()
    assert 0 < box.x0 < box.x1 <= picture.figure.bbox.width
