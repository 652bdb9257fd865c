"""Where networks are trained: on the processor, or on the CUDA device if the environment asks for it."""

import os
import time
from collections.abc import Callable

import torch

from ravine.errors import RavineError


def chosen() -> torch.device:
    """What the environment variable RAVINE_DEVICE says: cpu, also where it is unset, or cuda."""
    name = os.environ.get("RAVINE_DEVICE") or "cpu"
    if name not in ("cpu", "cuda"):
        raise RavineError(f"RAVINE_DEVICE must be cpu or cuda, not {name!r}")
    if name == "cuda" and not torch.cuda.is_available():
        raise RavineError("RAVINE_DEVICE is cuda, and PyTorch finds no CUDA device here: unset it, or set it to cpu")
    return torch.device(name)


def clock(device: torch.device) -> Callable[[], float]:
    """Seconds of work on the device: of this process on the processor, since others may make it wait."""
    if device.type == "cpu":
        return time.process_time

    def finished() -> float:
        torch.cuda.synchronize(device)
        return time.perf_counter()

    return finished
