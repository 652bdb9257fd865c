"""The equation that a parameter group's options select: a rule in some forms, up or down, its gradient scaled."""

from collections.abc import Sequence
from dataclasses import replace

from ravine.equations import Apply, Assignment, Equation, Name
from ravine.kept import kept
from ravine.optim.extremes import as_torch_squares
from ravine.optim.held import held
from ravine.rules import Rule


@kept
def variant(rule: Rule, forms: Sequence[str] = (), maximize: bool = False, factors: Sequence[str] = ()) -> Equation:
    """The rule's equation in these forms (the rule's own weight decay goes before), to maximize if so.

    factors: hyperparameters to multiply the gradient by, before anything else.
    Where the rule takes its gradient elsewhere than at θ, it is a step of that point (see held.py).
    One object for one choice, so that what is compiled for it is found again.
    """
    for form in forms:
        if form == "cautious" or "weight_decay" not in rule.equation.keywords:
            rule = rule.with_form(form)
    equation, g = rule.equation, Name("g")
    # Before L2, which pulls towards zero whichever way is up.
    lines = [Assignment("g", Apply("*", (g, Name(factor)))) for factor in factors]
    if maximize:
        lines.append(Assignment("g", Apply("neg", (g,))))
    keywords = {**equation.keywords, **dict.fromkeys(factors, 1.0)}
    return as_torch_squares(held(replace(equation, keywords=keywords, assignments=(*lines, *equation.assignments))))
