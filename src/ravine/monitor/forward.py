"""What a forward pass shows of each layer, by hooks that are there while a step is looked at."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from ravine.monitor.heard import Heard
from ravine.monitor.layers import BATCH_NORMS, BOUNDED, NORMS, WEIGHTED
from ravine.monitor.look import Look

END = 0.97  # of the way from the middle of an activation's range to its end
MOST = 1 << 14  # numbers of one output that a mean, a deviation or a share is taken of


class Forward:
    """Hooks on the layers of a network, put on for a look and taken off after it."""

    def __init__(self, parts: Mapping[str, nn.Module]):
        self.parts = parts
        self.look: Look | None = None
        self.first = next(iter(parts.values()), None)
        self._latest: Any = None  # what the weighted layer before gave
        self._handles: list[RemovableHandle] = []

    def begin(self, look: Look) -> None:
        self.look = look
        if not self._handles:
            self._handles = [part.register_forward_hook(Heard(self._hook(name))) for name, part in self.parts.items()]

    def end(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles = []
        self.look = self._latest = None

    def _hook(self, name: str) -> Any:
        def seen(part: nn.Module, given: tuple[Any, ...], answer: Any) -> None:
            if self.look is not None and torch.is_grad_enabled():
                with torch.no_grad():
                    self._see(self.look, name, part, given, answer)

        return seen

    def _see(self, look: Look, name: str, part: nn.Module, given: tuple[Any, ...], answer: Any) -> None:
        output = answer[0] if isinstance(answer, tuple) else answer
        if not isinstance(output, Tensor) or not output.is_floating_point() or not output.numel():
            return
        output = output.detach()
        layer = look.layer(name)
        some = sample(output, MOST).float()
        deviation, mean = torch.std_mean(some, unbiased=False)
        layer.mean, layer.deviation = float(mean), float(deviation)
        if (ends := BOUNDED.get(type(part))) is not None:
            if not (isinstance(part, nn.RNN) and part.nonlinearity != "tanh"):
                middle, half = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2
                layer.saturated = float(((some - middle).abs() > END * half).float().mean())
            return
        if isinstance(part, WEIGHTED):
            layer.straight = float(given[:1] != () and given[0] is self._latest)
            self._latest = answer
        if isinstance(part, (*WEIGHTED, BATCH_NORMS)) and output.dim() > 1:
            channel = output.dim() - 1 if isinstance(part, nn.Linear) else 1
            off = output.amax([axis for axis in range(output.dim()) if axis != channel]) <= 0
            layer.examples += len(output)
            layer.off = off if layer.off is None else layer.off & off
        if isinstance(part, BATCH_NORMS) and part.training and part.running_mean is not None and given:
            lag(look, name, part, given[0].detach())
        if part is self.first and not isinstance(part, NORMS):
            look.answer_size = float(some.pow(2).mean().sqrt())


def lag(look: Look, name: str, norm: Any, x: Tensor) -> None:
    """How far the running averages, which evaluation uses, are from this batch's own."""
    layer = look.layer(name)
    axes = [axis for axis in range(x.dim()) if axis != 1]
    if x.numel() // x.shape[1] < 16:
        return  # too few to have a mean and a variance of their own
    variance, mean = torch.var_mean(x.float(), axes)
    alive = variance > 1e-8
    if bool(alive.any()):
        away = (mean - norm.running_mean).abs() / variance.sqrt()
        times = (norm.running_var / variance).log().abs().exp()
        layer.lag_of_mean = float(away[alive].median())
        layer.lag_of_variance = float(times[alive].median())
        layer.norm_steps = float(norm.num_batches_tracked) if norm.num_batches_tracked is not None else float("nan")


def sample(tensor: Tensor, most: int) -> Tensor:
    """At most `most` of its numbers, evenly spaced, flat."""
    flat = tensor.detach().reshape(-1)
    return flat[:: -(-flat.numel() // most)] if flat.numel() > most else flat
