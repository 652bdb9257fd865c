"""Work on the processor's cores, as many as PyTorch uses.

The threads are those of PyTorch's own OpenMP runtime where it is GNU's (Linux): after a backward pass they wait in busy
loops for some milliseconds, so that threads of ours would have to share the cores with them. Elsewhere, and in a child
of a fork, which has none of its parent's threads, they are Python's; compiled kernels release its global lock.
"""

import ctypes
import os
from array import array
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

import torch

from ravine.backends.llvm_sweep import Sweep

WORTH_A_THREAD = 1 << 15  # elements: below it, waking another thread takes longer than the work

_pool: ThreadPoolExecutor | None = None
_workers = 0
_forked = False


def run(sweep: Sweep, table: int, rows: int, once: int, elements: int, more: int) -> None:
    """Runs a kernel's pass over all elements: an unbroken part for each thread.

    Unbroken, because threads that take turns at a power of two of bytes meet in the same banks of memory.
    """
    if sweep.run is None:
        return
    threads = min(torch.get_num_threads(), elements // WORTH_A_THREAD)
    if threads <= 1:
        sweep.run(table, rows, once, 0, elements, more)
    elif _forked or not (functions := _openmp()):
        ends = [elements * part // threads for part in range(threads + 1)]
        parts = list(pairwise(ends))
        pool = _threads(threads - 1)
        others = [pool.submit(sweep.run, table, rows, once, first, last, more) for first, last in parts[1:]]
        sweep.run(table, rows, once, *parts[0], more)
        for other in others:
            other.result()
    else:
        parallel, thread_number, team_size = functions
        work = array("q", (table, rows, once, elements, more, thread_number, team_size))
        _parallel(parallel)(sweep.part, work.buffer_info()[0], threads, 0)


@cache
def _openmp() -> tuple[int, ...]:
    """The addresses of GNU's parallel, and of OpenMP's thread number and team size; empty without GNU's runtime."""
    try:
        loaded = ctypes.CDLL(None)  # what is in the process already; PyTorch's runtime is there for all to see
        functions = (loaded.GOMP_parallel, loaded.omp_get_thread_num, loaded.omp_get_num_threads)
    except (OSError, TypeError, AttributeError):
        return ()
    return tuple(ctypes.cast(function, ctypes.c_void_p).value or 0 for function in functions)


@cache
def _parallel(address: int) -> "ctypes._FuncPointer":
    return ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint)(address)


def _threads(workers: int) -> ThreadPoolExecutor:
    global _pool, _workers
    if _pool is None or _workers < workers:
        _pool, _workers = ThreadPoolExecutor(workers, thread_name_prefix="ravine"), workers
    return _pool


def _after_fork() -> None:
    global _pool, _workers, _forked
    _pool, _workers, _forked = None, 0, True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
