"""Settings fixed at a number: the shorter equation computes the same."""

import re

import numpy as np
import pytest

from ravine.backends import numpy as reference
from ravine.backends import python
from ravine.equations.fix import fixed
from ravine.errors import RavineError
from ravine.rules import rules


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("momentum", {"dampening": 0.0}),
        ("momentum", {"dampening": 0.5}),
        ("adagrad", {"lr_decay": 0.0, "initial_accumulator_value": 0.0}),
        ("adadelta", {"lr": 1.0}),
        ("nadam", {"momentum_decay": 0.0}),
        ("adamw", {"weight_decay": 0.0}),
        ("ademamix", {"beta3_warmup": 0.0, "alpha_warmup": 0.0}),
    ],
)
def test_the_shorter_equation_takes_the_same_steps(name, values):
    rule = rules[name]
    shorter = fixed(rule.equation, values)
    assert not set(values) & set(shorter.keywords)
    settings = rule.settings(values)
    left = {key: value for key, value in settings.items() if key not in values}
    random = np.random.default_rng(0)
    theta, other = np.ones(4), np.ones(4)
    state, others = reference.start(rule.equation, theta, settings), reference.start(shorter, theta, left)
    for t in range(1, 20):
        g = random.standard_normal(4)
        theta, state = reference.step(rule.equation, theta, g, state, t, settings)
        other, others = reference.step(shorter, other, g, others, t, left)
    np.testing.assert_allclose(other, theta, rtol=1e-12)


def test_what_falls_away_is_left_out():
    shorter = python.write(fixed(rules["momentum"].equation, {"dampening": 0.0}))
    assert "where" not in shorter
    assert "dampening" not in shorter


def test_warm_ups_of_no_steps_fall_away():
    shorter = python.write(fixed(rules["ademamix"].equation, {"beta3_warmup": 0.0, "alpha_warmup": 0.0}))
    assert "s = beta3 * s + (1 - beta3) * g" in shorter
    assert not {"minimum", "maximum", "exp", "log"} & set(re.findall(r"\w+", shorter))


def test_an_unknown_setting_is_refused():
    with pytest.raises(RavineError, match="unknown setting of momentum 'damping'; did you mean 'dampening'"):
        fixed(rules["momentum"].equation, {"damping": 0.0})
