"""A study, from a file or from Python: what it asks for, and what it refuses."""

import re
from pathlib import Path

import pytest

import ravine
from ravine.lab import read_study, study_of
from ravine.rules import rules

FILE = """
problems = ["digits"]
optimizers = ["sgd"]
steps = 40
lrs = "1e-2:1:3"
schedule = "cosine"
tuning_seeds = 2
seeds = 4
evaluate_every = 20

[[problem]]
name = "quadratic"
condition = 100

[[problem]]
name = "quadratic"
label = "A steeper quadratic"
condition = 1000

[[optimizer]]
rule = "adam"
lr = "1e-4:1e-1"
beta1 = "0.8:0.95 linear"
trials = 5

[[optimizer]]
rule = "adam"
label = "Adam, a fixed rate"
schedule = "constant warmup=10%"
lr = 1e-3
eps = [1e-8, 1e-4]
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "study.toml"
        path.write_text(text)
        return path

    return write


def test_a_file_is_read(written):
    study = read_study(written(FILE))
    assert study.name == "study"
    assert [problem.name for problem in study.problems] == ["digits", "quadratic", "quadratic"]
    assert [problem.settings.get("condition") for problem in study.problems] == [None, 100, 1000]
    assert study.problems[2].title == "A steeper quadratic" != study.problems[1].title
    assert [(entry.name, entry.rule.name, str(entry.schedule)) for entry in study.entries] == [
        ("sgd", "sgd", "cosine"),
        ("adam", "adam", "cosine"),
        ("Adam, a fixed rate", "adam", "constant warmup=10%"),
    ]
    grid, drawn, fixed = (entry.settings for entry in study.entries)
    assert grid == ({"lr": 0.01}, {"lr": 0.1}, {"lr": 1.0})
    assert len(drawn) == 5
    assert all(1e-4 <= setting["lr"] <= 1e-1 and 0.8 <= setting["beta1"] <= 0.95 for setting in drawn)
    assert fixed == ({"lr": 1e-3, "eps": 1e-8}, {"lr": 1e-3, "eps": 1e-4})
    assert list(study.seeds_that_tune) == [0, 1]
    assert list(study.seeds_that_report) == [1000, 1001, 1002, 1003]


def test_a_configuration_is_complete(written):
    study = read_study(written(FILE))
    digits, fixed = study.problems[0], study.entries[2]
    made = study.configurations(digits, 1077, fixed, range(2))
    assert [one.seed for one in made] == [0, 1, 0, 1]
    one = made[3]
    assert dict(one.hyperparameters) == {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-4}
    assert (one.problem, one.rule, one.schedule) == ("digits", "adam", "constant warmup=10%")
    assert (one.steps, one.batch_size, one.evaluate_every) == (40, 32, 20)
    assert one.fingerprint == digits.fingerprint()


def test_the_budget_in_epochs_and_the_defaults():
    study = study_of("digits", epochs=2, evaluate_every="epoch")
    one = study.configurations(study.problems[0], 1077, study.entries[0], [0])[0]
    assert (one.steps, one.evaluate_every) == (2 * 33, 33)
    assert [entry.name for entry in study.entries] == list(ravine.lab.OPTIMIZERS)
    assert len(study.entries[0].settings) == 11
    assert (len(study.seeds_that_tune), len(study.seeds_that_report)) == (3, 5)


def test_reporting_every_setting_tunes_on_no_seed():
    study = study_of("digits", report="every")
    assert list(study.seeds_that_tune) == []


def test_metric_and_target_of_the_study_stand_above_those_of_the_problem():
    (problem,) = study_of("digits", metric="loss").problems
    assert (problem.metric, problem.target) == ("loss", None)
    (problem,) = study_of("digits", target=0.9).problems
    assert (problem.metric, problem.target) == ("accuracy", 0.9)


def test_a_key_is_of_all_that_determines_a_run():
    def keys(**choices):
        study = study_of("digits", **{"optimizers": ["adam"], "lrs": [0.1], "epochs": 1, **choices})
        return {one.key() for one in study.configurations(study.problems[0], 1077, study.entries[0], [0])}

    edited = rules["adam"].variant("adam", defaults={"eps": 1e-3})
    changes = [
        {},
        {"optimizers": ["sgd"]},
        {"optimizers": [edited]},
        {"lrs": [0.2]},
        {"schedule": "cosine"},
        {"epochs": 2},
        {"metric": "loss"},
        {"evaluate_every": 5},
    ]
    found = [keys(**change) for change in changes]
    assert len(set.union(*found)) == len(changes)
    assert keys(optimizers=[{"rule": "adam", "label": "mine"}], seeds=1, target=0.5) == found[0]


BAD = {
    "malformed TOML": ("problem = ", "is not TOML"),
    "a key that is unknown": ("problem = 'digits'\nepoch = 3", "unknown key 'epoch'; did you mean 'epochs'?"),
    "no problem": ("epochs = 1", "no problems: name at least one"),
    "a problem that is unknown": ("problem = 'digit'", "did you mean 'digits'"),
    "problems that are no list": ("problems = 'digits'", "problems must be a list of names"),
    "a problem of another type": ("problem = 3", "problem must be a name, or tables"),
    "a problem twice": ("problems = ['digits', 'digits']", "give each a label"),
    "a problem without its name": ("[[problem]]\ncondition = 3", "a [[problem]] lacks its name"),
    "a problem's label that is no text": ("[[problem]]\nname = 'digits'\nlabel = 3", "label must be text"),
    "one table for a problem": ("[problem.quadratic]\ncondition = 3", "each under [[problem]]"),
    "a setting that is unknown": ("[[problem]]\nname = 'quadratic'\nconditon = 3", "did you mean 'condition'"),
    "a setting of a problem without": ("[[problem]]\nname = 'digits'\nsize = 3", "digits has no settings"),
    "no optimizers": ("problem = 'digits'\noptimizers = []", "no optimizers: name at least one"),
    "optimizers that are no list": ("problem = 'digits'\noptimizers = 'adam'", "optimizers must be a list"),
    "an optimizer that is unknown": ("problem = 'digits'\noptimizers = ['adm']", "did you mean 'adam'"),
    "an optimizer twice": ("problem = 'digits'\noptimizers = ['adam', 'adam']", "give each a label"),
    "an optimizer without its rule": ("problem = 'digits'\n[[optimizer]]\nlr = 1", "lacks its rule"),
    "a rule of another type": ("problem = 'digits'\n[[optimizer]]\nrule = 1", "rule must be the name of a rule"),
    "one table for all": ("problem = 'digits'\n[optimizer]\nrule = 'adam'", "under [[optimizer]]"),
    "a hyperparameter that is unknown": (
        "problem = 'digits'\n[[optimizer]]\nrule = 'adam'\nbeta3 = 1",
        "unknown key of optimizer adam 'beta3'; did you mean 'beta2'?",
    ),
    "a hyperparameter out of range": ("problem = 'digits'\n[[optimizer]]\nrule = 'adam'\nbeta1 = 1", "in [0, 1)"),
    "a label that is no text": ("problem = 'digits'\n[[optimizer]]\nrule = 'adam'\nlabel = 1", "label must be text"),
    "an empty grid": ("problem = 'digits'\nlrs = []", "lrs: no values"),
    "trials that are no count": ("problem = 'digits'\n[[optimizer]]\nrule = 'adam'\ntrials = 'x'", "trials must be"),
    "a schedule that is unknown": ("problem = 'digits'\nschedule = 'cosin'", "did you mean 'cosine'"),
    "a schedule of another type": ("problem = 'digits'\nschedule = 3", "schedule must be text"),
    "no seeds": ("problem = 'digits'\nseeds = 0", "seeds must be a whole number of at least 1"),
    "no tuning seeds": ("problem = 'digits'\ntuning_seeds = 0", "tuning_seeds must be"),
    "tuning on a seed that judges": (
        "problem = 'digits'\ntuning_seeds = 1001",
        "at most 1000: seeds from 1000 on judge",
    ),
    "tuning seeds for nothing": ("problem = 'digits'\nreport = 'every'\ntuning_seeds = 3", "leave tuning_seeds out"),
    "no epochs": ("problem = 'digits'\nepochs = 0", "epochs must be"),
    "half an epoch": ("problem = 'digits'\nepochs = 0.5", "epochs must be"),
    "two budgets": ("problem = 'digits'\nepochs = 1\nsteps = 10", "keep either epochs or steps"),
    "a report that is unknown": ("problem = 'digits'\nreport = 'all'", "'best' or 'every'"),
    "a metric that is unknown": (
        "problem = 'digits'\nmetric = 'error'",
        "unknown metric 'error'; choose from",
    ),
    "a target in percent": ("problem = 'digits'\ntarget = 95", "at most 1, a share"),
    "a target that is no number": ("problem = 'digits'\ntarget = 'high'", "target must be a number"),
    "looks that are no count": ("problem = 'digits'\nevaluate_every = 'step'", "evaluate_every must be 'epoch', or"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_by_name_and_key(case, written):
    text, says = BAD[case]
    path = written(text)
    with pytest.raises(ravine.RavineError) as caught:
        read_study(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert says in message
    assert "\n" not in message


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ravine.RavineError, match="No such file"):
        read_study(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ({"optimizers": "adam"}, "must be a list"),
        ({"optimizers": [rules["sgd"], rules["adam"].variant("sgd")]}, "two optimizers are called 'sgd'"),
        (
            {"optimizers": [rules["sgd"], {"rule": rules["adam"].variant("sgd"), "label": "x"}]},
            "two different rules are called 'sgd'",
        ),
        ({"lrs": [0.0]}, "lr must be in (0, ∞)"),
        ({"lrs": "1:2"}, "needs trials"),
        ({"seeds": True}, "seeds must be"),
        ({"learning_rates": "1:2:3"}, "unknown choice"),
    ],
)
def test_bad_choices_are_refused(choices, says):
    with pytest.raises(ravine.RavineError) as caught:
        study_of("digits", **choices)
    assert says in str(caught.value)


def test_the_example_in_the_documentation_is_a_study(written):
    text = (Path(__file__).parents[2] / "docs" / "lab.md").read_text()
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    study = read_study(written(example))
    assert [problem.name for problem in study.problems] == ["digits", "mnist-mlp", "quadratic"]
    assert [(entry.name, len(entry.settings)) for entry in study.entries] == [
        ("sgd", 9),
        ("momentum", 9),
        ("adam", 20),
        ("Adam, constant rate", 7),
    ]
    for key in re.findall(r"^(\w+) =", example.partition("[[problem")[0], re.MULTILINE):
        assert f"`{key}`" in text
