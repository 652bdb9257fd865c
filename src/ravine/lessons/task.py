"""When a lesson's task is done: what the learner has to turn, and to which value, or what has to happen.

    done = "sgd.lr <= 0.005 then diverged"
    done = "momentum.lr <= 0.001 and nesterov_lookahead.lr <= 0.001"
    done = "landscape or start then played"
    done = "scaled = 0 and drawn >= 1000"

A control that the learner turned is named as in the widget's state; without a value, any change of it will do. What
follows `then` counts only after what stands before it. web/src/site/tasks.ts ticks the task off.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ravine.errors import RavineError, unknown
from ravine.lessons.network_state import CONTROLS as OF_A_NETWORK
from ravine.lessons.state import State

SIGNS = ("<=", ">=", "<", ">", "=")

# The controls of each widget, beside hyperparameters (adam.lr) and numbers of a landscape (landscape.condition), with
# the panel that holds them; None where nothing hides them.
CONTROLS: Mapping[str, Mapping[str, str | None]] = {
    "landscape": {
        "landscape": "landscape",
        "rules": "rules",
        "start": None,
        "steps": "noise",
        "noise": "noise",
        "seed": "noise",
        "schedule": "schedule",
        "view": "view",
        "step": "player",
    },
    "anatomy": {"step": None},
    "basin": {"landscape": "landscape", "start": None, "map": None, "map.rule": None, "map.against": None},
    "stream": dict.fromkeys(("stream", "gradients", "scale", "project", "steps", "rules", "step")),
    "network": {
        **OF_A_NETWORK,
        **{f"twin.{name}": "twin" for name in OF_A_NETWORK},
        **dict.fromkeys(("play", "step", "epoch", "reset"), "player"),
    },
    "chain": dict.fromkeys(("activation", "depth", "weight", "bias", "input")),
    "mask": dict.fromkeys(("p", "meaning", "scaled", "evaluate")),
    "matrix": dict.fromkeys(("ratio", "turn", "passes")),
}

_SETTINGS = {"landscape": "settings", "network": "training"}  # the panel that holds hyperparameters

# What can happen in each, with what a value says of it.
HAPPENINGS: Mapping[str, Mapping[str, str]] = {
    "landscape": {"played": "", "diverged": "rule", "reached": "rule", "parts": "step"},
    "anatomy": {"parts": "step"},
    "basin": {},
    "stream": {"reached": ""},
    "network": {"played": "", "diverged": "", "learned": ""},
    "chain": {},
    "mask": {"drawn": "count"},
    "matrix": {},
}


@dataclass(frozen=True)
class Clause:
    """One thing done: `name` alone, or with a sign and a value."""

    name: str
    sign: str = ""
    value: float | str = ""

    def holds(self, value: float) -> bool:
        """Whether the number is the one asked for."""
        asked = float(self.value)
        return {
            "<=": value <= asked, ">=": value >= asked, "<": value < asked, ">": value > asked, "=": value == asked,
        }[self.sign]  # fmt: skip


# One after the other; of each any alternative; of that every clause.
Task = tuple[tuple[tuple[Clause, ...], ...], ...]


def read_task(text: str, kind: str, state: State) -> Task:
    """Raises RavineError for what the widget does not have, hides, cannot reach, or shows from the beginning."""
    return tuple(
        tuple(
            tuple(_clause(clause, kind, state) for clause in re.split(r"\s+and\s+", alternative.strip()))
            for alternative in re.split(r"\s+or\s+", step)
        )
        for step in re.split(r"\s+then\s+", text)
    )


def write_task(task: Task) -> str:
    """As the page reads it: JSON of the same nesting, each clause as [name, sign, value]."""
    return json.dumps(
        [[[[clause.name, clause.sign, clause.value] for clause in every] for every in step] for step in task]
    )


def _clause(text: str, kind: str, state: State) -> Clause:
    found = re.fullmatch(rf"([a-z][\w.+]*)(?:\s*({'|'.join(SIGNS)})\s*(\S+))?", text.strip())
    if found is None:
        raise RavineError(f"what is done is written as in adam.lr >= 0.1, or played; not {text.strip()!r}")
    name, sign, written = found[1], found[2] or "", found[3] or ""
    owner, _, setting = name.rpartition(".")
    rules = {rule.name: rule for rule in state.rules}
    if name in HAPPENINGS[kind]:
        about = HAPPENINGS[kind][name]
        if sign and (not about or (sign != "=" and about != "count")):
            raise RavineError(f"{name} is written alone" + (f", or with its {about}: {name} = …" if about else ""))
        if about == "rule" and sign and written not in rules:
            raise unknown("rule of this widget", written, rules)
        return _number(name, sign, written, None) if about in ("step", "count") else Clause(name, sign, written)
    if name in CONTROLS[kind]:
        _seen(CONTROLS[kind][name], name, state)
        return Clause(name, sign, _value(written) if sign else "")
    if owner == "landscape" and state.landscape is not None and kind in ("landscape", "basin"):
        if setting not in state.landscape.parameters:
            raise unknown(f"number of {state.landscape.name}", setting, state.landscape.parameters)
        _seen("landscape", name, state)
        return _number(name, sign, written, state.landscape.parameters[setting])
    if owner not in rules or kind == "anatomy":
        raise unknown("control or event of this widget", name, (*CONTROLS[kind], *HAPPENINGS[kind], *rules))
    hyperparameter = rules[owner].hyperparameters.get(setting)
    if hyperparameter is None:
        raise unknown(f"hyperparameter of {owner}", setting, rules[owner].hyperparameters)
    if kind in _SETTINGS:
        _seen(_SETTINGS[kind], name, state)
    given = state.settings.get(owner, {})
    picked = setting == "lr" and kind not in ("stream", "network") and setting not in given
    start = None if picked else given.get(setting, hyperparameter.default)
    clause = _number(name, sign, written, start)
    if sign and float(clause.value) not in hyperparameter.range:
        raise RavineError(f"{name} cannot be {written}: it must be in {hyperparameter.range}")
    return clause


def _number(name: str, sign: str, written: str, start: float | None) -> Clause:
    if not sign:
        return Clause(name)
    value = _value(written)
    if not isinstance(value, float):
        raise RavineError(f"{name} is compared with a number, not with {written}")
    clause = Clause(name, sign, value)
    if start is not None and clause.holds(start):
        raise RavineError(f"{name} is {start:g} from the beginning: nothing has to be done for {name} {sign} {written}")
    return clause


def _value(written: str) -> float | str:
    try:
        return float(written)
    except ValueError:
        return written


def _seen(panel: str | None, name: str, state: State) -> None:
    if panel in state.texts.get("hide", "").split(","):
        raise RavineError(f"{name} cannot be changed here: hide={panel} takes its control away")
