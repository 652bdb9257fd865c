"""`ravine check`: what is likely to go wrong with a problem, before it is trained."""

from pathlib import Path
from typing import Annotated

import typer

from ravine.cli import completion
from ravine.cli.terminal import AsJson, out, print_json, progress
from ravine.errors import RavineError


def run_check(
    problem: Annotated[
        str,
        typer.Argument(
            help="A .py file of your own, or a problem of the lab such as digits.", autocompletion=completion.problem
        ),
    ],
    quick: Annotated[
        bool, typer.Option("--quick", help="Look at the examples, and at one batch going forward.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look a problem over before it is trained: what is likely to go wrong, within about a minute.

    The examples (NaN, scale, classes, examples in two splits), network and loss (first loss, a softmax too many,
    parameters that nothing moves, dead units, vanishing gradients, randomness without a seed), whether it can learn 20
    examples by heart, and the learning rates worth comparing. Exit code 1 where something is wrong.
    """
    from ravine.lab.installed import check_installed

    check_installed()
    from ravine.lab.problems import find_problem  # with torch
    from ravine.lab.problems.check.found import Checked

    try:
        found = find_problem(problem)
        with progress("checking") as advance:
            checked = found.check(quick=quick, on_part=advance)
    except RavineError as error:
        if not Path(problem).is_file():
            raise  # the name of no problem
        checked = Checked.refused(Path(problem).stem, str(error))
    if as_json:
        print_json(checked.as_dict())
    else:
        out.print(str(checked), soft_wrap=True)
    if not checked.right:
        raise typer.Exit(1)
