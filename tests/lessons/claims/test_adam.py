"""The claims of the lesson: Adam."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from ravine import descend
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.reading import fed, states, text


@claims(
    "Averages that start at 0 are too small at first: after one step $m$ is a tenth of the gradient, $v$ a thousandth of its square.",
    "A constant gradient of 1: m and v crawl up from 0, while the corrected m̂ and v̂ are right from the first step.",
    r"Without the correction the first step would be $(1-\beta_1)/\sqrt{1-\beta_2} = 3.2$ times as long, for even the root of $v$ is further off than $m$.",
)
def test_what_the_correction_corrects():
    first = {name: values[0] for name, values in fed(states("adam")[0], "adam").items()}
    assert first["m"] == pytest.approx(0.1)
    assert first["v"] == pytest.approx(0.001)
    assert first["m_hat"] == pytest.approx(1) == pytest.approx(first["v_hat"])
    longer = (first["m"] / math.sqrt(first["v"])) / (first["m_hat"] / math.sqrt(first["v_hat"]))
    assert f"={longer:.1f}times" in text("adam").replace(" ", "")


@claims(
    r"A factor in all gradients cancels in $\hat m/\sqrt{\hat v}$.",
)
def test_adams_step_is_invariant_to_scale_and_mostly_bounded_by_the_rate():
    stream = gradients("noisy", 300)
    one, thousand = (feed(rules["adam"], scale * stream, lr=0.1)["step"] for scale in (1, 1000))
    np.testing.assert_allclose(one, thousand, rtol=1e-4, atol=1e-9)
    assert 0.1 < np.abs(one).max() < 0.12  # "mostly", and never much longer
    late = feed(rules["adam"], [*np.zeros(2000), 1.0], lr=1.0)["step"][-1]
    assert f"After 2000 zeros a lone gradient makes one of {late:.1f}" in text("adam")


@claims(
    "With both at 0.01 only the sign of the gradient is left.",
    "At 0.01 both forget at once.",
    r"Both averages hold hardly more than the newest gradient, and of $g/\sqrt{g^2}$ only the sign is left.",
)
def test_what_the_betas_do():
    signs = feed(rules["adam"], [3, -1, 0.5, -2], lr=1.0, beta1=0.01, beta2=0.01)["step"]
    np.testing.assert_allclose(signs, [1, -1, 1, -1], atol=0.1)
    spiked = feed(rules["adam"], [100, *[0.01] * 20], lr=1.0, beta1=0.9, beta2=0.5)["step"]
    assert spiked.max() > 5  # outgrows the rate
    usual = feed(rules["adam"], [100, *[0.01] * 20], lr=1.0)["step"]
    assert usual.max() <= 1 + 1e-6


@claims(
    "Adam's first step on the saddle x² − y², taken apart.",
    "The slope along y is a thousandth of that along x; the step is the same.",
)
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


@claims(
    r"After 2000 zeros a lone gradient makes one of 2.9 $\eta$; no stream makes one of more than 7.3 $\eta$.",
    r"Mostly $|\hat m| \le \sqrt{\hat v}$, and the step is at most $\eta$.",
    r"With $\beta_1^2 > \beta_2$ the numerator remembers a spike that the divisor has forgotten, and there is no bound.",
)
def test_the_longest_step_and_when_there_is_no_bound():
    assert f"no stream makes one of more than {longest_step(0.9, 0.999):.1f}" in text("adam")
    # The stream that makes it: gradients in proportion to aₖ/bₖ, the newest last.
    k = np.arange(20_000)[::-1]
    worst = feed(rules["adam"], (0.9 / 0.999) ** k * 1e3, lr=1.0, eps=0.0)["step"][-1]
    assert worst == pytest.approx(longest_step(0.9, 0.999), rel=1e-3)
    assert longest_step(0.9, 0.85) < 1.2  # β₁ > β₂, but β₁² < β₂
    assert longest_step(0.9, 0.80, 3000) > 1e5  # β₁² > β₂: without bound


@claims(
    r"**Betas are memories**: about 10 steps for $\beta_1 = 0.9$, 1000 for $\beta_2 = 0.999$.",
)
def test_the_memories_of_the_betas():
    for beta, memory in ((0.9, 10), (0.999, 1000)):
        weights = (1 - beta) * beta ** np.arange(20_000)
        assert (weights * np.arange(1, 20_001)).sum() == pytest.approx(memory, rel=1e-3)  # the mean age


@claims(
    "In Ravine's 3300 steps it lost in most cells: the longer first steps spoil large rates, and help rates that are too small for so short a run.",
)
def test_what_the_study_says_about_the_correction():
    study = (Path(__file__).parents[3] / "studies" / "adam-betas-bias-correction.md").read_text()
    equal, cells = map(int, re.search(r"in (\d+) of (\d+) cells", study).groups())
    assert equal < cells / 2  # "it lost in most cells"
    assert "3300 steps" in study
    assert "In Ravine’s 3300 steps it lost in most cells" in text("adam")


@claims(
    "Without the two hats: its averages start at 0, and nothing corrects them.",
    r"{wrong} comes out without bias correction: $0.1/\sqrt{0.001}$ times the rate.",
    r"$m$ holds a tenth of the gradient, $v$ a thousandth of its square, and the corrections have all but worn off: $0.1/\sqrt{0.001}$, about {key} rates.",
    "A tenth is what $m$ holds.",
    "But $v$ holds only a thousandth of the square, and it divides.",
    r"The root is missing: $0.1/0.001$ is 100, $0.1/\sqrt{0.001}$ is what Adam takes.",
)
def test_the_corrections_fade():
    uncorrected, adam = (feed(rules[name], np.ones(6000), lr=1.0)["step"] for name in ("adam_uncorrected", "adam"))
    assert uncorrected[0] == pytest.approx(0.1 / math.sqrt(0.001) * adam[0], rel=1e-4)
    assert uncorrected[-1] == pytest.approx(adam[-1], rel=0.01)
    first = feed(rules["adam"], [1.0])
    assert math.sqrt(first["v"][0]) < first["m"][0] < 1  # √v is further off than m
    after_silence = feed(rules["adam"], [*np.zeros(5000), 1.0], lr=1.0)["step"][-1]
    assert after_silence == pytest.approx(0.1 / math.sqrt(0.001), rel=0.01)


@claims(
    "The other way round: signs cancel in $m$, and squares never cancel in $v$.",
    "$v$ averages squares: it knows size and no direction.",
    "The squares of 1 and −1 are both 1: their average cannot vanish.",
    "But $m$ averages 1 and −1, with their signs.",
)
def test_signs_cancel_in_m_and_not_in_v():
    kept = feed(rules["adam"], np.tile([1.0, -1.0], 2000))
    assert abs(kept["m"][-1]) < 0.1
    assert kept["v"][-1] == pytest.approx(1, abs=0.05)
    assert np.all(feed(rules["adam"], gradients("noisy", 100))["v"] >= 0)


@claims(
    "AdaMax, its variant: it divides by the largest recent gradient, not by a root mean square.",
    r"After the correction $\hat m = g$ and $\hat v = g^2$: the step is the rate, {key}, whatever the gradient.",
    "The velocity is a sum of gradients: 1000 times smaller as well.",
)
def test_the_first_step_is_the_rate_and_a_factor_cancels():
    for gradient in (30.0, 0.4, 1.0):
        assert feed(rules["adam"], [gradient], lr=0.02)["step"][0] == pytest.approx(0.02, rel=1e-6)
        assert feed(rules["momentum"], [gradient / 1000])["step"][0] == pytest.approx(
            feed(rules["momentum"], [gradient])["step"][0] / 1000
        )
    largest = feed(rules["adamax"], [3.0, 1.0, 1.0], lr=1.0, eps=0.0)
    m = feed(rules["adam"], [3.0, 1.0, 1.0])["m"]
    hats = m / (1 - 0.9 ** np.arange(1, 4))
    np.testing.assert_allclose(largest["step"], hats / (3 * 0.999 ** np.arange(3)))  # by the largest recent gradient


@claims(
    "Even with no memory Adam divides each gradient by a size, here by its own.",
    "So it is with the usual betas, whose averages cancel signs and remember the 3.",
    "Mostly they do, for gradients that change slowly.",
    "After a spike it depends on which average forgets first.",
    "The numerator still carries the spike when the divisor has forgotten it: far beyond five rates.",
    r"That is what the usual betas do: $v$, with $\beta_2 = 0.999$, remembers the spike long after $m$ has lost it.",
)
def test_after_a_spike_it_depends_on_which_average_forgets_first():
    spiked = [100, *[0.01] * 40]
    outgrown = feed(rules["adam"], spiked, lr=1.0, beta1=0.9, beta2=0.5)["step"]
    usual = feed(rules["adam"], spiked, lr=1.0)["step"]
    assert outgrown.max() > 5
    assert usual[1:].max() < 1
    assert abs(usual[-1]) < 0.1  # v remembers long after m has lost it
    remembers = feed(rules["adam"], [3, -1, 0.5, -2], lr=1.0)["step"]
    assert np.all(np.diff(np.abs(remembers)) < 0.01)
    own = feed(rules["adam"], [3, -1, 0.5, -2], lr=1.0, beta1=0.0, beta2=0.0)["step"]
    np.testing.assert_allclose(own, [1, -1, 1, -1], rtol=1e-6)


@claims(
    r"Do not trust the defaults too much: $\eta$, $\beta_1$, $\beta_2$, ε and even the starts of $m$ and $v$ are choices.",
    "That it can end worse than SGD is [lesson 11](11-which-one.md#wilson).",
)
def test_that_it_can_end_worse_is_what_wilson_found_and_the_starts_are_choices():
    started = feed(rules["adam"], np.ones(3), lr=1.0)["step"]
    assert "On CIFAR-10 (VGG, 5 seeds) adaptive rules ended worse" in text("which-one")
    from ravine.backends import numpy as reference

    equation, settings = rules["adam"].equation, rules["adam"].settings({"lr": 1.0})
    theta, _ = reference.step(
        equation, np.array(0.0), np.array(1.0), {"m": np.array(0.0), "v": np.array(1.0)}, 1, settings
    )
    assert abs(float(theta)) < 0.1 * started[0]  # another start of v, another first step
    assert len(rules["adam"].hyperparameters) == 4


excused(
    "definition",
    "average of recent gradients (first moment): the momentum",
    "Two averages, each divided by what its start at zero has left out, then one by the root of the other.",
)

excused(
    "instruction",
    "Scale the gradients by 1000.",
    r"Tune $\eta$ first ([how](11-which-one.md#recipe)).",
)
