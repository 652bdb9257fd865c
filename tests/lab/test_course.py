"""How training went, from stored curves: the best look, and what the symptoms say."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ravine.lab.analysis.course import courses
from ravine.lab.analysis.entrant import Entrant
from ravine.lab.report import course
from ravine.symptoms import symptoms
from tests.lab.made import comparison, run
from tests.studio.axe import assert_accessible, put_axe

EPOCHS = 20
AT = np.arange(EPOCHS + 1)


def stored(train, held_out, metric, schedule="constant"):
    """Three runs of twenty epochs of fifty steps, with these curves."""
    first = run("adam", 0.01, 0, 0.9, 0.9)
    configuration = replace(first.configuration, steps=1000, evaluate_every=50, schedule=schedule)
    curves = {"train_loss": train, "validation_loss": held_out, "validation_metric": metric}
    runs = [
        replace(
            first,
            configuration=replace(configuration, seed=seed),
            looks=tuple(range(0, 1001, 50)),
            **{name: tuple(float(one) for one in curve) for name, curve in curves.items()},
        )
        for seed in range(3)
    ]
    return comparison(Entrant("adam", "adam", (), tuple(runs)), epochs=EPOCHS, guessing=np.log(10))


LEARNS, RISES = 2.3 * 0.8**AT, 2.3 * 0.7 ** np.minimum(AT, 7) + 0.08 * np.maximum(AT - 7, 0)
FALLS, STAYS = 2.3 - 0.1 * AT, np.full(EPOCHS + 1, 2.32)
UP, DOWN = 0.1 + 0.04 * AT, 0.1 + 0.1 * np.minimum(AT, 7) - 0.01 * np.maximum(AT - 7, 0)
CASES = {
    "overfits": (stored(LEARNS, RISES, DOWN), "adam: best at epoch 7 of 20; it overfits (3 of 3 runs)"),
    "improving": (
        stored(FALLS, FALLS, UP),
        "adam: best at epoch 20 of 20; it was still improving when it ended (3 of 3 runs)",
    ),
    "done": (stored(FALLS, FALLS, UP, "cosine"), "adam: best at epoch 20 of 20"),
    "stuck": (
        stored(STAYS, STAYS, 0.1 + 0 * AT),
        "adam: no look was better than the network before training; it is stuck at guessing (3 of 3 runs)",
    ),
    "by heart": (
        stored(LEARNS, 2.31 + 0.1 * AT, 0.1 + 0 * AT),
        "adam: no look was better than the network before training; nothing generalises (3 of 3 runs)",
    ),
    "sound": (stored(0.05 + 2.3 * 0.5**AT, 0.1 + 2.3 * 0.5**AT, 0.97 - 0.87 * 0.5**AT), None),
}


@pytest.mark.parametrize("case", CASES)
def test_a_line_for_each_optimizer(case):
    made, line = CASES[case]
    assert made.course() == [line or "adam: best at epoch 20 of 20"]


def test_the_words_are_the_symptoms():
    (found,) = courses(CASES["overfits"][0])
    assert found.told[0].symptom is symptoms["overfitting"]
    assert "up from 0.1894 13 looks ago" in found.told[0].evidence
    ((name, said),) = course.details(CASES["overfits"][0])
    assert name == "adam"
    assert symptoms["overfitting"].title in said
    assert symptoms["overfitting"].advice in said


def test_the_report_and_json_tell_it(tmp_path):
    made = CASES["overfits"][0]
    facts = json.loads(made.to_json())["courses"]["adam"]
    assert (facts["best_epoch"], facts["epochs"], facts["runs"]) == (7, 20, 3)
    assert [one["name"] for one in facts["symptoms"]] == ["overfitting"]
    made.to_html(tmp_path / "report.html")
    assert "How training went" in (tmp_path / "report.html").read_text()


def test_the_report_that_tells_it_is_accessible_and_fits_a_phone(tmp_path, browser):
    CASES["overfits"][0].to_html(tmp_path / "report.html")
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    put_axe(page)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


def test_runs_that_diverged_say_nothing():
    made = CASES["overfits"][0]
    runs = tuple(replace(one, diverged=True) for one in made.entrants[0].report)
    assert courses(replace(made, entrants=(Entrant("adam", "adam", (), runs),))) == []
