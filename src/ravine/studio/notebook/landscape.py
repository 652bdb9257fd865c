"""The landscape widget in a notebook: rules race, and Python has their start, rates and paths."""

from collections.abc import Mapping, Sequence
from typing import Any

from ravine.errors import RavineError
from ravine.landscapes import Landscape, landscapes
from ravine.rules import Rule, find_rule, rules
from ravine.studio.notebook.widget import Widget, put, put_numbers
from ravine.trajectory import Trajectory, best_rate, descend

FIRST = {"landscape": "ravine", "rules": ("sgd", "momentum", "adam")}
STEPS = 200


class LandscapeWidget(Widget):
    """See `ravine.widget`."""

    kind = "landscape"

    def __init__(self, **settings: Any):
        super().__init__(**{**FIRST, **settings})

    @property
    def landscape(self) -> Landscape:
        """What they descend; set it by name, formula or object, and the start is its own again."""
        return self._read().landscape or landscapes["ravine"]

    @landscape.setter
    def landscape(self, land: str | Landscape) -> None:
        self.change(landscape=land)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Those that race; set names, rules or files."""
        return tuple(find_rule(name) for name in self._texts.get("rules", "").replace(" ", "+").split(",") if name)

    @rules.setter
    def rules(self, several: Sequence[str | Rule]) -> None:
        self.change(rules=several)

    @property
    def start(self) -> tuple[float, float]:
        """Where all of them begin."""
        return self._read().start or self.landscape.start

    @start.setter
    def start(self, point: Sequence[float] | None) -> None:
        self.change(start=point)

    @property
    def steps(self) -> int:
        return self._read().steps or STEPS

    @steps.setter
    def steps(self, count: int | None) -> None:
        self.change(steps=count)

    @property
    def rates(self) -> dict[str, float]:
        """The learning rate of each rule that has one: as it was set, else as it is picked (`best_rate`)."""
        return {name: path.settings["lr"] for name, path in self.trajectories.items() if "lr" in path.settings}

    @rates.setter
    def rates(self, rates: Mapping[str, float | None]) -> None:
        self.change(rates=rates)

    @property
    def trajectories(self) -> dict[str, Trajectory]:
        """The paths that are seen, by rule, run here in float64."""
        state, land, start = self._read(), self.landscape, self.start
        paths = {}
        for rule in self.rules:
            settings = dict(state.settings.get(rule.name, {}))
            if "lr" in rule.hyperparameters and "lr" not in settings:
                settings["lr"] = best_rate(rule, land, start, self.steps, **settings)
            run = {"noise": state.noise, "seed": state.seed, "schedule": self._schedule(rule, state.texts), **settings}
            paths[rule.name] = descend(rule, land, start, self.steps, **run)  # type: ignore[arg-type]
        return paths

    @staticmethod
    def _schedule(rule: Rule, texts: Mapping[str, str]) -> str:
        return texts.get("schedule", "constant") if "lr" in rule.hyperparameters else "constant"

    def _set(self, texts: dict[str, str], key: str, value: Any) -> None:
        if key == "landscape":
            _put_landscape(texts, value)
        elif key == "rules":
            several = [value] if isinstance(value, str | Rule) else value
            put(texts, "rules", [_in_the_book(one) for one in several])
        elif key in ("rates", "settings"):
            for rule, given in value.items():
                put_numbers(texts, find_rule(rule).name, {"lr": given} if key == "rates" else given)
        else:
            put(texts, key, value)


def _put_landscape(texts: dict[str, str], land: str | Landscape) -> None:
    gone = ("landscape", "formula", "domain", "start")
    for key in [key for key in texts if key in gone or key.startswith("landscape.")]:
        del texts[key]
    if isinstance(land, str):
        texts["landscape" if land in landscapes or land.isidentifier() else "formula"] = land
        return
    if land.name == "formula":
        texts |= {"formula": land.title, "domain": ",".join(map(repr, (*land.domain.x, *land.domain.y)))}
        return
    if land.name not in landscapes or land.equation.results != landscapes[land.name].equation.results:
        raise RavineError(f"the page does not know {land.name}: give it as a formula, as in landscape='x**2 - y**2'")
    texts["landscape"] = land.name
    known = landscapes[land.name].parameters
    changed = {name: value for name, value in land.parameters.items() if value != known[name]}
    put_numbers(texts, "landscape", changed)


def _in_the_book(wanted: str | Rule) -> str:
    """The rule's name, by which the page knows it; one of one's own is taken up, in the place of an older one."""
    rule = find_rule(wanted)
    known = rule.name in rules and rules[rule.name].equation is rule.equation
    if not known and rule.origin is None:
        rules.include(rule, again=True)
    return rule.name
