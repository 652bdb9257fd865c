"""What the optimizer's step shows: gradients before it, and how far it moved the weights."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from ravine.monitor.forward import sample
from ravine.monitor.look import Look

SAMPLED = 1 << 14  # numbers of one parameter
FEW = 8
COLUMNS = 64  # weights of a unit that are compared with another unit's


class Gradients:
    """The parameters of one optimizer, by layer.

    owners: the layer's name for each parameter by id; parameters of layers that are not looked at have their own name.
    """

    def __init__(self, owners: Mapping[int, str], shaped: Iterable[int]):
        self.owners = owners
        self.shaped = set(shaped)  # ids of weights whose rows are units
        self.reached: set[int] = set()  # ids of parameters that ever had a gradient
        self.before: dict[int, Tensor] = {}
        self.vector: Tensor | None = None  # of the step before
        self.step_vector: Tensor | None = None

    def see(self, look: Look, parameters: Sequence[nn.Parameter], factor: float) -> None:
        """Before the step. factor: what the gradients are to be divided by (a GradScaler's)."""
        self.reached.update(id(p) for p in parameters if p.grad is not None)
        self._cut(look, parameters)
        moved = [p for p in parameters if p.grad is not None and not p.grad.is_sparse]
        if not moved:
            return
        grads = [p.grad.detach() for p in moved if p.grad is not None]
        norms = [float(norm) / factor for norm in _norms(grads)]
        whole = sum(norm**2 for norm in norms) ** 0.5
        look.gradient = whole if look.gradient != look.gradient else (look.gradient**2 + whole**2) ** 0.5
        for p, g, norm in zip(moved, grads, norms, strict=True):
            layer = look.layer(self.owners[id(p)])
            if p.dim() >= 2:
                layer.gradient = norm
            if id(p) in self.shaped:
                self._units(look, p, g)

    def _cut(self, look: Look, parameters: Sequence[nn.Parameter]) -> None:
        """The first layers that went forward and got no gradient, up to the first that did: the graph ends there.

        What comes after a layer with a gradient may be a branch that the loss does not use.
        """
        never = [p for p in parameters if p.requires_grad and id(p) not in self.reached]
        lacking: dict[str, int] = {}
        for p in never:
            name = self.owners[id(p)]
            lacking[name] = lacking.get(name, 0) + p.numel()
        if not lacking or not look.layers:
            return
        reached = {self.owners[key] for key in self.reached}
        for name in look.layers:
            if name in reached:
                return
            if name in lacking:
                look.cut[name] = lacking[name]

    def _units(self, look: Look, p: nn.Parameter, g: Tensor) -> None:
        layer = look.layer(self.owners[id(p)])
        rows = g.reshape(g.shape[0], -1)
        columns = rows[:, :: -(-rows.shape[1] // COLUMNS)] if rows.shape[1] > COLUMNS else rows
        still = columns.abs().amax(1) == 0
        if bool(still.any()) and columns is not rows:
            still[still.clone()] = rows[still].abs().amax(1) == 0
        layer.still = still if layer.still is None else layer.still & still
        if p.dim() < 2 or len(rows) < 2:
            return
        weights = p.detach().reshape(len(rows), -1)[:, : COLUMNS * 4]
        layer.same_weights = _alike(weights)
        layer.same_gradients = _alike(columns)

    def remember(self, parameters: Sequence[nn.Parameter]) -> None:
        """Keeps the weights as they are before the step."""
        self.before = {id(p): sample(p, SAMPLED).clone() for p in parameters if p.requires_grad}

    def moved(self, look: Look | None, parameters: Sequence[nn.Parameter], directed: bool) -> None:
        """After the step. directed: keep the step, for the next look to ask how the gradient changed along it."""
        known = [(p, self.before[id(p)]) for p in parameters if id(p) in self.before]
        steps = [sample(p, SAMPLED) - before for p, before in known]
        if look is not None and known:
            norms, lengths = _norms([before for _, before in known]), _norms(steps)
            for (p, before), norm, length in zip(known, norms, lengths, strict=True):
                if p.dim() >= 2:
                    layer = look.layer(self.owners[id(p)])
                    layer.weights = norm * (p.numel() / len(before)) ** 0.5
                    if norm > 0:
                        layer.ratio = length / norm
        self.step_vector = torch.cat([s.reshape(-1).float() for s in steps]) if directed and steps else None
        self.before = {}

    def along(self, look: Look | None, parameters: Sequence[nn.Parameter], keep: bool) -> None:
        """The gradient now, against that of the step before.

        alpha = -(g₂·d)/(g₁·d) for a step d from where the gradient was g₁ to where it is g₂: -1 is a step that changes
        nothing (short of the valley's floor), 0 one that ends at it, 1 one to the same height on the other side.
        """
        pieces = [sample(p.grad, SAMPLED).float() for p in parameters if p.grad is not None and not p.grad.is_sparse]
        vector = torch.cat(pieces) if pieces else None
        if look is not None and vector is not None and self.vector is not None and len(vector) == len(self.vector):
            product = float(vector @ self.vector)
            look.alignment = product / max(float(vector.norm()) * float(self.vector.norm()), 1e-30)
            d = self.step_vector
            if d is not None and len(d) == len(vector) and (first := float(self.vector @ d)):
                look.alpha = -float(vector @ d) / first
        self.vector = vector if keep else None


def _norms(tensors: list[Tensor]) -> list[Any]:
    kinds = {(t.device, t.dtype, t.layout) for t in tensors}
    if len(kinds) == 1:
        return list(torch.stack(torch._foreach_norm(tensors)).tolist())
    return [float(t.norm()) for t in tensors]


def _alike(rows: Tensor) -> float:
    """The share of rows, the first not counted, that equal the first."""
    near = 1e-5 * rows[0].abs().max()
    for some in (rows[:, :: -(-rows.shape[1] // FEW)], rows):  # most rows differ from the first in any few columns
        alike = float(((some[1:] - some[0]).abs().amax(1) <= near).float().mean())
        if not alike:
            break
    return alike
