"""Feeds a rule the gradients that a framework was fed, and measures how far apart the two paths are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from ravine.backends import numpy as reference
from ravine.rules import Rule

STEPS = 200

# Where a setting means anything; a rule is compared anywhere inside. Averages of squares that forget within two
# steps are out: a single gradient near zero then divides by itself, and what it divides is rounding.
SENSIBLE = {
    "lr": (1e-5, 1.0),
    "momentum": (0.01, 0.99),
    "dampening": (0.0, 1.0),
    "beta": (0.0, 0.999),
    "beta1": (0.0, 0.99),
    "beta2": (0.5, 0.9999),
    "beta3": (0.5, 0.9999),
    "alpha": (0.5, 0.999),
    "rho": (0.5, 0.999),
    "eps": (1e-10, 0.1),
    "eps_root": (1e-10, 0.1),
    "clip_exp": (0.1, 0.5),
    "trust_coefficient": (1e-3, 0.1),
    "lr_decay": (0.0, 0.1),
    "initial_accumulator_value": (0.0, 1.0),
    "s0": (0.0, 1.0),
    "momentum_decay": (0.0, 0.1),
    "eta": (0.1, 1.0),
    "weight_decay": (0.0, 0.1),
}


@dataclass(frozen=True)
class Tape:
    """A start, the gradients of each step, and the settings of a rule."""

    start: np.ndarray
    gradients: np.ndarray
    settings: Mapping[str, float]


def settings(rule: Rule, **narrowed: tuple[float, float]) -> st.SearchStrategy[dict[str, float]]:
    """Every hyperparameter of `rule`, in its sensible range; one that has none keeps its default."""
    ranges = SENSIBLE | narrowed
    chosen = {}
    for name, known in rule.hyperparameters.items():
        if name not in ranges:
            chosen[name] = st.just(known.default)
        elif name in ("lr", "eps", "eps_root"):
            low, high = np.log10(ranges[name])
            chosen[name] = st.floats(low, high).map(lambda power: float(10.0**power))
        else:
            chosen[name] = st.floats(*ranges[name])
    return st.fixed_dictionaries(chosen)


@st.composite
def tapes(
    draw, rule: Rule, shapes=((), (5,), (2, 3), (1, 4, 2)), powers=(-4, 4), **narrowed: tuple[float, float]
) -> Tape:
    """A random tape: noisy gradients around a mean that moves, of a scale between those powers of ten."""
    shape = draw(st.sampled_from(shapes))
    scale = 10.0 ** draw(st.integers(*powers))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    drift = np.sin(np.linspace(0, 6, STEPS)).reshape(STEPS, *[1] * len(shape))
    gradients = scale * (random.standard_normal((STEPS, *shape)) + drift)
    return Tape(random.standard_normal(shape), gradients, draw(settings(rule, **narrowed)))


def path(rule: Rule, tape: Tape) -> np.ndarray:
    """Every point of the rule's reference, the start first."""
    return np.array(list(_points(rule, tape)))


def _points(rule: Rule, tape: Tape) -> Iterator[np.ndarray]:
    theta = tape.start.copy()
    state = reference.start(rule.equation, theta, tape.settings)
    yield theta
    for t, gradient in enumerate(tape.gradients, start=1):
        theta, state = reference.step(rule.equation, theta, gradient, state, t, tape.settings)
        yield theta


def error(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The largest difference, relative to the largest value that the element has had: what rounding is relative to."""
    size = np.maximum.accumulate(np.abs(theirs), axis=0)
    return float(np.max(np.abs(ours - theirs) / np.maximum(size, np.finfo(float).tiny)))
