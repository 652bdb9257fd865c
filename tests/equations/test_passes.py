"""Rules with functions of a whole tensor: read, cut into passes, and refused in words where they mean nothing."""

import numpy as np
import pytest
import torch

from ravine import RavineError, descend, rule, rules
from ravine.backends import glsl, javascript_arrays, webgl
from ravine.backends import numpy as reference
from ravine.backends import torch as torch_backend
from ravine.equations import EquationError, max, mean, norm, over_tensors, passes, sqrt, sum, where
from ravine.networks import Recipe


def own(function):
    return rule(title="Own", source="A test, 2026")(function)


@own
def nested(g, theta, m=0.0, *, t, lr=0.1, beta=0.9):
    m = beta * m + (1 - beta) * g
    u = m / norm(m)
    v = u - mean(u)
    spread = sqrt(mean(v**2)) + max(abs(v)) + 0 * sum(theta)
    return lr * where(spread > 0, v / spread, u), m


@own
def remembers(g, size=0.0, *, t, lr=0.1, beta=0.9):
    size = beta * size + (1 - beta) * norm(g)
    return lr * g / (size / (1 - beta**t)), size


OWN = {"nested": nested, "remembers": remembers}
EVERY = {**{name: known for name, known in rules.items() if over_tensors(known.equation)}, **OWN}


def test_what_needs_no_tensor_is_the_equation_itself():
    for known in rules.values():
        if not over_tensors(known.equation):
            assert passes(known.equation).last is known.equation


def test_as_many_passes_as_the_norms_force():
    assert {name: len(passes(EVERY[name].equation).before) for name in ("lamb", "lars", "stableadamw", "nested")} == {
        "lamb": 1,
        "lars": 1,
        "stableadamw": 1,
        "nested": 3,
    }
    (one,) = passes(rules["lamb"].equation).before
    assert list(one.found.values()) == ["norm", "norm"]  # of θ and of u, each once, however often they are read


def paths(known, shape, steps=30):
    """By numpy, which runs the lines as they stand, and by torch, in passes."""
    chance = np.random.default_rng(0)
    theta, settings = chance.standard_normal(shape), known.settings({})
    ours, ours_state = theta, reference.start(known.equation, theta, settings)
    theirs = torch.tensor(theta)
    state = torch_backend.start(known.equation, theirs, settings)
    for t in range(1, steps + 1):
        g = chance.standard_normal(shape)
        ours, ours_state = reference.step(known.equation, ours, g, ours_state, t, settings)
        theirs, state = torch_backend.step(known.equation, theirs, torch.tensor(g), state, t, settings)
    return ours, theirs.numpy(), state


@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 4), (2, 3, 2), (0,), (2, 0)], ids=str)
@pytest.mark.parametrize("name", EVERY)
def test_passes_are_the_lines_as_they_stand(name, shape):
    if EVERY[name].of_matrices and len(shape) < 2:
        return
    ours, theirs, _ = paths(EVERY[name], shape)
    np.testing.assert_allclose(theirs, ours, rtol=1e-11, atol=1e-13)


def test_a_state_that_a_norm_gives_is_one_number():
    _, _, state = paths(remembers, (3, 4))
    assert isinstance(state["size"], float)


@pytest.mark.parametrize("name", ["norm", "mean", "sum", "max"])
def test_of_nothing_all_are_nought(name):
    assert not reference.over_tensors(0)[name](np.zeros((2, 0))).any()
    assert not torch.as_tensor(torch_backend.over_tensors(torch.zeros(2, 0), 0)[name](torch.zeros(2, 0))).any()


@pytest.mark.parametrize("name", [name for name in EVERY if not EVERY[name].of_matrices])
def test_starts_side_by_side_are_tensors_of_their_own(name):
    starts = np.array([(-1.0, 0.5), (2.0, -0.3)])
    together = descend(EVERY[name], "bowl", starts, steps=20)
    for row, start in enumerate(starts):
        np.testing.assert_array_equal(together.points[row], descend(EVERY[name], "bowl", start, steps=20).points)


def of_a_number(g, *, lr=0.1):
    return lr * g / norm(lr)


def of_a_norm(g, *, lr=0.1):
    size = norm(g)
    return lr * g / mean(size)


@pytest.mark.parametrize("function", [of_a_number, of_a_norm])
def test_a_norm_of_what_is_one_number_is_refused(function):
    with pytest.raises(RavineError, match=r"of_a_n\w+: \w+ is of all elements of a tensor, .* is one number"):
        own(function)


def two(g, *, lr=0.1):
    return lr * max(g, 0)


def bare(g, *, lr=0.1):
    return lr * g / norm


def test_misspelt_norms_say_what_to_write():
    with pytest.raises(EquationError, match=r"line \d+: max takes 1 argument, not 2 \(maximum is the larger of two\)"):
        own(two)
    with pytest.raises(EquationError, match=r"norm is a function of a whole tensor; write norm\("):
        own(bare)
    with pytest.raises(RavineError, match="norm is of a whole tensor, and belongs to rules"):
        descend("sgd", "norm(x) + y")


def variable(g, *, lr=0.1):
    norm = sqrt(sum(g**2))
    return lr * g / norm


def test_the_names_are_free_for_quantities():
    theta, _ = reference.step(own(variable).equation, np.zeros(2), np.array([3.0, 4.0]), {}, 1, {"lr": 1.0})
    np.testing.assert_allclose(theta, [-0.6, -0.8])


@pytest.mark.parametrize(
    ("write", "who"),
    [
        (glsl.write, "GLSL"),
        (webgl.write, "a pixel of a map"),
        (javascript_arrays.write, "a loop over all of a network's parameters"),
    ],
)
def test_what_steps_element_by_element_refuses_by_name(write, who):
    with pytest.raises(RavineError, match=f"lamb takes the norm of a whole tensor, and {who} steps"):
        write(rules["lamb"].equation)


def test_the_pages_network_refuses_by_name():
    with pytest.raises(RavineError, match="lamb takes the norm of a whole tensor, and the page's network steps"):
        Recipe(rule="lamb")
