"""Triton: a rule as two kernels for CUDA devices, over a table of addresses, so that a whole model is one launch.

`begin` computes, in double precision and on the device, what does not depend on an element, a program for each row;
`elements` reads every gradient, parameter and state once and writes parameter and state once, a program for each chunk.
Nothing is read back to the processor, so that a step can be captured in a CUDA graph.
"""

import linecache
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ravine.backends import missing
from ravine.backends.infix import Infix
from ravine.backends.spelling import value
from ravine.equations.equation import Equation
from ravine.equations.passes import refuse_over_tensors
from ravine.equations.stages import split
from ravine.kept import kept

CHUNK = 1024  # elements of one program
PIECE = 256  # elements at once where a chunk is not full: fewer, so that its masks take few registers
COUNTER, COMPENSATION = "counter_C", "compensation_C"  # in a capital, as names are that no equation has
ALIGNMENT = 16  # bytes that a thread reads at once at most

PRELUDE = f"""\
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
    return tl.where(x != x, x, tl.where(x > y, x, y))


@triton.jit
def less(x, y):
    return tl.where(x != x, x, tl.where(x < y, x, y))


@triton.jit
def array(place, format: tl.constexpr, aligned: tl.constexpr):
    address = tl.load(place).to(tl.pointer_type(format))
    return tl.multiple_of(address, {ALIGNMENT}) if aligned else address


@triton.jit
def uniform(seed, index):
    bits = seed.to(tl.uint64) + (index + 1).to(tl.uint64) * 0x9E3779B97F4A7C15
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB
    bits = bits ^ (bits >> 31)
    return (bits >> 40).to(tl.float32) * 5.9604644775390625e-08


@triton.jit
def scattered(wanted, nearest, odds):
    lost = wanted - nearest.to(tl.float32)
    bits = nearest.to(tl.int16, bitcast=True)
    beside = tl.where((lost < 0) == (bits < 0), bits + 1, bits - 1)
    least = tl.where(lost < 0, -0x7FFF, 1)
    other = tl.where((bits & 0x7FFF) == 0, least, beside).to(tl.int16).to(nearest.dtype, bitcast=True)
    gap = other.to(tl.float32) - nearest.to(tl.float32)
    return tl.where(odds * tl.abs(gap) < tl.abs(lost), other, nearest)
"""

_FUNCTIONS = {
    "**": "power",
    "maximum": "greater",
    "minimum": "less",
    "sign": "sign",
    "abs": "tl.abs",
    **{name: f"tl.{name}" for name in ("sqrt", "exp", "log", "sin", "cos", "floor")},
    **{name: name for name in missing.FUNCTIONS},
}
ANY = Infix(number=repr, functions=_FUNCTIONS, where="tl.where({0}, {1}, {2})")  # of the format of what is given
# Triton makes numbers that meet no tensor (1 / 3 alone) float32: of double precision each says so.
DOUBLE = replace(ANY, number=lambda number: f"tl.full((), {number!r}, tl.float64)")
# Triton's own division and root of float32 are off by up to two units in the last place, and flush the smallest to 0.
SINGLE = replace(ANY, functions=_FUNCTIONS | {"/": "tl.div_rn", "sqrt": "tl.sqrt_rn"})


@dataclass(frozen=True)
class Kernel:
    """begin[(rows,)](table, settings, once) and elements[(chunks,)](table, chunks, once, seed, aligned).

    All but `aligned` are tensors:
    table:    64-bit integers, the columns of `ravine.backends.llvm_sweep.Layout`, a row for each tensor.
    chunks:   64-bit integers: row, first element and the one after the last, of that row.
    settings, once: doubles, as for `ravine.backends.llvm_sweep.Sweep`; once has `width` for each row.
    seed:     one 64-bit integer, random; read for stochastic rounding alone.
    aligned:  whether every tensor's address is a multiple of `ALIGNMENT`, so that memory is read in vectors.
    """

    width: int
    begin: Any
    elements: Any


@kept
def compile_kernel(
    equation: Equation, formats: tuple[str, ...], counter: str = "float32", rounding: str | None = None
) -> Kernel:
    """The kernels of a rule; the arguments are those of `ravine.backends.llvm.compile_kernel`.

    rounding: how the parameter is rounded when written: None, "stochastic" or "kahan".
    """
    refuse_over_tensors(equation, "a Triton kernel")
    source = write(equation, formats, counter, rounding)
    # Triton reads a kernel's source through linecache.
    file = f"<ravine {equation.name} {' '.join(formats)} {counter} {rounding} {id(equation)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names: dict[str, Any] = {"__name__": "ravine.generated"}
    exec(compile(source, file, "exec"), names)
    kernel = Kernel(len(split(equation).step_names), names["begin"], names["elements"])
    weakref.finalize(kernel, linecache.cache.pop, file, None)
    return kernel


def write(equation: Equation, formats: tuple[str, ...], counter: str = "float32", rounding: str | None = None) -> str:
    """The source of a module with the two kernels."""
    stages = split(equation)
    hyperparameters = [name for name in equation.keywords if name != "t"]
    numbers = [COUNTER, *stages.step_state]
    tensors = ["theta", "g", *stages.element_state, *([COMPENSATION] if rounding == "kahan" else [])]
    columns, width = 3 + len(numbers) + len(tensors), max(1, len(stages.step_names))
    kind, infix = ("tl.float64", DOUBLE) if formats[0] == "float64" else ("tl.float32", SINGLE)

    begin = ["row = tl.program_id(0)", f"at = table + row * {columns}"]
    for place, name in enumerate(map(value, numbers)):
        begin.append(f"{name}_P = tl.load(at + {3 + place}).to(tl.pointer_type(tl.{counter}))")
    begin.append(f"own = settings + tl.load(at + 1) * {len(hyperparameters)}")
    begin += [f"{value(name)} = tl.load(own + {place})" for place, name in enumerate(hyperparameters)]
    begin.append(f"{value('t')} = tl.load({value(COUNTER)}_P).to(tl.float64)")
    begin += [f"{name} = tl.load({name}_P).to(tl.float64)" for name in map(value, stages.step_state)]
    begin += [f"{value(line.name)} = {DOUBLE.write(line.expression)}" for line in stages.per_step]
    begin += [
        f"tl.store(once + row * {width} + {place}, {value(name)})" for place, name in enumerate(stages.step_names)
    ]
    begin += [f"tl.store({value(name)}_P, {DOUBLE.write(new)})" for name, new in stages.step_state.items()]

    part = ["index = first + tl.arange(0, size)", "here = None if whole else index < stop"]
    for place, name in enumerate(map(value, stages.step_names)):
        part.append(f"{name} = tl.load(own + {place}).to({kind})")
    for place, (name, format) in enumerate(zip(map(value, tensors), formats, strict=True)):
        part.append(f"{name}_P = array(addresses + {place}, tl.{format}, aligned) + index")
        part.append(f"{name} = tl.load({name}_P, mask=here).to({kind})")
    part += [f"{value(line.name)} = {infix.write(line.expression)}" for line in stages.per_element]
    part.append(f"taken_S = {infix.write(stages.step)}")
    part += [f"{value(name)}_S = {infix.write(new)}" for name, new in stages.element_state.items()]
    part += [f"tl.store({name}_P, {name}_S, mask=here)" for name in map(value, stages.element_state)]
    theta = value("theta")
    if rounding == "kahan":
        part.append(f"wanted_S = {theta} + {value(COMPENSATION)} - taken_S")
        part.append(f"moved_S = wanted_S.to(tl.{formats[0]})")
        part.append(f"tl.store({value(COMPENSATION)}_P, wanted_S - moved_S.to({kind}), mask=here)")
    elif rounding == "stochastic":
        part.append(f"wanted_S = {theta} - taken_S")
        part.append("odds_S = uniform(tl.load(seed).to(tl.uint64) + row.to(tl.uint64) * 0xD1342543DE82EF95, index)")
        part.append(f"moved_S = scattered(wanted_S, wanted_S.to(tl.{formats[0]}), odds_S)")
    else:
        part.append(f"moved_S = {theta} - taken_S")
    part.append(f"tl.store({theta}_P, moved_S, mask=here)")

    known = "own, addresses, seed, row"
    elements = ["chunk = chunks + tl.program_id(0) * 3", "row = tl.load(chunk)"]
    elements += [f"first = tl.multiple_of(tl.load(chunk + 1), {CHUNK})", "stop = tl.load(chunk + 2)"]
    elements += [f"own = once + row * {width}", f"addresses = table + row * {columns} + {3 + len(numbers)}"]
    elements += [f"if first + {CHUNK} <= stop:", f"    part({known}, first, stop, {CHUNK}, aligned, True)", "else:"]
    elements += ["    while first < stop:", f"        part({known}, first, stop, {PIECE}, aligned, False)"]
    elements += [f"        first += {PIECE}"]
    kernels = {
        "begin(table, settings, once)": begin,
        f"part({known}, first, stop, size: tl.constexpr, aligned: tl.constexpr, whole: tl.constexpr)": part,
        "elements(table, chunks, once, seed, aligned: tl.constexpr)": elements,
    }
    return "\n\n".join([PRELUDE, *_functions(), *(_kernel(signature, lines) for signature, lines in kernels.items())])


def _functions() -> Iterator[str]:
    """What Triton lacks; the device's library has it, but not the interpreter."""
    for name, equation in missing.FUNCTIONS.items():
        lines = [f"{value(line.name)} = {ANY.write(line.expression)}" for line in equation.assignments]
        yield _kernel(
            f"{name}({', '.join(map(value, equation.inputs))})", [*lines, f"return {ANY.write(equation.results[0])}"]
        )


def _kernel(signature: str, lines: list[str]) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"@triton.jit\ndef {signature}:\n{body}\n"
