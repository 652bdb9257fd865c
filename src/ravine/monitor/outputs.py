"""What the outputs and the gradient that the loss sends back to them say of the loss: its kind, and the targets.

Cross-entropy of scores z with class y sends back s (softmax(z) - onehot(y)), nll_loss -s onehot(y), the mean squared
error 2 (z - y)/n; s is 1/B, times whatever scales the loss. So z and that gradient give y, without a look at the loop.
"""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from ravine.monitor.look import OutputLook

ROWS = 512  # rows that are looked at
FEWEST = 8  # examples among which a sum of 1 is no accident
FAINT = 1e-4  # of the largest gradient of a row
SURE = 0.9  # a probability near 1
CLASSES = 4096  # more than these are a vocabulary: only the first rows are looked at


def tensor_of(answer: Any) -> Tensor | None:
    """The tensor that a loss is made of: the answer itself, its `logits`, or the first that is of floating point."""
    if isinstance(answer, Tensor):
        return answer if answer.is_floating_point() else None
    logits = answer.get("logits") if isinstance(answer, Mapping) else getattr(answer, "logits", None)
    if isinstance(logits, Tensor):
        return logits
    inside = answer.values() if isinstance(answer, Mapping) else answer if isinstance(answer, tuple | list) else ()
    return next((found for found in map(tensor_of, inside) if found is not None and found.dim()), None)


def see(look: OutputLook, outputs: Tensor, gradient: Tensor) -> None:
    """Fills in the look. outputs, gradient: of one forward pass, of the same shape."""
    z, g = outputs.detach(), gradient.detach()
    if not z.dim() or not z.numel() or z.shape != g.shape:
        return
    look.batch = float(z.shape[0])
    whole = z.float()
    look.size = float(whole.pow(2).mean().sqrt())
    if z.shape[0] > 1:
        look.spread = float(whole.reshape(z.shape[0], -1).std(0, unbiased=False).pow(2).mean().sqrt())
    _regression(look, whole, g.float())
    if z.dim() == 2 and z.shape[0] >= FEWEST and z.shape[1] >= 2:
        look.across = float(bool((whole >= 0).all()) and bool(((whole.sum(0) - 1).abs() < 1e-3).all()))
    if z.dim() > 2 and _classes_come_second(g):
        z, g = z.movedim(1, -1), g.movedim(1, -1)
    if z.dim() >= 2 and z.shape[-1] >= 2:
        rows = min(ROWS, ROWS * CLASSES // z.shape[-1] or 1)
        step = -(-(z.numel() // z.shape[-1]) // rows)  # of all examples, and not of the first few images alone
        _classes(look, *(one.float().reshape(-1, z.shape[-1])[::step] for one in (z, g)))
        if look.cross_entropy == 1 and look.probabilities == 0 and look.across != 1:
            look.across = float(_over_places(z.float()))


def _classes_come_second(g: Tensor) -> bool:
    """Whether outputs are (n, classes, …), as cross_entropy takes sequences and images: it sends back sums of 0."""
    size = g.abs().sum()
    second, last = (g.sum(axis).abs().sum() for axis in (1, -1))
    return bool(second <= 1e-4 * size < last)


def _over_places(z: Tensor) -> bool:
    """Whether outputs (n, …, classes), or (examples × places, classes), sum to 1 over what is not the classes."""
    if not bool((z >= 0).all()):
        return False
    if z.dim() > 2:
        return any(bool(((z.sum(axis) - 1).abs() < 1e-3).all()) for axis in range(z.dim() - 1))
    ends = ((z[:, 0].cumsum(0) - 1).abs() < 1e-3).nonzero().flatten()[:ROWS] + 1  # several, where the last are near 0
    lengths = [length for length in ends.tolist() if length > 1 and len(z) % length == 0]
    return any(bool(((z.reshape(-1, n, z.shape[1]).sum(1) - 1).abs() < 1e-3).all()) for n in lengths)


def _classes(look: OutputLook, z: Tensor, g: Tensor) -> None:
    sums = z.sum(-1)
    look.probabilities = float(bool((z >= 0).all()) and bool(((sums - 1).abs() < 1e-3).all()))
    told = g.abs().amax(-1) > 0  # rows that the loss leaves out (padding) have no gradient
    if not bool(told.any()):
        return
    look.told = float(told.float().mean())
    z, g = z[told], g[told]
    size = g.abs().amax(-1)
    faint = size <= FAINT * size.max()  # answered so well that rounding is left of the gradient
    labels = torch.where(faint, z.argmax(-1), g.argmin(-1))
    lowest = g.gather(-1, labels[:, None])
    others = g.abs().sum(-1, keepdim=True) - lowest.abs()
    picked = bool((lowest < 0).all()) and bool((others <= 1e-6 * lowest.abs()).all())
    # log-probabilities as outputs (a log_softmax of the model's own) before nll_loss are picked too, and right.
    look.picked = float(picked)
    if picked and bool((z.logsumexp(-1).abs() < 1e-3).all()):
        # Logarithms of what were probabilities before the softmax: those can be told, since their sum was 1.
        given = z - z.mean(-1, keepdim=True) + 1 / z.shape[-1]
        share = float((given.amax(-1) > SURE).float().mean())
        look.squeezed = float(bool((given > -1e-3).all()) and bool((given < 1 + 1e-3).all()) and share >= 0.25)
    scales = _scales(z[~faint], g[~faint])
    turned = _scales(z[~faint], -g[~faint]) if not picked and not _alike(scales) else None
    look.turned = float(_alike(turned))
    crossed = scales is not None and not picked and not look.turned
    look.cross_entropy = float(crossed)
    if crossed or picked:
        look.classes = float(z.shape[-1])
        look.accuracy = float((z.argmax(-1) == labels).float().mean())
        kinds, counts = torch.unique(labels, return_counts=True)
        look.counts = dict(zip(kinds.tolist(), counts.tolist(), strict=True))
    if crossed:
        look.loss = float(-z.log_softmax(-1).gather(-1, labels[:, None]).mean())


def _scales(z: Tensor, g: Tensor) -> Tensor | None:
    """What each row's cross-entropy was multiplied by, if g is the gradient of one; of rows that are not sure yet."""
    labels = g.argmin(-1, keepdim=True)
    lowest, p = g.gather(-1, labels), z.softmax(-1)
    left = 1 - p.gather(-1, labels)
    scale = -lowest / left.clamp_min(1e-6)
    expected = scale * p
    expected.scatter_add_(-1, labels, -scale)
    open_ = (left > 1e-3).squeeze(-1)
    error = (expected - g).norm(dim=-1) / g.norm(dim=-1)
    fits = bool(open_.any()) and bool((error[open_] < 1e-2).all()) and bool((lowest < 0).all())
    return scale[open_] if fits else None


def _alike(scales: Tensor | None) -> bool:
    return scales is not None and float(scales.max()) <= 1.01 * float(scales.min())


def _regression(look: OutputLook, z: Tensor, g: Tensor) -> None:
    """Squared errors: whether they are, and of which targets."""
    n = z.numel()
    look.loss_if_squares = n * float(g.pow(2).sum()) / 4
    look.target_if_squares = float((z - n * g / 2).pow(2).mean().sqrt())
    if n == z.shape[0] and n >= 4:
        # Outputs (n, 1) against targets (n,): every output against every target, which is one target, their mean.
        z, g = z.reshape(-1).double(), g.reshape(-1).double()
        dz, dg = z - z.mean(), g - g.mean()
        slope = float((dz * dg).sum() / dz.pow(2).sum().clamp_min(1e-30))
        left = float((dg - slope * dz).norm() / dg.norm().clamp_min(1e-30))
        if left < 1e-4 and slope > 0:
            look.one_target, look.target = 1.0, float(z.mean() - g.mean() / slope)
        else:
            _one_target_of_all(look, z, g)
        # Sigmoids: what the gradient says the targets were is 0 or 1 with the right sign, or with the wrong one.
        right, wrong = (_are_labels(torch.sigmoid(z) + sign * n * g) for sign in (-1, 1))
        look.turned = float(wrong and not right)


def _are_labels(targets: Tensor) -> bool:
    return bool((targets.abs().minimum((targets - 1).abs()) < 1e-3).all())


def _one_target_of_all(look: OutputLook, z: Tensor, g: Tensor) -> None:
    """The same of absolute or Huber's errors: then the gradient only rises with the output, from below 0 to above.

    Where it stays on one side of 0 nobody can say: a GAN's loss, whose targets are all 1, does that too.
    """
    order = z.argsort()
    z, g = z[order], g[order]
    rises = bool((g.diff() >= -1e-6 * g.abs().max()).all()) and len(torch.unique(g.abs())) > 2
    if len(z) < FEWEST or not rises:
        look.one_target = 0.0
    elif g[0] < 0 < g[-1]:
        look.one_target = 1.0
        after = int((g > 0).nonzero()[0])
        look.target = float(z[after - 1 : after + 1].mean())


def guessing(counts: Mapping[int, int]) -> float:
    """The cross-entropy of guessing by the shares of the classes."""
    total = sum(counts.values())
    return -sum(count / total * math.log(count / total) for count in counts.values()) if total else math.nan
