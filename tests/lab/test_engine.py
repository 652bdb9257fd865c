"""A run is the same in a stack as alone, and as PyTorch's own loop trains it."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import schedulefree
import torch
from torch import nn
from torch.nn import functional

from ravine.lab import engine
from ravine.lab.engine import train_chunk
from ravine.lab.engine.randomness import drawn, generator_of_masks
from ravine.lab.problems.parts.split import Split
from ravine.rules import rules
from tests.lab.configurations import DIGITS, configured, in_double, plain_loop

CURVES = ("train_loss", "validation_loss", "validation_metric")


def assert_same(one, other, tolerance):
    """Two runs that differ by rounding at most."""
    assert one.configuration == other.configuration
    assert one.looks == other.looks
    assert one.diverged == other.diverged
    for name in CURVES:
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=tolerance, atol=tolerance)
    assert (one.test_loss, one.test_metric) == pytest.approx((other.test_loss, other.test_metric), rel=tolerance)


class Dropping(nn.Module):
    """Dropout as a module, as a function, and of whole channels."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.drop = nn.Linear(64, 32), nn.Linear(32, 10), nn.Dropout(0.3)
        self.channels = nn.Dropout2d(0.2)

    def forward(self, x):
        hidden = functional.dropout(self.drop(torch.relu(self.first(x))), 0.2, self.training)
        return self.second(self.channels(hidden.view(-1, 8, 2, 2)).flatten(1))


class Normed(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(64, 32, bias=False), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 10))

    def forward(self, x):
        return self.layers(x)


class Convolved(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 10))
        self.frozen = nn.Parameter(torch.ones(10), requires_grad=False)

    def forward(self, x):
        return self.layers(x.view(-1, 1, 8, 8)) * self.frozen


PLAIN = in_double(DIGITS)
KINDS = {"plain": PLAIN} | {kind.__name__: in_double(DIGITS, kind) for kind in (Dropping, Normed, Convolved)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_slot_equals_its_solo_run(kind):
    """Of every kind of network, beside other rules, rates, seeds and schedules."""
    problem = KINDS[kind]
    chunk = [
        configured(problem, "sgd", lr=0.1, seed=1),
        configured(problem, "sgd", lr=0.3, seed=2, schedule="cosine warmup=5"),
        configured(problem, "adam", lr=0.01, seed=1),
        configured(problem, "adam", lr=0.003, seed=3, beta1=0.5),
    ]
    together = train_chunk(problem, chunk)
    assert [run.how for run in together] == ["stacked 4"] * 4
    for run, configuration in zip(together, chunk, strict=True):
        (alone,) = train_chunk(problem, [configuration])
        assert alone.how == "alone"
        assert_same(run, alone, 1e-9)


ALL = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "amsgrad", "adamax", "nadam", "radam"]


def test_every_rule_with_settings_of_its_own_in_each_slot():
    chunk = [configured(PLAIN, rule, lr=lr, seed=4, steps=12) for rule in [*ALL, "lion"] for lr in (0.001, 0.01)]
    chunk += [configured(PLAIN, "adagrad", initial_accumulator_value=v, steps=12) for v in (0.1, 1.0)]
    chunk += [configured(PLAIN, "sgd+decoupled", weight_decay=decay, lr=0.1, steps=12) for decay in (0.0, 0.1)]
    for run, configuration in zip(train_chunk(PLAIN, chunk), chunk, strict=True):
        assert_same(run, train_chunk(PLAIN, [configuration])[0], 1e-9)


def test_in_single_precision_too():
    chunk = [configured(DIGITS, "adam", lr=lr, seed=seed) for lr in (0.001, 0.01) for seed in (0, 1)]
    for run, configuration in zip(train_chunk(DIGITS, chunk), chunk, strict=True):
        assert_same(run, train_chunk(DIGITS, [configuration])[0], 2e-3)


def test_a_slot_that_diverges_is_left_out_and_harms_nobody():
    calm = [configured(PLAIN, rule, lr=0.01, seed=seed) for rule in ("nadam", "sgd") for seed in (0, 1)]
    wild = configured(PLAIN, "sgd", lr=1e300)
    *first, lost, last = train_chunk(PLAIN, [*calm[:3], wild, calm[3]])
    assert lost.diverged
    assert lost.validation_loss[1:] == (np.inf,) * 3
    assert (lost.validation_metric[-1], lost.test_metric, lost.test_loss) == (0, 0, np.inf)
    for run, expected in zip([*first, last], train_chunk(PLAIN, calm), strict=True):
        assert not run.diverged
        assert_same(run, expected, 1e-9)


def test_a_run_whose_loss_ends_above_its_start_diverged():
    (run,) = train_chunk(DIGITS, [configured(DIGITS, "sgd", lr=300)])
    assert np.isfinite(run.validation_loss[-1])
    assert run.diverged


def test_what_is_learned_by_heart_has_not_diverged():
    """Its loss on other examples, here with labels by chance, ends far above the start; its training loss near 0."""
    data = DIGITS.data()
    chance = torch.randperm(len(data.validation), generator=torch.Generator().manual_seed(0))
    few = replace(
        data,
        train=Split(data.train.inputs[:40], data.train.targets[:40]),
        validation=Split(data.validation.inputs, data.validation.targets[chance]),
    )
    by_heart = replace(DIGITS, name="by-heart", data=lambda: few)
    (run,) = train_chunk(by_heart, [configured(by_heart, "adam", lr=0.01, steps=200, evaluate_every=100)])
    assert run.train_loss[-1] < 0.1
    assert run.validation_loss[-1] > run.validation_loss[0]
    assert not run.diverged


ORACLES = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.05),
    "adam": lambda p: torch.optim.Adam(p, lr=0.05),
}


@pytest.mark.parametrize("rule", ORACLES)
def test_training_is_that_of_a_plain_loop(rule):
    """Two epochs: PyTorch's module, autograd and optimizer, and its loss and accuracy at the end."""
    configuration = configured(PLAIN, rule, lr=0.05, seed=3, steps=66, evaluate_every=66)
    model, data = plain_loop(PLAIN, configuration, ORACLES[rule]), PLAIN.data()
    neighbour = configured(PLAIN, rule, lr=0.01, seed=5, steps=66, evaluate_every=66)
    for run in (train_chunk(PLAIN, [configuration])[0], train_chunk(PLAIN, [configuration, neighbour])[0]):
        with torch.no_grad():
            validation, test = (model(split.inputs) for split in (data.validation, data.test))
        assert run.validation_loss[-1] == pytest.approx(PLAIN.loss(validation, data.validation.targets).item())
        assert run.test_metric == (test.argmax(1) == data.test.targets).double().mean().item()


@pytest.mark.parametrize("every", [66, 11])
def test_a_rule_that_is_evaluated_elsewhere_is_looked_at_there(every):
    """Its authors' optimizer in a plain loop that says which it does; looks on the way change nothing."""
    made = []

    def peer(parameters):
        made.append(schedulefree.AdamWScheduleFree(parameters, lr=0.05))
        made[0].train()
        return made[0]

    configuration = configured(PLAIN, "schedule_free_adamw", lr=0.05, seed=3, steps=66, evaluate_every=every)
    model, data = plain_loop(PLAIN, configuration, peer), PLAIN.data()
    trained = PLAIN.loss(model(data.validation.inputs), data.validation.targets).item()
    made[0].eval()
    expected = PLAIN.loss(model(data.validation.inputs), data.validation.targets).item()
    (run,) = train_chunk(PLAIN, [configuration])
    assert run.validation_loss[-1] == pytest.approx(expected, rel=1e-9)
    assert run.validation_loss[-1] != pytest.approx(trained, rel=1e-3)


def test_batch_norm_keeps_the_running_averages_of_a_plain_loop():
    problem = KINDS["Normed"]
    configuration = configured(problem, "sgd", lr=0.1, steps=40, evaluate_every=40)
    model, data = plain_loop(problem, configuration, lambda p: torch.optim.SGD(p, lr=0.1)), problem.data()
    with torch.no_grad():
        expected = problem.loss(model(data.test.inputs), data.test.targets).item()
    (run, _) = train_chunk(problem, [configuration, replace(configuration, seed=9)])
    assert run.test_loss == pytest.approx(expected)


def test_the_seed_fixes_weights_batches_and_dropout_whatever_the_rule():
    """A rate of next to nothing leaves the losses of the batches as they are under the first weights."""
    problem = KINDS["Dropping"]
    still = [configured(problem, rule, lr=1e-300, seed=seed) for rule in ("sgd", "adam") for seed in (7, 8)]
    sgd, other, adam, _ = train_chunk(problem, still)
    assert sgd.train_loss == adam.train_loss
    assert sgd.train_loss != other.train_loss


def test_dropout_is_dropout():
    """The share of zeros, the factor of the rest, and none of it in evaluation."""
    layer = nn.Dropout(0.25)
    with drawn(generator_of_masks(0)):
        dropped = layer(torch.ones(200, 500))
        assert torch.equal(layer.eval()(torch.ones(3)), torch.ones(3))
    assert sorted(set(dropped.flatten().tolist())) == pytest.approx([0, 1 / 0.75])
    assert (dropped == 0).double().mean().item() == pytest.approx(0.25, abs=0.005)


def test_the_training_loss_is_the_mean_since_the_last_look():
    every, seldom = (configured(PLAIN, "sgd", lr=0.1, steps=12, evaluate_every=n) for n in (1, 6))
    (fine,), (coarse,) = train_chunk(PLAIN, [every]), train_chunk(PLAIN, [seldom])
    assert coarse.looks == (0, 6, 12)
    assert coarse.train_loss[0] == fine.train_loss[0] == fine.train_loss[1]  # of the first batch
    assert coarse.train_loss[1:] == pytest.approx((np.mean(fine.train_loss[1:7]), np.mean(fine.train_loss[7:])))


def test_progress_counts_every_step_also_of_those_that_were_lost():
    chunk = [configured(DIGITS, "sgd", lr=lr) for lr in (0.1, 1e30)]
    heard = []
    train_chunk(DIGITS, chunk, heard.append)
    train_chunk(DIGITS, chunk[1:], heard.append)
    assert sum(heard) == 3 * 60


def test_a_rule_of_ones_own_is_given_by_name():
    mine = rules["sgd"].variant("mine")
    configuration = configured(DIGITS, "sgd", lr=0.1)
    own = replace(configuration, rule="mine")
    (run,) = train_chunk(DIGITS, [own], own_rules={"mine": mine})
    assert_same(replace(run, configuration=configuration), train_chunk(DIGITS, [configuration])[0], 0)


def test_the_number_of_threads_is_given_back():
    before = torch.get_num_threads()
    seen = []
    train_chunk(DIGITS, [configured(DIGITS, "sgd")], lambda steps: seen.append(torch.get_num_threads()))
    assert set(seen) == {1}
    with pytest.raises(KeyboardInterrupt):
        train_chunk(DIGITS, [configured(DIGITS, "sgd")], interrupt)
    assert torch.get_num_threads() == before


def interrupt(steps):
    raise KeyboardInterrupt


class Noisy(nn.Linear):
    """Random in its own way, which cannot be stacked."""

    def forward(self, x):
        return super().forward(x + 0.1 * torch.randn_like(x))


NOISY = replace(DIGITS, name="noisy", model=lambda: Noisy(64, 10))


def test_what_cannot_be_stacked_runs_alone_and_says_so():
    found = engine.calibrate(NOISY)
    assert (found.stack, found.how, found.stackable) == (1, "alone", False)
    assert "random numbers other than dropout's" in found.reason
    configurations = [configured(NOISY, "sgd", lr=lr, steps=5) for lr in (0.1, 0.2)]
    assert engine.chunks(NOISY, configurations, stack=64) == [(one,) for one in configurations]
    first, again = (train_chunk(NOISY, configurations[:1])[0] for _ in range(2))
    assert first == again


class Averaging(nn.Module):
    """Running averages as people write them: the buffer is another tensor after each batch."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(64, 10)
        self.register_buffer("mean", torch.zeros(64))

    def forward(self, x):
        if self.training:
            self.mean = 0.9 * self.mean + 0.1 * x.mean(dim=0).detach()
        return self.layer(x - self.mean)


class Counting(nn.Linear):
    """Its forward pass depends on how often it has run."""

    def __init__(self):
        super().__init__(64, 10)
        self.batches = 0

    def forward(self, x):
        self.batches += self.training
        return super().forward(x) * (1 + 0.1 * self.batches)


def clamped():
    layer = nn.Linear(64, 10)
    layer.weight.register_hook(lambda gradient: gradient.clamp(-1e-3, 1e-3))
    return layer


class Sharpening(nn.Module):
    """A loss with a state: its temperature falls with each batch."""

    def __init__(self):
        super().__init__()
        self.register_buffer("temperature", torch.tensor(2.0))

    def forward(self, outputs, targets):
        self.temperature = 0.9 * self.temperature
        return functional.cross_entropy(outputs / self.temperature, targets)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"model": Averaging}, "its losses in a stack are not those that it has alone"),
        ({"model": Counting}, "it keeps batches up to date itself, which a stack would drop"),
        ({"model": clamped}, "hooks on their gradients, which a stack would drop"),
        ({"loss": Sharpening()}, "it keeps temperature up to date itself"),
    ],
)
def test_what_a_stack_would_drop_runs_alone_and_says_so(changed, says):
    problem = replace(DIGITS, name=says[-20:], **changed)
    found = engine.calibrate(problem)
    assert (found.how, found.stackable) == ("alone", False)
    assert says in found.reason


@pytest.mark.parametrize("model", [Dropping, Normed, Convolved])
def test_what_a_stack_can_do_is_stacked(model):
    assert engine.calibrate(replace(DIGITS, name=model.__name__, model=model)).stackable


class Recurrent(nn.Module):
    """torch.func can train it in a stack, and not evaluate it in one."""

    def __init__(self, kind):
        super().__init__()
        self.cells, self.head = kind(8, 6, batch_first=True), nn.Linear(6, 10)

    def forward(self, x):
        return self.head(self.cells(x.view(-1, 8, 8))[0][:, -1])


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_recurrent_networks_are_trained(kind):
    problem = replace(DIGITS, name=kind.__name__, model=lambda: Recurrent(kind))
    configurations = [configured(problem, "adam", lr=lr, steps=60) for lr in (0.01, 0.02)]
    for part in engine.chunks(problem, configurations, stack=2):
        for run in train_chunk(problem, part):
            assert run.train_loss[-1] < run.train_loss[0]


def test_chunks_hold_everything_once_in_parts_for_every_worker():
    mixed = [configured(DIGITS, rule, seed=seed) for seed in range(5) for rule in ("sgd", "adam", "lion")]
    longer = [configured(DIGITS, "sgd", seed=seed, steps=99) for seed in range(3)]
    parts = engine.chunks(DIGITS, [*mixed, *longer], stack=6, workers=2)
    assert sorted(map(len, parts)) == [1, 2, 3, 4, 4, 4]
    assert sorted(hash(one) for part in parts for one in part) == sorted(map(hash, [*mixed, *longer]))
    for part in parts:
        assert len({one.steps for one in part}) == 1
        names = [one.rule for one in part]
        assert sum(a != b for a, b in pairwise(names)) == len(set(names)) - 1  # those of one rule side by side


def test_calibration_finds_a_stack_for_a_small_network():
    found = engine.calibrate(DIGITS)
    assert found.how == "stacked"
    assert found.stack >= 8
    assert found.model_steps_per_second > 0
    assert engine.calibrate(DIGITS) is found


def test_what_a_run_takes_beside_its_steps_is_in_the_estimate():
    """Dead units and looks at test data: of short runs that is the greater part."""
    found = engine.Calibration(1, 100.0, "alone", look_seconds=0.25, run_seconds=0.5, waits=2.0)
    assert found.seconds(runs=10, steps=100, looks=20) == pytest.approx(2.0 * (1 + 5 + 5))
    assert 0 < engine.calibrate(DIGITS).run_seconds < 1
