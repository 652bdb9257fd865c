"""What a training loop does beside the optimizer, held to loops written out in PyTorch."""

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from ravine.errors import RavineError
from ravine.lab.engine import train_chunk
from ravine.lab.engine.calibration import calibrate
from ravine.lab.problems.own.own_problem import own_problem

from .configurations import configured

chance = torch.Generator().manual_seed(0)
X = torch.randn(120, 6, generator=chance)
Y = (X @ torch.randn(6, 3, generator=chance)).argmax(1)
PAIRS = {"train": (X[:80], Y[:80]), "validation": (X[80:100], Y[80:100]), "test": (X[100:], Y[100:])}
STEPS, BATCH = 12, 20
entropy = nn.functional.cross_entropy


def network():
    return nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))


def problem(**changed):
    return own_problem(**{"model": network, "loss": entropy, "batch_size": BATCH, **PAIRS, **changed})


@pytest.fixture(autouse=True)
def quickly_calibrated(monkeypatch):
    monkeypatch.setattr("ravine.lab.engine.calibration.SHARE", 0.01)


def batches(seed):
    generator = torch.Generator().manual_seed(seed)
    while True:
        for batch in torch.randperm(80, generator=generator)[: 80 - 80 % BATCH].split(BATCH):
            yield X[batch], Y[batch]


def loss_after(loop):
    """The test loss after a loop: (model, batches) → steps until it is done."""
    torch.manual_seed(0)
    model = network()
    for _ in loop(model, batches(0)):
        pass
    with torch.no_grad():
        return float(entropy(model(X[100:]), Y[100:]))


def trained(made, stack=1, **settings):
    asked = configured(made, "sgd", steps=STEPS, evaluate_every=STEPS, **{"lr": 0.5, **settings})
    other = configured(made, "sgd", steps=STEPS, evaluate_every=STEPS, seed=1, **{"lr": 0.5, **settings})
    return train_chunk(made, [asked, other][:stack])[0].test_loss


def test_groups_scale_the_rate_and_what_is_in_none_is_frozen():
    def parameters(model):
        return [{"params": [model[0].weight], "lr": 0.1}, {"params": model[2].parameters()}]

    def loop(model, drawn):
        optimizer = torch.optim.SGD(
            [{"params": [model[0].weight], "lr": 0.05}, {"params": model[2].parameters()}], lr=0.5
        )
        for _ in range(STEPS):
            x, y = next(drawn)
            optimizer.zero_grad()
            entropy(model(x), y).backward()
            yield optimizer.step()

    made = problem(parameters=parameters)
    assert trained(made) == pytest.approx(loss_after(loop), rel=1e-5)
    assert calibrate(made).reason == "it cannot be stacked: its parameters are in groups"


def test_the_groups_of_ravine_optim_are_taken():
    from ravine.optim import groups

    def parameters(model):
        return groups(model, lr=1.0, layer_decay=0.5, weight_decay=1.0)

    made = problem(parameters=parameters)
    asked = configured(made, "sgd+l2", steps=STEPS, evaluate_every=STEPS, lr=0.5, weight_decay=0.1)
    (run,) = train_chunk(made, [asked])
    oracle = loss_after(lambda model, drawn: _grouped(model, drawn, {0: 0.25, 2: 0.5}))
    assert run.test_loss == pytest.approx(oracle, rel=1e-5)


def _grouped(model, drawn, rates):
    grouped = [
        {"params": [getattr(model[place], name)], "lr": rate, "weight_decay": 0.1 if name == "weight" else 0.0}
        for place, rate in rates.items()
        for name in ("weight", "bias")
    ]
    optimizer = torch.optim.SGD(grouped)
    for _ in range(STEPS):
        x, y = next(drawn)
        optimizer.zero_grad()
        entropy(model(x), y).backward()
        yield optimizer.step()


@pytest.mark.parametrize("stack", [1, 2])
def test_gradients_are_clipped(stack):
    def loop(model, drawn):
        optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        for _ in range(STEPS):
            x, y = next(drawn)
            optimizer.zero_grad()
            entropy(model(x), y).backward()
            norm = nn.utils.clip_grad_norm_(model.parameters(), 0.2)
            yield optimizer.step() or norm

    assert trained(problem(max_grad_norm=0.2), stack) == pytest.approx(loss_after(loop), rel=1e-4)
    assert trained(problem(), stack) != pytest.approx(loss_after(loop), rel=1e-2)


@pytest.mark.parametrize("stack", [1, 2])
def test_a_schedule_of_ones_own_multiplies_the_studys(stack):
    def loop(model, drawn):
        optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        for t in range(1, STEPS + 1):
            x, y = next(drawn)
            optimizer.param_groups[0]["lr"] = 0.5 * t / STEPS
            optimizer.zero_grad()
            entropy(model(x), y).backward()
            yield optimizer.step()

    made = problem(schedule=lambda t, steps: t / steps)
    assert trained(made, stack) == pytest.approx(loss_after(loop), rel=1e-4)


def test_gradients_are_accumulated_and_an_epoch_is_shorter():
    def loop(model, drawn):
        optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        for _ in range(STEPS):
            optimizer.zero_grad()
            for _ in range(2):
                x, y = next(drawn)
                (entropy(model(x), y) / 2).backward()
            yield optimizer.step()

    made = problem(accumulate=2)
    assert trained(made) == pytest.approx(loss_after(loop), rel=1e-5)
    assert made.evaluate_every == 2


def test_bfloat16_by_autocast():
    def loop(model, drawn):
        optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        for _ in range(STEPS):
            x, y = next(drawn)
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16):
                value = entropy(model(x), y)
            value.backward()
            yield optimizer.step()

    assert trained(problem(autocast="bfloat16")) == pytest.approx(loss_after(loop), rel=0.01)
    assert trained(problem(autocast="bfloat16")) != trained(problem())


def test_a_step_of_ones_own_is_the_loss():
    def step(model, batch):
        x, y = batch
        return entropy(model(x), y) + 0.1 * sum(p.square().sum() for p in model.parameters())

    def loop(model, drawn):
        optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        for _ in range(STEPS):
            optimizer.zero_grad()
            step(model, next(drawn)).backward()
            yield optimizer.step()

    made = problem(loss=None, step=step, metric="accuracy")
    asked = configured(made, "sgd", steps=STEPS, evaluate_every=STEPS, lr=0.5)
    (run,) = train_chunk(made, [asked])
    torch.manual_seed(0)
    model = network()
    for _ in loop(model, batches(0)):
        pass
    assert run.test_loss == pytest.approx(float(step(model, (X[100:], Y[100:])).detach()), rel=1e-5)
    assert run.test_metric == pytest.approx(float((model(X[100:]).argmax(1) == Y[100:]).double().mean()))


class Shaken(Dataset):
    """Examples that are another each time."""

    def __len__(self):
        return 80

    def __getitem__(self, place):
        return X[place] + 0.1 * torch.randn(6), Y[place]


def test_what_is_augmented_is_drawn_anew_in_each_epoch_and_the_same_for_each_optimizer():
    seen = []

    def loss(outputs, targets):
        seen.append(outputs.detach().clone())
        return entropy(outputs, targets)

    made = problem(train=Shaken(), loss=loss)
    assert "drawn by its DataLoader in each epoch, since examples are not the same each time" in made.preprocessing
    train = made.data().train
    first, again, later = ([batch.inputs for batch in train.epoch(seed)] for seed in (5, 5, 6))
    assert len(first) == 4
    assert all(map(torch.equal, first, again))
    assert not any(map(torch.equal, first, later))
    before = torch.get_rng_state()
    list(train.epoch(3))
    assert torch.equal(torch.get_rng_state(), before), "drawing examples moved the network's random numbers"
    losses = []
    for rule in ("sgd", "adam"):
        (run,) = train_chunk(made, [configured(made, rule, steps=8, evaluate_every=4, lr=0.01)])
        losses.append(run.train_loss[0])
    assert losses[0] == losses[1]


REFUSED = [
    ({"step": lambda model, batch: (model(batch[0]).mean(), 1.0), "loss": None}, "as of a GAN, are a game"),
    ({"step": lambda model, batch: 1.0, "loss": None}, "must return one number for a batch, not float"),
    ({"step": lambda model, batch: model(batch[0]).mean()}, "loss and step are given, and step makes its own loss"),
    ({"parameters": lambda model: model.parameters()}, "must give groups, each a dict with 'params'"),
    ({"parameters": lambda model: 1 / 0}, "parameters(model) raised ZeroDivisionError"),
    ({"max_grad_norm": -1}, "max_grad_norm must be a number above 0, not -1"),
    ({"accumulate": 0}, "accumulate must be a whole number of at least 1, not 0"),
    ({"autocast": "float16"}, "autocast must be 'bfloat16'"),
    ({"schedule": lambda t, steps: -1.0}, "schedule(t, steps) must give"),
    ({"schedule": 0.1}, "schedule must be a function, not float"),
    ({"early_stopping": 0}, "early_stopping must be a whole number of at least 1"),
    ({"metric": "mae"}, "mae needs an output for each target; the network returned (20, 3) for targets (20,)"),
    ({"metric": lambda outputs, targets: outputs}, "must be one number, not"),
    ({"metric": lambda outputs, targets: 1 / 0}, "raised ZeroDivisionError: division by zero"),
    (
        {"train": {"x": X[:80]}, "validation": {"x": X[:20]}, "test": {"x": X[:20]}},
        "forward() got an unexpected keyword",
    ),
    ({"train": DataLoader([], batch_size=4)}, "there are no examples"),
]


@pytest.mark.parametrize(("changed", "says"), REFUSED)
def test_what_cannot_be_trained_so_is_refused_in_a_line(changed, says):
    with pytest.raises(RavineError) as caught:
        problem(**changed)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
