"""Whatever one fact of a stored run is changed into, the file is read as a sound run or passed over with a line."""

import json

import pytest

from ravine.lab import Store
from ravine.lab.report.results import Results

from .made import run

FACTS = json.loads(json.dumps(run("adam", 0.1, 0, 0.9, 0.8).as_dict()))
INSTEAD = (None, True, -1, 0, 2.5, "text", [], [0], [0, 50], ["a", "b", "c"], {}, {"a": None}, float("nan"))


def places(facts, path=()):
    for name, value in facts.items():
        yield (*path, name)
        if isinstance(value, dict):
            yield from places(value, (*path, name))


@pytest.mark.parametrize("place", list(places(FACTS)), ids=".".join)
def test_a_fact_of_another_kind_is_passed_over_or_does_no_harm(place, tmp_path):
    store = Store(tmp_path / "runs")
    store.prepare()
    store.write(run("adam", 0.1, 0, 0.9, 0.8))
    (path,) = store.folder.iterdir()
    text = path.read_text()
    refused = 0
    for value in INSTEAD:
        facts = json.loads(text)
        inner = facts
        for name in place[:-1]:
            inner = inner[name]
        inner[place[-1]] = value
        first, *rest = ((name, json.dumps(fact)) for name, fact in facts.items())
        path.write_text("{" + ",\n ".join(f'"{name}": {fact}' for name, fact in (first, *rest)) + "}\n")
        found = Store(store.folder)
        runs = list(found.runs())
        refused += bool(found.unreadable)
        assert len(runs) + len(found.unreadable) == 1
        for one in runs:
            assert one.result == one.at_last
            assert one.configuration.key()
    assert refused >= len(INSTEAD) - 4, "hardly anything was refused"


def test_a_store_with_nothing_but_spoiled_files_is_told_in_a_line(tmp_path):
    from ravine.errors import RavineError

    (tmp_path / f"{'0' * 64}.json").write_bytes(b"\xff\xfe\x00binary")
    with pytest.raises(RavineError, match=r"0\.json is corrupt, or no run, .*there are no runs in"):
        Results(tmp_path, {})


@pytest.mark.parametrize(
    "looks",
    [
        [0],  # one entry alone
        [0, 100],
        [50, 100],
        [0, 50, 50],
        [0, 50, 200],
    ],
)
def test_curves_are_those_that_the_configuration_asks_for(looks, tmp_path):
    store = Store(tmp_path)
    store.prepare()
    store.write(run("adam", 0.1, 0, 0.9, 0.8))
    (path,) = store.folder.iterdir()
    facts = json.loads(path.read_text())
    facts["looks"] = looks
    for name in ("train_loss", "validation_loss", "validation_metric"):
        facts[name] = facts[name][: len(looks)]
    path.write_text("{" + ",\n".join(f'"{name}": {json.dumps(fact)}' for name, fact in facts.items()) + "}")
    assert list(store.runs()) == []
    assert "is corrupt, or no run" in store.unreadable[path]
