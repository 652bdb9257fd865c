"""Data that come out otherwise each time are told before anything is trained: no store would find their runs again."""

import pytest
import torch
from torch import nn

from ravine.lab import compare
from ravine.lab.problems import find_problem
from ravine.lab.problems.own.repeatable import unlike

FILE = """
import torch
from torch import nn
{draw}
y = (x[:, 0] > 0).long()
def model():
    return nn.Linear(4, 2)
train, validation, loss, epochs = (x[:60], y[:60]), (x[60:], y[60:]), nn.functional.cross_entropy, 1
"""
SEEDED = "x = torch.randn(100, 4, generator=torch.Generator().manual_seed(0))"
UNSEEDED = "x = torch.randn(100, 4)"
A_SET = "x = torch.tensor([[len(w), hash(w) % 7, i, 1.0] for i, w in enumerate({f'{i}' for i in range(100)})])"
ASKED = {"optimizers": ["sgd"], "lrs": [0.1], "tuning_seeds": 1, "seeds": 1, "workers": 1}


@pytest.fixture(autouse=True)
def quickly_calibrated(monkeypatch):
    monkeypatch.setattr("ravine.lab.engine.calibration.SHARE", 0.01)


@pytest.mark.parametrize("draw", [UNSEEDED, A_SET], ids=["unseeded", "the order of a set"])
def test_a_file_that_gives_other_data_each_time_is_told(draw, tmp_path):
    path = tmp_path / "drawn.py"
    path.write_text(FILE.format(draw=draw))
    with pytest.warns(UserWarning, match=r"drawn: the examples \(train, validation, test\) come out otherwise"):
        comparison = compare(path, **ASKED, store=tmp_path / "runs")
    assert "seed whatever is drawn" in comparison.notes[0]


@pytest.mark.filterwarnings("error::UserWarning")
def test_a_file_that_gives_the_same_is_not(tmp_path):
    path = tmp_path / "drawn.py"
    path.write_text(FILE.format(draw=SEEDED))
    assert unlike(find_problem(path)) is None
    assert len(compare(path, **ASKED, store=tmp_path / "runs").runs) == 2


def test_objects_are_told_once_the_store_holds_others_of_the_name(tmp_path):
    def once():
        x = torch.randn(60, 4)
        given = {"train": (x, (x[:, 0] > 0).long()), "validation": (x, (x[:, 0] > 0).long())}
        return compare(
            model=lambda: nn.Linear(4, 2), loss=nn.functional.cross_entropy, **given, **ASKED, store=tmp_path
        )

    assert once().notes[:1] != once.__name__
    with pytest.warns(
        UserWarning, match="own: the store holds 2 runs of a problem of this name whose examples, network"
    ):
        once()
