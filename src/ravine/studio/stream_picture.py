"""The still picture of a gradient stream: a chart for each quantity that the state shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ravine.backends import latex
from ravine.lessons.state import State
from ravine.palette import Look, looks
from ravine.studio.drawing import HEIGHT, WIDTH, legend, marker, path, run, svg, text
from ravine.studio.streams import feed, gradients

STEPS = 60  # the widget's own default
LEFT, RIGHT = 64, 16
_WORDS = {"gradient": "gradient", "step": "step (is subtracted)", "position": "position θ"}
_LETTERS = {"m_hat": "m̂", "v_hat": "v̂", "v_max": "vᵐᵃˣ", "delta": "δ", "theta": "θ"}


@dataclass(frozen=True)
class _Line:
    values: np.ndarray
    number: int  # of the rule; -1 for the gradient
    hat: bool


def draw_stream(state: State) -> bytes:
    steps = state.steps or STEPS
    own = [float(part) for part in state.texts.get("gradients", "1,-1").split(",")]
    stream = gradients(state.texts.get("stream", "constant"), steps, state.seed, own)
    stream = stream * state.numbers("scale", (1.0,))[0]
    low, high = state.numbers("project", (-np.inf, np.inf))
    bounds = (low, high) if "project" in state.texts else None
    records = [feed(rule, stream, bounds, **state.settings.get(rule.name, {})) for rule in state.rules]
    given = looks([rule.name for rule in state.rules])
    panels = _panels(state.texts.get("show", "gradient,step,position").split(","), records)
    bottom = HEIGHT - 20 - 24 * -(-len(records) // 2)
    height = (bottom - 18) / len(panels)
    parts: list[str] = []
    for place, names in enumerate(panels):
        lines = _lines(names, stream, records)
        parts += _chart(lines, given, place * height, height, " and, dotted, ".join(map(_title, names)))
    for t in (1, steps):
        parts.append(text(_x(t, steps), bottom, str(t), "middle", soft=True))
    parts.append(text(WIDTH / 2, bottom, "step", "middle", soft=True))
    return svg([*parts, legend(state.rules, given, HEIGHT - 14)], given)


def _panels(shown: Sequence[str], records: Sequence[dict[str, np.ndarray]]) -> list[list[str]]:
    """In the rule's own order; a corrected value shares the chart of the raw one."""
    known = dict.fromkeys(["gradient", *(name for record in records for name in record), "step", "position"])
    ends = ["step", "position"]
    names = [name for name in [*(name for name in known if name not in ends), *ends] if name in shown]
    alone = [name for name in names if not (name.endswith("_hat") and name.removesuffix("_hat") in names)]
    return [[name, f"{name}_hat"] if f"{name}_hat" in names else [name] for name in alone]


def _lines(names: Sequence[str], stream: np.ndarray, records: Sequence[dict[str, np.ndarray]]) -> list[_Line]:
    if names == ["gradient"]:
        return [_Line(stream, -1, False)]
    return [
        _Line(record[name], number, place > 0)
        for number, record in enumerate(records)
        for place, name in enumerate(names)
        if name in record
    ]


def _chart(lines: Sequence[_Line], given: Sequence[Look], top: float, height: float, title: str) -> Iterator[str]:
    values = np.concatenate([line.values[np.isfinite(line.values)] for line in lines])
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    if low == high:
        low, high = -1.0, 1.0
    steps = len(lines[0].values)
    t = np.arange(1, steps + 1)

    def y(value: np.ndarray | float) -> np.ndarray:
        return top + 26 + (height - 40) * (high - np.asarray(value)) / (high - low)

    yield text(LEFT, top + 17, title)
    for tick in sorted({low, 0.0, high}):
        kind = "zero" if tick == 0 else "grid"
        yield f'<path class="{kind}" d="M{LEFT} {float(y(tick)):.1f}H{WIDTH - RIGHT}"/>\n'
        yield text(LEFT - 8, float(y(tick)) + 4, f"{tick:.3g}".replace("-", "−"), "end", soft=True)
    for line in lines:
        if line.number < 0:
            stems = "".join(
                f"M{_x(i, steps):.1f} {float(y(0)):.1f}V{float(y(g)):.1f}"
                for i, g in zip(t, line.values, strict=True)
                if g
            )
            thin = min(1.6, 0.6 * (WIDTH - LEFT - RIGHT) / steps)
            yield f'<path class="ink" stroke-width="{thin:.2g}" d="{stems}"/>\n'
            continue
        look = given[line.number]
        yield run(look, line.number, path(_x(t, steps), y(line.values)), line.hat)
        yield marker(look, line.number, float(_x(steps, steps)), float(y(line.values[-1])), 5)


def _x(t: Any, steps: int) -> Any:
    return LEFT + (np.asarray(t) - 1) / max(steps - 1, 1) * (WIDTH - LEFT - RIGHT)


def _title(name: str) -> str:
    return _WORDS.get(name) or _LETTERS.get(name) or latex.symbol(name).lstrip("\\")
