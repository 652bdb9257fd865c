"""An optimizer class for any rule, a user's own included."""

from functools import cache
from typing import Any

from ravine.errors import RavineError
from ravine.optim.optimizer import Group, Parameters, RuleOptimizer
from ravine.rules import Rule

FLAGS: dict[str, Any] = {
    "maximize": False,
    "foreach": None,
    "capturable": False,
    "differentiable": False,
    "fused": None,
    "rounding": None,
}


@cache
def from_rule(rule: Rule) -> type[RuleOptimizer]:
    """An optimizer class whose arithmetic is `rule`.

    Its options are the rule's hyperparameters by the rule's names and defaults, `weight_decay` (0 unless the rule has
    one) with `decoupled_weight_decay`, and PyTorch's flags. Its state bears the rule's names.

    Raises RavineError for a rule that takes its gradient elsewhere than at the parameter; the class raises it for
    hyperparameters that the rule does not have or that are out of range.
    """
    if rule.equation.gradient_at is not None:
        raise RavineError(
            f"{rule.name} takes its gradient where no parameter stands, which an optimizer cannot; try nesterov"
        )
    name = "".join(word.capitalize() for word in rule.name.replace("+", "_").split("_"))
    return type(name, (_FromRule,), {"__doc__": f"The rule {rule.name}: {rule.source}.", "of": rule})


class _FromRule(RuleOptimizer):
    of: Rule

    def __init__(self, params: Parameters, **chosen: Any):
        extra = {"weight_decay": 0.0, "decoupled_weight_decay": False, **FLAGS}
        defaults = {**extra, **{name: known.default for name, known in self.of.hyperparameters.items()}}
        numbers = {n: v for n, v in chosen.items() if n not in extra or n in self.of.hyperparameters}
        self.of.settings({n: v for n, v in numbers.items() if not hasattr(v, "shape")})
        super().__init__(params, {**defaults, **chosen})

    def rule(self, group: Group) -> Rule:
        return self.of

    def __reduce__(self) -> Any:
        # The class is made at run time: a pickle names the rule instead.
        return _unpickled, (self.of,), self.__getstate__()


def _unpickled(rule: Rule) -> RuleOptimizer:
    made = from_rule(rule)
    return made.__new__(made)
