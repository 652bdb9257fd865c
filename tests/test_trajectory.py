"""A rule run on a landscape: shapes, divergence, noise, and every input that is refused."""

import numpy as np
import pytest

import ravine
from ravine.errors import RavineError
from ravine.trajectory import RATES, best_rate, descend


def test_the_example_of_the_readme():
    walked = descend("adam", "saddle", start=(-1.0, 1e-3), steps=200, lr=0.05)
    assert walked.points.shape == (201, 2)
    assert walked.values.shape == (201,)
    assert walked.points[0] == pytest.approx((-1.0, 1e-3))
    assert walked.values[-1] < -1  # it found the way down
    assert not walked.diverged
    assert walked.diverged_at is None
    assert walked.settings == {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def test_gradient_descent_on_the_bowl_is_the_textbook_formula():
    walked = descend("sgd", "bowl", start=(1.0, -2.0), steps=30, lr=0.1)
    expected = 0.9 ** np.arange(31)[:, None] * (1.0, -2.0)
    assert walked.points == pytest.approx(expected, rel=1e-13)
    assert walked.values == pytest.approx((expected**2).sum(axis=1) / 2, rel=1e-13)


@pytest.mark.parametrize("rule", ravine.rules)
def test_many_starts_are_the_same_as_one_by_one(rule):
    starts = np.array([[-1.5, 2.0], [0.5, 0.5], [1.9, -0.9]])
    together = descend(rule, "rosenbrock", starts, 40, lr=1e-3, noise=0.1, seed=3)
    assert together.points.shape == (3, 41, 2)
    assert together.values.shape == (3, 41)
    for i, start in enumerate(starts):
        alone = descend(rule, "rosenbrock", start, 40, lr=1e-3, noise=0.1, seed=3)
        assert np.array_equal(alone.points, together.points[i], equal_nan=True)
        assert np.array_equal(alone.values, together.values[i], equal_nan=True)


def test_the_lookahead_takes_its_gradient_ahead():
    # On f = x²/2 the gradient is the point: v ← μv + lr·(θ − μv), θ ← θ − v.
    walked = descend("nesterov_lookahead", "bowl", start=(1.0, 0.0), steps=2, lr=0.5, momentum=0.5)
    assert walked.points[:, 0] == pytest.approx([1.0, 0.5, 0.5 - (0.25 + 0.5 * (0.5 - 0.25))])


def test_divergence_ends_a_path_and_names_the_step():
    walked = descend("sgd", "rosenbrock", start=(-1.5, 2.0), steps=50, lr=1.0)
    assert walked.diverged
    first = walked.diverged_at
    assert np.isfinite(walked.values[:first]).all()
    assert np.isnan(walked.values[first:]).all()
    assert np.isnan(walked.points[first:]).all()


def test_one_path_that_diverges_leaves_the_others_alone():
    walked = descend("sgd", "x**4 + y**4", [(0.1, 0.1), (2.0, 2.0)], 30, lr=1.0)
    assert walked.diverged.tolist() == [False, True]
    assert walked.diverged_at[0] == 0
    assert np.isfinite(walked.points[0]).all()
    assert np.isnan(walked.points[1, walked.diverged_at[1] :]).all()


def test_noise_is_repeatable_and_the_same_for_every_rule():
    def noise(rule: str, seed: int) -> np.ndarray:
        # On a slope that is zero everywhere sgd's steps are the noise itself.
        walked = descend(rule, "0*x", start=(0.0, 0.0), steps=50, lr=0.01, noise=2.0, seed=seed)
        return np.diff(walked.points, axis=0) / -0.01

    first = noise("sgd", 1)
    assert (first == noise("sgd", 1)).all()
    assert (first != noise("sgd", 2)).all()
    velocity = np.zeros((51, 2))
    for t in range(50):
        velocity[t + 1] = 0.9 * velocity[t] + first[t]
    assert noise("momentum", 1) == pytest.approx(velocity[1:], abs=1e-11)
    assert first.std() == pytest.approx(2.0, rel=0.2)


def test_without_noise_the_seed_changes_nothing():
    one, two = (descend("adam", "beale", steps=20, seed=seed) for seed in (1, 2))
    assert (one.points == two.points).all()


def test_the_start_is_the_landscapes_own_unless_given():
    walked = descend("sgd", "himmelblau", steps=1)
    assert tuple(walked.points[0]) == ravine.landscapes["himmelblau"].start


def test_rules_and_landscapes_may_be_objects():
    steep = ravine.landscapes["ravine"].with_parameters(condition=100.0)
    walked = descend(ravine.rules["sgd"], steep, (1.0, 1.0), 1, lr=0.01)
    assert walked.points[1] == pytest.approx((0.99, 0.0))
    assert walked.landscape is steep


WRONG = {
    "rule": (("adm", "saddle"), {}, "unknown rule 'adm'; did you mean 'adam'"),
    "landscape": (("adam", "sadle"), {}, "unknown landscape 'sadle'; did you mean 'saddle'"),
    "decay": (("adam+l3", "saddle"), {}, "unknown form 'l3'; did you mean 'l2'"),
    "decay twice": (("adamw+l2", "saddle"), {}, "adamw has weight decay already"),
    "formula": (("adam", "x**2 +"), {}, "syntax error"),
    "import": (("adam", "__import__('os')"), {}, "unknown function '__import__'"),
    "hyperparameter": (("adam", "saddle"), {"beta3": 0.9}, "unknown hyperparameter of adam 'beta3'; did you mean"),
    "lr zero": (("adam", "saddle"), {"lr": 0.0}, "lr must be in (0, ∞), not 0"),
    "lr negative": (("adam", "saddle"), {"lr": -0.1}, "lr must be in (0, ∞), not -0.1"),
    "lr nan": (("adam", "saddle"), {"lr": float("nan")}, "lr must be in (0, ∞), not nan"),
    "lr infinite": (("adam", "saddle"), {"lr": float("inf")}, "lr must be in (0, ∞), not inf"),
    "lr text": (("adam", "saddle"), {"lr": "fast"}, "lr must be a number, not 'fast'"),
    "beta one": (("adam", "saddle"), {"beta1": 1.0}, "beta1 must be in [0, 1), not 1"),
    "beta negative": (("adam", "saddle"), {"beta2": -0.1}, "beta2 must be in [0, 1), not -0.1"),
    "eps": (("adam", "saddle"), {"eps": -1e-8}, "eps must be in [0, ∞), not -1e-08"),
    "steps zero": (("adam", "saddle", None, 0), {}, "steps must be a whole number of at least 1, not 0"),
    "steps negative": (("adam", "saddle", None, -5), {}, "steps must be a whole number"),
    "steps half": (("adam", "saddle", None, 1.5), {}, "steps must be a whole number"),
    "steps true": (("adam", "saddle", None, True), {}, "steps must be a whole number"),
    "start outside": (("adam", "saddle", (9.0, 0.0)), {}, "in [-1.5, 1.5] × [-1.5, 1.5], not at (9, 0)"),
    "start nan": (("adam", "saddle", (float("nan"), 0.0)), {}, "the start must be finite"),
    "start infinite": (("adam", "saddle", (0.0, float("inf"))), {}, "the start must be finite"),
    "one of many": (("adam", "saddle", [(0.0, 0.0), (0.0, 7.0)]), {}, "not at (0, 7)"),
    "start text": (("adam", "saddle", ("a", "b")), {}, "a start is two numbers"),
    "start of three": (("adam", "saddle", (0.0, 0.0, 0.0)), {}, "not of shape (3,)"),
    "no starts": (("adam", "saddle", np.zeros((0, 2))), {}, "not of shape (0, 2)"),
    "no value there": (("adam", "log(x)", (-1.0, 0.0)), {}, "formula must have a finite value at the start"),
    "noise negative": (("adam", "saddle"), {"noise": -1.0}, "noise must be a number of at least 0"),
    "noise nan": (("adam", "saddle"), {"noise": float("nan")}, "noise must be a number of at least 0"),
}


@pytest.mark.parametrize(("arguments", "options", "message"), WRONG.values(), ids=WRONG)
def test_bad_input_is_one_line_that_says_what_is_wanted(arguments, options, message):
    with pytest.raises(RavineError) as caught:
        descend(*arguments, **options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_best_rate_is_the_fastest_that_stays_tame():
    # On the floor of the ravine the curvature is 1: a rate of 1 would be there in one step, but 0.5 and more jump
    # over a fifth of the picture, so 0.2 is the fastest of the grid.
    assert best_rate("sgd", "ravine", (-4.0, 0.0), 100) == 0.2
    assert 0.2 in RATES


@pytest.mark.parametrize("rule", ["sgd", "momentum", "nesterov_lookahead", "adam", "lion"])
def test_the_best_rate_does_not_diverge(rule):
    landscape = ravine.landscapes["rosenbrock"]
    rate = best_rate(rule, landscape, landscape.start, 100)
    assert not descend(rule, landscape, steps=100, lr=rate).diverged


def test_where_every_rate_diverges_the_smallest_is_taken():
    assert best_rate("sgd", "-exp(x**8 + 9)", (1.9, 0.0), 50) == RATES[0]


def test_the_tip_of_a_cone_is_a_place_to_stay():
    run = ravine.descend("sgd", "sqrt(x**2 + y**2)", start=(1, 0), steps=5, lr=0.5)
    assert not run.diverged
    assert run.points[2:].tolist() == [[0.0, 0.0]] * 4


def test_a_formula_starts_where_it_has_a_value():
    x, _ = ravine.descend("sgd", "log(x)", steps=1).points[0]
    assert x > 0
