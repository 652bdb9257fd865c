"""What cannot be watched is refused in one line, and before any hook is set."""

import pytest
import torch
from torch import nn

import ravine


def sgd(model):
    return torch.optim.SGD(model.parameters(), lr=0.1)


def test_a_model_without_parameters():
    model = nn.Sequential(nn.ReLU())
    with pytest.raises(ravine.RavineError, match="no parameters; are its layers attributes, or in a ModuleList"):
        ravine.monitor(model, sgd(nn.Linear(2, 2)))


@pytest.mark.filterwarnings("ignore:.*jit.*:DeprecationWarning")
def test_a_scripted_module():
    model = nn.Linear(2, 2)
    with pytest.raises(ravine.RavineError, match="a scripted module takes no hooks"):
        ravine.monitor(torch.jit.script(model), sgd(model))


def test_another_models_optimizer():
    with pytest.raises(ravine.RavineError, match="holds none of the model's parameters"):
        ravine.monitor(nn.Linear(2, 2), sgd(nn.Linear(2, 2)))


def test_two_monitors_at_once():
    model = nn.Linear(2, 2)
    optimizer = sgd(model)
    monitor = ravine.monitor(model, optimizer)
    with pytest.raises(ravine.RavineError, match="watched already"):
        ravine.monitor(model, optimizer)
    monitor.remove()


def test_after_remove():
    model = nn.Linear(2, 2)
    monitor = ravine.monitor(model, sgd(model))
    monitor.remove()
    monitor.remove()
    with pytest.raises(ravine.RavineError, match="was removed"):
        monitor.log(loss=1.0)
    assert monitor.findings == []
    assert str(monitor).endswith("no step yet.")


def test_an_optimizer_that_the_loop_makes_anew():
    """The one that was given is never stepped: it says so, and asks."""
    model = nn.Linear(2, 2)
    monitor = ravine.monitor(model, sgd(model))
    for _ in range(20):
        loss = model(torch.ones(4, 2)).sum()
        loss.backward()
        sgd(model).step()
        monitor.log(loss=loss)
    assert "no step yet, of 20 passes: does the loop step another optimizer, or one that it makes anew?" in str(monitor)
    monitor.remove()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"loss": torch.ones(3)}, "must be one number, not a tensor of shape"),
        ({"loss": "low"}, "must be a number, not str"),
        ({"accuracy": 97.5}, "divide percentages by 100"),
    ],
)
def test_figures_that_are_none(given, said):
    model = nn.Linear(2, 2)
    with ravine.monitor(model, sgd(model)) as monitor, pytest.raises(ravine.RavineError, match=said):
        monitor.log(**given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"model": "resnet"}, "model must be a torch.nn.Module, not str"),
        ({"optimizer": []}, "give the optimizer"),
        ({"optimizer": "adam"}, "must be a torch.optim.Optimizer, not str"),
        ({"loss": nn.functional.mse_loss}, "of a function, tell it each step's value"),
        ({"every": 0}, "at least 1, not 0"),
    ],
)
def test_other_things(given, said):
    model = nn.Linear(2, 2)
    with pytest.raises(ravine.RavineError, match=said) as error:
        ravine.monitor(**{"model": model, "optimizer": sgd(model), **given})
    assert "\n" not in str(error.value)
    assert not model._forward_hooks
