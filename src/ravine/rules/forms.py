"""Forms that any rule can take, written once: weight decay, which pulls parameters towards zero, and caution.

L2 and decoupled decay are the two things that people call weight decay. They are the same for plain gradient descent
and differ for every adaptive rule: there, what L2 adds to the gradient is divided by the gradient's size along with it.

A form changes the gradient, or the update that the rule makes of it, or what is subtracted. So the order in which forms
are named does not matter: `adam+decoupled+cautious` is cautious Adam with decoupled decay beside it, as published.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ravine.equations import Assignment, Equation, Expression, Name, parse_function, where
from ravine.equations.expression import names_in, substitute
from ravine.errors import RavineError, unknown


def l2(g, theta, *, weight_decay=0.0):
    return g + weight_decay * theta


def cautious(taken, g):
    return where(taken * g > 0, taken, 0)


def decoupled(taken, theta, *, lr=0.0, weight_decay=0.0):
    return taken + lr * weight_decay * theta


def scheduled(taken, theta, *, eta=1.0, weight_decay=0.0):
    return eta * (taken + weight_decay * theta)


def cautious_decay(taken, theta, *, lr=0.0, weight_decay=0.0):
    return taken + lr * weight_decay * where(taken * theta >= 0, theta, 0)


GRADIENT, UPDATE, DECAY = range(3)


@dataclass(frozen=True)
class Form:
    """A form of a rule.

    place: in the order of a step: the gradient, the update made of it, or the decay beside the update.
    """

    title: str
    source: str
    place: int
    equation: Equation


def _form(title: str, source: str, place: int, function: Callable[..., object]) -> Form:
    return Form(title, source, place, parse_function(function, over_tensors=True))


FORMS: dict[str, Form] = {
    "l2": _form("L2", "the gradient of (λ/2)‖θ‖², added to the loss's; PyTorch's weight_decay", GRADIENT, l2),
    "cautious": _form(
        "cautious",
        "Liang et al. 2024, Algorithm 1: the mask 1(u·g > 0), without the division by the tensor's share of ones",
        UPDATE,
        cautious,
    ),
    "decoupled": _form("decoupled decay", "Loshchilov & Hutter 2019, with PyTorch's lr·λ", DECAY, decoupled),
    "scheduled": _form(
        "decoupled decay on a schedule", "Loshchilov & Hutter 2019, Algorithm 2, line 12: η·λ", DECAY, scheduled
    ),
    "cautious_decay": _form("cautious decay", "Chen et al. 2025, Algorithm 1: 1(u·θ ≥ 0)", DECAY, cautious_decay),
}


def in_order(names: Sequence[str]) -> list[str]:
    """The forms of these names in the order of a step. Raises RavineError for a name that is none."""
    for name in names:
        if name not in FORMS:
            raise unknown("form", name, FORMS)
    return sorted(names, key=lambda name: FORMS[name].place)


def formed(equation: Equation, names: Sequence[str]) -> Equation:
    """The equation of a rule with these forms in it, and their hyperparameters among its own.

    Raises RavineError for a form with lr in it and a rule that has none.
    """
    for name in in_order(names):
        equation = _with_form(equation, name)
    return equation


def _with_form(equation: Equation, name: str) -> Equation:
    form = FORMS[name]
    if "lr" in form.equation.keywords and "lr" not in equation.keywords:
        raise RavineError(f"{equation.name} has no lr, and {form.title} is lr·λ; use l2")
    added = {key: start for key, start in form.equation.keywords.items() if key not in equation.keywords}
    theta = [key for key in form.equation.inputs if key == "theta" and key not in equation.inputs]
    changed = replace(
        equation,
        name=f"{equation.name}_{name}",
        inputs=(*equation.inputs, *theta),
        keywords={**equation.keywords, **added},
    )
    result = form.equation.results[0]
    if form.place == GRADIENT:
        return replace(changed, assignments=(Assignment("g", result), *equation.assignments))
    taken, lines = equation.step, equation.assignments
    if list(names_in(result)).count("taken") > 1 and not isinstance(taken, Name):  # it is computed once, under a name
        update = _free_name(equation)
        lines, taken = (*lines, Assignment(update, taken)), Name(update)
    values: dict[str, Expression] = {"taken": taken}
    return replace(changed, assignments=lines, results=(substitute(result, values), *equation.results[1:]))


def _free_name(equation: Equation) -> str:
    used = {*equation.parameters, *(line.name for line in equation.assignments)}
    return next(name for name in ("u", "update", *(f"update{n}" for n in range(2, 99))) if name not in used)
