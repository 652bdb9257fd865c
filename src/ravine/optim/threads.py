"""Work on the processor's cores: plain threads, since compiled kernels release Python's global lock.

They are of this module and not of an OpenMP runtime: those do not survive a fork, and two of them in one process wait
for each other in busy loops.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import torch

WORTH_A_THREAD = 1 << 17  # elements: below it, waking another thread takes longer than the work

_pool: ThreadPoolExecutor | None = None
_workers = 0


def shared_out(run: Callable[[int, int], None], elements: int) -> None:
    """Calls `run(first, last)` over all elements, in as many threads as PyTorch uses, an unbroken part each.

    Unbroken, because threads that take turns at a power of two of bytes meet in the same banks of memory.
    """
    threads = min(torch.get_num_threads(), elements // WORTH_A_THREAD)
    if threads <= 1:
        run(0, elements)
        return
    ends = [elements * part // threads for part in range(threads + 1)]
    others = [_threads(threads - 1).submit(run, first, last) for first, last in zip(ends[1:], ends[2:], strict=False)]
    try:
        run(ends[0], ends[1])
    finally:
        for other in others:
            other.result()


def _threads(workers: int) -> ThreadPoolExecutor:
    global _pool, _workers
    if _pool is None or _workers < workers:
        _pool, _workers = ThreadPoolExecutor(workers, thread_name_prefix="ravine"), workers
    return _pool


def _forget() -> None:
    global _pool, _workers
    _pool, _workers = None, 0


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)  # a child has none of its parent's threads
