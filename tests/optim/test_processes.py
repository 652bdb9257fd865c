"""Threads, fork and spawn: a step is right wherever it runs."""

import multiprocessing
import subprocess
import sys
import threading

import pytest
import torch
from training import parameters, train

import ravine.optim

LARGE = [(300_001,)]  # enough for several threads


def expected() -> torch.Tensor:
    return train(torch.optim.Adam(parameters(LARGE)), 3)[0]


def gradients_of_three_steps() -> list[torch.Tensor]:
    found: list[torch.Tensor] = []
    optimizer = torch.optim.Adam(parameters(LARGE))
    optimizer.register_step_pre_hook(lambda opt, *_: found.append(opt.param_groups[0]["params"][0].grad.clone()))
    train(optimizer, 3)
    return found


def step_with(optimizer: torch.optim.Optimizer, gradients: list[torch.Tensor]) -> None:
    for gradient in gradients:
        optimizer.param_groups[0]["params"][0].grad = gradient
        optimizer.step()


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_child_process_goes_on(method: str) -> None:
    param = parameters(LARGE)[0].share_memory_()
    first, *others = [gradient.share_memory_() for gradient in gradients_of_three_steps()]
    optimizer = ravine.optim.Adam([param])
    step_with(optimizer, [first])  # so that this process has threads, which a fork does not inherit
    child = multiprocessing.get_context(method).Process(target=step_with, args=(optimizer, others), daemon=True)
    child.start()
    child.join(30)
    assert child.exitcode == 0
    torch.testing.assert_close(param.detach(), expected(), rtol=1e-9, atol=1e-11)


def test_a_worker_of_a_data_loader_steps() -> None:
    class Stepping(torch.utils.data.Dataset[torch.Tensor]):
        def __len__(self) -> int:
            return 2

        def __getitem__(self, index: int) -> torch.Tensor:
            return train(ravine.optim.Adam(parameters([(50,)])), 3)[0]

    loaded = list(torch.utils.data.DataLoader(Stepping(), batch_size=None, num_workers=2))
    wanted = train(torch.optim.Adam(parameters([(50,)])), 3)[0]
    for found in loaded:
        torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-11)


FIRST_STEPS = """
import sys, threading, torch, ravine

def work():
    parameter = torch.nn.Parameter(torch.ones(1000))
    optimizer = ravine.optim.Adam([parameter])
    for _ in range(20):
        parameter.grad = torch.ones(1000)
        optimizer.step()

torch.set_num_threads(1)
ravine.optim.Adam
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert "torch._dynamo" not in sys.modules  # it takes seconds to import
"""


def test_threads_may_all_take_their_first_step_at_once() -> None:
    """In a process that has compiled nothing: each asks for the same kernel."""
    subprocess.run([sys.executable, "-c", FIRST_STEPS], check=True)


def test_threads_step_optimizers_of_their_own_at_once() -> None:
    found: dict[int, torch.Tensor] = {}
    start = threading.Barrier(4)

    def work(index: int) -> None:
        start.wait()
        found[index] = train(ravine.optim.Adam(parameters(LARGE)), 3)[0]

    threads = [threading.Thread(target=work, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = expected()
    for values in found.values():
        torch.testing.assert_close(values, wanted, rtol=1e-9, atol=1e-11)
    assert len(found) == 4


EXCHANGED = """
import threading, torch, ravine.optim
parameter = torch.nn.Parameter(torch.zeros(200_000))
parameter.grad = torch.ones(200_000)
ended = threading.Event()

def exchange():
    while not ended.is_set():
        parameter.data = torch.zeros(200_000)
        parameter.grad = torch.ones(200_000)

other = threading.Thread(target=exchange)
other.start()
optimizer = ravine.optim.Adam([parameter])
for _ in range(150):
    optimizer.step()
ended.set()
other.join()
"""
SHARED = """
import threading, torch, ravine.optim
parameters = [torch.nn.Parameter(torch.ones(size)) for size in (10, 1000, 100_000) * 3]
for parameter in parameters:
    parameter.grad = torch.ones_like(parameter)
shared = ravine.optim.Adam(parameters, lr=1e-5)

def work(build):
    optimizer = build()
    for _ in range(100):  # steps alone: where two threads set a gradient at once, PyTorch itself crashes
        optimizer.step()

of_their_own = [lambda name=name: getattr(ravine.optim, name)(parameters, lr=1e-5) for name in ("Adam", "SGD")]
threads = [threading.Thread(target=work, args=(build,)) for build in (*of_their_own, lambda: shared, lambda: shared)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert all(parameter.isfinite().all() for parameter in parameters)
assert int(shared.state[parameters[0]]["step"]) == 200
"""
UNTIL_THE_END = """
import threading, torch, ravine.optim
stepped = [threading.Event() for _ in range(3)]

def work(size, event):
    parameter = torch.nn.Parameter(torch.zeros(size))
    parameter.grad = torch.ones(size)
    optimizer = ravine.optim.Adam([parameter])
    while True:
        optimizer.step()
        event.set()

for size, event in zip((100, 3000, 200_000), stepped):
    threading.Thread(target=work, args=(size, event), daemon=True).start()
for event in stepped:
    event.wait()
"""
FORKED = """
import os, threading, torch, ravine
from ravine.optim import from_rule

def step(rule):
    weight = torch.ones(3, requires_grad=True)
    weight.grad = torch.ones(3)
    from_rule(rule)([weight]).step()

compiling = threading.Event()

def work():
    for number in range(10**6):
        step(ravine.rules["adam"].variant(f"rule{number}"))
        compiling.set()

threading.Thread(target=work, daemon=True).start()
compiling.wait()
for number in range(5):
    child = os.fork()
    if not child:
        step(ravine.rules["nadam"].variant(f"child{number}"))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
os._exit(0)
"""
PROGRAMS = {"exchanged": EXCHANGED, "shared": SHARED, "until the end": UNTIL_THE_END, "forked": FORKED}


@pytest.mark.parametrize("program", PROGRAMS)
def test_threads_and_forks_end_well(program: str) -> None:
    """Memory that another thread lets go of, shared parameters, threads that the interpreter's end cuts off, and a fork
    while another thread compiles."""
    subprocess.run([sys.executable, "-c", PROGRAMS[program]], check=True, timeout=120)
