"""DDP and FSDP2 on two processes (gloo) train as one process does."""

from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel

import ravine.optim

WORLD = 2


def model() -> torch.nn.Module:
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(6, 9), torch.nn.Tanh(), torch.nn.Linear(9, 3)).double()


def batch() -> torch.Tensor:
    return torch.randn(8, 6, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def fit(net: torch.nn.Module, data: torch.Tensor, name: str) -> None:
    optimizer = getattr(ravine.optim, name)(net.parameters(), lr=0.05)
    for _ in range(5):
        optimizer.zero_grad()
        net(data).square().mean().backward()
        optimizer.step()


def trained(kind: str, name: str, rank: int) -> list[torch.Tensor]:
    """The parameters after training with the other processes, each on its part of the batch."""
    mine = batch().chunk(WORLD)[rank]
    net = model()
    if kind == "ddp":
        fit(DistributedDataParallel(net), mine, name)
        return [param.detach() for param in net.parameters()]
    mesh = dist.init_device_mesh("cpu", (WORLD,))
    for layer in (net[0], net[2]):
        fully_shard(layer, mesh=mesh)
    fully_shard(net, mesh=mesh)
    fit(net, mine, name)
    return [param.full_tensor().detach() for param in net.parameters()]  # type: ignore[attr-defined]


CASES = [
    ("ddp", "Adam"),
    ("fsdp", "Adam"),
    ("fsdp", "SGD"),
    ("fsdp", "NAdam"),
    ("fsdp", "Lamb"),
    ("fsdp", "StableAdamW"),
    ("fsdp", "Muon"),
]


def worker(rank: int, file: Path) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", f"file://{file}.meeting", rank=rank, world_size=WORLD)
    found = {case: trained(*case, rank) for case in CASES}
    if rank == 0:
        torch.save(found, file)
    dist.destroy_process_group()


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[torch.Tensor]]:
    """What the same two processes, one case after the other, come to: to start them is what takes time."""
    file = tmp_path_factory.mktemp("together") / "values.pt"
    torch.multiprocessing.spawn(worker, (file,), nprocs=WORLD)
    found: dict[tuple[str, str], list[torch.Tensor]] = torch.load(file)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_two_processes_equal_one(case: tuple[str, str], together: dict[tuple[str, str], list[torch.Tensor]]) -> None:
    alone = model()
    fit(alone, batch(), case[1])
    for found, wanted in zip(together[case], alone.parameters(), strict=True):
        torch.testing.assert_close(found, wanted.detach(), rtol=1e-7, atol=1e-10)
