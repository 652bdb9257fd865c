"""MathML of every rule and landscape: well formed, a row for each line, drawn by a browser. LaTeX by spot checks."""

import re
from xml.etree import ElementTree

import pytest

from ravine.activations import activations
from ravine.backends import mathml
from ravine.initializers import initializers
from ravine.landscapes import landscapes
from ravine.rules import rules

NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
EVERY = {
    **rules,
    **{f"{name}+{form}": rules[f"{name}+{form}"] for name in ("adam", "sgd") for form in ("l2", "decoupled")},
}
WRITTEN = {**EVERY, **landscapes, **activations, **initializers}


def rows(element: ElementTree.Element) -> list[ElementTree.Element]:
    [table] = element.findall(f"{NAMESPACE}mtable")
    return table.findall(f"{NAMESPACE}mtr")


@pytest.mark.parametrize("name", WRITTEN)
def test_it_is_well_formed_and_free_of_tex(name):
    element = ElementTree.fromstring(WRITTEN[name].mathml())
    assert element.tag == f"{NAMESPACE}math"
    text = "".join(element.itertext())
    assert text.strip()
    # A brace that opens and never closes is that of cases.
    assert not re.search(r"[\\}$&]", text), text
    assert "_" not in text


@pytest.mark.parametrize("name", EVERY)
def test_a_rule_has_a_row_for_its_gradient_each_line_and_the_step(name):
    equation = EVERY[name].equation
    results = equation.results[1:]
    written_in_return = sum(
        getattr(value, "id", None) != state for state, value in zip(equation.state, results, strict=True)
    )
    element = ElementTree.fromstring(EVERY[name].mathml())
    assert len(rows(element)) == len(equation.assignments) + written_in_return + 2
    assert all(len(row) == 3 for row in rows(element))


@pytest.mark.parametrize("name", landscapes)
def test_a_landscape_has_a_row_for_each_line_and_its_value(name):
    element = ElementTree.fromstring(landscapes[name].mathml())
    assert len(rows(element)) == len(landscapes[name].equation.assignments) + 1


def test_a_browser_draws_every_row(page):
    formulas = "".join(f'<div id="{name}">{written.mathml()}</div>' for name, written in WRITTEN.items())
    page.set_content(f"<style>{mathml.STYLE}</style>{formulas}")
    sizes = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('div')].map((div) => [div.id,
            [...div.querySelectorAll('math.equation > mtable > mtr')].map((row) => {
              const box = row.getBoundingClientRect();
              return [box.top, box.width, box.height];
            })]))"""
    )
    assert sizes.keys() == WRITTEN.keys()
    for name, drawn in sizes.items():
        assert len(drawn) == len(rows(ElementTree.fromstring(WRITTEN[name].mathml())))
        assert all(width > 40 and height > 10 for _, width, height in drawn), name
        tops = [top for top, _, _ in drawn]
        assert tops == sorted(set(tops)), name  # one below the other
    assert page.locator("merror").count() == 0


ADAM = r"""\begin{aligned}
g_t &\leftarrow \nabla L\left(\theta_{t-1}\right) \\
m_t &\leftarrow \beta_1\,m_{t-1} + \left(1 - \beta_1\right)\,g_t \\
v_t &\leftarrow \beta_2\,v_{t-1} + \left(1 - \beta_2\right)\,g_t^{2} \\
\hat{m}_t &\leftarrow \frac{m_t}{1 - \beta_1^{t}} \\
\hat{v}_t &\leftarrow \frac{v_t}{1 - \beta_2^{t}} \\
\theta_t &\leftarrow \theta_{t-1} - \frac{\eta\,\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}
\end{aligned}"""


def test_adam_reads_as_in_its_paper():
    assert rules["adam"].latex() == ADAM


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sgd", r"\theta_t &\leftarrow \theta_{t-1} - \eta\,g_t"),
        ("nesterov_lookahead", r"\nabla L\left(\theta_{t-1} - \mu\,v_{t-1}\right)"),
        ("amsgrad", r"v_t^{\max} &\leftarrow \max\left(v_{t-1}^{\max}, v_t\right)"),
        ("radam", r"\rho_\infty &\leftarrow \frac{2}{1 - \beta_2} - 1"),
        ("lion", r"\operatorname{sign}\left(c_t\right)"),
        ("momentum", r"\text{if } t > 1"),
        ("adamw", r"\eta\,\lambda\,\theta_{t-1}"),
        ("sgd+l2", r"g_t &\leftarrow g_t + \lambda\,\theta_{t-1}"),
    ],
)
def test_symbols_are_those_of_the_papers(name, expected):
    assert expected in rules[name].latex()


@pytest.mark.parametrize(("name", "text"), [("adam", "β1mt−1"), ("radam", "ρ∞"), ("adamw", "ηλθt−1")])
def test_the_same_symbols_stand_in_the_mathml(name, text):
    shown = "".join(ElementTree.fromstring(rules[name].mathml()).itertext()).replace(" ", "").replace("\u2009", "")
    assert text in re.sub(r"[\s\u2009\u202f\u00a0]", "", shown)


@pytest.mark.parametrize("name", EVERY)
def test_every_symbol_says_what_it_stands_for(name):
    equation = EVERY[name].equation
    starts = {value for value in equation.state.values() if isinstance(value, str)}
    element = ElementTree.fromstring(EVERY[name].mathml())
    named = {symbol.get("data-symbol") for symbol in element.iter() if symbol.get("data-symbol")}
    # A start of a state stands in no line of the formula.
    assert named == set(mathml.names(equation)) - (starts - {"theta"})


def test_a_power_of_a_symbol_and_its_exponent_are_told_apart():
    element = ElementTree.fromstring(rules["adam"].mathml())
    [power] = [symbol for symbol in element.iter(f"{NAMESPACE}msubsup") if symbol.get("data-symbol") == "beta2"]
    assert "".join(power.itertext()) == "β2t"
    assert [inner.get("data-symbol") for inner in power.iter(f"{NAMESPACE}mi")] == [None, "t"]
