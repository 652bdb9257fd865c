"""“Copy as Python”: the script runs as it stands, with PyTorch, and prints the losses of the network in the page."""

import json
import re

import pytest

torch = pytest.importorskip("torch")

from ravine.equations import over_tensors  # noqa: E402
from ravine.lessons.network_state import read  # noqa: E402
from ravine.networks import Training  # noqa: E402
from ravine.rules import rules  # noqa: E402
from ravine.studio.training_script import training_script  # noqa: E402
from tests.networks.recipes import for_the_page  # noqa: E402

PROGRAM = """
import { asPython } from "./src/network/copy_python";
import { readFileSync } from "node:fs";
(0, eval)(readFileSync(SCRIPT, "utf8").replace("const RAVINE_TRAINING", "globalThis.RAVINE_TRAINING"));
const answer = ({ recipe, steps }) => asPython(recipe, steps);
"""
STEPS = 40

STATES = [
    "data=moons",
    "data=curve&layers=&rule=sgd&sgd.lr=0.1",
    "data=digits&examples=100&layers=16&activation=gelu&init=he_normal&bias=0.1&gain=0.5",
    "data=xor&inputs=standard&random=0.2&batch=all&schedule=cosine&activation=elu",
    "data=circles&dropout=0.5&dropout.inputs=0.1&layers=8",
    "data=circles&dropout=0.3&activation=leaky_relu&schedule=warmup",
    "data=spiral&decay=l2&lambda=0.05&rule=momentum&momentum.lr=0.05",
    "data=spiral&decay=decoupled&lambda=0.05&inputs=255&seed=4294967295",
    "rule=adam_keras&decay=l2&lambda=0.1&batch=1",
    *(f"data=moons&layers=6&rule={name}" for name in ("nadam", "rmsprop_centered", "lion", "nesterov_lookahead")),
    "data=moons&layers=6&rule=schedule_free_adamw&schedule=cosine",
]
SLOW = [  # a second each
    pytest.param(f"data=moons&layers=6&rule={name}", marks=pytest.mark.slow)
    for name, rule in rules.items()
    if not over_tensors(rule.equation)
]


@pytest.fixture(scope="module")
def ask(conversation, tmp_path_factory):
    script = tmp_path_factory.mktemp("scripts") / "training.js"
    script.write_text(training_script())
    return conversation(f"const SCRIPT = {json.dumps(str(script))};\n{PROGRAM}")


@pytest.fixture(autouse=True)
def as_it_was():
    """The scripts set PyTorch's default."""
    before = torch.get_default_dtype()
    yield
    torch.set_default_dtype(before)


@pytest.mark.parametrize("query", STATES + SLOW)
def test_the_script_prints_the_losses_of_the_page(ask, capsys, query):
    recipe = read(query).recipe
    code = ask({"recipe": for_the_page(recipe), "steps": STEPS})
    exec(compile(code, "copied.py", "exec"), {"__name__": "__main__"})
    printed = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in capsys.readouterr().out.splitlines()}
    trained = Training(recipe).train(STEPS)
    assert printed["loss"] == pytest.approx(trained.score().loss, abs=1e-9)
    assert printed["loss, held out"] == pytest.approx(trained.score(held_out=True).loss, abs=1e-9)
    if recipe.data != "curve":
        assert printed["accuracy, held out"] == pytest.approx(trained.score(held_out=True).accuracy)
    assert not re.search(r"[ \t]$", code, re.MULTILINE)
