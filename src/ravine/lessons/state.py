"""The state of a widget as a query string, the same that a shared link carries: read, and refused if it is wrong.

The page reads it in web/src/engine/link.ts, and in the state.ts of stream, chain, mask and matrix; there a shared
link's mistakes are forgiven.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from ravine.activations import activations
from ravine.errors import RavineError, unknown
from ravine.landscapes import Landscape, from_formula, landscapes
from ravine.rules import Rule, rules
from ravine.schedules import schedules

WIDGETS = ("landscape", "anatomy", "basin", "stream", "chain", "mask", "matrix", "network")
STREAMS = ("constant", "impulse", "sparse", "alternating", "noisy", "reddi", "own")

# What a widget reads, with an example. Numbers of a rule or of the landscape: adam.lr=0.1, landscape.condition=50.
KEYS = {
    "landscape": "landscape=ravine",
    "formula": "formula=x**2 - y**2",
    "domain": "domain=-2,2,-2,2",
    "rules": "rules=sgd,adam",
    "start": "start=-1,0.5",
    "steps": "steps=200",
    "noise": "noise=0.5",
    "seed": "seed=1",
    "schedule": "schedule=cosine",
    "step": "step=10",
    "view": "view=surface",
    "log": "log=1",
    "hide": "hide=player,noise",
    "anatomy": "anatomy=adam",
    "map": "map=basin",
    "map.rule": "map.rule=adam",
    "map.against": "map.against=beta1",
    "stream": "stream=sparse",
    "gradients": "gradients=1,-1,2",
    "show": "show=step,m",
    "scale": "scale=1000",
    "project": "project=-1,1",
    "activation": "activation=sigmoid",
    "depth": "depth=8",
    "weight": "weight=1",
    "bias": "bias=0",
    "input": "input=0.5",
    "p": "p=0.5",
    "meaning": "meaning=keep",
    "ratio": "ratio=10",
    "turn": "turn=30",
    "passes": "passes=5",
}

# What a teacher may hide (PANELS in web/src/engine/state.ts).
PANELS = tuple("landscape rules settings start noise schedule player chart view share anatomy map".split())

CHOICES: dict[str, Collection[str]] = {
    "view": ("contours", "surface"),
    "log": ("0", "1"),
    "map": ("basin", "rates"),
    "schedule": schedules,
    "stream": STREAMS,
    "activation": activations,
    "meaning": ("drop", "keep"),
}

# Least, most, and whether it is a whole number; as in the state.ts of chain, mask and matrix in web/src/.
RANGES = {
    "depth": (1, 20, True),
    "weight": (-5, 5, False),
    "bias": (-10, 10, False),
    "input": (-10, 10, False),
    "p": (0, 1, False),
    "ratio": (1, 100, False),
    "turn": (0, 90, False),
    "passes": (0, 5, True),
}


@dataclass(frozen=True)
class State:
    """The parsed query. What it does not say is None or empty: the widget's own default.

    settings: the hyperparameters given, by rule.
    texts:    every key and its text, for what a widget reads beyond these.
    """

    query: str
    rules: tuple[Rule, ...] = ()
    settings: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    landscape: Landscape | None = None
    start: tuple[float, float] | None = None
    steps: int | None = None
    noise: float = 0.0
    seed: int = 0
    texts: Mapping[str, str] = field(default_factory=dict)

    def numbers(self, key: str, default: tuple[float, ...]) -> tuple[float, ...]:
        return _numbers(key, self.texts[key], len(default)) if key in self.texts else default


def read(query: str) -> State:
    """Raises RavineError for a key, a rule, a landscape or a value that no widget knows."""
    if not query:
        return State("")
    try:
        texts = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True))
    except ValueError:
        raise RavineError(f"a state is written as in landscape=ravine&rules=sgd,adam, not {query!r}") from None
    numbers: dict[str, dict[str, float]] = {}
    for key, text in texts.items():
        owner, dot, name = _rule_name(key).rpartition(".")
        if key in CHOICES and text not in CHOICES[key]:
            raise unknown(key, text, CHOICES[key])
        if key in RANGES:
            _check_range(key, _numbers(key, text, 1)[0])
        if dot and key not in KEYS:
            numbers.setdefault(owner, {})[name] = _numbers(key, text, 1)[0]
        elif key not in KEYS:
            raise unknown("key of a state", key, KEYS)
    shape = numbers.pop("landscape", {})
    for owner, given in numbers.items():
        rules[owner].settings(given)
    named = [texts[key] for key in ("rules", "anatomy", "map.rule") if key in texts]
    entered = dict.fromkeys(_rule_name(name) for name in ",".join(named).split(",") if name)
    _check_names("panel", texts.get("hide", ""), PANELS)
    lines = [part.name for name in entered for part in rules[name].equation.parts()]
    _check_names("quantity of these rules", texts.get("show", ""), ("gradient", *lines, "position"))
    start = _numbers("start", texts["start"], 2) if "start" in texts else None
    return State(
        query,
        tuple(rules[name] for name in entered),
        numbers,
        _landscape(texts, shape),
        (start[0], start[1]) if start else None,
        int(_numbers("steps", texts["steps"], 1)[0]) if "steps" in texts else None,
        _numbers("noise", texts.get("noise", "0"), 1)[0],
        int(_numbers("seed", texts.get("seed", "0"), 1)[0]),
        texts,
    )


def _check_range(key: str, value: float) -> None:
    low, high, whole = RANGES[key]
    if not low <= value <= high or (whole and value != int(value)):
        raise RavineError(f"{key} must be a {'whole ' * whole}number from {low} to {high}, not {value:g}")


def _check_names(kind: str, text: str, known: Collection[str]) -> None:
    for name in text.split(","):
        if name and name not in known:
            raise unknown(kind, name, known)


def _rule_name(text: str) -> str:
    """A plus in a query string reads as a space: "adam+l2" is meant."""
    return text.strip().replace(" ", "+")


def _landscape(texts: Mapping[str, str], shape: Mapping[str, float]) -> Landscape | None:
    if "formula" in texts:
        x0, x1, y0, y1 = _numbers("domain", texts.get("domain", "-2,2,-2,2"), 4)
        return from_formula(texts["formula"], {"x": (x0, x1), "y": (y0, y1)})
    if "landscape" not in texts:
        if shape:
            raise RavineError("landscape.NAME changes a number of a landscape: name it, as in landscape=ravine")
        return None
    land = landscapes[texts["landscape"]]
    return land.with_parameters(**shape) if shape else land


def _numbers(key: str, text: str, count: int) -> tuple[float, ...]:
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != count:
        raise RavineError(f"{key} wants {count} number{'s' if count > 1 else ''}, as in {KEYS.get(key, f'{key}=0.1')}")
    return numbers
