"""Triton: a rule as two kernels for CUDA devices, over a table of addresses, so that a whole model is one launch.

`begin` computes, in double precision and on the device, what does not depend on an element, a program for each row;
`elements` reads every gradient, parameter and state once and writes parameter and state once, a program for each chunk.
Nothing is read back to the processor, so that a step can be captured in a CUDA graph.
"""

import linecache
from dataclasses import dataclass
from functools import cache
from typing import Any

from ravine.backends.infix import Infix
from ravine.equations.equation import Equation
from ravine.equations.stages import split

CHUNK = 2048  # elements of one program

PRELUDE = """\
import triton
import triton.language as tl


@triton.jit
def power(x, y):
    return tl.exp(y * tl.log(x))


@triton.jit
def power2(x):
    return x * x


@triton.jit
def power3(x):
    return x * x * x


@triton.jit
def power4(x):
    return (x * x) * (x * x)


@triton.jit
def sign(x):
    return tl.where(x > 0, 1.0, tl.where(x < 0, -1.0, x))


@triton.jit
def greater(x, y):
    return tl.where((x > y) | (x != x), x, y)


@triton.jit
def less(x, y):
    return tl.where((x < y) | (x != x), x, y)
"""

_FUNCTIONS = {
    "**": "power",
    "maximum": "greater",
    "minimum": "less",
    "sign": "sign",
    "abs": "tl.abs",
    **{name: f"tl.{name}" for name in ("sqrt", "exp", "log", "sin", "cos")},
}
INFIX = Infix(number=repr, functions=_FUNCTIONS, where="tl.where({0}, {1}, {2})")


@dataclass(frozen=True)
class Kernel:
    """begin[(rows,)](table, settings, once) and elements[(chunks,)](table, chunks, once); all arguments are tensors.

    table:    64-bit integers, the columns of `ravine.backends.llvm.Layout`, a row for each tensor.
    chunks:   64-bit integers: row, first element and the one after the last, of that row.
    settings, once: doubles, as for `ravine.backends.llvm.Kernel`; once has `width` for each row.
    """

    width: int
    begin: Any
    elements: Any


@cache
def compile_kernel(
    equation: Equation, formats: tuple[str, ...], counter: str = "float32", kahan: bool = False
) -> Kernel:
    """The kernels of a rule; the arguments are those of `ravine.backends.llvm.compile_kernel`."""
    source = write(equation, formats, counter, kahan)
    # Triton reads a kernel's source through linecache.
    file = f"<ravine {equation.name} {' '.join(formats)} {counter} {kahan} {id(equation)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names: dict[str, Any] = {"__name__": "ravine.generated"}
    exec(compile(source, file, "exec"), names)
    return Kernel(len(split(equation).step_names), names["begin"], names["elements"])


def write(equation: Equation, formats: tuple[str, ...], counter: str = "float32", kahan: bool = False) -> str:
    """The source of a module with the two kernels."""
    stages = split(equation)
    hyperparameters = [name for name in equation.keywords if name != "t"]
    numbers = ["counter", *stages.step_state]
    tensors = ["theta", "g", *stages.element_state, *(["compensation"] if kahan else [])]
    columns, width = 3 + len(numbers) + len(tensors), max(1, len(stages.step_names))
    kind = "tl.float64" if formats[0] == "float64" else "tl.float32"
    pointer = {name: f"tl.pointer_type(tl.{format})" for name, format in zip(tensors, formats, strict=True)}

    begin = ["row = tl.program_id(0)", f"at = table + row * {columns}"]
    for place, name in enumerate(numbers):
        begin.append(f"{name}_P = tl.load(at + {3 + place}).to(tl.pointer_type(tl.{counter}))")
    begin.append(f"own = settings + tl.load(at + 1) * {len(hyperparameters)}")
    begin += [f"{name} = tl.load(own + {place})" for place, name in enumerate(hyperparameters)]
    begin.append("t = tl.load(counter_P).to(tl.float64)")
    begin += [f"{name} = tl.load({name}_P).to(tl.float64)" for name in stages.step_state]
    begin += [f"{line.name} = {INFIX.write(line.expression)}" for line in stages.per_step]
    begin += [f"tl.store(once + row * {width} + {place}, {name})" for place, name in enumerate(stages.step_names)]
    begin += [f"tl.store({name}_P, {INFIX.write(new)})" for name, new in stages.step_state.items()]

    body = ["chunk = chunks + tl.program_id(0) * 3", "row = tl.load(chunk)", f"at = table + row * {columns}"]
    body += [f"index = tl.load(chunk + 1) + tl.arange(0, {CHUNK})", "here = index < tl.load(chunk + 2)"]
    for place, name in enumerate(stages.step_names):
        body.append(f"{name} = tl.load(once + row * {width} + {place}).to({kind})")
    for place, name in enumerate(tensors, start=3 + len(numbers)):
        body.append(f"{name}_P = tl.load(at + {place}).to({pointer[name]}) + index")
        body.append(f"{name} = tl.load({name}_P, mask=here, other=0.0).to({kind})")
    body += [f"{line.name} = {INFIX.write(line.expression)}" for line in stages.per_element]
    body.append(f"taken_S = {INFIX.write(stages.step)}")
    body += [f"{name}_S = {INFIX.write(new)}" for name, new in stages.element_state.items()]
    body += [f"tl.store({name}_P, {name}_S, mask=here)" for name in stages.element_state]
    if kahan:
        body.append("wanted_S = theta + compensation - taken_S")
        body.append(f"moved_S = wanted_S.to(tl.{formats[0]})")
        body.append(f"tl.store(compensation_P, wanted_S - moved_S.to({kind}), mask=here)")
    else:
        body.append("moved_S = theta - taken_S")
    body.append("tl.store(theta_P, moved_S, mask=here)")
    kernels = (("begin", "table, settings, once", begin), ("elements", "table, chunks, once", body))
    return "\n\n".join([PRELUDE, *(_kernel(*kernel) for kernel in kernels)])


def _kernel(name: str, arguments: str, lines: list[str]) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"@triton.jit\ndef {name}({arguments}):\n{body}\n"
