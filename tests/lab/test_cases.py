"""Real cases run from a file as people would write it, and each network learns."""

import json

import pytest

from ravine.lab import Run, compare

from .cases import CASES

UNTRAINED = {"accuracy": 0.1, "perplexity": -2, "mae": -1, "macro-f1": 0.1, "loss": -0.5}  # what must be gained on it


@pytest.fixture(autouse=True)
def quickly_calibrated(monkeypatch):
    monkeypatch.setattr("ravine.lab.engine.calibration.SHARE", 0.01)


@pytest.mark.parametrize("name", CASES)
def test_it_runs_and_learns(name, tmp_path):
    if name == "hugging_face":
        pytest.importorskip("transformers")
    text = CASES[name].strip()
    assert len(text.splitlines()) <= 25
    path = tmp_path / f"{name}.py"
    path.write_text(text)
    asked = {"optimizers": ["adam"], "lrs": [0.02], "tuning_seeds": 1, "seeds": 2, "workers": 1}
    comparison = compare(path, **asked, store=tmp_path / "runs")
    summary = comparison.summaries[0]
    run = comparison.runs_of("adam")[0]
    gained = run.metric.sign * (run.validation_metric[-1] - run.validation_metric[0])
    assert gained > abs(UNTRAINED[comparison.metric]), run.validation_metric
    assert not summary.diverged
    assert comparison.recommendation()
    assert all(Run.from_dict(json.loads(json.dumps(one.as_dict()))) == one for one in comparison.runs)
    again = compare(path, **asked, store=tmp_path / "runs")
    assert again.runs == comparison.runs
