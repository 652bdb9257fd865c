"""Splitting a rule moves arithmetic out of the loop over elements and changes no bit of it."""

import numpy as np
import pytest

from ravine.backends import numpy as reference
from ravine.equations import evaluate, split
from ravine.rules import rules
from ravine.rules.forms import FORMS

EVERY = [*rules, *(f"{name}+{form}" for name in ("sgd", "adam", "nadam") for form in FORMS)]


def staged_step(rule, theta, g, state, t, settings):
    """The step as a kernel runs it: once a step in scalars, then over the elements."""
    stages = split(rule.equation)
    names = {name: np.float64(value) for name, value in settings.items()} | {"t": np.float64(t)}
    names |= {name: state[name] for name in stages.step_state}
    with np.errstate(all="ignore"):
        for line in stages.per_step:
            names[line.name] = evaluate(line.expression, names, reference.OPERATIONS)
        after = {name: evaluate(value, names, reference.OPERATIONS) for name, value in stages.step_state.items()}
        seen = {name: names[name] for name in stages.step_names}  # nothing else may be read below
        seen |= {name: state[name] for name in stages.element_state} | {"theta": theta, "g": g}
        for line in stages.per_element:
            seen[line.name] = evaluate(line.expression, seen, reference.OPERATIONS)
        after |= {name: evaluate(value, seen, reference.OPERATIONS) for name, value in stages.element_state.items()}
        return theta - evaluate(stages.step, seen, reference.OPERATIONS), after


@pytest.mark.parametrize("name", EVERY)
def test_the_two_stages_equal_the_lines_as_they_stand_to_the_bit(name):
    rule = rules[name]
    settings = rule.settings({"weight_decay": 0.1} if "weight_decay" in rule.hyperparameters else {})
    theta = staged = np.linspace(-1, 1, 7)
    direct = reference.start(rule.equation, theta, settings)
    scalars = split(rule.equation).step_state
    state = {key: value[0] if key in scalars else value for key, value in direct.items()}
    for t, g in enumerate(np.random.default_rng(0).standard_normal((60, 7)), start=1):
        theta, direct = reference.step(rule.equation, theta, g, direct, t, settings)
        staged, state = staged_step(rule, staged, g, state, t, settings)
        assert np.array_equal(theta, staged, equal_nan=True)
        assert all(np.array_equal(direct[key], np.broadcast_to(state[key], 7), equal_nan=True) for key in direct)


@pytest.mark.parametrize("name", EVERY)
def test_no_element_recomputes_what_is_the_same_for_all(name):
    stages = split(rules[name].equation)
    reads_element = {"g", "theta", *stages.element_state, *(line.name for line in stages.per_element)}

    def check(expression) -> None:
        for argument in getattr(expression, "arguments", ()):
            check(argument)
        if hasattr(expression, "arguments") and expression.operation not in ("<", "<=", ">", ">=", "==", "!="):
            assert reads_element.intersection(_names(expression)), expression

    for expression in (*(line.expression for line in stages.per_element), stages.step, *stages.element_state.values()):
        check(expression)


def _names(expression):
    if hasattr(expression, "id"):
        yield expression.id
    for argument in getattr(expression, "arguments", ()):
        yield from _names(argument)


def test_the_bias_corrections_of_adam_are_computed_once_a_step():
    stages = split(rules["adam"].equation)
    assert set(stages.element_state) == {"m", "v"}
    assert "t" not in stages.step_names
    assert any("t" in set(_names(line.expression)) for line in stages.per_step)


def test_a_state_that_all_elements_share_is_one_number():
    stages = split(rules["nadam"].equation)
    assert set(stages.step_state) == {"mu_product"}
    assert set(stages.element_state) == {"m", "v"}
