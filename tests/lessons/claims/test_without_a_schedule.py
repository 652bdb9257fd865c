"""The claims of the lesson: Without a schedule."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from ravine import descend
from ravine.lessons import lesson
from ravine.lessons.checks.averages import _left, _left_after, nearest_when_stopped
from ravine.rules import rules
from ravine.studio.streams import feed
from tests.lessons.claims.ledger import claims, excused, sourced
from tests.lessons.claims.reading import runs, states
from tests.lessons.claims.test_adadelta import shown_cell

ENTRANTS = {
    "constant rate": ("sgd", "constant"),
    "cosine": ("sgd", "cosine"),
    "Schedule-Free": ("schedule_free_sgd", "constant"),
}


def noisy(rule, lr, runs_=8, **more):
    """How far from the minimum the last 50 points of noisy runs lie, in the mean."""
    found = [descend(rule, "bowl", steps=200, lr=lr, noise=1.0, seed=seed, **more) for seed in range(runs_)]
    return float(np.mean([(run.points[-50:] ** 2).mean() for run in found]))


@claims(
    "| stopped after | 100 | 200 | 300 | 400 |",
    "The mean square of the distance that is left in that bowl, in each direction, in runs planned for 400 steps at a rate of 0.2 (the start is at 2):",
    "From step 15 to step 318 Schedule-Free is ahead; in the last fifth the cosine is.",
    "With the rate raised to 1 Schedule-Free ends at 0.013, plain descent at 1.000.",
    "At 0.002 the average is hardly on its way after 400 steps.",
    "At its end, and only there, the cosine is ahead: 0.008 against 0.012 in this bowl.",
    "Whoever stops earlier, or goes on, had the wrong one.",
    "Halfway its rate is still half of what it was: the noise is only about to go.",
    "It wanders as far at the end as in the middle.",
    "Its average is an answer at every step.",
    "Noise of a constant rate stays, however long you train.",
    "Nearly: its average holds old, far places too, which a cosine has left behind.",
)
def test_the_table_beside_a_cosine():
    for row, (rule, schedule) in ENTRANTS.items():
        for steps in (100, 200, 300, 400):
            assert shown_cell("without-a-schedule", row, str(steps)) == (
                f"{_left_after(rule, 0.2, steps, schedule=schedule):.3f}"
            )
    ahead = [step for step in range(1, 401) if nearest_when_stopped("schedule-free", step)]
    assert ahead == list(range(15, 319))
    assert all(nearest_when_stopped("cosine", step) for step in range(320, 401))
    raised = [f"{_left_after(rule, 1.0, 400):.3f}" for rule in ("schedule_free_sgd", "sgd")]
    assert raised == ["0.013", "1.000"]
    assert _left_after("schedule_free_sgd", 0.002, 400) > 0.4 * 2**2
    fitting = _left_after("sgd", 0.2, 200, planned=200, schedule="cosine")
    assert fitting < 0.5 * _left_after("sgd", 0.2, 200, schedule="cosine")  # who stops earlier had the wrong one
    assert _left_after("sgd", 0.2, 200) == pytest.approx(_left_after("sgd", 0.2, 400))


def test_the_table_is_what_noisy_runs_come_to():
    for lr in (0.2, 1.0):
        measured = {rule: noisy(rule, lr) for rule in ("sgd", "schedule_free_sgd")}
        for rule, value in measured.items():
            assert value == pytest.approx(_left_after(rule, lr, 180, planned=200), rel=0.5), rule


@claims(
    "A bowl with noisy gradients, at a constant rate of 0.2: plain descent, and the average of Schedule-Free SGD.",
    "| Same rate, same noise, no schedule. Which ends nearer to the minimum? → Schedule-Free SGD. |",
    "The fast point wanders too, even further.",
    "The gradient is taken at $y$, **between** the two, near the average.",
    "It takes plain steps at a constant rate: it wanders.",
    "A tenth of it is the fast point, and brings that noise along.",
    "Noise of one step goes out of the mean of many.",
    "Without `optimizer.eval()` you measure and save $y$, in which the noise of the fast point still stands.",
)
def test_the_average_is_nearer_than_the_other_two_points():
    [state] = states("without-a-schedule")
    assert (state.noise, state.steps) == (1.0, 400)
    assert {state.settings[rule.name]["lr"] for rule in state.rules} == {0.2}
    ends = {
        rule.name: descend(rule, "bowl", steps=400, noise=1.0, seed=state.seed, lr=0.2).points[-50:]
        for rule in state.rules
    }
    assert np.square(ends["schedule_free_sgd"]).mean() < 0.3 * np.square(ends["sgd"]).mean()
    points, _ = _left("schedule_free_sgd", 0.2, 400)
    assert points["z"] > _left_after("sgd", 0.2, 400) > points["y"] > 1.5 * points["theta"]
    assert rules["schedule_free_sgd"].settings({})["beta"] == 0.9  # a tenth of y is z
    assert set(runs(state)) == {"sgd", "schedule_free_sgd"}


@claims(
    r"$y = (1-\beta)\,z + \beta\,\theta,$",
    "All places weigh alike, so each has 1/{steps}, {key}.",
    "A tenth is what an average with a decay of 0.9 gives to the newest.",
    "This one has no decay: it forgets nothing.",
    r"The **average** $\theta$ of all of its places is the answer, and what you evaluate.",
    "what all points so far weigh",
    "Half would be for two places.",
    "the largest rate so far",
)
def test_the_three_lines_are_the_rule_at_a_constant_rate():
    path = descend("schedule_free_sgd", "ravine", (-1.0, 0.5), 40, lr=0.03).points
    theta = z = np.array([-1.0, 0.5])
    for t in range(1, 41):
        y = 0.1 * z + 0.9 * theta
        z = z - 0.03 * y * [1, 20]
        theta = theta + (z - theta) / t
        np.testing.assert_allclose(path[t], theta, rtol=1e-9, atol=1e-12)


@claims(
    "While the rate rises, points weigh less: at half the rate a quarter.",
    "Places weigh with the square of the rate: {key}.",
    "{wrong} is the share of the rate.",
    "So it would be without a warm-up.",
    "During it, early places count for little.",
)
def test_points_of_a_warm_up_weigh_with_the_square_of_the_rate():
    weights = feed(rules["schedule_free_sgd"], np.ones(120), lr=0.5, warmup_steps=100)["w"]
    assert weights[[49, 99, 119]] / weights[-1] == pytest.approx([0.25, 1, 1])
    assert feed(rules["schedule_free_sgd"], np.ones(3), lr=0.5)["w"] == pytest.approx(0.25)


def test_the_loop_of_the_lesson_trains_in_one_mode_and_evaluates_in_the_other():
    torch = pytest.importorskip("torch")
    import ravine.optim

    [code] = re.findall(r"```python\n(.*?)```", lesson("without-a-schedule").source.read(), re.DOTALL)
    torch.manual_seed(0)
    model, held = torch.nn.Linear(3, 1), []

    def train(model, optimizer):
        for _ in range(3):
            optimizer.zero_grad()
            model(torch.randn(8, 3)).square().mean().backward()
            optimizer.step()
        held.append(model.weight.detach().clone())

    def evaluate(model):
        held.append(model.weight.detach().clone())

    exec(code, {"ravine": SimpleNamespace(optim=ravine.optim), "model": model, "train": train, "evaluate": evaluate})
    assert len(held) == 20
    assert not torch.equal(held[0], held[1])  # y while it trains, θ while it is evaluated


excused(
    "road sign",
    "Same rate, same noise, no schedule.",
    "What is still yours: the rate, a warm-up, and a mode.",
    "Schedule-Free has no end to plan for, because its answer is an average.",
)
excused("instruction", "And the best rate is not that of AdamW with a schedule: tune it anew.")

sourced(
    "kasimbeg-et-al-2025",
    "That says: good with one set of settings, found beforehand.",
)
