"""The rules by name, and what each tells of itself."""

import pytest

import ravine
from ravine.rules.forms import FORMS
from ravine.rules.hyperparameter import VOCABULARY

MAIN = (
    "sgd momentum nesterov adagrad rmsprop adadelta adam amsgrad adamax nadam radam adamw lion"
    " signum yogi adabelief laprop adan adopt ademamix lars lamb stableadamw"
    " madgrad schedule_free_sgd schedule_free_adamw"
).split()


def test_the_main_rules_bear_the_names_that_everybody_uses():
    assert set(MAIN) == {rule.family for rule in ravine.rules.values()}
    assert all(ravine.rules[name].name == name for name in MAIN)


@pytest.mark.parametrize("name", ravine.rules)
def test_a_rule_says_what_a_person_wants_to_know(name):
    rule = ravine.rules[name]
    assert rule.title
    assert rule.dialect
    assert 1950 < rule.year < 2030
    for line in (rule.good_at, rule.hurts, *(known.meaning for known in rule.hyperparameters.values())):
        assert 10 < len(line) < 200
        assert "\n" not in line
    for known in rule.hyperparameters.values():
        assert known.default in known.range, known


@pytest.mark.parametrize("name", MAIN)
@pytest.mark.parametrize("form", [form for form in FORMS if form != "cautious"])
def test_every_form_of_weight_decay_goes_with_every_rule_once(name, form):
    if "weight_decay" in ravine.rules[name].hyperparameters:
        with pytest.raises(ravine.RavineError, match="has weight decay already"):
            ravine.rules[f"{name}+{form}"]
        return
    decayed = ravine.rules[f"{name}+{form}"]
    assert decayed.hyperparameters["weight_decay"].default == 0
    run = ravine.descend(decayed, "saddle", steps=5, weight_decay=0.0)
    plain = ravine.descend(name, "saddle", steps=5)
    assert (run.points == plain.points).all()
    pulled = ravine.descend(decayed, "saddle", steps=5, weight_decay=5.0)  # turns the sign of a gradient
    assert (pulled.points != plain.points).any()


def test_names_that_do_not_exist_are_refused_with_the_nearest():
    assert "adam+l2" in ravine.rules
    assert "adam+l3" not in ravine.rules
    assert "adm" not in ravine.rules
    assert ravine.rules.get("adm") is None
    with pytest.raises(KeyError, match="unknown rule 'adm'; did you mean 'adam'"):
        ravine.rules["adm"]
    with pytest.raises(ravine.RavineError, match="unknown form 'l3'; did you mean 'l2'"):
        ravine.rules["adam+l3"]


def test_a_rule_of_ones_own_needs_no_words_and_may_have_them():
    def own(g, *, lr=0.1, zeta=0.5):
        return lr * zeta * g

    assert "zeta" not in VOCABULARY
    assert ravine.rule(title="Own", source="nobody")(own).settings({"zeta": -9.0}) == {"lr": 0.1, "zeta": -9.0}
    made = ravine.rule(title="Own", source="nobody 2026", hyperparameters={"zeta": ("[0, 1]", "a half")})(own)
    assert made.settings({"zeta": 1.0}) == {"lr": 0.1, "zeta": 1.0}
    with pytest.raises(ravine.RavineError, match=r"zeta must be in \[0, 1\], not 1.5"):
        made.settings({"zeta": 1.5})


def test_forms_have_their_places_whatever_the_order_of_their_names():
    one, other = (
        ravine.rules["adam+decoupled+cautious"],
        ravine.rules["adam"].with_form("cautious").with_form("decoupled"),
    )
    assert one.name == other.name == "adam+cautious+decoupled"
    assert one.title == other.title == "Adam, cautious, decoupled decay"
    assert one.equation.assignments == other.equation.assignments
    assert one.equation.results == other.equation.results == ravine.rules["adamw+cautious"].equation.results
    assert ravine.rules["adamw+cautious"].hyperparameters["weight_decay"].default == 0.01
    for name, message in (("adam+cautious+cautious", "form cautious"), ("adam+l2+cautious_decay", "weight decay")):
        with pytest.raises(ravine.RavineError, match=f"has (the )?{message} already"):
            ravine.rules[name]


def test_what_a_rule_is_written_as_reads_back_as_the_same_rule(tmp_path):
    """`Rule.python` is the equation language: importing it gives the same steps to the bit."""
    import importlib.util

    header = "from ravine.equations import *\n\n\n"
    for name in ravine.rules:
        rule = ravine.rules[name]
        file = tmp_path / f"{name}_again.py"
        file.write_text(header + rule.python())
        spec = importlib.util.spec_from_file_location(file.stem, file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        again = ravine.equations.parse_function(getattr(module, rule.equation.name), over_tensors=True)
        assert again.assignments == rule.equation.assignments
        assert again.results == rule.equation.results
        assert dict(again.keywords) == dict(rule.equation.keywords)
        assert dict(again.state) == dict(rule.equation.state)
