"""Healthy trainings: nothing is said. A few of them here; `healthy_runs.py` makes hundreds."""

import pytest

from tests.monitor.healthy_runs import CASES, said, sound

FEW = (
    *("frozen_backbone", "embedding_rows_never_seen", "accumulation", "dropout_zeros", "end_of_cosine", "warm_up"),
    *("catapult", "tied_weights", "gan", "bandit", "batch_of_one", "batch_norm", "transfer_with_a_tiny_rate"),
    *("log_softmax_and_nll", "two_optimizers", "imbalanced", "regression", "one_cycle"),
)


@pytest.mark.parametrize("case", FEW)
def test_nothing_is_said(case):
    assert said(CASES[case], 0) == []


@pytest.mark.slow
@pytest.mark.parametrize("case", sorted(set(CASES) - set(FEW)))
def test_nothing_is_said_of_the_longer_ones(case):
    assert said(CASES[case], 0) == []


def test_nothing_is_said_of_a_sound_configuration():
    assert said(lambda: sound("adam", 2e-3, 32, 32), 0) == []
