"""The claims of the lesson: Which one."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset

import ravine
from ravine import descend
from ravine.lessons import lesson
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.ledger import claims, excused, sourced
from tests.lessons.claims.reading import text
from tests.lessons.claims.test_adadelta import shown_cell
from tests.lessons.claims.test_rmsprop import logged


@claims(
    r"ε drowns $\sqrt{\hat v}$, so nothing is divided by the gradient’s size.",
    "Only the bias correction of the first steps is left.",
)
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


@claims(
    "It tries seven optimizers over a grid of rates from several seeds, and recommends, as here for handwritten digits:",
    "Seven rules, each at a rate picked from one grid by one criterion.",
)
def test_it_trains_with_seven_optimizers_over_a_grid_and_seeds():
    lesson_ = lesson("which-one")
    listed = [line for line in lesson_.source.read().split("```text")[1].splitlines() if line]
    said = " ".join(listed)
    named = {name for name in ("adagrad", "rmsprop", "adadelta", "adam", "nesterov", "momentum", "sgd") if name in said}
    assert len(named) == 7
    state = next(use.state for use in lesson_.widgets if use.kind == "landscape")
    assert len(state.rules) == 7
    assert not any("lr" in state.settings.get(rule.name, {}) for rule in state.rules)  # the page picks each one's


@claims(
    "The rate moves the result more than the rule.",
    "| rate | SGD | Momentum | Adagrad |",
    "At 0.01 and below it does, 1.79 % at best.",
    "At a rate of 1 it has 43.76 %, where SGD has 2.26 %.",
    "At 0.1 it does.",
    "At a rate of 1 it learns nothing (89.68 %): its steps add up to many times SGD’s.",
    "SGD at 1, momentum at 0.1, Adagrad at 0.01 and below.",
    "Only at a rate of 1.",
    "At 0.0001 it is the last, with 58.10 %: its steps are the shortest.",
)
def test_the_order_of_rules_changes_with_the_rate():
    best = {
        row: min(
            ("SGD", "Momentum", "Adagrad"), key=lambda column: float(shown_cell("which-one", row, column).rstrip(" *%"))
        )
        for row in ("1", "0.1", "0.01", "0.001", "0.0001")
    }
    assert best == {"1": "SGD", "0.1": "Momentum", "0.01": "Adagrad", "0.001": "Adagrad", "0.0001": "Adagrad"}
    spans = []
    for column in ("SGD", "Momentum", "Adagrad"):
        errors = [float(shown_cell("which-one", row, column).rstrip(" *%")) for row in best]
        spans.append(max(errors) / min(errors))
    assert min(spans) > 5  # over the rates; between the rules, each at its best, it is less than 1.3
    at_best = [2.26, 2.03, 1.79]
    assert max(at_best) / min(at_best) < 1.3


@claims(
    "Zeiler's order held in Ravine's lab (rank correlation 0.91), not each figure: 7 of 27 cells lie elsewhere.",
)
def test_what_the_study_of_zeilers_table_found():
    study = (Path(ravine.__file__).parents[2] / "studies" / "zeiler-mnist.md").read_text(encoding="utf-8")
    assert "27 cells | 19 within the prediction interval, 7 outside" in study
    assert "rank correlation (Spearman) 0.91" in study
    assert "7 of 27 cells lie elsewhere" in text("which-one")


@claims(
    "Adagrad at 0.1 hangs on the seed: of five, two end at 4 to 5 %, three at 79 to 90 %.",
)
def test_what_five_seeds_of_adagrad_found():
    study = Path(ravine.__file__).parents[2] / "studies" / "zeiler-adagrad.json"
    cells = {cell["setting"]["lr"]: cell["errors"] for cell in json.loads(study.read_text())["figures"]["cells"]}
    errors = [round(error) for error in sorted(cells[0.1])]
    assert len(errors) == 5
    assert (errors[0], errors[1], errors[2], errors[4]) == (4, 5, 79, 90)


@claims(
    "In Ravine's lab, in small, Adam trained best, no adaptive rule was plainly apart on the test, and a decayed rate gained 2 to 4 points:",
)
def test_what_the_small_study_after_wilson_found():
    study = Path(ravine.__file__).parents[2] / "studies" / "wilson-adaptive.json"
    rows = json.loads(study.read_text(encoding="utf-8"))["figures"]["rows"]

    def best(method, part, sign):
        return max((row for row in rows if row["method"] == method), key=lambda row: sign * np.mean(row[part]))

    plain, adaptive = ("SGD", "heavy ball"), ("Adagrad", "RMSprop", "Adam")
    losses = {method: np.mean(best(method, "train", -1)["train"]) for method in (*plain, *adaptive)}
    assert min(losses, key=losses.get) == "Adam"
    for part, sign in (("train", -1), ("validation", 1)):  # which chooses the rate
        found = {method: np.array(best(method, part, sign)["test"]) for method in (*plain, *adaptive)}
        reference = max(plain, key=lambda method: sign * np.mean(best(method, part, sign)[part]))
        for method in adaptive:
            apart = found[method] - found[reference]
            assert abs(apart.mean()) < 4.303 * np.hypot(apart.std(ddof=1) / 3**0.5, 0.7)  # t, and 10,000 images
    gained = [
        np.mean(best(name, "validation", 1)["test"]) - np.mean(best(f"{name}, constant rate", "validation", 1)["test"])
        for name in ("heavy ball", "Adam")
    ]
    assert sorted(round(gain) for gain in gained) == [2, 4]


@claims(
    "Momentum 0.5 at 0.0005 and 0.001 was there still at 92 and 96 % after 10 epochs, Adam at 99 %.",
)
def test_what_the_logged_study_has_after_ten_epochs():
    sgd, adam = logged("SGD"), logged("Adam")
    assert [round(sgd[rate][-1]) for rate in (0.0005, 0.001)] == [92, 96]
    assert max(each[-1] for each in adam.values()) == pytest.approx(99, abs=0.5)
    study = (Path(ravine.__file__).parents[2] / "studies" / "mnist-optimizers.md").read_text(encoding="utf-8")
    assert "reproduced on some networks" in study


@claims(
    "With each at its own best rate RMSprop is far ahead here.",
    "At a rate of 0.05, for one, it gets to the bottom.",
)
def test_in_the_ravine_the_order_turns_with_the_rate():
    def end(rule, rate):
        return descend(rule, "ravine", steps=200, lr=rate).values[-1]

    assert end("sgd", 0.001) < end("rmsprop", 0.001)
    rates = np.geomspace(1e-3, 1, 25)
    assert min(end("rmsprop", rate) for rate in rates) < 0.1 * min(end("sgd", rate) for rate in rates if rate < 0.1)
    assert np.abs(descend("rmsprop", "ravine", steps=200, lr=0.05).points[-1]).max() < 0.1


@claims(
    "Then $v$ is the newest square, and every gradient is divided by its own size.",
)
def test_without_memory_adam_divides_each_gradient_by_its_own_size():
    stream = np.array([3.0, -0.2, 5.0])
    np.testing.assert_allclose(
        feed(rules["adam"], stream, lr=1.0, beta1=0.0, beta2=0.0)["step"], np.sign(stream), rtol=1e-6
    )


@claims(
    "−log(1/{classes}) = {key}.",
)
def test_the_loss_of_knowing_nothing():
    for classes in (4, 7, 10):
        logits = torch.zeros(1, classes, dtype=torch.float64)
        assert nn.functional.cross_entropy(logits, torch.tensor([0])).item() == pytest.approx(np.log(classes))


excused(
    "road sign",
    "The answer first: a loop to copy, three curves to watch, and a command that asks your own data.",
    "Give it your model and two loaders:",
    "Watch three curves.",
    "The other MNIST study depends on the network:",
    "Train / test accuracy, in %:",
    "Two studies:",
)

excused(
    "instruction",
    "For your emotion classifier: **AdamW**, a warm-up and a cosine, and validation data it never trains on.",
    "**Training loss** must fall: else lower the rate.",
    "If your loss stays there, nothing has been learnt; lower the rate first.",
    "It moves the result most.",
)

sourced(
    "wilson-et-al-2017",
    "Adagrad: 0.1, 0.05, 0.01, 0.0075, 0.005.",
    "RMSprop: 0.005, 0.001, 0.0005, 0.0003, 0.0001.",
    "Adam: the same and 0.00005.",
)

sourced(
    "zhang-et-al-2017",
    "| model, parameters | crop, decay | crop | decay | neither | random labels |",
)

sourced(
    "godbole-et-al-2023",
    "Two values of each do not fit in eight trainings, and none of them would be searched well.",
    "More hyperparameters come with more trials: first β₁, then ε.",
    "An optimum at the border of its range is no optimum yet.",
    "The grid only says that larger is better, as far as it goes.",
    "That searches on the side of which you know that it is worse.",
)

sourced(
    "choi-et-al-2019",
    "It can, but only a search that is long enough to tune the rate along with it will profit.",
)
