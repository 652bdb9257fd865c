import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent))  # for training.py, which the tests here share


@pytest.fixture
def in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch's Newton-Schulz in the parameters' precision, where it takes bfloat16."""
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)
