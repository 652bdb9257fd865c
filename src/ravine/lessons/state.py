"""The state of a widget as a query string, the same that a shared link carries: read, and refused if it is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from ravine.errors import RavineError, unknown
from ravine.landscapes import Landscape, from_formula, landscapes
from ravine.rules import Rule, rules

WIDGETS = ("landscape", "anatomy", "basin", "rates", "stream")
STREAMS = ("constant", "impulse", "sparse", "alternating", "noisy", "reddi", "own")

# What a widget reads, and an example of each. A rule's and a landscape's numbers are written adam.lr=0.1, ravine.condition=50.
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
    "hide": "hide=speed,noise",
    "anatomy": "anatomy=adam",
    "map": "map=basin",
    "stream": "stream=sparse",
    "gradients": "gradients=1,-1,2",
    "show": "show=step,m",
    "scale": "scale=1000",
    "project": "project=-1,1",
}


@dataclass(frozen=True)
class State:
    """The parsed query. What it does not say is None or empty: the widget's own default."""

    query: str
    rules: tuple[Rule, ...] = ()
    settings: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    landscape: Landscape | None = None
    start: tuple[float, float] | None = None
    steps: int | None = None
    noise: float = 0.0
    seed: int = 0
    other: Mapping[str, str] = field(default_factory=dict)


def read(query: str) -> State:
    """Raises RavineError for a key, a rule, a landscape or a value that no widget knows."""
    if not query:
        return State("")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
    except ValueError:
        raise RavineError(f"a state is written as in landscape=ravine&rules=sgd,adam, not {query!r}") from None
    values = dict(pairs)
    settings: dict[str, dict[str, float]] = {}
    for key, value in pairs:
        owner, dot, name = key.rpartition(".")
        if dot:
            settings.setdefault(owner, {})[name] = _numbers(key, value, 1)[0]
        elif key not in KEYS:
            raise unknown("key of a state", key, KEYS)
    entered = tuple(rules[name] for name in values.get("rules", values.get("anatomy", "")).split(",") if name)
    land = _landscape(values, settings)
    for owner, given in settings.items():
        if land is None or owner != land.name:
            rules[owner].settings(given)
    if "stream" in values and values["stream"] not in STREAMS:
        raise unknown("stream", values["stream"], STREAMS)
    start = _numbers("start", values["start"], 2) if "start" in values else None
    return State(
        query,
        entered,
        {name: given for name, given in settings.items() if name in rules},
        land,
        (start[0], start[1]) if start else None,
        int(_numbers("steps", values["steps"], 1)[0]) if "steps" in values else None,
        _numbers("noise", values.get("noise", "0"), 1)[0],
        int(_numbers("seed", values.get("seed", "0"), 1)[0]),
        {key: value for key, value in values.items() if "." not in key},
    )


def _landscape(values: Mapping[str, str], settings: Mapping[str, Mapping[str, float]]) -> Landscape | None:
    if "formula" in values:
        x0, x1, y0, y1 = _numbers("domain", values.get("domain", "-2,2,-2,2"), 4)
        return from_formula(values["formula"], {"x": (x0, x1), "y": (y0, y1)})
    if "landscape" not in values:
        return None
    land = landscapes[values["landscape"]]
    given = settings.get(land.name)
    return land.with_parameters(**given) if given else land


def _numbers(key: str, text: str, count: int) -> tuple[float, ...]:
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != count:
        raise RavineError(f"{key} wants {count} number{'s' if count > 1 else ''}, as in {KEYS.get(key, f'{key}=0.1')}")
    return numbers
