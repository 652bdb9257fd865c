"""K chains whose training pass is machine code: one network after the other, each in the nearest caches.

Of a small network even a batched operation of PyTorch's is mostly a wait for memory. It is for chains of dense layers
in float32, on the processor, with activations that need no function of C's, and cross-entropy.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ravine.activations import activations
from ravine.backends.llvm_chain import Between, Shape, compile_pass
from ravine.lab.engine.chain import Chain
from ravine.lab.engine.dead_units import Shares
from ravine.lab.engine.evaluation import Seen
from ravine.lab.engine.losses import LOSSES
from ravine.lab.engine.network import Named
from ravine.lab.problems.parts.split import Drawn, Split

LARGEST = 1 << 16  # parameters of a network: with its gradient half of a nearest cache but one
DEEPEST = 6  # layers: LLVM takes a second or two for so many, and half a minute for thirty
ACTIVATIONS = {nn.ReLU: "relu", nn.LeakyReLU: "leaky_relu"}


class Compiled:
    """What `Network` is, for such chains alone."""

    def __init__(self, chain: Chain, shape: Shape, train: Split):
        self.chain, self.shape = chain, shape
        self.inputs, self.targets = train.inputs.flatten(1).contiguous(), train.targets.contiguous()
        self.pass_ = compile_pass(shape)
        self.workspace = torch.zeros(self.pass_.workspace, dtype=torch.float32, device="cpu")

    @classmethod
    def of(cls, chain: Chain, train: Split, batch: int) -> "Compiled | None":
        """The chain as machine code for batches of that size, if there is any."""
        shape = _shape(chain.modules, batch)
        inputs, targets = train.inputs, train.targets
        if (
            shape is None
            or shape.parameters > LARGEST
            or len(shape.biases) > DEEPEST
            or inputs.dtype != torch.float32
            or not inputs.is_cpu
        ):
            return None
        if chain.loss is not LOSSES[nn.functional.cross_entropy] or int(targets.max()) >= shape.sizes[-1]:
            return None  # PyTorch says what is wrong with such a class
        return cls(chain, shape, train)

    def gradients(
        self, theta: Tensor, others: Named, masks: Sequence[Tensor], train: Split, which: Tensor, out: Tensor
    ) -> tuple[Tensor, Named]:
        """As `Network.gradients`; `train` is what it was made for."""
        which = which.contiguous()
        loss = theta.new_empty(len(theta))
        given = (theta, out, loss, self.inputs, self.targets, which, self.workspace)
        assert all(tensor.is_contiguous() for tensor in given)
        assert which.shape == (len(theta), self.shape.batch)
        self.pass_.run(*(tensor.data_ptr() for tensor in given), len(theta))
        return loss, others

    def evaluate(self, theta: Tensor, others: Named, split: Split | Drawn) -> Seen:
        """As `Network.evaluate`."""
        return self.chain.evaluate(theta, others, split)

    def dead_units(self, theta: Tensor, others: Named, split: Split | Drawn) -> Shares:
        """As `Network.dead_units`."""
        return self.chain.dead_units(theta, others, split)


def _shape(modules: Sequence[nn.Module], batch: int) -> Shape | None:
    """None unless they are dense layers with at most one activation between two of them."""
    dense: list[nn.Linear] = []
    between: list[Between | None] = []
    for module in modules:
        if isinstance(module, nn.Linear):
            if len(dense) > len(between):
                between.append(None)
            dense.append(module)
        elif type(module) in ACTIVATIONS and len(dense) == len(between) + 1:
            between.append(_between(module))
        else:
            return None
    if len(between) != len(dense) - 1:
        return None
    sizes = (dense[0].weight.shape[1], *[len(layer.weight) for layer in dense])
    return Shape(sizes, tuple(layer.bias is not None for layer in dense), tuple(between), batch)


def _between(module: nn.Module) -> Between:
    known = activations[ACTIVATIONS[type(module)]]
    settings = {name: float(getattr(module, name)) for name in known.parameters}
    return Between(known.equation, known.slope_equation, tuple(settings.items()))
