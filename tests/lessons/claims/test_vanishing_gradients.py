"""The claims of the lesson: Vanishing gradients."""

import itertools

import numpy as np
import pytest

from tests.lessons.claims.reading import runs, states, text


def test_ten_sigmoids_leave_less_than_a_millionth():
    z = np.linspace(-9, 9, 2001)
    sigmoid = 1 / (1 + np.exp(-z))
    largest = (sigmoid * (1 - sigmoid)).max()
    assert largest == pytest.approx(1 / 4)
    assert largest**10 < 1e-6
    assert "at most 1/4: ten of them leave less than a millionth" in text("vanishing-gradients")


@pytest.fixture(scope="module")
def digits():
    torch = pytest.importorskip("torch")
    from sklearn.datasets import load_digits

    inputs, targets = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(inputs))
    inputs, targets = torch.tensor(inputs[order] / 16), torch.tensor(targets[order])
    return (inputs[:1400], targets[:1400]), (inputs[1400:], targets[1400:])


def sigmoid_net(layers, seed):
    """Hidden sigmoid layers of 32 with Glorot's start, in float64."""
    import torch

    torch.manual_seed(seed)
    sizes = [64, *[32] * layers, 10]
    linear = [torch.nn.Linear(n, m, dtype=torch.float64) for n, m in itertools.pairwise(sizes)]
    for layer in linear:
        torch.nn.init.xavier_uniform_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    return torch.nn.Sequential(*[part for layer in linear for part in (layer, torch.nn.Sigmoid())][:-1])


def ratio(net, inputs, targets):
    """The first layer's gradient as a share of the last one's."""
    import torch

    torch.nn.functional.cross_entropy(net(inputs), targets).backward()
    return (net[0].weight.grad.norm() / net[-1].weight.grad.norm()).item()


def accuracy(net, optimizer, train, test, epochs=30):
    import torch

    order = np.random.default_rng(0)
    for _ in range(epochs):
        for batch in np.array_split(order.permutation(len(train[0])), 28):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(net(train[0][batch]), train[1][batch]).backward()
            optimizer.step()
    return (net(test[0]).argmax(1) == test[1]).double().mean().item()


def test_the_first_layer_hears_a_thousandth_of_the_last_with_five_layers_and_far_less_with_eight(digits):
    assert 5e-4 < ratio(sigmoid_net(5, 0), *digits[0]) < 3e-3
    assert 5e-6 < ratio(sigmoid_net(8, 0), *digits[0]) < 3e-5


@pytest.mark.slow
def test_descent_and_momentum_starve_and_adam_rescales(digits):
    import torch

    def trained(layers, make, seed=0, epochs=30):
        net = sigmoid_net(layers, seed)
        return accuracy(net, make(net.parameters()), *digits, epochs)

    for rate in (0.1, 1.0):
        assert trained(5, lambda p, lr=rate: torch.optim.SGD(p, lr), epochs=10) < 0.2
        assert trained(5, lambda p, lr=rate: torch.optim.SGD(p, lr, momentum=0.9), epochs=10) < 0.2
    assert trained(5, lambda p: torch.optim.Adam(p, 0.01)) > 0.9
    eight = [trained(8, lambda p: torch.optim.Adam(p, 0.01), seed) for seed in range(3)]
    assert max(eight) - min(eight) > 0.1  # luck
    assert min(eight) < 0.9


def test_on_the_plateau_descent_creeps_and_adam_walks():
    [state] = states("vanishing-gradients")
    ends = {name: run.points[-1, 0] for name, run in runs(state).items()}
    assert ends["sgd"] > 1  # still on the plateau
    assert ends["adam"] < 0.2  # at the cliff
