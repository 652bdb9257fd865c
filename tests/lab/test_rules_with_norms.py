"""Rules with norms of their tensors train network by network: in a stack, a network's parameters are one row."""

import pytest

from ravine.lab.engine.stack import _rule
from ravine.lab.study.torch_optimizer import stacks
from ravine.rules import rules


def test_they_do_not_stack():
    assert not any(stacks(rules[name]) for name in ("lamb", "lars", "lars_optax", "stableadamw"))
    assert stacks(rules["adam"])
    with pytest.raises(AssertionError, match="rules with norms, and those that look ahead, are trained alone"):
        _rule(rules["lamb"])
