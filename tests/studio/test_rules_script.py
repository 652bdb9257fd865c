"""static/rules.js: it runs, whatever own rules are in it, and one that would not run is noticed before it is served."""

import json

import pytest

from ravine.errors import RavineError
from ravine.rules import find_rule, rules
from ravine.studio.rules_script import rules_script, shown_rules
from ravine.studio.script_check import check_script
from ravine.studio.training_script import training_script

OWN = """\
from ravine.rules.rule import rule

@rule(title="</script> {name}", source="Nobody 2026", hyperparameters={{"power": ("[0, 9]", "a \\"quoted\\" one")}})
def {name}(g, arguments=0.0, *, t, lr=0.1, power=2.0):
    eval = lr * g**power - 0.0
    common = where(t > 1, eval, -eval)
    return common, arguments + g
"""


@pytest.fixture
def script(tmp_path, monkeypatch):
    monkeypatch.setattr(rules, "_entries", dict(rules.items()))
    monkeypatch.setattr(rules, "included", set())
    for name in ("power2", "filter", "constructor", "then"):
        (tmp_path / f"{name}.py").write_text(OWN.format(name=name))
        rules.include(find_rule(str(tmp_path / f"{name}.py")))
    return rules_script()


def test_it_runs_with_own_rules_of_any_names(script, node):
    check_script(script)
    names = [rule.name for rule in shown_rules()]
    asked = (
        f"{script}console.log(JSON.stringify([Object.keys(RAVINE.rules), RAVINE.rules.filter.step(3, 1, 2, 0.5, 2)]));"
    )
    shown, step = json.loads(node(asked))
    assert shown == names
    assert step == [4.5, 4]


def test_the_living_network_trains_with_own_rules(script, node):
    """Of any names; the arrays' step is that of the rule."""
    loops = (
        "const { keywords, size, begin, update } = RAVINE_TRAINING.rules.filter;"
        "const K = new Float64Array(size);"
        "keywords.forEach((name, place) => (K[place] = { t: 2, lr: 0.5, power: 2 }[name] ?? 0));"
        "const [theta, g, state] = [10, 3, 1].map((value) => Float64Array.of(value));"
        "begin(K); update(K, theta, g, state);"
        "console.log(JSON.stringify([theta[0], state[0], Object.keys(RAVINE_TRAINING.rules)]));"
    )
    theta, state, names = json.loads(node(training_script() + loops))
    assert (theta, state) == (10 - 4.5, 4)
    assert {"power2", "filter", "constructor", "then", "filter+l2"} <= set(names)


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("f_adam_Parts(v_g", "f_adam_Parts(eval", "'eval' is no word"),
        ("function f_adam_Parts", "function f_adam", "f_adam is defined twice"),
        ("return [", "return (", "']' closes nothing"),
        ("return v_lr * v_g;", "return v_lr * v_g; @", "'@.*' cannot be read"),
        ("return v_lr * v_g;\n}", "return v_lr * v_g;\n", "closes nothing|is missing"),
    ],
)
def test_one_that_would_not_run_is_noticed(script, right, wrong, says):
    assert right in script
    with pytest.raises(RavineError, match=rf"would not run.*\(line \d+: .*({says})"):
        check_script(script.replace(right, wrong, 1))
