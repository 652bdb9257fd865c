"""The blocks that a lesson's text places: what stands in them is made from the code that runs, not typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ravine.activations import activations
from ravine.backends import mathml
from ravine.equations.fix import fixed
from ravine.errors import RavineError, unknown
from ravine.initializers import initializers
from ravine.lessons.dialects import dialect_table
from ravine.lessons.evidence import evidence
from ravine.lessons.markdown import inline, plain
from ravine.lessons.networks_review import activation_cards
from ravine.lessons.prediction import KEYS as PREDICTION
from ravine.lessons.prediction import Prediction, read_prediction, write_prediction
from ravine.lessons.references import linked
from ravine.lessons.source import Source, SourceError
from ravine.lessons.starts import starts_table
from ravine.lessons.state import WIDGETS, State
from ravine.lessons.task import Task, read_task, write_task
from ravine.lessons.widget_state import read
from ravine.rules import Rule, rules
from ravine.shown import marked_up


@dataclass(frozen=True)
class WidgetUse:
    """A widget in a lesson: its kind, its state, and the caption that is also the picture's text."""

    kind: str
    state: State
    caption: str
    picture: str  # the file of its still picture, below the site's root
    done: Task | None = None  # what its task asks for, where the page can tell
    task: str = ""  # what the learner is to do, as Markdown
    prediction: Prediction | None = None  # what the learner is asked before


@dataclass(frozen=True)
class Exercise:
    """What a figure asks of a learner: to predict, to do something, or both. The first two are Markdown."""

    prediction: Prediction | None
    task: str = ""
    caption: str = ""
    picture: str = ""  # the file of the figure's still picture, if it has one


class Page(Protocol):
    """What a block needs of the lesson that it stands in."""

    source: Source
    name: str
    widgets: list[WidgetUse]
    exercises: list[Exercise]

    def error(self, line: int, message: object) -> RavineError: ...
    def table(self, line: int, text: str, keys: Mapping[str, type], required: tuple[str, ...]) -> dict[str, Any]: ...


Block = Callable[[Page, int, str, str], str]


def write(page: Page, line: int, info: str, body: str) -> str:
    """The HTML of a fenced block. `line` is the fence's own, from 0 in the text."""
    kind, _, argument = info.strip().partition(" ")
    if kind in CODE:
        return f'<pre tabindex="0"><code>{marked_up(body)}</code></pre>\n'
    if kind not in BLOCKS:
        raise page.error(line, unknown("block", kind, (*BLOCKS, *CODE)))
    try:
        return BLOCKS[kind](page, line, argument.strip(), body)
    except SourceError:
        raise
    except RavineError as error:
        raise page.error(line, error) from None


def _widget(page: Page, line: int, kind: str, body: str) -> str:
    if kind not in WIDGETS:
        raise unknown("widget", kind, WIDGETS)
    keys = {"state": str, "caption": str, "task": str, "done": str, **PREDICTION}
    table = page.table(line, body, keys, ("state", "caption"))
    if "done" in table and "task" not in table:
        raise RavineError("done says when a task is done: add the task")
    state = read(kind, table["state"])
    done = read_task(table["done"], kind, state) if "done" in table else None
    number = len(page.widgets) + 1
    use = WidgetUse(
        kind,
        state,
        plain(table["caption"]),
        f"static/pictures/{page.name}-{number}.svg",
        done,
        table.get("task", ""),
        read_prediction(table, state.steps if kind == "network" else None),
    )
    page.widgets.append(use)
    if use.task or use.prediction:
        page.exercises.append(Exercise(use.prediction, use.task, use.caption, use.picture))
    event = f' data-done="{marked_up(write_task(done))}"' if done else ""
    task = (
        f'<p class="task"{event}><b>Try it.</b> <span>{inline(table["task"])}</span></p>\n' if "task" in table else ""
    )
    prediction = write_prediction(use.prediction) if use.prediction else ""
    caption, query = marked_up(use.caption), marked_up(use.state.query)
    return (
        f'<figure class="widget-frame" id="widget-{number}">\n{prediction}{task}'
        f'<div data-widget="{kind}" data-state="{query}" data-caption="{caption}">'
        f'<img class="still" src="../{use.picture}" alt="{caption}" width="720" height="450"></div>\n'
        f"<figcaption>{inline(table['caption'])}{_playground(use)}</figcaption>\n</figure>\n"
    )


# The page that is a widget's own, and what the link to it says.
WHOLE = {
    "landscape": ("playground.html", "Open in the playground"),
    "stream": ("stream.html", "Open on a page of its own"),
    "network": ("network.html", "Open on a page of its own"),
}


def _playground(use: WidgetUse) -> str:
    """A link to the page on which the whole widget stands, with all that a lesson may hide."""
    if use.kind not in WHOLE:
        return ""
    page, words = WHOLE[use.kind]
    shown = "&".join(pair for pair in use.state.query.split("&") if not pair.startswith("hide="))
    return f' <a class="in-playground" href="../{page}#{marked_up(shown)}">{words}</a>'


# What a symbol means in every rule; a lesson's block says the rest, or says these differently.
COMMON = {
    "theta": "the parameter",
    "g": "gradient of the loss, on the batch at hand",
    "t": "number of the step, from 1",
}


def _formula(page: Page, line: int, argument: str, body: str) -> str:
    """The rule's equation, with what each symbol means. `momentum dampening=0` leaves out what that makes fall away."""
    name, *settings = argument.split()
    rule = rules[name]
    fixings = rule.settings(dict(_setting(text) for text in settings))
    given = {setting.partition("=")[0] for setting in settings}
    equation = fixed(rule.equation, {name: fixings[name] for name in given})
    known = mathml.names(equation)
    own = page.table(line, body, dict.fromkeys(known, str), ())
    meanings = COMMON | {n: known.meaning for n, known in rule.hyperparameters.items() if known.meaning} | own
    math = mathml.write(equation)
    shown = [name for name in known if f'data-symbol="{name}"' in math or name in own]
    for symbol in shown:
        if symbol not in meanings:
            raise RavineError(f'say what {symbol} means in {rule.title}: write {symbol} = "…" in this block')
    entries = "".join(
        f'<div data-symbol="{symbol}"><dt>{mathml.symbol(symbol)}</dt><dd>{inline(meanings[symbol])}</dd></div>\n'
        for symbol in shown
    )
    return (
        f'<figure class="formula" data-widget="symbols" id="formula-{rule.name}">\n'
        f'<div class="equations">{math}</div>\n<dl class="symbols">\n{entries}</dl>\n'
        f"<figcaption><b>{marked_up(rule.title)}.</b> {linked(rule.source, '../')}</figcaption>\n</figure>\n"
    )


def _setting(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise RavineError(f"a setting is written as in dampening=0, not {text}") from None


def _verdict(page: Page, line: int, name: str, body: str) -> str:
    """What the rule is good at and where it hurts, in its own file's words."""
    rule: Rule = rules[name]
    page.table(line, body, {}, ())
    return (
        '<dl class="verdict">\n'
        f'<div class="good"><dt>Good at</dt><dd>{_sentence(rule.good_at)}</dd></div>\n'
        f'<div class="hurts"><dt>Where it hurts</dt><dd>{_sentence(rule.hurts)}</dd></div>\n</dl>\n'
    )


def _sentence(text: str) -> str:
    return linked(text[:1].upper() + text[1:] + ".", "../")


def _dialects(page: Page, line: int, family: str, body: str) -> str:
    page.table(line, body, {}, ())
    return dialect_table(family)


def _evidence(page: Page, line: int, study: str, body: str) -> str:
    page.table(line, body, {}, ())
    return evidence(study)


def _activations(page: Page, line: int, names: str, body: str) -> str:
    """The activations named: curve, formula, source, what each is good at and where it hurts."""
    page.table(line, body, {}, ())
    return activation_cards([activations[name] for name in names.split()])


def _starts(page: Page, line: int, argument: str, body: str) -> str:
    """`starts ACTIVATION INITIALIZER…`: what each does to signals and gradients; a prediction may come first."""
    activation, *names = argument.split()
    for name in names:
        initializers[name]
    asked = read_prediction(page.table(line, body, PREDICTION, ()))
    if asked:
        page.exercises.append(Exercise(asked))
    table = starts_table(activations[activation].name, names)
    return f'<figure class="widget-frame">\n{write_prediction(asked) if asked else ""}{table}</figure>\n'


BLOCKS: dict[str, Block] = {
    "widget": _widget,
    "formula": _formula,
    "verdict": _verdict,
    "dialects": _dialects,
    "evidence": _evidence,
    "activations": _activations,
    "starts": _starts,
}
CODE = ("python", "sh", "text")
