"""The still picture of one step taken apart: each value that the rule computes, for x and for y, in its own order."""

import numpy as np

from ravine.backends import numpy as reference
from ravine.backends import python
from ravine.equations.evaluate import evaluate
from ravine.landscapes import landscapes
from ravine.lessons.state import State
from ravine.studio.drawing import HEIGHT, WIDTH, svg, text
from ravine.trajectory import best_rate

COLUMNS = (32, 150, WIDTH - 130, WIDTH - 24)


def draw_step(state: State) -> bytes:
    """The step after the one at which the state stands; the first, if it stands nowhere."""
    land, rule = state.landscape or landscapes["ravine"], state.rules[-1]
    start = state.start or land.start
    given = dict(state.settings.get(rule.name, {}))
    steps = state.steps or 200
    if "lr" in rule.hyperparameters and "lr" not in given:
        given["lr"] = best_rate(rule, land, start, steps, **given)
    settings = rule.settings(given)
    before = int(state.texts.get("step", 0))
    theta = np.array(start, dtype=np.float64)
    memory = reference.start(rule.equation, theta, settings)
    for t in range(1, before + 1):
        theta, memory = reference.step(rule.equation, theta, np.stack(land.gradient(*theta)), memory, t, settings)
    g = np.stack(land.gradient(*theta))
    names = {**settings, **memory, "theta": theta, "g": g, "t": float(before + 1)}
    rows = [("g", "the slope where the parameter stands", g)]
    with np.errstate(all="ignore"):
        for place, part in enumerate(rule.equation.parts()):
            value = np.broadcast_to(evaluate(part.expression, names, reference.OPERATIONS), 2)
            rows.append((part.name, python.INFIX.write(part.expression), value))
            if place < len(rule.equation.assignments):
                names[part.name] = value
    height = min(44.0, (HEIGHT - 110) / len(rows))
    parts = [text(COLUMNS[0], 34, f"{rule.title} on {land.title}, step {before + 1}")]
    parts += [text(COLUMNS[2], 66, "for x", "end", soft=True), text(COLUMNS[3], 66, "for y", "end", soft=True)]
    for number, (name, code, value) in enumerate(rows):
        y = 66 + height * (number + 1)
        parts.append(f'<path class="grid" d="M{COLUMNS[0]} {y - height * 0.65:.1f}H{WIDTH - 24}"/>\n')
        parts += [text(COLUMNS[0], y, name), text(COLUMNS[1], y, f"= {code}", soft=True)]
        for column, component in zip(COLUMNS[2:], value, strict=True):
            parts.append(text(column, y, f"{component:.4g}".replace("-", "−"), "end"))
    return svg(parts, [])
