"""The claims of the landscapes: what each of them teaches."""

import numpy as np
import pytest

from ravine import descend
from ravine.landscapes import landscapes
from ravine.lessons.review import main_rules
from tests.lessons.claims.ledger import claims
from tests.lessons.claims.reading import curvatures


def nearest(name, point):
    minima = np.array(landscapes[name].minima)
    return int(np.linalg.norm(minima - point, axis=1).argmin())


@claims(
    "flat in the middle and steep at the corners: one rate for all is too large here and too small there",
)
def test_beale_is_flat_in_the_middle_and_steep_at_the_corners():
    land = landscapes["beale"]
    corner = np.linalg.norm(land.gradient(land.domain.x[1], land.domain.y[1]))
    assert corner > 1000 * np.linalg.norm(land.gradient(0.0, 0.0))


RATES = {
    **{"sgd": 0.1, "momentum": 0.05, "nesterov": 0.05, "adagrad": 0.5, "rmsprop": 0.02, "adadelta": 1.0},
    "lars": 1.0,  # of a thousandth of the weights' norm: its trust coefficient
}


@claims(
    "every rule finds its way here; what differs is the road: adaptive rules take the diagonal",
)
def test_every_rule_finds_its_way_on_the_bowl_and_adaptive_ones_take_the_diagonal():
    for rule in main_rules():
        rate = RATES.get(rule.name, 0.02)
        run = descend(rule.name, "bowl", (1.0, 0.4), 3000, lr=rate)
        assert np.linalg.norm(run.points[-1]) < 0.1, rule.name
    first = {
        name: np.diff(descend(name, "bowl", (1.0, 0.4), 1, lr=0.01).points, axis=0)[0]
        for name in ("sgd", "adam", "rmsprop")
    }
    assert first["adam"][0] == pytest.approx(first["adam"][1], rel=1e-4)
    assert first["rmsprop"][0] == pytest.approx(first["rmsprop"][1], rel=1e-4)
    assert first["sgd"][0] == pytest.approx(first["sgd"][1] / 0.4)


@claims(
    "almost no slope, then far too much: plain descent sleeps on the plateau and is thrown by the cliff",
)
def test_the_cliff_has_almost_no_slope_and_then_far_too_much():
    land = landscapes["cliff"]
    xs = np.linspace(*land.domain.x, 400)
    slopes = np.array([np.linalg.norm(land.gradient(x, 0.0)) for x in xs])
    assert slopes.max() > 50 * slopes.min()


@claims(
    "four minima of equal depth: where you end depends on the start and the rule, and none is wrong",
)
def test_himmelblaus_minima_are_of_equal_depth_and_the_end_depends_on_start_and_rule():
    land = landscapes["himmelblau"]
    assert len(land.minima) == 4
    assert [land(*each) for each in land.minima] == pytest.approx([0] * 4, abs=1e-12)
    starts = {
        nearest("himmelblau", descend("sgd", land, start, 400, lr=0.005).points[-1])
        for start in ((3, 3), (-3, 3), (-3, -3))
    }
    assert len(starts) > 1
    ends = {
        nearest("himmelblau", descend(name, land, (0.2, -4.0), 300, lr=rate).points[-1])
        for name, rate in (("sgd", 0.002), ("adam", 0.12))
    }
    assert len(ends) > 1


@claims(
    "the curvature vanishes at the saddle as well as the slope: plain descent all but stops there",
)
def test_at_the_monkey_saddle_the_curvature_vanishes_too():
    land = landscapes["monkey_saddle"]
    np.testing.assert_allclose(curvatures(land), 0, atol=1e-6)
    np.testing.assert_allclose(land.gradient(0.0, 0.0), 0)
    near = descend("sgd", land, (0.01, 0.01), 100, lr=0.01).points
    assert np.linalg.norm(near[-1] - near[0]) < 1e-3


@claims(
    "a minimum at every corner of a grid: without noise or momentum a rule stays in the first it meets",
)
def test_on_rastrigin_a_rule_stays_in_the_first_minimum():
    for start in ((2.1, 1.9), (-1.1, 0.9)):
        end = descend("sgd", "rastrigin", start, 400, lr=0.001).points[-1]
        np.testing.assert_allclose(end, np.round(start), atol=0.1)


@claims(
    "a rate above 2/condition diverges across, so plain descent crawls along; momentum is the cure",
)
def test_the_ravines_limit_and_cure():
    def end(rule, rate, **more):
        return descend(rule, "ravine", (-4.0, 1.0), 60, lr=rate, **more).values[-1]

    assert end("sgd", 2.02 / 20) > end("sgd", 1.98 / 20)
    assert np.abs(descend("sgd", "ravine", (0.0, 1.0), 300, lr=2.02 / 20).points[-1, 1]) > 1
    best = min(end("sgd", rate) for rate in np.linspace(0.01, 0.099, 30))
    assert end("momentum", 0.134, momentum=0.4) < 1e-6 * best


@claims(
    "a curved ravine: the valley is found in a few steps, and its floor takes thousands",
)
def test_rosenbrocks_floor_takes_thousands_of_steps():
    values = descend("sgd", "rosenbrock", steps=3000, lr=0.001).values
    assert np.argmax(values < 0.2 * values[0]) < 100
    assert values[1000] > 1e-3
    assert values[-1] < values[1000]


@claims(
    "six minima in three heights: a small change of rate or start changes which one you get",
    "one good minimum between two poor ones: momentum can carry a rule over the hump, or past the goal",
)
def test_the_camels_minima():
    six = landscapes["six_hump_camel"]
    assert len(six.minima) == 6
    assert len({round(float(six(*each)), 6) for each in six.minima}) == 3
    ends = {
        nearest("six_hump_camel", descend("sgd", six, (x, 0.1), 300, lr=rate).points[-1])
        for x in (-1.6, 0.5, 1.6)
        for rate in (0.01, 0.05)
    }
    assert len(ends) > 2
    three = landscapes["three_hump_camel"]
    values = sorted(float(three(*each)) for each in three.minima)
    assert len(values) == 3
    assert values[0] < 0.1 * values[1]
    ends = {
        name: nearest("three_hump_camel", descend(name, three, (2.0, 1.5), 600, lr=0.01).points[-1])
        for name in ("sgd", "momentum")
    }
    assert three(*three.minima[ends["momentum"]]) < three(*three.minima[ends["sgd"]])  # over the hump
    past = descend("momentum", three, (0.6, 0.0), 600, lr=0.01).points[:, 0]
    assert past.min() < -0.1  # and past the goal


@claims(
    "each coordinate falls into one of two wells by itself; only one of the four corners is the best",
)
def test_styblinski_tangs_coordinates_are_apart():
    land = landscapes["styblinski_tang"]
    assert land(1.3, -2.0) - land(0.0, -2.0) == pytest.approx(land(1.3, 0.7) - land(0.0, 0.7))
    values = sorted(float(land(*each)) for each in land.minima)
    assert len(values) == 4
    assert values[0] < values[1] - 1


@claims(
    "one deep well and three shallow ones: the nearest minimum is seldom the best",
)
def test_the_nearest_of_the_wells_is_seldom_the_best():
    land = landscapes["wells"]
    values = [float(land(*each)) for each in land.minima]
    assert len(values) == 4
    best = int(np.argmin(values))
    random = np.random.default_rng(0)
    starts = np.column_stack([random.uniform(*land.domain.x, 2000), random.uniform(*land.domain.y, 2000)])
    assert np.mean([nearest("wells", start) == best for start in starts]) < 0.35
