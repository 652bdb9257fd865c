"""The claims of the lesson: Schedules."""

import numpy as np
import pytest

from ravine import descend
from ravine.lessons import lesson
from ravine.schedules import parse_schedule
from tests.lessons.claims.reading import states, text


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


@pytest.mark.parametrize("rate", [0.2, 0.1])
def test_the_variance_that_a_constant_rate_keeps(rate):
    path = descend("sgd", "bowl", steps=40_000, lr=rate, noise=1.0).points[1000:]
    assert path.var(axis=0) == pytest.approx(rate / (2 - rate), rel=0.1)


def test_half_the_rate_leaves_about_half_the_mean_square():
    assert pytest.approx(2, rel=0.1) == (0.2 / 1.8) / (0.1 / 1.9)


def test_adaptive_rules_take_steps_of_about_the_rate_near_the_minimum_without_noise():
    path = descend("rmsprop", "bowl", steps=600, lr=0.02, alpha=0.9).points
    assert np.abs(np.diff(path[-20:], axis=0)) == pytest.approx(0.02, rel=0.05)


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
