"""What gradients are multiplied by while a step reads them: a loss scaler's factor is undone, their norm clipped."""

from collections.abc import Callable, Sequence

import torch

from ravine.optim.options import Group

Factors = dict[str, torch.Tensor]


def unscaling(grad_scale: torch.Tensor) -> torch.Tensor:
    """The reciprocal of a loss scaler's factor, as `torch.amp.GradScaler.unscale_` takes it."""
    return grad_scale.double().reciprocal().float()


def total_norm(groups: Sequence[Group], slots: int) -> torch.Tensor:
    """The 2-norm of all gradients of the groups; with `slots` above 1, that of each model along the leading axis."""
    gradients = [parameter.grad for group in groups for parameter in group["params"] if parameter.grad is not None]
    values = [gradient if gradient.layout is torch.strided else _values(gradient) for gradient in gradients]
    if slots > 1 and values:
        norms = [torch.linalg.vector_norm(value.reshape(slots, -1), dim=1) for value in values]
        together: torch.Tensor = torch.linalg.vector_norm(torch.stack(norms), dim=0)
        return together
    norm = torch.nn.utils.get_total_norm(values)
    whole: Callable[[], torch.Tensor] | None = getattr(norm, "full_tensor", None)  # of distributed tensors
    return norm if whole is None else whole()


def clipping(norm: torch.Tensor, greatest: float | torch.Tensor) -> torch.Tensor:
    """What gradients of that norm are multiplied by, in the words of `torch.nn.utils.clip_grads_with_norm_`."""
    return (greatest / (norm + 1e-6)).clamp(max=1.0)


def _values(sparse: torch.Tensor) -> torch.Tensor:
    return sparse.coalesce().values()
