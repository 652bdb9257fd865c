"""Chains of common layers take a faster way: to the same losses and gradients, and only where that is certain."""

from collections import OrderedDict
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial, wraps

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations

from ravine.lab.engine.chain import Chain
from ravine.lab.engine.compiled import Compiled
from ravine.lab.engine.network import Network
from ravine.lab.engine.passes import passes_of
from ravine.lab.engine.recognition import ELEMENTWISE
from ravine.lab.engine.stack import Stack
from ravine.lab.problems import Data
from ravine.lab.problems.parts.split import Split
from ravine.rules import rules
from tests.lab.configurations import DIGITS, configured

CLASSES = torch.arange(40) % 3
NUMBERS = torch.linspace(-1, 1, 120, dtype=torch.float64).view(40, 3)
LABELS = (NUMBERS > 0).double()


def posed(model, loss=functional.cross_entropy, targets=CLASSES, shape=(6,)):
    """A problem of 40 examples in float64."""
    inputs = torch.randn(40, *shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    split = Split(inputs, targets)
    data = Data(split, Split(inputs[:25], targets[:25]), split)
    made = lambda: model().double()  # noqa: E731
    return replace(DIGITS, name="chained", model=made, data=lambda: data, loss=loss, batch_size=7)


def small(*between):
    return nn.Sequential(nn.Linear(6, 5), *between, nn.Linear(5, 3))


CHAINS = {kind.__name__: posed(lambda kind=kind: small(kind())) for kind in ELEMENTWISE} | {
    "linear": posed(lambda: nn.Linear(6, 3)),
    "no bias": posed(lambda: nn.Sequential(nn.Linear(6, 4, bias=False), nn.Tanh(), nn.Linear(4, 3))),
    "in place": posed(lambda: small(nn.Dropout(0.4, inplace=True), nn.ReLU(inplace=True))),
    "one first": posed(lambda: nn.Sequential(nn.ELU(inplace=True), nn.Linear(6, 3))),
    "one last": posed(lambda: nn.Sequential(nn.Linear(6, 3), nn.Hardtanh())),
    "its numbers": posed(lambda: small(nn.LeakyReLU(0.3), nn.GELU("tanh"), nn.Softplus(2.0))),
    "one layer twice": posed(
        lambda: (relu := nn.ReLU()) and nn.Sequential(nn.Linear(6, 3), relu, nn.Linear(3, 3), relu)
    ),
    "dropouts": posed(lambda: small(nn.Dropout(0.0), nn.ReLU(), nn.Dropout(0.3), nn.Dropout(1.0))),
    "nested": posed(
        lambda: nn.Sequential(
            OrderedDict(a=nn.Identity(), b=nn.Sequential(nn.Linear(6, 4), nn.ReLU()), c=nn.Linear(4, 3))
        )
    ),
    "in evaluation mode": posed(lambda: small(nn.Dropout(0.3)).eval()),
    "images": posed(lambda: nn.Sequential(nn.Flatten(), nn.Linear(6, 3)), shape=(2, 3)),
    "cross-entropy": posed(small, nn.CrossEntropyLoss()),
    "squares": posed(small, functional.mse_loss, NUMBERS),
    "mean of squares": posed(small, nn.MSELoss(), NUMBERS),
    "labels": posed(small, nn.BCEWithLogitsLoss(), LABELS),
    "labels, a function": posed(small, functional.binary_cross_entropy_with_logits, LABELS),
}


@pytest.mark.parametrize("kind", CHAINS)
def test_a_chain_has_the_losses_and_gradients_of_torch_func(kind):
    """Both ways over the same three networks, batches and masks; then of whole splits, in parts."""
    problem = CHAINS[kind]
    stack = Stack(problem, problem.data(), [configured(problem, "sgd", seed=seed) for seed in (0, 1, 1)], rules)
    assert isinstance(stack.passes, Chain)
    network, theta = stack.network, stack.theta
    which = stack.batches.next()[stack.seed_of_slot]
    masks = stack._masks(theta) if stack.masks else []
    ours, theirs = torch.empty_like(theta), torch.empty_like(theta)
    loss, _ = stack.passes.gradients(theta, {}, masks, stack.train, which, ours)
    expected, _ = network.gradients(theta, {}, masks, stack.train, which, theirs)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(ours, theirs)
    assert theirs.abs().max() > 0 or "dropouts" in kind
    many = torch.cat([stack.train.inputs] * 5)
    units, dead = (way.dead_units(theta, {}, Split(many, None)) for way in (stack.passes, network))
    assert [*units] == [*dead]
    assert all(torch.equal(units[layer], dead[layer]) for layer in dead)
    seen, known = (way.evaluate(theta, {}, problem.data().validation) for way in (stack.passes, network))
    torch.testing.assert_close(seen, known)
    assert torch.equal(problem.data().train.inputs[:25], problem.data().validation.inputs)  # nothing worked in place


def test_the_dead_units_of_a_chain_are_those_that_torch_func_finds():
    """Of a thousand units some are dead: weights and biases far below, or nothing that leaves them."""
    inputs = torch.randn(200, 6, generator=torch.Generator().manual_seed(2))
    split = Split(inputs, torch.arange(200) % 3)
    layers = (nn.Linear(6, 500), nn.ReLU(), nn.Dropout(0.1), nn.Linear(500, 500), nn.ReLU(), nn.Linear(500, 3))
    model = partial(deepcopy, nn.Sequential(*layers))
    problem = replace(DIGITS, name="dying", model=model, data=lambda: Data(split, split, split), batch_size=10)
    stack = Stack(problem, problem.data(), [configured(problem, "sgd", seed=seed) for seed in range(3)], rules)
    named = stack.network._named(stack.theta)
    named["0.bias"][:, ::3] -= 100  # off for all
    named["3.weight"][:, ::4] = -named["3.weight"][:, ::4].abs()
    named["3.bias"][:, ::4] = -1
    named["5.weight"][:, :, 1::4] = 0  # on, and read by nobody
    ours = stack.dead_units(split, [0, 1, 2])
    theirs = stack.network.dead_units(stack.theta, {}, split)
    assert [*ours] == [*theirs]
    assert all(torch.equal(ours[title], theirs[title]) for title in ours)
    assert [int(dead.sum()) > 300 for dead in ours.values()] == [True, True, False]


def single(model, shape=(6,), batch_size=7, loss=functional.cross_entropy):
    """The same in float32."""
    problem = posed(model, loss, shape=shape)
    whole = problem.data()
    data = Data(*(Split(s.inputs.float(), s.targets) for s in (whole.train, whole.validation, whole.test)))
    return replace(problem, model=model, data=lambda: data, batch_size=batch_size)


def pruned():
    """Its layers still say that they have another size."""
    network = small(nn.ReLU())
    network[0].weight, network[0].bias = nn.Parameter(torch.randn(9, 6)), nn.Parameter(torch.randn(9))
    network[2].weight = nn.Parameter(torch.randn(3, 9))
    return network


def deep():
    layers = [nn.Linear(6, 17), nn.LeakyReLU(0.2), nn.Linear(17, 9, bias=False), nn.Linear(9, 33), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(33, 3))


COMPILED = {
    "small": single(lambda: small(nn.ReLU(inplace=True))),
    "deep": single(deep),
    "other weights": single(pruned),
    "one layer": single(lambda: nn.Sequential(nn.Flatten(), nn.Linear(6, 3)), shape=(3, 2)),
    "no bias": single(lambda: nn.Sequential(nn.Linear(6, 8, bias=False), nn.ReLU(), nn.Linear(8, 3, bias=False))),
} | {f"deep, batches of {size}": single(deep, batch_size=size) for size in (1, 8, 17)}


@pytest.mark.parametrize("kind", COMPILED)
def test_machine_code_has_the_losses_and_gradients_of_torch_func_in_float64(kind):
    """Of networks with large and with small weights; whatever stands in what it writes to."""
    problem = COMPILED[kind]
    stack = Stack(problem, problem.data(), [configured(problem, "sgd", seed=seed) for seed in (0, 1, 1, 2)], rules)
    assert isinstance(stack.passes, Compiled)
    theta = stack.theta * torch.tensor([1.0, 3.0, 0.0, 0.1])[:, None]
    train = stack.train
    double = Split(train.inputs.double(), train.targets)
    for _ in range(2):
        which = stack.batches.next()[stack.seed_of_slot]
        ours, theirs = torch.full_like(theta, torch.nan), torch.empty_like(theta, dtype=torch.float64)
        loss, _ = stack.passes.gradients(theta, {}, [], train, which, ours)
        expected, _ = stack.network.gradients(theta.double(), {}, [], double, which, theirs)
        torch.testing.assert_close(loss.double(), expected, rtol=1e-5, atol=1e-6)
        torch.testing.assert_close(ours.double(), theirs, rtol=1e-4, atol=1e-5 * theirs.abs().max().item())


def test_a_network_that_is_lost_harms_no_other_and_shows_it():
    problem = COMPILED["deep"]
    stack = Stack(problem, problem.data(), [configured(problem, "sgd", seed=0) for _ in range(5)], rules)
    theta, which = stack.theta.clone(), stack.batches.next()[stack.seed_of_slot]
    theta[1, 5], theta[2, -1], theta[3] = torch.nan, torch.inf, 1e30
    gradient = torch.empty_like(theta)
    loss, _ = stack.passes.gradients(theta, {}, [], stack.train, which, gradient)
    assert loss.isfinite().tolist() == [True, False, False, False, True]
    assert gradient[0].isfinite().all()
    assert torch.equal(gradient[0], gradient[4])


def test_scores_that_lie_far_apart_have_their_loss():
    """Where shares of classes vanish in float32, as in PyTorch."""
    problem = single(lambda: nn.Linear(6, 3))
    stack = Stack(problem, problem.data(), [configured(problem, "sgd", seed=0) for _ in range(3)], rules)
    theta = stack.theta * torch.tensor([50.0, 500.0, 1e6])[:, None]
    which = stack.batches.next()[stack.seed_of_slot]
    gradient = torch.empty_like(theta)
    loss, _ = stack.passes.gradients(theta, {}, [], stack.train, which, gradient)
    expected, _ = stack.network.gradients(theta, {}, [], stack.train, which, torch.empty_like(theta))
    torch.testing.assert_close(loss, expected)


UNCOMPILED = {
    "float64": CHAINS["ReLU"],
    "tanh": single(lambda: small(nn.Tanh())),
    "dropout": single(lambda: small(nn.ReLU(), nn.Dropout(0.1))),
    "two activations": single(lambda: small(nn.ReLU(), nn.ReLU())),
    "one at the end": single(lambda: nn.Sequential(nn.Linear(6, 3), nn.ReLU())),
    "another loss": CHAINS["squares"],
    "wide": single(lambda: nn.Sequential(nn.Linear(6, 10_000), nn.ReLU(), nn.Linear(10_000, 3))),
    "many layers": single(lambda: nn.Sequential(*[nn.Linear(6, 6) for _ in range(7)])),
    "a class too many": single(lambda: nn.Linear(6, 2)),
}


@pytest.mark.parametrize("kind", UNCOMPILED)
def test_other_chains_are_not_compiled(kind):
    problem = UNCOMPILED[kind]
    assert isinstance(passes_of(problem, Network(problem), problem.data(), 7), Chain)


@dataclass
class Smoothed:
    """A loss that cannot be hashed."""

    label_smoothing: float

    def __call__(self, outputs, targets):
        return functional.cross_entropy(outputs, targets, label_smoothing=self.label_smoothing)


class Mine(nn.Linear):
    """A layer that is no layer of PyTorch's."""


class Halved(nn.Sequential):
    def forward(self, x):
        return super().forward(x) / 2


def changed(change):
    """The network after this has happened to it; what `change` gives is no matter."""

    def model():
        network = small(nn.ReLU())
        change(network)
        return network

    return model


def tied():
    layer = nn.Linear(6, 6)
    return nn.Sequential(layer, nn.ReLU(), layer, nn.Linear(6, 3))


def dropout_that_stays_off():
    network = small(nn.Dropout(0.5).eval())
    network[1].train = lambda mode=True: network[1]
    return network


def halved_output(module, inputs, output):
    return output / 2


OTHERS = {
    "a subclass": posed(lambda: nn.Sequential(Mine(6, 3))),
    "a forward pass of one's own": posed(lambda: Halved(nn.Linear(6, 3))),
    "one put on the object": posed(changed(lambda n: setattr(n[0], "forward", lambda x: x[:, :5]))),
    "one that never trains": posed(dropout_that_stays_off),
    "a bias for all units": posed(changed(lambda n: setattr(n[0], "bias", nn.Parameter(torch.zeros(1))))),
    "layers that do not fit": posed(lambda: nn.Sequential(nn.Linear(6, 4), nn.Linear(9, 3))),
    "inputs that do not fit": posed(lambda: nn.Linear(5, 3)),
    "a hook": posed(changed(lambda n: n[1].register_forward_hook(halved_output))),
    "a hook before": posed(changed(lambda n: n.register_forward_pre_hook(lambda module, inputs: None))),
    "a hook on the way back": posed(changed(lambda n: n[0].register_full_backward_hook(lambda *given: None))),
    "a parametrization": posed(changed(lambda n: parametrizations.weight_norm(n[0]))),
    "the old one": posed(changed(lambda n: nn.utils.weight_norm(n[0]))),
    "a shared layer": posed(tied),
    "a shared weight": posed(changed(lambda n: n.append(nn.Linear(3, 5)) and setattr(n[3], "bias", n[0].bias))),
    "a frozen weight": posed(changed(lambda n: n[0].weight.requires_grad_(False))),
    "a parameter beside": posed(changed(lambda n: n.register_parameter("scale", nn.Parameter(torch.ones(1))))),
    "a buffer beside": posed(changed(lambda n: n.register_buffer("mean", torch.zeros(1)))),
    "another layer": posed(lambda: small(nn.BatchNorm1d(5))),
    "a softmax": posed(lambda: small(nn.Softmax(dim=1))),
    "features that stay apart": posed(lambda: nn.Sequential(nn.Linear(6, 3), nn.Flatten()), shape=(1, 6)),
    "part of them flat": posed(lambda: nn.Sequential(nn.Flatten(1, 2), nn.Linear(6, 3)), shape=(2, 3)),
    "another precision": replace(DIGITS, model=lambda: nn.Linear(64, 10).double()),
    "smoothed labels": posed(small, nn.CrossEntropyLoss(label_smoothing=0.1)),
    "weighted classes": posed(small, nn.CrossEntropyLoss(weight=torch.ones(3, dtype=torch.float64))),
    "a sum": posed(small, nn.MSELoss(reduction="sum"), NUMBERS),
    "a loss of one's own": posed(small, lambda outputs, targets: functional.cross_entropy(outputs, targets)),
    "a loss that is an object": posed(small, Smoothed(0.1)),
    "targets left out": posed(small, targets=CLASSES.clone().index_fill(0, torch.tensor([3]), -100)),
    "targets spread out": posed(small, functional.mse_loss, NUMBERS[:, :1]),
    "shares of classes": posed(small, targets=NUMBERS.softmax(dim=1)),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_what_may_be_another_network_goes_the_general_way(kind):
    problem = OTHERS[kind]
    assert Chain.of(problem, Network(problem), problem.data()) is None


def test_a_forward_pass_that_is_put_on_the_class_is_seen(monkeypatch):
    before = nn.Linear.forward
    monkeypatch.setattr(nn.Linear, "forward", wraps(before)(lambda self, x: before(self, x) / 2))
    problem = posed(small)
    assert Chain.of(problem, Network(problem), problem.data()) is None


def test_hooks_on_everything_are_seen():
    problem = posed(small)
    handle = nn.modules.module.register_module_forward_hook(halved_output)
    try:
        assert Chain.of(problem, Network(problem), problem.data()) is None
    finally:
        handle.remove()
    assert Chain.of(problem, Network(problem), problem.data()) is not None


def test_a_slot_has_the_same_bits_wherever_it_stands():
    """In stacks of one size: a race trains again what goes on, and finds the same run."""
    one = configured(DIGITS, "adam", lr=0.01, seed=3, steps=20)
    rest = [configured(DIGITS, "adam", lr=0.001, seed=seed, steps=20) for seed in range(4, 11)]
    problem = replace(DIGITS, name="placed")
    ends = []
    for place in (0, 3, 7):
        stack = Stack(problem, problem.data(), [*rest[:place], one, *rest[place:]], rules)
        for _ in range(20):
            stack.step()
        ends.append(stack.theta[place].clone())
    assert all(torch.equal(ends[0], end) for end in ends[1:])
