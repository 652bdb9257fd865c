"""Makes the results of a study: python -m studies NAME --store DIR. Runs that the store holds are not made again."""

import argparse
import importlib
import json
from pathlib import Path
from typing import Any

import matplotlib as mpl

from ravine.cli.training import Report
from ravine.errors import RavineError
from ravine.files import replacing
from ravine.lab.experiment.run_study import run_study
from ravine.lab.report.comparison import Comparison
from ravine.lab.store.configuration import versions
from ravine.lab.study.study_file import read_study
from studies.verdict import Verdict, verdicts_table

HERE = Path(__file__).parent
CHART = {"svg.fonttype": "none", "svg.hashsalt": "ravine"}  # the same bytes again
NAMES = (
    "mnist-optimizers",
    "rmsprop-by-seed",
    "zeiler-mnist",
    "zeiler-adagrad",
    "adadelta-epsilon",
    "adam-betas-bias-correction",
    "zhang-random-labels",
    "wilson-adaptive",
)


def module_of(name: str) -> Any:
    """What knows the claims of a study: `figures`, `verdicts`, `tables`, `NOTES`; a `chart` or `log` of some."""
    return importlib.import_module(f"studies.{name.replace('-', '_')}")


def results(name: str, comparisons: list[Comparison]) -> dict[str, Any]:
    """Everything that is committed of a study, from its runs: figures, and what follows from them."""
    figures = module_of(name).figures(comparisons)
    runs = [run for comparison in comparisons for run in comparison.runs]
    return {
        "study": name,
        "command": f"python -m studies {name} --store runs",
        "networks": [
            f"{comparison.title}: {comparison.network}; {comparison.preprocessing}" for comparison in comparisons
        ],
        "runs": len(runs),
        "versions": versions(),
        "figures": figures,
        "verdicts": [vars(verdict) for verdict in module_of(name).verdicts(figures)],
    }


def markdown(facts: dict[str, Any]) -> str:
    """The results as a page: verdicts first, then the figures they rest on."""
    module = module_of(facts["study"])
    made = "; ".join(f"{name} {number}" for name, number in facts["versions"].items() if name != "format")
    return (
        "\n\n".join(
            (
                f"# {module.TITLE}",
                f"Made by `{facts['command']}`: {facts['runs']} runs ({made}).\n"
                f"What was run, and how long it takes: [{facts['study']}.toml]({facts['study']}.toml). "
                f"The figures for programs: [{facts['study']}.json]({facts['study']}.json).",
                "\n".join(f"- {network}" for network in facts["networks"]),
                "## Verdicts",
                verdicts_table([Verdict(**verdict) for verdict in facts["verdicts"]]),
                module.NOTES.strip(),
                *([f"![{module.chart.__doc__.strip()}]({facts['study']}.svg)"] if hasattr(module, "chart") else []),
                "## Figures",
                *module.tables(facts["figures"]),
            )
        )
        + "\n"
    )


def write(facts: dict[str, Any]) -> None:
    """Writes the results beside the study: NAME.json, NAME.md, and, where the study has them, a log and a chart."""
    module, name = module_of(facts["study"]), facts["study"]
    texts = {"json": json.dumps(facts, indent=1, allow_nan=False) + "\n", "md": markdown(facts)}
    if hasattr(module, "log"):
        texts["log"] = module.log(facts["figures"])
    for ending, text in texts.items():
        with replacing(HERE / f"{name}.{ending}") as draft:
            draft.write_text(text, encoding="utf-8")
        print(f"wrote {HERE / name}.{ending}")
    if hasattr(module, "chart"):
        with replacing(HERE / f"{name}.svg") as draft, mpl.rc_context(CHART):
            module.chart(facts["figures"]).savefig(draft, metadata={"Date": None})
        print(f"wrote {HERE / name}.svg")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m studies", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--store", type=Path, required=True, help="a folder of runs, made if it does not exist")
    parser.add_argument("--workers", type=int, help="processes; by default one a core, if that is quicker")
    given = parser.parse_args()
    try:
        study = read_study(HERE / f"{given.name}.toml")
        with Report(False, given.name) as report:
            comparisons = run_study(
                study, store=given.store, workers=given.workers, on_cost=report.cost, on_progress=report.progress
            )
        write(results(given.name, comparisons))
    except RavineError as error:
        raise SystemExit(f"error: {error}") from None


if __name__ == "__main__":
    main()
