"""What the language holds means what Python means by it; everything else is refused in one line that says where."""

import contextlib
import io
import math
import tokenize

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from ravine.backends.numpy import OPERATIONS
from ravine.equations import FUNCTIONS, EquationError, evaluate, parse_formula
from ravine.errors import RavineError

MEANING = {
    **{
        name: getattr(np, name)
        for name in ("sqrt", "abs", "exp", "log", "sin", "cos", "sign", "floor", "maximum", "minimum")
    },
    **{name: getattr(np, name) for name in ("tanh", "expm1", "log1p")},
    **{name: getattr(special, name) for name in ("erf", "erfc")},
    "where": np.where,
    "pi": np.float64(math.pi),
}

ONE_ARGUMENT = [name for name, arguments in FUNCTIONS.items() if arguments == 1]
NUMBERS = st.floats(0, 1e3, allow_nan=False).map(repr) | st.integers(0, 50).map(str)
LEAVES = NUMBERS | st.sampled_from(["x", "y", "pi"])


def _larger(smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.tuples(smaller, st.sampled_from(["+", "-", "*", "/"]), smaller).map(" ".join)
    call = st.tuples(st.sampled_from(ONE_ARGUMENT), smaller)
    pair = st.tuples(st.sampled_from(["maximum", "minimum"]), smaller, smaller)
    chosen = st.tuples(smaller, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), smaller, smaller, smaller)
    return st.one_of(
        binary,
        smaller.map(lambda a: f"({a})"),
        smaller.map(lambda a: f"-({a})"),
        smaller.map(lambda a: f"+{a}"),
        st.tuples(smaller, st.integers(0, 5)).map(lambda a: f"({a[0]})**{a[1]}"),
        call.map(lambda a: f"{a[0]}({a[1]})"),
        pair.map(lambda a: f"{a[0]}({a[1]}, {a[2]})"),
        chosen.map(lambda a: f"where({a[0]} {a[1]} {a[2]}, {a[3]}, {a[4]})"),
    )


FORMULAS = st.recursive(LEAVES, _larger, max_leaves=12)
COORDINATES = st.floats(-10, 10)


@given(FORMULAS, COORDINATES, COORDINATES)
def test_a_formula_means_what_python_means_by_it(formula, x, y):
    names = {"x": np.float64(x), "y": np.float64(y)}
    with np.errstate(all="ignore"):
        ours = evaluate(parse_formula(formula), names, OPERATIONS)
        # Literals as numpy's floats: Python's own raise where numpy gives inf, and its integers are not floats.
        theirs = eval(_with_floats(formula), {"__builtins__": {}, "float64": np.float64}, {**MEANING, **names})
    assert ours == pytest.approx(theirs, rel=1e-13, nan_ok=True)


def _with_floats(formula: str) -> str:
    tokens = tokenize.generate_tokens(io.StringIO(formula).readline)
    return " ".join(f"float64({text})" if kind == tokenize.NUMBER else text for kind, text, *_ in tokens)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("-x**2", -4.0),
        ("2**3**2", 512.0),
        ("x - 1 - 1", 0.0),
        ("x / 2 / 2", 0.5),
        ("-2**2", -4.0),
        ("(-2)**2", 4.0),
        ("\n x\n+ 1 ", 3.0),
        ("1e3 + .5", 1000.5),
        ("1_000 + 0x10", 1016.0),
        ("where(x > 1, 10, 20)", 10.0),
    ],
)
def test_precedence_and_spelling_are_pythons(formula, value):
    assert evaluate(parse_formula(formula), {"x": 2.0, "y": 0.0}, OPERATIONS) == value


# As people type it, and what it means.
RESPELT = {
    "x^2 − 3y": "x**2 - 3*y",
    "2x² + y³": "2*x**2 + y**3",
    "-x²": "-(x**2)",
    "x⁻¹y": "x**(-1)*y",
    "x¹⁰": "x**10",
    "2π·x × y ÷ 3": "2*pi*x*y/3",
    "πx(y)": None,  # x is no function
    "3(x + 1)(y – 1)x": "3*(x + 1)*(y - 1)*x",
    "sin(x)cos(y)(x)": "sin(x)*cos(y)*x",
    "2√(x² + 1)": "2*sqrt(x**2 + 1)",
    "tan(2x)": "sin(2*x)/cos(2*x)",
    "tan(x)^2": "(sin(x)/cos(x))**2",
    "tanh(x)": "tanh(x)",
    "ln(x) + max(x, y) - min(x, fabs(y)) + sgn(x)": "log(x) + maximum(x, y) - minimum(x, abs(y)) + sign(x)",
    "where(x ≥ 1, 2x, 3y)": "where(x >= 1, 2*x, 3*y)",
    "where(x ≠ y, 0, 1)": "where(x != y, 0, 1)",
    "1/(2x)": "1/(2*x)",
    "x/2*3y": "x/2*3*y",
    "x^(2)y": "(x**2)*y",
    "2^3^2": "2**(3**2)",
    "2e3x": "2000*x",
    ".5x + 1.y": "0.5*x + 1*y",
    "x\u00a0+\u00a01": "x + 1",
    "x # 2x²\n+ 2x": "x + 2*x",
}


@pytest.mark.parametrize("typed", RESPELT)
def test_what_is_certain_is_read_as_it_is_meant(typed):
    meant = RESPELT[typed]
    if meant is None:
        with pytest.raises(EquationError):
            parse_formula(typed)
    else:
        assert parse_formula(typed) == parse_formula(meant)


@pytest.mark.parametrize(
    ("formula", "column"),
    [("x² + z", 6), ("2x + 2z", 7), ("x −\n z", 6), ("π√(x) + é", 9), ("x ≤ y", 1), ("(x)(y)(z)", 8)],
)
def test_a_place_is_counted_in_what_was_typed(formula, column):
    with pytest.raises(EquationError, match=f"^formula, column {column}: "):
        parse_formula(formula)


REFUSED = {
    "attribute": ("x.real", "column 1: an attribute (a dot) is outside the language; allowed: + - * / **"),
    "method": ("x.conjugate()", "column 1: this call is outside the language"),
    "import": ("__import__('os')", "column 1: unknown function '__import__'; allowed"),
    "import and use": ("__import__('os').system('ls')", "column 1: this call is outside"),
    "builtin": ("print(x)", "column 1: unknown function 'print'"),
    "call of a call": ("sin(x) (y)", "this call is outside the language"),
    "lambda": ("lambda: x", "a lambda is outside the language"),
    "subscript": ("x + y[0]", "column 5: an index [ ] is outside the language"),
    "walrus": ("(z := x)", "NamedExpr is outside the language"),
    "list": ("[x, y]", "List is outside the language"),
    "comprehension": ("[x for x in y]", "ListComp is outside the language"),
    "generator": ("(x for x in y)", "GeneratorExp is outside the language"),
    "tuple": ("x, y", "a comma is outside the language"),
    "set": ("{x}", "Set is outside the language"),
    "await": ("await x", "outside"),
    "yield": ("(yield)", "Yield is outside the language"),
    "format": ("f'{x}'", "JoinedStr is outside the language"),
    "if": ("x if y else 1", "if … else (use where) is outside the language"),
    "and": ("x and y", "and/or is outside the language"),
    "not": ("not x", "outside the language"),
    "invert": ("~x", "outside the language"),
    "quotient of a product": ("1/2x", "column 4: this can be read in two ways: write * for the product, and brackets"),
    "quotient of a negative product": ("1 / -2(x + y)", "column 7: this can be read in two ways"),
    "quotient of a square's product": ("1/x²y", "column 5: this can be read in two ways"),
    "quotient of brackets": ("x/(y + 1)(y - 1)", "column 10: this can be read in two ways"),
    "power of a product": ("x^2y", "column 4: this can be read in two ways: write * for the product, and brackets"),
    "power of a function's product": ("x**sin(y)x", "column 10: this can be read in two ways"),
    "tower": ("x^y²", "column 4: this can be read in two ways: put one of the powers in brackets"),
    "tower from below": ("x²**3", "column 3: this can be read in two ways: put one of the powers in brackets"),
    "number after a square": ("x²3", "syntax error"),
    "two signs that could be a power": ("x *× 2", "syntax error"),
    "letters together": ("xy", "column 1: unknown name 'xy'"),
    "argument or factor": ("x(y + 1)", "column 1: unknown function 'x'"),
    "root without brackets": ("√x", "syntax error"),
    "tangent of two": ("tan(x, y)", "tan takes 1 argument, not 2"),
    "tangents of tangents": ("tan(" * 12 + "x" + ")" * 12, "too large: at most 60 levels deep and 2000 operations"),
    "floor division": ("x // 2", "outside the language"),
    "remainder": ("x % 2", "outside the language"),
    "matrix product": ("x @ y", "outside the language"),
    "comparison": ("x < y", "a comparison stands only as the first argument of where"),
    "chained": ("where(0 < x < 1, 1, 2)", "where needs one comparison first"),
    "no condition": ("where(x, 1, 2)", "where needs one comparison first"),
    "membership": ("where(x in y, 1, 2)", "where needs one comparison first"),
    "text": ("'x'", "this constant is outside the language"),
    "bytes": ("b'x'", "this constant is outside the language"),
    "complex": ("1j * x", "column 2: unknown name 'j'"),
    "true": ("True", "this constant is outside the language"),
    "none": ("None", "this constant is outside the language"),
    "ellipsis": ("...", "this constant is outside the language"),
    "unknown name": ("x + z", "column 5: unknown name 'z'; known here: x, y"),
    "function without call": ("sin + x", "sin is a function; write sin(…)"),
    "too few": ("maximum(x)", "maximum takes 2 arguments, not 1"),
    "too many": ("sin(x, y)", "sin takes 1 argument, not 2"),
    "keyword": ("sin(x=1)", "outside the language"),
    "star": ("maximum(*x)", "maximum takes 2 arguments, not 1"),
    "star of two": ("maximum(*x, *y)", "outside the language"),
    "double star": ("sin(**x)", "outside the language"),
    "huge integer": ("9" * 400, "the number is too large for a float"),
    "huge float": ("1e999 * x", "the number is too large for a float"),
    "null byte": ("x\0", ""),
    "nested brackets": ("(" * 10_000 + "x" + ")" * 10_000, "at most 1000"),
    "brackets that fit": ("(" * 100 + "x" + ")" * 100, "brackets nest deeper than 60"),
    "unclosed brackets": ("(" * 50, "syntax error"),
    "too long": ("x + " * 1249 + "x   ", "5000 characters; at most 1000"),
    "minus signs": ("-" * 900 + "x", "too large: at most 60 levels deep"),
    "powers": ("x**" * 300 + "x", "too large: at most 60 levels deep"),
    "sums": ("x+" * 400 + "x", "too large: at most 60 levels deep"),
    "digits of another script": ("x + ٣", "syntax error"),
    "name of another script": ("х + 1", "unknown name"),
    "empty": ("", "one expression of x, y is needed"),
    "blank": ("  \n ", "one expression of x, y is needed"),
    "comment": ("# x", ""),
    "half": ("x +", "syntax error"),
    "two": ("x; y", "syntax error"),
    "two lines": ("x\ny", "syntax error"),
    "brackets that meet the reader's own": ("x) + (y", "column 2: syntax error: unmatched ')'"),
    "statement": ("import os", "syntax error"),
    "assignment": ("x = 1", "syntax error"),
}


@pytest.mark.parametrize(("formula", "message"), REFUSED.values(), ids=REFUSED)
def test_everything_else_is_refused_with_its_place(formula, message):
    with pytest.raises(EquationError) as caught:
        parse_formula(formula)
    said = str(caught.value)
    assert said.startswith("formula")
    assert message in said
    assert "\n" not in said
    assert len(said) < 300
    assert isinstance(caught.value, RavineError | ValueError)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_nothing_else(text):
    with contextlib.suppress(EquationError):
        parse_formula(text)
