"""The claims of the lesson: Adadelta."""

import csv
import math
import re
from pathlib import Path

import numpy as np
import pytest

from ravine import descend
from ravine.dialect_tables import FORMS
from ravine.landscapes import landscapes
from ravine.lessons import lesson
from ravine.lessons.checks.tables import span_of
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.ledger import claims, excused, sourced
from tests.lessons.claims.reading import fed, states, text


@claims(
    "At the start there are no steps to average: $d = 0$.",
    r"The first step is $\sqrt{\epsilon}\,g\,/\sqrt{(1-\rho)g^2+\epsilon}$, which is about $\sqrt{\epsilon/(1-\rho)}$ for any gradient that is not tiny.",
    '"Free of a learning rate" is half true.',
    "A constant gradient of 1.",
    "With ε = 10⁻⁶ the first step is 0.0032, and 200 steps later it has not even doubled.",
    "Raise ε to 10⁻², a factor of 10⁴: the first step becomes about a hundred times longer.",
    r"A start of $d$ above 0 (Δ₀) does the same: $\Delta_0 = 0.01$ gives a first step of 0.32.",
    "That is a step at a rate of 1.",
    "The factor lr is 1, but the two roots are far from cancelling: above stands only ε.",
)
def test_eps_is_adadeltas_rate():
    state = states("adadelta")[0]
    steps = fed(state, "adadelta")["step"]
    assert f"the first step is {steps[0]:.4f}" in text("adadelta")
    assert steps[-1] < 2 * steps[0]  # it has not even doubled
    assert steps[0] == pytest.approx(math.sqrt(1e-6 / (1 - 0.9)), rel=1e-4)
    larger = feed(rules["adadelta"], np.ones(1), eps=1e-2)["step"][0]
    assert 90 < larger / steps[0] < 105  # about a hundred times
    assert larger == pytest.approx(math.sqrt(1e-2) / math.sqrt(0.1 + 1e-2))
    started = feed(rules["adadelta"], np.ones(1), delta0=0.01)["step"][0]
    assert f"=0.01 gives a first step of {started:.2f}" in text("adadelta").replace(" = ", "=")


@claims(
    "Scale your classifier's loss by 1000 and the path stays nearly the same.",
)
def test_adadelta_hardly_minds_the_scale_of_the_loss():
    one, thousand = (feed(rules["adadelta"], scale * gradients("noisy", 100))["position"] for scale in (1, 1000))
    np.testing.assert_allclose(one, thousand, rtol=0.01)
    plain = [feed(rules["sgd"], scale * gradients("noisy", 100))["position"][-1] for scale in (1, 1000)]
    assert plain[1] == pytest.approx(1000 * plain[0])


def shown_cell(name, row, column):
    """A cell of the table with that column in a lesson."""
    tables = re.findall(r"((?:^\|.+\n)+)", lesson(name).source.read(), re.MULTILINE)
    lines = next(table for table in tables if f"| {column} |" in table).splitlines()
    heads, _, *rows = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in lines]
    return next(cells[heads.index(column)] for cells in rows if cells[0] == row)


POWERS = {"1e-2": "10⁻²", "1e-4": "10⁻⁴", "1e-6": "10⁻⁶", "1e-8": "10⁻⁸"}


def test_zeilers_figures_are_the_published_ones_in_both_lessons():
    with (Path(__file__).parents[3] / "studies" / "published" / "zeiler-mnist.csv").open() as file:
        cells = list(csv.DictReader(file))
    assert len(cells) == 27
    for cell in cells:
        if cell["method"] == "Adadelta":
            place = ("adadelta", f"ε = {POWERS[cell['eps']]}", f"ρ = {cell['rho']}")
        else:
            place = ("which-one", f"{float(cell['lr']):g}", cell["method"])
        assert shown_cell(*place) == f"{cell['test_error_percent']} %"


@claims(
    "Less than a rate does.",
    "The worst of Zeiler's twelve settings has 1.4 times the errors of the best; over five rates [SGD's](11-which-one.md#rates) span a factor of 26.",
    "ε acts as a rate, but one that may be far off before it hurts: on this network, at least.",
)
def test_how_much_zeilers_settings_matter():
    adadelta = span_of("adadelta", ["ρ = 0.9", "ρ = 0.95", "ρ = 0.99"])
    assert f"has {adadelta:.1f} times the errors of the best" in text("adadelta")
    assert f"span a factor of {span_of('which-one', ['SGD']):.0f}" in text("adadelta")


def leaves(rule, rate):
    """The step after which a rule is below −1 on the saddle."""
    return int(np.argmax(descend(rule, "saddle", steps=2000, lr=rate).values < -1))


@claims(
    "the way down starts as a hair's breadth and has no end: the rate decides who leaves first",
    "The saddle x² − y², a thousandth beside the ridge.",
    "The rate is 0.01 for all but Adadelta, which has 1.",
    "Adadelta divides by the smallness of the slope and is below −1 after 34 steps; momentum has to grow from almost nothing (72), and Adagrad is held back by its sum (1440).",
    "But **the rate decides**: at 0.1 Nesterov's momentum takes 16, and at 0.3 Adagrad takes 4.",
    "It divides by the smallness of the slope, but its sum grows with every step: at this rate it takes 1440 steps.",
    "At 0.3 it takes 4.",
    "At these rates the first, after 34 steps: it divides by the tiny slope, and its own steps raise its rate again and again.",
)
def test_who_leaves_the_saddle_first_depends_on_the_rate():
    state = states("adadelta")[1]
    at = {name: leaves(name, given["lr"]) for name, given in state.settings.items()}
    assert min(at, key=at.get) == "adadelta"
    said = text("adadelta")
    assert f"below −1 after {at['adadelta']} steps" in said
    assert f"from almost nothing ({at['momentum']})" in said
    assert f"held back by its sum ({at['adagrad']})" in said
    assert f"at 0.1 Nesterov’s momentum takes {leaves('nesterov', 0.1)}" in said
    assert f"at 0.3 Adagrad takes {leaves('adagrad', 0.3)}" in said
    assert leaves("nesterov", 0.1) < at["adadelta"] > leaves("adagrad", 0.3)
    # The caption's rates, all of them given: the page picks one that is not.
    assert {name: given["lr"] for name, given in state.settings.items()} == {
        "adagrad": 0.01, "momentum": 0.01, "nesterov": 0.01, "adadelta": 1,
    }  # fmt: skip
    # Nor do rules that divide always leave first: at 0.01 momentum leaves before Adam and Adagrad.
    assert leaves("momentum", 0.01) < leaves("adam", 0.01) < leaves("adagrad", 0.01)


@claims(
    "On $f(x, y) = x^2 - y^2$ the way down starts as a hair's breadth, and there is no minimum to converge to.",
)
def test_the_saddle_has_no_minimum():
    assert not landscapes["saddle"].minima
    assert landscapes["saddle"](0.0, 1e6) < -1e11


@claims(
    "Measure in millimetres, and they stay what they were, 1000 times too short, unless ε (or Δ₀), a square of steps, is converted too.",
    "That was the aim, and it is half reached: its steps grow from √ε (or Δ₀) alone.",
    "Unless that is converted too, they stay as they are, 1000 times too short.",
)
def test_steps_follow_the_units_only_if_a_setting_is_converted():
    stream = np.random.default_rng(1).normal(0.5, 1.0, 6000)

    def ratio(guard, **converted):
        metres = feed(rules["adadelta"], stream, eps=guard)["step"]
        millimetres = feed(rules["adadelta"], stream / 1000, **{"eps": guard, **converted})["step"]
        return np.median(millimetres[-1000:] / metres[-1000:])

    assert ratio(1e-12) == pytest.approx(1, abs=1e-4)  # the numbers stay: 1000 times too short
    assert ratio(1e-6) < 0.6  # and here ε is no longer negligible beside the gradients
    assert ratio(1e-20, eps=1e-14) == pytest.approx(1000, rel=1e-3)
    started = [feed(rules["adadelta"], stream / scale, eps=1e-30, delta0=scale**2)["step"] for scale in (1.0, 1000.0)]
    np.testing.assert_allclose(started[1][:1000], 1000 * started[0][:1000], rtol=1e-9)


@claims(
    "(A huge ε is no huge rate: it stands in both roots, and leaves plain descent.)",
)
def test_a_huge_eps_leaves_plain_descent():
    stream = gradients("noisy", 50)
    huge = feed(rules["adadelta"], stream, eps=1e9)["position"]
    np.testing.assert_allclose(huge, feed(rules["sgd"], stream, lr=1.0)["position"], rtol=1e-6)


def test_adadelta_keeps_higher_rates_than_adagrad():
    adagrad, adadelta = (feed(rules[name], np.ones(1000))["step"] for name in ("adagrad", "adadelta"))
    assert adagrad[-1] < 0.05 * adagrad[0]
    assert adadelta[-1] > adadelta[0]


@claims(
    "A second average in place of the rate, and no rate to choose: until you look at what ε does.",
    "No curvature is measured.)",
    'It is no "momentum term": it has no direction.',
)
def test_two_averages_and_gradients_alone():
    assert set(rules["adadelta"].equation.state) == {"s", "d"}
    steps = feed(rules["adadelta"], [2.0, -1.0, 0.5, -3.0])
    assert np.all(np.sign(steps["step"]) == [1, -1, 1, -1])  # the numerator has no direction
    assert np.all(steps["d"] > 0)


@claims(
    "The rate has dropped out (PyTorch keeps a factor `lr`, 1 by default).",
    "And Keras's default rate is 0.001, a thousandth of the paper's.",
)
def test_whose_rate_is_what():
    torch, keras = (FORMS[framework]["adadelta"].settings["lr"][1] for framework in ("torch", "keras"))
    assert (torch, keras) == (1.0, 0.001)
    np.testing.assert_allclose(
        feed(rules["adadelta"], np.ones(20), lr=keras)["step"][0] * 1000,
        feed(rules["adadelta"], np.ones(20))["step"][0],
    )


STUDIES = Path(__file__).parents[3] / "studies"


@claims(
    "In Ravine's runs any ε from 10⁻⁶ to 1 did well: too large an ε did no harm.",
)
def test_what_the_study_says_about_eps():
    study = (STUDIES / "adadelta-epsilon.md").read_text()
    assert "7 of 13 values of ε, one a decade, lie within 1 % of the best, 1e-06 to 1" in study
    best, large = map(float, re.search(r"accuracy ([\d.]+) at best, ([\d.]+) at ε 1 ", study).groups())
    assert large > 0.99 * best


@claims(
    "In the [MNIST study](11-which-one.md#rates) ρ of 0.01 and 0.9 both reached 99 %, 0.01 with the higher loss.",
)
def test_what_the_study_says_about_rho():
    [row] = re.findall(
        r"^\| Adadelta reaches 99 % at ρ 0\.01 .*$", (STUDIES / "mnist-optimizers.md").read_text(), re.MULTILINE
    )
    assert row.split("|")[1].strip() == "Adadelta reaches 99 % at ρ 0.01 and at 0.9, at 0.01 with the higher loss"
    assert row.split("|")[2].strip() == "99 % both"


@claims(
    r"$\sqrt{\epsilon}/\sqrt{0.1\,g^2+\epsilon} \cdot g$ = {key}, about $\sqrt{\epsilon/0.1}$: ε sets the pace.",
    r"Nearly: the average below holds only a tenth of $g^2$ after one step, so the step is $\sqrt{10}$ times as long.",
    "The first steps go with √ε: ten times as long.",
    "A smaller ε starts more slowly: a tenth of the steps.",
)
def test_the_first_steps_go_with_the_root_of_eps():
    def start(eps):
        return np.abs(feed(rules["adadelta"], np.ones(10), eps=eps)["step"]).sum()

    assert start(1e-4) == pytest.approx(10 * start(1e-6), rel=0.01)
    assert start(1e-8) == pytest.approx(start(1e-6) / 10, rel=0.01)
    one = feed(rules["adadelta"], [3.0])["step"][0]
    assert one == pytest.approx(math.sqrt(1e-6) * 3 / math.sqrt(0.1 * 9 + 1e-6))
    assert one == pytest.approx(math.sqrt(10) * math.sqrt(1e-6), rel=1e-5)


@claims(
    "Its steps follow the gradient: they become 1000 times smaller, a million times off.",
    "Gradient over size of gradients has no unit: its steps stay as they are, at about the rate.",
)
def test_whose_steps_follow_the_units():
    stream = np.random.default_rng(1).normal(0.5, 1.0, 500)
    descent, rmsprop = (
        feed(rules[name], stream / 1000)["step"] / feed(rules[name], stream)["step"] for name in ("sgd", "rmsprop")
    )
    np.testing.assert_allclose(descent, 1 / 1000)  # and should be 1000: a million times off
    np.testing.assert_allclose(rmsprop, 1, rtol=2e-3)


@claims(
    "The gradients along y all agree, so the velocity grows, and the slope with it.",
    "As momentum, and a little sooner: the slope ahead is steeper than the slope here.",
)
def test_on_the_saddle_the_velocity_grows_and_the_slope_ahead_is_steeper():
    path = descend("momentum", "saddle", steps=60, lr=0.01).points[:, 1]
    assert np.all(np.diff(np.abs(np.diff(path))) > 0)
    ahead = path[1:] + 0.9 * np.diff(path)
    assert np.all(np.abs(ahead) > np.abs(path[1:]))  # the slope along y is twice the distance
    assert leaves("nesterov", 0.01) < leaves("momentum", 0.01)
    rate = np.abs(feed(rules["adadelta"], [1e-3] * 30)["step"])
    assert np.all(np.diff(rate) > 0)


@claims(
    "2.26 to 58.10 % against 1.83 to 2.59 %.",
    "The other way round: it is SGD that fails at a rate that is too small, with 58.10 % errors.",
    "At a rate of 10⁻⁴ SGD still gets more than half of the digits wrong after six epochs.",
)
def test_the_worst_and_the_best_of_zeiler():
    def span(name, columns, rows):
        cells = [float(shown_cell(name, row, column).rstrip(" %")) for row in rows for column in columns]
        return min(cells), max(cells)

    assert span("which-one", ["SGD"], ["1", "0.1", "0.01", "0.001", "0.0001"]) == (2.26, 58.10)
    assert shown_cell("which-one", "0.0001", "SGD") == "58.10 %"
    rows = [f"ε = {power}" for power in POWERS.values()]
    assert span("adadelta", ["ρ = 0.9", "ρ = 0.95", "ρ = 0.99"], rows) == (1.83, 2.59)


@claims(
    r"Adagrad is down to $0.01/\sqrt{1000}$, about 0.0003; Adadelta’s steps have grown from 0.003.",
    "There Adagrad’s thousandth step is still 0.03: which rule has the higher rate, the settings decide.",
    "A sum never falls; averages forget.",
)
def test_adagrads_thousandth_step_at_two_rates():
    thousandth = {lr: feed(rules["adagrad"], np.ones(1000), lr=lr)["step"][-1] for lr in (0.01, 1.0)}
    adadelta = feed(rules["adadelta"], np.ones(1000))["step"]
    assert thousandth[0.01] == pytest.approx(0.0003, abs=2e-5)
    assert thousandth[1.0] == pytest.approx(0.03, abs=2e-3)
    assert adadelta[0] == pytest.approx(0.003, abs=2e-4)
    assert thousandth[0.01] < adadelta[-1] < thousandth[1.0]


sourced(
    "zeiler-2012",
    "(Newton's second-order step has that unit, too, and he takes the ratio for a stand-in.",
)

excused(
    "definition",
    "keeps both roots above 0, and so sets how fast it starts",
)

excused(
    "instruction",
    "Say who leaves first, then play.",
)

excused(
    "misconception",
    "Two things that carry its name",
)
