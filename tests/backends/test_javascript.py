"""The JavaScript of every rule on every landscape, run in Node, against the reference.

The tolerance of a path is 1e-12 of its largest coordinate, and twice what rounding makes of it (see rounding.py): most
paths are then held to 1e-12 over all 500 steps, and those that end in a jitter about a minimum, or run away from a
saddle, for as long as there is something to compare.
"""

import json
from functools import cache

import numpy as np
import pytest

from ravine.backends import javascript
from ravine.backends.spelling import function
from ravine.equations import over_tensors
from ravine.landscapes import Landscape, landscapes
from ravine.rules import Rule, rules

from .rates import rate
from .rounding import DOUBLE, Expected, expect_all

STEPS = 500
TOLERANCE = 1e-12

WALK = """
function walk(rule, gradient, start, states, steps) {
  let theta = start.slice();
  let state = start.map((value) => states.map((known) => (known === null ? value : known)));
  const points = [start];
  for (let t = 1; t <= steps; t++) {
    const at = theta.map((value, i) => rule.at(value, state[i], t));
    const g = gradient(at[0], at[1]);
    const found = rule.step(theta, g, state, t);
    for (let i = 0; i < 2; i++) {
      const [step, ...after] = found[i];
      theta[i] -= step;
      state[i] = after;
    }
    points.push(theta.slice());
  }
  return points;
}
"""


def call(rule: Rule, settings: dict[str, float]) -> str:
    """An object of two functions: where the rule wants its gradient, and its step and new state, for x and for y."""
    equation = rule.equation
    values = {
        "g": "g[i]",
        "theta": "theta[i]",
        "t": "t",
        **{name: f"s[i][{k}]" for k, name in enumerate(equation.state)},
    }
    values |= {name: repr(value) for name, value in settings.items()}
    step = ", ".join(values[name] for name in equation.parameters)
    at = ", ".join(values[name] for name in ("theta", *equation.state, *equation.keywords))
    called = function(equation.name)
    # A rule without state returns its step alone; flat() makes one list of both kinds.
    each = f"[0, 1].map((i) => [{called}({step})].flat())"
    if over_tensors(equation):  # x and y are one tensor
        each = f"{called}([0, 1].map((i) => [{step}]))"
    at = at.replace("[i]", "")
    return f"{{step: (theta, g, s, t) => {each}, at: (theta, s, t) => {function(equation.name, 'Point')}({at})}}"


def starts(rule: Rule, settings: dict[str, float]) -> str:
    """The start of each state, in JavaScript; null is where the parameter stands."""
    known = {**settings, "theta": None}
    return json.dumps([known[value] if isinstance(value, str) else value for value in rule.state.values()])


def program(landscape: Landscape, settings: dict[str, dict[str, float]]) -> str:
    """Walks every rule on one landscape and prints the paths as JSON."""
    lines = [javascript.PRELUDE, WALK, landscape.javascript()]
    lines += [javascript.write(landscape.gradient_equation), "const paths = {};"]
    shape = ", ".join(repr(value) for value in landscape.parameters.values())
    slope = f"(x, y) => {function(landscape.gradient_equation.name)}({', '.join(filter(None, ('x, y', shape)))})"
    for name, chosen in settings.items():
        rule = rules[name]
        lines += [rule.javascript(), javascript.write_gradient_point(rule.equation)]
        walk = f"walk({call(rule, chosen)}, {slope}, {list(landscape.start)}, {starts(rule, chosen)}, {STEPS})"
        lines.append(f"paths[{name!r}] = {walk};")
    return "\n".join([*lines, "console.log(JSON.stringify(paths));"])


@cache
def references() -> dict[str, dict[str, Expected]]:
    """What to expect of every rule's path on every landscape."""
    return expect_all({rule: {name: settings_of(rule, name) for name in landscapes} for rule in rules}, STEPS, DOUBLE)


def settings_of(rule: str, landscape: str) -> dict[str, float]:
    return rules[rule].settings({"lr": rate(rule, landscape)})


@pytest.mark.slow
@pytest.mark.parametrize("name", landscapes)
def test_every_rule_walks_as_the_reference_does(name, node):
    settings = {rule: settings_of(rule, name) for rule in rules}
    paths = json.loads(node(program(landscapes[name], settings)))
    excess, steady = {}, []
    for rule in rules:
        expected = references()[rule][name]
        excess[rule] = expected.excess(np.array(paths[rule], dtype=float), TOLERANCE)
        steady.append(expected.steady(TOLERANCE))
    assert {rule: value for rule, value in excess.items() if value > 1} == {}
    assert np.mean(steady) >= 0.7  # so many paths are held to the plain tolerance, all the way


@pytest.mark.parametrize("name", landscapes)
def test_values_and_gradients_are_the_references(name, node):
    landscape = landscapes[name]
    x, y = (
        axis.ravel()
        for axis in np.meshgrid(*(np.linspace(*side, 21) for side in (landscape.domain.x, landscape.domain.y)))
    )
    shape = "".join(f", {value!r}" for value in landscape.parameters.values())
    equation, slope = function(landscape.equation.name), function(landscape.gradient_equation.name)
    lines = [javascript.PRELUDE, landscape.javascript(), javascript.write(landscape.gradient_equation)]
    lines.append(f"const points = {json.dumps(list(zip(x.tolist(), y.tolist(), strict=True)))};")
    lines.append(f"const all = points.map(([x, y]) => [{equation}(x, y{shape}), ...{slope}(x, y{shape})]);")
    lines.append("console.log(JSON.stringify(all));")
    theirs = np.array(json.loads(node("\n".join(lines)))).T
    ours = np.stack(np.broadcast_arrays(landscape(x, y), *landscape.gradient(x, y)))
    assert theirs == pytest.approx(ours, rel=1e-13, abs=1e-14 * np.abs(ours).max())
