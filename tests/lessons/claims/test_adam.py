"""The claims of the lesson: Adam."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from ravine import descend
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.reading import fed, states, text


def test_what_the_correction_corrects():
    first = {name: values[0] for name, values in fed(states("adam")[0], "adam").items()}
    assert first["m"] == pytest.approx(0.1)
    assert first["v"] == pytest.approx(0.001)
    assert first["m_hat"] == pytest.approx(1) == pytest.approx(first["v_hat"])
    longer = (first["m"] / math.sqrt(first["v"])) / (first["m_hat"] / math.sqrt(first["v_hat"]))
    assert f"={longer:.1f}times" in text("adam").replace(" ", "")


def test_adams_step_is_invariant_to_scale_and_mostly_bounded_by_the_rate():
    stream = gradients("noisy", 300)
    one, thousand = (feed(rules["adam"], scale * stream, lr=0.1)["step"] for scale in (1, 1000))
    np.testing.assert_allclose(one, thousand, rtol=1e-4, atol=1e-9)
    assert 0.1 < np.abs(one).max() < 0.12  # "mostly", and never much longer
    late = feed(rules["adam"], [*np.zeros(2000), 1.0], lr=1.0)["step"][-1]
    assert f"After 2000 zeros a lone gradient makes one of {late:.1f}" in text("adam")


def test_what_the_betas_do():
    signs = feed(rules["adam"], [3, -1, 0.5, -2], lr=1.0, beta1=0.01, beta2=0.01)["step"]
    np.testing.assert_allclose(signs, [1, -1, 1, -1], atol=0.1)
    spiked = feed(rules["adam"], [100, *[0.01] * 20], lr=1.0, beta1=0.9, beta2=0.5)["step"]
    assert spiked.max() > 5  # outgrows the rate
    usual = feed(rules["adam"], [100, *[0.01] * 20], lr=1.0)["step"]
    assert usual.max() <= 1 + 1e-6


def test_on_the_saddle_adams_first_step_is_as_long_along_y_as_along_x():
    state = states("adam")[1]
    land, rate = state.landscape, state.settings["adam"]["lr"]
    slopes = np.abs(land.gradient(*land.start))
    assert slopes[1] == pytest.approx(slopes[0] / 1000)  # "a thousandth of that along x"
    first = np.diff(descend("adam", land, steps=1, lr=rate).points, axis=0)[0]
    np.testing.assert_allclose(np.abs(first), rate, rtol=1e-4)


def longest_step(beta1, beta2, steps=40_000):
    """The longest step that any stream can make, in rates: by Cauchy and Schwarz √Σ aₖ²/bₖ for Σ aₖgₖ/√Σ bₖgₖ²."""
    k = np.arange(steps)
    logs = 2 * (math.log(1 - beta1) + k * math.log(beta1)) - math.log(1 - beta2) - k * math.log(beta2)
    return math.sqrt(np.exp(logs).sum())


def test_the_longest_step_and_when_there_is_no_bound():
    assert f"no stream makes one of more than {longest_step(0.9, 0.999):.1f}" in text("adam")
    # The stream that makes it: gradients in proportion to aₖ/bₖ, the newest last.
    k = np.arange(20_000)[::-1]
    worst = feed(rules["adam"], (0.9 / 0.999) ** k * 1e3, lr=1.0, eps=0.0)["step"][-1]
    assert worst == pytest.approx(longest_step(0.9, 0.999), rel=1e-3)
    assert longest_step(0.9, 0.85) < 1.2  # β₁ > β₂, but β₁² < β₂
    assert longest_step(0.9, 0.80, 3000) > 1e5  # β₁² > β₂: without bound


def test_the_memories_of_the_betas():
    for beta, memory in ((0.9, 10), (0.999, 1000)):
        weights = (1 - beta) * beta ** np.arange(20_000)
        assert (weights * np.arange(1, 20_001)).sum() == pytest.approx(memory, rel=1e-3)  # the mean age


def test_what_the_study_says_about_the_correction():
    study = (Path(__file__).parents[3] / "studies" / "adam-betas-bias-correction.md").read_text()
    equal, cells = map(int, re.search(r"in (\d+) of (\d+) cells", study).groups())
    assert equal < cells / 2  # "it lost in most cells"
    assert "3300 steps" in study
    assert "In Ravine’s 3300 steps it lost in most cells" in text("adam")
