"""The claims of the lesson: Gradient descent."""

import math

import numpy as np
import pytest

from ravine import descend
from ravine.dialect_tables import FORMS
from ravine.landscapes import landscapes
from ravine.lessons.checks import checks
from ravine.lessons.review import main_rules
from ravine.rules import rules
from ravine.studio.streams import feed
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.reading import curvatures, runs, states, text


@claims(
    r"Too large a rate explodes, and the border is sharp: along a direction of curvature $\lambda$ (how fast the slope changes), each step multiplies the distance to the minimum by $1 - \eta\lambda$.",
    r"Beyond $\eta = 2/\lambda_{\max}$ that factor is below −1, and every step lands further away.",
    "This ravine has curvatures 1 and 20: the limit is 0.1.",
    "At 0.1 it swings without end; a little more and it is gone.",
    r"Along that direction each step multiplies the distance by $1 - \eta\lambda$.",
    r"Beyond $\eta = 2/\lambda$ = {key} the factor is below −1.",
    "It may be twice as large before the path diverges.",
    "Upside down: the steeper the bowl, the smaller the rate has to be.",
)
def test_the_limit_of_the_rate_is_two_over_the_largest_curvature():
    low, high = curvatures(landscapes["ravine"])
    assert f"curvatures {low:.0f} and {high:.0f}: the limit is {2 / high:.1f}" in text("gradient-descent")
    [state] = states("gradient-descent")
    at = {rate: np.abs(runs(state, sgd__lr=rate)["sgd"].points[:, 1]) for rate in (0.04, 0.099, 0.1, 0.101)}
    assert at[0.04][-1] < 1e-6
    assert at[0.099][-1] < at[0.099][0]
    np.testing.assert_allclose(at[0.1], 1)  # swings without end
    assert np.all(np.diff(at[0.101]) > 0)
    # Each step multiplies the distance by 1 - rate * curvature.
    np.testing.assert_allclose(at[0.101][1:], at[0.101][:-1] * abs(1 - 0.101 * high), rtol=1e-6)


@claims(
    "**Mini-batches**, often of 32 or 64, lie between: the noise shrinks with the root of the batch, while the cost of a step grows with the batch.",
)
def test_the_noise_of_a_batch_shrinks_with_its_root():
    examples = np.random.default_rng(0).standard_normal((20_000, 64))
    assert "the noise shrinks with the root of the batch" in text("gradient-descent")
    assert examples.mean(axis=1).std() == pytest.approx(1 / math.sqrt(64), rel=0.02)


@claims(
    "This is the oldest way.",
)
def test_gradient_descent_is_the_oldest_rule_of_the_course():
    assert main_rules()[0].name == "sgd"
    assert rules["sgd"].year < rules["momentum"].year


@claims(
    "Take **AdamW** with a rate of 0.001 and a weight decay of 0.01, PyTorch's defaults.",
)
def test_the_advice_for_those_in_a_hurry_is_pytorchs_defaults():
    defaults = dict(FORMS["torch"]["adamw"].settings.values())
    said = f"a rate of {defaults['lr']} and a weight decay of {defaults['weight_decay']}"
    assert said in text("gradient-descent")


@claims(
    "The steep direction sets the limit, the flat one the time it takes: with the ratio of the two (the *condition number*) grows the number of steps.",
)
def test_the_number_of_steps_grows_with_the_condition():
    def steps_to_a_thousandth(condition):
        ravine = landscapes["ravine"].with_parameters(condition=condition)
        run = descend("sgd", ravine, (-1.0, 0.0), 4000, lr=1 / condition)  # half of the limit
        return int((np.abs(run.points[:, 0]) > 1e-3).sum())

    few, more, many = (steps_to_a_thousandth(condition) for condition in (5, 20, 80))
    assert more == pytest.approx(4 * few, rel=0.15)
    assert many == pytest.approx(4 * more, rel=0.15)


@claims(
    "Where mini-batches disagree at the minimum the path never settles: it hovers around it, closer for a smaller rate.",
)
def test_the_path_hovers_only_where_batches_disagree_at_the_minimum():
    # With gradients that are noisy at the minimum it stays away; with noise that vanishes there it arrives.
    assert checks()["hovers"]("closer for the smaller rate")
    random, theta = np.random.default_rng(0), 1.0
    inputs = random.standard_normal(64)  # the targets are fitted exactly by θ = 0
    for _ in range(2000):
        theta -= 0.2 * np.mean(inputs[random.integers(0, 64, 4)] ** 2) * theta
    assert abs(theta) < 1e-12


@claims(
    r"$1/\lambda$ is the best rate along that direction, one step to the bottom.",
    r"Across, each step multiplies the distance by $1 - 0.104 \cdot 20 = -1.08$: the side changes and the distance grows.",
    "That happens between half the limit and the limit, from 0.05 to 0.1.",
    "Only below half the limit, 0.05, does a step stop short of the floor.",
)
def test_between_half_the_limit_and_the_limit_it_swings_and_below_it_stops_short():
    high = curvatures(landscapes["ravine"])[1]
    at = {rate: 1 - rate * high for rate in (0.005, 0.04, 0.05, 0.07, 0.104)}
    across = {rate: descend("sgd", "ravine", (0.0, 1.0), 1, lr=rate).points[-1, 1] for rate in at}
    np.testing.assert_allclose(list(across.values()), list(at.values()), atol=1e-12)
    assert across[1 / high] == pytest.approx(0, abs=1e-12)  # 1/λ: one step to the bottom, half the limit
    assert 0 < across[0.04] < 1
    assert -1 < across[0.07] < 0
    assert across[0.104] == pytest.approx(-1.08)


@claims(
    "Gradient descent in a ravine 20 times steeper across than along: quick across, slow along.",
    "Lower the rate to 0.005: it crawls.",
)
def test_at_a_small_rate_it_crawls():
    [state] = states("gradient-descent")
    crawling, usual = (abs(runs(state, sgd__lr=rate)["sgd"].points[-1, 0]) for rate in (0.005, 0.04))
    assert crawling > 1 > 0.01 > usual
    shown = np.abs(runs(state)["sgd"].points)
    assert shown[30, 1] < 1e-6 < 1 < shown[30, 0]  # quick across, slow along


@claims(
    "forgets every gradient it has seen",
    "Gradient descent [forgets every gradient](01-gradient-descent.md#rate) it has seen.",
    "The rule cannot know: it is **first order**, sees the slope and is blind to the curvature.",
)
def test_descent_sees_the_slope_and_nothing_else():
    assert set(rules["sgd"].equation.state) == set()
    steps = feed(rules["sgd"], [3.0, 3.0, -1.0], lr=0.1)["step"]
    np.testing.assert_allclose(steps, [0.3, 0.3, -0.1])


@claims(
    "The gradient is an *average*, so a bigger batch makes a truer step, not a longer one.",
    "It does cost less, but each batch has its own gradient: they agree only on average.",
    "The mean over all batches is the full gradient; a single batch strays from it, the less the larger it is.",
    "Far from the minimum a batch of 64 nearly always knows the way down.",
)
def test_batches_agree_on_average_and_stray_the_less_the_larger_they_are():
    examples = np.random.default_rng(0).normal(0.5, 1.0, (2000, 2))  # far from the minimum: all lean one way
    drawn = {size: np.random.default_rng(1).permutation(examples)[: 2000 // size * size] for size in (4, 64, 500)}
    means = {size: rows.reshape(-1, size, 2).mean(axis=1) for size, rows in drawn.items()}
    whole = examples.mean(axis=0)
    np.testing.assert_allclose(means[500].mean(axis=0), whole)
    strays = {size: np.linalg.norm(each - whole, axis=1).mean() for size, each in means.items()}
    assert strays[500] < strays[64] < strays[4]
    lengths = [np.linalg.norm(each, axis=1).mean() for each in means.values()]
    assert lengths[0] >= lengths[1] >= lengths[2]  # truer, not longer
    assert np.mean(means[64] @ whole > 0) > 0.99  # a batch of 64 knows the way down


@claims(
    "Each step carries noise in proportion to the rate, so a smaller rate stays closer.",
)
def test_a_smaller_rate_hovers_closer():
    far = [descend("sgd", "bowl", steps=4000, lr=rate, noise=1.0).points[500:].std() for rate in (0.2, 0.05)]
    assert far[1] < 0.6 * far[0]


excused(
    "definition",
    "Every optimizer in your framework's list does one thing: it turns gradients into steps.",
    "The formula never changes; what changes is the data behind $g$.",
)

excused(
    "instruction",
    "Let the rate rise for the first twentieth of the steps and then fall along a cosine.",
    "(Try 5 as gradient noise, in *Settings of the race*.)",
    "If the loss does not go down from the start, try a smaller rate first.",
)

excused(
    "road sign",
    "The [loop to copy](11-which-one.md#answer) is in the last lesson of this part; why it is so, in those before it.",
)
