"""Random rules on every kind of number: numpy, the written Python, torch, machine code and JavaScript agree.

Arithmetic, roots, choices and comparisons are rounded alike everywhere, so they agree to the bit, NaN and the sign of
zero included, however deep the expression. What libraries round in their own way (powers, exp, …) stands outermost,
where the last digits are all that may differ; and of two zeros either is the larger.
"""

import json
import math
import random
from dataclasses import replace

import numpy as np
import pytest
import torch

import ravine.optim
from ravine.backends import javascript
from ravine.backends import numpy as reference
from ravine.backends import python as written
from ravine.backends import torch as torch_backend
from ravine.backends.spelling import function
from ravine.equations import FUNCTIONS, Apply, Equation, Name, Number
from ravine.equations.language import pi
from ravine.rules import Rule

RULES = 60
TOGETHER = 25  # compiled as one
NUMBERS = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    -3.0,
    math.inf,
    -math.inf,
    math.nan,
    5e-324,
    -2.5e-308,
    1e308,
    -1e308,
    1e-160,
]
GRID = np.array([(theta, g) for theta in NUMBERS for g in NUMBERS])
THETA, G = GRID[:, 0].copy(), GRID[:, 1].copy()
T, LR = 3, 0.25
ALIKE = ("+", "-", "*", "/", "neg", "sqrt", "abs", "sign", "floor", "where", "maximum", "minimum")
ROUNDED = ("exp", "log", "sin", "cos", "tanh", "erf", "erfc", "expm1", "log1p", "**", "maximum", "minimum")
ULPS = 8e-15


def leaf(chance):
    return chance.choice([Name("theta"), Name("g"), Name("g"), Name("lr"), Name("t"), Number(chance.choice(FINITE))])


FINITE = [number for number in NUMBERS if math.isfinite(number)]


def alike(chance, depth):
    """An expression that is rounded alike everywhere."""
    if depth == 0:
        return leaf(chance)
    operation = chance.choice(ALIKE)
    if operation in ("maximum", "minimum"):  # with what is never zero
        return Apply(operation, (alike(chance, depth - 1), Number(chance.choice([1.0, -3.0, 1e308]))))
    if operation == "/":  # by what is an element's own: machine code takes the reciprocal of what all share
        below = Apply(chance.choice(["+", "-", "*"]), (Name(chance.choice(["theta", "g"])), alike(chance, depth - 1)))
        return Apply("/", (alike(chance, depth - 1), below))
    if operation == "where":
        compared = Apply(chance.choice(["<", "<=", ">", ">=", "==", "!="]), (alike(chance, depth - 1), leaf(chance)))
        return Apply("where", (compared, alike(chance, depth - 1), alike(chance, depth - 1)))
    count = FUNCTIONS.get(operation, 1 if operation == "neg" else 2)
    return Apply(operation, tuple(alike(chance, depth - 1) for _ in range(count)))


def expressions():
    """(expression, whether all agree to the bit): of each operation with simple arguments, then deeper ones."""
    chance = random.Random(11)
    theta, g = Name("theta"), Name("g")
    for operation in ALIKE:
        count = FUNCTIONS.get(operation, 1 if operation == "neg" else 2)
        if operation == "where":
            for sign in ("<", "<=", ">", ">=", "==", "!="):
                yield Apply("where", (Apply(sign, (theta, g)), theta, Number(-0.0))), True
        elif operation not in ROUNDED:
            yield Apply(operation, (theta, g)[:count]), True
    for operation in ROUNDED:
        count = FUNCTIONS.get(operation, 2)
        yield Apply(operation, (g, theta)[:count]), False
        yield Apply(operation, tuple(alike(chance, 2) for _ in range(count))), False
    # Where numpy takes the root for a power of a half, C's pow is infinite at -inf: the only place that is left out.
    yield Apply("**", (Apply("abs", (g,)), Number(0.5))), False
    for power in (2.0, 3.0, 4.0, 1.0, -1.0, 0.0, -2.0, 5.0):
        yield Apply("**", (g, Number(power))), False
    for base in (1.0, -1.0, 0.0, -0.0, 2.0, 1e308):
        yield Apply("**", (Number(base), g)), False
    for number in range(RULES):
        yield alike(chance, 2 + number % 3), True


def rule_of(number, expression):
    """Its state is the value of the expression; its step nothing."""
    still = Apply("*", (Name("lr"), Number(0.0)))
    return Equation(f"random_{number}", ("theta", "g"), {"m": 0.0}, {"t": None, "lr": LR}, (), (still, expression))


CASES = list(expressions())
EQUATIONS = [rule_of(number, expression) for number, (expression, _) in enumerate(CASES)]


def numpy_values(equation):
    names = {"theta": THETA, "g": G, "m": np.zeros(len(G)), "t": np.float64(T), "lr": np.float64(LR)}
    return np.broadcast_to(reference.run(equation, names)[1], G.shape)


def python_values(equation):
    """Python itself reads what is written."""
    words = {name: reference.OPERATIONS[name] for name in FUNCTIONS} | {"pi": pi, "Inf": math.inf}
    names = {"theta": THETA, "g": G, "t": np.float64(T), "lr": np.float64(LR)}
    with np.errstate(all="ignore"):
        found = eval(written.INFIX.write(equation.results[1]), {"__builtins__": {}, **words, **names})
    return np.broadcast_to(found, G.shape)


def torch_values(equation):
    theta, g = torch.tensor(THETA), torch.tensor(G)
    _, state = torch_backend.step(equation, theta, g, {"m": torch.zeros_like(g)}, T, {"lr": LR})
    return torch.as_tensor(state["m"], dtype=torch.float64).expand(g.shape).numpy()


@pytest.fixture(scope="module")
def compiled_values():
    """Of all rules, many in one: each a state of it. What is one number for all elements then has 64 bits, too."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    found = []
    try:
        for first in range(0, len(CASES), TOGETHER):
            some = [expression for expression, _ in CASES[first : first + TOGETHER]]
            states = {f"m{number}": 0.0 for number in range(len(some))}
            one = EQUATIONS[first]
            equation = replace(one, name=f"some_{first}", state=states, results=(one.results[0], *some))
            param = torch.tensor(THETA, requires_grad=True)
            made = ravine.optim.from_rule(Rule(equation.name, "", "A test, 2026", equation, "", ""))
            optimizer = made([param])
            for _ in range(T):
                param.grad = torch.tensor(G)
                optimizer.step()
            found += [optimizer.state[param][name].detach().expand(len(G)).numpy() for name in states]
    finally:
        torch.set_default_dtype(before)
    return found


@pytest.fixture(scope="module")
def javascript_values(node):
    """Of all rules at once; numbers go there and back as bytes."""
    program = [javascript.PRELUDE, *map(javascript.write, EQUATIONS)]
    program.append(f"const bytes = Buffer.from({json.dumps(GRID.tobytes().hex())}, 'hex');")
    program.append("const grid = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8), all = [];")
    for equation in EQUATIONS:
        values = {"theta": "grid[i]", "g": "grid[i + 1]", "m": "0", "t": str(T), "lr": str(LR)}
        call = f"{function(equation.name)}({', '.join(values[name] for name in equation.parameters)})"
        program.append(f"for (let i = 0; i < grid.length; i += 2) all.push({call}[1]);")
    program.append("console.log(Buffer.from(new Float64Array(all).buffer).toString('hex'));")
    return np.frombuffer(bytes.fromhex(node("\n".join(program)).strip())).reshape(len(EQUATIONS), -1)


def differences(wanted, found, exact):
    """Indices where they differ; zeros of either sign are one where that may be."""
    nan = np.isnan(wanted) & np.isnan(found)
    if exact:
        same = (wanted == found) & (np.signbit(wanted) == np.signbit(found))
    else:
        with np.errstate(all="ignore"):
            near = np.abs(wanted - found) <= ULPS * np.abs(wanted) + 1e-320
        same = (wanted == found) | (near & np.isfinite(found))
    return np.flatnonzero(~(nan | same))


def check(values):
    wrong = []
    for number, (equation, (expression, exact)) in enumerate(zip(EQUATIONS, CASES, strict=True)):
        wanted, found = numpy_values(equation), values(number, equation)
        for i in differences(wanted, found, exact)[:1]:
            text = written.INFIX.write(expression)
            wrong.append(f"{text} at theta {THETA[i]}, g {G[i]}: {found[i]!r}, where numpy has {wanted[i]!r}")
    assert not wrong, "\n".join(wrong)


def test_the_written_python():
    check(lambda _, equation: python_values(equation))


def test_torch():
    check(lambda _, equation: torch_values(equation))


def test_machine_code(compiled_values):
    check(lambda number, _: compiled_values[number])


def test_javascript(javascript_values):
    check(lambda number, _: javascript_values[number])


def test_the_comparison_sees_a_difference():
    one = np.array([0.0, 1.0, math.nan, math.inf])
    assert list(differences(one, np.array([-0.0, 1.0, math.nan, math.inf]), exact=True)) == [0]
    assert list(differences(one, np.array([-0.0, 1 + 1e-13, 0.0, math.nan]), exact=False)) == [1, 2, 3]
