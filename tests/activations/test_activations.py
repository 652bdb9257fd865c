"""Each activation and its slope against PyTorch's and autograd's, against mpmath far out, and in JavaScript.

Against PyTorch the tolerance is 1e-12 of the larger of the value and 1, since PyTorch's own forms lose digits far below
0 (GELU is z/2 (1 + erf)); against mpmath it is 1e-12 of the value itself, wherever a form is meant to keep its digits.
"""

import inspect
import json

import jax
import keras
import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import ravine
from ravine.activations import Activation, activation, activations, find_activation
from ravine.backends import javascript
from ravine.backends.spelling import function
from ravine.equations import exp, log1p, tanh

NEAR = np.linspace(-12, 12, 961)
FAR = np.array(
    [side * size for size in (15.5, 25, 38, 90, 700, 720, 1000, 1e5, 1e100, 1e300, 1e308) for side in (1, -1)]
)
KINKS = np.array([0.0, 1.0, -1.0, 3.0, -3.0])
EVERYWHERE = np.concatenate([NEAR, FAR, KINKS])

TRUE = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "relu": lambda z: max(0, z),
    "leaky_relu": lambda z: z if z > 0 else z * mpmath.mpf(0.01),
    "leaky_relu_keras": lambda z: z if z > 0 else z * mpmath.mpf(0.3),
    "elu": lambda z: z if z > 0 else mpmath.expm1(z),
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
    "gelu": lambda z: z * mpmath.erfc(-z / mpmath.sqrt(2)) / 2,
    "gelu_tanh": lambda z: z / 2 * (1 + mpmath.tanh(mpmath.sqrt(2 / mpmath.pi) * (z + mpmath.mpf(0.044715) * z**3))),
    "silu": lambda z: z / (1 + mpmath.exp(-z)),
    "hard_sigmoid": lambda z: min(1, max(0, (z + 3) / 6)),
    "hard_tanh": lambda z: min(1, max(-1, z)),
}
# 1 + tanh and 1 - tanh² lose digits where tanh is near 1, as everywhere in the field.
LOSES = {("gelu_tanh", "value"), ("gelu_tanh", "slope"), ("tanh", "slope"), ("softplus", "slope")}


def in_torch(name: str, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """PyTorch's own module and autograd, in float64."""
    module = eval(activations[name].torch_call(), {"torch": torch})
    at = torch.tensor(z, requires_grad=True)
    value = module(at)
    (slope,) = torch.autograd.grad(value.sum(), at)
    return value.detach().numpy(), slope.numpy()


def close(ours: np.ndarray, theirs: np.ndarray, tolerance: float = 1e-12) -> None:
    scale = np.maximum(1, np.abs(theirs))
    np.testing.assert_allclose(ours / scale, theirs / scale, rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", activations)
def test_value_and_slope_are_pytorchs(name):
    value, slope = in_torch(name, EVERYWHERE)
    known = ~np.isnan(slope)  # 0 · ∞ in PyTorch's tanh form of GELU, where z³ overflows
    assert known.mean() > 0.98
    close(activations[name](EVERYWHERE), value)
    # PyTorch keeps the sixth that is its Hardsigmoid's slope in 32 bits.
    close(activations[name].slope(EVERYWHERE)[known], slope[known], 5e-9 if name == "hard_sigmoid" else 1e-12)


@pytest.mark.parametrize("name", activations)
def test_the_digits_are_kept_far_out(name):
    assert name in TRUE, "an activation of the book is compared with its formula in forty digits"
    z = EVERYWHERE[(np.abs(EVERYWHERE) < 800) & ~np.isin(EVERYWHERE, KINKS)]
    nearer = z[np.abs(z) < 100]
    with mpmath.workdps(150):
        step = mpmath.mpf(10) ** -50
        values = np.array([float(TRUE[name](mpmath.mpf(float(x)))) for x in z])
        slopes = np.array([float(mpmath.diff(TRUE[name], mpmath.mpf(float(x)), h=step)) for x in nearer])
    slope = activations[name].slope(nearer)
    for what, at, ours, true in (("value", z, activations[name](z), values), ("slope", nearer, slope, slopes)):
        np.testing.assert_allclose(ours, true, rtol=1e-12, atol=1e-14)
        if (name, what) not in LOSES:
            passes_0 = (np.abs(true) < 1e-3) & (np.abs(at) < 3)  # SiLU's and GELU's slope do
            kept = ~passes_0 & ((np.abs(true) > 1e-300) | (true == 0))
            np.testing.assert_allclose(ours[kept], true[kept], rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", activations)
def test_nothing_is_lost_at_the_ends_of_the_numbers(name):
    ends = np.array([1e308, -1e308, 1e-308, -1e-308, 0.0, -0.0])
    assert np.isfinite(activations[name](ends)).all()
    assert np.isfinite(activations[name].slope(ends)).all()
    assert np.isnan(activations[name](np.nan))


@given(z=st.floats(-1e6, 1e6))
def test_a_sigmoid_of_any_number_is_a_probability(z):
    value, slope = activations["sigmoid"](z), activations["sigmoid"].slope(z)
    assert 0 <= value <= 1
    assert 0 <= slope <= 0.25
    assert slope == pytest.approx(value * activations["sigmoid"](-z), rel=1e-12, abs=1e-320)


@pytest.mark.parametrize("name", activations)
def test_a_module_has_the_values_and_the_derived_slope(name):
    ours = activations[name].torch()
    z = torch.tensor(EVERYWHERE.reshape(-1, 2), requires_grad=True)
    value = ours(z)
    (slope,) = torch.autograd.grad(value.sum(), z)
    np.testing.assert_allclose(value.detach().numpy().ravel(), activations[name](EVERYWHERE), rtol=4e-15, atol=1e-15)
    np.testing.assert_allclose(slope.numpy().ravel(), activations[name].slope(EVERYWHERE), rtol=2e-13, atol=1e-14)
    half = ours(torch.linspace(-3, 3, 7, dtype=torch.bfloat16))
    assert half.dtype == torch.bfloat16
    at = torch.tensor([-0.7, 0.4, 2.2], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(ours, at)
    assert torch.autograd.gradgradcheck(ours, at)
    each = torch.func.vmap(torch.func.grad(lambda x: ours(x)))(torch.tensor([-0.7, 0.4], dtype=torch.float64))
    np.testing.assert_allclose(each.numpy(), activations[name].slope([-0.7, 0.4]), rtol=1e-12)


def test_javascript_is_the_references(node):
    lines = [javascript.PRELUDE, f"const z = {json.dumps(EVERYWHERE.tolist())}, all = {{}};"]
    for name, known in activations.items():
        given = "".join(f", {value!r}" for value in known.parameters.values())
        lines += [known.javascript(), javascript.write(known.slope_equation)]
        calls = f"[{function(known.equation.name)}(x{given}), {function(known.slope_equation.name)}(x{given})]"
        lines.append(f"all.{name} = z.map((x) => {calls}.map(String));")
    found = json.loads(node("\n".join([*lines, "console.log(JSON.stringify(all));"])))
    for name, known in activations.items():
        value, slope = np.array(found[name], dtype=float).T
        close(value, known(EVERYWHERE))
        close(slope, known.slope(EVERYWHERE))


def test_dialects():
    z = np.linspace(-6, 6, 121)
    exact, by_tanh = activations["gelu"], activations["gelu_tanh"]
    assert inspect.signature(jax.nn.gelu).parameters["approximate"].default is True
    with jax.enable_x64(True):
        close(by_tanh(z), np.asarray(jax.nn.gelu(z)))
    assert torch.nn.GELU().approximate == "none"
    assert inspect.signature(keras.activations.gelu).parameters["approximate"].default is False
    assert 4e-4 < np.abs(exact(z) - by_tanh(z)).max() < 5e-4  # what gelu_tanh says of itself
    assert torch.nn.LeakyReLU().negative_slope == activations["leaky_relu"].parameters["negative_slope"]
    theirs = keras.layers.LeakyReLU().negative_slope
    assert float(theirs) == pytest.approx(activations["leaky_relu_keras"].parameters["negative_slope"], rel=1e-7)
    # PyTorch's Softplus is z itself from its threshold on.
    default = torch.nn.functional.softplus(torch.tensor(20 + 1e-9, dtype=torch.float64)).item()
    assert 2e-9 < activations["softplus"](20 + 1e-9) - default < 2.1e-9


def test_what_the_lines_on_each_say():
    assert activations["sigmoid"].slope(NEAR).max() == 0.25
    assert activations["tanh"].slope(3.0) < 0.01 < activations["tanh"].slope(2.9)
    z = np.linspace(-2, -0.5, 15001)
    assert z[activations["silu"](z).argmin()] == pytest.approx(-1.28, abs=2e-3)


def test_parameters_are_checked():
    assert activations["elu"](-1.0, alpha=2.0) == pytest.approx(2 * np.expm1(-1))
    assert activations["leaky_relu"].torch_call(negative_slope=0.2) == "torch.nn.LeakyReLU(negative_slope=0.2)"
    with pytest.raises(ravine.RavineError, match="unknown parameter of elu 'alfa'; did you mean 'alpha'"):
        activations["elu"](0.0, alfa=1.0)
    with pytest.raises(ravine.RavineError, match="elu: alpha must be finite, not nan"):
        activations["elu"].torch(alpha=float("nan"))


def test_each_shape_is_kept():
    assert isinstance(activations["relu"](1), float)
    assert activations["identity"].slope(np.zeros((2, 3))).shape == (2, 3)


@pytest.mark.parametrize("name", activations)
def test_each_says_what_a_person_wants_to_know(name):
    known = activations[name]
    assert known.title
    assert known.good_at
    assert known.hurts
    assert 1800 < known.published < 2030
    assert known.family in activations


@activation(title="Mish", source="Misra 2019")
def mish(z, *, beta=1.0):
    return z * tanh(log1p(exp(beta * z)))


def test_one_of_ones_own(tmp_path, monkeypatch, ravine_command):
    z = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(mish(z), torch.nn.functional.mish(torch.tensor(z)).numpy(), rtol=1e-12)
    monkeypatch.chdir(tmp_path)
    head = "from ravine.activations import activation, activations\nfrom ravine.equations import *\n"
    body = "@activation()\ndef square(z):\n    return z**2\n"
    (tmp_path / "square.py").write_text(head + body)
    assert isinstance(find_activation("square.py"), Activation)
    assert find_activation("square.py").slope(3.0) == 6
    assert "square.py" not in activations
    code, shown, _ = ravine_command("activations", "square.py")
    assert code == 0
    assert "return z**2" in shown
    assert "good at" not in shown
    with pytest.raises(
        ravine.RavineError, match=r"^unknown activation 'square'; to take it from the file here, say square"
    ):
        find_activation("square")
    (tmp_path / "none.py").write_text(head)
    with pytest.raises(ravine.RavineError, match=r"^none\.py defines no activation: write its equation"):
        find_activation("none.py")


def test_what_is_no_activation_is_refused():
    with pytest.raises(ravine.RavineError, match="an activation takes z"):

        @activation(title="", source="A test, 2026")
        def two(x, y):
            return x * y


def test_the_command_line_lists_and_shows_them(ravine_command):
    code, listed, _ = ravine_command("activations")
    assert code == 0
    assert all(name in listed for name in activations)
    code, told, _ = ravine_command("activations", "--json")
    assert {fact["name"] for fact in json.loads(told)} == set(activations)
    code, shown, _ = ravine_command("activations", "gelu")
    assert "erfc" in shown
    assert "gelu_tanh (JAX)" in shown
    code, _, said = ravine_command("activations", "rellu")
    assert code == 2
    assert "did you mean 'relu'?" in said
