"""The checksum of a problem: the same on every machine, another when its data, network or loss changes."""

import ast
import hashlib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from types import FunctionType
from typing import Any

import torch
from torch import Tensor, nn

from ravine.lab.problems.fingerprint.dissection import dissect

NUMBERS = (bool, int, float, str, type(None))


def fingerprint(
    facts: Sequence[str],
    model: Callable[[], nn.Module],
    loss: Callable[[Tensor, Tensor], Tensor] | None,
    contents: Iterable[bytes],
) -> str:
    """64 hexadecimal digits of facts, of all examples, and of the code and shapes that network and loss are made of.

    A user's own code is followed into all that it calls and reads; see `dissection`, also for what cannot be seen. That
    of Ravine and PyTorch, whose versions stand beside this in a run's key, is read without its comments.
    """
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(0)
        module = model()
    own = {type(part) for part in module.modules() if not type(part).__module__.startswith("torch.")}
    parts = [
        *facts,
        re.sub(r" at 0x[0-9a-f]+", "", repr(module)),
        repr([(name, tuple(parameter.shape), str(parameter.dtype)) for name, parameter in module.named_parameters()]),
        _code(model),
        _code(loss),
        *sorted(_code(kind) for kind in own),
    ]
    digest = hashlib.sha256("\0".join(parts).encode())
    for content in contents:
        digest.update(content)
    return digest.hexdigest()


def _code(of: Any) -> str:
    """What a function, class or object does; a partial's numbers are part of it."""
    if isinstance(of, partial) and all(isinstance(value, NUMBERS) for value in (*of.args, *of.keywords.values())):
        return f"{_code(of.func)} {of.args} {sorted(of.keywords.items())}"
    if not _of_a_version(of):
        return dissect(of)
    return ast.dump(ast.parse(textwrap.dedent(inspect.getsource(of))))


def _of_a_version(of: Any) -> bool:
    """Whether this is a plain function or class of Ravine or PyTorch, not one that holds something of a user's."""
    if not isinstance(of, type) and not (isinstance(of, FunctionType) and of.__closure__ is None):
        return False
    return (of.__module__ or "").partition(".")[0] in ("ravine", "torch")  # None at a prompt
