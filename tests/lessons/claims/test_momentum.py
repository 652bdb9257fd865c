"""The claims of the lesson: Momentum."""

import math

import numpy as np
import pytest

from ravine import descend
from ravine.landscapes import landscapes
from ravine.lessons.mistakes import mistakes
from ravine.lessons.quiz_file import quizzes
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.reading import curvatures, runs, states, text


@claims(
    r"With a constant gradient the velocity grows to $g/(1-\mu)$: at the usual $\mu = 0.9$, ten times the step of plain descent.",
    r"The velocity sums $1 + \mu + \mu^2 + \dots = 1/(1-\mu)$ gradients: {key}.",
    "1 is the answer for the averaged form, whose weights sum to 1.",
    "PyTorch adds each gradient in full.",
    "These are the first two terms.",
    "The older ones count as well: the sum goes on.",
)
def test_a_constant_gradient_makes_ten_times_the_step():
    assert feed(rules["momentum"], np.ones(400))["v"][-1] == pytest.approx(10)
    assert "ten times the step of plain descent" in text("momentum")


@claims(
    "So one step takes what all mini-batches of your classifier ask for tenfold, and the noise in which they differ only 2.3 times.",
)
def test_what_agrees_grows_tenfold_and_noise_2_3_times():
    random = np.random.default_rng(0)
    agreed, noise = (
        feed(rules["momentum"], stream)["v"][200:] for stream in (np.ones(300), random.normal(size=40_000))
    )
    assert agreed == pytest.approx(10, rel=1e-6)
    assert noise.std() == pytest.approx(2.3, abs=0.05)


@claims(
    "**critically damped**, equal: the fastest without a swing.",
    r"Here along the ravine $\eta\lambda = 0.02$, so $\mu \approx 0.74$;",
    r"**under-damped**, above: it overshoots, swings back, and settles the later the larger $\mu$ is.",
)
def test_the_three_kinds_of_motion_and_their_border():
    state = states("momentum")[0]
    rate = state.settings["momentum"]["lr"]
    critical = (1 - math.sqrt(rate * 1)) ** 2
    assert f"≈{critical:.2f}" in text("momentum").replace(" ", "")

    def along(mu):
        return runs(state, momentum__momentum=mu)["momentum"].points[:, 0]

    assert along(critical - 0.01).max() <= 1e-9  # no overshoot
    assert along(critical + 0.02).max() > 0
    assert along(0.9).max() > 1
    settled = {mu: np.abs(along(mu))[80] for mu in (0.0, 0.5, critical, 0.9, 0.95)}
    assert min(settled, key=settled.get) == critical  # the fastest without a swing, and here of all
    assert settled[0.95] > settled[0.9]


@claims(
    r"But momentum also widens the [limit of the rate](01-gradient-descent.md#rate), to $2(1+\mu)/\lambda_{\max}$.",
)
def test_momentum_widens_the_limit():
    limit = 2 * (1 + 0.5) / 20
    inside, outside = (
        descend("momentum", "ravine", steps=400, lr=limit * share, momentum=0.5) for share in (0.99, 1.01)
    )
    assert abs(inside.points[-1, 1]) < 1e-2 < 1 < abs(outside.points[-1, 1])


@claims(
    "two hyperparameters that must be tuned together",
    r"Rate and $\mu$ must be tuned together (Polyak's best pair here: $\eta = 0.134$, $\mu = 0.40$):",
)
def test_polyaks_best_pair():
    low, high = curvatures(landscapes["ravine"])
    rate = (2 / (math.sqrt(low) + math.sqrt(high))) ** 2
    mu = ((math.sqrt(high) - math.sqrt(low)) / (math.sqrt(high) + math.sqrt(low))) ** 2
    assert f"η={rate:.3f}, μ={mu:.2f}" in text("momentum").replace(" = ", "=")
    best = descend("momentum", "ravine", steps=100, lr=rate, momentum=mu).values[-1]
    for lr, momentum in ((0.9 * rate, mu), (1.1 * rate, mu), (rate, mu - 0.1), (rate, mu + 0.1), (0.02, 0.9)):
        assert best < descend("momentum", "ravine", steps=100, lr=lr, momentum=momentum).values[-1]


@claims(
    r"Never both: a review that writes $\eta$ twice squares it.",
    r"The rate is applied twice, once in each line, so every step is $\eta$ times the right one: {key} times too short.",
    r"$\eta^2$ stands where $\eta$ should.",
)
def test_a_rate_that_is_written_twice_is_squared():
    stream = gradients("noisy", 40)
    twice = feed(rules["momentum"], 0.1 * stream, lr=0.1)["position"]  # inside the velocity, and outside
    np.testing.assert_allclose(twice, feed(rules["momentum"], stream, lr=0.1**2)["position"])


@claims(
    "One name, three rules",
    "Here, as in PyTorch, the rate stands outside the velocity.",
    r"The *averaged* form, $v \leftarrow \beta v + (1-\beta)g$, takes steps $1/(1-\beta)$ times smaller at the same rate.",
)
def test_where_the_rate_stands_makes_no_difference_until_it_changes():
    stream = gradients("noisy", 40)
    outside, inside = (feed(rules[name], stream, lr=0.1, momentum=0.9) for name in ("momentum", "momentum_lr_inside"))
    np.testing.assert_allclose(outside["position"], inside["position"])
    averaged = feed(rules["momentum_averaged"], stream, lr=0.1, beta=0.9)
    np.testing.assert_allclose(averaged["step"] * 10, outside["step"])


@claims(
    "The step remembers where it was going: faster along the ravine, and prone to overshoot.",
    r"**over-damped**, $\mu < (1-\sqrt{\eta\lambda})^2$: it creeps, the faster the larger $\mu$ is: to a hundredth of the distance along this ravine in 228 steps without momentum, in 109 at 0.5 and in 56 at 0.7;",
)
def test_below_the_border_more_momentum_is_faster():
    def steps(mu):
        along = np.abs(descend("momentum", "ravine", (-4.0, 0.0), 400, lr=0.02, momentum=mu).points[:, 0])
        return int(np.flatnonzero(along > 0.01 * along[0])[-1]) + 1

    taken = [steps(mu) for mu in (0.0, 0.5, 0.7)]
    assert "in {} steps without momentum, in {} at 0.5 and in {} at 0.7".format(*taken) in text("momentum")


@claims(
    "The factor depends on whether gradients agree: up to ten for steady ones, about a half for alternating ones.",
    r"At $\mu = 0.9$ steady gradients make steps up to 10 times as long, alternating ones about half as long.",
)
def test_steady_gradients_add_up_and_alternating_ones_cancel():
    steady, alternating = (feed(rules["momentum"], stream)["v"] for stream in (np.ones(200), np.tile([1.0, -1.0], 100)))
    assert abs(alternating[-1]) < 0.6 < 9 < steady[-1]


@claims(
    r"Across the ravine the curvature is 20 times larger and the same $\mu$ swings: no setting suits both directions.",
)
def test_no_momentum_suits_both_directions():
    along, across = ((1 - math.sqrt(0.02 * curvature)) ** 2 for curvature in curvatures(landscapes["ravine"]))
    assert along == pytest.approx(0.737, abs=1e-3)
    assert across < 0.2 * along
    path = descend("momentum", "ravine", (0.0, 1.0), 60, lr=0.02, momentum=along).points[:, 1]
    assert path.min() < -0.1  # what is critical along swings across


@claims(
    "And the step is **subtracted**; slides that add it climb.",
)
def test_added_instead_of_subtracted_it_climbs():
    wrong = mistakes["momentum_added"]
    assert feed(wrong, np.ones(20), lr=0.1)["position"][-1] > 0 > feed(rules["momentum"], np.ones(20))["position"][-1]


@claims(
    "Momentum divides by nothing: a loss multiplied by 1000 makes its steps 1000 times as long.",
)
def test_momentum_divides_by_nothing():
    stream = gradients("noisy", 40)
    one, thousand = (feed(rules["momentum"], scale * stream)["step"] for scale in (1, 1000))
    np.testing.assert_allclose(thousand, 1000 * one)


@claims(
    "A jumps from wall to wall in every step, and never runs past the minimum: plain descent at a rate near its limit.",
    "C glides down without a swing: it scales each direction by itself (Adagrad, lesson 4).",
)
def test_whose_path_is_whose():
    [question] = [each for each in quizzes()["momentum"] if each.id == "whose-path"]
    state = question.picture
    paths = {rule.name: runs(state)[rule.name].points for rule in state.rules}
    walls, glides = paths["sgd"], paths["adagrad"]
    assert np.all(walls[1:20, 1] * walls[:19, 1] < 0)  # from wall to wall, in every step
    assert walls[:, 0].max() <= 0  # and never past the minimum
    assert np.all(glides[:, 1] * glides[0, 1] >= 0)  # without a swing
    assert np.any(paths["momentum"][:, 1] * paths["momentum"][0, 1] < 0)


def test_near_the_limit_a_moderate_momentum_damps_the_zigzag_and_a_large_one_does_not():
    across = {
        mu: np.abs(descend("momentum", "ravine", (0.0, 1.0), 60, lr=0.095, momentum=mu).points[-10:, 1]).max()
        for mu in (0.0, 0.5, 0.95)
    }
    assert across[0.5] < 0.1 * across[0.0] < across[0.95]


excused(
    "definition",
    "velocity: the gradients so far, older ones fading",
    "Each point is a run: the rate across, μ upwards, and how low it is after 100 steps.",
)

excused(
    "instruction",
    r"Move momentum's $\mu$ from 0 to 0.95 and watch three kinds of motion.",
)

excused(
    "road sign",
    "More in [Dialects](10-dialects.md).",
)
