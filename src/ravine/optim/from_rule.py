"""An optimizer class for any rule, a user's own included."""

from inspect import Parameter, Signature
from typing import Any, ClassVar

import torch

from ravine.equations import over_tensors
from ravine.errors import RavineError, unknown
from ravine.kept import kept
from ravine.optim.held import evaluated_at
from ravine.optim.optimizer import RuleOptimizer
from ravine.optim.options import Group, Parameters
from ravine.rules import Rule, find_rule

FLAGS: dict[str, Any] = {
    "maximize": False,
    "foreach": None,
    "capturable": False,
    "differentiable": False,
    "fused": None,
    "max_grad_norm": None,
    "rounding": None,
}


def from_rule(rule: Rule | str) -> "type[OfRule]":
    """An optimizer class whose arithmetic is `rule`, or the rule of that name.

    Its options are the rule's hyperparameters by the rule's names and defaults, PyTorch's flags, `weight_decay` (0)
    with `decoupled_weight_decay` if the rule has no weight decay of its own, and `cautious` if it is not; they stand in
    its signature and docstring. An lr of 0 is taken, as by PyTorch: a schedule may start there. Its state bears the
    rule's names.

    A rule that takes its gradient elsewhere than at theta needs `train()` before training and `eval()` before
    evaluation: see `RuleOptimizer.train`.

    Raises RavineError for what is no rule, and for one that takes its gradient at a point from which theta cannot be
    told; the class raises it for hyperparameters that the rule does not have or that are out of range, in groups too.
    """
    return _class_of(find_rule(rule))


@kept
def _class_of(rule: Rule) -> "type[OfRule]":
    evaluated_at(rule.equation)
    name = "".join(word.capitalize() for word in rule.name.replace("+", "_").split("_"))
    named = [Parameter(option, Parameter.KEYWORD_ONLY, default=value) for option, value in _defaults(rule).items()]
    members = {
        "__doc__": _docstring(rule),
        "__signature__": Signature([Parameter("params", Parameter.POSITIONAL_OR_KEYWORD), *named]),
        "of": rule,
        "looks_ahead": rule.equation.gradient_at is not None,
    }
    return type(name, (OfRule,), members)


def _defaults(rule: Rule) -> dict[str, Any]:
    """Every option, with its default."""
    known: dict[str, Any] = {name: known.default for name, known in rule.hyperparameters.items()}
    if "weight_decay" not in known:
        known |= {"weight_decay": 0.0, "decoupled_weight_decay": False}
    if "cautious" not in rule.forms:
        known["cautious"] = False
    known |= FLAGS
    if over_tensors(rule.equation):  # these are of a device's kernels, which take one pass
        del known["capturable"], known["rounding"]
    return known


def _docstring(rule: Rule) -> str:
    about = [
        f"{name}: {known.meaning or 'a hyperparameter'}, in {known.range} ({known.default:g})."
        for name, known in rule.hyperparameters.items()
    ]
    passes = "" if over_tensors(rule.equation) else ", in one pass"
    return (
        f"{rule.title}: the rule {rule.name}{passes}.\n\nSource: {rule.source}.\n\n"
        'params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.\n'
        + "\n".join(about)
        + "\n\nThe other options are those of every class: see `ravine.optim`.\n"
    )


class OfRule(RuleOptimizer):
    """What `from_rule` makes: an optimizer of the rule `of`."""

    of: Rule
    exact_numbers: ClassVar[bool] = True

    def __init__(self, params: Parameters, **chosen: Any):
        known = _defaults(self.of)
        self._check(chosen)
        for name in chosen:
            if name not in known:
                raise unknown(f"hyperparameter of {self.of.name}", name, self.of.hyperparameters)
        super().__init__(params, {**known, **chosen})

    def add_param_group(self, param_group: Group) -> None:
        """Adds a parameter group. Raises RavineError or ValueError for options out of range, before it is added."""
        self._check(param_group)
        super().add_param_group(param_group)

    def _check(self, chosen: Group) -> None:
        """Raises RavineError for what does not suit the rule; names that it does not know are passed over."""
        known = self.of.hyperparameters
        if "decoupled_weight_decay" in chosen and "weight_decay" in known:
            raise RavineError(f"{self.of.name} has its own form of weight decay, without decoupled_weight_decay")
        if chosen.get("cautious") and "cautious" in self.of.forms:
            raise RavineError(f"{self.of.name} is cautious already")
        if decoupled := chosen.get("decoupled_weight_decay"):
            self.of.with_form("decoupled" if decoupled is True else decoupled)  # refused where there is no lr
        numbers = {n: v for n, v in chosen.items() if n in known and not isinstance(v, torch.Tensor)}
        if numbers.get("lr") == 0:
            del numbers["lr"]  # no step: a schedule may start there
        self.of.settings(numbers)

    def rule(self, group: Group) -> Rule:
        return self.of

    def __reduce__(self) -> Any:
        # The class is made at run time: a pickle names the rule instead.
        return _unpickled, (self.of,), self.__getstate__()


def _unpickled(rule: Rule) -> RuleOptimizer:
    made = from_rule(rule)
    return made.__new__(made)
