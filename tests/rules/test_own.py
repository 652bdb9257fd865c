"""A rule in a file of one's own takes part where rules are named, and what is wrong with the file is said."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import ravine
from ravine.rules import find_rule

Command = Callable[..., tuple[object, str, str]]
HEAD = "from ravine.rules import rule, rules\n"
ONE = HEAD + '\n\n@rule(title="Mine", source="nobody 2026")\ndef mine(g, m=0.5, *, lr=0.1):\n    return lr * g * m, m\n'
TWO = ONE + 'fast = rules["adam"].variant("fast", defaults={"beta1": 0.5})\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_file_names_its_rule(folder: Path) -> None:
    (folder / "mine.py").write_text(ONE)
    rule = find_rule("mine.py")
    assert rule.name == rule.family == "mine"
    assert find_rule(f"{folder}/mine.py+decoupled").settings({})["weight_decay"] == 0
    run = ravine.descend("mine.py", "bowl", start=(2.0, 0.0), steps=1, lr=0.5)
    assert run.points[1].tolist() == (run.points[0] * (1 - 0.5 * 0.5)).tolist()


def test_the_file_is_run_again_once_it_has_changed(folder: Path) -> None:
    (folder / "mine.py").write_text(ONE)
    first = find_rule("mine.py")
    assert find_rule("mine.py") is first
    (folder / "mine.py").write_text(ONE.replace("lr=0.1", "lr=0.25"))
    assert find_rule("mine.py").settings({}) == {"lr": 0.25}


def test_one_of_several_is_chosen(folder: Path) -> None:
    (folder / "two.py").write_text(TWO)
    assert find_rule("two.py:fast").settings({})["beta1"] == 0.5
    with pytest.raises(ravine.RavineError, match=r"^two\.py defines 2 rules; choose one, as in two\.py:mine$"):
        find_rule("two.py")
    with pytest.raises(ravine.RavineError, match=r"^two\.py defines no rule 'slow'; it has mine, fast$"):
        find_rule("two.py:slow")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, r"^there is no file bad\.py$"),
        (HEAD, r"^bad\.py defines no rule: write its equation"),
        ("from ravine.rules.adam import adam\n", r"^bad\.py defines no rule: write its equation"),
        (HEAD + "\n1 / 0\n", r"^bad\.py, line 3: ZeroDivisionError: division by zero$"),
        (ONE.replace("lr * g * m", "open(g)"), r"bad\.py, line 6: unknown function 'open'"),
        ("def mine(:\n", r"^bad\.py, line 1: SyntaxError"),
    ],
    ids=["missing", "empty", "the library's", "crash", "language", "syntax"],
)
def test_what_is_wrong_with_a_file_is_said(folder: Path, text: str | None, message: str) -> None:
    if text is not None:
        (folder / "bad.py").write_text(text)
    with pytest.raises(ravine.RavineError, match=message):
        find_rule("bad.py")


def test_a_forgotten_ending_is_pointed_out(folder: Path) -> None:
    (folder / "mine.py").write_text(ONE)
    with pytest.raises(ravine.RavineError, match=r"^unknown rule 'mine'; to take it from the file here, say mine\.py$"):
        find_rule("mine")


def test_names_from_elsewhere_run_no_file(folder: Path) -> None:
    """The book, which the studio asks for the rules in a link, knows names alone."""
    (folder / "mine.py").write_text("raise SystemExit\n")
    assert "mine.py" not in ravine.rules
    with pytest.raises(KeyError, match="unknown rule"):
        ravine.rules["mine.py"]


def test_the_command_line_takes_it(folder: Path, ravine_command: Command) -> None:
    (folder / "mine.py").write_text(ONE)
    code, shown, _ = ravine_command("rules", "mine.py")
    assert code == 0
    assert "return lr * g * m, m" in shown
    assert "good at" not in shown
    code, raced, _ = ravine_command("race", "bowl", "mine.py", "adam", "--set", "mine.lr=0.5", "-o", "race.svg")
    assert code == 0
    assert "lr 0.5" in raced


def test_a_study_finds_it_in_its_own_folder(folder: Path, ravine_command: Command) -> None:
    (folder / "studies").mkdir()
    (folder / "studies" / "mine.py").write_text(ONE)
    (folder / "studies" / "study.toml").write_text(
        'problem = "quadratic"\nsteps = 20\nlrs = [0.1]\nseeds = 2\noptimizers = ["sgd", "mine.py"]\n'
        '[[optimizer]]\nrule = "mine.py"\nlabel = "half"\nlr = 0.2\n'
    )
    code, told, _ = ravine_command("compare", "studies/study.toml", "--json", "--workers", "2")
    assert code == 0
    assert {"sgd", "mine", "half"} <= set(json.dumps(json.loads(told)).replace('"', " ").split())


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, whose book the rule joins."""
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=120)


def test_the_studio_has_it_beside_the_others(folder: Path) -> None:
    (folder / "mine.py").write_text(ONE)
    # Of the site the two files that are looked at: the whole takes ten seconds.
    few = "build = site.build; site.build = lambda *a: {p: build(*a)[p] for p in ('review.html', 'static/rules.js')}"
    command = f"from ravine.cli import main; from ravine.studio import site; {few}; main()"
    assert run("-c", command, "export", "site", "--rule", "mine.py").returncode == 0
    assert '"mine": ' in (folder / "site" / "static" / "rules.js").read_text()
    assert "Mine" in (folder / "site" / "review.html").read_text()
    twice = run("-m", "ravine.cli", "export", "again", "--rule", "mine.py", "--rule", "mine.py")
    assert twice.returncode == 2
    assert "there is a rule 'mine' already: give yours another name" in twice.stderr
    assert not (folder / "again").exists()


def test_a_rule_that_is_included_recolours_no_other(folder: Path) -> None:
    (folder / "mine.py").write_text(ONE.replace("2026", "1960"))
    code = (
        "from ravine.palette import homes; from ravine.rules import find_rule, rules; before = homes()\n"
        "rules.include(find_rule('mine.py')); after = homes()\n"
        "assert after.pop('mine') == len(before) and after == before\n"
    )
    ended = run("-c", code)
    assert ended.returncode == 0, ended.stderr
