"""Tensors that are not what they look like: a step is PyTorch's, or refused in words; never a crash."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from kinds import KINDS, NAMES

REFUSED = {  # whatever PyTorch does with SGD alone, in words that say what to do
    "mkldnn": r"a parameter is of layout torch._mkldnn, which no step here takes: keep it dense",
    "compressed": "a parameter is of layout torch.sparse_csr, which no step here takes: keep it dense",
    "masked_gradient": "a gradient is masked and its parameter is not",
    "empty_step": "step must be one number, and has 0",
    "whole": "a step takes floating-point or complex numbers; a parameter is torch.int64",
}
BEYOND_TORCH = {"jagged"}  # which has not all the operations for it


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], tuple[Any, Any]]:
    ran = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "kinds.py")], capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, ran.stderr[-500:]
    rows = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith('["')]
    return {(kind, name): (theirs, ours) for kind, name, theirs, ours in rows}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_tensor(kind: str, name: str, found: dict[tuple[str, str], tuple[Any, Any]]) -> None:
    theirs, ours = found[kind, name]
    if kind in REFUSED and (kind, name) != ("empty_step", "SGD"):  # which does not count
        assert REFUSED[kind] in ours["raises"]
    elif "raises" in theirs:
        assert "raises" in ours or kind in BEYOND_TORCH
    elif kind == "fake":
        assert ours == theirs
    else:
        torch.testing.assert_close(torch.tensor(ours), torch.tensor(theirs), rtol=1e-5, atol=1e-6)
