"""The same study on every engine gives the same results file for file, also when a worker is killed in the middle."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import pytest

import ravine
from ravine.files import scratch
from ravine.lab import run_study, study_of
from ravine.lab.experiment.executors import Here, Processes, Workers, packed
from ravine.lab.experiment.executors import work as work_of_a_worker
from ravine.lab.experiment.executors.slurm import Slurm, read_parameters

SMALL = Path(__file__).parent / "small.py"
REPOSITORY = Path(__file__).parents[2]


def small_study():
    return study_of(SMALL, optimizers=["sgd", "adam"], lrs=[0.01, 0.1], steps=12, tuning_seeds=2, seeds=2)


@pytest.fixture(scope="module")
def study():
    return small_study()


def files(folder):
    """What is in each file of a store, but for what was measured with a clock."""
    facts = {path.name: json.loads(path.read_text()) for path in folder.glob("*.json")}
    for one in facts.values():
        assert one.pop("seconds") >= 0
    return facts


@pytest.fixture(scope="module")
def expected(study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("here")
    run_study(study, store=folder, workers=Here(), stack=4)
    found = files(folder)
    assert len(found) == 2 * 2 * 2 + 2 * 2
    return found


@contextmanager
def fuse_at(path):
    """A file that the next network anywhere finds, once the first runs have come back; then that worker is dead."""
    lit = []

    def light(progress):
        if progress.runs >= 2 and not lit:
            lit.append(path.touch())

    yield light
    assert lit, "no worker was killed"
    assert not path.exists(), "no worker was killed"


@pytest.fixture
def fuse(tmp_path, monkeypatch):
    path = tmp_path / "fuse"
    monkeypatch.setenv("RAVINE_TEST_FUSE", str(path))
    with fuse_at(path) as light:
        yield light


def check(study, team, store, expected, on_progress=lambda progress: None):
    with pytest.MonkeyPatch.context() as elsewhere:
        elsewhere.setattr(work_of_a_worker, "versions", lambda: {"torch": "1.0"})
        from_elsewhere = packed(study.problems[0], {})
    try:
        run_study(study, store=store, workers=team, stack=4, on_progress=on_progress)
        refused = team.submit(team.share(from_elsewhere), (), lambda: None).exception()
        assert type(refused) is ravine.RavineError
        assert str(refused).endswith("the study was started with torch 1.0: install the same on both")
    finally:
        team.stop()
    assert files(store) == expected


@pytest.mark.slow
def test_processes(study, expected, tmp_path, fuse):
    check(study, Processes(2), tmp_path / "runs", expected, fuse)


@pytest.mark.slow
def test_any_executor_in_the_manner_of_concurrent_futures(study, expected, tmp_path):
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        check(study, Workers(pool, 2), tmp_path / "runs", expected)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])  # where one of one dies, nobody has what was shared any more
def test_dask(study, expected, tmp_path, fuse, workers):
    from distributed import LocalCluster

    from ravine.lab.experiment.executors.dask import Dask

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster:
        check(study, Dask(cluster.scheduler_address), tmp_path / "runs", expected, fuse)


ON_RAY = """
import json, sys
from pathlib import Path
from ravine.lab.experiment.executors.ray import Ray
from tests.lab.test_executors import check, fuse_at, small_study
store, fuse, expected = map(Path, sys.argv[1:])
with fuse_at(fuse) as light:
    check(small_study(), Ray(), store, json.loads(expected.read_text()), light)
"""


@pytest.mark.slow
def test_ray(expected, tmp_path):
    """In a process of its own: after its shutdown Ray keeps threads, which end the process where they miss a server."""
    (tmp_path / "expected.json").write_text(json.dumps(expected))
    paths = [tmp_path / name for name in ("runs", "fuse", "expected.json")]
    environment = {**os.environ, "RAVINE_TEST_FUSE": str(paths[1]), "RAY_raylet_start_wait_time_s": "120"}
    done = subprocess.run(
        [sys.executable, "-c", ON_RAY, *paths], cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-4000:]


@pytest.mark.slow
def test_slurm_through_submitits_local_executor(study, expected, tmp_path, fuse, monkeypatch):
    monkeypatch.setattr("submitit.core.core.Job._results_timeout_s", 2)  # after a job's end, on a disk of one's own
    check(study, Slurm(tmp_path / "jobs", {"timeout_min": 5}, cluster="local"), tmp_path / "runs", expected, fuse)


UNHEARD = """
import os, signal, sys, torch, ravine

here = os.getpid()

def model():
    if os.getpid() != here and signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ()):
        raise RuntimeError("a worker hears Ctrl-C")
    return torch.nn.Linear(2, 2)

pair = torch.ones(8, 2), torch.arange(8) % 2
ravine.compare(
    model=model, train=pair, validation=pair, test=pair, loss=torch.nn.functional.cross_entropy,
    optimizers=["sgd"], lrs=[0.1], steps=2, tuning_seeds=1, seeds=1, stack=1, workers=1 + 1,
)
"""


@pytest.mark.slow
def test_ctrl_c_is_for_the_study_and_not_for_its_workers():
    """In a process of its own: there nothing of multiprocessing's has been started by another test."""
    done = subprocess.run([sys.executable, "-c", UNHEARD], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


KILLED = """
import os, signal, sys
from ravine.lab.experiment.executors.processes import Processes
team = Processes(2)
if sys.argv[1] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
print(len(os.listdir(os.environ["TMPDIR"])))
team.stop()
"""


def test_what_a_killed_study_left_among_temporary_files_goes_with_the_next(tmp_path, monkeypatch):
    def started(how):
        command = [sys.executable, "-c", KILLED, how]
        environment = {**os.environ, "TMPDIR": str(tmp_path)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    for _ in range(2):
        assert started("killed").returncode == -signal.SIGKILL
        assert len(list(tmp_path.iterdir())) == 1
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with scratch("ravine-steps.bin") as used:  # by another study
        assert started("ended").stdout == "2\n"
        assert list(tmp_path.iterdir()) == [used]


class Doomed(Here):
    """Workers that all die."""

    lost = (BrokenExecutor,)

    def __init__(self):
        super().__init__()
        self.handed_out = []

    def submit(self, work, chunk, heard):
        self.handed_out.append(chunk)
        future = Future()
        future.set_exception(BrokenExecutor())
        return future


def test_a_chunk_on_which_every_worker_dies_is_given_up(study):
    doomed = Doomed()
    with pytest.raises(ravine.RavineError, match=r"workers died 3 times training sgd on small .* fewer workers"):
        run_study(study, workers=doomed, stack=4)
    assert len(doomed.handed_out) == 3


class Felled(Here):
    """Two workers that fall together, so many times, when a chunk of one rule is trained."""

    lost = (BrokenExecutor,)

    def __init__(self, rule, times):
        super().__init__()
        self.at_once, self.rule, self.times, self.out = 2, rule, times, []

    def submit(self, work, chunk, heard):
        future = Future()
        self.out.append((work, chunk, future))
        return future

    def under_way(self):
        falls = self.times > 0 and any(chunk[0].rule == self.rule for _, chunk, _ in self.out)
        self.times -= falls
        for work, chunk, future in self.out:
            if falls:
                future.set_exception(BrokenExecutor())
            else:
                future.set_result(work_of_a_worker.train(work, chunk))
        self.out = []
        return 0

    def renew(self):
        return True


@pytest.mark.parametrize("guilty", ["sgd", "adam"])
def test_a_chunk_that_was_only_out_when_workers_fell_is_not_blamed(study, guilty):
    with pytest.raises(ravine.RavineError, match=f"workers died 3 times training {guilty} on small"):
        run_study(study, workers=Felled(guilty, 100), stack=4)


def test_after_a_fall_all_is_trained(study, expected, tmp_path):
    run_study(study, store=tmp_path, workers=Felled("adam", 2), stack=4)
    assert files(tmp_path) == expected


class Late(Here):
    """Whose first worker is found dead when the first chunk is handed out."""

    lost = (BrokenExecutor,)
    renewed = 0

    def submit(self, work, chunk, heard):
        if not self.renewed:
            raise BrokenExecutor
        return super().submit(work, chunk, heard)

    def renew(self):
        self.renewed += 1
        return True


def test_a_worker_that_died_idle_is_replaced(study, expected, tmp_path):
    late = Late()
    run_study(study, store=tmp_path, workers=late, stack=4)
    assert late.renewed == 1
    assert files(tmp_path) == expected


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("timeout_min=60,slurm_partition=cpu", {"timeout_min": 60, "slurm_partition": "cpu"}),
        ("", {}),
    ],
)
def test_parameters_of_slurm(text, read):
    assert read_parameters(text) == read


def test_what_an_engine_cannot_do_is_told(tmp_path):
    with pytest.raises(ravine.RavineError, match="NAME=VALUE"):
        read_parameters("timeout_min")
    with pytest.raises(ravine.RavineError, match="submitit does not take"):
        Slurm(tmp_path, {"tmeout_min": 3}, cluster="local")
    with pytest.raises(ravine.RavineError, match="sbatch is not found"):
        Slurm(tmp_path, {})
