"""The command line as a person meets it: in a process of its own, but for bad input."""

import json
import signal
import subprocess
import sys
import time

import pytest

import ravine


def run(*arguments, cwd=None):
    command = [sys.executable, "-m", "ravine.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)


def test_rules_lists_all_of_them():
    listed = run("rules")
    assert listed.returncode == 0
    for name in ravine.rules:
        assert name in listed.stdout


def test_one_rule_shows_its_equation_hyperparameters_source_and_forms():
    shown = run("rules", "adam").stdout
    for words in ("Kingma & Ba 2015, Algorithm 1", "v_hat = v / (1 - beta2**t)", "[0, 1)", "adam_keras (Keras)"):
        assert words in shown


def test_rules_as_json_carry_every_language():
    facts = json.loads(run("rules", "adamw", "--json").stdout)
    assert facts["form_of"] == "adamw"
    assert facts["hyperparameters"]["weight_decay"]["default"] == 0.01
    assert all(facts[language] for language in ("python", "latex", "mathml", "javascript", "glsl"))
    assert len(json.loads(run("rules", "--json").stdout)) == len(ravine.rules)


def test_landscapes():
    assert set(ravine.landscapes) == {facts["name"] for facts in json.loads(run("landscapes", "--json").stdout)}
    assert "rosenbrock" in run("landscapes").stdout


def test_a_race_prints_what_it_ran_and_writes_the_file(tmp_path):
    done = run("race", "ravine", "sgd", "adam", "-o", "race.png", "--set", "adam.lr=0.1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "lr 0.1, beta1 0.9, beta2 0.999, eps 1e-08" in done.stdout
    assert "wrote race.png" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["race.png"]


def test_a_race_on_a_formula_and_on_a_landscape_of_another_shape(tmp_path):
    formula = ("race", "x**2 - y**2", "adam", "--domain", "-2,2,-2,2", "-o", "a.svg")
    assert run(*formula, cwd=tmp_path).returncode == 0
    shaped = run("race", "ravine", "sgd", "--set", "ravine.condition=100", "-o", "b.svg", cwd=tmp_path)
    assert shaped.returncode == 0, shaped.stderr
    assert (tmp_path / "a.svg").read_text() != (tmp_path / "b.svg").read_text()


BAD = {
    "no command of that name": (["rcae"], "No such command 'rcae'"),
    "no option of that name": (["race", "ravine", "sgd", "-o", "x.png", "--stepps", "3"], "--steps"),
    "a rule that does not exist": (["race", "ravine", "sdg", "-o", "x.png"], "did you mean 'sgd'"),
    "commas between rules": (["race", "ravine", "sgd,adam", "-o", "x.png"], "not commas: sgd adam"),
    "a landscape that does not exist": (["race", "rosenbrok", "sgd", "-o", "x.png"], "did you mean 'rosenbrock'"),
    "no rule of that name to show": (["rules", "adm"], "did you mean 'adam'"),
    "a rate of zero": (["race", "ravine", "sgd", "-o", "x.png", "--set", "sgd.lr=0"], "lr must be in (0, ∞)"),
    "a rate that is not a number": (["race", "ravine", "sgd", "-o", "x.png", "--set", "sgd.lr=nan"], "lr must be in"),
    "a setting without a value": (["race", "ravine", "sgd", "-o", "x.png", "--set", "sgd.lr"], "RULE.NAME=VALUE"),
    "beta of one": (["race", "ravine", "adam", "-o", "x.png", "--set", "adam.beta1=1"], "beta1 must be in [0, 1)"),
    "no steps": (["race", "ravine", "sgd", "-o", "x.png", "--steps", "0"], "steps must be"),
    "a start outside": (["race", "ravine", "sgd", "-o", "x.png", "--start", "50,0"], "must be in"),
    "a start at infinity": (["race", "ravine", "sgd", "-o", "x.png", "--start", "inf,0"], "finite"),
    "a start of one number": (["race", "ravine", "sgd", "-o", "x.png", "--start", "1"], "2 numbers"),
    "a domain that is empty": (["race", "x", "sgd", "-o", "x.png", "--domain", "1,1,0,1"], "x0 < x1"),
    "a domain for a named landscape": (["race", "ravine", "sgd", "-o", "x.png", "--domain", "0,1,0,1"], "its own"),
    "a noise below zero": (["race", "ravine", "sgd", "-o", "x.png", "--noise", "-1"], "noise must be"),
    "a seed below zero": (["race", "ravine", "sgd", "-o", "x.png", "--seed", "-1"], "--seed must be"),
    "a syntax error": (["race", "x**2 +", "sgd", "-o", "x.png"], "formula, column"),
    "code in place of a formula": (
        ["race", "__import__('os').system('true')", "sgd", "-o", "x.png"],
        "outside the language",
    ),
    "a formula that can be read in two ways": (["race", "1/2x", "sgd", "-o", "x.png"], "column 4: this can be read in"),
    "an attribute": (["race", "x.real + y", "sgd", "-o", "x.png"], "an attribute"),
    "ten thousand brackets": (["race", "(" * 10_000 + "x" + ")" * 10_000, "sgd", "-o", "x.png"], "at most 1000"),
    "a formula without a value": (["race", "log(-1 - x**2)", "sgd", "-o", "x.png"], "no finite value"),
    "heights that no picture holds": (["race", "exp(x**2*y**2*100)", "sgd", "-o", "x.png"], "too tall"),
    "a shape without its minimum": (
        ["race", "ravine", "sgd", "--set", "ravine.condition=-10", "-o", "x.png"],
        "no minimum",
    ),
    "more steps than anybody waits for": (["race", "ravine", "sgd", "-o", "x.png", "--steps", "10000000"], "at most"),
    "an ending that is unknown": (["race", "ravine", "sgd", "-o", "x.bmp"], "must be one of"),
    "a folder that is not there": (["race", "ravine", "sgd", "-o", "no/x.png"], "there is no folder"),
    "a folder that cannot be written": (["race", "ravine", "sgd", "-o", "/proc/x.png"], "cannot write"),
}


@pytest.mark.filterwarnings("error")  # a warning would be a second line
@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_and_exit_code_2(case, ravine_command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments, says = BAD[case]
    code, out, err = ravine_command(*arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert err.startswith("ravine: ")
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_formula_is_read_as_it_is_meant_and_said_how(ravine_command, tmp_path):
    for typed, meant in {"2x² − 3·tan(y)": "2 * x**2 - 3 * (sin(y) / cos(y))", "x**2 + y**2": None}.items():
        code, out, err = ravine_command("race", typed, "sgd", "-o", tmp_path / "x.png", "--steps", "3")
        assert (code, err) == (0, "")
        assert ("was read as" in out) == (meant is not None)
        assert meant is None or f"the formula was read as {meant}\n" in out


@pytest.mark.parametrize("case", ["no command of that name", "heights that no picture holds"])
def test_so_it_is_in_a_process_of_its_own(case, tmp_path):
    arguments, says = BAD[case]
    refused = run(*arguments, cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert says in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [("rules",), ("rules", "--json"), ("landscapes", "--json")])
def test_a_reader_that_has_seen_enough_is_not_answered_with_an_error(command):
    process = subprocess.Popen(
        [sys.executable, "-m", "ravine.cli", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    process.wait(timeout=60)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_film_that_is_stopped_leaves_nothing(sent, code, tmp_path):
    command = [sys.executable, "-m", "ravine.cli", "race", "rosenbrock", "sgd", "adam", "-o", "race.gif"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.iterdir()) and process.poll() is None:  # until its draft is there
        time.sleep(0.02)
    process.send_signal(sent)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == code
    assert not list(tmp_path.iterdir())
    if sent == signal.SIGINT:
        assert said == "ravine: stopped; nothing was written\n"


def test_what_ctrl_c_breaks_off_is_stopped_however_it_fails(tmp_path):
    """A module written in C turns it into an ImportError; so does this rule's file."""
    stopped = "try:\n    os.kill(os.getpid(), signal.SIGINT)\nexcept KeyboardInterrupt:\n    raise ImportError\n"
    (tmp_path / "mine.py").write_text(f"import os, signal\n{stopped}")
    ended = run("rules", "mine.py", cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (130, "ravine: stopped; nothing was written\n")


def test_help_tells_what_a_race_is():
    text = " ".join(run("race", "--help").stdout.split())
    assert "same start, steps and gradients" in text
    assert run("--version").stdout.startswith(f"ravine {ravine.__version__}\n")


def test_importing_ravine_imports_neither_torch_nor_matplotlib():
    code = "import sys, ravine.cli; ravine.rules['adam'].latex(); print({'torch', 'matplotlib'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"


def test_dialect_gives_the_settings_the_verdict_and_why():
    done = run("dialect", "adam", "--from", "keras", "--to", "torch", "--set", "lr=1e-3", "--set", "epsilon=1e-7")
    assert done.returncode == 0
    for words in ("torch.optim.Adam", "eps=1e-07", "approximate", "bias correction"):
        assert words in done.stdout


DROPPED = """
import signal
from ravine.cli.terminal import progress, ending

class Finalised:
    def __del__(self):
        signal.raise_signal(signal.{name})

ending.listen()
with progress("work") as advance:
    Finalised()  # Python prints the exception that this raises, and goes on
    advance(1, 2)
print("it went on")
"""


@pytest.mark.parametrize(("name", "code"), [("SIGINT", -signal.SIGINT), ("SIGTERM", 143)])
def test_a_stop_that_python_drops_is_heard_at_the_next_progress(name, code):
    ended = subprocess.run([sys.executable, "-c", DROPPED.format(name=name)], capture_output=True, text=True)
    assert "Exception ignored in" in ended.stderr
    assert ended.stdout == ""
    assert ended.returncode == code
