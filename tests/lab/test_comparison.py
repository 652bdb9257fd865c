"""What a comparison says follows from its runs; validation data chooses, test data only reports."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import stats

import ravine
from ravine.lab import first_chart as chart
from ravine.lab import parse_rates
from ravine.lab.statistics import bootstrap_interval, paired_interval


@pytest.fixture(scope="module")
def small():
    return ravine.compare("digits", optimizers=["sgd", "momentum", "adam"], lrs="1e-2:1:5", seeds=3, epochs=4)


def altered(comparison, **changes):
    """The same comparison with the runs that `changes[optimizer]` makes of each of that optimizer's."""
    runs = tuple(changes.get(run.optimizer, lambda run: run)(run) for run in comparison.runs)
    return replace(comparison, runs=runs)


def test_it_learns_and_reports_every_run(small):
    assert len(small.runs) == 3 * 5 * 3
    assert small.rates == (0.01, 0.0316, 0.1, 0.316, 1.0)
    for summary in small.summaries:
        assert summary.test_accuracy > 0.9
        low, high = summary.test_interval
        assert low <= summary.test_accuracy <= high


def test_the_same_comparison_again_is_the_same(small):
    again = ravine.compare("digits", optimizers=["sgd", "momentum", "adam"], lrs="1e-2:1:5", seeds=3, epochs=4)
    assert again == small


def test_the_best_rate_has_the_highest_validation_accuracy(small):
    for summary in small.summaries:
        means = [
            np.mean([run.validation_accuracy[-1] for run in small.runs_of(summary.optimizer, lr)]) for lr in small.rates
        ]
        assert summary.validation_accuracy == pytest.approx(max(means))


def test_test_data_chooses_nothing(small):
    spoiled = altered(small, adam=lambda run: replace(run, test_accuracy=run.lr / 10))
    assert [(s.optimizer, s.lr) for s in spoiled.summaries] == [(s.optimizer, s.lr) for s in small.summaries]


def test_tuned_momentum_is_not_worse_than_tuned_sgd(small):
    _, high = small.difference("momentum", "sgd")
    assert high >= 0


def test_a_best_rate_on_the_border_is_flagged():
    edge = ravine.compare("digits", optimizers=["sgd"], lrs=[1e-4, 1e-3, 1e-2], seeds=1, epochs=1)
    assert edge.summaries[0].border == "highest"
    assert "A better rate may lie outside the grid for sgd (highest)" in edge.recommendation()
    assert "One seed cannot tell" in edge.recommendation()


def test_it_says_when_the_evidence_does_not_separate(small):
    best = small.summaries[0].optimizer
    others = [summary.optimizer for summary in small.summaries[1:]]
    level = {name: lambda run: replace(run, test_accuracy=0.9 + run.seed / 100) for name in (best, *others)}
    assert "does not separate" in altered(small, **level).recommendation()
    # One point apart on every seed, whatever the seed: paired, that is evidence.
    behind = {name: lambda run: replace(run, test_accuracy=0.8 + run.seed / 100 + run.lr * 1e-6) for name in others}
    apart = altered(small, **{**level, **behind})
    assert set(apart.standings.values()) == {"behind"}
    assert "Seed for seed it beats" in apart.recommendation()


def test_the_intervals_are_those_of_scipy():
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=12), rng.normal(size=12)
    theirs = stats.ttest_rel(first, second).confidence_interval(0.95)
    assert paired_interval(first, second) == pytest.approx((theirs.low, theirs.high))
    bootstrap = stats.bootstrap((first,), np.mean, method="percentile", random_state=np.random.default_rng(2))
    expected = bootstrap.confidence_interval
    assert bootstrap_interval(first) == pytest.approx((expected.low, expected.high), abs=0.05)
    assert paired_interval([1.0], [0.0]) == (-np.inf, np.inf)


def test_json_holds_everything_without_infinities(small):
    lost = altered(small, sgd=lambda run: replace(run, steps_to_target=None))
    facts = json.loads(lost.to_json())
    assert len(facts["runs"]) == len(small.runs)
    summary = next(summary for summary in facts["summaries"] if summary["optimizer"] == "sgd")
    assert summary["steps_to_target"] is None
    row = next(row for row in lost.table() if row["optimizer"] == "sgd")
    assert row["steps to 95%"] == "not reached"


def test_progress_is_told_to_the_end():
    heard = []
    ravine.compare(optimizers=["sgd"], lrs=[0.1], seeds=2, epochs=1, on_progress=lambda *pair: heard.append(pair))
    assert heard[-1] == (66, 66)
    assert heard == sorted(heard)


def test_the_picture(small, tmp_path):
    chart.draw(small, tmp_path / "rates.png")
    with Image.open(tmp_path / "rates.png") as image:
        assert image.size == (1500, 900)
    chart.draw(small, tmp_path / "rates.svg")
    text = (tmp_path / "rates.svg").read_text()
    for words in (*small.optimizers, "learning rate", "validation accuracy"):
        assert words in text


def test_rates_are_read():
    assert parse_rates("1e-4:1:5") == (1e-4, 1e-3, 1e-2, 0.1, 1.0)
    assert parse_rates("0.1, 0.01") == (0.01, 0.1)
    assert parse_rates("1:0.01:3") == (0.01, 0.1, 1.0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"problem": "digit"}, "did you mean 'digits'"),
        ({"optimizers": []}, "no optimizers"),
        ({"optimizers": "adam"}, "must be a list"),
        ({"optimizers": ["adm"]}, "did you mean 'adam'"),
        ({"optimizers": ["nesterov_lookahead"]}, "compare 'nesterov'"),
        ({"lrs": []}, "no learning rates"),
        ({"lrs": [0.0]}, "above 0"),
        ({"lrs": [float("nan")]}, "finite"),
        ({"lrs": "1:2"}, "cannot be read"),
        ({"lrs": "1:2:1"}, "count of 2"),
        ({"lrs": "1:2:1000"}, "count of 2"),
        ({"seeds": 0}, "seeds must be"),
        ({"seeds": 1.5}, "seeds must be"),
        ({"epochs": 0}, "epochs must be"),
    ],
)
def test_bad_input_is_refused_before_training(arguments, says):
    with pytest.raises(ravine.RavineError) as caught:
        ravine.compare(**arguments, on_progress=lambda *_: pytest.fail("it trained"))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_package_is_named_with_what_brings_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "sklearn" else name)
    with pytest.raises(ravine.RavineError, match=r"sklearn is not installed: pip install 'ravine\[torch\]'"):
        ravine.compare()


def test_importing_the_lab_does_not_import_torch():
    code = "import sys, ravine.lab; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_interrupt_passes_through_and_gives_the_threads_back():
    def interrupt(done, total):
        raise KeyboardInterrupt

    before = torch.get_num_threads()
    with pytest.raises(KeyboardInterrupt):
        ravine.compare(optimizers=["sgd"], lrs=[0.1], seeds=1, epochs=1, on_progress=interrupt)
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("name", ["rates.pdf", "rates", "missing/rates.png"])
def test_a_picture_that_cannot_be_written_is_refused(name, tmp_path):
    with pytest.raises(ravine.RavineError):
        chart.check_picture(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_rule_of_ones_own_can_be_compared_and_a_grid_that_is_too_high_is_told():
    lost = ravine.compare(optimizers=[ravine.rules["sgd"].variant("mine")], lrs=[1e30], seeds=2, epochs=1)
    assert lost.optimizers == ("mine",)
    assert lost.recommendation() == "Every run diverged: try lower rates."
