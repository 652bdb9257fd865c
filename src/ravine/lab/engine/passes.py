"""Who computes the losses and gradients of a stack: the fastest that is certain to compute those of its networks."""

from ravine.lab.engine.chain import Chain
from ravine.lab.engine.compiled import Compiled
from ravine.lab.engine.network import Network
from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.problem import Data, Problem


def passes_of(problem: Problem, network: Network, data: Data, batch: int) -> Network | Chain | Compiled:
    """Machine code, PyTorch's batched operations, or `torch.func`, for batches of that size."""
    chain = Chain.of(problem, network, data)
    if chain is None:
        return network
    assert isinstance(data.train, Split), "the examples of a chain are held"
    return Compiled.of(chain, data.train, batch) or chain
