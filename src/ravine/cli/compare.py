"""`ravine compare`: which optimizer to use on a problem, with the evidence."""

import json
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ravine.cli.comparison import print_comparison
from ravine.cli.first_look import first_look
from ravine.cli.outcome import check_outputs, write_outputs
from ravine.cli.rescue import nothing_lost
from ravine.cli.terminal import AsJson, Stopped, out
from ravine.cli.training import Report
from ravine.cli.workers import find_workers
from ravine.errors import RavineError
from ravine.files import check_writable
from ravine.lab import OPTIMIZERS, Store, Study, read_study, run_study, study_of
from ravine.lab.report import phrases
from ravine.lab.study.spaces import Span, read_range

PROBLEMS = (
    *("digits", "digits-noisy-labels", "quadratic"),  # need no download
    *("mnist-logistic", "mnist-mlp", "mnist-cnn", "fashion-cnn", "cifar-random-labels"),
)
WHAT, BUDGET, WHERE = "What is compared", "For how long, and how often", "Where it runs, and what is kept"


def run_compare(
    problem: Annotated[
        str, typer.Argument(help=f"{', '.join(PROBLEMS)}; a .py file of your own; or a study, a .toml file.")
    ],
    optimizers: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME",
            help="Which optimizers; adam+decoupled has weight decay; qhm.py is a rule of your own, "
            "torch.optim.AdamW PyTorch's."
            f"  [default: {','.join(OPTIMIZERS)}]",
            rich_help_panel=WHAT,
        ),
    ] = None,
    lrs: Annotated[
        str | None,
        typer.Option(
            metavar="FROM:TO:COUNT",
            help="Rates, log-spaced; or a list: 0.1,0.01  [default: from 0.001 to 100, 11 of them]",
            rich_help_panel=WHAT,
        ),
    ] = None,
    schedule: Annotated[
        str | None,
        typer.Option(
            help="Of the rate: constant, cosine, inverse_sqrt, 'step factor=0.1 every=30%'; each with warmup=5%.  "
            "[default: constant]",
            rich_help_panel=WHAT,
        ),
    ] = None,
    search: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUES",
            help="What else all of them try: batch_size=16,32; weight_decay=0,0.01; model.width=32,64, of "
            "model(width=…); schedule=constant,cosine. Repeatable.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    metric: Annotated[
        str | None,
        typer.Option(
            help="accuracy, loss, macro-f1, auc, iou, mae, rmse, r2, perplexity, top-5.  [default: the problem's]",
            rich_help_panel=WHAT,
        ),
    ] = None,
    target: Annotated[
        float | None,
        typer.Option(help="What 'steps to' counts to.  [default: the problem's]", rich_help_panel=WHAT),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(help="Passes over the training data.  [default: the problem's]", rich_help_panel=BUDGET),
    ] = None,
    steps: Annotated[
        int | None, typer.Option(help="Or the same in updates of the network.", rich_help_panel=BUDGET)
    ] = None,
    tuning_seeds: Annotated[
        int | None,
        typer.Option(help="Runs of each setting, which choose the best.  [default: 3]", rich_help_panel=BUDGET),
    ] = None,
    halving: Annotated[
        bool,
        typer.Option(
            "--halving",
            help="Race: a third of each optimizer's settings goes on after a ninth and after a third of the budget. "
            "Less than half the time.",
            rich_help_panel=BUDGET,
        ),
    ] = False,
    budget: Annotated[
        str | None,
        typer.Option(
            metavar="TIME|STEPS",
            help="For all of it: 30min, 2h, or 200000 steps. Where it is too little for everything, settings race and "
            "fewer seeds choose and report.",
            rich_help_panel=BUDGET,
        ),
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option(
            help="Networks count as they are after the last step (last), or at their best look (best).  "
            "[default: last; best where the problem stops early]",
            rich_help_panel=BUDGET,
        ),
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(help="Runs of the best on other seeds, which judge it.  [default: 5]", rich_help_panel=BUDGET),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Keep every run in this folder, and train none again that it holds. Without it a study that is "
            "stopped begins anew.",
            rich_help_panel=WHERE,
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            help="Processes of one thread each; 1 is this one.  [default: one a core, if that is quicker]",
            rich_help_panel=WHERE,
        ),
    ] = None,
    stack: Annotated[
        int | None,
        typer.Option(
            help="Networks trained in one pass, at most; each number rounds otherwise.  [default: tried out]",
            rich_help_panel=WHERE,
        ),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="On the workers of a Dask scheduler: tcp://…", rich_help_panel=WHERE),
    ] = None,
    ray: Annotated[
        bool, typer.Option("--ray", help="On Ray: RAY_ADDRESS's cluster, or this machine.", rich_help_panel=WHERE)
    ] = False,
    slurm: Annotated[
        str | None,
        typer.Option(
            metavar="NAME=VALUE,…",
            help="As Slurm jobs with these submitit parameters: timeout_min=60,slurm_partition=cpu. Needs --store.",
            rich_help_panel=WHERE,
        ),
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            help="FILE.html: the report; .png, .svg: metric against rate; card.png: for a slide. Repeatable.",
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.pt",
            help="The best network's weights, a state_dict: trained once more, to the step that counts.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No cost, no progress: the outcome alone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train with each optimizer over a range of settings; say which to use, with the evidence.

    A few seeds choose the best setting of each optimizer, on validation data. Others then train it anew and judge it,
    on test data. A seed fixes initial weights, order of batches and dropout for every optimizer alike.

    A study file says all that these options say, and more: several problems, ranges for other hyperparameters than
    the rate, random search. See docs/lab.md.
    """
    given = {
        "optimizers": None if optimizers is None else [name.strip() for name in optimizers.split(",") if name.strip()],
        "lrs": lrs,
        "schedule": schedule,
        "search": _searched(search),
        "metric": metric,
        "target": target,
        "epochs": epochs,
        "steps": steps,
        "tuning_seeds": tuning_seeds,
        "seeds": seeds,
        "judge": judge,
        "halving": halving or None,
    }
    study = _study(problem, {name: value for name, value in given.items() if value is not None})
    check_outputs(output or [], study)
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
                    on_cost=report.cost,
                    on_progress=report.progress,
                    on_runs=made.extend,
                )
        except KeyboardInterrupt:
            raise Stopped(_how_to_go_on(kept)) from None
        finally:
            if team is not None and not isinstance(team, int):
                team.stop()
        write_outputs(output or [], comparisons)
        if as_json:
            facts = [comparison.as_dict() for comparison in comparisons]
            print(json.dumps(facts[0] if len(facts) == 1 else facts, allow_nan=False))
            return
        for comparison in comparisons:
            print_comparison(comparison)
        for path in output or []:
            out.print(f"wrote {path}")
        if weights is not None:
            from ravine.lab.experiment.weights import save_weights

            run = save_weights(study, study.problems[0], comparisons[0], weights)
            what = f"{comparisons[0].summaries[0].name}, seed {run.configuration.seed}, after step {run.result.step}"
            value = phrases.value(run.result.validation_metric, comparisons[0].metric)
            out.print(f"wrote {weights}: {what}, validation {comparisons[0].metric} {value}")


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


def _searched(options: list[str] | None) -> dict[str, Any] | None:
    """What the options say: the schedules as a list, everything else as a range is written."""
    if not options:
        return None
    found: dict[str, Any] = {}
    for option in options:
        name, equals, values = option.partition("=")
        if not equals or not name.strip() or not values.strip():
            raise RavineError(f"--search takes NAME=VALUES, as in batch_size=16,32, not {option!r}")
        found[name.strip()] = [one.strip() for one in values.split(",")] if name.strip() == "schedule" else values
    return found


def _how_to_go_on(store: Store | None) -> str:
    if store is None:
        return "stopped; nothing was kept. With --store DIR a study goes on where it was stopped"
    command = shlex.join(["ravine", *sys.argv[1:]])
    return f"stopped; {len(store.keys())} runs are kept in {store.folder}. To go on: {command}"
