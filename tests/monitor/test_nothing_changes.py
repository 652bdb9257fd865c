"""A watched training is the same to the bit as one that is not, and nothing is left when the monitor goes."""

import copy
import pickle

import pytest
import torch
from torch import nn
from torch.nn import functional

import ravine


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.last = nn.LSTM(8, 16, batch_first=True, num_layers=2, dropout=0.2), nn.Linear(16, 10)

    def forward(self, x):
        return self.last(self.lstm(x.view(-1, 8, 8))[0][:, -1])


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.1, batch_first=True, norm_first=True)
        self.first, self.body = nn.Linear(8, 16), nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.last = nn.Linear(16, 10)

    def forward(self, x):
        return self.last(self.body(self.first(x.view(-1, 8, 8))).mean(1))


MODELS = {
    "perceptron": lambda: nn.Sequential(nn.Linear(64, 32), nn.ReLU(inplace=True), nn.Linear(32, 10)),
    "convolutional": lambda: nn.Sequential(
        nn.Unflatten(1, (1, 8, 8)),
        nn.Conv2d(1, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Dropout2d(0.2),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(144, 10),
    ),
    "recurrent": Recurrent,
    "transformer": Transformer,
}
OPTIMIZERS = {
    "adam": lambda p: torch.optim.Adam(p, lr=1e-2),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "ravine": lambda p: ravine.optim.AdamW(p, lr=1e-2),
    "lbfgs": lambda p: torch.optim.LBFGS(p, lr=0.1, max_iter=3),
}


def trained(model, optimizer, watched, steps=25, accumulate=1):
    """Everything that a training leaves: parameters, buffers, the optimizer's state and the generator's."""
    torch.manual_seed(0)
    model = MODELS[model]()
    optimizer = OPTIMIZERS[optimizer](model.parameters())
    x, y = torch.randn(64, 64), torch.randint(0, 10, (64,))
    monitor = ravine.monitor(model, optimizer) if watched else None
    losses = []
    for step in range(steps):
        some = slice(step % 2 * 32, step % 2 * 32 + 32)

        def closure(some=some):
            optimizer.zero_grad()
            for _ in range(accumulate):
                loss = functional.cross_entropy(model(x[some]), y[some]) / accumulate
                loss.backward()
            losses.append(loss.item())
            return loss

        if isinstance(optimizer, torch.optim.LBFGS):
            optimizer.step(closure)
        else:
            closure()
            optimizer.step()
        if monitor is not None:
            monitor.log(loss=losses[-1])
            if step % 10 == 9:
                str(monitor)
    if monitor is not None:
        assert monitor.steps == steps
        monitor.remove()
    tensors = [*model.state_dict().values(), *(p.grad for p in model.parameters())]
    state = [value for one in optimizer.state.values() for value in one.values() if isinstance(value, torch.Tensor)]
    return model, optimizer, [*tensors, *state, torch.get_rng_state(), torch.tensor(losses)]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("optimizer", ["adam", "ravine"])
def test_the_same_to_the_bit(model, optimizer):
    (_, _, plain), (_, _, watched) = (trained(model, optimizer, watch) for watch in (False, True))
    assert len(plain) == len(watched)
    assert all(map(torch.equal, plain, watched))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("optimizer", "accumulate"), [("momentum", 3), ("lbfgs", 1)])
def test_the_same_with_accumulation_and_closures(optimizer, accumulate):
    (_, _, plain), (_, _, watched) = (
        trained("perceptron", optimizer, watch, accumulate=accumulate) for watch in (False, True)
    )
    assert all(map(torch.equal, plain, watched))


HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_forward_hooks_with_kwargs")


def hooks_of(model, optimizer):
    on_modules = [len(getattr(part, name)) for part in model.modules() for name in HOOKS]
    return on_modules, len(optimizer._optimizer_step_pre_hooks), len(optimizer._optimizer_step_post_hooks)


def test_it_leaves_no_trace():
    model = MODELS["perceptron"]()
    optimizer = OPTIMIZERS["adam"](model.parameters())
    before = hooks_of(model, optimizer), set(vars(model)), set(vars(optimizer))
    monitor = ravine.monitor(model, optimizer, loss=nn.CrossEntropyLoss())
    assert hooks_of(model, optimizer) != before[0]
    monitor.remove()
    assert (hooks_of(model, optimizer), set(vars(model)), set(vars(optimizer))) == before
    ravine.monitor(model, optimizer).remove()  # it may be watched again


def test_copies_of_a_watched_model_are_not_watched():
    model = MODELS["perceptron"]()
    optimizer = OPTIMIZERS["adam"](model.parameters())
    monitor = ravine.monitor(model, optimizer)
    x = torch.randn(4, 64)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert torch.equal(twin(x), model(x))
        hooks = [hook for module in twin.modules() for hook in module._forward_hooks.values()]
        assert hooks
        assert not any(hasattr(hook, "hear") for hook in hooks)
    monitor.remove()


def test_what_fails_in_the_monitor_does_not_end_the_training(monkeypatch):
    from ravine.monitor import outputs

    def broken(*_):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(outputs, "see", broken)
    model = MODELS["perceptron"]()
    optimizer = OPTIMIZERS["adam"](model.parameters())
    monitor = ravine.monitor(model, optimizer)
    with pytest.warns(UserWarning, match="stopped watching"):
        functional.cross_entropy(model(torch.randn(8, 64)), torch.zeros(8, dtype=torch.long)).backward()
    optimizer.step()
    assert monitor.steps == 1
