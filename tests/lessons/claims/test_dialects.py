"""The claims of the lesson: Dialects."""

import numpy as np

from ravine.dialect_tables import FORMS
from ravine.dialects import convert
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.reading import fed, states, text


def test_the_defaults_that_the_lesson_names():
    def default(framework, family, name):
        return FORMS[framework][family].settings[name][1]

    decays = [default(framework, "adamw", "weight_decay") for framework in ("torch", "keras", "optax")]
    assert "AdamW’s default is {} in PyTorch, {} in Keras, {} in optax".format(*decays) in text("dialects")
    starts = {rules[name].hyperparameters["initial_accumulator_value"].default for name in ("adagrad", "adagrad_keras")}
    assert starts == {0.0, 0.1}
    assert {default("torch", "rmsprop", "alpha"), default("keras", "rmsprop", "alpha")} == {0.99, 0.9}
    assert {default("torch", "adadelta", "lr"), default("keras", "adadelta", "lr")} == {1.0, 0.001}


def test_dampening_is_no_average():
    damped = feed(rules["momentum"], np.ones(3), momentum=0.9, dampening=0.9)["v"]
    averaged = feed(rules["momentum_averaged"], np.ones(3), beta=0.9)["v"]
    shown = f"velocity is 1, 1, 1, …, not the average {averaged[0]:.1g}, {averaged[1]:.2g}, {averaged[2]:.2g}"
    np.testing.assert_allclose(damped, 1)
    assert shown in text("dialects")


def test_the_table_is_that_of_the_dialects():
    for framework in FORMS:
        found = convert("rmsprop", "torch", framework)
        assert found.verdict in text("dialects")
        assert found.code() in text("dialects")


def test_the_two_places_of_eps_differ_as_the_task_says():
    [state] = states("dialects")
    apart = np.abs(fed(state, "rmsprop")["step"] / fed(state, "rmsprop_keras")["step"])
    assert not np.allclose(apart, 1, atol=0.5)
    small = gradients("noisy", 80) * 0.01
    near = [
        feed(rules["rmsprop"], small, lr=0.01, alpha=0.9, eps=1e-7),
        feed(rules["rmsprop_keras"], small, lr=0.01, eps=1e-7),
    ]
    np.testing.assert_allclose(near[0]["step"], near[1]["step"], rtol=0.02)
