"""The checksum of a problem: the same on every machine, another when its data, network or loss changes."""

import ast
import hashlib
import inspect
import textwrap
from functools import partial
from typing import Any

import torch
from torch import nn

from ravine.lab.problems import Problem


def fingerprint(problem: Problem) -> str:
    """64 hexadecimal digits of the examples, and of the code and the shapes that the network and the loss are made of.

    Code is read without its comments and layout; of what it calls, only the classes of the network's own modules are.
    """
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(0)
        module = problem.model()
    own = {type(part) for part in module.modules() if not type(part).__module__.startswith("torch.")}
    parts = [
        problem.name,
        problem.network,
        problem.preprocessing,
        problem.metric,
        repr(sorted(problem.settings.items())),
        repr(module),
        repr([(name, tuple(parameter.shape), str(parameter.dtype)) for name, parameter in module.named_parameters()]),
        _code(problem.model),
        _code(problem.loss),
        *sorted(_code(kind) for kind in own),
    ]
    digest = hashlib.sha256("\0".join(parts).encode())
    data = problem.data()
    for split in (data.train, data.validation, data.test):
        for tensor in (split.inputs, split.targets):
            digest.update(f"{tensor.dtype} {tuple(tensor.shape)}".encode())
            digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _code(of: Any) -> str:
    """What a function or class does, as far as its source tells; settings of a partial function or module included."""
    if isinstance(of, partial):
        return f"{_code(of.func)} {of.args} {sorted(of.keywords.items())}"
    if isinstance(of, nn.Module):
        return repr(of)
    try:
        source = textwrap.dedent(inspect.getsource(of))
    except (OSError, TypeError):  # typed at a prompt, or not written in Python
        return str(getattr(of, "__qualname__", type(of).__qualname__))
    try:
        return ast.dump(ast.parse(source))
    except SyntaxError:  # a lambda's source is the lines around it
        return source
