"""The book of symptoms: each is an equation over known measurements, with its words."""

import importlib
import math

import pytest
import torch

import ravine
from ravine.symptoms import MEASUREMENTS, Symptom, symptoms
from ravine.symptoms.symptom import WEIGHTS
from tests.monitor.loop import perceptron, train


@pytest.mark.parametrize("symptom", symptoms.values(), ids=list(symptoms))
def test_each_has_its_words_and_a_formula(symptom):
    for text in (symptom.title, symptom.source, symptom.evidence, symptom.advice, symptom.silent):
        assert text.strip() == text
        assert text
    assert set(symptom.explains) <= set(symptoms)
    assert symptom.name not in symptom.explains
    assert set(symptom.contradicts) <= set(symptoms) - {symptom.name, *symptom.explains}
    assert "def " in symptom.python()
    assert symptom.javascript()
    assert symptom.latex()


@pytest.mark.parametrize("symptom", symptoms.values(), ids=list(symptoms))
def test_what_cannot_be_measured_is_not_said(symptom):
    assert not symptom({}) >= 1


def test_every_measurement_is_read_by_a_symptom_or_told():
    read = {name for symptom in symptoms.values() for name in symptom.measurements}
    told = {name for name in MEASUREMENTS if any(f"{{{name}" in symptom.evidence for symptom in symptoms.values())}
    assert read | told >= set(MEASUREMENTS)


def test_strength_is_times_over_the_threshold():
    dead, seen = symptoms["dead_units"], {"dead_at_first": 0.0, "units": 32, "loss": 2.3, "unlearned": 2.3}
    assert dead({**seen, "dead": 0.75}) == 1.5
    assert dead({**seen, "dead": 0.25}) == 0.5
    assert dead({**seen, "dead": 0.75, "dead_at_first": 0.75}) == 0
    assert dead({**seen, "dead": 0.75, "loss": 0.23}) == pytest.approx(0.2)
    assert math.isnan(dead({**seen, "dead": math.nan}))


PAIRS = [(one.name, other) for one in symptoms.values() for other in one.contradicts]


@pytest.mark.parametrize("pair", PAIRS, ids=" against ".join)
@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_that_contradict_the_first_is_told(pair, turn, monkeypatch):
    """Whichever began first, and whatever else was found."""
    torch.manual_seed(0)
    monitor = train(perceptron(8), steps=20, every=0, log=False)
    first, second, other = *pair[::turn], "missing_class"
    steps = {first: 1, second: 9, other: 15}

    def shown(symptom, run, layers):
        step = run["steps"]
        return {"": 2.0} if step >= steps.get(symptom.name, math.inf) else {}

    monkeypatch.setattr(importlib.import_module("ravine.monitor.diagnosis"), "_strengths", shown)
    monkeypatch.setattr(Symptom, "words", lambda symptom, measured: symptom.name)
    order = [one for one in (first, second) if symptoms[one].weight == symptoms[first].weight]
    expected = order[0] if len(order) == 2 else min(pair, key=lambda one: WEIGHTS.index(symptoms[one].weight))
    assert [one.name for one in monitor.findings if one.name in pair] == [expected]
    assert other in [one.name for one in monitor.findings]


def test_an_unknown_measurement_is_refused():
    with pytest.raises(ravine.RavineError, match="measurement in the symptom odd 'looses'; did you mean 'loss'"):

        @ravine.symptom(title="odd", source="", evidence="", advice="", silent="")
        def odd(looses):
            return looses
