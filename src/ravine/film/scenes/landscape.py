"""A landscape from above, and paths on it that are drawn as they run."""

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.lines import Line2D

from ravine.film.picture import INK, draw_land
from ravine.film.scenes.stage import BODY, HEIGHT, NAMES, SMALL, WIDTH, Stage, fact, number_shown, width_of
from ravine.landscapes import landscapes
from ravine.palette import LOOKS, looks
from ravine.storyboard import Scene
from ravine.trajectory import Trajectory, descend


class Runner(NamedTuple):
    run: Trajectory
    path: Line2D
    head: Line2D


class LandscapeScene:
    """facts: title, landscape, steps, noise, and runs: each a rule with its settings, a label, and perhaps its start.

    A sentence shows "step N": how far all runs have come when it has been said.
    """

    def __init__(self, scene: Scene, stage: Stage) -> None:
        self.stage = stage
        facts = scene.facts
        land = landscapes[fact(facts, "landscape", scene.kind)]
        self.steps = int(fact(facts, "steps", scene.kind))
        stage.heading(fact(facts, "title", scene.kind))
        axes = stage.axes(48, 186, 1184, 424)
        draw_land(axes, land)
        axes.set(xlabel="", ylabel="", xticks=[], yticks=[])
        told = facts["runs"]
        given = looks([run["rule"] for run in told])
        if len({run["rule"] for run in told}) < len(told):  # one rule with several settings
            given = [LOOKS[number] for number in range(len(told))]
        self.runners = []
        left = 64.0
        for place, (facts_of_run, look) in enumerate(zip(told, given, strict=True)):
            run = _run(facts_of_run, land.name, self.steps, float(facts.get("noise", 0)))
            width, colour = 2.5 if facts.get("noise") else 5.0, look.light
            (path,) = axes.plot([], [], color=colour, linewidth=width, zorder=20 - place, solid_joinstyle="round")
            (head,) = axes.plot([], [], look.marker, color=colour, markersize=20, zorder=40 - place)
            head.set(markeredgecolor="white", markeredgewidth=2)
            self.runners.append(Runner(run, path, head))
            stage.figure.add_artist(
                Line2D(
                    [(left + 14) / WIDTH], [1 - NAMES / HEIGHT], marker=look.marker, color=colour, markersize=20, ls=""
                )
            )
            words = stage.text(left + 42, NAMES, facts_of_run["label"], BODY)
            left += 42 + width_of(words, stage) + 56
            axes.plot(*run.points[0], marker="+", color=INK, markersize=20, markeredgewidth=3)
        self.clock = stage.text(1232, 60, "", SMALL, ha="right")
        stage.add(*(artist for runner in self.runners for artist in (runner.path, runner.head)), self.clock)
        self.marks = [0.0]
        for sentence in scene.sentences:
            step = number_shown(sentence.shows, "step")
            self.marks.append(self.marks[-1] if step is None else step)

    def show(self, beat: int, share: float) -> Hashable:
        before, after = self.marks[beat], self.marks[beat + 1]
        step = round(before + (after - before) * share, 2)
        for run, path, head in self.runners:
            points = run.points
            whole = int(step)
            shown = points[: whole + 1]
            if whole < self.steps:
                part = points[whole] + (step - whole) * (points[whole + 1] - points[whole])
                shown = np.vstack([shown, part])
            shown = shown[np.isfinite(shown).all(axis=1)]
            path.set_data(*shown.T)
            head.set_data(*shown[-1:].T)
        self.clock.set_text(f"step {int(step)}")
        return step


def _run(facts: Mapping[str, Any], land: str, steps: int, noise: float) -> Trajectory:
    settings = {name: value for name, value in facts.items() if name not in ("rule", "label", "start")}
    return descend(facts["rule"], land, facts.get("start"), steps, noise=noise, **settings)
