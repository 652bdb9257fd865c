"""Whatever a rule calls its quantities, every language that its equation is written out to takes it.

The names are words of those languages, and words that the generated code has for itself; each is tried as the name of
a rule, a state, a hyperparameter and an assignment, in the engines themselves.
"""

import ast
import json
import keyword
from itertools import islice

import numpy as np
import pytest
import torch

from ravine.backends import glsl, javascript, mathml, python, spelling, triton, webgl
from ravine.backends import numpy as reference
from ravine.backends import torch as tensors
from ravine.equations import parse_function
from ravine.errors import RavineError
from ravine.optim import from_rule
from ravine.rules import find_rule
from ravine.rules.rule import TAKEN

JAVASCRIPT = "eval arguments new class enum export super this var let static public package interface implements typeof"
JAVASCRIPT += " delete void undefined await async of constructor prototype window document power power2 power4 const"
GLSL = "active asm attribute buffer cast centroid coherent common discard filter fixed flat float goto gl_position half"
GLSL += " highp in1 inline input int invariant layout lowp main mat2 noise1 out output partition patch precision sample"
GLSL += " sampler2 smooth struct superp template texture uniform union unsigned using varying vec2 volatile webgl_x"
PYTHON = "tl triton print type id list len map float16 row at own begin part index here whole first last stop size"
PYTHON += " elements chunk chunks table settings once seed address addresses array uniform scattered greater less"
OURS = "x y at_l theta_hat v_m f_m taken_s m_s numbers e i pi2 inf nan hat counter lambda1 text frac math value result"
WORDS = [word for word in dict.fromkeys(f"{JAVASCRIPT} {GLSL} {PYTHON} {OURS}".split()) if word not in TAKEN]
WORDS = [word for word in WORDS if not keyword.iskeyword(word)]  # with those Python's own parser deals

RULE = """\
@rule(title="{name}", source="Nobody 2026", hyperparameters={{"{scale}": ("[0, 9]", "-"), "{share}": ("[0, 1]", "-")}})
def {name}(g, {state}=0.0, {count}="{scale}", *, t, lr=0.1, {scale}=0.5, {share}=0.25):
    {line} = {share} * g + (1 - {share}) * {state} + lr / t
    {other} = {line} * {scale}**t
    {state} = {state} + {line}
    return lr * {other} + {count}, {state}, {count} * {scale}
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Rules in which each word is everything once: name, state, one number, hyperparameter, assignment."""
    file = tmp_path_factory.mktemp("own") / "hostile.py"
    parts = ("name", "state", "count", "scale", "share", "line", "other")
    rings = [WORDS[i:] + WORDS[:i] for i in range(len(parts))]
    text = [RULE.format(**dict(zip(parts, words, strict=True))) for words in zip(*rings, strict=True)]
    file.write_text("from ravine.rules.rule import rule\n\n\n" + "\n\n".join(text))
    return {name: find_rule(f"{file}:{name}") for name in WORDS}


def expected(rule):
    """The step and the state after steps one and two."""
    equation, settings = rule.equation, rule.settings({})
    theta = np.array([1.0, -2.0])
    state = reference.start(equation, theta, settings)
    for t, g in ((1, np.array([0.5, 3.0])), (2, np.array([-1.0, 0.25]))):
        theta, state = reference.step(equation, theta, g, state, t, settings)
    return theta


def test_javascript(hostile, node):
    program = ['"use strict";', javascript.PRELUDE, "const found = {};"]
    for name, rule in hostile.items():
        equation, settings = rule.equation, rule.settings({})
        whole = rule.javascript() + javascript.write_parts(equation) + javascript.write_gradient_point(equation)
        start = [settings[value] if isinstance(value, str) else value for value in rule.state.values()]
        values = [repr(value) for value in settings.values()]
        step = f"{spelling.function(equation.name)}(g[t - 1], ...s, t, {', '.join(values)})"
        program.append(f"found[{name!r}] = (() => {{\n{whole}{webgl.write(equation).once}")
        program.append("return [[1, [0.5, -1]], [-2, [3, 0.25]]].map(([theta, g]) => {")
        program.append(f"let s = {start}; for (const t of [1, 2]) {{ const [d, ...n] = {step}; theta -= d; s = n; }}")
        program.append("return theta; });\n})();")
    found = json.loads(node("\n".join([*program, "console.log(JSON.stringify(found));"])))
    for name, rule in hostile.items():
        np.testing.assert_allclose(found[name], expected(rule), rtol=1e-14)


COMPILE = """(sources) => {
  const gl = document.createElement('canvas').getContext('webgl2');
  return sources.map((source) => {
    const shader = gl.createShader(gl.FRAGMENT_SHADER);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    return gl.getShaderParameter(shader, gl.COMPILE_STATUS) ? '' : gl.getShaderInfoLog(shader);
  });
}"""


def test_glsl(hostile, page):
    """All rules in one shader, so that they must not meet one another either."""
    head = ["#version 300 es", "precision highp float;", "out vec4 color;", glsl.PRELUDE]
    end = "void main() { color = vec4(0.0); }"
    names = iter(hostile.values())
    shaders = []
    while some := list(islice(names, 20)):
        written = [
            rule.glsl() + glsl.write_gradient_point(rule.equation) + webgl.write(rule.equation).pixel for rule in some
        ]
        shaders.append("\n".join([*head, *written, end]))
    assert page.evaluate(COMPILE, shaders) == [""] * len(shaders)


def test_machine_code_and_tensors(hostile):
    for rule in list(hostile.values())[::7]:  # a compilation takes a moment
        theta = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
        optimizer = from_rule(rule)([theta])
        for g in ([0.5, 3.0], [-1.0, 0.25]):
            theta.grad = torch.tensor(g, dtype=torch.float64)
            optimizer.step()
        np.testing.assert_allclose(theta.detach(), expected(rule), rtol=1e-6)  # counters are kept in 32 bits
    for rule in hostile.values():
        theta, settings = torch.tensor([1.0, -2.0], dtype=torch.float64), rule.settings({})
        state = tensors.start(rule.equation, theta, settings)
        for t, g in ((1, [0.5, 3.0]), (2, [-1.0, 0.25])):
            gradient = torch.tensor(g, dtype=torch.float64)
            theta, state = tensors.step(rule.equation, theta, gradient, state, t, settings)
        np.testing.assert_allclose(theta, expected(rule), rtol=1e-13)


@pytest.mark.parametrize("rounding", [None, "kahan"])
def test_triton(hostile, rounding):
    """No name is assigned that means something else in the module."""
    for rule in hostile.values():
        formats = ("bfloat16",) * (4 if rounding == "kahan" else 3)
        tree = ast.parse(triton.write(rule.equation, formats, rounding=rounding))
        defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                assigned = [
                    node.id
                    for node in ast.walk(function)
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                ]
                assert not {"tl", "triton", *defined} & {*assigned, *(argument.arg for argument in function.args.args)}
                own = [name for name in assigned if name.startswith("v_")]
                if function.name in ("begin", "part"):
                    assert len(own) == len(set(own)), rule.name  # each is given once


def test_texts(hostile, tmp_path):
    for name, rule in hostile.items():
        mathml.write(rule.equation)
        file = tmp_path / f"{name}.py"
        file.write_text(python.write(rule.equation))
        names = {}
        exec(compile(file.read_text(), str(file), "exec"), names)
        assert python.write(parse_function(names[name])) == python.write(rule.equation)


@pytest.mark.parametrize("name", sorted(TAKEN - {"g", "t", "theta"}))
def test_what_means_something_else_already_is_refused(name, tmp_path):
    for kind in (f"{name}=0.0, *, lr=0.1", f"v=0.0, *, lr=0.1, {name}=0.5"):
        file = tmp_path / f"{kind.count('*')}{len(kind)}.py"
        file.write_text(
            "from ravine.rules.rule import rule\n\n@rule(title='M', source='N 2026', hyperparameters="
            f"{{'{name}': ('[0, 1]', '-')}})\ndef mine(g, {kind}):\n    return lr * g, g\n"
        )
        with pytest.raises(RavineError, match=f"the name '{name}' is taken in a rule"):
            find_rule(str(file))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "def mine(g, m='t', *, t, lr=0.1):\n    return lr * g, g",
            "starts at 't', neither a hyperparameter nor theta",
        ),
        ("def mine(g, *, lr=0.1):\n    theta = g\n    return lr * theta", "theta is the parameter"),
        ("def mine(g, *, t, lr=0.1):\n    t = t + 1\n    return lr * g * t", "t is the step"),
        ("def mine(g, lr=0.1):\n    return lr * g, g", "lr is a hyperparameter"),
        ("def Mine(g, *, lr=0.1):\n    return lr * g", "must be lower case"),
        ("def ä(g, *, lr=0.1):\n    return lr * g", "must be lower case"),
        (f"def {'m' * 61}(g, *, lr=0.1):\n    return lr * g", "must be lower case"),
    ],
)
def test_what_a_rule_cannot_mean(text, says, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(f"from ravine.rules.rule import rule\n\n@rule(title='M', source='N 2026')\n{text}\n")
    with pytest.raises(RavineError, match=says):
        find_rule(str(file))
