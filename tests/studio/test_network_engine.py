"""The page's network against PyTorch: the same start, batches and masks end at the same parameters, after 200 steps.

Parameters differ by at most 1e-9. The step of a rule whose equation holds a sign or a root of a difference may turn
rounding into more; none does here.
"""

import json
import math
import subprocess

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from ravine.networks import Recipe, Training  # noqa: E402
from ravine.networks.datasets import DATASETS, SCALES, dataset  # noqa: E402
from ravine.networks.first_weights import first_weights  # noqa: E402
from ravine.studio.training_script import digits_script, training_script  # noqa: E402
from tests.networks.oracle import Oracle  # noqa: E402
from tests.networks.recipes import DROPPED, SMALL, STEPS, for_the_page, recipes, starts  # noqa: E402
from tests.studio.conftest import WEB  # noqa: E402

TOLERANCE = 1e-9

# The engine of the script that pages load, in a page that holds no widget; and that of the sources, to be changed.
SHIPPED = """
globalThis.RAVINE = RAVINE;
const addEventListener = () => {};
Object.assign(globalThis, {
  addEventListener,
  matchMedia: () => ({ addEventListener }),
  document: { querySelectorAll: () => [], addEventListener },
});
(0, eval)(readFileSync(NETWORK, "utf8"));
const { Course } = RAVINE_NETWORK;
"""
SOURCES = 'import { Course } from "./src/network/course";\n'
PROGRAM = """
const answer = ({ recipe, steps }) => {
  const course = new Course(recipe);
  const { trainer } = course;
  const { train, heldOut, classes } = trainer.task;
  if (steps === null)
    return { train: [...train.inputs, ...train.targets], heldOut: [...heldOut.inputs, ...heldOut.targets], classes };
  const start = [...trainer.parameters];
  while (trainer.step < steps) course.work();
  course.look();
  while (!course.settled) course.work();
  return { start, end: [...trainer.parameters], latest: course.latest, failure: trainer.failure };
};
"""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    script = tmp_path_factory.mktemp("scripts") / "training.js"
    script.write_text(training_script() + digits_script())
    return f"""
import {{ readFileSync }} from "node:fs";
const NETWORK = {str(WEB.parent / "static" / "network.js")!r};
(0, eval)(readFileSync({str(script)!r}, "utf8").replace("const RAVINE_TRAINING", "globalThis.RAVINE_TRAINING"));
"""


@pytest.fixture(scope="module")
def ask(conversation, scripts):
    return conversation(scripts + SHIPPED + PROGRAM)


@pytest.fixture(scope="module", autouse=True)
def in_double_precision():
    """PyTorch keeps some state in its default dtype; and tiny networks are slower on many threads."""
    before = torch.get_default_dtype(), torch.get_num_threads()
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    yield
    torch.set_default_dtype(before[0])
    torch.set_num_threads(before[1])


def assert_close(found, expected, tolerance=TOLERANCE):
    np.testing.assert_allclose(np.array(found, float), expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", recipes())
def test_it_ends_at_pytorchs_parameters(ask, name):
    recipe = recipes()[name]
    page = ask({"recipe": for_the_page(recipe), "steps": STEPS})
    assert page["failure"] is None
    oracle = Oracle(recipe, np.array(page["start"]))
    expected = oracle.train(STEPS)
    assert np.abs(expected - page["start"]).max() > 1e-6  # it has moved
    assert_close(page["end"], expected)
    assert_close(Training(recipe).train(STEPS).parameters, expected)

    for held_out, shown in ((False, "train"), (True, "heldOut")):
        loss, accuracy, objective = oracle.score(held_out)
        assert page["latest"][shown]["loss"] == pytest.approx(loss, abs=1e-9)
        if recipe.data != "curve":
            assert page["latest"][shown]["accuracy"] == accuracy
        if not held_out:
            assert page["latest"]["objective"] == pytest.approx(objective, abs=1e-9)


@pytest.mark.parametrize("bias", [1e17, -1e17, 1e308, -1e308])
def test_the_loss_of_sums_that_are_large_and_alike_is_that_of_guessing(ask, bias):
    """The logarithm is not swallowed by what it would be added to."""
    recipe = Recipe(init="zeros", bias=bias)
    page = ask({"recipe": for_the_page(recipe), "steps": 0})
    assert page["latest"]["train"]["loss"] == pytest.approx(
        Oracle(recipe, np.array(page["start"])).score(False)[0], abs=1e-9
    )
    assert page["latest"]["train"]["loss"] == pytest.approx(math.log(2), abs=1e-9)


@pytest.mark.parametrize("name", starts())
def test_it_starts_where_python_does(ask, name):
    recipe = starts()[name]
    assert_close(ask({"recipe": for_the_page(recipe), "steps": 0})["start"], first_weights(recipe), 1e-12)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("data", DATASETS)
def test_its_data_are_pythons(ask, data, scale):
    recipe = Recipe(data=data, examples=50, random=0.4, scale=scale, seed=5)
    page = ask({"recipe": for_the_page(recipe), "steps": None})
    task = dataset(data, 50, random=0.4, scale=scale, seed=5)
    assert page["classes"] == task.classes
    for shown, (inputs, targets) in (("train", task.train), ("heldOut", task.held_out)):
        assert_close(page[shown], np.concatenate((inputs.reshape(-1), targets)), 1e-9)


# Mistakes that usually slip through, as changes of the bundle; the comparison above must see each.
MISTAKES = {
    "dropout in evaluation": {"{ inputs: 0, hidden: 0 }": "recipe.dropout", "layers, n, false)": "layers, n, true)"},
    "nothing makes up for what is dropped": {"1 / (1 - p)": "1"},
    "the penalty is not shown": {"train.loss + penalty": "train.loss"},
    "the whole penalty, not half": {"trainer.penalised / 2": "trainer.penalised"},
    "every step has the same mask": {"MOST_LAYERS * this.step + l": "l"},
    "no dropout of inputs": {"if (drop) mask(this.x": "if (false) mask(this.x"},
    "the gradient passes what was dropped": {"mask(this.d[l - 1]": "(() => {})(this.d[l - 1]"},
}


@pytest.mark.parametrize("mistake", [None, *MISTAKES])
def test_a_mistake_is_seen(bundle, scripts, tmp_path, mistake):
    """The test above, on a page with the mistake in it; without any, to see that it can pass."""
    from ravine.studio.rules_script import rules_script

    recipe = Recipe(**SMALL, **DROPPED, activation="relu", decay="l2", lam=0.05)
    question = json.dumps({"recipe": for_the_page(recipe), "steps": STEPS})
    code = bundle(f"{scripts}{SOURCES}{PROGRAM}\nconsole.log(JSON.stringify(answer({question})));", "node")
    for right, wrong in MISTAKES.get(mistake, {}).items():
        assert code.count(right) == 1, right
        code = code.replace(right, wrong)
    program = tmp_path / "program.mjs"
    program.write_text(f"{rules_script()}\n{code}")
    page = json.loads(subprocess.run(["node", program], check=True, capture_output=True, text=True).stdout)
    oracle = Oracle(recipe, np.array(page["start"]))
    expected = oracle.train(STEPS)
    loss, _, objective = oracle.score()
    differences = [
        np.abs(np.array(page["end"], float) - expected).max(),
        abs(page["latest"]["train"]["loss"] - loss),
        abs(page["latest"]["objective"] - objective),
    ]
    assert (max(differences) <= TOLERANCE) == (mistake is None)
