"""`ravine check`: what is wrong with a problem is found before it is trained; what is right is left alone."""

import json

import pytest
import torch
from torch import nn
from torch.nn import functional

from ravine.lab.problems import problems
from ravine.lab.problems.check.check import check
from ravine.lab.problems.check.found import Subject
from ravine.lab.problems.check.network import check_network
from ravine.lab.problems.check.rates import RULES, between, sweep


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def network():
    return nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))


def subject(change=lambda splits: None, model=network, loss=functional.cross_entropy):
    data = problems["digits"].data()
    held = {"train": data.train.rows(slice(0, 320)), "validation": data.validation, "test": data.test}
    splits = {name: (split.inputs.clone(), split.targets.clone()) for name, split in held.items()}
    change(splits)
    return Subject.of("mine", model, loss, splits, 32)


def wrong(subject, quick=True):
    return {one.name for one in check(subject, quick, lambda done, total: None).found if one.kind == "wrong"}


def put(split, index, change):
    def changed(splits):
        pair = list(splits[split])
        pair[index] = change(pair[index], splits)
        splits[split] = tuple(pair)

    return changed


def with_nan(x, _):
    x[3, 5] = float("nan")
    return x


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (put("train", 0, with_nan), "nan"),
        (put("train", 0, lambda x, _: x * 255), "input scale"),
        (put("train", 0, lambda x, _: x * 0), "same inputs"),
        (put("validation", 1, lambda y, _: y.clamp(max=8)), "missing class"),
        (put("validation", 0, lambda x, splits: torch.cat([splits["train"][0][:50], x[50:]])), "repeated"),
    ],
)
def test_what_is_wrong_with_the_examples(change, name):
    assert name in wrong(subject(change))


def test_sound_examples_are_left_alone():
    assert wrong(subject()) == set()


def softmax():
    return nn.Sequential(*network(), nn.Softmax(1))


def dead():
    module = network()
    nn.init.constant_(module[0].bias, -10)
    return module


class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers, self.last = [nn.Linear(64, 16)], nn.Linear(16, 10)

    def forward(self, x):
        return self.last(self.layers[0](x).relu())


class Unseeded(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = network()

    def forward(self, x):
        return self.inner(x + 0.1 * torch.randn(x.shape, generator=GENERATOR))


GENERATOR = torch.Generator().manual_seed(0)


@pytest.mark.parametrize(
    ("model", "name"),
    [(softmax, "softmax twice"), (dead, "dead from start"), (Listed, "plain list"), (Unseeded, "randomness")],
)
def test_what_is_wrong_with_the_network(model, name):
    assert name in wrong(subject(model=model), quick=False)


class Marked(nn.Module):
    """A loss with a parameter of its own, as a temperature."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, outputs, y):
        return functional.cross_entropy(outputs * self.scale, y)


def numbers(splits):
    """The digits as a regression, targets (n,)."""
    for name, (x, y) in splits.items():
        splits[name] = x, (y - 4.5) / 2.9


def single():
    return nn.Sequential(nn.Linear(64, 16), nn.Tanh(), nn.Linear(16, 1))


@pytest.mark.parametrize(
    ("change", "model", "loss", "name"),
    [
        (lambda splits: None, network, lambda z, y: z.log_softmax(1).gather(1, y[:, None]).mean(), "wrong sign"),
        (lambda splits: None, network, Marked(), "loss parameters"),
        (lambda splits: None, Listed, functional.cross_entropy, "plain list"),
        (numbers, single, nn.SmoothL1Loss(), "crossed shapes"),
        (numbers, single, lambda z, y: (z - y).abs().mean(), "crossed shapes"),
        (numbers, lambda: nn.Sequential(*single(), nn.Flatten(0)), nn.SmoothL1Loss(), None),
    ],
)
@pytest.mark.filterwarnings("ignore:Using a target size")
def test_what_is_wrong_with_the_loss_is_told_once(change, model, loss, name):
    found = list(check_network(subject(change, model, loss)))
    assert [one.name for one in found if one.kind == "wrong"] == ([name] if name else [])


@pytest.mark.parametrize(
    ("model", "loss", "name"),
    [
        (softmax, functional.cross_entropy, "softmax twice"),
        (softmax, functional.nll_loss, "probabilities as logs"),
        (lambda: nn.Sequential(*network(), nn.Softmax(0)), functional.cross_entropy, "softmax across"),
        (lambda: nn.Sequential(*network(), nn.LogSoftmax(1)), functional.nll_loss, None),
        (network, functional.cross_entropy, None),
        (Listed, functional.cross_entropy, "plain list"),
    ],
)
def test_a_quick_look_takes_one_batch_forward(model, loss, name):
    before = torch.get_rng_state()
    checked = check(subject(model=model, loss=loss), True, lambda done, total: None)
    assert {one.name for one in checked.found if one.kind == "wrong"} == ({name} - {None})
    assert "first loss" in {one.name for one in checked.found}
    assert torch.equal(torch.get_rng_state(), before)


def test_a_sound_problem_has_rates_to_compare():
    checked = check(subject(), False, lambda done, total: None)
    assert checked.right
    rates = {one.rule: one for one in checked.rates}
    assert 0.005 < rates["sgd"].low < rates["sgd"].high < 5
    assert 1e-4 < rates["adam"].low < rates["adam"].high < 0.5
    assert "by heart" in {one.name for one in checked.found if one.kind == "fact"}
    assert "--lrs" in str(checked)
    json.dumps(checked.as_dict())


def test_a_sweep_puts_everything_back():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 10)).eval()
    x, y = torch.randn(64, 64), torch.randint(0, 10, (64,))
    model(x).sum().backward()
    before = [value.clone() for value in (*model.state_dict().values(), *(p.grad for p in model.parameters()))]
    state, places = torch.get_rng_state(), [p.data_ptr() for p in model.parameters()]
    assert len(sweep(model, functional.cross_entropy, [(x[:32], y[:32]), (x[32:], y[32:])], RULES["sgd"])) > 10
    after = [*model.state_dict().values(), *(p.grad for p in model.parameters())]
    assert all(map(torch.equal, before, after))
    assert torch.equal(state, torch.get_rng_state())
    assert places == [p.data_ptr() for p in model.parameters()]
    assert not any(part.training for part in model.modules())


def test_where_the_loss_never_falls_there_is_no_answer():
    assert between([(10 ** (-6 + step / 10), 2.3) for step in range(60)]) is None
    assert between([(1e-6, 2.3)]) is None


def test_the_slope_is_by_the_logarithm_of_the_rate():
    """A loss that falls by one for each tenth of a decade from 1e-3 to 1e-2, and rises after."""
    rates = [10 ** (-6 + step / 10) for step in range(60)]
    losses = [10 - max(0, min(step - 30, 10)) + max(0, step - 45) for step in range(60)]
    low, high = between(list(zip(rates, losses, strict=True)))
    assert 1e-4 <= low <= 1e-3
    assert 5e-3 <= high <= 5e-2


OWN = """
import torch
from torch import nn

x, y = torch.rand(120, 4) * {scale}, torch.randint(0, 3, (120,))
train, validation, loss = (x[:80], y[:80]), (x[80:], y[80:]), nn.functional.cross_entropy


def model():
    return nn.Linear(4, 3)
"""


def test_the_command(ravine_command, tmp_path):
    (tmp_path / "mine.py").write_text(OWN.format(scale=1000))
    code, said, _ = ravine_command("check", tmp_path / "mine.py", "--quick")
    assert code == 1
    assert "1 thing is wrong" in said
    code, said, _ = ravine_command("check", tmp_path / "mine.py", "--quick", "--json")
    assert code == 1
    assert json.loads(said)["found"][0]["name"] == "input scale"
    (tmp_path / "mine.py").write_text(OWN.format(scale=1))
    assert ravine_command("check", tmp_path / "mine.py", "--quick")[0] == 0
    shifted = "\n\ntrain, validation = ((x, y + 1) for x, y in (train, validation))\n"
    (tmp_path / "mine.py").write_text(OWN.format(scale=1) + shifted)
    code, said, _ = ravine_command("check", tmp_path / "mine.py", "--quick", "--json")
    assert (code, json.loads(said)["right"]) == (1, False)
    assert "classes count from 0: shift them" in json.loads(said)["found"][0]["says"]
    code, _, said = ravine_command("check", tmp_path / "none.py")
    assert (code, said.count("\n")) == (2, 1)
