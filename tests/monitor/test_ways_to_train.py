"""The ways in which people train: each is watched, named by its fault, and the same to the bit as without a monitor."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional

import ravine


def network():
    return nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3))


def data():
    some = torch.Generator().manual_seed(0)
    return torch.randn(64, 20, generator=some), torch.randint(0, 3, (64,), generator=some)


def twice(train, **given):
    """Trains without a monitor and with one, from the same seed; gives what both leave, and the monitor."""
    ends, monitor = [], None
    for watched in (False, True):
        torch.manual_seed(0)
        model, monitor = train(watched, **given)
        ends.append([*(p.detach().clone() for p in model.parameters()), torch.get_rng_state()])
    assert all(map(torch.equal, *ends))
    return monitor


def watch(watched, *given):
    return ravine.monitor(*given) if watched else None


@pytest.mark.parametrize("overflow", [False, True])
def test_mixed_precision_with_a_scaler(overflow):
    """A step that the scaler leaves out for an overflow is none, and no alarm."""

    def train(watched):
        (x, y), model = data(), network()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        scaler = torch.amp.GradScaler("cpu", init_scale=256.0, growth_interval=1000)
        monitor = watch(watched, model, optimizer)
        for step in range(60):
            with torch.autocast("cpu", torch.bfloat16):
                loss = functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            scaler.scale(loss * (float("inf") if overflow and step in (10, 30) else 1.0)).backward()
            scaler.step(optimizer)
            scaler.update()
            if monitor is not None:
                monitor.log(loss=loss)
        return model, monitor

    monitor = twice(train)
    assert monitor.steps == (58 if overflow else 60)
    assert not [one for one in monitor.findings if one.weight == "broken"]


@pytest.mark.parametrize("order", ["compiled, then watched", "watched, then compiled"])
@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
def test_a_compiled_network(order):
    """Compiled first, its outputs, gradients and steps are seen, and no layers; compiled later, no outputs either."""

    def train(watched):
        torch._dynamo.reset()
        (x, y), model = data(), network()
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        if order == "compiled, then watched":
            used = torch.compile(model, backend="eager")
            monitor = watch(watched, used, optimizer)
        else:
            monitor = watch(watched, model, optimizer)
            used = torch.compile(model, backend="eager")
        for _ in range(20):
            loss = functional.cross_entropy(used(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if monitor is not None:
                monitor.log(loss=loss)
        return model, monitor

    monitor = twice(train)
    assert monitor.steps == 20
    assert {"loss", "gradient norm", "update ratio"} <= set(monitor.curves)
    classes = monitor._hooks.history.looks[-1].outputs.classes
    assert (classes == 3) == (order == "compiled, then watched")


def test_data_parallel():
    def train(watched):
        (x, y), model = data(), nn.DataParallel(network())
        optimizer = torch.optim.Adam(model.parameters(), lr=1.0)
        monitor = watch(watched, model, optimizer)
        for _ in range(100):
            loss = functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if monitor is not None:
                monitor.log(loss=loss)
        return model, monitor

    monitor = twice(train)
    assert monitor._hooks.history.looks[-1].layers["0"].gradient >= 0


def test_several_optimizers_count_the_steps_of_the_first():
    def train(watched):
        (x, y), model = data(), network()
        optimizers = [torch.optim.SGD(model[0].parameters(), lr=0.1), torch.optim.Adam(model[2].parameters(), lr=1e-2)]
        monitor = watch(watched, model, optimizers)
        for _ in range(30):
            loss = functional.cross_entropy(model(x), y)
            for one in optimizers:
                one.zero_grad()
            loss.backward()
            for one in optimizers:
                one.step()
            if monitor is not None:
                monitor.log(loss=loss)
        return model, monitor

    monitor = twice(train)
    assert monitor.steps == 30
    assert monitor.findings == []
    layers = monitor._hooks.history.looks[-1].layers
    assert all(layers[name].ratio > 0 for name in "02")


def _side_by_side(rank, file, ends):
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo", init_method=f"file://{file}", rank=rank, world_size=2)

    def train(watched):
        x, y = (part[rank::2] for part in data())
        model = nn.parallel.DistributedDataParallel(network())
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-9)
        monitor = watch(watched, model, optimizer)
        for _ in range(60):
            loss = functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if monitor is not None:
                monitor.log(loss=loss)
        return model, monitor

    monitor = twice(train)
    ends[rank] = [monitor.steps, [one.name for one in monitor.findings], str(monitor)]
    torch.distributed.destroy_process_group()


def test_two_processes_side_by_side(tmp_path):
    """Each process may ask its own monitor: gradients are averaged, so both find the same; the loop says who prints."""
    with torch.multiprocessing.Manager() as manager:
        ends = manager.dict()
        torch.multiprocessing.spawn(_side_by_side, (tmp_path / "meeting", ends), nprocs=2)
        assert ends[0][0] == ends[1][0] == 60
        assert ends[0][1][:1] == ends[1][1][:1] == ["step_too_small"]


def test_copies_made_while_it_is_watched_train_alone():
    x, y = data()
    model = network()
    monitor = ravine.monitor(model, torch.optim.SGD(model.parameters(), lr=0.1))
    average = copy.deepcopy(model)  # as averages of weights are made
    functional.cross_entropy(average(x), y).backward()
    torch.optim.SGD(average.parameters(), lr=0.1).step()
    assert monitor.steps == 0
