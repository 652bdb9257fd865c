"""Parameter groups as people make them: no decay on biases, norms and embeddings; rates that fall towards the input."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

import torch
from torch import nn

from ravine.errors import unknown
from ravine.optim.options import Group

_EMBEDDINGS = (nn.Embedding, nn.EmbeddingBag)
_TABLES = ("embed", "token", "pos_")  # in the names of parameters that are tables of vectors, of no module of their own


class Groups(list[Group]):
    """Parameter groups for any optimizer; printed, they are a table of what went where.

    left_out: the names of the parameters that need no gradient.
    """

    def __init__(self, groups: Iterable[Group], left_out: Sequence[str]):
        super().__init__(groups)
        self.left_out = tuple(left_out)
        self._table = _table(self, self.left_out)  # now: an optimizer adds its own options to the groups

    def __str__(self) -> str:
        return self._table

    __repr__ = __str__


@dataclass(frozen=True)
class _Placed:
    """A parameter with its module; `layer` counts from the input."""

    name: str
    parameter: nn.Parameter
    module: nn.Module
    layer: int


def groups(
    model: nn.Module,
    *,
    lr: float | None = None,
    weight_decay: float = 0.0,
    no_decay: Literal["auto"] | Iterable[str] | None = "auto",
    layer_decay: float | None = None,
    by_name: Mapping[str, Mapping[str, Any]] | None = None,
) -> Groups:
    """The parameters of `model` that need a gradient, each in one group, with names, so that resuming goes by name.

    lr: the learning rate; needed with `layer_decay`, else the optimizer's.
    weight_decay: of the parameters that decay.
    no_decay: which do not. "auto": what has one axis or none (biases, the scales of norms), and all of norms and
        embeddings, tables of positions and tokens included; names, or patterns such as "*.bias"; None: all decay.
    layer_decay: the factor of the rate from each layer to the one before it, 0.65 say; the last has `lr`. A layer is a
        child of an `nn.Sequential` or `nn.ModuleList`, or all that stands between, before or after those.
    by_name: pattern → options of the parameters whose names it fits; of several patterns the later prevails.

    Raises ValueError, before anything is made, for patterns that fit no parameter, options out of range, and a model
    without parameters to train.
    """
    placed = _placed(model)
    names = [one.name for one in placed if one.parameter.requires_grad]
    if not names:
        raise ValueError("the model has no parameters that need a gradient")
    patterns = dict(by_name or {})
    listed = [] if no_decay in ("auto", None) else [no_decay] if isinstance(no_decay, str) else list(no_decay or ())
    for pattern in (*patterns, *listed):
        if not any(fnmatchcase(name, pattern) for name in names):
            raise ValueError(f"no parameter in any group: {unknown('parameter', pattern, names)}")
    _check(lr, weight_decay, layer_decay)
    last = max(one.layer for one in placed)
    made: dict[tuple[object, ...], Group] = {}
    for one in placed:
        if not one.parameter.requires_grad:
            continue
        free = _free(one) if no_decay == "auto" else any(fnmatchcase(one.name, pattern) for pattern in listed)
        options: Group = {"weight_decay": 0.0 if free else weight_decay}
        if lr is not None:
            options["lr"] = lr * (layer_decay or 1.0) ** (last - one.layer)
        fitting = tuple(pattern for pattern in patterns if fnmatchcase(one.name, pattern))
        kind = (*options.values(), fitting)
        for pattern in fitting:
            options |= patterns[pattern]
        made.setdefault(kind, {"params": [], **options})["params"].append((one.name, one.parameter))
    return Groups(made.values(), [one.name for one in placed if not one.parameter.requires_grad])


def _check(lr: float | None, weight_decay: float, layer_decay: float | None) -> None:
    if layer_decay is not None and lr is None:
        raise ValueError("layer_decay is a factor of the learning rate: say which, as in lr=1e-3")
    if layer_decay is not None and not 0 < layer_decay <= 1:
        raise ValueError(f"layer_decay must be above 0 and at most 1, not {layer_decay}")
    if (lr is not None and not lr >= 0) or not weight_decay >= 0:
        raise ValueError(f"lr and weight_decay must be 0 or more, not {lr} and {weight_decay}")


def _placed(model: nn.Module) -> list[_Placed]:
    """Every parameter once, under its first name, in the order of the model."""
    modules = dict(model.named_modules())
    layers = _layers(model)
    found: list[_Placed] = []
    for name, parameter in model.named_parameters():
        owner = name.rpartition(".")[0]
        found.append(_Placed(name, parameter, modules[owner], layers[name]))
    return found


def _layers(model: nn.Module) -> dict[str, int]:
    """The layer of each parameter by name, from 0 at the input, in the order in which modules were registered."""
    layers: dict[str, int] = {}
    layer, between = 0, False  # between: whether the layer has begun with what stands in no numbered container

    def walk(module: nn.Module, prefix: str) -> None:
        nonlocal layer, between
        for name, _ in module.named_parameters(prefix, recurse=False):
            layers[name], between = layer, True
        for child_name, child in module.named_children():
            path = f"{prefix}.{child_name}" if prefix else child_name
            if isinstance(module, nn.Sequential | nn.ModuleList):
                if between:
                    layer, between = layer + 1, False
                found = dict.fromkeys((name for name, _ in child.named_parameters(path)), layer)
                layers.update(found)
                layer += bool(found)
            else:
                walk(child, path)

    walk(model, "")
    return layers


def _free(one: _Placed) -> bool:
    """Whether the parameter is a bias, of a norm, or of an embedding, which are left without decay."""
    norm = "norm" in type(one.module).__name__.lower()
    table = one.name.rpartition(".")[2]
    of_no_module = any(word in table for word in _TABLES)
    return one.parameter.dim() <= 1 or norm or isinstance(one.module, _EMBEDDINGS) or of_no_module


def _table(groups: Sequence[Group], left_out: Sequence[str]) -> str:
    keys = list(dict.fromkeys(key for group in groups for key in group if key != "params"))
    rows = [["tensors", "numbers", *keys, "parameters"]]
    for group in groups:
        parameters = [parameter for _, parameter in group["params"]]
        counts = [f"{len(parameters)}", f"{sum(parameter.numel() for parameter in parameters):,}"]
        rows.append([*counts, *(_shown(group.get(key, "")) for key in keys), _few(name for name, _ in group["params"])])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    lines = ["  ".join([*map(str.rjust, row, widths), row[-1]]) for row in rows]
    return "\n".join([*lines, *([f"left out, without a gradient: {_few(left_out)}"] if left_out else [])])


def _shown(value: object) -> str:
    if isinstance(value, torch.Tensor):
        return f"tensor of {value.numel()}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _few(names: Iterable[str]) -> str:
    known = list(names)
    return ", ".join(known[:3]) + (f" and {len(known) - 3} more" if len(known) > 3 else "")
