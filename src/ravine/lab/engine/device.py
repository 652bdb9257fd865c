"""Where networks are trained: the device that the environment asks for, the data on it, and how many threads."""

import os
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from ravine.errors import RavineError
from ravine.lab.problems.problem import Data, Problem


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


_read: dict[str, Data] = {}


def data_of(problem: Problem, fingerprint: str) -> Data:
    """The problem's examples on the device, kept for the next chunk of the same problem."""
    if fingerprint not in _read:
        _read.clear()
        device, data = chosen(), problem.data()
        _read[fingerprint] = Data(data.train.to(device), data.validation.to(device), data.test.to(device))
    return _read[fingerprint]


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch on one thread, for as long as this lasts: several only get in each other's way on small networks.

    Its hints that some operation is slow to stack are not shown: `calibrate` finds out whether that matters.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "There is a performance drop", UserWarning)
            yield
    finally:
        torch.set_num_threads(before)
