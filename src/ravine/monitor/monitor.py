"""`ravine.monitor`: what is wrong with this training? Hooks that measure, symptoms that judge, words that tell."""

import math
import weakref
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from ravine.errors import RavineError
from ravine.monitor.diagnosis import diagnose
from ravine.monitor.finding import Finding
from ravine.monitor.hooks import Hooks
from ravine.monitor.layers import unwrapped
from ravine.monitor.measure import curves
from ravine.monitor.page import cell, write
from ravine.monitor.words import report

_watching: "weakref.WeakKeyDictionary[nn.Module, weakref.ref[Monitor]]" = weakref.WeakKeyDictionary()


class Monitor:
    """Watches a training; see `ravine.monitor`."""

    def __init__(
        self,
        model: nn.Module,
        optimizer: Optimizer | Sequence[Optimizer],
        *,
        loss: nn.Module | None = None,
        every: int | None = None,
    ):
        optimizers = [optimizer] if isinstance(optimizer, Optimizer) else list(_several(optimizer))
        _check(model, optimizers, loss, every)
        self._hooks = Hooks(model, optimizers, loss, every)
        self._removed = False
        _watching[self._hooks.network] = weakref.ref(self)

    def log(
        self,
        *,
        loss: Tensor | float | None = None,
        accuracy: Tensor | float | None = None,
        validation_loss: Tensor | float | None = None,
        validation_accuracy: Tensor | float | None = None,
    ) -> None:
        """Tells it the loss of a step, and figures on held-out data whenever there are some. Accuracies are shares."""
        if self._removed:
            raise RavineError("this monitor was removed; make another: monitor = ravine.monitor(model, optimizer)")
        given = {"loss": loss, "accuracy": accuracy, "validation_loss": validation_loss}
        numbers = {
            name: _number(name, value)
            for name, value in {**given, "validation_accuracy": validation_accuracy}.items()
            if value is not None
        }
        hooks, history = self._hooks, self._hooks.history
        step = max(hooks.steps, 1)
        if loss is not None:
            hooks.hear_loss(loss, numbers["loss"])
        if "accuracy" in numbers:
            history.accuracy.add(step, numbers["accuracy"])
        if "validation_loss" in numbers or "validation_accuracy" in numbers:
            hooks.logs_held_out = hooks.logs_held_out or validation_loss is not None
            hooks.validated()
        if "validation_loss" in numbers:
            history.held_out.add(step, numbers["validation_loss"])
        if "validation_accuracy" in numbers:
            history.held_out_accuracy.add(step, numbers["validation_accuracy"])

    @property
    def steps(self) -> int:
        """Steps seen so far."""
        return self._hooks.steps

    @property
    def findings(self) -> list[Finding]:
        """What is wrong, the cause first; empty where nothing is."""
        return diagnose(self._hooks)

    @property
    def curves(self) -> dict[str, list[tuple[float, float]]]:
        """What was seen over the steps, as (step, value), by name: loss, validation loss, rate, update ratio, …"""
        return curves(self._hooks.history)

    def to_html(self, path: str | Path) -> None:
        """Writes a page that needs nothing else: findings, curves, layers. RavineError where it cannot be written."""
        write(self._hooks, self.findings, Path(path))

    def remove(self) -> None:
        """Takes every hook off again. What was found stays."""
        self._hooks.remove()
        self._removed = True
        if (watching := _watching.get(self._hooks.network)) is not None and watching() is self:
            del _watching[self._hooks.network]

    def __enter__(self) -> "Monitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def _repr_html_(self) -> str:
        """In a notebook: what is wrong, and the curves of the loss."""
        return cell(self._hooks, self.findings)

    def __str__(self) -> str:
        return report(self._hooks, self.findings)


def _several(optimizers: object) -> Sequence[Optimizer]:
    return optimizers if isinstance(optimizers, list | tuple) else [optimizers]  # type: ignore[list-item]


def _check(model: object, optimizers: Sequence[object], loss: object, every: object) -> None:
    """RavineError, before any hook is set, for what cannot be watched."""
    if not isinstance(model, nn.Module):
        raise RavineError(f"monitor: model must be a torch.nn.Module, not {type(model).__name__}")
    if isinstance(model, torch.jit.ScriptModule):
        raise RavineError("monitor: a scripted module takes no hooks; watch the module that it was made from")
    parameters = {id(parameter): parameter for parameter in model.parameters()}
    if not parameters:
        raise RavineError("monitor: the model has no parameters; are its layers attributes, or in a ModuleList?")
    if not optimizers:
        raise RavineError("monitor: give the optimizer, or a list of them: ravine.monitor(model, optimizer)")
    for optimizer in optimizers:
        if not isinstance(optimizer, Optimizer):
            raise RavineError(f"monitor: optimizer must be a torch.optim.Optimizer, not {type(optimizer).__name__}")
        if not any(id(p) in parameters for group in optimizer.param_groups for p in group["params"]):
            raise RavineError(
                f"monitor: this {type(optimizer).__name__} holds none of the model's parameters; make it with "
                "model.parameters(), after the model was moved or wrapped"
            )
    if loss is not None and not isinstance(loss, nn.Module):
        raise RavineError(
            "monitor: loss must be a loss module such as torch.nn.CrossEntropyLoss(); "
            "of a function, tell it each step's value: monitor.log(loss=loss)"
        )
    if every is not None and (isinstance(every, bool) or not isinstance(every, int) or every < 1):
        raise RavineError(f"monitor: every must be a whole number of steps of at least 1, not {every!r}")
    watching = _watching.get(unwrapped(model))
    if watching is not None and watching() is not None:
        raise RavineError("monitor: this model is watched already; remove() that monitor first")


def _number(name: str, value: object) -> float:
    """A logged figure; RavineError unless it is one number, and a share where it is an accuracy."""
    if isinstance(value, Tensor) and value.numel() != 1:
        raise RavineError(f"monitor.log: {name} must be one number, not a tensor of shape {tuple(value.shape)}")
    try:
        number = float(value.detach() if isinstance(value, Tensor) else value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise RavineError(f"monitor.log: {name} must be a number, not {type(value).__name__}") from None
    if name.endswith("accuracy") and math.isfinite(number) and not 0 <= number <= 1:
        raise RavineError(f"monitor.log: {name} is a share from 0 to 1, not {number:g}; divide percentages by 100")
    return number
