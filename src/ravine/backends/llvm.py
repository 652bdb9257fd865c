"""Machine code for this processor: a rule as one pass over memory, compiled by LLVM in a few hundredths of a second.

A pass is two functions. `begin` computes, in double precision, what does not depend on an element; `run` then goes
through the elements of every tensor. The pass that steps counts the step, reads every gradient, parameter and state
once and writes parameter and state once: of most rules it is the only one. A rule with norms has others before it,
which write nothing but what they find (llvm_find.py). All walk a table, a row for each tensor, so that a whole model is
one call whatever its number of tensors.

Elements are float64 or float32 arithmetic; bfloat16 and float16 are widened to float32 when read and rounded when
written. A division by a number that is the same for the whole step becomes a multiplication by its reciprocal, taken
in double precision: it is the one place where the arithmetic is not the reference's to the bit.
"""

import ctypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain

import llvmlite.binding as llvm
from llvmlite import ir

from ravine.backends.llvm_code import counting, operations
from ravine.backends.llvm_find import FindWriter
from ravine.backends.llvm_formats import DOUBLE, FORMATS, I64, NEAREST, POINTER, STOCHASTIC, Rounding, Tensors, Value
from ravine.backends.llvm_machine import COMPILING, asks_ahead, compile_module, free_unused, free_with
from ravine.backends.llvm_sweep import AHEAD, STRIP, Form, Layout, Sweep, SweepWriter, value_of
from ravine.equations.equation import Equation
from ravine.equations.evaluate import Operations
from ravine.equations.language import MATRICES
from ravine.equations.passes import Passes, passes
from ravine.equations.stages import split
from ravine.kept import kept


@dataclass(frozen=True)
class Kernel:
    """A compiled rule.

    sweeps: its passes, in order; the last one steps.
    hyperparameters, numbers: the columns of the settings, and of what its passes find that is one number.
    scatters: whether the last pass needs a seed.
    """

    layout: Layout
    hyperparameters: tuple[str, ...]
    numbers: tuple[str, ...]
    sweeps: tuple[Sweep, ...]
    scatters: bool
    engine: llvm.ExecutionEngine  # owns the machine code

    def __post_init__(self) -> None:
        free_with(self, self.engine)

    @property
    def width(self) -> int:
        """The doubles of each row that the widest pass computes once."""
        return max(sweep.width for sweep in self.sweeps)


def compile_kernel(
    equation: Equation, formats: tuple[str, ...], counter: str = "float32", rounding: Rounding = NEAREST
) -> Kernel:
    """The kernel of a rule.

    formats: of parameter, gradient, each per-element state and, if `rounding` keeps one, the compensation, in order:
        "float32", "float64", "bfloat16" or "float16".
    counter: "float32" or "float64": of the step and the states that are one number.
    rounding: how the parameter is rounded when written (see llvm_formats).
    """
    with COMPILING:
        free_unused()
        return _compiled(equation, formats, counter, rounding)


# Within the lock: two threads shall not compile the same.
@kept
def _compiled(equation: Equation, formats: tuple[str, ...], counter: str, rounding: Rounding) -> Kernel:
    cut = passes(equation)
    form = _form(equation, cut, formats, counter, rounding)
    module = ir.Module(name=equation.name)
    writers: list[FindWriter | _StepWriter] = [
        FindWriter(module, one, number, form) for number, one in enumerate(cut.before)
    ]
    writers.append(_StepWriter(module, cut.last, len(writers), form, rounding))
    for writer in writers:
        writer.write()
    engine = compile_module(module)
    return Kernel(
        layout=form.layout,
        hyperparameters=form.settings,
        numbers=form.numbers,
        sweeps=tuple(_sweep(engine, writer) for writer in writers),
        scatters=rounding is STOCHASTIC,
        engine=engine,
    )


def _form(equation: Equation, cut: Passes, formats: tuple[str, ...], counter: str, rounding: Rounding) -> Form:
    stages = split(cut.last)
    found: Mapping[str, str] = dict(chain.from_iterable(one.found.items() for one in cut.before))
    matrices = tuple(name for name, function in found.items() if function in MATRICES)
    states = tuple(stages.step_state), tuple(stages.element_state)
    return Form(
        layout=Layout(*states, rounding.compensated, bool(cut.before), matrices),
        settings=tuple(name for name in equation.keywords if name != "t"),
        numbers=tuple(name for name in found if name not in matrices),
        tensors=("theta", "g", *stages.element_state),
        formats=tuple(FORMATS[name] for name in formats),
        counter=FORMATS[counter],
        kind=DOUBLE if formats[0] == "float64" else FORMATS["float32"].memory,
    )


class _StepWriter(SweepWriter):
    """Writes the pass that steps."""

    def __init__(self, module: ir.Module, equation: Equation, number: int, form: Form, rounding: Rounding):
        super().__init__(module, equation, number, form)
        self.rounding = rounding

    def time(self, builder: ir.IRBuilder, table: Value, row: Value) -> Value:
        counter = self.address(builder, table, row, Layout.COUNTER)
        taken = self.form.counter.load(builder, counter, I64(0), DOUBLE)
        advance = builder.sitofp(self.column(builder, table, row, Layout.ADVANCE), DOUBLE)
        t = builder.fadd(taken, advance)
        self.form.counter.store(builder, counter, I64(0), t)
        return t

    def remember(
        self, builder: ir.IRBuilder, names: Mapping[str, Value], table: Operations, places: Mapping[str, Value]
    ) -> None:
        for name, expression in self.stages.step_state.items():
            after = value_of(expression, names, table, DOUBLE)
            self.form.counter.store(builder, places[name], I64(0), after)

    def write(self) -> None:
        self.write_begin()
        self.write_part(self._write_run(self._write_elements()))

    def _write_elements(self) -> ir.Function:
        """elements(theta, g, states…, matrices…, once, start, stop, seed): of one tensor, `start` to before `stop`."""
        form, kind = self.form, self.kind
        formats = (*form.formats, *(form.matrix for _ in self.layout.matrices))
        pointers = [POINTER] * len(formats)
        function, builder = self.function("elements", *pointers, POINTER, I64, I64, I64)
        function.attributes.add("noinline")  # inlined, the promise that tensors do not overlap would be weaker
        *places, once, start, stop, seed = function.args
        for place in places:
            place.add_attribute("noalias")
        own = len(form.formats)
        step, reciprocals = self.numbers_of_the_step(builder, once)
        table = operations(builder, kind, reciprocals)

        def write(index: Value) -> None:
            everything = [
                format.load(builder, place, index, kind) for format, place in zip(formats, places, strict=True)
            ]
            read, found = everything[:own], everything[own:]
            names = {
                **step,
                **dict(zip(form.tensors, read, strict=False)),
                **dict(zip(self.layout.matrices, found, strict=True)),
            }
            for line in self.stages.per_element:
                names[line.name] = value_of(line.expression, names, table, kind)
            taken = value_of(self.stages.step, names, table, kind)
            state = [value_of(new, names, table, kind) for new in self.stages.element_state.values()]
            for format, place, new in zip(formats[2:], places[2:], state, strict=False):
                format.store(builder, place, index, new)
            self.rounding.store(builder, formats[0], Tensors(places, index, read), taken, seed)

        if asks_ahead():
            far = counting(builder, start, builder.sub(stop, I64(AHEAD)), by=STRIP)
            with far as strip:
                for format, place in zip(formats, places, strict=True):
                    format.fetch(builder, place, builder.add(strip, I64(AHEAD)), STRIP)
                with counting(builder, strip, builder.add(strip, I64(STRIP)), vectorize=True) as index:
                    write(index)
            start = far.beyond
        with counting(builder, start, stop, vectorize=True) as index:
            write(index)
        builder.ret_void()
        return function

    def _write_run(self, elements: ir.Function) -> ir.Function:
        function, builder = self.function("run", POINTER, I64, POINTER, I64, I64, I64)
        table, rows, once, first, last, seed = function.args
        before = builder.alloca(I64)
        builder.store(I64(0), before)
        layout = self.layout
        columns = [*range(layout.tensors, layout.extent), *map(layout.matrix, layout.matrices)]
        with counting(builder, I64(0), rows) as row:
            begin, end = builder.load(before, typ=I64), self.column(builder, table, row, Layout.END)
            builder.store(end, before)
            start = builder.select(builder.icmp_signed(">", first, begin), first, begin)
            stop = builder.select(builder.icmp_signed("<", last, end), last, end)
            with builder.if_then(builder.icmp_signed("<", start, stop)):
                addresses = [self.address(builder, table, row, column) for column in columns]
                numbers = builder.gep(once, [builder.mul(row, I64(len(self.stages.step_names)))], source_etype=DOUBLE)
                scattered = builder.add(seed, builder.mul(row, I64(0x9E3779B97F4A7C15 - 2**64)))
                within = (builder.sub(start, begin), builder.sub(stop, begin))
                builder.call(elements, [*addresses, numbers, *within, scattered])
        builder.ret_void()
        return function


def _sweep(engine: llvm.ExecutionEngine, writer: FindWriter | _StepWriter) -> Sweep:
    finds = writer if isinstance(writer, FindWriter) else None
    goes = finds is None or finds.goes
    return Sweep(
        width=len(writer.stages.step_names),
        begin=_called(engine, writer.called("begin"), 5),
        run=_called(engine, writer.called("run"), 6) if goes else None,
        part=engine.get_function_address(writer.called("part")) if goes else 0,
        sums=len(finds.summed) if finds else 0,
        gather=_called(engine, writer.called("gather"), 4) if finds else None,
        matrices=finds.matrices if finds else {},
    )


def _called(engine: llvm.ExecutionEngine, name: str, arguments: int) -> Callable[..., None]:
    """A C function of 64-bit integers."""
    return ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * arguments)(engine.get_function_address(name))
