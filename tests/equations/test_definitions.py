"""Definitions in a file: read from their source, and refused with the file and the line."""

import importlib.util
import textwrap

import pytest

from ravine.equations import EquationError, parse_function
from ravine.errors import RavineError
from ravine.rules import rule, rules


def defined(tmp_path, text: str):
    """The function of that text, in a file of its own."""
    file = tmp_path / "definition.py"
    file.write_text(textwrap.dedent(text).lstrip())
    spec = importlib.util.spec_from_file_location("definition", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return next(value for name, value in vars(module).items() if callable(value) and not name.startswith("_"))


def test_a_definition_is_read_in_full(tmp_path):
    function = defined(
        tmp_path,
        '''
        def heavy(g, v=0.0, *, t, lr=0.1, mu=0.9):
            """The docstring is left out."""
            v = mu * v + g
            return lr * v / t, v
        ''',
    )
    equation = parse_function(function)
    assert (equation.name, equation.inputs, dict(equation.state)) == ("heavy", ("g",), {"v": 0.0})
    assert equation.keywords == {"t": None, "lr": 0.1, "mu": 0.9}
    assert [line.name for line in equation.assignments] == ["v"]
    assert len(equation.results) == 2


WRONG = {
    "loop": ("def f(g):\n    for i in g:\n        g = g\n    return g", 2, "a loop is outside the language"),
    "while": ("def f(g):\n    while g:\n        g = g\n    return g", 2, "a loop is outside the language"),
    "if": ("def f(g):\n    h = g\n    if g:\n        h = 1\n    return h", 3, "an if (use where) is outside"),
    "in place": ("def f(g):\n    g += 1\n    return g", 2, "an update in place (write m = m + …)"),
    "attribute": ("def f(g):\n    h = g.real\n    return h", 2, "an attribute (a dot) is outside the language"),
    "two targets": ("def f(g):\n    a = b = g\n    return a", 2, "a line is name = expression"),
    "unpacking": ("def f(g):\n    a, b = g, g\n    return a", 2, "a line is name = expression"),
    "annotated": ("def f(g):\n    a: float = g\n    return a", 2, "a line is name = expression"),
    "import": ("def f(g):\n    import os\n    return g", 2, "a line is name = expression"),
    "no return": ("def f(g):\n    h = g", 2, "a definition ends with return"),
    "bare return": ("def f(g):\n    return", 2, "a definition ends with return"),
    "early return": ("def f(g):\n    return g\n    return g", 2, "a line is name = expression"),
    "later name": ("def f(g):\n    a = b\n    b = g\n    return a", 2, "unknown name 'b'; known here: g"),
    "capital": ("def f(g):\n    V = g\n    return V", 2, "the name 'V' must be lower case"),
    "dunder": ("def f(g):\n    __a = g\n    return __a", 2, "must be lower case: letters, digits and single"),
    "function": ("def f(g):\n    sqrt = g\n    return sqrt", 2, "the name 'sqrt' is taken"),
    "star": ("def f(g, *more):\n    return g", 1, "*args, **kwargs and / are outside"),
    "double star": ("def f(g, **more):\n    return g", 1, "*args, **kwargs and / are outside"),
    "slash": ("def f(g, /):\n    return g", 1, "*args, **kwargs and / are outside"),
    "no default": ("def f(g, *, lr):\n    return g", 1, "the hyperparameter 'lr' needs a default"),
    "default of t": ("def f(g, *, t=1):\n    return g", 1, "t is the step, counted from 1; it has no default"),
    "text default": ("def f(g, *, lr='a'):\n    return g", 1, "a default must be a number"),
    "computed default": ("def f(g, m=len('a')):\n    return g, m", 1, "a default must be a number"),
    "true default": ("def f(g, *, lr=True):\n    return g", 1, "a default must be a number"),
    "lost start": ("def f(g, m='m0'):\n    return g, m", 1, "starts at 'm0', neither a hyperparameter nor theta"),
    "state not returned": ("def f(g, m=0.0):\n    return g", 2, "return the step and then the new state: step, m"),
    "too much returned": ("def f(g):\n    return g, g", 2, "without state there is one value to return"),
    "async": ("async def f(g):\n    return g", 1, "a definition must be a plain function"),
}


@pytest.mark.parametrize(("text", "line", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_definition_is_refused_with_file_and_line(tmp_path, text, line, message):
    function = defined(tmp_path, text)
    with pytest.raises(EquationError) as caught:
        parse_function(function)
    assert str(caught.value).startswith(f"{tmp_path / 'definition.py'}, line {line}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_function_without_source_is_refused():
    namespace = {}
    exec("def f(g):\n    return g", namespace)
    with pytest.raises(EquationError, match="its source cannot be read"):
        parse_function(namespace["f"])


def test_a_definition_never_runs(tmp_path):
    function = defined(tmp_path, "def f(g):\n    h = g\n    return h")
    function.__code__ = (lambda g: 1 / 0).__code__.replace(co_filename=function.__code__.co_filename)
    assert parse_function(defined(tmp_path, "def f(g):\n    h = 1 / 0\n    return h")).inputs == ("g",)


def test_a_rule_needs_a_gradient_and_says_what_it_leaves_unsaid(tmp_path):
    strange = defined(tmp_path, "def f(g, *, zeal=0.1):\n    return zeal * g")
    made = rule(title="F", source="somebody")(strange)
    assert made.year is None
    assert made.lacks == ["a year in its source, as in 'Polyak 1964, equation 9'", "what zeal does"]
    assert made.settings({"zeal": -3.0}) == {"zeal": -3.0}
    made = rule(title="F", source="Somebody 2020", hyperparameters={"zeal": ("[0, 1]", "how keen")})(strange)
    assert made.hyperparameters["zeal"].meaning == "how keen"
    assert made.year == 2020
    assert made.lacks == []
    blind = defined(tmp_path, "def f(x, *, lr=0.1):\n    return lr * x")
    with pytest.raises(RavineError, match="a rule takes g"):
        rule(title="F", source="Somebody 2020")(blind)


@pytest.mark.parametrize("name", rules)
def test_every_rule_says_what_a_person_wants_to_know(name):
    known = rules[name]
    assert known.title
    assert 1900 < known.year < 2100
    assert known.good_at
    assert known.hurts
    assert known.family
    for hyperparameter in known.hyperparameters.values():
        assert hyperparameter.default in hyperparameter.range
        assert hyperparameter.meaning
