"""What a shell's Tab key offers: names of rules, landscapes, problems, settings. Shells ask Typer, and Typer asks here.

No torch and no lab: a Tab is to be answered at once.
"""

import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stdout, suppress
from typing import NoReturn

import typer
import typer._completion_shared
import typer.core

from ravine.activations import activations
from ravine.dialect_tables import FORMS as FRAMEWORKS
from ravine.initializers import initializers
from ravine.landscapes import landscapes
from ravine.rules import rules
from ravine.rules.forms import FORMS
from ravine.schedules import schedules

Offer = tuple[str, str]  # a word, and what it is

ASKED_BY = "_RAVINE_COMPLETE"  # as Typer names it
TYPED = "_TYPER_COMPLETE_ARGS"  # what zsh and fish have typed
# At the end of the script for zsh.
ANSWERS = """
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  %(complete_func)s "$@"
fi
"""
# As the lab has them.
PROBLEMS = {
    "digits": "handwritten digits, a small network",
    "digits-noisy-labels": "the same, some labels wrong",
    "digits-random-labels": "the same, labels drawn at random",
    "quadratic": "a point in ten dimensions, noisy gradients",
    "mnist-logistic": "MNIST, convex",
    "mnist-mlp": "MNIST, two hidden layers",
    "mnist-cnn": "MNIST, convolutions and dropout",
    "fashion-cnn": "Fashion-MNIST, convolutions",
    "cifar-random-labels": "CIFAR-10, labels drawn at random",
    "cifar-alexnet": "CIFAR-10, labels drawn at random, convolutions",
    "cifar-vgg": "CIFAR-10, convolutions and batch norm",
}
OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
METRICS = ("accuracy", "loss", "macro-f1", "auc", "iou", "mae", "rmse", "r2", "perplexity", "top-5")


def rule(incomplete: str) -> Iterable[Offer]:
    """The rules; after a + the forms that any of them has."""
    base, plus, _ = incomplete.rpartition("+")
    if not plus:
        return [(each.name, each.title) for each in rules.values()]
    return [(f"{base}+{name}", form.title) for name, form in FORMS.items() if f"{base}+{name}" in rules]


def rule_list(incomplete: str) -> Iterable[Offer]:
    """The same of the last of a list with commas between."""
    before, comma, last = incomplete.rpartition(",")
    return [(before + comma + name, title) for name, title in rule(last) if name not in before.split(",")]


def landscape(incomplete: str) -> Iterable[Offer]:
    return [(each.name, each.title) for each in landscapes.values()]


def activation(incomplete: str) -> Iterable[Offer]:
    return [(each.name, each.title) for each in activations.values()]


def initializer(incomplete: str) -> Iterable[Offer]:
    return [(each.name, each.title) for each in initializers.values()]


def problem(incomplete: str) -> Iterable[Offer]:
    return PROBLEMS.items()


def schedule(incomplete: str) -> Iterable[Offer]:
    return [(name, "") for name in schedules]


def metric(incomplete: str) -> Iterable[Offer]:
    return [(name, "") for name in METRICS]


def judge(incomplete: str) -> Iterable[Offer]:
    return [("last", "as they are after the last step"), ("best", "at their best look")]


def framework(incomplete: str) -> Iterable[Offer]:
    return [(name, "") for name in FRAMEWORKS]


def searched(incomplete: str) -> Iterable[Offer]:
    return [("batch_size=", ""), ("model.", "an argument of model(…)"), ("schedule=", ""), ("weight_decay=", "")]


def setting(ctx: typer.Context, incomplete: str) -> Iterable[Offer]:
    """RULE.NAME= and RULE.NAME=DEFAULT, of the rules and the landscape that the line names; of all, where none is."""
    line = {*ctx.args, *_words(ctx.params.values())}
    owners: dict[str, Mapping[str, tuple[float, str]]] = {
        each.name: {name: (known.default, known.meaning) for name, known in each.hyperparameters.items()}
        for each in (*rules.values(), *(rules[word] for word in line if "+" in word and word in rules))
    }
    owners |= {
        each.name: {name: (value, each.title) for name, value in each.parameters.items()}
        for each in landscapes.values()
    }
    named = {name: settings for name, settings in owners.items() if name in line}
    for owner, settings in (named or owners).items():
        for name, (default, meaning) in settings.items():
            yield f"{owner}.{name}=", meaning.partition(";")[0]  # a shell gives it one line
            yield f"{owner}.{name}={default:g}", "by default"


def _words(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            yield from _words(value)


def answer_zshs_first_tab() -> None:
    """zsh loads the script at a session's first Tab, as the function that answers it; Typer's only names another."""
    script = typer._completion_shared._completion_scripts
    if ANSWERS not in script["zsh"]:
        script["zsh"] += ANSWERS


def answer(ask: Callable[[], object]) -> NoReturn:
    """Ends with what Typer makes of the question in the environment.

    Whatever goes wrong is not said: it would land in the line that is being typed.
    """
    for kind in (typer.core.TyperArgument, typer.core.TyperOption):
        # Words stay words: pydantic, which makes numbers and paths of them, takes half as long to import as Ravine.
        kind.process_value = _as_it_is  # type: ignore[assignment, method-assign]
    with suppress(Exception):
        if os.environ[ASKED_BY] == "complete_bash":
            _as_bash_has_it(ask)
        option, equals, _ = os.environ.get(TYPED, "").rpartition(" ")[2].partition("=")
        if equals and option.startswith("--"):
            _with_the_option(ask, f"{option}=")
        ask()
    sys.exit(1)


def _as_it_is(parameter: object, context: object, value: object) -> object:
    return value


def _with_the_option(ask: Callable[[], object], option: str) -> None:
    """zsh and fish take --option=value for one word, of which Typer gives them the value alone."""
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            ask()
    finally:
        fish = os.environ[ASKED_BY] == "complete_fish"
        print(re.sub("^(?=.)" if fish else r'^"|(?<=\(\()"', lambda at: at[0] + option, said.getvalue(), flags=re.M))


def _as_bash_has_it(ask: Callable[[], object]) -> None:
    """bash ends words at = and :, and hands over the pieces. Typer gets them as typed, bash what is behind the last."""
    pieces, place = os.environ["COMP_WORDS"].split("\n"), int(os.environ["COMP_CWORD"])
    pieces = [*pieces[:place], *(pieces[place : place + 1] or [""])]
    words = re.sub(r"\n?([=:])\n?", r"\1", "\n".join(pieces)).split("\n")
    os.environ |= {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
    typed = words[-1].partition("=")[2] if words[-1].startswith("-") else words[-1]  # Typer takes --option= off
    kept = max(typed.rfind("="), typed.rfind(":")) + 1
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            ask()
    finally:
        print("\n".join(line[kept:] for line in said.getvalue().splitlines()))
