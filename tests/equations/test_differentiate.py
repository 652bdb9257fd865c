"""Derivatives of random formulas against jax's of the same formula."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ravine.backends.numpy import run
from ravine.equations import Equation, evaluate, gradient, parse_formula

OPERATIONS = {
    "+": jnp.add,
    "-": jnp.subtract,
    "*": jnp.multiply,
    "/": jnp.divide,
    "**": jnp.power,
    "neg": jnp.negative,
    "<": jnp.less,
    "<=": jnp.less_equal,
    ">": jnp.greater,
    ">=": jnp.greater_equal,
    **{name: getattr(jnp, name) for name in ("sqrt", "abs", "exp", "log", "sin", "cos", "sign", "floor")},
    **{name: getattr(jnp, name) for name in ("maximum", "minimum", "where", "tanh", "expm1", "log1p")},
    **{name: getattr(jax.scipy.special, name) for name in ("erf", "erfc")},
}


EVERYWHERE = ["sin", "cos", "tanh", "erf", "erfc", "abs", "sign", "floor"]

pytestmark = pytest.mark.usefixtures("float64_in_jax")


def _larger(smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Formulas whose functions stay inside their domains, so that there is a derivative to compare."""
    pair = st.tuples(smaller, smaller)
    return st.one_of(
        st.tuples(smaller, st.sampled_from("+-*"), smaller).map(lambda a: f"({a[0]} {a[1]} {a[2]})"),
        pair.map(lambda a: f"{a[0]} / (1 + {a[1]}**2)"),
        st.tuples(smaller, st.sampled_from([1, 2, 3, 4, 5])).map(lambda a: f"({a[0]})**{a[1]}"),
        st.tuples(smaller, st.floats(-2, 3)).map(lambda a: f"(1.5 + sin({a[0]}))**({a[1]!r})"),
        pair.map(lambda a: f"(1.5 + cos({a[0]}))**sin({a[1]})"),
        st.tuples(st.sampled_from(["sin", "cos", "tanh", "erf", "erfc", "abs", "sign", "floor"]), smaller).map(
            lambda a: f"{a[0]}({a[1]})"
        ),
        smaller.map(lambda a: f"exp(sin({a}))"),
        smaller.map(lambda a: f"expm1(cos({a}))"),
        smaller.map(lambda a: f"log1p(({a})**2)"),
        smaller.map(lambda a: f"log(1 + ({a})**2)"),
        smaller.map(lambda a: f"sqrt(0.5 + ({a})**2)"),
        smaller.map(lambda a: f"-({a})"),
        pair.map(lambda a: f"maximum({a[0]}, {a[1]})"),
        pair.map(lambda a: f"minimum({a[0]}, {a[1]})"),
        st.tuples(smaller, smaller, smaller).map(lambda a: f"where({a[0]} < 0.3, {a[1]}, {a[2]})"),
    )


LEAVES = st.sampled_from(["x", "y", "0.7", "2", "pi"])
FORMULAS = st.recursive(LEAVES, _larger, max_leaves=6)


def slopes(formula: str, x: float, y: float) -> np.ndarray:
    equation = gradient(Equation("f", ("x", "y"), {}, {}, (), (parse_formula(formula),)))
    return np.array(run(equation, {"x": np.float64(x), "y": np.float64(y)}), dtype=float)


def theirs(formula: str, x: float, y: float) -> np.ndarray:
    expression = parse_formula(formula)
    value = lambda x, y: jnp.asarray(evaluate(expression, {"x": x, "y": y}, OPERATIONS), dtype=float)  # noqa: E731
    return np.array(jax.grad(value, argnums=(0, 1))(x, y))


@given(FORMULAS, st.floats(-2, 2), st.floats(-2, 2))
def test_derivatives_are_those_of_jax(formula, x, y):
    expected = theirs(formula, x, y)
    assume(np.isfinite(expected).all() and np.abs(expected).max() < 1e12)
    # On a kink (equal arguments of a maximum, abs of 0) any slope between is right, so both sides must agree.
    sides = [theirs(formula, x + dx, y + dy) for dx, dy in ((1e-9, 0.7e-9), (-1e-9, -0.7e-9), (1e-9, -0.7e-9))]
    assume(all(np.allclose(side, expected, rtol=1e-4, atol=1e-4) for side in sides))
    size = max(np.abs(expected).max(), 1)
    assert slopes(formula, x, y) == pytest.approx(expected, rel=1e-9, abs=1e-10 * size)


@pytest.mark.parametrize(
    ("formula", "at", "expected"),
    [
        ("abs(x)", (0.0, 0.0), (0.0, 0.0)),
        ("maximum(x, y)", (1.0, 1.0), (1.0, 0.0)),
        ("minimum(x, y)", (1.0, 1.0), (1.0, 0.0)),
        ("where(x > 0, 3*x, -y)", (0.0, 5.0), (0.0, -1.0)),
        ("x**0", (2.0, 1.0), (0.0, 0.0)),
        ("x**2", (0.0, 1.0), (0.0, 0.0)),
        ("x**1", (0.0, 1.0), (1.0, 0.0)),
        ("2**x", (3.0, 0.0), (8 * np.log(2), 0.0)),
        ("5", (1.0, 1.0), (0.0, 0.0)),
        ("sign(x) * y", (-2.0, 4.0), (0.0, -1.0)),
    ],
)
def test_special_cases(formula, at, expected):
    assert slopes(formula, *at) == pytest.approx(expected, rel=1e-15)
