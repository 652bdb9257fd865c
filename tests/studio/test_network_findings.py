"""The living network finds what the monitor finds: the same sick training in the page's engine and in PyTorch."""

import math
import re
from collections import OrderedDict
from itertools import islice

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

import ravine  # noqa: E402
from ravine.lessons import lesson  # noqa: E402
from ravine.lessons.network_state import read  # noqa: E402
from ravine.networks import Recipe, batches, masks  # noqa: E402
from ravine.networks.first_weights import first_weights  # noqa: E402
from ravine.studio.quizzes import all_questions  # noqa: E402
from ravine.studio.symptoms_script import MEASURED, shown_symptoms  # noqa: E402
from ravine.studio.training_script import digits_script, training_script  # noqa: E402
from ravine.symptoms import MEASUREMENTS  # noqa: E402
from tests.networks.recipes import for_the_page  # noqa: E402

PROGRAM = """
import { Course } from "./src/network/course";
import { fill } from "./src/symptoms/python_format";
import { ofLayers, ofTheRun } from "./src/symptoms/measure";
import { readFileSync } from "node:fs";
(0, eval)(readFileSync(SCRIPTS, "utf8").replace("const RAVINE_TRAINING", "globalThis.RAVINE_TRAINING"));
const answer = ({ recipe, sentence, values }) => {
  if (sentence !== undefined) return fill(sentence, values);
  const course = new Course(recipe);
  while (!course.ended) course.work();
  const run = ofTheRun(course.watch, course.trainer);
  const layers = ofLayers(course.watch.looks, course.trainer);
  return { findings: course.findings, measured: [...Object.keys(run), ...[...layers.values()].flatMap(Object.keys)] };
};
"""

DIGITS = {"data": "digits", "examples": 500, "widths": (32,), "activation": "relu"}
SICK = {
    "step_too_big": Recipe(**DIGITS, settings={"lr": 1.0}, steps=120),
    "step_too_small": Recipe(**DIGITS, settings={"lr": 1e-7}, steps=120),
    "dead_from_start": Recipe(activation="relu", bias=-10.0, settings={"lr": 0.01}, steps=60),
    "equal_weights": Recipe(data="circles", init="constant", settings={"lr": 0.01}, steps=60),
    "equal_weights, all zero": Recipe(data="circles", init="zeros", settings={"lr": 0.01}, steps=60),
    "vanishing_gradients, long steps": Recipe(
        widths=(8,) * 6, activation="sigmoid", rule="sgd", settings={"lr": 0.5}, steps=200
    ),
    "vanishing_gradients": Recipe(widths=(8,) * 8, activation="sigmoid", rule="sgd", settings={"lr": 0.3}, steps=60),
    "input_scale": Recipe(**DIGITS, scale="255", rule="sgd", settings={"lr": 0.1}, steps=60),
    "overfitting": Recipe(
        examples=40, random=0.2, widths=(64, 64), activation="relu", init="he_uniform", settings={"lr": 0.02}, steps=300
    ),
    "held_out_at_chance": Recipe(
        **{**DIGITS, "examples": 200}, random=1.0, init="he_uniform", settings={"lr": 0.01}, steps=200
    ),
    "still_improving": Recipe(**DIGITS, rule="sgd", settings={"lr": 0.05}, steps=120),
    "heavy_dropout": Recipe(**DIGITS, dropout=0.97, init="he_uniform", settings={"lr": 0.003}, steps=130),
    "shrinking_weights": Recipe(**DIGITS, rule="sgd", decay="l2", lam=5.0, settings={"lr": 0.05}, steps=60),
    "nan_in_step": Recipe(data="curve", activation="identity", rule="sgd", settings={"lr": 30.0}, steps=60),
}
HEALTHY = {
    "moons": Recipe(activation="relu", init="he_uniform", settings={"lr": 0.01}, steps=300),
    "digits": Recipe(data="digits", examples=1000, widths=(32,), activation="relu", settings={"lr": 0.003}, steps=300),
    "cosine to its end": Recipe(widths=(16,), schedule="cosine", settings={"lr": 0.03}, steps=500),
    "a curve": Recipe(data="curve", widths=(16,), settings={"lr": 0.01}, steps=300),
    "dropout": Recipe(data="digits", examples=1000, activation="relu", dropout=0.2, settings={"lr": 0.01}, steps=300),
}
MODULES = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "identity": nn.Identity}


@pytest.fixture(scope="module")
def ask(conversation, tmp_path_factory):
    script = tmp_path_factory.mktemp("scripts") / "training.js"
    script.write_text(training_script() + digits_script())
    return conversation(f"const SCRIPTS = {str(script)!r};\n{PROGRAM}")


@pytest.fixture(autouse=True)
def in_double_precision():
    before = torch.get_default_dtype(), torch.get_num_threads()
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    yield
    torch.set_default_dtype(before[0])
    torch.set_num_threads(before[1])


class Drop(nn.Dropout):
    """Dropout by the masks that the page draws."""

    def __init__(self, p, layer, drawn):
        super().__init__(p)
        self.layer, self.drawn = layer, drawn

    def forward(self, x):
        return x * torch.as_tensor(self.drawn[self.layer]) if self.training else x


def monitored(recipe):
    """The monitor's findings, of PyTorch's layers under the page's names for them."""
    layers, drawn = OrderedDict(), []
    for layer, (inputs, outputs) in enumerate(zip(recipe.sizes, recipe.sizes[1:], strict=False), start=1):
        layers[str(layer)] = nn.Linear(inputs, outputs)
        if layer < len(recipe.sizes) - 1:
            layers[f"after {layer}"] = MODULES[recipe.activation]()
            if recipe.dropout:
                layers[f"drop {layer}"] = Drop(recipe.dropout, layer, drawn)
    model = nn.Sequential(layers)
    nn.utils.vector_to_parameters(torch.as_tensor(first_weights(recipe)), model.parameters())
    rule = torch.optim.Adam if recipe.rule == "adam" else torch.optim.SGD
    optimizer = rule(model.parameters(), **recipe.settings, weight_decay=recipe.lam)
    (x, y), (held_x, held_y) = (
        [torch.as_tensor(part) for part in split] for split in (recipe.task.train, recipe.task.held_out)
    )

    def loss_of(inputs, targets):
        z = model(inputs)
        return (
            functional.cross_entropy(z, targets.long())
            if recipe.task.classes
            else functional.mse_loss(z[:, 0], targets)
        )

    monitor = ravine.monitor(model, optimizer)
    every = max(1, math.ceil(recipe.steps / 120))
    for step, batch in enumerate(islice(batches(recipe), recipe.steps), start=1):
        drawn[:] = masks(recipe, step, len(batch))
        model.train()
        loss = loss_of(x[batch], y[batch])
        monitor.log(loss=loss)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if not all(bool(p.isfinite().all()) for p in model.parameters()):
            break  # as the page does
        if step % every == 0:
            model.eval()
            with torch.no_grad():
                monitor.log(validation_loss=loss_of(held_x, held_y))
    return monitor.findings


@pytest.mark.parametrize("case", SICK)
def test_the_same_in_the_same_words(ask, case):
    page, expected = ask({"recipe": for_the_page(SICK[case])})["findings"], monitored(SICK[case])
    first = expected[0]
    in_python = [first.name, first.title, first.evidence.replace("layer after", "layer"), first.advice, first.because]
    assert [page[0][part] for part in ("name", "title", "evidence", "advice", "because")] == in_python
    assert first.name == case.partition(",")[0]
    shown = {known.name for known in shown_symptoms()}
    assert {one["name"] for one in page} == {one.name for one in expected} & shown


@pytest.mark.parametrize("case", HEALTHY)
def test_nothing_is_said_of_what_is_sound(ask, case):
    assert ask({"recipe": for_the_page(HEALTHY[case])})["findings"] == []


def test_the_page_measures_what_it_is_said_to(ask):
    measured = set(ask({"recipe": for_the_page(HEALTHY["digits"])})["measured"])
    assert set(MEASUREMENTS) >= MEASURED == measured & set(MEASUREMENTS)
    assert len(shown_symptoms()) >= 22


@pytest.mark.parametrize("form", [".4g", ".3g", ".2g", ".0%", ",.0f", ".0f", ".2f"])
def test_numbers_are_formatted_as_in_python(ask, form):
    values = [
        0.0,
        1.0,
        0.125,
        2.5,
        0.5,
        1.5,
        99.5,
        1234567.0,
        1e-5,
        1.25e-7,
        2.302585,
        999.96,
        99999.5,
        1e16,
        0.0001,
        0.42,
    ]
    values += [-value for value in values[1:]]
    if form.endswith("g"):
        values = [value for value in values if abs(value) not in (0.125, 2.5, 99.5, 99999.5, 1.25e-7)]  # ties differ
    said = [ask({"sentence": f"{{x:{form}}}", "values": {"x": value}}) for value in values]
    assert said == [f"{value:{form}}" for value in values]


# What ails each run of the gallery of Reading a training run, and of the questions that show one.
GALLERY = {
    "The loss leaps": "step_too_big",
    "Nothing arrives below": "vanishing_gradients",
    "All units dead": "dead_from_start",
    "All units alike": "equal_weights",
    "Nobody scaled the inputs": "input_scale",
    "Learned by heart": "held_out_at_chance",
}
DIAGNOSES = {
    "first-weights": "equal_weights",
    "vanishing-gradients": "vanishing_gradients",
    "activations": "dead_from_start",
    "reading-a-run": "overfitting",
}


def first_finding(ask, recipe):
    return next(iter(finding["name"] for finding in ask({"recipe": for_the_page(recipe)})["findings"]), None)


def test_the_page_names_what_ails_each_run_of_the_gallery(ask):
    page = lesson("reading-a-run").source.read()
    runs = dict(re.findall(r"\[([^\]]+)\]\(\.\./network\.html#([^)]+)\)", page))
    assert {name: first_finding(ask, read(query).recipe) for name, query in runs.items()} == GALLERY


def test_the_page_names_what_ails_the_run_of_each_question(ask):
    asked = {question.lesson: question.run.recipe for question in all_questions() if question.run}
    assert {name: first_finding(ask, recipe) for name, recipe in asked.items()} == DIAGNOSES
