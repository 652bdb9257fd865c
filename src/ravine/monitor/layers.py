"""Which parts of a network are looked at, and under which names."""

from collections.abc import Iterator, Mapping
from typing import Any

from torch import nn

NORMS = (nn.modules.batchnorm._BatchNorm, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)
BATCH_NORMS = nn.modules.batchnorm._BatchNorm
WEIGHTED = (nn.Linear, nn.modules.conv._ConvNd)
BOUNDED: dict[type[nn.Module], tuple[float, float]] = {
    nn.Tanh: (-1.0, 1.0),
    nn.Sigmoid: (0.0, 1.0),
    nn.Hardtanh: (-1.0, 1.0),
    nn.Hardsigmoid: (0.0, 1.0),
    nn.Softsign: (-1.0, 1.0),
    nn.RNN: (-1.0, 1.0),
}
DROPOUTS = nn.modules.dropout._DropoutNd


def unwrapped(model: nn.Module) -> nn.Module:
    """The network inside of DataParallel, DistributedDataParallel and torch.compile."""
    while True:
        inner = getattr(model, "_orig_mod", None)
        if inner is None and isinstance(model, nn.DataParallel | nn.parallel.DistributedDataParallel):
            inner = model.module
        if not isinstance(inner, nn.Module):
            return model
        model = inner


def is_compiled(model: nn.Module) -> bool:
    """Whether some part is compiled: hooks inside of it would be compiled too, or break it in two."""
    return any(
        hasattr(part, "_orig_mod") or getattr(part, "_compiled_call_impl", None) is not None for part in model.modules()
    )


def looked_at(model: nn.Module) -> dict[str, nn.Module]:
    """The layers by name, in the order in which the model lists them, each once."""
    kinds: tuple[type[nn.Module], ...] = (*WEIGHTED, BATCH_NORMS, *BOUNDED)
    return {name or type(part).__name__: part for name, part in model.named_modules() if isinstance(part, kinds)}


def depends_on_mode(model: nn.Module) -> bool:
    """Whether training and evaluation differ."""
    return any(
        (isinstance(part, DROPOUTS) and part.p > 0)
        or (isinstance(part, BATCH_NORMS) and part.track_running_stats)
        or (isinstance(part, nn.RNNBase | nn.MultiheadAttention) and part.dropout > 0)
        for part in model.modules()
    )


def is_only_linear(model: nn.Module) -> bool:
    """Whether every part that has no parts of its own is a linear map, or drops; the rest is up to `forward`."""
    ends = [part for part in model.modules() if not any(True for _ in part.children())]
    return all(isinstance(part, (nn.Linear, nn.Flatten, nn.Unflatten, nn.Identity, DROPOUTS)) for part in ends)


def unlisted(model: nn.Module) -> Iterator[nn.Parameter]:
    """Parameters in plain lists, tuples and dicts of a module: the module does not know them."""
    known = {id(parameter) for parameter in model.parameters()}
    for part in model.modules():
        for name, value in vars(part).items():
            if not name.startswith("_"):
                yield from (parameter for parameter in _within(value) if id(parameter) not in known)


def _within(value: Any, depth: int = 3) -> Iterator[nn.Parameter]:
    if isinstance(value, nn.Parameter):
        yield value
    elif depth and isinstance(value, list | tuple):
        for item in value:
            yield from item.parameters() if isinstance(item, nn.Module) else _within(item, depth - 1)
    elif depth and type(value) is dict:
        yield from _within(list(value.values()), depth)


def owners_of(network: nn.Module, parts: Mapping[str, nn.Module]) -> tuple[dict[int, str], set[int]]:
    """The layer's name of each parameter by id, and which of them are weights whose rows are units."""
    owners = {id(p): name for name, p in network.named_parameters()}
    shaped = set()
    for name, part in parts.items():
        for p in part.parameters(recurse=False):
            owners[id(p)] = name
        if isinstance(part, WEIGHTED) and not getattr(part, "transposed", False):
            shaped.add(id(part.weight))
        elif isinstance(part, BATCH_NORMS) and part.weight is not None:
            shaped |= {id(part.weight), id(part.bias)}
    return owners, shaped


def described(name: str, part: nn.Module) -> str:
    """What a person calls it: `layer 2 (Linear 64→10)`."""
    kind = type(part).__name__
    if isinstance(part, nn.Linear):
        kind += f" {part.in_features}→{part.out_features}"
    elif isinstance(part, nn.modules.conv._ConvNd):
        kind += f" {part.in_channels}→{part.out_channels}"
    return f"layer {name} ({kind})"
