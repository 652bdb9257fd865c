"""scripts/release-check finds what it is there to find; and what it builds is what tests/test_package.py looks into."""

import importlib.machinery
import importlib.util
import zipfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "release-check"


@pytest.fixture
def check(tmp_path):
    """The script as a module, on a project of its own in which only what a test asks for is amiss."""
    loader = importlib.machinery.SourceFileLoader("release_check", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("release_check", loader))
    loader.exec_module(module)
    module.ROOT, module.OUT = tmp_path, tmp_path / "out"
    for name, text in {
        "src/ravine/version.py": '__version__ = "1.2.0"\n',
        "src/ravine/studio/licences/font.txt": "its licence",
        "LICENSE": "ours",
        "CHANGELOG.md": "# Changes\n\n## 1.2.0 (2026-12-01)\n\n- Faster.\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    module.OUT.mkdir()
    return module


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ("## 1.2.0 (2026-12-01)\n\n- Faster.", []),
        ("## 1.2.0 (unreleased)\n\n- Faster.", ["its newest entry is '1.2.0 (unreleased)'"]),
        ("## 1.1.0 (2026-12-01)\n\n- Faster.", ["its newest entry is '1.1.0 (2026-12-01)'"]),
        ("## 1.2.0 (2026-12-01)\n", ["its newest entry says nothing"]),
    ],
)
def test_the_changelog(check, changes, faults):
    (check.ROOT / "CHANGELOG.md").write_text(f"# Changes\n\n{changes}\n")
    assert [found.partition(", and")[0] for found in check.changelog()] == faults


@pytest.mark.parametrize("left_out", [None, "LICENSE", "src/ravine/studio/licences/font.txt"])
def test_a_licence_that_is_left_out_is_missed(check, left_out):
    with zipfile.ZipFile(check.OUT / "ravine-1.2.0-py3-none-any.whl", "w") as wheel:
        for name in {"LICENSE", "src/ravine/studio/licences/font.txt"} - {left_out}:
            wheel.writestr(f"ravine-1.2.0.dist-info/licenses/{name}", "")
    wanted = [] if left_out is None else [f"ravine-1.2.0-py3-none-any.whl lacks {left_out}"]
    assert list(check.licences()) == wanted


def test_a_tool_that_is_missing_or_complains_is_a_fault(check):
    missing = list(check.complaints(check.sys.executable, "-m", "no_such_tool"))
    assert missing == ["No module named no_such_tool: pip install -c constraints.txt -e '.[release]'"]
    assert list(check.complaints(check.sys.executable, "-c", "print('bad'); exit(1)")) == ["bad"]
    assert list(check.complaints(check.sys.executable, "-c", "print('good')")) == []


def test_a_fault_is_the_exit_code(check, monkeypatch, capsys):
    (check.ROOT / "CHANGELOG.md").write_text("# Changes\n\n## 1.1.0\n\n- Faster.\n")
    monkeypatch.setattr(check, "CHECKS", (check.changelog,))
    assert check.main() == 1
    assert capsys.readouterr().out.startswith("FAULT the changelog has an entry")
