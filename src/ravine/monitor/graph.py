"""Which parameters a tensor was computed from: the leaves of autograd's graph."""

from collections.abc import Iterator
from typing import Any

from torch import Tensor, nn

MOST = 20_000  # nodes of the graph that are walked; recurrent networks have more, which repeat the same leaves


def leaves(tensor: Tensor) -> Iterator[nn.Parameter]:
    """The parameters, each once."""
    seen: set[Any] = set()
    ahead: list[Any] = [tensor.grad_fn]
    while ahead and len(seen) < MOST:
        node = ahead.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if isinstance(variable := getattr(node, "variable", None), nn.Parameter):
            yield variable
        ahead.extend(following for following, _ in node.next_functions)
