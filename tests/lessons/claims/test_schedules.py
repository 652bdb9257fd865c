"""The claims of the lesson: Schedules."""

import itertools

import numpy as np
import pytest

from ravine import descend
from ravine.lessons import lesson
from ravine.rules import rules
from ravine.schedules import parse_schedule
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.reading import states, text


@claims(
    "At the constant rate 0.2 the path wanders around the minimum for ever; along a cosine it comes to rest.",
)
def test_a_cosine_comes_to_rest_where_a_constant_rate_wanders():
    [state] = states("schedules")
    assert state.texts["schedule"] == "cosine"
    rate, noise, steps = state.settings["sgd"]["lr"], state.noise, state.steps
    late = {
        schedule: np.linalg.norm(
            [
                descend("sgd", "bowl", steps=steps, lr=rate, noise=noise, seed=seed, schedule=schedule).points[-5:]
                for seed in range(20)
            ],
            axis=2,
        ).mean()
        for schedule in ("constant", "cosine")
    }
    assert late["cosine"] < 0.5 * late["constant"]


@claims(
    r"On a bowl of curvature 1 with noise of variance $\sigma^2$ in each gradient, a constant rate keeps the variance $\eta\sigma^2/(2-\eta)$ around the minimum, however long you train.",
)
@pytest.mark.parametrize("rate", [0.2, 0.1])
def test_the_variance_that_a_constant_rate_keeps(rate):
    path = descend("sgd", "bowl", steps=40_000, lr=rate, noise=1.0).points[1000:]
    assert path.var(axis=0) == pytest.approx(rate / (2 - rate), rel=0.1)


@claims(
    "Halve the rate and the mean square of what is left about halves.",
    r"By the ratio of $\eta/(2-\eta)$: {key}, a little more than the rates’ own ratio.",
    "The noise of one step goes with the square of the rate, but a smaller rate also adds up more steps before they are forgotten.",
)
def test_half_the_rate_leaves_about_half_the_mean_square():
    assert pytest.approx(2, rel=0.1) == (0.2 / 1.8) / (0.1 / 1.9)


def test_adaptive_rules_take_steps_of_about_the_rate_near_the_minimum_without_noise():
    path = descend("rmsprop", "bowl", steps=600, lr=0.02, alpha=0.9).points
    assert np.abs(np.diff(path[-20:], axis=0)) == pytest.approx(0.02, rel=0.05)


@claims(
    "| schedule | the rate is multiplied by | good to know |",
    "A cosine has to know its length: stop it halfway and the rate is still half of what it was.",
)
def test_the_curves_of_the_table():
    steps = 1000
    cosine, root, step = (parse_schedule(name) for name in ("cosine", "inverse_sqrt", "step"))
    t = np.arange(steps)
    np.testing.assert_allclose(cosine.factors(steps), (1 + np.cos(np.pi * t / steps)) / 2)
    np.testing.assert_allclose(root.factors(steps), 1 / np.sqrt(t + 1))
    assert step(300, steps) == 1
    assert step(301, steps) == pytest.approx(0.1)
    assert step(601, steps) == pytest.approx(0.01)
    assert cosine(501, steps) == pytest.approx(0.5)  # stopped halfway
    assert "the rate is still half of what it was" in text("schedules")


@claims(
    'In Ravine the same is `schedule="cosine warmup=5%"`.',
    "Mixed up, the rate falls to 0 in the first epoch, or hardly falls at all.",
)
def test_the_code_is_ravines_schedule():
    torch = pytest.importorskip("torch")
    code = lesson("schedules").source.read().partition("```python\n")[2].partition("# after")[0]
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    names = {"torch": torch, "optimizer": optimizer}
    exec(code, names)
    rates = []
    for _ in range(names["steps"]):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        names["schedule"].step()
    wanted = parse_schedule("cosine warmup=5%").factors(names["steps"])
    np.testing.assert_allclose(rates, wanted, atol=1e-9)


@claims(
    "It would stay close, but after 300 steps a fifth of the way is still left.",
)
def test_a_small_rate_is_still_on_its_way_where_the_large_one_has_long_arrived():
    left = np.mean(
        [descend("sgd", "bowl", (1.0, 1.0), 300, lr=0.005, noise=1.0, seed=seed).points[-1] for seed in range(200)]
    )
    assert left == pytest.approx(0.2, abs=0.04)  # (1 - 0.005)^300 is a fifth


@claims(
    r"$(1 + \cos \pi/2)/2$ is a half: {key}.",
    "A quarter is left only after two thirds of the way.",
    "That is the rate of the first step.",
    "The cosine falls all the way.",
)
def test_the_cosine_on_its_way():
    cosine = parse_schedule("cosine").factors(3000)
    assert cosine[1500] == pytest.approx(0.5)
    assert cosine[2000] == pytest.approx(0.25)
    assert cosine[0] == 1
    assert np.all(np.diff(cosine) < 0)
    step = parse_schedule("step").factors(1000)
    assert [step[i] for i in (0, 299, 300, 600, 900)] == pytest.approx([1, 1, 0.1, 0.01, 0.001])
    warm = parse_schedule("cosine warmup=5%").factors(1000)
    assert np.all(np.diff(warm[:50]) > 0)
    assert warm[0] < 0.03


@claims(
    "The first steps are the least trustworthy: weights are random, Adam's $v$ rests on a handful of gradients, and each step is as long as the rate all the same.",
    "Their size cancels: gradients 1000 times as large make the same steps.",
    "The correction makes even the first step full, when the average of squares is one gradient’s square.",
)
def test_adams_first_steps_are_as_long_as_the_later_ones():
    stream = gradients("noisy", 60)
    first = np.abs(feed(rules["adam"], stream, lr=1.0)["step"][0])
    assert first == pytest.approx(1, rel=1e-4)  # and its v is the square of one gradient
    one, thousand = (feed(rules["adam"], scale * stream, lr=1.0)["step"] for scale in (1, 1000))
    np.testing.assert_allclose(one, thousand, rtol=1e-3, atol=1e-8)


@claims(
    "It costs little, and allows a larger rate after it.",
)
def test_a_warm_up_costs_little_and_allows_a_larger_rate():
    """Of Adam on the digits: at a rate that throws it off it learns with a warm-up, at a usual one nothing is lost."""
    losses = {
        (rate, schedule): digits_loss(rate, schedule)
        for rate in (0.01, 0.1)
        for schedule in ("cosine", "cosine warmup=5%")
    }
    assert losses[0.01, "cosine warmup=5%"] < 1.2 * losses[0.01, "cosine"] + 0.01
    assert losses[0.1, "cosine warmup=5%"] < 0.3 < 2 < losses[0.1, "cosine"]


def digits_loss(rate, schedule, steps=300):
    torch = pytest.importorskip("torch")
    from sklearn.datasets import load_digits

    inputs, targets = (torch.tensor(each) for each in load_digits(return_X_y=True))
    torch.manual_seed(0)
    sizes = (64, 64, 64, 64)
    layers = [part for n, m in itertools.pairwise(sizes) for part in (torch.nn.Linear(n, m), torch.nn.ReLU())]
    net = torch.nn.Sequential(*layers, torch.nn.Linear(64, 10))
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    random, factors = np.random.default_rng(0), parse_schedule(schedule).factors(steps)
    for factor in factors:
        batch = random.integers(0, len(inputs), 64)
        optimizer.param_groups[0]["lr"] = rate * factor
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(inputs[batch].float() / 16), targets[batch]).backward()
        optimizer.step()
    return torch.nn.functional.cross_entropy(net(inputs.float() / 16), targets).item()


excused(
    "instruction",
    "So the rate rises over the first few percent of the run.",
    "Two runs compared halfway compare their schedules, not their optimizers.",
)
