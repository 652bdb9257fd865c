"""The GLSL of every rule on every landscape, run in Chromium's WebGL2, against the reference.

The tolerance of a path is 1e-5 of its largest coordinate, and twenty times what rounding in 32 bits makes of it (see
rounding.py): a bias correction `1 - beta2**t` keeps three digits of seven at t = 1, and paths that turn sharply
amplify what they are given; pow loses half a unit for each step, and sin and cos have twelve good bits.
"""

from functools import cache

import numpy as np
import pytest

from ravine.backends import glsl
from ravine.backends.spelling import function
from ravine.equations import over_tensors
from ravine.landscapes import landscapes
from ravine.rules import Rule, rules

from .rates import rate
from .rounding import SINGLE, Expected, expect_all

STEPS = 50
TOLERANCE = 1e-5
ELEMENTWISE = [name for name, rule in rules.items() if not over_tensors(rule.equation)]

# One pixel for each landscape (across) and number of steps (up); it runs the rule so far and keeps x and y.
RENDER = """([source, rates, starts, settings, width, height]) => {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (!gl.getExtension('EXT_color_buffer_float')) throw new Error('no float targets');
  const program = gl.createProgram();
  const corners = `#version 300 es
    void main() { gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0); }`;
  for (const [kind, text] of [[gl.VERTEX_SHADER, corners], [gl.FRAGMENT_SHADER, source]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
  gl.useProgram(program);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA32F, width, height);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  const target = gl.getParameter(gl.TEXTURE_BINDING_2D);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, target, 0);
  gl.uniform1fv(gl.getUniformLocation(program, 'rates'), rates);
  gl.uniform2fv(gl.getUniformLocation(program, 'starts'), starts);
  for (const [name, value] of Object.entries(settings)) gl.uniform1f(gl.getUniformLocation(program, name), value);
  gl.viewport(0, 0, width, height);
  gl.drawArrays(gl.TRIANGLES, 0, 3);
  const pixels = new Float32Array(width * height * 4);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.FLOAT, pixels);
  gl.getExtension('WEBGL_lose_context').loseContext();
  return Array.from(pixels);
}"""


def shader(rule: Rule) -> str:
    """Walks `rule` on the landscape of the pixel's column, as many steps as its row says."""
    equation = rule.equation
    lines = ["#version 300 es", "precision highp float;", glsl.PRELUDE]
    for f in landscapes.values():
        lines.append(glsl.write(f.gradient_equation))
    lines += [rule.glsl(), glsl.write_gradient_point(equation), "vec2 slope(int which, vec2 p) {"]
    for i, f in enumerate(landscapes.values()):
        shape = "".join(f", {float(value)}" for value in f.parameters.values())
        lines.append(f"  if (which == {i}) return {function(f.gradient_equation.name)}(p.x, p.y{shape});")
    settings = [name for name in rule.hyperparameters if name != "lr"]
    lines += ["  return vec2(0.0);", "}", f"uniform float rates[{len(landscapes)}];"]
    lines += [f"uniform vec2 starts[{len(landscapes)}];", *(f"uniform float set_{name};" for name in settings)]
    lines += ["out vec4 color;", "void main() {", "  int which = int(gl_FragCoord.x);", "  vec2 theta = starts[which];"]
    for name, start in equation.state.items():
        first = start if start == "theta" else f"set_{start}" if isinstance(start, str) else float(start)
        lines.append(f"  vec2 state_{name} = vec2({first});")
    lines.append("  for (int t = 1; t <= int(gl_FragCoord.y); t++) {")

    def call(called: str, names: tuple[str, ...], axis: str) -> str:
        known = {"theta": f"theta.{axis}", "g": f"g.{axis}", "t": "float(t)", "lr": "rates[which]"}
        known |= {name: f"state_{name}.{axis}" for name in equation.state} | {name: f"set_{name}" for name in settings}
        return f"{called}({', '.join(known[name] for name in names)})"

    point = ("theta", *equation.state, *equation.keywords)
    at = ", ".join(call(function(equation.name, "Point"), point, axis) for axis in "xy")
    lines.append(f"    vec2 g = slope(which, vec2({at}));")
    lines += [f"    theta.{axis} -= {call(function(equation.name), equation.parameters, axis)};" for axis in "xy"]
    return "\n".join([*lines, "  }", "  color = vec4(theta, 0.0, 1.0);", "}"])


def settings_of(name: str, landscape: str = "bowl") -> dict[str, float]:
    # RAdam's rho is the difference of two numbers of about 2 / (1 - beta2). At 0.999 its error in 32 bits is larger
    # than its distance from 5 on the fifth step, so that the branch taken there is left to chance.
    given = {"beta2": 0.9} if name.startswith("radam") else {}
    return rules[name].settings({**given, "lr": rate(name, landscape)})


def walk(page, name: str) -> dict[str, np.ndarray]:
    """The path on each landscape, (STEPS + 1, 2)."""
    rule = rules[name]
    starts = [float(value) for f in landscapes.values() for value in f.start]
    settings = {f"set_{key}": value for key, value in settings_of(name).items() if key != "lr"}
    size = [len(landscapes), STEPS + 1]
    pixels = page.evaluate(
        RENDER, [shader(rule), [rate(name, landscape) for landscape in landscapes], starts, settings, *size]
    )
    points = np.array(pixels, dtype=float).reshape(STEPS + 1, len(landscapes), 4)
    return {landscape: points[:, i, :2] for i, landscape in enumerate(landscapes)}


@cache
def references() -> dict[str, dict[str, Expected]]:
    """What to expect of every rule's path on every landscape."""
    walks = {name: {landscape: settings_of(name, landscape) for landscape in landscapes} for name in ELEMENTWISE}
    return expect_all(walks, STEPS, SINGLE)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_rule_walks_as_the_reference_does_on_every_landscape(name, page):
    excess, whole = {}, []
    for landscape, points in walk(page, name).items():
        expected = references()[name][landscape]
        excess[landscape] = expected.excess(points, TOLERANCE)
        whole.append(expected.compared(TOLERANCE) == STEPS + 1)
    assert {landscape: value for landscape, value in excess.items() if value > 1} == {}
    assert np.mean(whole) >= 0.8  # so many paths have something to compare to the end
