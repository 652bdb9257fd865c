"""The state of the network widget: what a link says is what the page and Python read, and what is wrong is named."""

import json
from urllib.parse import unquote

import numpy as np
import pytest

from ravine.errors import RavineError
from ravine.lessons import course
from ravine.lessons.network_state import CONTROLS, PANELS, read
from ravine.networks import Training
from ravine.networks.recipe import DEEPEST, WIDEST
from ravine.studio.networks_shown import EXPERIMENTS
from ravine.studio.training_script import training_script
from tests.networks.recipes import for_the_page

PROGRAM = """
import { FIELDS } from "./src/network/fields";
import { PANELS, read, twinOf, write } from "./src/network/state";
import { readFileSync } from "node:fs";
(0, eval)(readFileSync(SCRIPT, "utf8").replace("const RAVINE_TRAINING", "globalThis.RAVINE_TRAINING"));
const answer = ({ query }) => {
  const groups = Object.fromEntries(FIELDS.map(({ key, group }) => [key, group]));
  if (query === undefined) return { panels: PANELS, groups };
  const found = read(new URLSearchParams(query));
  return { ...found, twin: twinOf(found.state), written: write(found.state) };
};
"""


@pytest.fixture(scope="module")
def ask(conversation, tmp_path_factory):
    script = tmp_path_factory.mktemp("scripts") / "training.js"
    script.write_text(training_script())
    return conversation(f"const SCRIPT = {json.dumps(str(script))};\n{PROGRAM}")


WHOLE = (
    "data=digits&examples=100&random=0.25&inputs=standard&layers=12,7&activation=elu&init=lecun_normal&gain=2&bias=0.1"
    "&dropout.inputs=0.1&dropout=0.5&decay=l2&lambda=0.01&rule=sgd&batch=all&schedule=cosine&steps=300&seed=9"
    "&sgd.lr=0.5&twin.sgd.lr=0.25&step=20&hide=twin,share"
)
LINKS = ["", "layers=", "bias=-10", WHOLE, "data=moons&twin.activation=relu", *(state for _, state, _ in EXPERIMENTS)]
IN_LESSONS = [use.state.query for lesson in course() for use in lesson.widgets if use.kind == "network"]


@pytest.mark.parametrize("query", dict.fromkeys(LINKS + IN_LESSONS))
def test_page_and_python_read_the_same(ask, query):
    page, python = ask({"query": query}), read(query)
    assert page["refused"] == []
    assert page["state"]["recipe"] == json.loads(json.dumps(for_the_page(python.recipe)))
    assert (page["twin"] is None) == (python.twin is None)
    if python.twin:
        assert page["twin"] == json.loads(json.dumps(for_the_page(python.twin)))
    assert page["state"]["step"] == python.step
    again = ask({"query": page["written"]})
    assert again["state"] == page["state"]
    assert again["written"] == page["written"]


def test_what_is_written_says_all_that_is_not_usual(ask):
    assert ask({"query": ""})["written"] == ""
    assert unquote(ask({"query": WHOLE})["written"]) == WHOLE


def test_controls_and_panels_are_the_pages(ask):
    page = ask({})
    assert page["groups"] == CONTROLS
    assert set(page["panels"]) == set(PANELS)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("data=mnist", "data=mnist is left out: digits, moons"),
        ("layers=0", "layers=0 is left out: of each hidden layer a whole number from 1 to 256"),
        ("layers=10000", "from 1 to 256"),
        ("layers=8,x", "of each hidden layer"),
        ("layers=" + "8," * 20, "at most 12 hidden layers are wanted, not 20"),
        ("gain=2e308", "gain=2e308 is left out: that is more than this page can compute with"),
        ("gain=inf", "gain=inf is left out"),
        ("dropout=1", "below 1 is wanted"),
        ("dropout=-0.1", "dropout=-0.1 is left out"),
        ("random=2", "random=2 is left out: a number from 0 to 1"),
        ("examples=1", "examples=1 is left out: a whole number from 2 to 2000"),
        ("examples=5000", "from 2 to 2000"),
        ("data=digits&examples=1800", "from 2 to 1437"),
        ("batch=0", "batch=0 is left out: a whole number from 1 to 2000 is wanted, not 0; all is the whole set"),
        ("steps=1000000", "from 1 to 20000"),
        ("rule=adom", "rule=adom is left out"),
        ("rule=adamw&decay=l2", "AdamW has weight decay of its own"),
        ("sgd.lr=0.1", "sgd.lr=0.1 is left out: the rule is adam"),
        ("adam.lr=-1", "adam.lr=-1 is left out: a number above 0"),
        ("adam.lr=0.1.2", "adam.lr=0.1.2 is left out"),
        ("twin.seed=1&twin.gain=2", "the twin differs in one thing, seed"),
        ("twin.layers=0", "twin.layers=0 is left out"),
        ("bogus=1", "bogus=1 is left out: there is no such key"),
        ("__proto__=1", "there is no such key"),
        ("constructor.name=1", "there is no such key"),
        ("hide=loss", "what can be hidden is data"),
        ("step=-1", "step=-1 is left out"),
        ("seed=5e9", "seed=5e9 is left out"),
        ("lambda=-1", "lambda=-1 is left out"),
    ],
)
def test_what_is_wrong_is_left_out_and_named(ask, query, named):
    answer = ask({"query": query})
    [line] = answer["refused"]
    assert named in line
    with pytest.raises(RavineError):
        read(query)
    good = "&".join(pair for pair in query.split("&") if not line.startswith(pair[:20]))
    assert answer["state"]["recipe"] == ask({"query": good})["state"]["recipe"]


def test_the_limits_are_pythons(ask):
    assert ask({"query": f"layers={','.join([str(WIDEST)] * DEEPEST)}"})["refused"] == []
    assert ask({"query": f"layers={WIDEST + 1}"})["refused"]


@pytest.fixture(scope="module")
def outcomes():
    """The ends of the experiments that the page offers: (network, twin) by title."""
    ends = {}
    for title, query, _ in EXPERIMENTS:
        state = read(query)
        with np.errstate(all="ignore"):
            ends[title] = [Training(each).train(each.steps) for each in (state.recipe, state.twin) if each]
    return ends


def test_the_experiments_show_what_they_say(outcomes):
    (spiral,) = outcomes["A spiral, learned"]
    assert spiral.score().accuracy == 1.0

    vanishing, tanh = outcomes["Gradients that vanish"]
    assert vanishing.score().loss > 100 * tanh.score().loss

    zeros, he = outcomes["A start at zero"]
    assert np.count_nonzero(zeros.parameters) == 2  # the last biases
    assert zeros.score().accuracy == 0.5
    assert he.score().accuracy == 1.0

    dead, alive = outcomes["Units that died"]
    assert dead.predict(dead.task.train[0]).std(axis=0).max() < 1e-9  # the same answer for every example
    assert alive.score().accuracy == 1.0

    lots, labels = outcomes["Learned by heart"]
    assert lots.score().accuracy == 1.0
    assert lots.score(held_out=True).accuracy < 0.15
    assert labels.score(held_out=True).accuracy > 0.9

    large, small = outcomes["Weights held small"]
    assert np.linalg.norm(small.parameters) < np.linalg.norm(large.parameters) / 4
    assert small.score(held_out=True).loss < large.score(held_out=True).loss / 2

    plain, dropped = outcomes["Units left out"]
    assert dropped.score(held_out=True).loss < plain.score(held_out=True).loss / 2

    leaping, calm = outcomes["A step too large"]
    assert leaping.score().loss > 1 > calm.score().loss
