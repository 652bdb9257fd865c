"""Each initializer against torch.nn.init, to the bit where it has the same, and against Keras's moments and bounds."""

import json
import math

import keras
import numpy as np
import pytest
import torch
from torch.nn import init

import ravine
from ravine.backends import javascript
from ravine.backends.spelling import function
from ravine.initializers import Initializer, find_initializer, initializer, initializers

SHAPES = [(32, 64), (10, 500), (8, 3, 5, 5)]

IN_TORCH = {
    "glorot_uniform": init.xavier_uniform_,
    "keras_dense": init.xavier_uniform_,
    "glorot_normal": init.xavier_normal_,
    "he_uniform": lambda w: init.kaiming_uniform_(w, nonlinearity="relu"),
    "he_normal": lambda w: init.kaiming_normal_(w, nonlinearity="relu"),
    "dead_bias": lambda w: init.kaiming_normal_(w, nonlinearity="relu"),
    "lecun_uniform": lambda w: init.kaiming_uniform_(w, nonlinearity="linear"),
    "lecun_normal": lambda w: init.kaiming_normal_(w, nonlinearity="linear"),
    "torch_linear": lambda w: init.kaiming_uniform_(w, a=math.sqrt(5)),
    "small_normal": lambda w: init.normal_(w, 0, 0.01),
    "zeros": init.zeros_,
    "constant": lambda w: init.constant_(w, 0.5),
}
IN_KERAS = {
    "glorot_uniform": "GlorotUniform",
    "keras_dense": "GlorotUniform",
    "glorot_normal_keras": "GlorotNormal",
    "he_uniform": "HeUniform",
    "he_normal_keras": "HeNormal",
    "lecun_uniform": "LecunUniform",
    "lecun_normal_keras": "LecunNormal",
}


def test_each_has_an_oracle():
    assert {*IN_TORCH, *IN_KERAS, "signs"} == set(initializers)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", IN_TORCH)
def test_the_same_seed_gives_pytorchs_weights(name, shape):
    ours, theirs = torch.empty(shape, dtype=torch.float64), torch.empty(shape, dtype=torch.float64)
    torch.manual_seed(7)
    initializers[name].torch_(ours)
    torch.manual_seed(7)
    IN_TORCH[name](theirs)
    torch.testing.assert_close(ours, theirs, rtol=1e-15, atol=0)


@pytest.mark.parametrize("name", IN_KERAS)
def test_moments_and_bounds_are_keras(name):
    fan_in, fan_out = 300, 700
    theirs = np.asarray(getattr(keras.initializers, IN_KERAS[name])(seed=3)((fan_in, fan_out)), dtype=float)
    ours = initializers[name].torch_(torch.empty(fan_out, fan_in, dtype=torch.float64)).numpy()
    bound, deviation = initializers[name].bound(fan_in, fan_out), initializers[name].deviation(fan_in, fan_out)
    for weights in (ours, theirs):
        assert weights.std() == pytest.approx(deviation, rel=0.01)
        assert abs(weights.mean()) < 0.01 * deviation
        assert 0.995 * bound < np.abs(weights).max() <= bound * (1 + 1e-6)
    # The fourth moment tells a uniform distribution from a normal one, cut off or not.
    assert (ours**4).mean() == pytest.approx((theirs**4).mean(), rel=0.02)


@pytest.mark.parametrize("name", initializers)
def test_deviation_and_bound_are_those_of_what_is_drawn(name):
    weight, bias = torch.empty(400, 500, dtype=torch.float64), torch.empty(400, dtype=torch.float64)
    known = initializers[name]
    known.torch_(weight, bias, generator=torch.Generator().manual_seed(1))
    assert weight.std().item() == pytest.approx(known.deviation(500, 400), rel=0.01, abs=1e-12)
    assert weight.abs().max().item() <= known.bound(500, 400)
    assert bias.isfinite().all()


def test_signs_are_plus_or_minus_one():
    weight = initializers["signs"].torch_(torch.empty(100, 100))
    assert set(weight.unique().tolist()) == {-1.0, 1.0}
    assert abs(weight.mean().item()) < 0.05


def test_pytorchs_default_of_linear_is_what_linear_begins_with():
    torch.manual_seed(5)
    layer = torch.nn.Linear(40, 30, dtype=torch.float64)
    torch.manual_seed(5)
    weight, bias = torch.empty(30, 40, dtype=torch.float64), torch.empty(30, dtype=torch.float64)
    initializers["torch_linear"].torch_(weight, bias)
    torch.testing.assert_close(weight, layer.weight.detach(), rtol=1e-15, atol=0)
    torch.testing.assert_close(bias, layer.bias.detach(), rtol=1e-15, atol=0)


def test_keras_default_of_dense_is_what_dense_begins_with():
    layer = keras.layers.Dense(300)
    layer.build((None, 200))
    weight, bias = (np.asarray(part.numpy(), dtype=float) for part in layer.weights)
    known = initializers["keras_dense"]
    assert (bias == 0).all()
    assert known.bias_distribution.name == "constant"
    assert np.abs(weight).max() == pytest.approx(known.bound(200, 300), rel=0.01)
    assert weight.std() == pytest.approx(known.deviation(200, 300), rel=0.01)


@pytest.mark.parametrize(("nonlinearity", "slope"), [("relu", 0), ("leaky_relu", 0.2), ("linear", 1), ("tanh", None)])
def test_a_gain_is_pytorchs(nonlinearity, slope):
    gain = init.calculate_gain(nonlinearity, slope)
    theirs = torch.empty(2000, 50, dtype=torch.float64)
    init.kaiming_uniform_(theirs, a=slope or 0, nonlinearity=nonlinearity)
    assert theirs.abs().max().item() == pytest.approx(initializers["he_uniform"].bound(50, 2000, gain=gain), rel=1e-3)
    if slope is not None:  # what he_uniform says of leaky units: He et al. 2015, equation 15
        assert gain == pytest.approx(math.sqrt(2 / (1 + slope**2)))


def test_biases():
    bias = torch.empty(3)
    initializers["dead_bias"].torch_(torch.empty(3, 4), bias)
    assert bias.tolist() == [-10.0] * 3
    initializers["he_normal"].torch_(torch.empty(3, 4), bias)
    assert bias.tolist() == [0.0] * 3


def test_javascript_is_the_references(node):
    lines = [javascript.PRELUDE, "const all = {};"]
    for name, known in initializers.items():
        given = ", ".join(["64", "32", *map(repr, known.parameters.values())])
        for part in (known.equation, known.bias_equation):
            lines.append(javascript.write(part))
        size, bias = (f"{function(part.name)}({given})" for part in (known.equation, known.bias_equation))
        lines.append(f"all.{name} = [{size}, {bias}];")
    found = json.loads(node("\n".join([*lines, "console.log(JSON.stringify(all));"])))
    for name, known in initializers.items():
        assert found[name][0] == pytest.approx(known.size(64, 32), rel=1e-15)
    assert found["dead_bias"][1] == -10
    assert found["torch_linear"][1] == 0.125


@pytest.mark.parametrize("name", initializers)
def test_each_says_what_a_person_wants_to_know(name):
    known = initializers[name]
    assert known.title
    assert known.source
    assert known.good_at
    assert known.hurts
    assert known.family in initializers


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("glorot_uniform", [r"W &\sim \mathcal{U}\left(-a, a\right)", r"a &= \text{gain}\,\sqrt{\frac{6}", "b &= 0"]),
        ("he_normal", [r"W &\sim \mathcal{N}\left(0, \sigma^2\right)", r"\text{gain} &= \sqrt{2}"]),
        ("constant", ["W &= 0.5"]),
        ("torch_linear", [r"b &\sim \mathcal{U}"]),
        ("dead_bias", ["b &= -10"]),
    ],
)
def test_formulas(name, lines):
    for line in lines:
        assert line in initializers[name].latex()


def test_bad_input_is_refused_before_anything_is_filled():
    weight = torch.full((3, 4), 7.0)
    with pytest.raises(ravine.RavineError, match="did you mean 'gain'"):
        initializers["he_normal"].torch_(weight, gian=1.0)
    with pytest.raises(ravine.RavineError, match="he_normal: gain must be finite, not inf"):
        initializers["he_normal"].torch_(weight, gain=math.inf)
    with pytest.raises(ravine.RavineError, match="two axes or more"):
        initializers["he_normal"].torch_(torch.empty(3))
    with pytest.raises(ravine.RavineError, match="fan_in must be a positive number, not 0"):
        initializers["he_normal"].bound(0, 3)
    assert (weight == 7).all()
    assert initializers["he_normal"].torch_(torch.empty(0, 4)).shape == (0, 4)


@initializer(title="Own", source="A test, 2026", distribution="uniform", bias="1 / fan_in", dialect="own")
def own(fan_in, fan_out, *, gain=2.0):
    return gain / fan_in


def test_one_of_ones_own(tmp_path, monkeypatch, ravine_command):
    weight, bias = torch.empty(50, 4), torch.empty(50)
    own.torch_(weight, bias)
    assert 0.4 < weight.abs().max() <= own.bound(4, 50) == 0.5
    assert bias.abs().max() <= 0.25
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(
        "from ravine.initializers import initializer\n\n\n"
        '@initializer(distribution="normal")\n'
        "def mine(fan_in, fan_out):\n    return 1 / fan_out\n"
    )
    assert isinstance(find_initializer("mine.py"), Initializer)
    code, shown, _ = ravine_command("initializers", "mine.py")
    assert code == 0
    assert "return 1 / fan_out" in shown
    with pytest.raises(ravine.RavineError, match=r"unknown distribution of two 'flat'; choose from: constant, normal"):

        @initializer(title="", source="A test, 2026", distribution="flat")
        def two(fan_in, fan_out):
            return 1

    with pytest.raises(ravine.RavineError, match="an initializer takes fan_in and fan_out"):

        @initializer(title="", source="A test, 2026", distribution="uniform")
        def three(n):
            return n


def test_the_command_line_lists_and_shows_them(ravine_command):
    code, listed, _ = ravine_command("initializers")
    assert code == 0
    assert all(name in listed for name in initializers)
    code, told, _ = ravine_command("initializers", "--json")
    assert {fact["name"] for fact in json.loads(told)} == set(initializers)
    code, shown, _ = ravine_command("initializers", "torch_linear")
    assert "1 / sqrt(fan_in)" in shown
    code, _, said = ravine_command("initializers", "he_unifrm")
    assert code == 2
    assert "did you mean 'he_uniform'?" in said
