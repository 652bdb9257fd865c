"""What a network is given may be a tensor, or tensors in dicts, tuples and lists, however deep: a tree of tensors."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

Tree = Any  # a tensor, or a mapping, tuple or list of trees


def leaves(tree: Tree) -> Iterator[Tensor]:
    """The tensors, in order."""
    if isinstance(tree, Tensor):
        yield tree
    elif isinstance(tree, Mapping):
        for part in tree.values():
            yield from leaves(part)
    elif isinstance(tree, tuple | list):
        for part in tree:
            yield from leaves(part)


def mapped(function: Callable[[Tensor], Any], tree: Tree) -> Tree:
    """The tree with each tensor replaced; what is no tensor stays. Every mapping becomes a dict."""
    if isinstance(tree, Tensor):
        return function(tree)
    if isinstance(tree, Mapping):
        return {name: mapped(function, part) for name, part in tree.items()}
    if isinstance(tree, tuple | list):
        parts = [mapped(function, part) for part in tree]
        if isinstance(tree, list):
            return parts
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    return tree


def joined(trees: list[Tree]) -> Tree:
    """Trees of one form as one, the rows of each below those of the one before. RuntimeError where they differ."""
    first = trees[0]
    if isinstance(first, Tensor):
        return torch.cat(trees)
    if isinstance(first, Mapping):
        return {name: joined([tree[name] for tree in trees]) for name in first}
    if isinstance(first, tuple | list):
        parts = [joined([tree[place] for tree in trees]) for place in range(len(first))]
        return parts if isinstance(first, list) else tuple(parts)
    return first


def shapes(tree: Tree, kinds: bool = True) -> str:
    """The shapes, for a message: (32, 4) of float32; or {ids: (32, 5) of int64, mask: …}. kinds: with the dtypes."""
    if isinstance(tree, Tensor):
        return f"{tuple(tree.shape)} of {dtype(tree)}" if kinds else str(tuple(tree.shape))
    if isinstance(tree, Mapping):
        return "{" + ", ".join(f"{name}: {shapes(part, kinds)}" for name, part in tree.items()) + "}"
    if isinstance(tree, tuple | list):
        return "(" + ", ".join(shapes(part, kinds) for part in tree) + ")"
    return type(tree).__name__


def dtype(tensor: Tensor) -> str:
    """Its dtype as one says it: float32."""
    return str(tensor.dtype).removeprefix("torch.")
