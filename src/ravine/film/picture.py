"""The picture of a race: the landscape with the paths, the loss against the step, and who is who."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text

from ravine.backends import latex
from ravine.equations import Assignment, Number
from ravine.equations.expression import substitute
from ravine.film.race import Lane, Race
from ravine.landscapes import Landscape
from ravine.palette import Look, looks
from ravine.shown import drawn

INK, FAINT = "#20252b", "#6b747d"
LAND = LinearSegmentedColormap.from_list("land", ["#8fa9bd", "#b7c9d6", "#dbe5eb", "#f3f6f7", "#fdfcf8"])
LEVELS = 24
TITLE = 60  # letters of a headline
PLAIN, MOST_LINES = 90, 4  # of a formula that is not set in mathematical type: letters to a line, and lines
DEEPEST = 12  # brackets within brackets in one that is


@dataclass
class Runner:
    """What moves in a film, for one lane: its path, its loss curve, and the marker at the head of each."""

    lane: Lane
    heights: np.ndarray
    path: Line2D
    head: Line2D
    curve: Line2D
    mark: Line2D
    outcome: Text

    @property
    def artists(self) -> tuple[Line2D | Text, ...]:
        return self.path, self.curve, self.mark, self.head, self.outcome

    def show(self, step: int) -> None:
        """Draws the run up to and with `step`."""
        points = self.lane.trajectory.points
        last = min(step, _last_finite(self.heights))
        self.path.set_data(points[: last + 1, 0], points[: last + 1, 1])
        self.head.set_data(points[last : last + 1, 0], points[last : last + 1, 1])
        self.curve.set_data(np.arange(last + 1), self.heights[: last + 1])
        self.mark.set_data([last], self.heights[last : last + 1])
        ended = step >= len(self.heights) - 1
        self.outcome.set_text(self.lane.outcome if ended else f"{self.lane.trajectory.values[last]:.3g}")


@dataclass
class Picture:
    """A drawn race. `clock` is the text that counts the steps."""

    figure: Figure
    runners: list[Runner]
    clock: Text

    @property
    def moving(self) -> list[Line2D | Text]:
        return [*(artist for runner in self.runners for artist in runner.artists), self.clock]

    def show(self, step: int, of: int) -> None:
        """The race after `step` of `of` steps."""
        for runner in self.runners:
            runner.show(step)
        self.clock.set_text(f"step {step} of {of}")


def draw(race: Race, width: int = 1280, height: int = 720) -> Picture:
    """The race at its end, `width` by `height` pixels at 100 dots an inch."""
    figure = Figure(figsize=(width / 100, height / 100), dpi=100, facecolor="white")
    FigureCanvasAgg(figure)
    land_axes = figure.add_axes((0.05, 0.075, 0.53, 0.79))
    loss_axes = figure.add_axes((0.655, 0.53, 0.325, 0.335))
    _headline(figure, race)
    draw_land(land_axes, race.landscape)
    _frame_losses(loss_axes, race)
    given = looks([lane.trajectory.rule.name for lane in race.lanes])
    runners = [
        _runner(number, look, lane, race, land_axes, loss_axes)
        for number, (look, lane) in enumerate(zip(given, race.lanes, strict=True))
    ]
    land_axes.plot(*race.start, marker="+", color=INK, markersize=12, markeredgewidth=1.6)
    clock = loss_axes.text(0.985, 0.96, "", transform=loss_axes.transAxes, ha="right", va="top", fontsize=10, color=INK)
    _legend(figure, race, runners)
    picture = Picture(figure, runners, clock)
    picture.show(race.steps, race.steps)
    return picture


def _last_finite(values: np.ndarray) -> int:
    return int(np.flatnonzero(np.isfinite(values))[-1])


def _headline(figure: Figure, race: Race) -> None:
    title = race.landscape.title
    title = title if len(title) <= TITLE else f"{title[: TITLE - 1]}…"
    figure.text(0.05, 0.945, drawn(title), fontsize=17, color=INK, weight="bold", va="center")
    figure.text(0.05, 0.897, drawn(race.landscape.lesson), fontsize=10, color=FAINT, va="center")
    _draw_formula(figure, race.landscape)


def _draw_formula(figure: Figure, land: Landscape) -> None:
    """The landscape's formula in mathematical type, as large as the room beside the headline allows."""
    values = {name: Number(value) for name, value in land.parameters.items()}
    equation = replace(
        land.equation,
        assignments=tuple(Assignment(a.name, substitute(a.expression, values)) for a in land.equation.assignments),
        results=(substitute(land.equation.results[0], values),),
    )
    lines = [f"${''.join(line)}$" for line in latex.lines(equation)]
    try:
        if _nested(lines) > DEEPEST:  # mathtext takes many times as long with each, and then lacks the stack
            raise ValueError
        widest = max(MathTextParser("path").parse(line).width for line in lines)  # at 10 points, 72 to an inch
    except (ValueError, RecursionError):  # matplotlib's mathtext lacks `cases`
        lines = textwrap.wrap(land.python().rpartition("return ")[2].strip(), PLAIN)
        lines, widest = [*lines[:MOST_LINES], *["…"] * (len(lines) > MOST_LINES)], 1.0
    room = 0.52 * 72 * figure.get_figwidth()
    size = min(12.0, 10 * room / widest, 26 / len(lines))
    figure.text(0.98, 0.94, "\n".join(lines), fontsize=size, color=INK, va="center", ha="right")


def draw_land(axes: Axes, land: Landscape) -> None:
    """The landscape from above, with its minima and saddles."""
    x, y = np.meshgrid(np.linspace(*land.domain.x, 321), np.linspace(*land.domain.y, 321))
    heights = np.broadcast_to(land(x, y), x.shape)
    shown = np.clip(np.where(np.isfinite(heights), heights, land.range[1]), *land.range)
    # Levels at equal shares of the area, so that a narrow valley is drawn as finely as a wide slope.
    levels = np.unique(np.quantile(shown, np.linspace(0, 1, LEVELS)))
    low, high = _apart(shown)
    if len(levels) < 3 or (low, high) != (shown.min(), shown.max()):  # flat, but for rounding
        levels = np.linspace(low, high, 3)
    axes.contourf(x, y, shown, levels, cmap=LAND, norm=BoundaryNorm(levels, LAND.N))
    axes.contour(x, y, shown, levels, colors="#5d7486", linewidths=0.35, alpha=0.7)
    if land.minima:
        star = axes.plot(*zip(*land.minima, strict=True), "*", color="white", markersize=11, zorder=3)
        star[0].set_markeredgecolor(INK)
    if land.saddles:
        axes.plot(*zip(*land.saddles, strict=True), "x", color=FAINT, markersize=6)
    axes.set(xlim=land.domain.x, ylim=land.domain.y, xlabel="x", ylabel="y")
    _quiet(axes)


def _apart(heights: np.ndarray) -> tuple[float, float]:
    """The lowest and the highest; where little more than rounding is between them, two that can be told apart."""
    low, high = float(heights.min()), float(heights.max())
    size = max(abs(low), abs(high))
    if high - low > 1e-9 * size:
        return low, high
    margin = 1e-3 * size if size > 1e3 else 1.0
    return low - margin, high + margin


def _nested(lines: Sequence[str]) -> int:
    """How deep brackets stand in brackets."""
    depth = deepest = 0
    for letter in "".join(lines):
        depth += (letter in "{(") - (letter in "})")
        deepest = max(deepest, depth)
    return deepest


def _frame_losses(axes: Axes, race: Race) -> None:
    heights = np.concatenate([race.heights(lane) for lane in race.lanes])
    heights = heights[np.isfinite(heights)]
    if race.floor is None:
        low, high = race.landscape.range
        under, over = _apart(np.array([low, high, float(race.heights(race.lanes[0])[0])]))
        axes.set_ylim(under - 0.05 * (over - under), over + 0.05 * (over - under))
        axes.set_title(f"height against step, shown from {low:g} up", fontsize=10, color=INK, loc="left")
    else:
        axes.set_yscale("log")
        # Sixteen digits below the start nothing but rounding is left.
        top = max(float(heights.max()), 1e-12)
        positive = heights[heights > 0]
        bottom = max(float(positive.min()) if positive.size else 1e-3 * top, 1e-16 * top)
        axes.set_ylim(bottom / 3, min(top, 1e4 * max(float(heights[0]), bottom)) * 3)
        axes.set_title("height above the lowest minimum, against step", fontsize=10, color=INK, loc="left")
    axes.set_xlim(0, race.steps * 1.015)
    axes.grid(color="#e3e7ea", linewidth=0.7)
    axes.set_axisbelow(True)
    _quiet(axes)


def _quiet(axes: Axes) -> None:
    axes.tick_params(colors=FAINT, labelsize=9)
    for spine in axes.spines.values():
        spine.set_color("#c3cad0")
    axes.xaxis.label.set_color(FAINT)
    axes.yaxis.label.set_color(FAINT)


def _runner(number: int, look: Look, lane: Lane, race: Race, land_axes: Axes, loss_axes: Axes) -> Runner:
    colour, marker = look.light, look.marker
    # The first lane is drawn last, on top; thin dots along a path show where its steps fell.
    (path,) = land_axes.plot([], [], color=colour, linewidth=1.8, marker=".", markersize=4, zorder=20 - number)
    (head,) = land_axes.plot([], [], marker, color=colour, markersize=10, zorder=40 - number)
    (curve,) = loss_axes.plot([], [], color=colour, linewidth=1.7, zorder=20 - number)
    (mark,) = loss_axes.plot([], [], marker, color=colour, markersize=8, zorder=40 - number)
    for line in (path, curve):
        line.set_dashes(look.dash_in_widths)
    for spot in (head, mark):
        spot.set_markeredgecolor("white")
    return Runner(lane, race.heights(lane), path, head, curve, mark, land_axes.figure.text(0.98, 0, ""))


def _narrow(line: Text, figure: Figure) -> None:
    """Letters so small that the line ends where the picture does."""
    box = line.get_window_extent()
    line.set_fontsize(line.get_fontsize() * min(1.0, (0.98 * figure.bbox.width - box.x0) / box.width))


def _legend(figure: Figure, race: Race, runners: list[Runner]) -> None:
    """A line for each rule, with its hyperparameters and how it ended; a note on how rates were picked."""
    top, bottom = 0.455, 0.075
    room = min(0.062, (top - bottom) / len(runners))
    small = 8.5 if len(runners) <= 7 else 6.5
    below = max(0.42 * room, 0.016)  # from the title to the settings: never less than the height of their letters
    titles = [runner.lane.trajectory.rule.title for runner in runners]
    for number, runner in enumerate(runners):
        y = top - number * room
        head = runner.head
        swatch = Line2D([0.663], [y], marker=head.get_marker(), color=head.get_color(), markersize=9, linestyle="")
        swatch.set_markeredgecolor("white")
        figure.add_artist(swatch)
        # Title and outcome share a line; the settings stand below, where there is room for them.
        rule = runner.lane.trajectory.rule
        title = rule.title if titles.count(rule.title) == 1 else f"{rule.title} ({rule.name})"
        figure.text(0.676, y, drawn(title), fontsize=small + 1.5, color=INK, va="center", weight="bold")
        runner.outcome.set(y=y, fontsize=small, color=INK, va="center", ha="right")
        settings = figure.text(0.676, y - below, drawn(runner.lane.settings), fontsize=small, color=FAINT, va="center")
        _narrow(settings, figure)
    notes = [f"+ start ({race.start[0]:g}, {race.start[1]:g})"]
    notes += ["☆ minimum"] * bool(race.landscape.minima) + ["× saddle"] * bool(race.landscape.saddles)
    if race.noise:
        notes.append(f"noise {race.noise:g} on each gradient, the same for all")
    if any(lane.chosen for lane in race.lanes):
        notes.append("* picked for each rule from one grid")
    figure.text(0.98, 0.028, "   ".join(notes), fontsize=8, color=FAINT, va="center", ha="right")
