"""Drop a file in and what it defines takes part; a file that cannot is named."""

import pytest

import ravine
from ravine.registry import Registry
from ravine.rules import Rule

FILE = """
from ravine.rules import rule


@rule(title="Mine", source="nobody 2026")
def {name}(g, *, lr=0.1):
    return lr * g
"""


@pytest.fixture
def folder(tmp_path, monkeypatch, request):
    """An empty package, of a name that no other test imports."""
    package = tmp_path / f"book_{request.node.name}"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    return package


def test_a_file_takes_part_whatever_its_name(folder):
    (folder / "several.py").write_text(FILE.format(name="mine") + FILE.format(name="other"))
    book = Registry(folder.name, Rule, "rule")
    assert list(book) == ["mine", "other"]
    assert book["mine"].family == "several"


def test_one_name_in_two_files_is_refused(folder):
    for file in ("first", "second"):
        (folder / f"{file}.py").write_text(FILE.format(name="mine"))
    with pytest.raises(ravine.RavineError, match=r"define 'mine'; one is second\.py"):
        list(Registry(folder.name, Rule, "rule"))


def test_a_file_that_python_cannot_read_is_named_with_its_line(folder):
    (folder / "broken.py").write_text("\nx = = 1\n")
    with pytest.raises(ravine.RavineError, match=r"broken\.py, line 2: invalid syntax"):
        list(Registry(folder.name, Rule, "rule"))
