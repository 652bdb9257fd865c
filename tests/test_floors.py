"""The house: each floor imports only from the floors below it (docs/design.md)."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import ravine

SOURCE = Path(ravine.__file__).parent
FLOORS = [
    {"errors", "locks"},
    {"files", "kept", "shown", "signals", "source_file", "version"},
    {"registry"},
    {"equations"},
    {"backends", "contours", "cell_output"},
    {"rules", "landscapes", "schedules", "activations", "initializers", "symptoms", "dialect_tables"},
    {"trajectory", "networks", "optim", "dialects", "palette", "storyboard"},
    {"charts"},
    {"monitor"},
    {"lab", "film", "lessons"},
    {"studio"},
    {"cli"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# The lab's own floors, as its data flows: what it trains is at the bottom.
LAB = ["installed", "metric", "problems", "store", "study", "engine", "analysis", "report", "experiment", "compare"]
FILES = [path for path in SOURCE.rglob("*.py") if path.parent != SOURCE or path.name != "__init__.py"]


def module(path):
    parts = ("ravine", *path.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(path): path for path in SOURCE.rglob("*.py")}


def room(path):
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(path):
    """The modules of the package that a file names in an import: also inside a function, and for types alone."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            both = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else node.module for name in both]
        yield from (name for name in names if name in MODULES)


def rooms_imported(path):
    """The rooms of the house that a file names in an import."""
    yield from (name.split(".")[1] for name in imported(path) if "." in name)


def test_every_room_has_a_floor():
    assert {room(path) for path in FILES} <= set(FLOOR)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_go_down(path):
    for name in set(rooms_imported(path)) - {room(path)}:
        assert FLOOR[name] < FLOOR[room(path)], f"{room(path)} imports {name}"


@pytest.mark.parametrize("path", sorted(SOURCE.glob("lab/*/**/*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_in_the_lab_go_down(path):
    inside = module(path).split(".")[2]
    for name in imported(path):
        if name.startswith("ravine.lab.") and (other := name.split(".")[2]) != inside:
            assert LAB.index(other) < LAB.index(inside), f"{inside} imports {name}"


def test_no_files_import_in_a_circle():
    graph = {name: set(imported(path)) - {name} for name, path in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' <- '.join(error.args[1])}")


def test_a_rule_and_its_other_forms_take_under_forty_lines_on_average():
    """The files that hold rules, without what rules are made of."""
    families = {rule.family for rule in ravine.rules.values()}
    lines = sum(len((SOURCE / "rules" / f"{name}.py").read_text().splitlines()) for name in families)
    assert lines < 40 * len(families)
