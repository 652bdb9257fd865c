"""The browser's reader of formulas against Python's: what it accepts, what it computes, what it says and where."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ravine.backends import python
from ravine.backends.numpy import run
from ravine.equations import Equation, EquationError, gradient, parse_formula
from ravine.equations.expression import Number, substitute
from ravine.landscapes import from_formula, landscapes
from tests.equations.test_language import COORDINATES, FORMULAS, REFUSED, RESPELT

READ = """
import { parse } from "./src/formula/formula.ts";
function answer({ text, points }) {
  const parsed = parse(text);
  if (!parsed.ok) return parsed.mistake;
  const { value, gradient, python } = parsed.formula;
  return { python, at: points.map(([x, y]) => [value(x, y), ...gradient(x, y)].map(String)) };
}
"""


@pytest.fixture(scope="session")
def read(conversation):
    """Reads a formula as the page does: {python, at: value and slopes at each point} or {message, start, end}."""
    ask = conversation(READ)

    def read(text, points=()):
        said = ask({"text": text, "points": list(points)})
        if "at" in said:
            said["at"] = np.array([[float(value) for value in row] for row in said["at"]]).reshape(-1, 3)
        return said

    return read


def in_one_expression(landscape):
    """The formula of a landscape, its lines and its shape's numbers put in."""
    known = {name: Number(float(value)) for name, value in landscape.parameters.items()}
    for line in landscape.equation.assignments:
        known[line.name] = substitute(line.expression, known)
    return python.INFIX.write(substitute(landscape.equation.results[0], known))


@pytest.mark.parametrize("name", landscapes)
def test_values_and_slopes_of_every_landscape_are_pythons(name, read):
    landscape = landscapes[name]
    text = in_one_expression(landscape)
    axes = (np.linspace(*side, 15) for side in (landscape.domain.x, landscape.domain.y))
    x, y = (axis.ravel() for axis in np.meshgrid(*axes))
    ours = from_formula(text, landscape.domain)
    expected = np.stack(np.broadcast_arrays(ours(x, y), *ours.gradient(x, y)), axis=1)
    theirs = read(text, zip(x.tolist(), y.tolist(), strict=True))
    scale = np.abs(expected).max(axis=0)
    assert theirs["at"] == pytest.approx(expected, rel=1e-12, abs=1e-14 * scale.max())
    assert parse_formula(theirs["python"]) == parse_formula(text)


@settings(max_examples=300)
@given(FORMULAS, st.tuples(COORDINATES, COORDINATES))
def test_any_formula_means_what_it_means_in_python(read, formula, point):
    said = read(formula, [point])
    assert parse_formula(said["python"]) == parse_formula(formula)
    with np.errstate(all="ignore"):
        equation = Equation("f", ("x", "y"), {}, {}, (), (parse_formula(formula),))
        at = dict(zip("xy", map(np.float64, point), strict=True))
        expected = [*run(equation, at), *run(gradient(equation), at)]
    for ours, theirs in zip(expected, said["at"][0], strict=True):
        assert _close(float(ours), float(theirs)), (formula, point, float(ours), float(theirs))


def _close(ours: float, theirs: float) -> bool:
    """Equal up to what the last place of exp, log, sin, cos and pow can become in twelve operations."""
    if math.isnan(ours) or math.isnan(theirs):
        return math.isnan(ours) and math.isnan(theirs)
    return ours == theirs or math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize(("formula", "message"), REFUSED.values(), ids=REFUSED)
def test_what_python_refuses_is_refused_and_pointed_at(formula, message, read):
    said = read(formula)
    assert "message" in said, f"{formula!r} was read as {said}"
    assert 0 <= said["start"] <= said["end"] <= len(formula.encode("utf-16-le")) // 2
    assert "\n" not in said["message"]
    assert len(said["message"]) < 300


@pytest.mark.parametrize("typed", [typed for typed, meant in RESPELT.items() if meant])
def test_what_is_certain_is_read_as_python_reads_it(typed, read):
    assert parse_formula(read(typed)["python"]) == parse_formula(typed) == parse_formula(RESPELT[typed])


SAME_WORDS = [
    "quotient of a product",
    "quotient of a negative product",
    "power of a product",
    "tower",
    "tower from below",
    "tangent of two",
    "tangents of tangents",
    "attribute",
    "lambda",
    "subscript",
    "comparison",
    "no condition",
    "unknown name",
    "function without call",
    "too few",
    "too many",
    "huge integer",
    "huge float",
    "minus signs",
    "brackets that fit",
    "empty",
    "builtin",
]


@pytest.mark.parametrize("case", SAME_WORDS)
def test_it_says_what_python_says(case, read):
    formula, _ = REFUSED[case]
    said = read(formula)["message"]
    with pytest.raises(EquationError) as caught:
        parse_formula(formula)
    before_advice = str(caught.value).removeprefix("formula").split(": ", 1)[1].split(";")[0]
    assert said.startswith(before_advice.split(" and ")[0]), (said, str(caught.value))


@pytest.mark.parametrize("case", [case for case, (_, message) in REFUSED.items() if "two ways" in message])
def test_it_points_to_what_python_points_to(case, read):
    formula, message = REFUSED[case]
    assert message.startswith(f"column {read(formula)['start'] + 1}: ")


SIGNS = "xy0123456789.eE_+-*/()<>=!, \n#jpisqrtanwhmu^²⁻¹π√−–×·÷≤≠\u00a0\\éｘ"
PIECES = ["x", "y", "2", ".5", "π", "²", "⁻¹", "^", "**", "*", "/", "÷", "×", "-", "−", "+", "(", ")", " ", ",", "≤"]
PIECES += ["(x + 1)", "sin(", "tan(", "√(", "ln(", "where(", "pi", "e3"]


@settings(max_examples=1000)
@given(st.text(st.sampled_from(SIGNS), max_size=24) | st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_any_text_is_accepted_by_both_or_by_neither(read, text):
    try:
        ours = parse_formula(text)
    except EquationError:
        ours = None
    said = read(text)
    assert ("message" in said) == (ours is None), (text, said)
    if ours is not None:
        assert parse_formula(said["python"]) == ours


def test_a_mistake_is_marked_in_the_formula(visit):
    page = visit("playground.html#formula=x**2-y**2")
    page.wait_for_selector("[data-widget=landscape][data-ready]")
    field = page.get_by_label("f(x, y) =").first
    field.fill("x² + 3×z")
    assert page.locator(".formula-place mark").first.text_content() == "z"
    assert "Column 8: unknown name 'z'" in page.locator(".formula-message").first.text_content()
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("x**2 + 3 * y")
    assert page.locator(".formula-place").count() == 0
    assert field.get_attribute("aria-invalid") == "false"


def test_it_is_shown_how_a_formula_was_read(visit):
    page = visit("playground.html#formula=x**2-y**2")
    page.wait_for_selector("[data-widget=landscape][data-ready]")
    meant = page.locator(".formula-meant").first
    assert meant.locator("math").count() == 1
    assert meant.locator("code").count() == 0
    page.get_by_label("f(x, y) =").first.fill("2x² − tan(y)")
    assert meant.locator("code").inner_text() == "2 * x**2 - sin(y) / cos(y)"
    page.get_by_label("f(x, y) =").first.fill("2x² −")
    assert meant.is_hidden()


def test_a_formula_of_ones_own_has_a_map(visit):
    page = visit("playground.html#formula=(x**2-1)**2%2B(y-0.3)**2&rules=momentum&momentum.lr=0.02")
    page.locator(".map-canvas").scroll_into_view_if_needed()
    page.wait_for_selector("table.map-legend tbody tr:nth-child(2)")
    said = page.locator(".map-canvas").get_attribute("aria-label")
    assert "minimum 1 at (−1, 0.3)" in said
    assert "minimum 2 at (1, 0.3)" in said
