"""The claims of the lesson: The step as a matrix."""

import re

import numpy as np
import pytest

from ravine.backends.newton_schulz import STEPS, A, B, C
from ravine.backends.numpy import over_tensors
from ravine.lessons import lesson
from ravine.lessons.checks.matrices import _step, can_be_orthogonalized, larger_singular_value, scale_of
from ravine.studio.matrix_picture import Weight
from tests.lessons.claims.ledger import claims, excused, sourced
from tests.lessons.claims.reading import states


def weight(**changed):
    """The weight of the first widget, with its numbers changed."""
    state = states("the-step-as-a-matrix")[0]
    return Weight(type(state)("", texts={**state.texts, **{key: str(value) for key, value in changed.items()}}))


def values(matrix):
    return np.linalg.svd(matrix, compute_uv=False)


def ends(**changed):
    """What is left along the strong and the weak direction with gradient, signs and orthogonalised steps."""
    return [path[-1] for path in weight(**changed).paths()]


def passed(value, passes=STEPS):
    """A singular value after so many passes, as the polynomial has it."""
    for _ in range(passes):
        value = A * value + B * value**3 + C * value**5
    return value


@claims(
    "Where one is ten times the other, plain descent steps ten times as far along it: a ravine again, whose axes are no parameters.",
    "| The gradient's singular values are 10 and 1. How far does the orthogonalised step go along the strong direction, beside the weak one? → Equally far. |",
    "The gradient's singular values are 10 and 1.",
    "Its singular values are 0.71 and 0.70: the ellipse has become a circle.",
    "So its path goes straight for the minimum, where plain descent swings across the ravine.",
    "Right: three rules without memory, 30 steps; plain descent at its best rate, the other two at 0.05.",
    "A weight of two rows and two columns in a ravine.",
)
def test_the_orthogonalised_step_goes_equally_far_along_both_directions():
    shown = weight()
    gradient = shown.gradient(np.eye(2))
    assert values(gradient) == pytest.approx([10, 1])
    assert [f"{value:.2f}" for value in values(shown.orthogonalized(gradient))] == ["0.71", "0.70"]
    descent, _, orthogonal = shown.paths()
    assert len(descent) == 31
    np.testing.assert_allclose(orthogonal[:20, 0], orthogonal[:20, 1], atol=0.02)  # straight
    assert np.abs(orthogonal[-1]).max() < 0.05
    assert (np.diff(np.sign(descent[:, 0])) != 0).all()  # across at every step
    [(best, _), (one, _), (two, _)] = shown.steps()
    assert (best, one, two) == (2 / 11, 0.05, 0.05)
    assert all(max(abs(1 - rate * 10), abs(1 - rate)) > 9 / 11 for rate in (0.98 * best, 1.02 * best))


def test_the_page_and_the_lesson_use_what_the_optimizer_runs():
    for changed in ({}, {"ratio": 100}, {"ratio": 3, "turn": 70}):
        shown = weight(**changed)
        gradient = shown.gradient(np.eye(2))
        run = over_tensors(0)["orthogonalize"](gradient)
        np.testing.assert_allclose(shown.orthogonalized(gradient), run, rtol=1e-13)


@claims(
    "The same at 100 to 1, before any pass.",
    "Do the passes one by one: after which is the ellipse all but a circle?",
)
def test_at_a_hundred_to_one_only_the_orthogonalised_path_does_not_mind():
    descent, signs, orthogonal = (np.abs(end) for end in ends(ratio=100))
    assert descent.max() > 0.5
    assert signs.max() > 0.9
    assert orthogonal.max() < 0.05
    state = states("the-step-as-a-matrix")[1]
    assert (state.texts["ratio"], state.texts["passes"]) == ("100", "0")
    ratios = []
    for passes in range(6):
        shown = weight(ratio=100, passes=passes)
        large, small = values(shown.orthogonalized(shown.gradient(np.eye(2))))
        ratios.append(large / small)
    assert [ratio < 1.05 for ratio in ratios] == [False, False, False, False, True, True]  # from the fourth on


@claims(
    r"Written as $G = U\Sigma V^\top$, the orthogonalised step is about $UV^\top$: directions stay, sizes go.",
    "The directions, here the axes, stay.",
    "Both singular values come to about the same, near 1.",
    "A step where the gradient has none.",
    "Orthogonalising adds no direction that the gradient does not have.",
    "The gradient by its largest value: a ratio of ten is left.",
    "Plain descent: ten times as far along the strong direction.",
)
def test_orthogonalising_keeps_directions_and_drops_sizes():
    gradient = np.random.default_rng(0).standard_normal((4, 3)) @ np.diag([10.0, 3.0, 1.0])
    u, sizes, v = np.linalg.svd(gradient, full_matrices=False)
    step = _step("muon", gradient) / np.sqrt(4 / 3)
    seen = u.T @ step @ v.T
    np.testing.assert_allclose(seen, np.diag(np.diag(seen)), atol=1e-9)  # the same directions
    assert np.abs(np.diag(seen) - 1).max() < 0.35  # about UVᵀ
    np.testing.assert_allclose(np.diag(seen), passed(sizes / np.linalg.norm(sizes)), rtol=1e-9)


@claims(
    "The sign of each entry, [Signum's](01-signs-and-slow-memories.md#sign) step, does that only where directions are the axes, at 0°.",
    "Turned by 30° the four signs are alike: its singular values are 2 and 0, and the weak direction gets nothing.",
    "All four signs are 1: the larger is {key}, the smaller 0.",
    "One direction gets everything.",
    "1 is what each *entry* is.",
    "Together they pull in one direction.",
    "Signs forget it.",
)
def test_signs_lose_the_weak_direction_of_a_turned_gradient():
    assert values(np.sign(weight(turn=0).gradient(np.eye(2)))) == pytest.approx([1, 1])
    turned = np.sign(weight(turn=30).gradient(np.eye(2)))
    assert (turned == 1).all()
    assert values(turned) == pytest.approx([2, 0], abs=1e-9)
    assert larger_singular_value([[7.75, 3.9], [3.9, 3.25]], "signs") == pytest.approx(2)


@claims(
    "Muon (Jordan et al. 2024) divides by the norm and then does five passes of products alone, those of Newton and Schulz:",
    "A pass makes small singular values up to 3.4 times as large.",
    "It does not settle at 1: whatever was above a 300th of the norm ends between 0.68 and 1.21.",
    r"$X \leftarrow aX + (b\,XX^\top + c\,(XX^\top)^2)\,X.$",
)
def test_where_five_passes_bring_a_singular_value():
    assert STEPS == 5
    assert passed(1e-4, 1) / 1e-4 == pytest.approx(3.4, abs=0.05)
    reached = passed(np.linspace(1 / 300, 1, 200_000))
    assert 0.68 < reached.min() < 0.69
    assert 1.20 < reached.max() < 1.21
    x = np.random.default_rng(1).standard_normal((3, 3))
    gram = x @ x.T
    once = A * x + (B * gram + C * gram @ gram) @ x  # as the lesson writes it
    np.testing.assert_allclose(values(once), sorted(np.abs(passed(values(x), 1)), reverse=True), rtol=1e-9)


@claims(
    r"Another scale, $0.2\sqrt{\max(\text{rows}, \text{columns})}$, lets you keep AdamW's rate (Liu et al. 2025).",
    "longer steps for tall matrices",
    "Of a convolution the filters are the rows.",
    "Each filter is a row: 16 by 72.",
    "One name, two scales: a port has to say which.",
    "{wrong} is the other scale, for AdamW’s rate.",
    r"$\sqrt{\max(1, \text{rows}/\text{columns})}$ = {key}.",
    "A vector has no rows and columns: AdamW steps it.",
    "Muon divides by the norm before its passes.",
    "So one rate does for layers whose gradients differ in size.",
)
def test_scales_convolutions_and_a_factor_in_the_loss():
    tall = np.random.default_rng(2).standard_normal((64, 4))
    ratio = _step("muon_rms", tall) / _step("muon", tall)
    np.testing.assert_allclose(ratio, 0.2 * np.sqrt(64) / np.sqrt(64 / 4))
    filters = np.random.default_rng(3).standard_normal((4, 2, 3, 3))
    np.testing.assert_allclose(_step("muon", filters).reshape(4, 18), _step("muon", filters.reshape(4, 18)))
    np.testing.assert_allclose(_step("muon", 1000 * tall), _step("muon", tall))
    assert scale_of(1024, 256) == pytest.approx(2)
    assert not can_be_orthogonalized([64])


def test_the_call_of_the_lesson_steps_both_groups():
    torch = pytest.importorskip("torch")
    [code] = re.findall(r"```python\n(.*?)```", lesson("the-step-as-a-matrix").source.read(), re.DOTALL)
    import ravine.optim

    hidden, last = torch.nn.Linear(4, 3), torch.nn.Linear(3, 2)
    names = {"ravine": ravine, "hidden": hidden, "last": last}
    exec(code, names)
    before = [each.detach().clone() for layer in (hidden, last) for each in layer.parameters()]
    last(hidden(torch.randn(5, 4))).square().sum().backward()
    names["optimizer"].step()
    after = [each for layer in (hidden, last) for each in layer.parameters()]
    assert not any(torch.equal(*pair) for pair in zip(before, after, strict=True))


excused(
    "road sign",
    "To every rule so far a layer is a list of numbers.",
)
excused("instruction", "A gain over a baseline with somebody else's rate says little.")

sourced(
    "wen-et-al-2025",
    "Papers promised 1.4 to 2 times the speed of AdamW.",
)
