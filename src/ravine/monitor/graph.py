"""What autograd's graph tells: which parameters a tensor was computed from, and whether shapes cross in a loss."""

import re
from collections.abc import Iterator
from typing import Any

from torch import Tensor, nn

LOSSES = re.compile(r"^(Sub|Rsub|\w*Loss)Backward")
RESHAPES = re.compile(r"^(\w*View|Reshape\w*|Transpose|Permute|Squeeze|Unsqueeze|T)Backward")
MOST = 20_000  # nodes of the graph that are walked; recurrent networks have more, which repeat the same leaves


def leaves(tensor: Tensor) -> Iterator[nn.Parameter]:
    """The parameters, each once."""
    for node in _nodes(tensor.grad_fn):
        if isinstance(variable := getattr(node, "variable", None), nn.Parameter):
            yield variable


def crosses(loss: Any, answer: Any, n: int) -> bool:
    """Whether a loss sets each of n outputs against each of n targets. loss, answer: nodes of the graph.

    Outputs (n, 1) less targets (n,) are (n, n), by hand or in a loss of PyTorch's, which expands them first. Where
    outputs are set against each other (a ranking), the difference is of two parts of the graph, and not of one.
    """
    return n > 1 and any(_meets_targets(node, answer, n) for node in _nodes(loss, answer))


def softmax_twice(loss: Any, answer: Any) -> bool:
    """Whether a loss takes the softmax of what is one already, between the answer and itself. Both: nodes."""
    return any(_of_a_softmax(node) for node in _nodes(loss, answer) if node.name().startswith("LogSoftmaxBackward"))


def _of_a_softmax(node: Any) -> bool:
    below = node.next_functions[0][0]
    while below is not None and len(below.next_functions) == 1 and RESHAPES.search(below.name()):
        below = below.next_functions[0][0]
    return below is not None and below.name().startswith("SoftmaxBackward")


def _meets_targets(node: Any, answer: Any, n: int) -> bool:
    known = [one for one, _ in node.next_functions if one is not None]
    if len(known) != 1 or len(node.next_functions) == 1 or not LOSSES.search(node.name()):
        return False
    below = known[0]
    wide = below if "Expand" in below.name() else node
    if [tuple(one.shape) for one in wide._input_metadata] != [(n, n)]:
        return False
    while below is not None and below != answer and len(below.next_functions) == 1:
        below = below.next_functions[0][0]
    return bool(below == answer)


def _nodes(start: Any, end: Any = None) -> Iterator[Any]:
    """The nodes of the graph from one on, each once; not `end`, and what lies behind it."""
    seen: set[Any] = set()
    ahead = [start]
    while ahead and len(seen) < MOST:
        node = ahead.pop()
        if node is None or node in seen or node == end:
            continue
        seen.add(node)
        yield node
        ahead.extend(following for following, _ in node.next_functions)
