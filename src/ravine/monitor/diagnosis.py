"""Asks every symptom about what was measured, and orders what is found: the cause before what follows from it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from ravine.monitor.finding import Finding, and_others
from ravine.monitor.hooks import Hooks
from ravine.monitor.layers import described
from ravine.monitor.measure import of_layers, of_the_run
from ravine.symptoms import Symptom, symptoms
from ravine.symptoms.symptom import WEIGHTS

BACK = 100  # looks through which a finding is traced back to where it began
Measured = Mapping[str, float]


def diagnose(hooks: Hooks) -> list[Finding]:
    """The findings, the cause first."""
    count = len(hooks.history.looks)
    if not count:
        return []

    @cache
    def at(number: int) -> tuple[Measured, dict[str, dict[str, float]]]:
        return of_the_run(hooks, number), of_layers(hooks.history, number)

    found = []
    for symptom in symptoms.values():
        strengths = _strengths(symptom, *at(count))
        for number in range(count - 1, max(count - symptom.persists, 0), -1):
            before = _strengths(symptom, *at(number))
            strengths = {name: min(s, before.get(name, 0.0)) for name, s in strengths.items()}
        present = {name: s for name, s in strengths.items() if s >= 1}
        if not present or count < symptom.persists:
            continue
        layers = sorted(present, key=lambda name: -present[name])
        since = count
        while since > max(1, count - BACK) and _strengths(symptom, *at(since - 1)).get(layers[0], 0.0) >= 1:
            since -= 1
        found.append(_finding(hooks, symptom, layers, present[layers[0]], since, *at(count)))
    return _ordered(_consistent(_ordered(found)))


def _strengths(symptom: Symptom, run: Measured, layers: Mapping[str, Measured]) -> dict[str, float]:
    """By layer, or under "" for the training as a whole; without those that could not be measured."""
    if not symptom.of_a_layer:
        every = {"": symptom(run)}
    else:
        every = {name: symptom({**run, **layer}) for name, layer in layers.items()}
    return {name: strength for name, strength in every.items() if not math.isnan(strength)}


def _finding(
    hooks: Hooks,
    symptom: Symptom,
    layers: Sequence[str],
    strength: float,
    since: int,
    run: Measured,
    by_layer: Mapping[str, Measured],
) -> Finding:
    step = hooks.history.looks[since - 1].step
    if hooks.trail.kind and symptom.weight == "broken":
        step = hooks.trail.step
    titles = [titled(hooks, name) for name in layers]
    words = {
        **run,
        **by_layer.get(layers[0], {}),
        "layer": titles[0] if titles[0] else "the network",
        "others": and_others(len(titles)),
        "step": step,
        "where": _listed(hooks.trail.layers),
        "left_out": hooks.outside.named(),
        "cut": _listed([titled(hooks, name) for name in hooks.history.looks[-1].cut]),
    }
    named = tuple(title for title in titles if title)
    return Finding(symptom, symptom.words(words), named[0] if named else "", named, step, strength)


def titled(hooks: Hooks, name: str) -> str:
    """What a person calls a layer."""
    return described(name, hooks.parts[name]) if name in hooks.parts else name


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")


def _consistent(found: Sequence[Finding]) -> list[Finding]:
    """Without what contradicts a finding that comes before it."""
    kept: list[Finding] = []
    for one in found:
        told = [other.symptom for other in kept]
        if not any(one.name in other.contradicts or other.name in one.symptom.contradicts for other in told):
            kept.append(one)
    return kept


def _ordered(found: list[Finding]) -> list[Finding]:
    """By weight, then by when it began; but what another finding explains comes after that one, and says so."""
    found = sorted(found, key=lambda one: (WEIGHTS.index(one.symptom.weight), one.step, -one.strength))
    ordered: dict[str, Finding] = {}

    def put(one: Finding, above: tuple[str, ...]) -> None:
        causes = [other for other in found if one.name in other.symptom.explains and other.name not in above]
        for cause in causes:
            if cause.name not in ordered:
                put(cause, (*above, one.name))
        ordered.setdefault(one.name, replace(one, because=causes[0].title if causes else ""))

    for one in found:
        put(one, (one.name,))
    return list(ordered.values())
