"""`ravine compare` and `ravine results` as a person meets them."""

import csv
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

import ravine
from ravine.lab import Store
from ravine.lab.metric import LOSS
from ravine.lab.problems import problems
from ravine.shown import plain

from ..lab.made import run as made_run

SMALL = Path(__file__).parents[1] / "lab" / "small.py"
FEW = ("--optimizers", "sgd,adam", "--lrs", "0.01,0.1", "--tuning-seeds", "2", "--seeds", "2", "--steps", "20")


def beside_small(folder):
    """Where a study is to be written that trains small.py: it runs files of its own folder alone."""
    shutil.copy(SMALL, folder)
    return folder / "study.toml"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    ravine.compare(
        SMALL, optimizers=["sgd", "adam"], lrs=[0.01, 0.1], tuning_seeds=2, seeds=2, steps=20, store=folder, workers=1
    )
    return folder


def test_it_prints_the_cost_the_table_and_the_advice_and_writes_files(ravine_command, tmp_path):
    picture, report = tmp_path / "rates.png", tmp_path / "report.html"
    code, out, err = ravine_command("compare", SMALL, *FEW, "-o", picture, "-o", report)
    assert code == 0
    for words in ("best", "95%", "interval", "did best on", f"wrote {picture}"):
        assert words in out.replace("\n", "") or words in out
    assert re.search(r"12 runs: 240 steps of one network, about \d+ s in this process", err)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rates.png", "report.html"]
    assert "<html" in report.read_text()


def test_a_long_setting_stands_below_a_table_that_has_no_room_for_it(ravine_command, tmp_path, monkeypatch):
    monkeypatch.setattr("ravine.cli.study.out.width", 80)
    study = beside_small(tmp_path)
    study.write_text(
        'problem = "small.py"\nsteps = 5\ntuning_seeds = 1\nseeds = 2\n[[optimizer]]\nrule = "adam"\n'
        'label = "adam, all of it"\nlr = [0.01, 0.1]\nbeta1 = [0.8, 0.9]\neps = [1e-8, 1e-4]\nschedule = "cosine"\n'
    )
    code, out, _ = ravine_command("compare", study, "--quiet")
    assert code == 0
    assert "\nBest settings\nadam, all of it: beta1 0." in out
    assert "…" not in out
    code = [
        line for line in out.splitlines() if line.startswith("    optimizer =") or line.startswith("    schedule =")
    ]
    assert max(len(line) for line in out.splitlines() if line not in code) <= 80  # what is pasted is not broken
    short = ravine_command("compare", SMALL, *FEW, "--quiet")[1]
    assert "Best settings" not in short
    assert " lr 0." in short


def test_json_is_alone_on_standard_output(ravine_command, store):
    code, out, _ = ravine_command("compare", SMALL, *FEW, "--store", store, "--json")
    assert code == 0
    facts = json.loads(out)
    assert len(facts["runs"]) == 12
    assert {summary["name"] for summary in facts["summaries"]} == {"sgd", "adam"}


def test_a_store_is_used_and_quiet_is_quiet(ravine_command, store):
    _, out, err = ravine_command("compare", SMALL, *FEW, "--store", store)
    assert "12 runs, 12 of them in the store; nothing is left to train" in err
    code, quiet, nothing = ravine_command("compare", SMALL, *FEW, "--store", store, "--quiet")
    assert (code, quiet, nothing) == (0, out, "")


def test_runs_of_other_versions_are_told(ravine_command, store, tmp_path):
    (path, *_) = store.glob("*.json")
    (tmp_path / ("0" * 64 + ".json")).write_text(path.read_text().replace('"torch": "', '"torch": "0.'))
    _, _, err = ravine_command("compare", SMALL, *FEW, "--store", tmp_path)
    assert "runs that other versions made, which do not count: 1 of ravine" in err


def test_a_study_of_two_problems(ravine_command, tmp_path):
    study = beside_small(tmp_path)
    study.write_text(
        'problems = ["digits", "small.py"]\noptimizers = ["sgd"]\nlrs = [0.1]\nsteps = 5\ntuning_seeds = 1\nseeds = 2\n'
    )
    report = tmp_path / "report.html"
    code, out, err = ravine_command("compare", study, "-o", report)
    assert code == 0
    assert "6 runs" in err
    assert out.count("Use sgd") == 2
    assert report.exists()
    code, out, _ = ravine_command("compare", study, "--json")
    assert [facts["problem"] for facts in json.loads(out)] == ["digits", "small"]


def test_the_help_names_every_problem_and_what_a_store_is_for(ravine_command):
    _, out, _ = ravine_command("compare", "--help")
    words = " ".join(out.replace("│", " ").split())
    for name in problems:
        assert name in words.replace(" ", "") or name in words
    assert "a study that is stopped begins anew" in words
    assert ravine_command("results", "--help")[0] == 0


WRONG = """
import torch
from torch import nn
model = lambda: nn.Linear(4, {width})
data = torch.ones(20, 4), torch.arange(20) % 3
train = validation = data
loss = {loss}
"""
OWN = {
    "a shape that the loss does not take": (
        WRONG.format(width=2, loss="nn.functional.cross_entropy"),
        "it must return 3",
    ),
    "a loss that is NaN before the first step": (
        WRONG.format(width=3, loss="lambda scores, y: nn.functional.cross_entropy(scores, y) * float('nan')"),
        "nan",
    ),
    "no model": ("train = validation = loss = None", "does not define model"),
    "an error of its own": ("import torch\n1 / 0", "line 2: ZeroDivisionError"),
    "no Python": ("model = ", "line 1"),
}


@pytest.mark.parametrize("case", OWN)
def test_a_problem_of_ones_own_that_cannot_be_trained(case, ravine_command, tmp_path):
    text, says = OWN[case]
    path = tmp_path / "wrong.py"
    path.write_text(text)
    code, out, err = ravine_command("compare", path, *FEW)
    assert (code, out) == (2, "")
    assert says in err
    assert err.startswith("ravine: ")
    assert err.count("\n") == 1


BAD = {
    "a problem that is unknown": (["digts"], "did you mean 'digits'"),
    "a file that is not there": (["no.py"], "there is no file no.py"),
    "a study that is not there": (["no.toml"], "cannot read no.toml: No such file"),
    "an optimizer that is unknown": (["digits", "--optimizers", "sgd,adm"], "did you mean 'adam'"),
    "no optimizers": (["digits", "--optimizers", ","], "no optimizers"),
    "a rule of matrices alone": (["digits", "--optimizers", "muon"], "compare the class ravine.optim.Muon"),
    "an empty grid": (["digits", "--lrs", ","], "--lrs: no values"),
    "rates without a count": (["digits", "--lrs", "1e-3:1"], "--lrs: '1e-3:1' lacks a count: write 1e-3:1:9"),
    "rates that are no grid": (["digits", "--lrs", "1:0:3"], "both ends must be above 0"),
    "rates that are no numbers": (["digits", "--lrs", "fast"], "cannot be read"),
    "a rate of zero": (["digits", "--lrs", "0"], "lr must be in (0, ∞)"),
    "no seeds": (["digits", "--seeds", "0"], "seeds must be"),
    "no tuning seeds": (["digits", "--tuning-seeds", "0"], "tuning_seeds must be"),
    "no epochs": (["digits", "--epochs", "0"], "epochs must be"),
    "two budgets": (["digits", "--epochs", "1", "--steps", "1"], "keep either epochs or steps"),
    "a schedule that is unknown": (["digits", "--schedule", "cosin"], "did you mean 'cosine'"),
    "a metric that is unknown": (["digits", "--metric", "error"], "unknown metric 'error'; choose from"),
    "a target in percent": (["digits", "--target", "95"], "a share of the examples"),
    "an ending that is unknown": (["digits", "-o", "rates.txt"], "must be one of .html .png .svg"),
    "a folder that is not there": (["digits", "-o", "no/rates.png"], "there is no folder"),
    "no workers": (["digits", "--workers", "0"], "workers must be"),
    "no stack": (["digits", "--stack", "0"], "stack must be"),
    "two engines": (["digits", "--ray", "--workers", "2"], "--workers and --ray are different places to run"),
    "Slurm without a store": (["digits", "--slurm", "timeout_min=5"], "--slurm needs --store"),
    "a store that cannot be written": (["digits", "--steps", "1", "--store", "/proc/runs"], "cannot make the store"),
    "a store that is a file": (["digits", "--store", "/proc/version"], "is a file; name a folder"),
    "results of nothing": (["results", "no"], "there is no folder no"),
    "results of an empty folder": (["results", "."], "there are no runs in ."),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_before_anything_is_trained(case, ravine_command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments, says = BAD[case]
    command = arguments if arguments[0] == "results" else ["compare", *arguments]
    code, out, err = ravine_command(*command)
    assert (code, out) == (2, "")
    assert says in err
    assert err.startswith("ravine: ")
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_malformed_toml_is_told_with_its_line(ravine_command, tmp_path):
    study = tmp_path / "study.toml"
    study.write_text('problem = "digits"\noptimizers = ["sgd"]]\n')
    code, _, err = ravine_command("compare", study)
    assert code == 2
    assert f"{study} is not TOML" in err
    assert "line 2" in err


def test_a_study_file_and_options_that_it_overrules(ravine_command, tmp_path):
    code, _, err = ravine_command("compare", tmp_path / "study.toml", "--tuning-seeds", "3")
    assert code == 2
    assert "says what is compared: set it there, and leave out --tuning-seeds" in err


@pytest.mark.parametrize("spared", [0, 1])
def test_files_of_another_format_are_named_in_one_line_and_passed_over(spared, ravine_command, store, tmp_path):
    paths = sorted(store.glob("[!.]*.json"))
    for path in paths[:spared]:
        (tmp_path / path.name).write_text(path.read_text())
    for path in paths[spared:]:
        (tmp_path / path.name).write_text(path.read_text().replace('"format": 1', '"format": 2'))
    said = f"{tmp_path / paths[spared].name} (and {len(paths) - spared - 1} more) has format 2, where this version"
    code, _, err = ravine_command("results", tmp_path)
    assert (code, err.count(said), err.count("\n")) == (0 if spared else 2, 1, 1)
    assert ("there are no runs" in err) == (not spared)
    code, out, err = ravine_command("compare", SMALL, *FEW, "--store", tmp_path, "-q")
    assert (code, err.count(said), err.count("\n")) == (0, 1, 1)
    assert "sgd" in out


SPOILT = {
    "not UTF-8": lambda data: data.replace(b'"how": "', b'"how": "\xff'),
    "deep": lambda data: b"[" * 100_000,
    "deep inside": lambda data: data.replace(b'"seconds": ', b'"seconds": ' + b"[" * 100_000, 1),
    "empty": lambda data: b"",
    "half": lambda data: data[: len(data) // 2],
    "zeros": lambda data: bytes(len(data)),
    "a list": lambda data: b"[]",
    "null": lambda data: b"null",
    "versions of another kind": lambda data: b'{"versions": {"format": 1, "torch": [1]}}',
    "a curve empty": lambda data: changed(data, train_loss=[]),
    "all curves empty": lambda data: changed(data, looks=[], train_loss=[], validation_loss=[], validation_metric=[]),
    "a curve too long": lambda data: changed(data, validation_loss=[0.1] * 99),
    "NaN": lambda data: changed(data, test_loss=float("nan")),
    "text for a number": lambda data: changed(data, test_metric="0.9"),
    "a number for text": lambda data: changed(data, how=3),
    "true for a number": lambda data: changed(data, seconds=True),
    "steps in text": lambda data: reconfigured(data, steps="9"),
    "a rate in text": lambda data: reconfigured(data, hyperparameters={"lr": "high"}),
    "a rule that is a list": lambda data: reconfigured(data, rule=["adam"]),
}


def changed(data, **facts):
    lines = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in {**json.loads(data), **facts}.items())
    return ("{" + ",\n ".join(lines) + "}\n").encode()


def reconfigured(data, **facts):
    return changed(data, configuration={**json.loads(data)["configuration"], **facts})


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_corrupt_file_is_named_and_passed_over(spoil, ravine_command, store, tmp_path):
    paths = sorted(store.glob("[!.]*.json"))
    for path in paths:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / paths[0].name).write_bytes(spoil(paths[0].read_bytes()))
    (tmp_path / ("a" * 64 + ".json")).mkdir()  # no file at all
    said = f"{tmp_path / paths[0].name} is corrupt, or no run, and is passed over: delete it"
    code, out, err = ravine_command("results", tmp_path, "--json")
    assert (code, err.count(said), err.count("\n")) == (0, 1, 1)
    assert sum(row["runs"] for row in json.loads(out)) == len(paths) - 1
    code, _, err = ravine_command("compare", SMALL, *FEW, "--store", tmp_path)
    assert (code, err.count(said)) == (0, 1)
    assert ravine_command("results", tmp_path, "--json")[2] == ""  # it was made again


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('{other}')",
        "SELECT * FROM '{other}'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_text('{other}')",
        "COPY runs TO '{other}'",
        "ATTACH '{other}'",
        "EXPORT DATABASE '{other}'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "PRAGMA database_list",
        "DROP TABLE runs",
        "SELECT 1; COPY runs TO '{other}'",
        "SELECT 1) TO '{other}' (HEADER); SELECT (1",
        "SELECT * FROM rows",
        "",
        ";",
        "-- nothing",
        "SELECT 'not a number'::INT FROM runs",
    ],
)
@pytest.mark.parametrize("output", [(), ("-o", "out.csv")], ids=["shown", "written"])
def test_a_question_reaches_nothing_but_the_runs(query, output, ravine_command, store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    other = tmp_path / "other.csv"
    other.write_text("secret\n1\n")
    code, out, err = ravine_command("results", store, "--sql", query.format(other=other), *output)
    assert (code, out) == (2, "")
    assert err.startswith("ravine: SQL: ")
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["other.csv"]
    assert other.read_text() == "secret\n1\n"


def test_answers_as_json_are_json(ravine_command, store):
    columns = "date '2026-01-02' AS t, 'nan'::DOUBLE AS n, 1 AS a, 2 AS a, 1.5 AS d, ['inf'::DOUBLE] AS l"
    query = f"SELECT {columns}, chr(27) || '[31m' AS e FROM runs LIMIT 1;"
    text = ravine_command("results", store, "--json", "--sql", query)[1]
    (row,) = json.loads(text, parse_constant=lambda name: pytest.fail(name))
    assert row == {"t": "2026-01-02", "n": None, "a": 1, "a_1": 2, "d": 1.5, "l": [None], "e": "\x1b[31m"}
    assert "\x1b" not in ravine_command("results", store, "--sql", query)[1]


def test_ctrl_c_without_a_store_tells_of_it(ravine_command, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("ravine.cli.study.run_study", interrupted)
    code, _, err = ravine_command("compare", SMALL, *FEW)
    assert code == 130
    assert err == "ravine: stopped; nothing was kept. With --store DIR a study goes on where it was stopped\n"


# --- results


def test_the_summary_of_a_store_is_what_compare_says(ravine_command, store):
    code, out, _ = ravine_command("results", store, "--json")
    assert code == 0
    rows = json.loads(out)
    summaries = json.loads(ravine_command("compare", SMALL, *FEW, "--store", store, "--json")[1])["summaries"]
    assert [row["optimizer"] for row in rows] == [summary["name"] for summary in summaries]
    for row, summary in zip(rows, summaries, strict=True):
        assert (row["problem"], row["runs"], row["setting"]) == ("small", 6, summary["setting"])
        for name in ("validation_metric", "test_metric"):
            assert row[name] == pytest.approx(summary[name])
    table = ravine_command("results", store)[1]
    assert "best" in table
    assert "\nsmall" in table


def test_the_metric_chooses_in_a_summary_and_reporting_seeds_only_judge(ravine_command, tmp_path):
    store = Store(tmp_path)
    for lr, validation, loss, test in ((0.1, 0.9, 0.5, 0.88), (0.01, 0.8, 0.2, 0.7)):
        for seed in range(3):
            store.write(made_run("sgd", lr, seed, validation, 0.0, loss=loss))
        store.write(made_run("sgd", lr, 1000, 1 - validation, test))
    (row,) = json.loads(ravine_command("results", tmp_path, "--json")[1])
    assert (row["setting"], row["metric"]) == ({"lr": 0.1}, "accuracy")
    assert (row["validation_metric"], row["test_metric"]) == (pytest.approx(0.9), 0.88)


def test_problems_of_one_name_are_told_apart(ravine_command, tmp_path):
    store, run = Store(tmp_path), made_run("sgd", 0.1, 0, 0.9, 0.9)
    settings = [{"problem_settings": (("condition", number),)} for number in (10.0, 1e4)]
    for change in ({}, {"batch_size": 7}, {"fingerprint": "f" * 64}, *settings):
        store.write(replace(run, configuration=replace(run.configuration, **change)))
    assert len(json.loads(ravine_command("results", tmp_path, "--json")[1])) == 5
    table = ravine_command("results", tmp_path)[1]
    for words in ("condition 10 ", "condition 10000 ", "batches of 7", "checksum ffffff", "checksum 000000"):
        assert words in table


@pytest.mark.parametrize("judged", [0.9, 0.7])
def test_batch_sizes_that_one_search_tried_share_a_row(ravine_command, tmp_path, judged):
    """Of a search the best alone is reported; what did better than what is reported was tried by another."""
    store = Store(tmp_path)
    for size, steps, validation in ((10, 100, judged), (20, 50, 0.8)):
        for seed in (0, 1, 1000) if size == 10 else (0, 1):
            run = made_run("sgd", 0.1, seed, validation, 0.85)
            of = replace(run.configuration, batch_size=size, steps=steps, evaluate_every=steps // 2)
            store.write(replace(run, configuration=of, looks=of.looks))
    rows = json.loads(ravine_command("results", tmp_path, "--json")[1])
    assert [(row["runs"], row["batch_size"]) for row in rows] == ([(5, 10)] if judged > 0.8 else [(3, 10), (2, 20)])


def test_a_setting_that_diverged_from_some_seeds_is_not_the_best_of_the_others(ravine_command, tmp_path):
    store = Store(tmp_path)
    for seed, loss in enumerate((0.1, float("inf"))):
        for run in (
            made_run("sgd", 1.0, seed, 0.0, 0.9, loss=loss, diverged=loss > 1),
            made_run("sgd", 0.1, seed, 0.0, 0.9, loss=0.5),
        ):
            store.write(replace(run, validation_metric=run.validation_loss, metric=LOSS))
    (row,) = json.loads(ravine_command("results", tmp_path, "--json")[1])
    assert (row["metric"], row["setting"], row["diverged"]) == ("loss", {"lr": 0.1}, 0.25)
    assert row["test_metric"] is None
    assert "–" in ravine_command("results", tmp_path)[1]


def test_csv_and_parquet_hold_every_run(ravine_command, store, tmp_path):
    runs = {run.configuration.key(): run for run in Store(store).runs()}
    table, columns = tmp_path / "runs.csv", tmp_path / "it's.parquet"
    assert ravine_command("results", store, "-o", table)[0] == 0
    assert ravine_command("results", store, "-o", columns)[0] == 0
    rows = list(csv.DictReader(table.open()))
    assert {row["key"] for row in rows} == runs.keys()
    for row in rows:
        run = runs[row["key"]]
        assert float(row["test_metric"]) == run.test_metric
        assert float(row["lr"]) == run.configuration.lr
        assert row["rule"] == run.configuration.rule
    found = duckdb.read_parquet(str(columns)).select("key", "looks", "validation_loss_curve").fetchall()
    assert {key: (tuple(looks), tuple(curve)) for key, looks, curve in found} == {
        key: (run.looks, run.validation_loss) for key, run in runs.items()
    }


def test_a_store_is_filtered_and_asked(ravine_command, store, tmp_path):
    _, out, _ = ravine_command(
        "results", store, "--optimizer", "adam", "--json", "--sql", "SELECT DISTINCT rule FROM runs"
    )
    assert json.loads(out) == [{"rule": "adam"}]
    assert ravine_command("results", store, "--sql", "SELECT count(*) AS n FROM runs")[1].split() == ["n", "12"]
    for arguments, says in (
        (("--sql", "SELECT nothing FROM runs"), "SQL: "),
        (("--optimizer", "adm"), "did you mean 'adam'"),
        (("--problem", "digits"), "choose from: small"),
        (("-o", tmp_path / "runs.xls"), "must be one of .csv .parquet"),
    ):
        code, out, err = ravine_command("results", store, *arguments)
        assert (code, out) == (2, "")
        assert says in err
        assert err.count("\n") == 1


def test_the_command_is_there():
    done = subprocess.run([sys.executable, "-m", "ravine.cli", "results", "no"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, "ravine: there is no folder no\n")


# --- nothing lost


@pytest.mark.parametrize("moment", ["ravine.cli.study.write_outputs", "ravine.cli.study.print_comparison"])
@pytest.mark.parametrize("error", [ValueError("a fault\nof ours"), OSError(28, "full"), RecursionError("deep")])
def test_what_was_trained_is_kept_whatever_fails_afterwards(moment, error, ravine_command, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def failing(*_):
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(moment, failing)
        code, _, err = ravine_command("compare", SMALL, *FEW, "--quiet")
    (folder,) = tmp_path.iterdir()
    assert code == 2
    assert err.count("\n") == 1
    assert f"runs made so far are kept in {folder.name}" in err
    code, _, err = ravine_command("compare", SMALL, *FEW, "--store", folder.name)
    assert code == 0
    assert "nothing is left to train" in err


HOSTILE = ["SGD [/tuned]", "[ours]", "$\\frac$", "_adam", "<script>alert(1)</script> & \"'", "\x1b[31mred", "a\u202eb"]


@pytest.mark.parametrize("label", HOSTILE)
def test_a_label_is_text_wherever_it_is_shown(label, ravine_command, tmp_path):
    study = beside_small(tmp_path)
    study.write_text(
        "problem = 'small.py'\nsteps = 4\nlrs = [0.1, 0.01]\nseeds = 2\ntuning_seeds = 1\n"
        f"[[optimizer]]\nrule = 'sgd'\nlabel = {json.dumps(label)}\n[[optimizer]]\nrule = 'adam'\nlabel = 'other'\n"
    )
    report, picture = tmp_path / "report.html", tmp_path / "picture.svg"
    for path in (report, picture):
        code, out, err = ravine_command("compare", study, "-o", path)
        assert (code, err.count("Traceback")) == (0, 0), err
    seen = plain(label)
    assert seen in out.replace("\n", " ")
    assert not {"\x1b", "\u202e"} & set(out + report.read_text() + picture.read_text())
    texts = "".join(ElementTree.parse(picture).getroot().itertext())
    assert seen in texts.replace("\u200b", "")
    assert "<script>alert" not in report.read_text()
    assert escape(seen) in report.read_text()


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (("nn.Linear(8, 3))", "nn.Linear(8, 3), nn.Softmax(1))"), 2, "softmax is applied once more; leave the softmax"),
        (("train, ", "x *= 40\ntrain, "), 0, "the inputs have a root mean square of 4"),
    ],
)
def test_a_problem_of_ones_own_is_looked_at_before_it_is_trained(tmp_path, change, code, said):
    file = tmp_path / "mine.py"
    file.write_text(SMALL.read_text().replace(*change))
    options = ("--optimizers", "sgd", "--lrs", "0.01", "--tuning-seeds", "1", "--seeds", "1", "--steps", "5")
    command = [sys.executable, "-m", "ravine.cli", "compare", str(file), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == code
    assert said in " ".join(done.stderr.split())
