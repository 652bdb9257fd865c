"""Sick trainings: the cause is named, and first."""

import importlib
import pkgutil

import pytest
import torch

from ravine.symptoms import symptoms
from tests.monitor import sick

CASES = sorted(info.name for info in pkgutil.iter_modules(sick.__path__))


def test_each_symptom_has_a_sick_training():
    causes = {importlib.import_module(f"{sick.__name__}.{case}").CAUSE for case in CASES}
    assert causes | FOLLOW == set(symptoms)


# Those that no training of its own shows, since they follow from other causes.
FOLLOW = {"saturated_units", "dead_units", "first_loss", "nan_in_forward"}


@pytest.mark.parametrize("case", CASES)
def test_the_cause_is_named_first(case):
    training = importlib.import_module(f"{sick.__name__}.{case}")
    torch.manual_seed(0)
    monitor = training.run()
    assert [finding.name for finding in monitor.findings][:1] == [training.CAUSE]
    assert symptoms[training.CAUSE].title in str(monitor)
    said = {finding.name: finding.symptom for finding in monitor.findings}
    assert not any(set(one.contradicts) & set(said) for one in said.values())
