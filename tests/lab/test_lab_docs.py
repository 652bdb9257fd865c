"""The examples of docs/lab.md run as they stand there, with data and networks of this file."""

import re
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

import ravine
from ravine.lab.engine import train_chunk
from ravine.lab.problems.own.own_problem import LOOP, OPTIONAL, REQUIRED, own_problem

from .configurations import configured

TEXT = (Path(__file__).parents[2] / "docs/lab.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT.partition("## Your own model")[2].partition("\n## ")[0], re.DOTALL)
chance = torch.Generator().manual_seed(0)


@pytest.fixture(autouse=True)
def quickly_calibrated(monkeypatch):
    monkeypatch.setattr("ravine.lab.engine.calibration.SHARE", 0.01)


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.head = nn.Embedding(10, 4), nn.Linear(4, 2)

    def forward(self, ids, mask):
        return self.head((self.words(ids) * mask[..., None]).sum(1) / mask.sum(1, keepdim=True))


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(8, 4), nn.Linear(2, 8)

    def forward(self, x):
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        return self.decoder(mean + torch.randn_like(mean) * (0.5 * log_variance).exp()), mean, log_variance


class Dense(nn.Sequential):
    def __init__(self, width=8):
        super().__init__(nn.Linear(8, width), nn.LayerNorm(width), nn.ReLU(), nn.Linear(width, 2))


def given():
    """What the examples leave to their reader."""
    x = torch.randn(200, 8, generator=chance)
    images = torch.randn(60, 1, 6, 6, generator=chance)
    known = {"F": functional, "nn": nn, "torch": torch, "ravine": ravine}
    known |= {"DataLoader": DataLoader, "TensorDataset": TensorDataset, "WeightedRandomSampler": WeightedRandomSampler}
    known |= {"x": x, "y": (x[:, 0] > 0).long(), "tags": (x[:, :3] > 0).float()}
    known |= {"images": images, "labels": (images.mean((1, 2, 3)) > 0).long()}
    known |= {"Reader": Reader, "Autoencoder": Autoencoder, "Dense": Dense, "Labels": lambda: nn.Linear(8, 3)}
    known["Convolutions"] = lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(32, 2))
    lengths = torch.randint(3, 8, (120,), generator=chance).tolist()
    known["sentences"] = [
        (torch.randint(1, 10, (length,), generator=chance), i % 2) for i, length in enumerate(lengths)
    ]
    return known


def hugging_face():
    from transformers import BertConfig, BertForSequenceClassification

    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    config = BertConfig(vocab_size=20, num_labels=2, max_position_embeddings=8, **sizes)
    ids = torch.randint(1, 20, (96, 6), generator=chance)
    rows = [{"input_ids": i, "attention_mask": torch.ones(6).long(), "labels": (i[0] > 9).long()} for i in ids]
    parts = rows[:32], rows[32:64], rows[64:]
    return {"BertForSequenceClassification": BertForSequenceClassification, "config": config, "tokenized": parts}


def test_there_are_examples_of_every_name():
    assert len(BLOCKS) >= 7
    said = TEXT.partition("## Your own model")[2]
    assert all(f"`{name}`" in said or name in said for name in (*REQUIRED, *OPTIONAL, *LOOP))
    assert all(sum(bool(line.strip()) for line in block.splitlines()) <= 10 for block in BLOCKS)


@pytest.mark.parametrize("block", [block for block in BLOCKS if "ravine.compare(" not in block])
def test_an_example_is_a_problem_that_trains(block):
    known = given()
    if "Bert" in block:
        pytest.importorskip("transformers")
        known |= hugging_face()
    scope = dict(known)
    exec(block, scope)
    defined = {name: scope[name] for name in (*REQUIRED, *OPTIONAL) if name in scope and name not in known}
    made = own_problem(**defined, name="example")
    asked = configured(made, "adam", lr=0.01, steps=20, evaluate_every=10)
    (run,) = train_chunk(made, [asked])
    assert run.failed is None
    assert run.train_loss[-1] < run.train_loss[0]
    again = train_chunk(made, [asked])[0]
    assert again == run, "the same seed, another run"


def test_the_search_of_the_example_is_carried_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("dense.py").write_text(
        "import torch\nfrom torch import nn\n"
        "def model(width=8):\n    return nn.Sequential(nn.Linear(8, width), nn.ReLU(), nn.Linear(width, 2))\n"
        "x = torch.randn(120, 8, generator=torch.Generator().manual_seed(0))\ny = (x[:, 0] > 0).long()\n"
        "train, validation, test = (x[:60], y[:60]), (x[60:90], y[60:90]), (x[90:], y[90:])\n"
        "loss = nn.CrossEntropyLoss()\n"
    )
    (block,) = (block for block in BLOCKS if "ravine.compare(" in block)
    scope = given()
    exec(block.replace("epochs=2", "epochs=2, tuning_seeds=1, seeds=1, workers=1"), scope)
    comparison = scope["comparison"]
    assert [entrant.name for entrant in comparison.entrants] == ["sgd", "torch.optim.AdamW", "adam+decoupled"]
    assert [len(entrant.trials) for entrant in comparison.entrants] == [16, 16, 32]
    steps = {run.configuration.batch_size: run.configuration.steps for run in comparison.runs}
    assert steps == {16: 6, 32: 2}
    setting = comparison.summaries[0].setting
    assert {"lr", "batch_size", "model.width"} <= setting.keys()
    widths = {dict(run.configuration.arguments)["width"] for run in comparison.runs}
    assert widths == {8, 16}
