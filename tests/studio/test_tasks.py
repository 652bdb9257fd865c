"""Every task of the course: doing in the page what it asks ticks it off, and doing nearly that does not.

What is to be done is read from the task's own criterion (`ravine.lessons.task`); each widget's gestures stand below.
"""

import re

import pytest

from ravine.lessons import course
from ravine.rules import rules
from tests.studio.predictions import skip_predictions

LESSONS = {lesson.name: [use for use in lesson.widgets if use.done] for lesson in course()}
LESSONS = {name: uses for name, uses in LESSONS.items() if uses}

# Where a criterion leaves the value open: one that does what the task says.
OPEN = {"adam.beta2": 0.99, "schedule": "constant", "landscape": "bowl", "start": -0.5}
SHORT_OF = {"adam.beta2": 0.2}  # and one that does not
# What stands beside a control, where it is not a rule's setting.
CONTROLS = {
    "activation": "activation",
    "bias": "bias b",
    "depth": "layers",
    "init": "First weights",
    "input": "input x",
    "lambda": "λ",
    "landscape": "Landscape",
    "landscape.condition": "condition",
    "meaning": "p is the chance to",
    "passes": "passes, how many",
    "ratio": "strong : weak, ",
    "scale": "times",
    "scaled": "multiply what is kept",
    "schedule": "Rate over time",
    "start": "Start x",
    "stream": "Gradients",
}
# Of a widget a control that no task of it asks for, and another value of it.
OTHERS = {
    "basin": ("lr, learning", "0.03"),
    "chain": ("weight w", "0.9"),
    "mask": ("p, a probability", "0.4"),
    "matrix": ("turned by, the angle", "60"),
    "stream": ("Steps", "90"),
}
# A network's runs are short here: what is tested is what is told at their ends, not how far they get.
SHORT = """
const steps = { "learning-by-heart": 250 };
new MutationObserver(() => {
  for (const widget of document.querySelectorAll('[data-widget="network"]:not([data-short])')) {
    widget.dataset.short = "";
    const name = location.pathname.split("/").at(-1).split(".")[0];
    widget.dataset.state = widget.dataset.state.replace(/&steps=\\d+/, "") + `&steps=${steps[name] ?? 8}`;
  }
}).observe(document, { childList: true, subtree: true });
"""


class Figure:
    """The figure of a task, and the gestures of its widget."""

    def __init__(self, page, place, use):
        self.page, self.use = page, use
        self.task = page.locator(".task[data-done]").nth(place)
        self.figure = page.locator("figure", has=page.locator(".task[data-done]")).nth(place)

    @property
    def done(self):
        return "done" in self.task.get_attribute("class").split()

    def control(self, name):
        """The field, list or box of a control, by what a reader sees beside it."""
        owner, _, setting = name.rpartition(".")
        label = CONTROLS.get(name, name)
        if owner in rules:
            title = rules[owner].title
            label = f"{setting} of {title}, " if self.use.kind == "stream" else f"{title}: {setting}, "
        return (
            self.figure.locator("select, input:not([type=range])")
            .and_(self.figure.get_by_label(re.compile("^" + re.escape(label), re.IGNORECASE)))
            .first
        )

    def set(self, name, value):
        """Gives a control a value; returns the one that it had."""
        box = self.control(name)
        kind = box.evaluate("box => box.type")
        if kind == "checkbox":
            before = box.is_checked()
            box.set_checked(bool(value))
            return before
        before = box.input_value()
        if kind.startswith("select"):
            box.select_option(str(value) if isinstance(value, str) else f"{value:g}")
        else:
            box.fill(value if isinstance(value, str) else f"{value:g}")
            box.press("Enter")
        return before

    def play(self):
        """To the end, as fast as it goes."""
        if self.use.kind == "landscape":
            self.figure.get_by_role("button", name="Back to the start").click()
            self.figure.locator(".speed input").press("End")
        button = self.figure.locator(".player .play")
        button.click()
        self.page.wait_for_function(
            "button => button.textContent.trim() === 'Play'", arg=button.element_handle(), polling=20
        )

    def do(self, clause):
        """What a clause asks for."""
        match clause.name:
            case "played" | "learned":
                self.play()
            case "drawn":
                self.figure.get_by_role("button", name="Draw 1,000" if clause.sign else "Draw a mask").click()
            case "parts":
                self.figure.get_by_role("slider", name="Step", exact=True).fill(str(int(clause.value)))
                for part in self.figure.locator(".anatomy-parts button").all():
                    part.click()
            case "step":
                self.figure.get_by_role("slider", name="Step", exact=True).fill(str(int(clause.value)))
            case "diverged" | "reached":
                pass  # follows from the value of the control beside it
            case _:
                self.set(clause.name, wanted(clause))

    def do_nearly(self):
        """What a learner might do instead: another control, or playing where that is not all."""
        steps = self.use.done
        kind = self.use.kind
        if kind == "landscape":
            self.figure.get_by_role("button", name="One step forward").click()
            self.figure.get_by_role("button", name="One step forward").click()
            if names(steps[0]) != {"played"}:
                self.play()
            asked = {name for step in steps for every in step for name in (clause.name for clause in every)}
            others = [f"{rule.name}.{setting}" for rule in self.use.state.rules for setting in rule.hyperparameters]
            for other in [other for other in others if other not in asked][:1]:
                self.set(other, self.set(other, 0.05))
        elif kind == "network":
            for button in ("Step", "New seed", "Reset"):
                self.figure.get_by_role("button", name=button, exact=True).click()
            if "played" not in names(steps[0]) and "learned" not in names(steps[0]):
                self.play()
        elif kind == "anatomy":
            for button in ("Next part", "One step later", "One step earlier"):
                self.figure.get_by_role("button", name=button).click()
        else:
            label, value = OTHERS[kind]
            self.set(label, self.set(label, value))
        assert not self.done, "ticked off for something else"


def names(step):
    return {clause.name for every in step for clause in every}


def wanted(clause):
    """A value that the clause takes."""
    if not clause.sign:
        return OPEN[clause.name]
    if isinstance(clause.value, str):
        return clause.value
    return clause.value + {"<": -1, ">": 1}.get(clause.sign, 0) * 0.2 * abs(clause.value)


def short_of(clause):
    """A value that falls just short of what a clause asks for, or None where there is none."""
    if clause.name in SHORT_OF:
        return SHORT_OF[clause.name]
    if clause.sign in ("<", ">"):
        return clause.value
    if clause.sign not in ("<=", ">=") or clause.name in ("drawn", "step", "scale"):
        return None
    away = 1.0 if clause.name in ("depth", "passes") else 0.1 * abs(clause.value) or 0.1
    return clause.value + (away if clause.sign == "<=" else -away)


@pytest.mark.parametrize("name", LESSONS)
def test_a_task_is_ticked_off_by_what_it_asks_and_by_nothing_less(visit, name):
    page = visit(f"lessons/{name}.html", first=SHORT, reduced_motion="reduce")
    skip_predictions(page)
    page.evaluate("document.querySelectorAll('details:not(.network-layers)').forEach(fold => { fold.open = true })")
    for place, use in enumerate(LESSONS[name]):
        figure = Figure(page, place, use)
        figure.do_nearly()
        *_, last = use.done
        if last != use.done[0]:  # the end before the beginning
            undone = []
            for clause in last[0]:
                if clause.name in ("played", "drawn", "step", "parts"):
                    figure.do(clause)
                elif clause.name not in ("diverged", "reached"):
                    undone.append((clause.name, figure.set(clause.name, wanted(clause))))
            assert not figure.done, "ticked off in the wrong order"
            for control, before in undone:
                figure.set(control, before)
        for at, step in enumerate(use.done):
            for clause in step[0]:
                if (short := short_of(clause)) is not None:
                    figure.set(clause.name, short)
            assert not figure.done, f"ticked off short of part {at + 1}"
            for clause in step[0]:
                if clause.name not in ("diverged", "reached"):  # which follow from what was done before
                    assert not figure.done, f"ticked off before {clause}"
                figure.do(clause)
        assert figure.done, f"not ticked off by {use.done}"
    assert page.locator(".task.done").count() == len(LESSONS[name])
