"""What outputs, gradient and graph of a loss give away: crossed shapes, a wrong sign, a softmax over another axis."""

import warnings

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.optim import SGD, Adam, AdamW

import ravine
from ravine.monitor.graph import crosses, softmax_twice
from ravine.monitor.stepping import decay_of

LOSSES = {
    "l1": functional.l1_loss,
    "smooth l1": functional.smooth_l1_loss,
    "huber": functional.huber_loss,
    "squares": functional.mse_loss,
    "a sum": lambda z, y: functional.mse_loss(z, y, reduction="sum"),
    "by hand": lambda z, y: (z - y).abs().mean(),
    "targets first": lambda z, y: ((y - z) ** 2).mean(),
    "log-cosh": lambda z, y: (z - y).cosh().log().mean(),
    "with a penalty": lambda z, y: (z - y).abs().mean() + 1e-3 * z.pow(2).mean(),
    "with weights": lambda z, y: (torch.linspace(1, 2, len(y)) * (z - y) ** 2).mean(),
}


@pytest.fixture(autouse=True)
def quietly():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's own on shapes, which few read
        yield


def outputs(shape):
    torch.manual_seed(0)
    return torch.randn(shape, requires_grad=True) * 1.0


@pytest.mark.parametrize("loss", LOSSES.values(), ids=list(LOSSES))
@pytest.mark.parametrize(("given", "targets", "crossed"), [((6, 1), 6, True), ((6, 1), (6, 1), False), (6, 6, False)])
def test_shapes_cross_in_any_loss_of_differences(loss, given, targets, crossed):
    z = outputs(given)
    assert crosses(loss(z, torch.randn(targets)).grad_fn, z.grad_fn, z.numel()) is crossed


PAIRWISE = {
    "ranking": lambda z: functional.softplus(z - z.T).mean(),
    "ranking of expanded scores": lambda z: functional.softplus(z.expand(6, 6) - z.expand(6, 6).T).mean(),
    "Cox's partial likelihood": lambda z: (torch.logsumexp(z.T + torch.ones(6, 6).tril().log(), 1) - z[:, 0]).mean(),
    "kernel": lambda z: torch.exp(-((z - z.T) ** 2)).mean(),
}


@pytest.mark.parametrize("loss", PAIRWISE.values(), ids=list(PAIRWISE))
def test_outputs_that_are_set_against_each_other_do_not_cross(loss):
    z = outputs((6, 1))
    assert not crosses(loss(z).grad_fn, z.grad_fn, 6)


def watched(loss, width, steps=12, batch=16, told=True, module=None):
    """The names of what is found where a linear layer of so many outputs is trained with `loss(outputs)`."""
    torch.manual_seed(0)
    model = nn.Linear(4, width)
    optimizer = SGD(model.parameters(), lr=0.1)
    with ravine.monitor(model, optimizer, loss=module) as monitor:
        for _ in range(steps):
            value = loss(model(torch.randn(batch, 4)))
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            if told:
                monitor.log(loss=value)
    return [finding.name for finding in monitor.findings]


def test_a_loss_module_gives_crossed_shapes_away_without_a_log():
    module = nn.L1Loss()
    # All outputs lie below all targets, where the gradient alone says nothing.
    assert watched(lambda z: module(z, 50 + torch.rand(16)), 1, told=False, module=module)[:1] == ["crossed_shapes"]


def labels(classes):
    return torch.arange(16) % classes


SIGNS = {
    "cross-entropy": (lambda z: functional.cross_entropy(z, labels(5)), 5),
    "cross-entropy of two": (lambda z: functional.cross_entropy(z, labels(2)), 2),
    "sigmoids": (lambda z: functional.binary_cross_entropy_with_logits(z[:, 0], labels(2).float()), 1),
    "squared errors": (lambda z: functional.mse_loss(z[:, 0], labels(3).float()), 1),
}


@pytest.mark.parametrize(("loss", "width"), SIGNS.values(), ids=list(SIGNS))
def test_a_loss_of_the_wrong_sign(loss, width):
    assert watched(lambda z: -loss(z), width)[:1] == ["wrong_sign"]
    assert "wrong_sign" not in watched(loss, width)


def rewarded(z, reward):
    chosen = torch.distributions.Categorical(logits=z).sample()
    return -(z.log_softmax(1).gather(1, chosen[:, None])[:, 0] * reward).mean()


NEGATIVE = {
    "rewards below 0": (lambda z: rewarded(z, -torch.rand(16)), 3),
    "rewards above 0, less a constant": (lambda z: rewarded(z, torch.rand(16)) - 5, 3),
    "a likelihood": (lambda z: functional.gaussian_nll_loss(z[:, :1], 0 * z[:, :1], 1e-4 + 0 * z[:, 1:]), 2),
    "a critic": (lambda z: z[:8].mean() - z[8:].mean() - 1, 1),
    "an entropy": (lambda z: functional.cross_entropy(z, labels(3)) - 2 - 0.1 * z.softmax(1).std(), 3),
}


@pytest.mark.parametrize(("loss", "width"), NEGATIVE.values(), ids=list(NEGATIVE))
def test_losses_that_are_negative_by_right(loss, width):
    assert "wrong_sign" not in watched(loss, width)


@pytest.mark.parametrize("shape", [(4, 4, 3), (2, 8, 3)])
@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize("axis", [1, 2])
def test_a_softmax_over_the_places_of_a_sequence(shape, flat, axis):
    def loss(z):
        return functional.cross_entropy(z.reshape(-1, 3), torch.arange(16) % 3)

    class Spread(nn.Module):
        def __init__(self):
            super().__init__()
            self.last = nn.Linear(4, 3)

        def forward(self, x):
            z = (3 * self.last(x)).softmax(axis)
            return z.reshape(-1, 3) if flat else z

    torch.manual_seed(0)
    model = Spread()
    optimizer = SGD(model.parameters(), lr=0.01)
    with ravine.monitor(model, optimizer) as monitor:
        for _ in range(12):
            value = loss(model(torch.randn(*shape[:2], 4)))
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
    assert [finding.name for finding in monitor.findings][:1] == ["softmax_across" if axis == 1 else "softmax_twice"]


@pytest.mark.parametrize(
    ("make", "decay"),
    [
        (lambda p: SGD(p, lr=0.1, weight_decay=0.1), 0.01 / 1),
        (lambda p: SGD(p, lr=0.1, weight_decay=0.01, momentum=0.9), 0.01),
        (lambda p: AdamW(p, lr=1e-3, weight_decay=10), 0.01),
        (lambda p: ravine.optim.Adam(p, lr=1e-3, weight_decay=10, decoupled_weight_decay=True), 0.01),
        (lambda p: Adam(p, lr=1e-3, weight_decay=10), 0),  # in the gradient, which is then normalised
        (lambda p: SGD(p, lr=0.1), 0),
    ],
)
def test_the_share_of_the_weights_that_decay_takes(make, decay):
    """As a step without a gradient takes it: that of plain SGD and of AdamW at once, with momentum in the end."""
    weight = nn.Parameter(torch.ones(1))
    assert decay_of(make([weight])) == pytest.approx(decay)


LABELS = torch.arange(12) % 4
ONCE_MORE = {
    "in the loop": (lambda z: functional.cross_entropy(z.softmax(-1), LABELS), True),
    "by its parts": (lambda z: functional.nll_loss(z.softmax(-1).log_softmax(-1), LABELS), True),
    "reshaped": (lambda z: functional.cross_entropy(z.softmax(-1).reshape(3, 4, 4).flatten(0, 1), LABELS), True),
    "beside a penalty": (lambda z: functional.cross_entropy(z.softmax(-1), LABELS) + z.pow(2).mean(), True),
    "scores": (lambda z: functional.cross_entropy(z, LABELS), False),
    "logarithms": (lambda z: functional.nll_loss(z.softmax(-1).log(), LABELS), False),
    "log_softmax twice, which changes nothing": (lambda z: functional.cross_entropy(z.log_softmax(-1), LABELS), False),
    "at a temperature": (lambda z: functional.cross_entropy(z.softmax(-1) / 0.1, LABELS), False),
    "an entropy": (lambda z: functional.cross_entropy(z, LABELS) - (z.softmax(-1) * z.log_softmax(-1)).sum(), False),
}


@pytest.mark.parametrize(("loss", "twice"), ONCE_MORE.values(), ids=list(ONCE_MORE))
def test_a_softmax_of_a_softmax_in_the_loss(loss, twice):
    z = outputs((12, 4))
    assert softmax_twice(loss(z).grad_fn, z.grad_fn) is twice


def trained(optimizer, loss):
    torch.manual_seed(0)
    x = torch.randn(600, 10)
    y = (x @ torch.randn(10, 4)).argmax(1)
    model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 4))
    optimizer = optimizer(model.parameters())
    monitor = ravine.monitor(model, optimizer)
    for _ in range(200):
        some = torch.randint(0, 600, (32,))
        now = loss(model(x[some]), y[some])
        optimizer.zero_grad()
        now.backward()
        optimizer.step()
        monitor.log(loss=now)
    monitor.remove()
    return [one.name for one in monitor.findings]


def test_a_softmax_in_the_loop_is_named():
    found = trained(lambda given: SGD(given, 0.1), lambda z, y: functional.cross_entropy(z.softmax(-1), y))
    assert found[0] == "softmax_twice"


def test_the_few_examples_that_a_wild_network_gets_wrong_do_not_say_which_classes_a_batch_holds():
    found = trained(lambda given: torch.optim.Adagrad(given, 50.0), functional.cross_entropy)
    assert found[0] == "step_too_big"
    assert "sorted_data" not in found
