"""The still picture of a living network: what it answers after some steps, and its loss and accuracy on the way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from ravine.lessons.network_state import read
from ravine.lessons.state import State
from ravine.networks import Recipe, Score, Training
from ravine.palette import LOOKS
from ravine.studio.drawing import HEIGHT, WIDTH, path, svg, text

STEPS = 400  # a picture shows no more of a run
READINGS = 20
GRID, SPAN = 40, 1.4
SHADES = 13
CLASSES = ("#66a595", "#ffffff", "#cb8570"), ("#3c7f6d", "#1b2128", "#9c5f4a")
LEFT, TOP, RIGHT, FOOT = 400, 40, 16, 34


@dataclass(frozen=True)
class Run:
    """A network after its steps, and its scores at each of `steps` on both sets."""

    training: Training
    steps: tuple[int, ...]
    train: tuple[Score, ...]
    held_out: tuple[Score, ...]


@cache
def runs_of(query: str) -> tuple[Run, ...]:
    """The run of a state's network, and its twin's: to its step, or where that is 0 as far as a picture shows."""
    state = read(query)
    last = state.step or min(state.recipe.steps, STEPS)
    return tuple(_run(recipe, last) for recipe in (state.recipe, state.twin) if recipe)


def _run(recipe: Recipe, last: int) -> Run:
    training = Training(recipe)
    steps = sorted({round(place) for place in np.linspace(0, last, READINGS + 1)})
    train, held_out = [], []
    with np.errstate(all="ignore"):  # a run that diverges is a run to show
        for step in steps:
            training.train(step - training.step)
            train.append(training.score())
            held_out.append(training.score(held_out=True))
    return Run(training, tuple(steps), tuple(train), tuple(held_out))


def draw_network(state: State) -> bytes:
    runs = runs_of(state.query)
    side = 320 if len(runs) == 1 else 178
    parts: list[str] = []
    for place, run in enumerate(runs):
        parts += _answers(run, 24, TOP + place * (side + 14), side)
    parts += _chart(runs, "Loss", "loss", TOP, 150)
    if runs[0].training.task.classes:
        parts += _chart(runs, "Accuracy", "accuracy", TOP + 190, 150)
    parts.append(text(24, 26, f"After {runs[0].steps[-1]} steps"))
    words = "unbroken: trained on; dashed: held out" + ("; the second colour: its twin" if len(runs) > 1 else "")
    parts.append(text(24, HEIGHT - 14, words, soft=True))
    return svg(parts, (LOOKS[1], LOOKS[0]), SHADES, CLASSES)


def describe_run(query: str) -> str:
    """The run that the picture of a state shows, in words."""
    run = runs_of(query)[0]
    last = f"After {run.steps[-1]} steps the loss is {run.train[-1].loss:.3g}, and {run.held_out[-1].loss:.3g} held out"
    if not run.training.task.classes:
        return f"A network in training. It begins at a loss of {run.train[0].loss:.3g}. {last}."
    right = (
        f"{100 * run.train[-1].accuracy:.0f} % are named right, and {100 * run.held_out[-1].accuracy:.0f} % held out"
    )
    return f"A network in training. It begins at a loss of {run.train[0].loss:.3g}. {last}; {right}."


def _answers(run: Run, left: float, top: float, side: float) -> Iterator[str]:
    data = run.training.recipe.data
    draw = {"digits": _misread, "curve": _curve}.get(data, _plane)
    yield from draw(run, left, top, side)
    yield f'<rect class="grid" x="{left}" y="{top}" width="{side}" height="{side}"/>\n'


def _plane(run: Run, left: float, top: float, side: float) -> Iterator[str]:
    training = run.training
    along = SPAN * (2 * (np.arange(GRID) + 0.5) / GRID - 1)
    grid = np.stack(np.meshgrid(along, -along), axis=-1).reshape(-1, 2)
    task = training.task
    plain = task.train[0] * task.spread + task.centre
    with np.errstate(all="ignore"):
        z = training.predict((grid - task.centre) / task.spread)
        sure = np.nan_to_num(np.tanh((z[:, 1] - z[:, 0]) / 2))
    shade = np.round((sure + 1) / 2 * (SHADES - 1)).astype(int).reshape(GRID, GRID)
    cell = side / GRID
    for level in range(SHADES):
        rows = [_strip(row, level, left, top + number * cell, cell) for number, row in enumerate(shade)]
        if data := "".join(rows):
            yield f'<path class="l{level}" d="{data}"/>\n'
    across, down = left + side * (0.5 + plain[:, 0] / 2 / SPAN), top + side * (0.5 - plain[:, 1] / 2 / SPAN)
    for x, y, label in zip(across, down, task.train[1], strict=True):
        shape = (
            f'rect x="{x - 2:.0f}" y="{y - 2:.0f}" width="4" height="4"'
            if label
            else f'circle cx="{x:.0f}" cy="{y:.0f}" r="2.3"'
        )
        yield f'<{shape} class="l{(SHADES - 1) * int(label)}" stroke="#20252b" stroke-width="0.6"/>'


def _strip(row: np.ndarray, level: int, left: float, y: float, cell: float) -> str:
    """The cells of a row that have this shade, neighbours joined."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], row == level, [False])).astype(int)))
    return "".join(
        f"M{left + a * cell:.1f} {y:.1f}h{(b - a) * cell:.1f}v{cell + 0.2:.1f}h{(a - b) * cell:.1f}z"
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    )


def _curve(run: Run, left: float, top: float, side: float) -> Iterator[str]:
    training = run.training
    inputs, targets = training.task.train
    centre, spread = training.task.centre, training.task.spread
    across = left + side * (0.5 + (inputs * spread + centre)[:, 0] / 2.2)
    for x, y in zip(across, top + side * (0.5 - targets / 2.8), strict=True):
        yield f'<circle class="zero" cx="{x:.0f}" cy="{y:.0f}" r="2"/>'
    along = np.linspace(-1.1, 1.1, 120)
    with np.errstate(all="ignore"):
        heights = training.predict((along[:, None] - centre) / spread)[:, 0]
    drawn = path(left + side * (0.5 + along / 2.2), np.clip(top + side * (0.5 - heights / 2.8), top, top + side))
    yield f'<path class="run r0" d="{drawn}"/>\n'


def _misread(run: Run, left: float, top: float, side: float) -> Iterator[str]:
    """The held-out digits that it gets wrong."""
    task = run.training.task
    inputs, targets = task.held_out
    with np.errstate(all="ignore"):
        named = run.training.predict(inputs).argmax(axis=1)
    wrong = np.flatnonzero(named != targets)
    columns = int(side // 50)
    pixels = inputs * task.spread + task.centre
    for place, example in enumerate(wrong[: columns * int(side // 62)]):
        x, y = left + 8 + place % columns * 50, top + 6 + place // columns * 62
        dark = np.round(pixels[example] * 4).astype(int)
        for level in range(1, 5):
            squares = "".join(f"M{x + 5 * (i % 8)} {y + 5 * (i // 8)}h5v5h-5z" for i in np.flatnonzero(dark == level))
            if squares:
                yield f'<path class="pixel" fill-opacity="{level / 4}" d="{squares}"/>\n'
        yield text(x + 20, y + 53, f"{targets[example]:.0f} as {named[example]}", "middle", soft=True)


def _chart(runs: Sequence[Run], title: str, of: str, top: float, height: float) -> Iterator[str]:
    values = np.array(
        [[getattr(score, of) for score in scores] for run in runs for scores in (run.train, run.held_out)]
    )
    good = values[np.isfinite(values) & (values > 0)]
    low, high = (
        (0.0, 1.0) if of == "accuracy" else (np.log10(good.min()), np.log10(good.max())) if len(good) else (-1, 0)
    )
    if of == "loss":
        low, high = min(low, high - 0.3) - 0.05, high + 0.05
    last = runs[0].steps[-1]

    def y(value: np.ndarray) -> np.ndarray:
        return top + 12 + (height - 12) * (high - value) / (high - low)

    yield text(LEFT, top, title)
    for tick in (0.0, 0.5, 1.0) if of == "accuracy" else _ticks(low, high):
        at = y(np.array(tick if of == "accuracy" else np.log10(tick)))
        yield f'<path class="grid" d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}"/>\n'
        yield text(LEFT - 6, float(at) + 4, f"{100 * tick:g} %" if of == "accuracy" else f"{tick:g}", "end", soft=True)
    for number, run in enumerate(runs):
        for scores, dash in ((run.train, ""), (run.held_out, " dash")):
            found = np.array([getattr(score, of) for score in scores])
            with np.errstate(all="ignore"):
                drawn = y(found if of == "accuracy" else np.log10(found))
            x = LEFT + np.array(run.steps) / last * (WIDTH - LEFT - RIGHT)
            if np.isfinite(drawn[:2]).all():
                yield f'<path class="run r{number}{dash}" d="{path(x, drawn)}"/>\n'
    for step in (0, last):
        yield text(
            LEFT if step == 0 else WIDTH - RIGHT,
            top + height + 16,
            str(step),
            "start" if step == 0 else "end",
            soft=True,
        )


def _ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 times powers of ten between two powers, at most five of them."""
    marks = [digit * 10.0**power for power in range(int(np.floor(low)), int(np.ceil(high)) + 1) for digit in (1, 2, 5)]
    inside = [mark for mark in marks if low <= np.log10(mark) <= high]
    return inside[:: -(-len(inside) // 5)] if inside else []
