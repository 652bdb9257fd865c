"""A study carried out for `ravine compare`: trained, told on the terminal, written to files."""

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ravine.cli.comparison import print_comparison
from ravine.cli.first_look import first_look
from ravine.cli.outcome import check_outputs, write_outputs
from ravine.cli.rescue import nothing_lost
from ravine.cli.terminal import Stopped, out
from ravine.cli.training import Report
from ravine.cli.workers import find_workers
from ravine.errors import RavineError
from ravine.files import check_writable
from ravine.lab import Comparison, Store, Study, read_study, run_study, study_of
from ravine.lab.report import phrases
from ravine.lab.study.spaces import Span, read_range


def carry_out(
    problem: str,
    given: dict[str, Any],
    *,
    store: Path | None,
    workers: int | None,
    stack: int | None,
    budget: str | None,
    began: float,
    dask: str | None,
    ray: bool,
    slurm: str | None,
    output: Sequence[Path],
    weights: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Trains what the command line asks for. given: the study's keywords that an option names; the rest as there.

    began: a moment of `time.perf_counter`, from which on a budget of time counts.
    """
    study = _study(problem, given)
    check_outputs(output, study)
    if weights is not None:
        if len(study.problems) > 1:
            raise RavineError("--weights are those of one problem: leave it out of a study of several")
        check_writable(weights)
    first_look(study, quiet)
    kept = None if store is None else Store(store)
    team = find_workers(workers, dask, ray, slurm, store)
    with nothing_lost(kept) as made:
        try:
            with Report(quiet, problem) as report:
                comparisons = run_study(
                    study,
                    store=kept,
                    workers=team,
                    stack=stack,
                    budget=budget,
                    began=began,
                    on_cost=report.cost,
                    on_progress=report.progress,
                    on_runs=made.extend,
                )
        except KeyboardInterrupt:
            raise Stopped(_how_to_go_on(kept)) from None
        finally:
            if team is not None and not isinstance(team, int):
                team.stop()
        write_outputs(output, comparisons)
        if as_json:
            facts = [comparison.as_dict() for comparison in comparisons]
            print(json.dumps(facts[0] if len(facts) == 1 else facts, allow_nan=False))
            return
        for comparison in comparisons:
            print_comparison(comparison)
        for path in output:
            out.print(f"wrote {path}")
        if weights is not None:
            _write_weights(study, comparisons[0], weights)


def _write_weights(study: Study, comparison: Comparison, path: Path) -> None:
    from ravine.lab.experiment.weights import save_weights

    run = save_weights(study, study.problems[0], comparison, path)
    what = f"{comparison.summaries[0].name}, seed {run.configuration.seed}, after step {run.result.step}"
    value = phrases.value(run.result.validation_metric, comparison.metric)
    out.print(f"wrote {path}: {what}, validation {comparison.metric} {value}")


def _study(problem: str, given: dict[str, Any]) -> Study:
    if not problem.endswith(".toml"):
        if "lrs" in given and isinstance(read_range("--lrs", given["lrs"]), Span):
            raise RavineError(
                f"--lrs: {given['lrs']!r} lacks a count: write {given['lrs'].split()[0]}:9 for nine rates"
            )
        return study_of(problem, **given)
    if given:
        option = next(iter(given)).replace("_", "-")
        raise RavineError(f"{problem} says what is compared: set it there, and leave out --{option}")
    return read_study(Path(problem))


def _how_to_go_on(store: Store | None) -> str:
    if store is None:
        return "stopped; nothing was kept. With --store DIR a study goes on where it was stopped"
    command = shlex.join(["ravine", *sys.argv[1:]])
    return f"stopped; {len(store.keys())} runs are kept in {store.folder}. To go on: {command}"
