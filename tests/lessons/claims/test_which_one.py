"""The claims of the lesson: Which one."""

import re
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset

import ravine
from ravine.rules import rules
from ravine.studio.streams import feed, gradients


def test_adam_with_a_large_eps_is_momentum():
    stream = gradients("noisy", 100)
    adam = feed(rules["adam"], stream, lr=1e-3 * 1e6, eps=1e6)["step"]
    averaged = feed(rules["momentum_averaged"], stream, lr=1e-3)["step"] / (1 - 0.9 ** np.arange(1, 101))
    np.testing.assert_allclose(adam, averaged, rtol=1e-4)


LESSON = Path(ravine.__file__).parent / "lessons/course/1-optimizers/11-which-one.md"


def test_the_loop_to_copy_trains_a_classifier(capsys):
    """Of sentences as rows of word numbers, two emotions, told by a word each."""
    defined = {}
    exec(re.search(r"```python\n(.*?)```", LESSON.read_text(encoding="utf-8"), re.DOTALL)[1], defined)
    torch.manual_seed(0)
    texts = torch.randint(2, 30, (400, 6))
    emotions = torch.randint(2, (400,))
    texts[:, 3] = emotions
    data = TensorDataset(texts, emotions)
    batches, validation = (DataLoader(Subset(data, of), batch_size=20) for of in (range(300), range(300, 400)))
    model = nn.Sequential(nn.Embedding(30, 8), nn.Flatten(), nn.Linear(48, 2))
    defined["train"](model, batches, validation, epochs=10, lr=1e-2)
    epoch, loss, accuracy, _, held_out = map(float, capsys.readouterr().out.splitlines()[-1].split())
    assert epoch == 10
    assert loss < 0.3
    assert accuracy > 0.95
    assert held_out > 0.9
