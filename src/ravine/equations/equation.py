"""A definition, read: its parameters, its assignments in order, and what it returns."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ravine.equations.expression import Expression, Name


@dataclass(frozen=True, slots=True)
class Assignment:
    """`name = expression`."""

    name: str
    expression: Expression


@dataclass(frozen=True, eq=False)
class Equation:
    """Straight-line arithmetic with names.

    inputs:   parameters without a default: `g` and `theta` of a rule, `x` and `y` of a landscape.
    state:    what a rule remembers of each element, with its start: a number, the hyperparameter that gives it, or
              "theta": where the parameter stands before the first step.
    keywords: keyword-only parameters with their defaults; `t`, the step counted from 1, has none.
    results:  a rule's step (the amount subtracted) and then its new states; a landscape's value.
    gradient_at: where the rule takes its gradient, if not at `theta`.
    """

    name: str
    inputs: tuple[str, ...]
    state: Mapping[str, float | str]
    keywords: Mapping[str, float | None]
    assignments: tuple[Assignment, ...]
    results: tuple[Expression, ...]
    gradient_at: Expression | None = None

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every name the caller supplies, in the order of the definition."""
        return (*self.inputs, *self.state, *self.keywords)

    @property
    def step(self) -> Expression:
        """What is subtracted from the parameter."""
        return self.results[0]

    def with_defaults(self, name: str, defaults: Mapping[str, float]) -> "Equation":
        """The same arithmetic under another name, with other defaults."""
        return replace(self, name=name, keywords={**self.keywords, **defaults})

    def state_expressions(self) -> dict[str, Expression]:
        """Each state with the expression of its new value."""
        return dict(zip(self.state, self.results[1:], strict=True))

    def parts(self) -> tuple[Assignment, ...]:
        """Every value that a rule computes, in order: its assignments, new states without a line, and the step."""
        fresh = [Assignment(name, value) for name, value in self.state_expressions().items() if value != Name(name)]
        return (*self.assignments, *fresh, Assignment("step", self.step))
