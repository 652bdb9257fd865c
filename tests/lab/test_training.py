"""A network in a stack goes as it would alone, and as PyTorch's own loop takes it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ravine.lab.network import Network
from ravine.lab.problems import Data, problems
from ravine.lab.stack import Slot, Stack, batches
from ravine.lab.training import one_thread, train
from ravine.rules import rules

DIGITS = problems["digits"]
DATA = DIGITS.data()
STEPS = 60


def walked(rule, slots, steps=STEPS):
    """The parameters of each slot after `steps` steps, (K, P)."""
    stack = Stack(DIGITS, DATA, rules[rule], [Slot(*slot) for slot in slots], epochs=2)
    for _ in range(steps):
        stack.step()
    return stack.theta


def test_the_splits_hold_every_image_once():
    sizes = [len(split) for split in (DATA.train, DATA.validation, DATA.test)]
    assert sizes == [1077, 360, 360]
    images = torch.cat([split.inputs for split in (DATA.train, DATA.validation, DATA.test)])
    from sklearn.datasets import load_digits

    expected = load_digits().data / 16
    assert sorted(map(tuple, images.tolist())) == sorted(map(tuple, expected.tolist()))


@pytest.mark.parametrize(
    "rule", ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "nadam", "lion"]
)
def test_a_slot_equals_its_solo_run(rule):
    slots = [(0.003, 0), (0.01, 1), (0.03, 0)]
    together = walked(rule, slots)
    for row, slot in zip(together, slots, strict=True):
        alone = walked(rule, [slot])[0]
        # float32: a stack multiplies its matrices in another order
        torch.testing.assert_close(row, alone, rtol=2e-4, atol=2e-4)


def test_a_neighbour_that_diverges_harms_nobody():
    calm = [(0.1, 0), (0.05, 1)]
    beside = walked("sgd", [calm[0], (1e30, 0), calm[1]])
    assert not beside[1].isfinite().all()
    torch.testing.assert_close(beside[[0, 2]], walked("sgd", calm), rtol=1e-5, atol=1e-6)


ORACLES = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.05),
    "adam": lambda p: torch.optim.Adam(p, lr=0.05),
}


@pytest.mark.parametrize("rule", ORACLES)
def test_training_is_that_of_a_plain_loop(rule):
    """The same initial weights and batches through torch's own module, autograd and optimizer."""
    seed, order = 3, batches(DIGITS, len(DATA.train), 3, epochs=2)
    torch.manual_seed(seed)
    model = DIGITS.model()
    optimizer = ORACLES[rule](model.parameters())
    for batch in order[:STEPS]:
        optimizer.zero_grad()
        DIGITS.loss(model(DATA.train.inputs[batch]), DATA.train.targets[batch]).backward()
        optimizer.step()
    expected = torch.cat([parameter.detach().flatten() for parameter in model.parameters()])
    torch.testing.assert_close(walked(rule, [(0.05, seed)])[0], expected, rtol=5e-4, atol=5e-4)

    accuracy, loss = Network(DIGITS).evaluate(expected[None], DATA.validation)
    with torch.no_grad():
        scores = model(DATA.validation.inputs)
    assert accuracy.item() == (scores.argmax(1) == DATA.validation.targets).double().mean().item()
    assert loss.item() == pytest.approx(DIGITS.loss(scores, DATA.validation.targets).item(), rel=1e-5)


@pytest.mark.parametrize("rule", ORACLES)
def test_in_double_precision_only_rounding_is_left(rule):
    """Stacked beside others and for the whole of two epochs, against the plain loop."""

    def double(split):
        return replace(split, inputs=split.inputs.double())

    problem = replace(DIGITS, model=lambda: DIGITS.model().double())
    data = Data(double(DATA.train), double(DATA.validation), double(DATA.test))
    stack = Stack(problem, data, rules[rule], [Slot(0.01, 4), Slot(0.05, 3), Slot(0.1, 3)], epochs=2)
    for _ in range(stack.steps):
        stack.step()

    torch.manual_seed(3)
    model = problem.model()
    optimizer = ORACLES[rule](model.parameters())
    for batch in batches(problem, len(data.train), 3, epochs=2):
        optimizer.zero_grad()
        problem.loss(model(data.train.inputs[batch]), data.train.targets[batch]).backward()
        optimizer.step()
    expected = torch.cat([parameter.detach().flatten() for parameter in model.parameters()])
    torch.testing.assert_close(stack.theta[1], expected, rtol=1e-9, atol=1e-9)


def test_a_seed_fixes_weights_and_batches_whatever_the_rule_and_the_rate():
    first, second = (Stack(DIGITS, DATA, rules[rule], [Slot(0.1, 7), Slot(0.2, 8)], 1) for rule in ("sgd", "adam"))
    assert torch.equal(first.theta, second.theta)
    assert not torch.equal(first.theta[0], first.theta[1])
    order = batches(DIGITS, 1077, 7, 2)
    assert torch.equal(order, batches(DIGITS, 1077, 7, 2))
    assert not torch.equal(order, batches(DIGITS, 1077, 8, 2))
    epoch = order[:33].flatten()
    assert len(set(epoch.tolist())) == 33 * 32  # no image twice in an epoch
    assert not torch.equal(epoch, order[33:].flatten())


def test_a_diverged_run_counts_as_nothing_learned():
    calm, wild = train(DIGITS, DATA, rules["sgd"], [Slot(0.3, 0), Slot(1e30, 0)], epochs=4)
    assert not calm.diverged
    assert wild.diverged
    assert wild.test_accuracy == 0
    assert wild.validation_loss[-1] == np.inf
    assert wild.steps_to_target is None


def test_the_number_of_threads_is_given_back():
    before = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    with pytest.raises(ZeroDivisionError), one_thread():
        _ = 1 / 0
    assert torch.get_num_threads() == before
