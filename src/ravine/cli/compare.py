"""`ravine compare`: which optimizer to use on a problem, with the evidence."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from ravine.cli import completion
from ravine.cli.completion import METRICS, OPTIMIZERS, PROBLEMS
from ravine.cli.terminal import AsJson
from ravine.errors import RavineError

WHAT, BUDGET, WHERE = "What is compared", "For how long, and how often", "Where it runs, and what is kept"


def run_compare(
    problem: Annotated[
        str,
        typer.Argument(
            help=f"{', '.join(PROBLEMS)}; a .py file of your own; or a study, a .toml file.",
            autocompletion=completion.problem,
        ),
    ],
    optimizers: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME",
            help="Which optimizers; adam+decoupled has weight decay; qhm.py is a rule of your own, "
            "torch.optim.AdamW PyTorch's."
            f"  [default: {','.join(OPTIMIZERS)}]",
            autocompletion=completion.rule_list,
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
            autocompletion=completion.schedule,
            rich_help_panel=WHAT,
        ),
    ] = None,
    search: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUES",
            help="What else all of them try: batch_size=16,32; weight_decay=0,0.01; model.width=32,64, of "
            "model(width=…); schedule=constant,cosine. Repeatable.",
            autocompletion=completion.searched,
            rich_help_panel=WHAT,
        ),
    ] = None,
    metric: Annotated[
        str | None,
        typer.Option(
            help=f"{', '.join(METRICS)}.  [default: the problem's]",
            autocompletion=completion.metric,
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
            autocompletion=completion.judge,
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
    began = time.perf_counter()  # a budget of time counts what Python takes to load the lab
    from ravine.cli.study import carry_out

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
    carry_out(
        problem,
        {name: value for name, value in given.items() if value is not None},
        store=store,
        workers=workers,
        stack=stack,
        budget=budget,
        began=began,
        dask=dask,
        ray=ray,
        slurm=slurm,
        output=output or [],
        weights=weights,
        quiet=quiet,
        as_json=as_json,
    )


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
