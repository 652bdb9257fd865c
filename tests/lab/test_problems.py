"""The problems: splits, settings, checksums, and the quadratic against theory."""

import os
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from ravine.errors import RavineError
from ravine.lab.engine import train_chunk
from ravine.lab.problems import Data, Problem, find_problem, problems
from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.quadratic import eigenvalues
from tests.lab.configurations import DIGITS, configured

NAMES = [
    "cifar-alexnet",
    "cifar-random-labels",
    "cifar-vgg",
    "digits",
    "digits-noisy-labels",
    "digits-random-labels",
    "fashion-cnn",
    "mnist-cnn",
    "mnist-logistic",
    "mnist-mlp",
    "quadratic",
]
PUBLISHED = ["fashion-cnn", "mnist-cnn", "mnist-logistic", "mnist-mlp"]


def test_the_problems():
    assert list(problems) == NAMES
    with pytest.raises(RavineError, match="did you mean 'mnist-cnn'"):
        find_problem("mnist-cn")


def test_the_digits_splits_hold_every_image_once():
    data = DIGITS.data()
    splits = (data.train, data.validation, data.test)
    assert [len(split) for split in splits] == [1077, 360, 360]
    images = torch.cat([split.inputs for split in splits])
    assert sorted(map(tuple, images.tolist())) == sorted(map(tuple, (load_digits().data / 16).tolist()))


@pytest.fixture
def few_images(monkeypatch):
    """In place of the published sets: images of one value each, and labels that tell which image."""

    def made(n):
        return np.tile(np.arange(n, dtype=np.uint8)[:, None, None], (1, 28, 28)), np.arange(n, dtype=np.uint8)

    monkeypatch.setattr("ravine.lab.problems.published.images.load", lambda name: (*made(120), *made(20)))
    monkeypatch.setattr("ravine.lab.problems.published.images.VALIDATION", 30)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_images_are_split_and_prepared(name, few_images):
    problem = problems[name]
    data = problem.data()
    assert [len(split) for split in (data.train, data.validation, data.test)] == [90, 30, 20]
    # Each image is still under its own label, and is in one split only.
    assert sorted([*data.train.targets.tolist(), *data.validation.targets.tolist()]) == list(range(120))
    assert data.test.targets.tolist() == list(range(20))
    for split in (data.train, data.validation, data.test):
        values = split.inputs.flatten(1)
        assert torch.equal(values, values[:, :1].expand_as(values))
        slope = torch.diff(values[:, 0][split.targets.argsort()]) / torch.diff(split.targets.sort().values)
        torch.testing.assert_close(slope, slope[:1].expand_as(slope), rtol=1e-3, atol=0)
    outputs = problem.model()(data.train.inputs[:4])
    assert outputs.shape == (4, 10)


def test_the_preparation_makes_mean_0_and_deviation_1():
    """The constants of the published sets, where these lie."""
    if not os.environ.get("RAVINE_DATA"):
        pytest.skip("RAVINE_DATA does not say where the published sets are")
    for name in ("mnist-cnn", "fashion-cnn"):
        inputs = problems[name].data().train.inputs
        assert inputs.mean().item() == pytest.approx(0, abs=1e-3)
        assert inputs.std().item() == pytest.approx(1, abs=1e-3)


def test_settings_change_the_network_and_the_data(few_images):
    wide = find_problem("mnist-cnn", {"first": 20, "second": 50, "hidden": 500, "dropout": 0})
    assert "conv 20@5×5 – pool – conv 50@5×5 – pool – 500-10" in wide.network
    assert sum(parameter.numel() for parameter in wide.model().parameters()) == 20 * 26 + 50 * 501 + 500 * 801 + 5010
    scaled = find_problem("mnist-mlp", {"scale": 2, "shift": 0.5, "gain": 0.1})
    plain = problems["mnist-mlp"]
    torch.testing.assert_close(scaled.data().test.inputs, 2 * (plain.data().test.inputs - 0.5))
    bound = [problem.model()[0].weight.abs().max().item() for problem in (scaled, plain)]
    assert bound[0] == pytest.approx(0.1 * bound[1], rel=0.01)
    assert bound[1] == pytest.approx((6 / (784 + 500)) ** 0.5, rel=0.01)


@pytest.mark.parametrize(
    ("name", "settings", "says"),
    [
        ("quadratic", {"conditon": 10.0}, "did you mean 'condition'"),
        ("digits", {"width": 2.0}, "digits has no settings; remove width"),
        ("quadratic", {"condition": 0.5}, "condition must be at least 1"),
        ("mnist-cnn", {"first": 1.5}, "whole numbers"),
        ("mnist-cnn", {"first": float("nan")}, "first must be a finite number"),
        ("mnist-cnn", {"hidden": float("inf")}, "hidden must be a finite number"),
        ("mnist-mlp", {"gain": 0.0}, "gain and scale must be above 0"),
        ("digits-noisy-labels", {"share": 2.0}, "share must be in [0, 1]"),
        ("digits-random-labels", {"share": -0.1}, "share must be in [0, 1]"),
        ("digits-random-labels", {"images": 1078}, "images at most 1077"),
        ("digits-random-labels", {"width": 0.5}, "whole numbers"),
        ("cifar-alexnet", {"images": 0}, "images a whole number"),
        ("cifar-alexnet", {"share": 1.5}, "share must be in [0, 1]"),
        ("cifar-vgg", {"side": 12}, "side 8, 16 or 32"),
        ("cifar-vgg", {"dropout": 1}, "dropout in [0, 1)"),
        ("cifar-vgg", {"width": 0}, "whole numbers"),
        ("cifar-vgg", {"images": 45_001}, "images and validated must come to 50000 at most"),
    ],
)
def test_settings_that_are_none_are_refused(name, settings, says):
    with pytest.raises(RavineError) as caught:
        find_problem(name, settings)
    assert says in str(caught.value)


def test_noisy_labels_are_wrong_in_training_alone():
    clean, noisy = DIGITS.data(), problems["digits-noisy-labels"].data()
    wrong = clean.train.targets != noisy.train.targets
    assert wrong.sum().item() == round(0.3 * 1077)
    assert torch.equal(clean.train.inputs, noisy.train.inputs)
    assert torch.equal(clean.validation.targets, noisy.validation.targets)
    assert 0 <= noisy.train.targets.min() <= noisy.train.targets.max() <= 9


def test_random_labels_are_drawn_from_all_ten_and_looked_at_as_they_are_trained():
    clean = DIGITS.data()
    shown = {}
    for share in (0.0, 1.0):
        data = find_problem("digits-random-labels", {"share": share}).data()
        assert torch.equal(data.train.inputs, clean.train.inputs[:300])
        assert torch.equal(data.validation.targets, data.train.targets)
        assert torch.equal(data.test.targets, clean.test.targets)
        shown[share] = (data.train.targets == clean.train.targets[:300]).float().mean().item()
    assert shown[0.0] == 1
    assert shown[1.0] == pytest.approx(0.1, abs=0.05)


def test_a_fingerprint_is_of_what_decides(tmp_path):
    def other_loss(outputs, targets):
        return torch.nn.functional.cross_entropy(outputs, targets, label_smoothing=0.1)

    data = DIGITS.data()
    pixels = data.train.inputs.clone()
    pixels[0, 0] += 1
    changed = [
        DIGITS,
        replace(DIGITS, data=lambda: Data(Split(pixels, data.train.targets), data.validation, data.test)),
        replace(DIGITS, model=lambda: torch.nn.Linear(64, 10)),
        replace(DIGITS, loss=other_loss),
        replace(DIGITS, metric="loss"),
        problems["digits-noisy-labels"],
        *(find_problem("quadratic", {"condition": condition}) for condition in (2.0, 3.0)),
    ]
    assert len({problem.fingerprint() for problem in changed}) == len(changed)
    # Not of what the study decides, nor of where it is computed.
    assert replace(DIGITS, epochs=1, batch_size=7, target=0.1).fingerprint() == DIGITS.fingerprint()
    assert pickle.loads(pickle.dumps(DIGITS)).fingerprint() == DIGITS.fingerprint()


@pytest.mark.parametrize("name", NAMES)
def test_a_problem_can_be_pickled(name):
    copy = pickle.loads(pickle.dumps(problems[name]))
    assert isinstance(copy, Problem)
    assert copy.network == problems[name].network


def test_the_quadratic_is_what_it_says():
    problem = find_problem("quadratic", {"condition": 50, "noise": 0.3, "dimension": 6})
    spectrum = eigenvalues(6, 50.0)
    assert (spectrum.min().item(), spectrum.max().item()) == pytest.approx((0.02, 1))
    point, data = problem.model(), problem.data()
    torch.nn.init.normal_(point.point)
    expected = (spectrum * point.point**2).sum().item() / 2
    assert problem.loss(point(data.test.inputs), data.test.targets).item() == pytest.approx(expected)
    assert problem.loss(point(data.train.inputs), data.train.targets).item() == pytest.approx(expected, rel=1e-4)
    assert data.train.inputs.std(dim=0).tolist() == pytest.approx([0.3] * 6, rel=0.02)


@pytest.mark.parametrize(("rule", "bound"), [("sgd", 2.0), ("momentum", 2 * 1.9)])
def test_the_quadratic_diverges_above_the_rate_of_theory(rule, bound):
    """2 over the largest eigenvalue, and 2 (1 + momentum) with heavy-ball momentum (Polyak 1964)."""
    problem = find_problem("quadratic", {"condition": 10})
    chunk = [configured(problem, rule, lr=share * bound, steps=300, evaluate_every=300) for share in (0.97, 1.03)]
    assert [run.diverged for run in train_chunk(problem, chunk)] == [False, True]


def test_sgd_keeps_the_variance_of_theory_around_the_minimum():
    """Each direction's variance is the stationary point of v = (1 - ηλ)² v + η² σ²/B."""
    problem = find_problem("quadratic", {"condition": 4, "noise": 1.0})
    lr, spectrum = 0.5, eigenvalues(10, 4.0).double()
    variance = lr / (problem.batch_size * spectrum * (2 - lr * spectrum))
    expected = (spectrum * variance).sum().item() / 2
    chunk = [configured(problem, "sgd", lr=lr, seed=seed, steps=300, evaluate_every=5) for seed in range(40)]
    losses = [run.validation_loss[12:] for run in train_chunk(problem, chunk)]  # the start is forgotten by step 60
    assert np.mean(losses) == pytest.approx(expected, rel=0.05)


def test_no_problem_file_lies_apart():
    folder = Path(problems["digits"].data.__code__.co_filename).parent
    files = {path.stem.replace("_", "-") for path in folder.glob("*.py")}
    assert files == {*NAMES, "--init--", "problem"}
