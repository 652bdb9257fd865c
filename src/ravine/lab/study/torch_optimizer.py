"""Optimizers that are no rule: a class of torch.optim, or of one's own, takes part beside the rules."""

import importlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ravine.equations import over_tensors
from ravine.errors import RavineError, unknown
from ravine.rules import Rule

if TYPE_CHECKING:
    from torch.optim import Optimizer

BETAS = ("beta1", "beta2", "beta3")


@dataclass(frozen=True, eq=False)
class TorchOptimizer:
    """An optimizer class, with the numbers of its signature as hyperparameters; `betas` are beta1 and beta2.

    kind: the class. It has what a study asks of a `Rule`: name, family, hyperparameters, settings and a text for the
    checksum of what it does.
    """

    kind: "type[Optimizer]"

    @property
    def name(self) -> str:
        """torch.optim.AdamW; the bare name of a class of one's own."""
        return f"torch.optim.{self.kind.__name__}" if self._of_torch else self.kind.__name__

    @property
    def family(self) -> str:
        return self.name

    @property
    def _of_torch(self) -> bool:
        return f"{self.kind.__module__}.".startswith("torch.optim.")

    @cached_property
    def hyperparameters(self) -> dict[str, float]:
        """The default of each that is a number, by name; a switch is 0 or 1."""
        found: dict[str, float] = {}
        for name, parameter in list(inspect.signature(self.kind).parameters.items())[1:]:
            default = parameter.default
            if name == "betas" and isinstance(default, tuple):
                found |= {beta: float(value) for beta, value in zip(BETAS, default, strict=False)}
            elif isinstance(default, bool | int | float):
                found[name] = float(default)
        return found

    def settings(self, given: Mapping[str, float]) -> dict[str, float]:
        """Every hyperparameter, from `given` or by default; RavineError for what the class does not take."""
        for name in given:
            if name not in self.hyperparameters:
                raise unknown(f"hyperparameter of {self.name}", name, self.hyperparameters)
        made = {**self.hyperparameters, **{name: float(value) for name, value in given.items()}}
        from torch import nn

        try:
            self.build([nn.Parameter(nn.Linear(1, 1).weight)], **made)
        except (TypeError, ValueError) as error:
            raise RavineError(f"{self.name}: {str(error).splitlines()[0]}") from None
        return made

    def python(self) -> str:
        """What its checksum is made of: PyTorch's version stands beside it in a run's key."""
        if self._of_torch:
            return self.name
        from ravine.lab.problems.fingerprint.dissection import dissect

        return dissect(self.kind)

    def build(self, parameters: Any, **settings: float) -> "Optimizer":
        """The optimizer of these parameters or groups."""
        return self.kind(parameters, **self.options(settings))

    def options(self, settings: Mapping[str, float]) -> dict[str, Any]:
        """The keywords of the class: pairs of betas, switches, whole numbers."""
        options: dict[str, Any] = {}
        signature = inspect.signature(self.kind).parameters
        for name, value in settings.items():
            if name in BETAS and name not in signature:
                options["betas"] = (*options.get("betas", ()), value)
            else:
                default = signature[name].default
                options[name] = type(default)(value) if isinstance(default, bool | int) else value
        return options

    def chosen(self, settings: Mapping[str, float]) -> dict[str, Any]:
        """Of those, the rate and what is not at its default."""
        signature = inspect.signature(self.kind).parameters
        named = self.options(settings).items()
        return {name: value for name, value in named if name == "lr" or value != signature[name].default}


Method = Rule | TorchOptimizer
Book = Mapping[str, Method]


def stacks(method: Method) -> bool:
    """Whether it moves many networks at once, whose parameters are a row each: rules without norms of their tensors.

    A rule that is evaluated elsewhere than it trains is trained alone too, since the two take turns.
    """
    return isinstance(method, Rule) and not over_tensors(method.equation) and method.equation.gradient_at is None


def as_torch_optimizer(given: object) -> TorchOptimizer | None:
    """The optimizer that a class, or text such as torch.optim.AdamW, names; None for what names none."""
    if isinstance(given, str) and given.startswith("torch.optim."):
        optim = importlib.import_module("torch.optim")
        named: dict[str, Any] = {
            name: kind for name, kind in vars(optim).items() if inspect.isclass(kind) and name != "Optimizer"
        }
        if (name := given.removeprefix("torch.optim.")) not in named:
            raise unknown("optimizer of torch.optim", name, named)
        return TorchOptimizer(named[name])
    if not inspect.isclass(given):
        return None
    from torch.optim import Optimizer

    return TorchOptimizer(given) if issubclass(given, Optimizer) else None
