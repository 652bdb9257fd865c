"""One step taken apart: its numbers against Python's, its form found from the equation alone, and the panel itself."""

import numpy as np
import pytest

from ravine.backends import numpy as reference
from ravine.equations import evaluate
from ravine.landscapes import landscapes
from ravine.rules import rules
from ravine.studio.rules_script import shown_rules

READ = """
import { dissect } from "./src/anatomy/dissect.ts";
import { kindsOf } from "./src/anatomy/kinds.ts";
import { momentAt } from "./src/engine/descent.ts";
import { known } from "./src/engine/landscape.ts";
import { parseFormula } from "./src/formula/parse.ts";
function answer({ rule, landscape, settings, start, t, lines, names, states }) {
  if (lines) {
    const known = [...names];
    const read = lines.map(([name, code]) => {
      const expression = parseFormula(code, known);
      known.push(name);
      return { name, expression };
    });
    return kindsOf(read, ["theta", "g"], states).lines;
  }
  const facts = RAVINE.rules[rule];
  const all = Object.fromEntries(
    Object.values(facts.hyperparameters).map((h) => [h.name, settings[h.name] ?? h.default]),
  );
  const land = known(RAVINE.landscapes[landscape]);
  const race = { rule: facts, settings: all, landscape: land, start, steps: t, schedule: "constant", shaken: null };
  const said = (words) => words.map((word) => (typeof word === "string" ? word : "@")).join("");
  return dissect(momentAt(race, t)).map(({ caption, ...part }) => ({ ...part, caption: said(caption) }));
}
"""


@pytest.fixture(scope="module")
def ask(conversation):
    return conversation(READ)


def dissected(ask, rule, t, **settings):
    land = landscapes["ravine"]
    question = {"rule": rule, "landscape": land.name, "settings": settings, "start": list(land.start), "t": t}
    return ask(question)


def by_name(parts):
    return {part["name"]: part for part in parts}


@pytest.mark.parametrize("name", [rule.name for rule in shown_rules()])
def test_every_quantity_of_every_rule_is_pythons(name, ask):
    rule, land, t = rules[name], landscapes["ravine"], 4
    given = {"lr": 0.01, **({"weight_decay": 0.1} if "weight_decay" in rule.hyperparameters else {})}
    settings = rule.settings(given)
    theta = np.array(land.start, dtype=float)
    state = reference.start(rule.equation, theta, settings)
    for step in range(1, t + 1):
        at = reference.gradient_point(rule.equation, theta, state, step, settings)
        g = np.array(land.gradient(*at))
        names = {**settings, **state, "theta": theta, "g": g, "t": float(step)}
        theta, state = reference.step(rule.equation, theta, g, state, step, settings)
    parts = dissected(ask, name, t, **given)
    assert parts[0]["name"] == "g"
    assert parts[0]["values"] == pytest.approx(g, rel=1e-12)
    assert [part["name"] for part in parts[1:]] == [line.name for line in rule.equation.parts()]
    for part, line in zip(parts[1:], rule.equation.parts(), strict=True):
        with np.errstate(all="ignore"):
            names[line.name] = evaluate(line.expression, names, reference.OPERATIONS)
        expected = np.broadcast_to(names[line.name], 2)
        values = np.array(part["values"], dtype=float)  # JSON has no NaN: RAdam's r is none in its first steps
        assert values == pytest.approx(expected, rel=1e-12, nan_ok=True)
        if part["kind"] in ("square", "size"):
            assert (expected >= 0).all()
        if part["kind"] == "number":
            assert np.array_equal(expected[:1], expected[1:], equal_nan=True)
        assert part["caption"][0].isupper()
        assert part["caption"].endswith(".")
        assert part["filled"][0].startswith("<m")


def test_adams_step_is_told_in_the_order_of_its_equation(ask):
    parts = dissected(ask, "adam", 1, lr=0.1)
    assert [(part["name"], part["kind"]) for part in parts] == [
        ("g", "vector"),
        ("m", "vector"),
        ("v", "square"),
        ("m_hat", "vector"),
        ("v_hat", "square"),
        ("step", "vector"),
    ]
    said = by_name(parts)
    assert said["m"]["caption"] == "Keeps 0.9 of its old value and takes 0.1 of @."
    assert said["v"]["caption"] == "Keeps 0.999 of its old value and takes 0.001 of the square of @."
    assert said["m_hat"]["caption"] == "Corrects @ for its start at zero: divides it by 0.1, which tends to 1."
    assert said["m_hat"]["values"] == pytest.approx(said["g"]["values"])  # what the correction is for
    assert said["step"]["values"] == pytest.approx([-0.1, 0.1], rel=1e-6)  # the first step is the rate


SAID = [
    ("sgd", "step", "vector", "times @"),
    ("momentum_lr_inside", "v", "vector", "Keeps 0.9 of its old value and takes 0.01 of @."),
    ("nesterov_lookahead", "g", "vector", "where the rule looks, at the ring"),
    ("adagrad", "s", "square", "Adds the square of @ to its old value, and forgets nothing."),
    ("adadelta", "d", "square", "of the square of @"),
    ("adamax", "u", "size", "The larger of 0.999 of its old value"),
    ("amsgrad", "v_max", "square", "it never falls"),
    ("nadam", "mu_product", "number", "One number for x and y alike"),
    ("radam", "rho", "number", "One number for x and y alike"),
    ("radam", "step", "vector", "is not above 5"),
    ("lion", "c", "vector", "Takes 0.9 of the old @ and 0.1 of @."),
    ("rmsprop_centered", "m", "vector", "Keeps 0.99"),
    ("sgd+decoupled", "step", "vector", "subtracted"),
]


@pytest.mark.parametrize(("rule", "name", "kind", "words"), SAID)
def test_kinds_and_captions_follow_from_the_form(rule, name, kind, words, ask):
    part = by_name(dissected(ask, rule, 3, lr=0.01))[name]
    assert part["kind"] == kind
    assert words in part["caption"]


def test_a_rule_of_tomorrow_is_understood(ask):
    """A rule that no file holds: a running root mean square of differences, and a momentum of signs."""
    lines = [
        ("change", "g - last"),
        ("spread", "beta * spread + (1 - beta) * change * change"),
        ("force", "sign(g) * sqrt(spread)"),
        ("m", "maximum(beta, 0.5) * m + force"),
        ("scale", "1 / (1 - beta**t)"),
        ("reach", "sqrt(spread) / (abs(m) + eps)"),
        ("step", "lr * scale * m"),
    ]
    names = ["theta", "g", "last", "spread", "m", "t", "lr", "beta", "eps"]
    kinds = ask({"lines": lines, "names": names, "states": ["last", "spread", "m"]})
    assert kinds == ["vector", "square", "vector", "vector", "number", "size", "vector"]


@pytest.fixture
def panel(visit):
    page = visit("playground.html#landscape=ravine&rules=adam,momentum&step=0&anatomy=adam")
    page.wait_for_selector("[data-widget=landscape][data-ready]")
    page.locator(".anatomy").scroll_into_view_if_needed()
    page.wait_for_selector(".anatomy-parts li")
    return page


def test_the_parts_can_be_walked_by_keyboard(panel):
    chosen = panel.locator(".anatomy-parts li.chosen")
    panel.locator(".anatomy-parts button").first.focus()
    panel.keyboard.press("ArrowDown")
    panel.keyboard.press("ArrowDown")
    assert "Keeps 0.999 of its old value" in chosen.text_content()
    assert chosen.locator("svg.square").get_attribute("aria-label").startswith("v as two squares")
    assert panel.evaluate("document.activeElement.closest('li').className") == "chosen"
    panel.get_by_role("button", name="Next part").click()
    assert "Corrects" in chosen.text_content()
    assert panel.get_by_role("status").filter(has_text="Part 4 of 6: m_hat").count() == 1


def test_the_panel_follows_the_player_and_the_rule(panel):
    assert "Step 1, from (−4, 1)" in panel.locator(".anatomy-clock").text_content()
    panel.get_by_role("button", name="Step forward").click()
    panel.locator(".anatomy-clock").scroll_into_view_if_needed()
    panel.locator(".anatomy-clock", has_text="Step 2").wait_for()
    panel.locator(".anatomy select").select_option("momentum")
    panel.locator(".anatomy-parts li", has_text="μ").first.wait_for()
    panel.wait_for_url("**anatomy=momentum**")
    assert panel.locator(".anatomy-parts li").count() == 3


def test_the_numbers_are_there_as_a_table(panel):
    panel.locator(".anatomy").get_by_text("As a table").click()
    cells = panel.locator(".anatomy table tbody tr").nth(1).locator("td").all_text_contents()
    assert cells == ["vector", "−0.4", "2"]  # a tenth of the gradient, (−4, 20)
