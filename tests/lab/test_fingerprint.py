"""A store hands a run back for the same problem alone: the fingerprint sees what a user's code does, and no more."""

import functools
import os
import subprocess
import sys

import cloudpickle
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from ravine.lab.problems.own.own_problem import own_problem

X, Y = torch.randn(30, 4, generator=torch.Generator().manual_seed(1)), torch.arange(30) % 2


def linear():
    return nn.Linear(4, 2)


def fingerprint(*, loss=functional.cross_entropy, model=linear):
    return own_problem(model=model, loss=loss, train=(X, Y), validation=(X, Y), test=(X, Y)).fingerprint()


def scaled(k):
    def loss(outputs, targets):
        return k * functional.cross_entropy(outputs, targets)

    return loss


def begun(deviation):
    def model():
        layer = nn.Linear(4, 2)
        nn.init.normal_(layer.weight, std=deviation)
        return layer

    return model


def with_default(k):
    def loss(outputs, targets, k=k):
        return k * functional.cross_entropy(outputs, targets)

    return loss


class Scaled:
    def __init__(self, k):
        self.k = k

    def __call__(self, outputs, targets):
        return self.k * functional.cross_entropy(outputs, targets)

    def mean(self, outputs, targets):
        return self(outputs, targets)


class Slotted(Scaled):
    __slots__ = ("k",)


def network(activation):
    class Net(nn.Linear):
        def forward(self, x):
            return activation(super().forward(x))

    return functools.partial(Net, 4, 2)


def typed(text):
    """A function as at a prompt: there is no source to read."""
    return eval(text, {"functional": functional, "nn": nn})


def weighted(k):
    return functools.partial(functional.cross_entropy, weight=torch.tensor([1.0, k]))


def cached(k):
    @functools.cache
    def factor():
        return k

    return lambda outputs, targets: factor() * functional.cross_entropy(outputs, targets)


def without_gradient(deviation):
    return torch.no_grad()(begun(deviation))


PAIRS = {  # made of 1 and of 2, and again of 2
    "smoothing of a loss module": lambda k: {"loss": nn.CrossEntropyLoss(label_smoothing=k / 10)},
    "weights of a loss module": lambda k: {"loss": nn.CrossEntropyLoss(weight=torch.tensor([1.0, k]))},
    "closure of a loss": lambda k: {"loss": scaled(k)},
    "closure of a model": lambda k: {"model": begun(k)},
    "function in a closure": lambda k: {"model": network({1: torch.tanh, 2: torch.relu}[k])},
    "NumPy's function in a closure": lambda k: {"loss": scaled({1: np.exp, 2: np.log}[k](3.0))},
    "default": lambda k: {"loss": with_default(k)},
    "state of an object": lambda k: {"loss": Scaled(k)},
    "slot of an object": lambda k: {"loss": Slotted(k)},
    "object of a method": lambda k: {"loss": Scaled(k).mean},
    "tensor of a partial": lambda k: {"loss": weighted(k)},
    "array": lambda k: {"loss": scaled(np.full(1, float(k)).sum())},
    "behind functools.cache": lambda k: {"loss": cached(k)},
    "behind a decorator of PyTorch's": lambda k: {"model": without_gradient(k)},
    "lambda at the prompt": lambda k: {"loss": typed(f"lambda o, t: {k} * functional.cross_entropy(o, t)")},
    "model at the prompt": lambda k: {"model": typed(f"lambda: nn.Sequential(nn.Linear(4, 2), nn.ELU({k}))")},
}


@pytest.mark.parametrize("what", PAIRS)
def test_what_changes_training_changes_the_fingerprint(what):
    one, two, again = (fingerprint(**PAIRS[what](k)) for k in (1, 2, 2))
    assert one != two
    assert two == again


def test_an_edited_line_at_the_prompt_is_another_problem_and_a_moved_one_is_not():
    text = "lambda o, t: functional.cross_entropy(o, t)"
    assert fingerprint(loss=typed(text)) == fingerprint(loss=typed(f"(\n\n  {text}  # the same\n)"))


FILE = """
import torch
from torch import nn
import beside
from beside import bounded

SCALE = 1.0
NAMES = {"a", "b", "c", "d"}

def act(z):
    return SCALE * z

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 2)

    def forward(self, x):
        assert "a" in NAMES and len(NAMES) in {1, 2, 3, 4}
        return bounded(act(self.layer(x))) * beside.FACTOR

def loss(outputs, targets):
    from later import SMOOTHING
    return nn.functional.cross_entropy(outputs, targets, label_smoothing=SMOOTHING)

import later
model = Net
x, y = torch.ones(20, 4), torch.arange(20) % 2
train, validation, test = (x, y), (x, y), (x, y)
"""
FILES = {
    "problem.py": FILE,
    "beside.py": "FACTOR = 1\nunused = 1\n\ndef bounded(z):\n    return z.clamp(-LIMIT, LIMIT)\n\nLIMIT = 5\n",
    "later.py": "SMOOTHING = 0.1\n",
}
# Each folder's problem is read in a process of its own; they are forked, since PyTorch takes seconds to import.
ASK = """
import os, sys
from ravine.lab.problems import find_problem
for folder in sys.argv[1:]:
    if not os.fork():
        print(os.path.basename(folder), find_problem(folder + "/problem.py").fingerprint(), flush=True)
        os._exit(0)
    assert os.wait()[1] == 0, folder
"""


def asked_elsewhere(folder, cases, chance):
    """The fingerprints, by name, that other processes find of the files of each case; `chance` seeds their hashes."""
    for name, files in cases.items():
        (folder / name).mkdir()
        for file, text in files.items():
            (folder / name / file).write_text(text)
    run = [sys.executable, "-c", ASK, *(str(folder / name) for name in cases)]
    environment = {**os.environ, "PYTHONHASHSEED": str(chance), "PYTHONDONTWRITEBYTECODE": "1"}
    said = subprocess.run(run, capture_output=True, text=True, check=True, env=environment).stdout
    return dict(line.split() for line in said.splitlines())


@pytest.mark.slow
def test_edits_of_a_file_and_of_what_it_imports(tmp_path):
    moved = {**FILES, "problem.py": "# a comment\n\n" + FILE.replace("return SCALE * z", "return (SCALE   *\n  z)")}
    moved["beside.py"] = '"""About."""\n' + FILES["beside.py"].replace("unused = 1", "unused = 2")
    edits = {
        "a-helper": ("problem.py", "return SCALE * z", "return torch.tanh(z)"),
        "a-constant": ("problem.py", "SCALE = 1.0", "SCALE = 100.0"),
        "a-modules-constant": ("beside.py", "FACTOR = 1", "FACTOR = 2"),
        "what-its-function-reads": ("beside.py", "LIMIT = 5", "LIMIT = 6"),
        "what-is-imported-in-a-function": ("later.py", "0.1", "0.2"),
    }
    edited = {
        what: {**FILES, name: FILES[name].replace(before, after)} for what, (name, before, after) in edits.items()
    }
    first = asked_elsewhere(tmp_path, {"first": FILES}, 1)["first"]
    found = asked_elsewhere(tmp_path, {"moved": moved, **edited}, 2)
    assert found.pop("moved") == first
    assert found.keys() == edits.keys()
    assert len({first, *found.values()}) == 1 + len(edits), found


def test_a_copy_by_value_has_the_same_fingerprint():
    problem = own_problem(model=begun(0.1), loss=scaled(2), train=(X, Y), validation=(X, Y), test=(X, Y))
    copy = cloudpickle.loads(cloudpickle.dumps(problem))
    assert copy.fingerprint() == problem.fingerprint()
