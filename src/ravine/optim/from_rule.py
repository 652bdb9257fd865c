"""An optimizer class for any rule, a user's own included."""

from functools import cache
from typing import Any

import torch

from ravine.errors import RavineError, unknown
from ravine.optim.optimizer import Group, Parameters, RuleOptimizer
from ravine.rules import Rule, find_rule

FLAGS: dict[str, Any] = {
    "maximize": False,
    "foreach": None,
    "capturable": False,
    "differentiable": False,
    "fused": None,
    "rounding": None,
}


def from_rule(rule: Rule | str) -> type[RuleOptimizer]:
    """An optimizer class whose arithmetic is `rule`, or the rule of that name.

    Its options are the rule's hyperparameters by the rule's names and defaults, PyTorch's flags, and `weight_decay` (0)
    with `decoupled_weight_decay`, if the rule has no weight decay of its own. An lr of 0 is taken, as by PyTorch: a
    schedule may start there. Its state bears the rule's names.

    Raises RavineError for what is no rule, and for one that takes its gradient elsewhere than at the parameter; the
    class raises it for hyperparameters that the rule does not have or that are out of range, in groups too.
    """
    return _class_of(find_rule(rule))


@cache
def _class_of(rule: Rule) -> type[RuleOptimizer]:
    if rule.equation.gradient_at is not None:
        raise RavineError(
            f"{rule.name} takes its gradient where no parameter stands, which an optimizer cannot; try nesterov"
        )
    name = "".join(word.capitalize() for word in rule.name.replace("+", "_").split("_"))
    return type(name, (_FromRule,), {"__doc__": f"The rule {rule.name}: {rule.source}.", "of": rule})


class _FromRule(RuleOptimizer):
    of: Rule

    def __init__(self, params: Parameters, **chosen: Any):
        known = {name: hyperparameter.default for name, hyperparameter in self.of.hyperparameters.items()}
        decay = {} if "weight_decay" in known else {"weight_decay": 0.0, "decoupled_weight_decay": False}
        self._check(chosen)
        for name in chosen:
            if name not in known and name not in decay and name not in FLAGS:
                raise unknown(f"hyperparameter of {self.of.name}", name, known)
        super().__init__(params, {**decay, **FLAGS, **known, **chosen})

    def add_param_group(self, param_group: Group) -> None:
        """Adds a parameter group. Raises RavineError or ValueError for options out of range, before it is added."""
        self._check(param_group)
        super().add_param_group(param_group)

    def _check(self, chosen: Group) -> None:
        """Raises RavineError for what does not suit the rule; names that it does not know are passed over."""
        known = self.of.hyperparameters
        if "decoupled_weight_decay" in chosen and "weight_decay" in known:
            raise RavineError(f"{self.of.name} has its own form of weight decay, without decoupled_weight_decay")
        if chosen.get("decoupled_weight_decay"):
            self.of.with_form("decoupled")  # refused where there is no lr
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
