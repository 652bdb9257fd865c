"""The lines of PyTorch that a comparison recommends train the network that it reports."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from torch import nn

import ravine.optim
from ravine.lab import compare
from ravine.lab.problems.own.own_problem import own_problem
from ravine.lab.report.recipe import recipe
from ravine.rules import rules

from .configurations import plain_loop

chance = torch.Generator().manual_seed(0)
X = torch.randn(160, 6, generator=chance)
Y = (X @ torch.randn(6, 3, generator=chance)).argmax(1)


@pytest.fixture(autouse=True)
def quickly_calibrated(monkeypatch):
    monkeypatch.setattr("ravine.lab.engine.calibration.SHARE", 0.01)


def network():
    return nn.Linear(6, 3)


GIVEN = {
    "model": network,
    "train": (X[:80], Y[:80]),
    "validation": (X[80:120], Y[80:120]),
    "test": (X[120:], Y[120:]),
    "loss": nn.functional.cross_entropy,
}
ASKED = {"lrs": [0.05], "tuning_seeds": 1, "seeds": 1, "epochs": 4, "workers": 1, "stack": 1}


@pytest.mark.parametrize(
    ("optimizer", "lines"),
    [
        ("adam", 2),
        ("momentum", 2),
        ("adadelta", 2),
        ("nesterov", 2),
        ("rmsprop", 2),
        ("lion", 1),
        ({"rule": "adam+decoupled", "weight_decay": 0.1}, 1),
        ("torch.optim.AdamW", 1),
        ({"rule": "adam", "schedule": "cosine warmup=10%"}, 2),
    ],
)
def test_the_lines_train_what_is_reported(optimizer, lines):
    comparison = compare(**GIVEN, optimizers=[optimizer], **ASKED)
    name = comparison.summaries[0].name
    (run,) = comparison.runs_of(name)
    made = own_problem(**GIVEN)
    optimizers = [line for line in comparison.recipe().splitlines() if line.startswith("optimizer")]
    assert len(optimizers) == lines
    for line in optimizers:

        def stepping(parameters, line=line):
            model = nn.Module()
            model.parameters = lambda: parameters
            scope = {"model": model}
            text = "\n".join(one for one in comparison.recipe().splitlines() if one not in optimizers)
            before, _, after = text.partition("schedule =")
            exec("\n".join((before, line, f"schedule ={after}" if after else "")), scope)
            step = scope["optimizer"].step
            if "schedule" in scope:
                scope["optimizer"].step = lambda: (step(), scope["schedule"].step())
            return scope["optimizer"]

        model = plain_loop(made, run.configuration, stepping)
        with torch.no_grad():
            loss = float(nn.functional.cross_entropy(model(X[120:]), Y[120:]))
        assert loss == pytest.approx(run.test_loss, rel=1e-4), line


@pytest.mark.parametrize("name", [name for name in rules if not rules[name].of_matrices])
def test_whatever_rule_leads_each_line_steps_as_it_does(name):
    """Every line, at settings that are not the defaults, against the class of the rule, over a few steps."""
    settings = {setting: 0.9 * value for setting, value in rules[name].settings({}).items()}
    lines = recipe(
        SimpleNamespace(summaries=[SimpleNamespace(rule=name, setting=settings, fixed={}, schedule="constant")])
    )
    *lines, last = [*lines, ""] if lines[-1].startswith("optimizer =") else lines
    assert lines
    gradients = torch.randn(4, 3, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)

    def by_rule(model):
        return ravine.optim.from_rule(name)(model.parameters(), **settings)

    def end_of(make):
        model = nn.Linear(2, 3, bias=False).double()
        nn.init.eye_(model.weight)
        optimizer = make(model)
        exec(last if make is not by_rule else "getattr(optimizer, 'train', int)()", {"optimizer": optimizer})
        for gradient in gradients:
            model.weight.grad = gradient.clone()
            optimizer.step()
        return model.weight.detach()

    expected = end_of(by_rule)
    for line in lines:
        code = line.removeprefix("optimizer = ")
        found = end_of(lambda model, code=code: eval(code, {"torch": torch, "ravine": ravine, "model": model}))
        torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-9, msg=lambda text, line=line: f"{line}: {text}")


@pytest.mark.parametrize(
    ("name", "settings", "classes"),
    [
        ("adagrad", {}, ["torch.optim.Adagrad", "ravine.optim.Adagrad"]),
        ("momentum", {}, ["torch.optim.SGD", "ravine.optim.SGD"]),
        ("lion", {}, ["ravine.optim.Lion"]),
        ("adan", {}, ["ravine.optim.Adan"]),
        ("adadelta", {"delta0": 0.1}, ["ravine.optim.from_rule('adadelta')"]),
        ("adam_heavyball", {}, ["ravine.optim.from_rule('adam_heavyball')"]),
    ],
)
def test_a_class_is_named_where_there_is_one_that_does_the_same(name, settings, classes):
    leader = SimpleNamespace(rule=name, setting=rules[name].settings(settings), fixed={}, schedule="constant")
    lines = recipe(SimpleNamespace(summaries=[leader]))
    assert [line.removeprefix("optimizer = ").partition("(model")[0] for line in lines] == classes


def test_a_baseline_stands_beside_the_result():
    comparison = compare(**GIVEN, optimizers=["sgd"], **{**ASKED, "lrs": [0.5]})
    most = Y[:80].bincount().argmax()
    assert comparison.baseline == ("the commonest class", pytest.approx(float((Y[120:] == most).double().mean())))
    said = f"Without a network, the commonest class comes to {100 * comparison.baseline[1]:.1f}%"
    assert said in comparison.recommendation()
    assert "learned nothing" not in comparison.recommendation()
    assert "it has learned nothing that shows" in replace(comparison, baseline=("it", 1.1)).recommendation()


@pytest.mark.parametrize(("metric", "answer"), [("mae", "the median"), ("loss", "the mean"), ("r2", "the mean")])
def test_the_baseline_of_numbers(metric, answer):
    from sklearn.dummy import DummyRegressor
    from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

    y = X[:, :1] ** 3 + 1
    pairs = {"train": (X[:80], y[:80]), "validation": (X[80:120], y[80:120]), "test": (X[120:], y[120:])}
    given = {**GIVEN, **pairs, "model": lambda: nn.Linear(6, 1), "loss": nn.MSELoss()}
    comparison = compare(**given, metric=metric, optimizers=["sgd"], **ASKED)
    dummy = DummyRegressor(strategy="median" if metric == "mae" else "mean").fit(X[:80], y[:80])
    oracle = {"mae": mean_absolute_error, "loss": mean_squared_error, "r2": r2_score}[metric]
    assert comparison.baseline == (answer, pytest.approx(oracle(y[120:], dummy.predict(X[120:])), rel=1e-4, abs=1e-6))
