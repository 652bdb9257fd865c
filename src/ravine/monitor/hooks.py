"""The hooks: what they hear of a training becomes looks. None draws a random number or writes to its tensors."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.hooks import RemovableHandle

from ravine.monitor import outputs as told
from ravine.monitor.forward import Forward
from ravine.monitor.gradients import Gradients
from ravine.monitor.graph import crosses, softmax_twice
from ravine.monitor.heard import Heard
from ravine.monitor.history import History
from ravine.monitor.inputs import see as see_inputs
from ravine.monitor.interval import Interval
from ravine.monitor.layers import (
    DROPOUTS,
    depends_on_mode,
    is_compiled,
    is_only_linear,
    looked_at,
    owners_of,
    unlisted,
    unwrapped,
)
from ravine.monitor.look import Look
from ravine.monitor.outside import Outside
from ravine.monitor.series import Series, mean
from ravine.monitor.stepping import factor_of, has_closure, is_skipped, parameters_of
from ravine.monitor.trail import Trail

GRAPHS = 2  # looks at which the graph of the loss is walked


class Hooks:
    """On a model, on its optimizers, and on a loss that is a module. steps: of the first optimizer."""

    def __init__(self, model: nn.Module, optimizers: Sequence[Optimizer], loss: nn.Module | None, every: int | None):
        self.network = unwrapped(model)
        self.optimizers = optimizers
        self.steps = 0
        self.history, self.trail, self.interval = History(), Trail(), Interval(every)
        self.parts = looked_at(self.network)
        self.outside = Outside(self.network, optimizers)
        self.unlisted = sum(parameter.numel() for parameter in unlisted(self.network))
        self.depends_on_mode = depends_on_mode(self.network)
        self.dropouts = [part for part in self.network.modules() if isinstance(part, DROPOUTS)]
        self.only_linear = is_only_linear(self.network)
        self.logs_loss = self.logs_held_out = False
        self.validated_in_training = 0
        self.spent = self._spent_before = 0.0  # seconds of the processor's: in all, and up to the step before
        self.looking = 0.0  # of these, in steps that are looked at and those just before
        self._began = time.perf_counter()
        self._named = list(self.network.named_parameters())
        self._forward = Forward({} if is_compiled(model) else self.parts)
        owners, shaped = owners_of(self.network, self.parts)
        self._gradients = [Gradients(owners, shaped) for _ in optimizers]
        self._look: Look | None = None
        self._passes = {True: 0, False: 0}  # since the last step, by whether in training mode
        self._with_gradient = False  # whether one of them was to be followed by a backward pass
        self.softmax_twice = 0.0  # whether the loss was seen to take a softmax of a softmax
        self.crossed = 0.0  # whether the loss was seen to take outputs (n, 1) and targets (n,)
        self._answer: tuple[Any, int] | None = None  # the node of a look's outputs in the graph, and how many they are
        self._learning: list[nn.Parameter] = []  # see `_ends`
        self._held_out: list[float] = []  # of a loss module, since the last step
        self._handles: list[RemovableHandle] = [model.register_forward_hook(Heard(self._passed), with_kwargs=True)]
        for one, gradients in zip(optimizers, self._gradients, strict=True):
            self._handles.append(one.register_step_pre_hook(Heard(self._before(one, gradients))))
            self._handles.append(one.register_step_post_hook(Heard(self._after(one, gradients))))
        if loss is not None:
            self._handles.append(loss.register_forward_hook(Heard(self._lost)))
        self._open()

    def remove(self) -> None:
        self._forward.end()
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def hear_loss(self, loss: Tensor | float, value: float) -> None:
        """A training loss that was logged."""
        if not self.logs_loss:
            self.logs_loss, self.history.loss = True, Series()
        if isinstance(loss, Tensor):
            self._ask_graph(loss)
        self._take_loss(value)

    @property
    def passes(self) -> int:
        """Through the model, since the last step or look at held-out data."""
        return sum(self._passes.values())

    def validated(self) -> None:
        """Held-out data was looked at: the forward passes since the last step were for that."""
        if self.passes and self.depends_on_mode:
            self.validated_in_training = 0 if self._passes[False] else self.validated_in_training + 1
        self._passes = {True: 0, False: 0}

    # Forward

    def _passed(self, model: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any], answer: Any) -> None:
        began = time.thread_time()
        output = told.tensor_of(answer)
        if output is not None and torch.is_grad_enabled() and output.requires_grad:
            if self._held_out:
                self._flush_held_out()
            self._with_gradient, self._answer = True, None
            own = getattr(answer, "loss", None)
            if isinstance(own, Tensor) and own.numel() == 1 and not self.logs_loss:
                self._take_loss(float(own.detach()))
            given = (*args, *kwargs.values())
            self.trail.forward(self.steps + 1, self.network, given, output)
            if self._look is not None:
                self._see_pass(self._look, [x for x in given if isinstance(x, Tensor)], output)
        self._passes[self.network.training] += 1
        self.spent += time.thread_time() - began

    def _see_pass(self, look: Look, given: Sequence[Tensor], output: Tensor) -> None:
        first = math.isnan(look.evaluating)
        look.evaluating = float(not self.network.training)
        if first and given:
            see_inputs(look, given, self.history.count)
        if first and self.history.count < GRAPHS:
            self.outside.ask(output)
            self._answer = output.grad_fn, output.numel()
        kept, version = output.detach(), output._version

        def sent_back(gradient: Tensor) -> None:
            if self._look is look:
                began = time.thread_time()
                with torch.no_grad():
                    # One pass that began without them is enough: others may follow, to be accumulated.
                    there = float(self._still_there())
                    look.unzeroed = there if math.isnan(look.unzeroed) else min(look.unzeroed, there)
                    if first and kept._version == version and not gradient.is_sparse:
                        told.see(look.outputs, kept, gradient)
                self.spent += time.thread_time() - began

        output.register_hook(Heard(sent_back))  # type: ignore[no-untyped-call]

    def _lost(self, module: nn.Module, args: tuple[Any, ...], answer: Any) -> None:
        if not isinstance(answer, Tensor) or answer.numel() != 1:
            return
        if torch.is_grad_enabled() and answer.requires_grad:
            self._ask_graph(answer)
            if not self.logs_loss:
                self._take_loss(float(answer.detach()))
        elif self.steps:
            self._held_out.append(float(answer.detach()))
            if len(args) > 1 and isinstance(args[1], Tensor) and not args[1].is_floating_point():
                self.history.held_out_classes.update(args[1].flatten().tolist())

    def _ask_graph(self, loss: Tensor) -> None:
        """What the first losses are made of: parameters that nobody moves, and shapes that cross."""
        if loss.grad_fn is None or self.history.count >= GRAPHS:
            return
        self.outside.ask(loss)
        if self._answer is not None:
            self.crossed = max(self.crossed, float(crosses(loss.grad_fn, *self._answer)))
            self.softmax_twice = max(self.softmax_twice, float(softmax_twice(loss.grad_fn, self._answer[0])))
            self._answer = None

    def _take_loss(self, value: float) -> None:
        """It may come before the step that it belongs to, or after."""
        step = self.steps + 1 if self._with_gradient else max(self.steps, 1)
        self.trail.loss(step, value)
        self.history.loss.add(step, value)
        for look in (self._look, *self.history.looks[-1:]):
            if look is not None and look.step == step:
                look.outputs.compare(value)

    def _flush_held_out(self) -> None:
        if not self.logs_held_out:
            self.history.held_out.add(max(self.steps, 1), mean(self._held_out))
            self.validated()
        self._held_out = []

    # The step

    def _before(self, optimizer: Optimizer, gradients: Gradients) -> Callable[..., None]:
        def before(_: Optimizer, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
            began = time.thread_time()
            self.trail.in_closure = has_closure(args, kwargs)
            if not self.trail.in_closure and not is_skipped(optimizer):
                self._see_gradients(optimizer, gradients)
            if self._look is not None or self.interval.due(self.steps + 2):
                gradients.remember(parameters_of(optimizer))
            self.spent += time.thread_time() - began

        return before

    def _see_gradients(self, optimizer: Optimizer, gradients: Gradients) -> None:
        step = self.steps + 1
        self.trail.gradients(step, self._ends(), self._named)
        soon = self.interval.due(step + 1)
        if self._look is None and not soon:
            return
        parameters = parameters_of(optimizer)
        with torch.no_grad():
            if self._look is not None:
                gradients.see(self._look, parameters, factor_of(optimizer))
            gradients.along(self._look, parameters, keep=soon or self.interval.every == 1)

    def _after(self, optimizer: Optimizer, gradients: Gradients) -> Callable[..., None]:
        def after(_: Optimizer, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
            began = time.thread_time()
            if self.trail.in_closure:
                self._see_gradients(optimizer, gradients)
            if gradients.before:
                with torch.no_grad():
                    gradients.moved(self._look, parameters_of(optimizer), directed=self.interval.due(self.steps + 2))
            self.spent += time.thread_time() - began
            if optimizer is self.optimizers[0]:
                self._close()

        return after

    def _open(self) -> None:
        """Begins a look, if one is due at the next step."""
        if self.interval.due(self.steps + 1):
            self._look = Look(self.steps + 1)
            self._forward.begin(self._look)

    def _close(self) -> None:
        """Ends a step, and the look at it."""
        self.steps += 1
        rates = [group["lr"] for one in self.optimizers for group in one.param_groups if "lr" in group]
        if rates:
            self.history.rate.add(self.steps, max(float(rate) for rate in rates))
        if self._look is not None or self.interval.due(self.steps + 1):
            self.looking += self.spent - self._spent_before
        self._spent_before = self.spent
        if self._look is not None:
            self.history.add(self._look)
            self.interval.looked(self.steps, self.looking, time.perf_counter() - self._began)
            if not self.interval.due(self.steps + 1):
                self._forward.end()
            self._look, self._learning = None, []
        self._passes, self._with_gradient = {True: 0, False: 0}, False
        self._open()

    def _ends(self) -> list[nn.Parameter]:
        """The smallest parameter of the first layer that learns, and of the last; kept from look to look."""
        if not self._learning or any(p.grad is None or not p.requires_grad for p in self._learning):
            learning = [p for _, p in self._named if p.requires_grad and p.grad is not None]
            ends = (learning[:2], learning[-2:]) if learning else ()
            self._learning = [min(end, key=Tensor.numel) for end in ends]
        return self._learning

    def _still_there(self) -> bool:
        """Whether gradients of the step before are still there, when the next backward pass begins."""
        grads = [p.grad for p in self._ends() if p.grad is not None and not p.grad.is_sparse]
        return self.steps > 0 and any(bool(g.any()) for g in grads)
