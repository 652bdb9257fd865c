"""Distributed tensors of every placement, the gradient's other than the parameter's, step as in PyTorch."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed as dist
from torch.distributed.tensor import DTensor, Partial, Replicate, Shard, distribute_tensor

import ravine.optim

WORLD, STEPS = 2, 3
OPTIONS: dict[str, dict[str, Any]] = {
    "SGD": {"momentum": 0.9, "dampening": 0.1},
    "Adagrad": {},
    "RMSprop": {"centered": True, "momentum": 0.5},
    "Adadelta": {},
    "Adam": {"amsgrad": True},
    "AdamW": {},
    "Adamax": {},
    "NAdam": {},
    "RAdam": {},
}
PARAMETERS = {"replicate": Replicate(), "shard": Shard(0)}
GRADIENTS = {"replicate": Replicate(), "shard": Shard(0), "other": Shard(1), "partial": Partial()}
PLACEMENTS = [(own, other) for own, other in product(PARAMETERS, GRADIENTS) if own != other]


def stepped(library: Any, name: str, own: str, other: str, mesh: Any, rank: int) -> torch.Tensor:
    """The whole parameter, and a plain one beside it, after steps with gradients that lie otherwise than it."""
    values, *parts = torch.randn(
        1 + STEPS * WORLD, 4, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(0)
    )
    parameter = torch.nn.Parameter(distribute_tensor(values, mesh, [PARAMETERS[own]]))
    plain = torch.nn.Parameter(values.clone())
    optimizer = getattr(library, name)([parameter, plain], lr=0.1, **OPTIONS[name])
    for step in range(STEPS):
        terms = parts[step * WORLD : (step + 1) * WORLD]
        plain.grad = whole = terms[0] + terms[1]
        if other == "partial":
            parameter.grad = DTensor.from_local(terms[rank], mesh, [GRADIENTS[other]])
        else:
            parameter.grad = distribute_tensor(whole, mesh, [GRADIENTS[other]])
        optimizer.step()
    found = parameter.detach()
    assert isinstance(found, DTensor)
    return torch.stack([found.full_tensor(), plain.detach()])


def worker(rank: int, file: Path) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", f"file://{file}.meeting", rank=rank, world_size=WORLD)
    mesh = dist.init_device_mesh("cpu", (WORLD,))
    found = {
        (name, *placements): [
            stepped(library, name, *placements, mesh, rank) for library in (torch.optim, ravine.optim)
        ]
        for name in OPTIONS
        for placements in PLACEMENTS
    }
    torch.save(found, f"{file}.{rank}")
    dist.destroy_process_group()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[dict[tuple[str, str, str], list[torch.Tensor]]]:
    """What each of the two processes, one case after the other, come to: to start them is what takes time."""
    file = tmp_path_factory.mktemp("placements") / "values"
    torch.multiprocessing.spawn(worker, (file,), nprocs=WORLD)
    return [torch.load(f"{file}.{rank}") for rank in range(WORLD)]


@pytest.mark.slow
@pytest.mark.parametrize("placements", PLACEMENTS, ids="-".join)
@pytest.mark.parametrize("name", OPTIONS)
def test_a_gradient_that_lies_otherwise(name: str, placements: tuple[str, str], found: Any) -> None:
    (theirs, ours), (_, on_the_other) = (process[name, *placements] for process in found)
    torch.testing.assert_close(
        ours, theirs, rtol=1e-7 if name == "NAdam" else 1e-12, atol=1e-8 if name == "NAdam" else 1e-12
    )
    assert torch.equal(ours, on_the_other)  # the processes do not drift apart
    torch.testing.assert_close(ours[0], ours[1], rtol=1e-12, atol=1e-12)
