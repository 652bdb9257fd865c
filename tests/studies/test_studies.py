"""The studies' files can be read, and what is committed of each follows from its own figures."""

import csv
import json
from pathlib import Path

import pytest

from ravine.lab.study.study_file import read_study
from studies.__main__ import HERE, NAMES, markdown, module_of
from studies.verdict import Verdict, outcome_of_several

SOURCES = {"zeiler-mnist": 27, "mnist-optimizers": 10, "zhang-random-labels": 6}


def facts_of(name):
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _data_is_not_needed(monkeypatch, tmp_path):
    monkeypatch.setenv("RAVINE_DATA", str(tmp_path))


def _own(entry, setting):
    """Without what is varied beside the rule's hyperparameters."""
    return {name: value for name, value in setting.items() if name in entry.rule.hyperparameters}


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_a_study_that_reports_every_setting(name):
    study = read_study(HERE / f"{name}.toml")
    assert study.name == name
    assert study.report == "every"
    settings = {
        (e.rule.name, str(e.schedule), *sorted({**e.rule.settings(_own(e, s)), **s}.items()))
        for e in study.entries
        for s in e.settings
    }
    assert facts_of(name)["runs"] == len(settings) * study.seeds * len(study.problems)


@pytest.mark.parametrize("name", NAMES)
def test_the_head_of_the_file_gives_the_command_that_made_the_results(name):
    assert facts_of(name)["command"] in (HERE / f"{name}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_verdicts_follow_from_the_figures(name):
    facts = facts_of(name)
    assert [Verdict(**verdict) for verdict in facts["verdicts"]] == module_of(name).verdicts(facts["figures"])
    assert facts["verdicts"]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_that_of_the_figures(name):
    assert (HERE / f"{name}.md").read_text(encoding="utf-8") == markdown(facts_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_figures_are_small_enough_to_be_shown(name):
    assert (HERE / f"{name}.json").stat().st_size < 64_000


def test_every_cell_of_zeilers_tables_has_its_seeds_and_its_published_figure():
    figures, study = facts_of("zeiler-mnist")["figures"], read_study(HERE / "zeiler-mnist.toml")
    tried = {(entry.name, tuple(sorted(s.items()))) for entry in study.entries for s in entry.settings}
    cells = {(cell["method"], tuple(sorted(cell["setting"].items()))): cell for cell in figures["cells"]}
    assert cells.keys() == tried
    assert all(len(cell["errors"]) == study.seeds for cell in cells.values())
    assert [{k: v for k, v in cell.items() if k != "errors"} for cell in figures["cells"]] == module_of(
        "zeiler-mnist"
    ).published()


def test_adagrads_cells_are_those_of_the_table_that_part():
    """From five seeds; where rounding decides nothing, the first three end as in the table."""
    table = {c["setting"]["lr"]: c for c in facts_of("zeiler-mnist")["figures"]["cells"] if c["method"] == "Adagrad"}
    cells = {c["setting"]["lr"]: c for c in facts_of("zeiler-adagrad")["figures"]["cells"]}
    assert set(cells) == {lr for lr, cell in table.items() if not module_of("zeiler-mnist").agrees(cell)}
    assert all(len(cell["errors"]) == 5 and cell["published"] == table[lr]["published"] for lr, cell in cells.items())
    assert cells[0.01]["errors"][:3] == table[0.01]["errors"]
    assert table[0.1]["errors"] == [90.20, 5.37, 5.68]  # as the page says


def test_the_grids_are_those_of_wilson():
    """Wilson et al. 2017; Adam's also with a larger ε, with decoupled decay and without a schedule."""
    tried = {e.name: sorted(s["lr"] for s in e.settings) for e in read_study(HERE / "wilson-adaptive.toml").entries}
    momentum, adam = [0.01, 0.05, 0.25, 0.5, 1, 2], [0.00005, 0.0001, 0.0003, 0.0005, 0.001, 0.005]
    assert tried == {
        "SGD": momentum,
        "heavy ball": momentum,
        "Adagrad": [0.005, 0.0075, 0.01, 0.05, 0.1],
        "RMSprop": [0.0001, 0.0003, 0.0005, 0.001, 0.005],
        "Adam": adam,
        "Adam, ε 0.01": adam,
        "AdamW": adam,
        "heavy ball, constant rate": momentum,
        "Adam, constant rate": adam,
    }


def _wilson_row(method, lr, train, validation, test):
    noisy = {"train": train, "validation": validation, "test": test}
    return {"method": method, "lr": lr, **{k: [v - 0.01, v, v + 0.02] for k, v in noisy.items()}}


def test_each_criterion_of_wilson_chooses_by_its_own_measure():
    wilson = module_of("wilson-adaptive")
    rows = [_wilson_row("SGD", 1, 0.5, 40, 50), _wilson_row("SGD", 2, 0.6, 45, 30), _wilson_row("SGD", 3, 0.7, 41, 60)]
    rows.append({**rows[0], "lr": 4, "train": [0.1, None, 0.1]})  # one that diverged is never chosen
    assert wilson.chosen(rows, ["SGD"], "train")["lr"] == 1
    assert wilson.chosen(rows, ["SGD"], "validation")["lr"] == 2


@pytest.mark.parametrize(
    ("tests", "answer"),
    [((30, 31, 32), True), ((30, 31, 60), False), ((30, 31, 50), None)],
    ids=["all worse", "one better", "one alike"],
)
def test_a_method_is_worse_only_where_its_seeds_say_so(tests, answer):
    wilson = module_of("wilson-adaptive")
    rows = [_wilson_row("SGD", 1, 0.5, 40, 50), _wilson_row("heavy ball", 1, 0.6, 39, 50)]
    rows += [_wilson_row(m, 1, 0.5, 40, test) for m, test in zip(wilson.ADAPTIVE, tests, strict=True)]
    for row in rows[2:]:
        row["test"] = row["test"][::-1]  # seeds that all differ alike would be no evidence
    assert wilson.all_worse(rows, "validation", "test") is answer


def test_every_logged_run_of_the_slides_was_made_here_too():
    module, figures = module_of("mnist-optimizers"), facts_of("mnist-optimizers")["figures"]
    assert len(figures["networks"]) == 3
    for (optimizer, lr), runs in module.published().items():
        assert all(len(run) == 10 for run in runs)
        for series in figures["networks"].values():
            assert len([s for s in series if s["optimizer"] == optimizer and s["setting"].get("lr") == lr]) == 1


def test_the_networks_of_rmsprop_by_seed_are_those_of_the_slides_study():
    few, whole = (read_study(HERE / f"{name}.toml") for name in ("rmsprop-by-seed", "mnist-optimizers"))
    assert {(p.title, p.network) for p in few.problems} == {(p.title, p.network) for p in whole.problems}
    [entry] = few.entries
    assert entry.settings == ({"alpha": 0.99, "lr": 0.01},)
    networks = facts_of("rmsprop-by-seed")["figures"]["networks"]
    assert {len(ends[part]) for ends in networks.values() for part in ("test", "loss")} == {5}


def test_the_log_has_a_line_for_every_epoch_of_every_run():
    name = "mnist-optimizers"
    figures = facts_of(name)["figures"]
    every = [series for network in figures["networks"].values() for series in network]
    assert all(len(curve) == 10 for series in every for curve in series["loss"] + series["accuracy"])
    log = (HERE / f"{name}.log").read_text(encoding="utf-8")
    assert log == module_of(name).log(figures)
    assert len(log.splitlines()) == 10 * sum(len(series["loss"]) for series in every)


@pytest.mark.parametrize(("name", "count"), SOURCES.items())
def test_published_figures_are_whole(name, count):
    with (HERE / "published" / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({row["run"] for row in rows} if "run" in rows[0] else rows) == count


def test_another_figure_gives_another_verdict():
    """A verdict that nothing could overturn would be none."""
    for name in NAMES:
        module, figures = module_of(name), facts_of(name)["figures"]
        before = {v.claim: v.outcome for v in module.verdicts(figures)}
        after = {v.claim: v.outcome for v in module.verdicts(SPOILED[name](figures))}
        assert before != after, name


def _zeiler(figures):
    return {
        "cells": [
            {**c, "errors": [90.0 + k + n for k in range(len(c["errors"]))]} for n, c in enumerate(figures["cells"])
        ]
    }


def _slides(figures):
    def spoiled(series):
        return [{**one, "test": [0.98 - test for test in one["test"]]} for one in series]

    return {"networks": {name: spoiled(series) for name, series in figures["networks"].items()}}


def _adadelta(figures):
    return {**figures, "epsilon": figures["epsilon"][::-1]}


def _betas(figures):
    swapped = [{**c, "corrected": c["uncorrected"], "uncorrected": c["corrected"]} for c in figures["cells"]]
    return {**figures, "cells": swapped}


def _labels(figures):
    return {"rows": [{**row, "train": [98.0 for _ in row["train"]]} for row in figures["rows"]]}


def _adagrad(figures):
    return {"cells": [{**cell, "errors": [5.0 + k / 100 for k in range(5)]} for cell in figures["cells"]]}


def _adaptive(figures):
    def spoiled(row):
        if row["method"] in ("SGD", "heavy ball"):
            return row
        return {**row, "train": [5.0 + k / 100 for k in range(3)], "test": [9.0 + k / 100 for k in range(3)]}

    return {"rows": [spoiled(row) for row in figures["rows"]]}


def _dying(figures):
    return {"networks": {name: {**ends, "test": [11.35] * 5} for name, ends in figures["networks"].items()}}


SPOILED = {
    "zeiler-mnist": _zeiler,
    "mnist-optimizers": _slides,
    "adadelta-epsilon": _adadelta,
    "adam-betas-bias-correction": _betas,
    "zhang-random-labels": _labels,
    "zeiler-adagrad": _adagrad,
    "wilson-adaptive": _adaptive,
    "rmsprop-by-seed": _dying,
}


def test_the_index_names_every_study():
    text = Path(HERE / "README.md").read_text(encoding="utf-8")
    assert all(f"({name}.toml)" in text and f"({name}.md)" in text for name in NAMES)


@pytest.mark.parametrize(
    ("borne_out", "outcome"),
    [
        ([True, True], "reproduced"),
        ([True, False], "reproduced on some networks"),
        ([False, False], "not reproduced"),
        ([], "not decided"),
    ],
)
def test_a_claim_put_to_several_networks(borne_out, outcome):
    assert outcome_of_several(borne_out) == outcome
