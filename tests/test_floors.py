"""The house: each floor imports only from the floors below it (docs/design.md)."""

import ast
from pathlib import Path

import pytest

import ravine

SOURCE = Path(ravine.__file__).parent
FLOORS = [
    {"errors"},
    {"files", "registry", "signals", "source_file"},
    {"equations"},
    {"backends"},
    {"rules", "landscapes", "schedules", "dialect_tables"},
    {"trajectory", "optim", "dialects", "palette"},
    {"lab", "film", "lessons"},
    {"studio"},
    {"cli"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
FILES = [path for path in SOURCE.rglob("*.py") if path.parent != SOURCE or path.name != "__init__.py"]


def room(path):
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def rooms_imported(path):
    """The rooms of the house that a file names in an import, also inside a function."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"ravine.{alias.name}" for alias in node.names] if node.module == "ravine" else [node.module]
        yield from (name.split(".")[1] for name in names if name.startswith("ravine.") and name != "ravine.__version__")


def test_every_room_has_a_floor():
    assert {room(path) for path in FILES} <= set(FLOOR)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_go_down(path):
    for name in set(rooms_imported(path)) - {room(path)}:
        assert FLOOR[name] < FLOOR[room(path)], f"{room(path)} imports {name}"


def test_all_rules_fit_on_ten_pages():
    """The files that hold rules, without what rules are made of."""
    lines = 0
    for name in {rule.family for rule in ravine.rules.values()}:
        lines += len((SOURCE / "rules" / f"{name}.py").read_text().splitlines())
    assert lines < 600
