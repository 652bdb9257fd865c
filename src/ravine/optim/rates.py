"""A learning rate with one value for each model of a stack, in a form that PyTorch's schedulers can set."""

from typing import Any, ClassVar, NoReturn

import torch

from ravine.optim.options import Group


class Rates(torch.Tensor):
    """The rates of stacked models. Schedulers compute with them as with any tensor, and set them through `fill_`.

    `torch.Tensor.fill_` takes one value alone, and a scheduler of a stack gives one for each. The memory is that of the
    tensor it was made of; results of arithmetic, pickles and checkpoints are plain tensors.
    """

    __torch_function__: ClassVar[Any] = torch._C._disabled_torch_function_impl

    def fill_(self, value: Any) -> "Rates":
        """Sets all rates to one value, or each to its own."""
        torch.Tensor.copy_(self, torch.as_tensor(value, dtype=self.dtype).reshape(_shape(value, self)))
        return self

    def __float__(self) -> NoReturn:
        raise ValueError(
            "the models of a stack have each a rate of its own, and this asks for one: ReduceLROnPlateau judges a "
            "single metric; change param_groups[…]['lr'] where a model stops improving"
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> "Rates":
        return self.detach().clone().as_subclass(Rates)

    def __reduce_ex__(self, protocol: Any) -> Any:
        plain: Any = self.as_subclass(torch.Tensor)
        return plain.__reduce_ex__(protocol)


def let_schedulers_set(group: Group) -> None:
    """Makes the group's rates settable, if it has one for each model of a stack."""
    rate = group.get("lr")  # a rule may have none
    if type(rate) is torch.Tensor and rate.numel() > 1 and not rate.requires_grad:
        group["lr"] = rate.as_subclass(Rates)


def _shape(value: Any, like: torch.Tensor) -> tuple[int, ...]:
    return tuple(like.shape) if isinstance(value, torch.Tensor) and value.numel() > 1 else ()
