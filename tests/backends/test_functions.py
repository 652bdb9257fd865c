"""Every function of one argument in every language, against mpmath's forty digits.

In float64 each is within 2e-15 of the true value, relatively, tails included; in float32 within a few units in the last
place (WebGL promises less of its sin, cos, exp and log).
"""

import json
import math
import os

import mpmath
import numpy as np
import pytest
import torch

from ravine.backends import glsl, javascript, llvm_machine, missing
from ravine.backends import torch as torch_backend
from ravine.backends.numpy import OPERATIONS, run
from ravine.equations import FUNCTIONS, Apply, Equation, Name
from ravine.rules import Rule

os.environ["TRITON_INTERPRET"] = "1"

SMOOTH = [name for name, arguments in FUNCTIONS.items() if arguments == 1 and name not in ("sign", "floor", "abs")]
DOUBLE, SINGLE = 2e-15, 1e-6
WIDE = np.concatenate([np.linspace(-28, 28, 701), np.geomspace(1e-9, 1e3, 200), -np.geomspace(1e-9, 700, 200)])
SEAMS = [side * edge * (1 + step) for edge in (0.125, 0.46875, 0.5, 4, 30) for step in (0, 1e-15) for side in (1, -1)]


def points(name: str, format: str = "float64") -> np.ndarray:
    """Where the function is defined, and its value is a normal number of the format."""
    z = np.concatenate([WIDE, SEAMS])
    if name in ("log", "sqrt", "log1p"):
        z = z[z > (-0.99 if name == "log1p" else 0)]
    if name in ("sin", "cos", "log") and format == "float32":  # relative error means little about a zero
        z = z[(np.abs(z) < 3) & (np.abs(np.asarray(truth(name, z))) > 0.1)]
    z = z.astype(format).astype("float64")
    size = np.abs(truth(name, z))
    tiny, huge = (1e-300, 1e300) if format == "float64" else (1e-36, 1e36)
    return z[(size > tiny) & (size < huge)]


def truth(name: str, z: np.ndarray) -> np.ndarray:
    with mpmath.workdps(40):
        return np.array([float(getattr(mpmath, name)(mpmath.mpf(float(x)))) for x in z])


def agrees(name: str, found: object, z: np.ndarray, tolerance: float) -> None:
    wanted = truth(name, z)
    np.testing.assert_allclose(np.asarray(found, dtype=float), wanted, rtol=tolerance, atol=0)


def equation_of(name: str) -> Equation:
    return Equation(f"one_{name}", ("x",), {}, {}, (), (Apply(name, (Name("x"),)),))


def rule_of(name: str) -> Equation:
    """A rule whose step is the function of the gradient."""
    return Equation(f"step_{name}", ("g",), {}, {"lr": 1.0}, (), (Apply(name, (Name("g"),)),))


@pytest.mark.parametrize("name", SMOOTH)
def test_numpy(name):
    z = points(name)
    agrees(name, OPERATIONS[name](z), z, DOUBLE)
    assert OPERATIONS[name](0.75) == pytest.approx(truth(name, [0.75])[0], rel=DOUBLE)


@pytest.mark.parametrize("name", missing.FUNCTIONS)
def test_in_the_words_that_all_languages_have(name):
    z = points(name)
    agrees(name, run(missing.FUNCTIONS[name], {"x": z})[0], z, DOUBLE)
    ends = np.array([math.inf, math.nan, 0.0, 1e308])
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(run(missing.FUNCTIONS[name], {"x": ends})[0], OPERATIONS[name](ends))


@pytest.mark.parametrize("format", ["float64", "float32"])
@pytest.mark.parametrize("name", SMOOTH)
def test_torch(name, format):
    z = points(name, format)
    dtype = getattr(torch, format)
    found = torch_backend.operations(dtype, torch.device("cpu"))[name](torch.tensor(z, dtype=dtype))
    agrees(name, found.double().numpy(), z, DOUBLE if format == "float64" else SINGLE)


def test_javascript(node):
    program = [javascript.PRELUDE, *(javascript.write(equation_of(name)) for name in SMOOTH), "const all = {};"]
    for name in SMOOTH:
        program.append(f"all.{name} = {json.dumps(points(name).tolist())}.map(f_one_{name});")
    found = json.loads(node("\n".join([*program, "console.log(JSON.stringify(all));"])))
    for name in SMOOTH:
        agrees(name, found[name], points(name), DOUBLE)


RENDER = """([source, z]) => {
  const gl = document.createElement('canvas').getContext('webgl2');
  gl.getExtension('EXT_color_buffer_float');
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
  gl.useProgram(program);
  const textures = [[gl.R32F, gl.RED], [gl.RGBA32F, gl.RGBA]].map(([kind, layout], i) => {
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
    }
    gl.texStorage2D(gl.TEXTURE_2D, 1, kind, z.length, 1);
    if (i === 0) gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, z.length, 1, layout, gl.FLOAT, new Float32Array(z));
    return texture;
  });
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, textures[1], 0);
  gl.bindTexture(gl.TEXTURE_2D, textures[0]);
  gl.viewport(0, 0, z.length, 1);
  gl.drawArrays(gl.TRIANGLES, 0, 3);
  const pixels = new Float32Array(z.length * 4);
  gl.readPixels(0, 0, z.length, 1, gl.RGBA, gl.FLOAT, pixels);
  gl.getExtension('WEBGL_lose_context').loseContext();
  return Array.from(pixels).filter((_, i) => i % 4 === 0);
}"""


@pytest.mark.parametrize("name", SMOOTH)
def test_glsl(name, page):
    z = points(name, "float32")
    source = f"""#version 300 es
        precision highp float;
        uniform highp sampler2D numbers;
        out vec4 color;
        {glsl.PRELUDE}
        {glsl.write(equation_of(name))}
        void main() {{
            color = vec4(f_one_{name}(texelFetch(numbers, ivec2(int(gl_FragCoord.x), 0), 0).r), 0.0, 0.0, 1.0);
        }}"""
    found = page.evaluate(RENDER, [source, z.tolist()])
    agrees(name, found, z, 2.0**-12 if name in ("sin", "cos") else 2e-5)  # what WebGL promises, and exp keeps


@pytest.mark.parametrize("format", ["float64", "float32"])
@pytest.mark.parametrize("name", SMOOTH)
def test_compiled(name, format):
    import ravine.optim

    z = points(name, format)
    taken = step_of(ravine.optim.from_rule(Rule(f"of_{name}", "", "A test, 2026", rule_of(name), "", "")), z, format)
    agrees(name, taken, z, DOUBLE if format == "float64" else SINGLE)
    assert llvm_machine.supports(format)


@pytest.mark.parametrize("format", ["float64", "float32"])
@pytest.mark.parametrize("name", SMOOTH)
def test_triton(name, format, monkeypatch):
    pytest.importorskip("triton")
    import ravine.optim
    from ravine.optim import cuda, plan

    monkeypatch.setattr(plan, "batch_for", cuda.Batch)
    z = points(name, format)
    made = ravine.optim.from_rule(Rule(f"in_triton_{name}", "", "A test, 2026", rule_of(name), "", ""))
    agrees(name, step_of(made, z, format), z, DOUBLE if format == "float64" else 4e-6)


def step_of(made, z: np.ndarray, format: str) -> np.ndarray:
    """What an optimizer subtracts from parameters that start at 0, whose gradients are z."""
    dtype = getattr(torch, format)
    param = torch.zeros(len(z), dtype=dtype, requires_grad=True)
    param.grad = torch.tensor(z, dtype=dtype)
    made([param]).step()
    return -param.detach().double().numpy()
