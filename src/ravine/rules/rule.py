"""A rule: an equation with what a person wants to know about it."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ravine.backends.written import Written
from ravine.cell_output import formula, heading, said, table
from ravine.equations import Equation, is_name, over_tensors, parse_formula, parse_function, passes
from ravine.errors import RavineError, unknown
from ravine.kept import kept
from ravine.rules.forms import FORMS, UPDATE, formed, in_order
from ravine.rules.hyperparameter import Hyperparameter, hyperparameter

# What the names of a rule's quantities would be mistaken for, where settings are keywords and states are kept by name:
# by `descend` and `best_rate`, by optimizers and their groups, by studies; and `lr` is a setting wherever it is one.
TAKEN = frozenset(
    "g theta t taken step compensation rule landscape start steps noise seed schedule label trials params self defaults"
    " maximize foreach capturable differentiable fused rounding decoupled_weight_decay initial_lr swa_lr betas"
    " param_names name max_grad_norm train_mode".split()
)


@dataclass(frozen=True, eq=False)
class Rule(Written):
    """An update rule: how gradients become steps.

    name, title: what the command line and what a page calls it.
    source:      the paper, its year and the equation or algorithm that this is.
    dialect:     the framework (or "paper") whose arithmetic and defaults these are.
    family:      the name of the rule that this is a form of; its own name where it is the main form.
    good_at, hurts: one line each.
    described:   (range, meaning) of the hyperparameters that the shared vocabulary does not know.
    forms:       what was added to the equation (see forms.py); bare, origin: the equation and the rule without it.
    """

    name: str
    title: str
    source: str
    equation: Equation
    good_at: str
    hurts: str
    dialect: str = "PyTorch"
    family: str = ""
    described: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    forms: tuple[str, ...] = ()
    bare: Equation | None = None
    origin: "Rule | None" = None

    @property
    def year(self) -> int | None:
        """The year of the source; None if it says none."""
        years = re.findall(r"\b(?:19|20)\d\d\b", self.source)
        return int(years[0]) if years else None

    @property
    def published(self) -> float:
        """The year, for sorting: what says none comes last."""
        return self.year or math.inf

    @property
    def lacks(self) -> list[str]:
        """What a rule of the book would say and this one does not, a line each."""
        unsaid = [f"what {name} does" for name, known in self.hyperparameters.items() if not known.meaning]
        return [*([] if self.year else ["a year in its source, as in 'Polyak 1964, equation 9'"]), *unsaid]

    @property
    def of_matrices(self) -> bool:
        """Whether it steps matrices alone: the two numbers of a landscape are none."""
        return "orthogonalize" in over_tensors(self.equation)

    @property
    def state(self) -> Mapping[str, float | str]:
        """What the rule remembers of each element, with its start: a number, a hyperparameter or theta."""
        return self.equation.state

    @cached_property
    def hyperparameters(self) -> dict[str, Hyperparameter]:
        """By name, with default, range and meaning."""
        return {
            name: hyperparameter(name, default, self.described)
            for name, default in self.equation.keywords.items()
            if default is not None
        }

    def settings(self, given: Mapping[str, float]) -> dict[str, float]:
        """Every hyperparameter, from `given` or by default; unknown names and values out of range are refused."""
        for name in given:
            if name not in self.hyperparameters:
                raise unknown(f"hyperparameter of {self.name}", name, self.hyperparameters)
        return {
            name: known.check(self.name, given.get(name, known.default)) for name, known in self.hyperparameters.items()
        }

    def variant(self, name: str, *, defaults: Mapping[str, float] | None = None, **facts: Any) -> "Rule":
        """The same arithmetic under another name, with other defaults or facts."""
        _check_name(name)
        equation = self.equation.with_defaults(name, defaults or {})
        return replace(self, name=name, equation=equation, origin=None, **facts)

    @kept
    def with_form(self, form: str, default: float = 0.0) -> "Rule":
        """This rule in a form of `FORMS` (see forms.py): "l2", "decoupled", "scheduled", "cautious_decay", "cautious".

        default: of the weight decay, if the form is one. In whatever order forms are added, the rule is the same.
        Raises RavineError for a form that is none, or that the rule has.
        """
        forms = in_order((*self.forms, form))
        decays = FORMS[form].place != UPDATE
        if form in self.forms or (decays and "weight_decay" in self.equation.keywords):
            raise RavineError(f"{self.name} has {'weight decay' if decays else f'the form {form}'} already")
        if decays and "weight_decay" in {*self.equation.state, *(line.name for line in self.equation.assignments)}:
            raise RavineError(f"{self.name} calls something else weight_decay: give that another name")
        origin = self.origin or self
        added = [name for name in forms if name not in origin.forms]
        equation = formed(self.bare or self.equation, forms)
        own = {**equation.keywords, **self.equation.keywords, **({"weight_decay": default} if decays else {})}
        return replace(
            self,
            name="+".join((origin.name, *added)),
            title=", ".join((origin.title, *(FORMS[name].title for name in added))),
            equation=replace(equation, name="_".join((origin.equation.name, *added)), keywords=own),
            forms=tuple(forms),
            bare=self.bare or self.equation,
            origin=origin,
        )

    def _repr_html_(self) -> str:
        """In a notebook: the title, the formula, the hyperparameters, and what it is good at."""
        rows = [(known.name, f"{known.default:g}", known.meaning) for known in self.hyperparameters.values()]
        settings = table(rows, ("hyperparameter", "default", "what it does"))
        good_at, hurts = self.good_at and f"Good at: {self.good_at}.", self.hurts and f"Hurts: {self.hurts}."
        return f"{heading(self.title, self.source)}{formula(self.mathml())}{settings}{said(good_at, hurts)}"

    def __repr__(self) -> str:
        settings = ", ".join(f"{known.name}={known.default:g}" for known in self.hyperparameters.values())
        return f"<rule {self.name}: {settings}>"


def rule(
    *,
    title: str,
    source: str,
    good_at: str = "",
    hurts: str = "",
    dialect: str = "PyTorch",
    gradient_at: str | None = None,
    hyperparameters: Mapping[str, tuple[str, str]] | None = None,
) -> Callable[[Callable[..., object]], Rule]:
    """Turns a function into a rule: the function is read, and never run.

    Its positional parameters are `g`, the gradient, and if wanted `theta`, the parameter; then the state, each with its
    start: a number, or in quotes a hyperparameter or `theta`. Keyword-only ones are `t`, the step counted from 1, and
    the hyperparameters with their defaults. It returns the step, which is subtracted from the parameter, and the new
    state.

    gradient_at:     a formula of the point at which the rule wants its gradient (Nesterov's looks ahead); what is
                     evaluated is theta.
    hyperparameters: (range, meaning) of those that `VOCABULARY` does not know; what is left out takes any number.
    Raises EquationError, with file and line, for what the equation language does not hold.
    """

    def read(function: Callable[..., object]) -> Rule:
        equation = parse_function(function, over_tensors=True)
        _check_names(equation)
        if set(equation.inputs) - {"g", "theta"} or "g" not in equation.inputs:
            raise RavineError(f"{equation.name}: a rule takes g, and theta if it needs it, then its state with a start")
        if gradient_at is not None:
            point = parse_formula(gradient_at, ("theta", *equation.state, *equation.keywords))
            equation = replace(equation, gradient_at=point)
        passes(equation)  # a norm of what is one number is refused where the rule is defined
        family = function.__module__.rpartition(".")[2]
        made = Rule(
            equation.name, title, source, equation, good_at, hurts, dialect, family, dict(hyperparameters or {})
        )
        made.settings({})  # an unknown one, or a default out of range, is refused where the rule is defined
        return made

    return read


def _check_names(equation: Equation) -> None:
    """RavineError for a name that means something else already, or that no rule may have."""
    _check_name(equation.name)
    settings = [name for name, default in equation.keywords.items() if default is not None]
    for name in (*settings, *equation.state):
        if name in TAKEN:
            raise RavineError(f"{equation.name}: the name {name!r} is taken in a rule; choose another")
    if "lr" in equation.state:
        raise RavineError(f"{equation.name}: lr is a hyperparameter, the learning rate; give the state another name")
    for line in equation.assignments:
        if line.name in ("theta", "t"):
            meaning = "the parameter" if line.name == "theta" else "the step"
            raise RavineError(f"{equation.name}: {line.name} is {meaning}; give the line another name")


def _check_name(name: str) -> None:
    if not is_name(name):
        raise RavineError(f"the name {name!r} must be lower case: letters, digits and single underscores")
