"""Weight decay, written once, for every rule: the pull of a parameter towards zero.

Two of the forms are the two things that people call weight decay. They are the same for plain gradient descent and
differ for every adaptive rule: there, what L2 adds to the gradient is divided by the gradient's size along with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from ravine.equations import Assignment, Equation, Expression, parse_function
from ravine.equations.expression import substitute
from ravine.errors import RavineError


def l2(g, theta, *, weight_decay=0.0):
    return g + weight_decay * theta


def decoupled(taken, theta, *, lr=0.0, weight_decay=0.0):
    return taken + lr * weight_decay * theta


def scheduled(taken, theta, *, eta=1.0, weight_decay=0.0):
    return eta * (taken + weight_decay * theta)


@dataclass(frozen=True)
class Form:
    """A form of weight decay; `replaces` is the name whose value it changes: the gradient or the step taken."""

    title: str
    source: str
    replaces: str
    equation: Equation


def _form(title: str, source: str, replaces: str, function: Callable[..., object]) -> Form:
    return Form(title, source, replaces, parse_function(function))


FORMS: dict[str, Form] = {
    "l2": _form("L2", "the gradient of (λ/2)‖θ‖², added to the loss's; PyTorch's weight_decay", "g", l2),
    "decoupled": _form("decoupled decay", "Loshchilov & Hutter 2019, with PyTorch's lr·λ", "taken", decoupled),
    "scheduled": _form("decoupled decay on a schedule", "Loshchilov & Hutter 2019, line 12: η·λ", "taken", scheduled),
}


def decayed(equation: Equation, name: str, default: float) -> Equation:
    """The rule's equation with the form `name` in it and `weight_decay` among its hyperparameters.

    Raises RavineError for a form with lr in it and a rule that has none.
    """
    form = FORMS[name]
    if "lr" in form.equation.keywords and "lr" not in equation.keywords:
        raise RavineError(f"{equation.name} has no lr, and {form.title} is lr·λ; use l2")
    added: dict[str, float | None] = {
        keyword: start for keyword, start in form.equation.keywords.items() if keyword not in equation.keywords
    }
    inputs = equation.inputs if "theta" in equation.inputs else (*equation.inputs, "theta")
    changed = replace(
        equation,
        name=f"{equation.name}_{name}",
        inputs=inputs,
        keywords={**equation.keywords, **added, "weight_decay": default},
    )
    if form.replaces == "g":
        first = Assignment("g", form.equation.results[0])
        return replace(changed, assignments=(first, *equation.assignments))
    taken: dict[str, Expression] = {"taken": equation.step}
    step = substitute(form.equation.results[0], taken)
    return replace(changed, results=(step, *equation.results[1:]))
