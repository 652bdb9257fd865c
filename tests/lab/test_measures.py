"""The metrics that have a name, against scikit-learn's; a stack measures as a network alone."""

import numpy as np
import pytest
import torch
from sklearn import metrics
from torch import nn

from ravine.lab.engine import train_chunk
from ravine.lab.problems.own.own_problem import own_problem
from ravine.lab.problems.parts.measures import find_measure

from .configurations import configured

chance = torch.Generator().manual_seed(0)
SCORES, CLASSES = torch.randn(90, 4, generator=chance), torch.randint(4, (90,), generator=chance)
LOGITS, LABELS = torch.randn(90, 3, generator=chance), (torch.rand(90, 3, generator=chance) > 0.6).float()
ONE = (torch.rand(90, generator=chance) > 0.4).float()
VALUES, WANTED = torch.randn(90, 1, generator=chance), torch.randn(90, 1, generator=chance)
PIXELS, MASKS = torch.randn(5, 3, 4, 4, generator=chance), torch.randint(3, (5, 4, 4), generator=chance)
CHOSEN, SET = SCORES.argmax(1), (LOGITS > 0).float()
SHARES = SCORES.double().softmax(1)


@pytest.mark.parametrize(
    ("name", "outputs", "targets", "oracle"),
    [
        ("accuracy", SCORES, CLASSES, metrics.accuracy_score(CLASSES, CHOSEN)),
        ("top-2", SCORES, CLASSES, metrics.top_k_accuracy_score(CLASSES, SHARES, k=2)),
        ("macro-f1", SCORES, CLASSES, metrics.f1_score(CLASSES, CHOSEN, average="macro")),
        ("auc", SCORES, CLASSES, metrics.roc_auc_score(CLASSES, SHARES, multi_class="ovr")),
        ("accuracy", LOGITS, LABELS, float((SET == LABELS).double().mean())),
        ("macro-f1", LOGITS, LABELS, metrics.f1_score(LABELS, SET, average="macro")),
        ("auc", LOGITS, LABELS, metrics.roc_auc_score(LABELS, LOGITS)),
        ("accuracy", LOGITS[:, :1], ONE, metrics.accuracy_score(ONE, LOGITS[:, 0] > 0)),
        ("macro-f1", LOGITS[:, 0], ONE, metrics.f1_score(ONE, LOGITS[:, 0] > 0, average="macro")),
        ("auc", LOGITS[:, :1], ONE, metrics.roc_auc_score(ONE, LOGITS[:, 0])),
        ("auc", SCORES[:, :2], ONE.long(), metrics.roc_auc_score(ONE, SCORES[:, 1] - SCORES[:, 0])),
        ("mae", VALUES, WANTED, metrics.mean_absolute_error(WANTED, VALUES)),
        ("rmse", VALUES, WANTED, metrics.root_mean_squared_error(WANTED, VALUES)),
        ("r2", VALUES, WANTED, metrics.r2_score(WANTED, VALUES)),
        ("accuracy", PIXELS, MASKS, float((PIXELS.argmax(1) == MASKS).double().mean())),
        ("iou", PIXELS, MASKS, metrics.jaccard_score(MASKS.ravel(), PIXELS.argmax(1).ravel(), average="macro")),
    ],
)
def test_it_is_scikit_learns(name, outputs, targets, oracle):
    found = find_measure(name)
    assert found.measure(outputs, targets) == pytest.approx(oracle)
    assert found.metric.greater_is_better is (name not in ("mae", "rmse"))


def test_targets_that_the_loss_ignores_are_ignored():
    targets = CLASSES.clone()
    targets[::3] = -100
    kept = targets != -100
    for name in ("accuracy", "macro-f1"):
        measure = find_measure(name).measure
        assert measure(SCORES, targets) == pytest.approx(measure(SCORES[kept], CLASSES[kept]))


@pytest.mark.parametrize("stack", [1, 3])
@pytest.mark.parametrize("metric", ["accuracy", "macro-f1", "auc", "top-2", "own"])
def test_a_stack_measures_as_a_network_alone(metric, stack):
    x = torch.randn(120, 4, generator=torch.Generator().manual_seed(1))
    y = x[:, :3].argmax(1)

    def own(outputs, targets):
        return float(np.mean((outputs.argmax(1) == targets).numpy()[targets.numpy() > 0]))

    pairs = {"train": (x[:60], y[:60]), "validation": (x[60:90], y[60:90]), "test": (x[90:], y[90:])}
    made = own_problem(
        model=lambda: nn.Linear(4, 3),
        loss=nn.CrossEntropyLoss(),
        metric=own if metric == "own" else metric,
        **pairs,
    )
    asked = [configured(made, "sgd", seed=seed, steps=9, evaluate_every=3, lr=0.3) for seed in range(stack)]
    run = train_chunk(made, asked)[0]
    torch.manual_seed(0)
    untrained = nn.Linear(4, 3)
    with torch.no_grad():
        outputs = untrained(x[60:90])
    measure = own if metric == "own" else find_measure(metric).measure
    assert run.validation_metric[0] == pytest.approx(measure(outputs, y[60:90]))
    assert run.metric == metric


def test_perplexity_is_the_exponential_of_the_loss():
    x, y = torch.randn(40, 4), torch.randint(3, (40,))
    pairs = dict.fromkeys(("train", "validation", "test"), (x, y))
    made = own_problem(model=lambda: nn.Linear(4, 3), loss=nn.CrossEntropyLoss(), metric="perplexity", **pairs)
    (run,) = train_chunk(made, [configured(made, "sgd", steps=4, evaluate_every=2, lr=0.3)])
    assert run.validation_metric == pytest.approx(np.exp(run.validation_loss))
    assert run.test_metric == pytest.approx(np.exp(run.test_loss))
