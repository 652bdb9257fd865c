"""The claims of the lesson: Adadelta."""

import csv
import math
import re
from pathlib import Path

import numpy as np
import pytest

from ravine import descend
from ravine.landscapes import landscapes
from ravine.lessons import lesson
from ravine.lessons.checks.tables import span_of
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.reading import fed, states, text


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


def test_how_much_zeilers_settings_matter():
    adadelta = span_of("adadelta", ["ρ = 0.9", "ρ = 0.95", "ρ = 0.99"])
    assert f"has {adadelta:.1f} times the errors of the best" in text("adadelta")
    assert f"span a factor of {span_of('which-one', ['SGD']):.0f}" in text("adadelta")


def leaves(rule, rate):
    """The step after which a rule is below −1 on the saddle."""
    return int(np.argmax(descend(rule, "saddle", steps=2000, lr=rate).values < -1))


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


def test_the_saddle_has_no_minimum():
    assert not landscapes["saddle"].minima
    assert landscapes["saddle"](0.0, 1e6) < -1e11


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


def test_a_huge_eps_leaves_plain_descent():
    stream = gradients("noisy", 50)
    huge = feed(rules["adadelta"], stream, eps=1e9)["position"]
    np.testing.assert_allclose(huge, feed(rules["sgd"], stream, lr=1.0)["position"], rtol=1e-6)


def test_adadelta_keeps_higher_rates_than_adagrad():
    adagrad, adadelta = (feed(rules[name], np.ones(1000))["step"] for name in ("adagrad", "adadelta"))
    assert adagrad[-1] < 0.05 * adagrad[0]
    assert adadelta[-1] > adadelta[0]
