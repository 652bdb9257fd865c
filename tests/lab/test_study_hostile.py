"""A study file with anything in any place: a RavineError of one line, at once; and it runs no file but its folder's."""

import re
from pathlib import Path

import pytest

from ravine import RavineError, compare
from ravine.lab import read_study
from ravine.lab.study.study_file import KEYS
from ravine.networks.recipe import Recipe

VALUES = {
    "not a number": "nan",
    "infinite": "-inf",
    "beyond a float": "1e400",
    "a float": "1e21",
    "zero": "0",
    "negative": "-1",
    "400 digits": "9" * 400,
    "a billion": "1000000000",
    "true": "true",
    "a date": "2024-02-30",
    "another date": "2024-02-03",
    "empty text": '""',
    "text": '"x"',
    "a zero byte": r'"a\u0000b"',
    "a long name": f'"{"x" * 5000}"',
    "a long file": f'"{"x" * 5000}.py"',
    "no file": r'"a\u0000b.py"',
    "a list": "[]",
    "lists": "[[[]]]",
    "a table": "{}",
    "tables": "{name = {name = 1}, rule = {rule = 1}, lr = {a = 1}}",
    "a list of tables": "[{}]",
    "a list of odd things": '[1, "adam", nan, {}, [], 2024-02-03]',
}
BASE = {"problem": '"quadratic"', "optimizers": '["sgd"]', "lrs": "[0.1]", "steps": "3", "seeds": "1"}


def refused(path):
    """The one line with which it is refused; None where the study is taken."""
    try:
        read_study(path)
    except RavineError as error:
        said = str(error)
        assert said.startswith(str(path))
        assert "\n" not in said.replace(VALUES["a long name"], "")
        return said
    return None


def places():
    for key in KEYS:
        yield key, lambda value, key=key: lines({**BASE, key: value})
    for key in ("name", "label", "condition", "noise", "dimension"):
        table = {"name": '"quadratic"'}
        yield (
            f"problem.{key}",
            lambda value, key=key, table=table: (
                lines({name: of for name, of in BASE.items() if name != "problem"})
                + f"[[problem]]\n{lines({**table, key: value})}"
            ),
        )
    for key in ("rule", "label", "schedule", "trials", "lr", "beta1"):
        yield (
            f"optimizer.{key}",
            lambda value, key=key: (
                lines({name: of for name, of in BASE.items() if name != "optimizers"})
                + "[[optimizer]]\n"
                + lines({"rule": '"adam"', key: value})
            ),
        )


def lines(facts):
    return "".join(f"{name} = {value}\n" for name, value in facts.items())


PLACES = dict(places())
NUMBERS = ("target", "epochs", "seeds", "tuning_seeds", "evaluate_every", "steps")


@pytest.mark.parametrize("place", PLACES)
def test_anything_in_any_place(tmp_path, place):
    path = tmp_path / "study.toml"
    for name, value in VALUES.items():
        text = PLACES[place](value)
        if place == "epochs":
            text = text.replace("steps = 3\n", "")
        path.write_text(text)
        said = refused(path)
        if (
            name in ("not a number", "infinite", "a date", "a zero byte", "400 digits", "tables")
            and "label" not in place
        ):
            assert said is not None, (place, name)
        if name in ("a billion", "a float") and place in NUMBERS and place != "target":
            assert said is not None, (place, name)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        "problem = " + "[" * 900 + "]" * 900,
        "a." * 5000 + "b = 1",
        "seeds = " + "9" * 10_000,
        "[" * 5000,
        "\ufeff= 1",
        "a = 1979-05-27T25:61:61Z",
    ],
)
def test_no_study_at_all(tmp_path, text):
    path = tmp_path / "study.toml"
    path.write_text(text)
    assert refused(path) is not None
    path.write_bytes(text.encode()[:50] + b"\xff\xfe")
    assert refused(path) is not None


RULE = """
import ravine
from pathlib import Path
Path(__file__).with_name("ran").touch()

@ravine.rule(title="Mine", source="Mine, 2026")
def mine(theta, g, *, lr=0.1):
    return lr * g
"""


@pytest.mark.parametrize("where", ["absolute", "above", "beside", "a link"])
@pytest.mark.parametrize("key", ["problem", "problems", "optimizers", "optimizer"])
def test_it_runs_no_file_but_of_its_own_folder(tmp_path, where, key):
    folder = tmp_path / "study"
    folder.mkdir()
    (tmp_path / "other").mkdir()
    outside = tmp_path / "other" / "mine.py"
    outside.write_text(RULE)
    (folder / "link.py").symlink_to(outside)
    named = {
        "absolute": str(outside),
        "above": "../other/mine.py",
        "beside": "sub/../../other/mine.py",
        "a link": "link.py",
    }
    value = f'"{named[where]}"'
    facts = {name: of for name, of in BASE.items() if not name.startswith(key[:7])}
    text = {
        "problem": lines({**facts, key: value}),
        "problems": lines({**facts, key: f"[{value}]"}),
        "optimizers": lines({**facts, key: f"[{value}]"}),
        "optimizer": lines(facts) + f"[[optimizer]]\nrule = {value}\n",
    }[key]
    (folder / "study.toml").write_text(text)
    said = refused(folder / "study.toml")
    assert f"{named[where]} lies outside the study's folder" in said
    assert not (tmp_path / "other" / "ran").exists()


def test_it_runs_those_of_its_folder(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.py").write_text(RULE)
    (tmp_path / "study.toml").write_text(
        lines({**BASE, "optimizers": '["rules/mine.py", "rules/../rules/mine.py+l2"]'})
    )
    study = read_study(tmp_path / "study.toml")
    assert [entry.name for entry in study.entries] == ["mine", "mine+l2"]
    assert (tmp_path / "rules" / "ran").exists()


@pytest.mark.parametrize("name", ["workers", "stack"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "2", float("nan")])
def test_counts_of_compare(name, value):
    with pytest.raises(RavineError, match=f"{name} must be a whole number of at least 1"):
        compare("quadratic", optimizers=["sgd"], lrs=[0.1], steps=3, **{name: value})


def test_workers_for_this_machine():
    with pytest.raises(RavineError, match="workers must be at most"):
        compare("quadratic", optimizers=["sgd"], lrs=[0.1], steps=3, workers=10**20)


@pytest.mark.parametrize("value", ["x", None, True, 1e21, float("nan"), float("inf"), -1, 10**400, [1], 1j])
@pytest.mark.parametrize("name", ["examples", "random", "gain", "bias", "dropout", "lam", "batch", "steps", "seed"])
def test_numbers_of_a_network(name, value):
    fine = {("gain", 1e21), ("bias", 1e21), ("lam", 1e21), ("gain", -1), ("bias", -1), ("bias", None)}
    if isinstance(value, int | float | None) and (name, value) in fine and value is not True:
        return
    with pytest.raises(RavineError, match=re.escape(name)):
        Recipe(**{name: value})


def test_folders_of_studies_here_hold_what_they_run():
    for path in (Path(__file__).parents[2] / "studies").glob("*.toml"):
        read_study(path)
