"""DDP and FSDP2 on two processes (gloo) train as one process does."""

import os
import socket
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
    return torch.nn.Sequential(torch.nn.Linear(6, 9), torch.nn.Tanh(), torch.nn.Linear(9, 3))


def batch() -> torch.Tensor:
    return torch.randn(8, 6, generator=torch.Generator().manual_seed(1))


def fit(net: torch.nn.Module, data: torch.Tensor, name: str) -> None:
    optimizer = getattr(ravine.optim, name)(net.parameters(), lr=0.05)
    for _ in range(5):
        optimizer.zero_grad()
        net(data).square().mean().backward()
        optimizer.step()


def worker(rank: int, port: int, kind: str, name: str, folder: str) -> None:
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    torch.set_num_threads(1)
    dist.init_process_group("gloo", rank=rank, world_size=WORLD)
    mine = batch().chunk(WORLD)[rank]
    net = model()
    if kind == "ddp":
        fit(DistributedDataParallel(net), mine, name)
        values = [param.detach() for param in net.parameters()]
    else:
        mesh = dist.init_device_mesh("cpu", (WORLD,))
        for layer in (net[0], net[2]):
            fully_shard(layer, mesh=mesh)
        fully_shard(net, mesh=mesh)
        fit(net, mine, name)
        values = [param.full_tensor().detach() for param in net.parameters()]  # type: ignore[attr-defined]
    if rank == 0:
        torch.save(values, Path(folder) / "values.pt")
    dist.destroy_process_group()


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name"), [("ddp", "Adam"), ("fsdp", "Adam"), ("fsdp", "SGD"), ("fsdp", "NAdam")])
def test_two_processes_equal_one(kind: str, name: str, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    torch.multiprocessing.spawn(worker, (port, kind, name, str(tmp_path)), nprocs=WORLD)
    alone = model()
    fit(alone, batch(), name)
    for found, wanted in zip(torch.load(tmp_path / "values.pt"), alone.parameters(), strict=True):
        torch.testing.assert_close(found, wanted.detach(), rtol=1e-4, atol=1e-6)
