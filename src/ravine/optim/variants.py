"""The equation that a parameter group's options select: a rule, its weight decay, and up or down."""

from dataclasses import replace
from functools import cache

from ravine.equations import Apply, Assignment, Equation, Name
from ravine.rules import Rule


@cache
def variant(rule: Rule, decay: str | None = None, maximize: bool = False) -> Equation:
    """The rule's equation with a form of weight decay (None: without), and of the gradient's negative to maximize.

    One object for one choice, so that what is compiled for it is found again.
    """
    decayed = rule.with_form(decay) if decay and "weight_decay" not in rule.equation.keywords else rule
    equation = decayed.equation
    if maximize:  # before L2, which pulls towards zero whichever way is up
        turned = Assignment("g", Apply("neg", (Name("g"),)))
        equation = replace(equation, assignments=(turned, *equation.assignments))
    return equation
