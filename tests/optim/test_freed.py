"""What is compiled for a rule goes with the rule."""

import gc
import subprocess
import sys
import weakref
from typing import Any

import pytest
import torch

import ravine
from ravine.backends import llvm, llvm_machine
from ravine.optim import from_rule, processor

PROGRAM = """
import gc, torch, ravine
from pathlib import Path
from ravine.optim import from_rule
resident = lambda: int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20
for number in range(90):
    if number % 15 == 0:
        gc.collect()  # as it runs now and then by itself: a class stands in circles
    if number == 30:
        before = resident()
    weight = torch.ones(3, requires_grad=True)
    weight.grad = torch.ones(3)
    from_rule(ravine.rules["adam"].variant(f"rule{number}"))([weight], weight_decay=0.1).step()
gc.collect()
print(resident() - before)
"""


def test_a_rule_that_nobody_holds_is_freed_with_its_class_and_its_machine_code(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[object]] = []

    def compiled(*asked: Any) -> llvm.Kernel:
        kernel = llvm.compile_kernel(*asked)
        made.append(weakref.ref(kernel))
        return kernel

    monkeypatch.setattr(processor, "compile_kernel", compiled)
    held = []
    for number in range(3):
        rule = ravine.rules["adam"].variant(f"rule{number}")
        weight = torch.ones(3, requires_grad=True)
        weight.grad = torch.ones(3)
        optimizer = from_rule(rule)([weight], weight_decay=0.1)
        optimizer.step()
        assert from_rule(rule) is type(optimizer)  # made once
        made += [weakref.ref(thing) for thing in (rule, type(optimizer), optimizer)]
        held.append(optimizer)
    assert len(made) == 12
    assert all(reference() for reference in made)
    del rule, weight, optimizer, held
    gc.collect()
    assert [reference() for reference in made] == [None] * 12
    assert not llvm_machine._UNUSED


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read as Linux tells it")
def test_memory_stays_flat() -> None:
    """Each of sixty rules would keep 0.3 MiB."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=300, check=True)
    assert float(done.stdout) < 4
