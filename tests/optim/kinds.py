"""Tensors of every kind that PyTorch has, stepped by its optimizers and by ours; a line of JSON for each.

A program of its own: where a kernel took such a tensor for plain memory, the process would not survive.
"""

import json
import sys
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.masked import masked_tensor
from torch.testing._internal.logging_tensor import LoggingTensor
from torch.testing._internal.two_tensor import TwoTensor
from torch.utils._pytree import tree_map

import ravine.optim

Build = Callable[[Any], torch.optim.Optimizer]
VALUES = torch.arange(12.0).reshape(4, 3)
MASK = torch.arange(12).reshape(4, 3) % 2 == 0
NAMES = ("SGD", "Adam", "RMSprop")


class Quantized(torch.Tensor):
    """Whole numbers of 8 bits with a scale for each row, which is requantized after every operation in place."""

    @staticmethod
    def __new__(cls, whole: torch.Tensor, scale: torch.Tensor) -> "Quantized":
        made: Quantized = torch.Tensor._make_wrapper_subclass(cls, whole.shape, dtype=scale.dtype)  # type: ignore
        return made

    def __init__(self, whole: torch.Tensor, scale: torch.Tensor):
        self.whole, self.scale = whole, scale

    @classmethod
    def of(cls, values: torch.Tensor) -> "Quantized":
        scale = values.abs().amax(1) / 127
        return cls((values / scale[:, None]).round().to(torch.int8), scale)

    def numbers(self) -> torch.Tensor:
        return self.whole.to(self.scale.dtype) * self.scale[:, None]

    @classmethod
    def __torch_dispatch__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function in (torch.ops.aten.detach.default, torch.ops.aten.alias.default):
            return cls(args[0].whole, args[0].scale)
        plain = tree_map(lambda x: x.numbers() if isinstance(x, cls) else x, (args, kwargs or {}))
        found = function(*plain[0], **plain[1])
        if function._schema.name.endswith("_") and isinstance(args[0], cls):
            again = cls.of(found)
            args[0].whole.copy_(again.whole)
            args[0].scale.copy_(again.scale)
            return args[0]
        return found


class Float8(Quantized):
    """The same in a floating-point format of 8 bits."""

    @classmethod
    def of(cls, values: torch.Tensor) -> "Float8":
        scale = values.abs().amax(1) / 448
        return cls((values / scale[:, None]).to(torch.float8_e4m3fn), scale)


def stepped(build: Build, parameter: torch.Tensor, gradient: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
    """The parameter after three steps."""
    optimizer = build([parameter])
    for step in range(3):
        parameter.grad = gradient(torch.full((4, 3), 0.1 * (step + 1)))
        optimizer.step()
    return parameter.detach()


def fake(build: Build) -> Any:
    with FakeTensorMode():
        parameter = torch.nn.Parameter(torch.randn(4, 3))
        optimizer = build([parameter])
        for _ in range(3):
            parameter.grad = torch.randn(4, 3)
            optimizer.step()
        return sorted((name, list(kept.shape)) for name, kept in optimizer.state[parameter].items())


def logging(build: Build) -> Any:
    return stepped(build, LoggingTensor(VALUES.clone()).requires_grad_(), LoggingTensor).elem


def two(build: Build) -> Any:
    parameter = torch.nn.Parameter(TwoTensor(VALUES.clone(), torch.ones(4, 3)))
    after = stepped(build, parameter, lambda gradient: TwoTensor(gradient, -gradient))
    return torch.stack([after.a, after.b])  # type: ignore[attr-defined]


def quantized(build: Build) -> Any:
    return stepped(build, torch.nn.Parameter(Quantized.of(VALUES + 1)), lambda gradient: gradient).numbers()  # type: ignore


def float8(build: Build) -> Any:
    return stepped(build, torch.nn.Parameter(Float8.of(VALUES + 1)), lambda gradient: gradient).numbers()  # type: ignore


def subclass(build: Build) -> Any:
    class Named(torch.Tensor):
        pass

    parameter = VALUES.clone().as_subclass(Named).requires_grad_()
    return stepped(build, parameter, lambda gradient: gradient.as_subclass(Named)).as_subclass(torch.Tensor)


def masked_gradient(build: Build) -> Any:
    return stepped(build, torch.nn.Parameter(VALUES.clone()), lambda gradient: masked_tensor(gradient, MASK))


def masked(build: Build) -> Any:
    parameter = masked_tensor(VALUES.clone(), MASK, requires_grad=True)
    return stepped(build, parameter, lambda gradient: masked_tensor(gradient, MASK))


def zero(build: Build) -> Any:
    gradients = iter([torch.ones(4, 3), torch._efficientzerotensor(4, 3), torch.ones(4, 3)])
    return stepped(build, torch.nn.Parameter(VALUES.clone()), lambda _: next(gradients))


def inference(build: Build) -> Any:
    with torch.inference_mode():
        return stepped(build, VALUES.clone(), lambda gradient: gradient).clone()


def inside_a_transform(build: Build) -> Any:
    def loss(x: torch.Tensor) -> torch.Tensor:
        return (x * stepped(build, torch.nn.Parameter(VALUES.clone()), lambda gradient: gradient)).sum()

    return torch.func.grad(loss)(torch.ones(4, 3))


def gradient_of_a_transform(build: Build) -> Any:
    parameter = torch.nn.Parameter(VALUES.clone())
    return torch.func.grad(lambda x: stepped(build, parameter, lambda gradient: gradient * x).sum())(torch.ones(4, 3))


def no_memory(build: Build) -> Any:
    return list(stepped(build, torch.nn.Parameter(VALUES.to("meta")), lambda gradient: gradient.to("meta")).shape)


def empty_step(build: Build) -> Any:
    parameter = torch.nn.Parameter(VALUES.clone())
    optimizer = build([parameter])
    parameter.grad = torch.ones(4, 3)
    optimizer.step()
    saved = optimizer.state_dict()
    for state in saved["state"].values():
        state["step"] = torch.zeros(0)
    optimizer.load_state_dict(saved)
    optimizer.step()
    return parameter.detach()


def nested(build: Build) -> Any:
    def of(scale: float) -> torch.Tensor:
        return torch.nested.nested_tensor([torch.full((2,), scale), torch.full((3,), scale)])

    return stepped(build, torch.nn.Parameter(of(1.0)), lambda _: of(0.1))


def jagged(build: Build) -> Any:
    ragged = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], layout=torch.jagged)
    parameter = torch.nn.Parameter(ragged)
    return stepped(build, parameter, lambda _: torch.ones_like(parameter)).values()


def mkldnn(build: Build) -> Any:
    return stepped(build, VALUES.to_mkldnn().requires_grad_(), lambda gradient: gradient.to_mkldnn())  # type: ignore


def compressed(build: Build) -> Any:
    return stepped(build, VALUES.to_sparse_csr().requires_grad_(), lambda gradient: gradient.to_sparse_csr())


def whole(build: Build) -> Any:
    return stepped(build, VALUES.long(), lambda gradient: gradient.long())


KINDS = {
    function.__name__: function
    for function in (
        fake, logging, two, quantized, float8, subclass, masked_gradient, masked, zero, inference, inside_a_transform,
        gradient_of_a_transform, no_memory, empty_step, nested, jagged, mkldnn, compressed, whole,
    )
}  # fmt: skip


def outcome(run: Callable[[Build], Any], build: Build) -> Any:
    try:
        found = run(build)
    except Exception as error:
        return {"raises": f"{type(error).__name__}: {error}"[:300]}
    return found.to_dense().tolist() if isinstance(found, torch.Tensor) else found


def main() -> None:
    warnings.simplefilter("ignore")
    for kind, run in KINDS.items():
        for name in NAMES:
            print(f"{kind} {name}", file=sys.stderr, flush=True)  # where it ended, if it ended there
            options = {"lr": 0.1, **({"momentum": 0.9} if name == "SGD" else {})}
            found = [
                outcome(run, partial(getattr(library, name), **options)) for library in (torch.optim, ravine.optim)
            ]
            print(json.dumps([kind, name, *found]), flush=True)


if __name__ == "__main__":
    main()
