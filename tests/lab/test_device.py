"""Where networks are trained is asked of the environment, and refused where it cannot be."""

import pytest
import torch

from ravine.errors import RavineError
from ravine.lab.engine.device import chosen


def test_the_processor_unless_asked(monkeypatch):
    monkeypatch.delenv("RAVINE_DEVICE", raising=False)
    assert chosen() == torch.device("cpu")


@pytest.mark.parametrize(
    ("name", "says"), [("gpu", "must be cpu or cuda, not 'gpu'"), ("cuda", "PyTorch finds no CUDA device here")]
)
def test_a_device_that_is_not_there_is_refused(name, says, monkeypatch):
    monkeypatch.setenv("RAVINE_DEVICE", name)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(RavineError, match=says):
        chosen()
