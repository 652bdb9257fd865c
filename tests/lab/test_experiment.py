"""A study is carried out fairly, and picked up where it was stopped, however it was stopped."""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import ravine
from ravine.lab import Store, read_study, run_study, study_of
from ravine.lab.experiment.executors import Here

SMALL = Path(__file__).parent / "small.py"
CHOICES = {"optimizers": ["sgd", "adam"], "lrs": [0.01, 0.1], "steps": 20, "tuning_seeds": 2, "seeds": 3}


@pytest.fixture(scope="module")
def study():
    return study_of(SMALL, **CHOICES)


@pytest.fixture(scope="module")
def done(study, tmp_path_factory):
    """The study, carried out: its comparison and its store."""
    folder = tmp_path_factory.mktemp("runs")
    (comparison,) = run_study(study, store=folder, workers=1, stack=1)
    return comparison, folder


def costs(study, **options):
    heard = []
    run_study(study, on_cost=heard.append, workers=1, **options)
    (cost,) = heard
    return cost


def test_every_setting_is_tuned_and_the_chosen_one_is_reported_on_other_seeds(done):
    comparison, _ = done
    assert len(comparison.runs) == 2 * 2 * 2 + 2 * 3
    for entrant in comparison.entrants:
        assert len(entrant.tuning) == 4
        assert {run.configuration.seed for run in entrant.tuning} == {0, 1}
        assert {run.configuration.seed for run in entrant.report} == {1000, 1001, 1002}
        means = {}
        for run in entrant.tuning:
            means.setdefault(run.configuration.lr, []).append(run.validation_metric[-1])
        best = max(sum(values) for values in means.values())
        assert sum(means[entrant.report[0].configuration.lr]) == pytest.approx(best)


def test_test_data_chooses_nothing(study, done, tmp_path):
    """With the test metrics of all tuning runs turned over, the same settings are reported."""
    comparison, _ = done
    store = Store(tmp_path)
    for entrant in comparison.entrants:
        for run in entrant.tuning:
            store.write(replace(run, test_metric=1 - run.test_metric, test_loss=-run.test_loss))
    (again,) = run_study(study, store=store, workers=1, stack=1)
    assert [entrant.report for entrant in again.entrants] == [entrant.report for entrant in comparison.entrants]


def test_what_the_store_holds_is_not_trained_again(study, done):
    comparison, folder = done
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    cost = costs(study, store=folder)
    assert (cost.runs, cost.kept, cost.steps) == (14, 14, 0)
    (again,) = run_study(study, store=folder, on_progress=lambda progress: pytest.fail("it trained"))
    assert again == comparison
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_a_run_that_is_deleted_is_made_again_and_it_alone(study, done, tmp_path):
    comparison, folder = done
    store = Store(tmp_path)
    for run in Store(folder).runs():
        store.write(run)
    victim = comparison.entrants[0].tuning[0]
    (tmp_path / f"{victim.configuration.key()}.json").unlink()
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    (again,) = run_study(study, store=store, workers=1, stack=1)
    assert again == comparison
    assert store.read(victim.configuration) == victim
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


def test_a_finished_store_may_be_read_only(study, done, monkeypatch):
    comparison, folder = done
    monkeypatch.setattr(Store, "prepare", lambda self: pytest.fail("it would write"))
    assert run_study(study, store=folder) == [comparison]


def test_a_wider_study_trains_only_what_is_new(done):
    _, folder = done
    wider = study_of(SMALL, **{**CHOICES, "optimizers": ["sgd", "adam", "rmsprop"], "seeds": 3})
    cost = costs(wider, store=Store(folder))
    assert (cost.kept, cost.runs) == (14, 21)


def test_without_a_store_the_result_is_the_same(study, done):
    comparison, _ = done
    assert run_study(study, workers=1, stack=1) == [comparison]


def test_the_cost_is_told_before_anything_is_trained(study):
    heard = []
    run_study(
        study, workers=1, on_cost=lambda cost: heard.append(cost), on_progress=lambda progress: heard.append(progress)
    )
    cost, *progress = heard
    assert (cost.runs, cost.kept, cost.steps) == (14, 0, 14 * 20)
    assert 0 < cost.seconds < 60
    assert cost.workers == "this process"
    assert (progress[-1].runs, progress[-1].steps) == (14, 14 * 20)
    assert progress == sorted(progress)
    assert {(one.all_runs, one.all_steps) for one in progress} == {(14, 14 * 20)}


def test_settings_that_two_optimizers_share_are_trained_once():
    twice = study_of(SMALL, **{**CHOICES, "optimizers": ["sgd", {"rule": "sgd", "label": "again"}]})
    (comparison,) = run_study(twice, workers=1)
    assert len(comparison.runs) == 4 + 3
    one, other = comparison.entrants
    assert (one.tuning, one.report) == (other.tuning, other.report)


def test_every_setting_can_be_reported():
    (comparison,) = run_study(study_of(SMALL, **{**CHOICES, "tuning_seeds": None, "report": "every"}), workers=1)
    for entrant in comparison.entrants:
        assert entrant.tuning == ()
        assert len(entrant.report) == 2 * 3


def test_several_problems_in_one_study(tmp_path):
    shutil.copy(SMALL, tmp_path)  # a study runs files of its own folder
    (tmp_path / "study.toml").write_text(
        'problems = ["digits", "small.py"]\noptimizers = ["sgd"]\nlrs = [0.1]\nsteps = 5\ntuning_seeds = 1\nseeds = 1\n'
    )
    first, second = run_study(read_study(tmp_path / "study.toml"), workers=1)
    assert [first.problem, second.problem] == ["digits", "small"]
    assert (first.study, len(first.runs), len(second.runs)) == ("study", 2, 2)


def test_a_problem_given_as_objects():
    inputs = torch.randn(60, 4, generator=torch.Generator().manual_seed(0))
    data = (inputs, (inputs[:, 0] > 0).long())
    comparison = ravine.compare(
        model=lambda: torch.nn.Linear(4, 2),
        train=data,
        validation=data,
        loss=torch.nn.functional.cross_entropy,
        batch_size=10,
        **{**CHOICES, "steps": 5},
    )
    assert (comparison.problem, comparison.batch_size, comparison.metric) == ("own", 10, "accuracy")


def test_a_rule_of_ones_own_can_be_compared():
    mine = ravine.rules["sgd"].variant("mine", defaults={"lr": 0.5})
    lost = ravine.compare(SMALL, optimizers=[mine], lrs=[1e30], steps=5, tuning_seeds=1, seeds=1)
    assert [entrant.rule for entrant in lost.entrants] == ["mine"]
    assert lost.recommendation() == "Every run diverged: try lower rates."


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"problem": "digit"}, "did you mean 'digits'"),
        ({"model": torch.nn.Linear}, "train is missing"),
        ({"problem": "digits", "train": 1}, "a problem is given twice"),
        ({"workers": 0}, "workers must be"),
        ({"workers": True}, "workers must be"),
        ({"workers": "4"}, "workers must be a whole number of at least 1, not '4'"),
        ({"stack": "3"}, "stack must be a whole number of at least 1, not '3'"),
        ({"stack": 1.5}, "stack must be"),
        ({"store": "/proc/none", "steps": 1}, "cannot make the store"),
    ],
)
def test_bad_input_is_refused_before_training(arguments, says):
    with pytest.raises(ravine.RavineError) as caught:
        ravine.compare(**arguments, on_progress=lambda progress: pytest.fail("it trained"))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("missing", ["torch", "loky"])
def test_a_missing_package_is_named_with_what_brings_it(missing, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else name)
    with pytest.raises(
        ravine.RavineError, match=rf"{missing} is not installed: pip install -c constraints.txt '\.\[torch\]'"
    ):
        ravine.compare()


def test_importing_the_lab_does_not_import_torch():
    code = "import sys, ravine.lab; sys.exit(bool({'torch', 'loky', 'scipy', 'matplotlib'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_interrupt_passes_through_and_what_is_finished_is_kept(study, tmp_path):
    def interrupt(progress):
        if progress.runs >= 4:
            raise KeyboardInterrupt

    before = torch.get_num_threads()
    with pytest.raises(KeyboardInterrupt):
        run_study(study, store=tmp_path, workers=Here(), stack=2, on_progress=interrupt)
    assert len(Store(tmp_path).keys()) == 4
    assert torch.get_num_threads() == before


def test_two_that_work_on_one_store_share_the_work(study, done, tmp_path):
    """The second is run to its end when the first has made one run; the first then finds everything made."""
    comparison, _ = done
    trained = {"first": [], "second": []}

    class Watched(Here):
        def __init__(self, name):
            super().__init__()
            self.trained = trained[name]

        def submit(self, work, chunk, heard):
            self.trained += chunk
            return super().submit(work, chunk, heard)

    def let_the_second_work(progress):
        if progress.runs and not trained["second"]:
            run_study(study, store=tmp_path, workers=Watched("second"), stack=1)

    (first,) = run_study(study, store=tmp_path, workers=Watched("first"), stack=1, on_progress=let_the_second_work)
    assert first == comparison
    assert len(trained["first"]) == 1
    assert len(trained["second"]) == 13
    assert len(Store(tmp_path).keys()) == 14


# --- A real process, stopped in the middle

LONG = ("--optimizers", "sgd,adam", "--lrs", "0.01,0.1", "--tuning-seeds", "2", "--seeds", "3", "--steps", "100")
COMMAND = (sys.executable, "-m", "ravine.cli", "compare", str(SMALL), *LONG, "--stack", "1", "--workers", "2")
RUNS = 2 * 2 * 2 + 2 * 3


def begun(store):
    """The command, in a session of its own, when it has finished some runs."""
    process = subprocess.Popen(
        [*COMMAND, "--store", str(store)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "RAVINE_TEST_PAUSE": "0.004"},
    )
    while len(Store(store).keys()) < 3:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    return process


def alive(session):
    """The processes that are left of a session."""
    stats = (path.read_text().rpartition(")")[2].split() for path in Path("/proc").glob("[0-9]*/stat") if path.exists())
    return [stat for stat in stats if stat[3] == str(session) and stat[0] != "Z"]


def ended(session):
    deadline = time.monotonic() + 30
    while alive(session) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not alive(session)


def facts(store):
    """What is in each file, but for what was measured with a clock."""
    return {
        key: {**json.loads((store / f"{key}.json").read_text()), "seconds": 0} for key in sorted(Store(store).keys())
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    store = tmp_path_factory.mktemp("undisturbed")
    study = study_of(SMALL, optimizers=["sgd", "adam"], lrs=[0.01, 0.1], tuning_seeds=2, seeds=3, steps=100)
    run_study(study, store=store, workers=Here(), stack=1)
    assert len(facts(store)) == RUNS
    return facts(store)


@pytest.fixture
def resumed(ravine_command):
    """Gives the command again, in this process: only what is missing is trained."""

    def again(store, kept):
        times = {path: path.stat().st_mtime_ns for path in store.glob("[!.]*.json")}
        code, _, said = ravine_command("compare", SMALL, *LONG, "--stack", "1", "--workers", "1", "--store", store)
        assert code == 0
        assert f"{kept} of them in the store" in said
        assert {path: path.stat().st_mtime_ns for path in times} == times
        return facts(store)

    return again


@pytest.mark.slow
def test_killed_at_any_moment_a_study_goes_on_where_it_was(tmp_path, undisturbed, resumed):
    process = begun(tmp_path)
    process.kill()
    process.wait()  # to communicate() would be to wait for workers that live on, too
    assert ended(process.pid), "workers outlived the process that started them"
    kept = len(facts(tmp_path))
    assert 3 <= kept < RUNS
    assert resumed(tmp_path, kept) == undisturbed


@pytest.mark.slow
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_it_stops_at_once_and_says_how_to_go_on(sent, code, tmp_path, undisturbed, resumed):
    process = begun(tmp_path)
    if sent == signal.SIGINT:
        os.killpg(process.pid, sent)  # as a terminal does: to the workers too
    else:
        process.send_signal(sent)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == code
    assert ended(process.pid)
    kept = len(facts(tmp_path))
    assert not list(tmp_path.glob(".*"))
    assert "Traceback" not in said
    if sent == signal.SIGINT:
        assert said.splitlines()[-1] == (
            f"ravine: stopped; {kept} runs are kept in {tmp_path}. To go on: "
            f"ravine compare {SMALL} {' '.join(LONG)} --stack 1 --workers 2 --store {tmp_path}"
        )
    assert resumed(tmp_path, kept) == undisturbed
