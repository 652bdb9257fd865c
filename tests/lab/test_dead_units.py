"""Dead units: stored with each run, told by the report in the symptoms' words, and no part of the training."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from ravine.lab.analysis.course import courses
from ravine.lab.analysis.entrant import Entrant
from ravine.lab.engine import train_chunk, training
from ravine.lab.report import course
from ravine.lab.store.run import LayerUnits, Run
from ravine.lab.store.store import Store
from ravine.symptoms import symptoms
from tests.lab.configurations import DIGITS, configured
from tests.lab.made import comparison
from tests.lab.test_engine import Convolved, Normed

HUGE, SOUND = {"adam": 1.0, "sgd": 10.0}, {"adam": 0.003, "sgd": 0.1}


def trained(rates, problem=DIGITS, seeds=(1, 2)):
    """A chunk of each rule at its rate, and the same runs one by one."""
    chunk = [configured(problem, rule, lr=lr, seed=seed, steps=120) for rule, lr in rates.items() for seed in seeds]
    return train_chunk(problem, chunk), [train_chunk(problem, [one])[0] for one in chunk]


@pytest.fixture(scope="module")
def killed():
    return trained(HUGE)


@pytest.fixture(scope="module")
def sound():
    return trained(SOUND)


def reported(runs, rule):
    own = tuple(run for run in runs if run.configuration.rule == rule)
    return comparison(Entrant(rule, rule, (), own), epochs=4, guessing=2.302)


def test_a_huge_rate_kills_units_in_a_stack_as_alone(killed):
    for run in (*killed[0], *killed[1]):
        ((layer, units, first, dead),) = run.layers
        assert layer == "layer 0 (Linear 64→32)"
        assert units == 32
        assert first <= 2
        assert dead > 16
    assert [run.how for run in killed[0]] == ["stacked 4"] * 4


def test_a_sound_rate_kills_few(sound):
    for run in (*sound[0], *sound[1]):
        assert sum(layer.dead for layer in run.layers) < 10


@pytest.mark.parametrize("rule", HUGE)
def test_the_report_says_so_in_the_symptoms_words(killed, sound, rule):
    made = reported(killed[0], rule)
    (line,) = made.course()
    assert line.endswith("units die (2 of 2 runs)")
    ((_, said),) = course.details(made)
    assert symptoms["dead_units"].title in said
    assert "% of the 32 units of layer 0 (Linear 64→32) were off for every example" in said
    assert symptoms["dead_units"].advice in said
    assert "units die" not in reported(sound[0], rule).course()[0]


def test_of_runs_that_all_diverged_the_units_tell_why(killed):
    runs = [replace(run, diverged=True) for run in killed[0]]
    assert reported(runs, "adam").course() == ["adam: every run diverged; units die (2 of 2 runs)"]
    assert courses(reported(runs, "adam"))[0].as_dict()["best_epoch"] is None


def test_units_that_were_off_from_the_start_are_told_as_that(sound):
    off = (LayerUnits("layer 0 (Linear 64→32)", 32, 30, 30),)
    runs = [replace(run, layers=off) for run in sound[0]]
    assert "units are dead from the start" in reported(runs, "adam").course()[0]


def test_they_are_stored_and_stores_without_them_are_read(killed, tmp_path):
    store, (run, *_) = Store(tmp_path), killed[0]
    store.write(run)
    assert store.read(run.configuration) == run
    facts = run.as_dict()
    del facts["layers"]
    assert Run.from_dict(facts) == replace(run, layers=None)
    assert "layers" not in Run.from_dict(facts).as_dict()
    for wrong in ([{"layer": "0", "units": 3, "dead_at_first": 0, "dead": 4}], [{"layer": "0"}], 3):
        with pytest.raises((TypeError, ValueError, KeyError)):
            Run.from_dict({**facts, "layers": wrong})


class Rattling(nn.Module):
    """It draws at random in evaluation too, and counts how often it is called."""

    def __init__(self):
        super().__init__()
        self.layers, self.calls = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10)), 0

    def forward(self, x):
        self.calls += 1
        return self.layers(x + 0.01 * torch.randn(x.shape)) * (1 + 0.001 * self.calls)


class Refusing(nn.Module):
    """In evaluation it keeps no graph, so that nothing can be differentiated."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Linear(64, 10)

    def forward(self, x):
        with torch.set_grad_enabled(self.training):
            return self.layers(x) * 1.0


@pytest.mark.parametrize("kind", [None, Normed, Convolved, Rattling, Refusing])
def test_training_is_the_same_to_the_bit_without_it(kind, monkeypatch):
    problem = DIGITS if kind is None else replace(DIGITS, name=kind.__name__, model=kind)
    chunk = [configured(problem, "adam", lr=0.01, seed=seed, steps=30, evaluate_every=10) for seed in (1, 2)]
    stacks = [[one] for one in chunk] if kind in (Rattling, Refusing) else [chunk, chunk[:1]]
    seen = [run for each in stacks for run in train_chunk(problem, each)]
    monkeypatch.setattr(training, "_dead_units", lambda networks, data, slots: [None] * len(slots))
    plain = [run for each in stacks for run in train_chunk(problem, each)]
    assert [run.layers is None for run in seen] == [kind is Refusing] * len(seen)
    assert [replace(run, layers=None) for run in seen] == plain
