"""The claims of the lesson: Adagrad."""

import math

import numpy as np
import pytest

from ravine.dialect_tables import FORMS
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.reading import fed, states


@claims(
    "Adagrad gives **each parameter its own rate**: the more it has been updated, the smaller.",
    "Its step is the rate times the gradient, and the gradient is 1000 times as large.",
    "The root of the sum of squares grows by 1000 as well, and the factor cancels.",
)
def test_adagrads_steps_on_a_sparse_and_on_a_constant_stream():
    [state] = states("adagrad")
    steps = fed(state, "adagrad")["step"]
    np.testing.assert_allclose(steps[9::10], 0.1 / np.sqrt(np.arange(1, 11)))
    np.testing.assert_allclose(fed(state, "sgd")["step"][9::10], 0.1)
    constant = feed(rules["adagrad"], np.ones(100), lr=0.1)["step"]
    np.testing.assert_allclose(constant, 0.1 / np.sqrt(np.arange(1, 101)))
    scaled = feed(rules["adagrad"], 1000 * np.ones(100), lr=0.1)["step"]
    np.testing.assert_allclose(scaled, constant)  # the scale cancels


@claims(
    "A rate for each parameter, from the sum of its squared gradients: good for rare words, and it only ever shrinks.",
    "A parameter with a gradient of 1 in every tenth step.",
    "Gradient descent steps by 0.1 each time; Adagrad's n-th step is 0.1 divided by the root of n.",
    r"Only a parameter's own gradients count: after 100 steps the rare one has seen ten of them and still moves by $\eta/\sqrt{10}$, the frequent one by $\eta/\sqrt{100}$.",
    r"It never falls, so the rate never rises again: with a steady gradient the step is $\eta/\sqrt{t}$.",
    "The more you update, the less you update.",
    "The sum only grows, so the rate only shrinks: after 1000 equal gradients a step is a thirtieth of the first.",
    r"The sum holds {number} equal squares, and its root divides: $1/\sqrt{{number}}$ = {key}.",
    r"B has seen {rarity} times fewer gradients, so its sum is {rarity} times smaller and its step $\sqrt{{rarity}}$ = {key} times as long.",
    "Equal steps are what plain descent takes: the rare feature then learns {rarity} times less in all.",
)
def test_a_step_after_many_and_the_shares_of_the_rare():
    steps = feed(rules["adagrad"], np.ones(1001), lr=0.1)["step"]
    assert steps[1000] == pytest.approx(steps[0] / math.sqrt(1001))
    assert steps[1000] / steps[0] == pytest.approx(1 / 30, rel=0.06)  # a thirtieth
    assert np.all(np.diff(steps) < 0)
    sparse = feed(rules["adagrad"], gradients("sparse", 100), lr=0.1)["step"]
    assert sparse[99] == pytest.approx(0.1 / math.sqrt(10))
    assert steps[99] == pytest.approx(0.1 / math.sqrt(100))
    descent = [
        feed(rules["sgd"], stream, lr=0.1)["position"][-1] for stream in (gradients("sparse", 100), np.ones(100))
    ]
    assert descent[1] == pytest.approx(10 * descent[0])  # equal steps: the rare one learns so many times less


@claims(
    "[Adagrad's sum](04-adagrad.md#shrinks) holds the first epoch of your classifier against it for ever.",
    "In a deep network, steep slopes of the first epochs are held against a parameter for ever, and training can stall before it is done.",
    "It never forgets: that is the trouble.",
)
def test_steep_slopes_at_the_start_are_held_against_it_for_ever():
    stream = np.concatenate([np.full(20, 100.0), np.ones(2000)])
    held, fresh = (
        feed(rules["adagrad"], stream, lr=0.1)["step"][-1],
        feed(rules["adagrad"], np.ones(2000), lr=0.1)["step"][-1],
    )
    assert held < 0.12 * fresh
    forgets = feed(rules["rmsprop"], stream, lr=0.1, alpha=0.99)["step"][-1]
    assert forgets == pytest.approx(0.1, rel=1e-3)


@claims(
    r"PyTorch divides by $\sqrt{s}+\epsilon$; Keras and optax by $\sqrt{s+\epsilon}$, and start $s$ at 0.1 instead of 0.",
)
def test_where_eps_and_the_start_stand():
    traits = {framework: FORMS[framework]["adagrad"] for framework in ("torch", "keras", "optax")}
    assert {name: form.traits["eps"] for name, form in traits.items()} == {
        "torch": "outside", "keras": "inside", "optax": "inside",
    }  # fmt: skip
    assert [form.settings["initial_accumulator_value"][1] for form in traits.values()] == [0.0, 0.1, 0.1]


excused(
    "example",
    'Your classifier has an embedding for each word. "the" gets a gradient in every batch, "furious" once in a hundred.',
)

excused(
    "definition",
    "sum of the squares of all its gradients so far",
)

excused(
    "road sign",
    "The next two lessons replace the sum.",
)

excused(
    "misconception",
    '"Adagrad needs no tuning"',
)
