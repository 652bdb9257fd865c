"""Machine code for this processor: a rule as one pass over memory, compiled by LLVM in a few hundredths of a second.

A kernel is two functions. `begin` counts the step of each tensor and computes, in double precision, what does not
depend on an element; `run` then reads every gradient, parameter and state once and writes parameter and state once.
Both walk a table, a row for each tensor, so that a whole model is one call whatever its number of tensors.

Elements are float64 or float32 arithmetic; bfloat16 and float16 are widened to float32 when read and rounded when
written. A division by a number that is the same for the whole step becomes a multiplication by its reciprocal, taken
in double precision: it is the one place where the arithmetic is not the reference's to the bit.
"""

import ctypes
import os
import platform
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import llvmlite.binding as llvm
from llvmlite import ir
from llvmlite.binding.newpassmanagers import NewPassManager

from ravine.backends.llvm_code import counting, operations
from ravine.backends.llvm_formats import (
    DOUBLE,
    FORMATS,
    I32,
    I64,
    NEAREST,
    POINTER,
    STOCHASTIC,
    Rounding,
    Tensors,
    constant,
)
from ravine.equations.equation import Equation
from ravine.equations.evaluate import Operations, evaluate
from ravine.equations.expression import Apply, Expression, Name
from ravine.equations.passes import refuse_over_tensors
from ravine.equations.stages import Stages, split
from ravine.kept import kept

# What `part` reads, 64-bit integers: addresses, numbers, and the addresses of two functions of OpenMP's.
WORK = ("table", "rows", "once", "elements", "seed", "omp_get_thread_num", "omp_get_num_threads")

# Elements: where `asks_ahead`, memory is asked for a strip at a time, this far ahead.
STRIP, AHEAD = 64, 512

X86 = ("x86_64", "amd64")  # as `platform` has it

# LLVM's set-up and llvmlite's module names are shared by all threads; nor may LLVM free while another thread compiles.
COMPILING = threading.RLock()

if hasattr(os, "register_at_fork"):  # a child would wait for ever for a thread that it does not have
    os.register_at_fork(before=COMPILING.acquire, after_in_parent=COMPILING.release, after_in_child=COMPILING.release)

_UNUSED: deque[llvm.ExecutionEngine] = deque()  # machine code that no kernel needs any more


@dataclass(frozen=True)
class Layout:
    """The columns of a kernel's table: 64-bit integers, a row for each tensor (or for each model in a stack).

    end:        the number of elements of this row and all before it.
    settings:   the row of hyperparameters that it uses.
    advance:    1 in the row that counts the step, 0 in others that share its counter.
    counter:    the address of the number of steps taken, then those of the states that are one number.
    tensors:    the addresses of parameter, gradient, states and, for Kahan's sum, the compensation.
    """

    step_states: tuple[str, ...]
    element_states: tuple[str, ...]
    compensated: bool

    END, SETTINGS, ADVANCE, COUNTER = range(4)

    @property
    def tensors(self) -> int:
        """The column of the parameter's address."""
        return self.COUNTER + 1 + len(self.step_states)

    @property
    def columns(self) -> int:
        return self.tensors + 2 + len(self.element_states) + self.compensated


@dataclass(frozen=True)
class Kernel:
    """A compiled rule.

    begin(table, rows, settings, once): `settings` are doubles, a row of `hyperparameters` each; `once` receives
        doubles, `width` for each row of the table.
    scatters: whether `seed` matters.
    run(table, rows, once, first, last, seed): the elements from `first` to before `last`, counted over all rows.
    part: the address of a C function of one pointer, for OpenMP: it runs one thread's share of the `WORK` it points to.
    Pointers are addresses (int). Both release Python's global lock, and `run` may run in several threads at once.
    """

    layout: Layout
    hyperparameters: tuple[str, ...]
    width: int
    scatters: bool
    begin: Callable[[int, int, int, int], None]
    run: Callable[[int, int, int, int, int, int], None]
    part: int
    engine: llvm.ExecutionEngine  # owns the machine code

    def __post_init__(self) -> None:
        weakref.finalize(self, _discard, self.engine).atexit = False


def _discard(engine: llvm.ExecutionEngine) -> None:
    """Frees machine code, now or before the next is made: LLVM may not free while another thread compiles."""
    _UNUSED.append(engine)
    if COMPILING.acquire(blocking=False):  # the garbage collector may call from anywhere, also from within it
        try:
            _free_unused()
        finally:
            COMPILING.release()


def _free_unused() -> None:
    while _UNUSED:
        _UNUSED.pop().close()


def compile_kernel(
    equation: Equation, formats: tuple[str, ...], counter: str = "float32", rounding: Rounding = NEAREST
) -> Kernel:
    """The kernel of a rule.

    formats: of parameter, gradient, each per-element state and, if `rounding` keeps one, the compensation, in order:
        "float32", "float64", "bfloat16" or "float16".
    counter: "float32" or "float64": of the step and the states that are one number.
    rounding: how the parameter is rounded when written (see llvm_formats).
    """
    refuse_over_tensors(equation, "a compiled kernel")
    with COMPILING:
        _free_unused()
        return _compiled(equation, formats, counter, rounding)


# Within the lock: two threads shall not compile the same.
@kept
def _compiled(equation: Equation, formats: tuple[str, ...], counter: str, rounding: Rounding) -> Kernel:
    return _Writer(equation, formats, counter, rounding).compile()


def supports(format: str) -> bool:
    """Whether this processor has the format in hardware or needs no hardware for it."""
    if format == "float16" and platform.machine().lower() in X86:
        return bool(llvm.get_host_cpu_features().get("f16c"))
    return format in FORMATS


class _Writer:
    """Writes the module of one kernel."""

    def __init__(self, equation: Equation, formats: tuple[str, ...], counter: str, rounding: Rounding):
        self.stages: Stages = split(equation)
        self.rounding = rounding
        self.hyperparameters = tuple(name for name in equation.keywords if name != "t")
        self.layout = Layout(tuple(self.stages.step_state), tuple(self.stages.element_state), rounding.compensated)
        self.tensors = ("theta", "g", *self.stages.element_state)
        self.formats = [FORMATS[name] for name in formats]
        self.counter = FORMATS[counter]
        self.kind = DOUBLE if formats[0] == "float64" else FORMATS["float32"].memory
        self.module = ir.Module(name=equation.name)

    def compile(self) -> Kernel:
        self._write_begin()
        self._write_part(self._write_run(self._write_elements()))
        engine = compile_module(self.module)
        begin = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 4)(engine.get_function_address("begin"))
        run = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 6)(engine.get_function_address("run"))
        return Kernel(
            layout=self.layout,
            hyperparameters=self.hyperparameters,
            width=len(self.stages.step_names),
            scatters=self.rounding is STOCHASTIC,
            begin=begin,
            run=run,
            part=engine.get_function_address("part"),
            engine=engine,
        )

    def _function(self, name: str, *arguments: ir.Type) -> tuple[ir.Function, ir.IRBuilder]:
        function = ir.Function(self.module, ir.FunctionType(ir.VoidType(), arguments), name)
        return function, ir.IRBuilder(function.append_basic_block("entry"))

    def _column(self, builder: ir.IRBuilder, table: ir.Value, row: ir.Value, column: int) -> ir.Value:
        index = builder.add(builder.mul(row, I64(self.layout.columns)), I64(column))
        return builder.load(builder.gep(table, [index], source_etype=I64), typ=I64)

    def _address(self, builder: ir.IRBuilder, table: ir.Value, row: ir.Value, column: int) -> ir.Value:
        return builder.inttoptr(self._column(builder, table, row, column), POINTER)

    def _write_begin(self) -> None:
        function, builder = self._function("begin", POINTER, I64, POINTER, POINTER)
        table, rows, settings, once = function.args
        operations_of_the_step = operations(builder, DOUBLE)
        with counting(builder, I64(0), rows) as row:
            counter = self._address(builder, table, row, Layout.COUNTER)
            taken = self.counter.load(builder, counter, I64(0), DOUBLE)
            advance = builder.sitofp(self._column(builder, table, row, Layout.ADVANCE), DOUBLE)
            t = builder.fadd(taken, advance)
            self.counter.store(builder, counter, I64(0), t)

            first = builder.mul(self._column(builder, table, row, Layout.SETTINGS), I64(len(self.hyperparameters)))
            names: dict[str, ir.Value] = {"t": t}
            for index, name in enumerate(self.hyperparameters):
                place = builder.gep(settings, [builder.add(first, I64(index))], source_etype=DOUBLE)
                names[name] = builder.load(place, typ=DOUBLE)
            places = {
                name: self._address(builder, table, row, Layout.COUNTER + 1 + index)
                for index, name in enumerate(self.layout.step_states)
            }
            names |= {name: self.counter.load(builder, place, I64(0), DOUBLE) for name, place in places.items()}
            for line in self.stages.per_step:
                names[line.name] = _value(line.expression, names, operations_of_the_step, DOUBLE)
            for name, expression in self.stages.step_state.items():
                after = _value(expression, names, operations_of_the_step, DOUBLE)
                self.counter.store(builder, places[name], I64(0), after)
            width = I64(len(self.stages.step_names))
            for index, name in enumerate(self.stages.step_names):
                place = builder.add(builder.mul(row, width), I64(index))
                builder.store(names[name], builder.gep(once, [place], source_etype=DOUBLE))
        builder.ret_void()

    def _write_elements(self) -> ir.Function:
        """elements(theta, g, states…, once, start, stop, seed): one tensor, from `start` to before `stop`."""
        pointers = [POINTER] * len(self.formats)
        function, builder = self._function("elements", *pointers, POINTER, I64, I64, I64)
        function.attributes.add("noinline")  # inlined, the promise that tensors do not overlap would be weaker
        *places, once, start, stop, seed = function.args
        for place in places:
            place.add_attribute("noalias")

        step: dict[str, ir.Value] = {}
        reciprocals: dict[ir.Value, ir.Value] = {}
        divisors = set(_divisors(self.stages))
        for index, name in enumerate(self.stages.step_names):
            double = builder.load(builder.gep(once, [I64(index)], source_etype=DOUBLE), typ=DOUBLE)
            step[name] = self._narrow(builder, double)
            if name in divisors:
                inverse = builder.fdiv(constant(DOUBLE, 1.0), double)
                reciprocals[step[name]] = self._narrow(builder, inverse)

        table = operations(builder, self.kind, reciprocals)

        def write(index: ir.Value) -> None:
            read = [
                format.load(builder, place, index, self.kind)
                for format, place in zip(self.formats, places, strict=True)
            ]
            names = {**step, **dict(zip(self.tensors, read, strict=False))}
            for line in self.stages.per_element:
                names[line.name] = _value(line.expression, names, table, self.kind)
            taken = _value(self.stages.step, names, table, self.kind)
            state = [_value(new, names, table, self.kind) for new in self.stages.element_state.values()]
            for format, place, new in zip(self.formats[2:], places[2:], state, strict=False):
                format.store(builder, place, index, new)
            self.rounding.store(builder, self.formats[0], Tensors(places, index, read), taken, seed)

        if asks_ahead():
            far = counting(builder, start, builder.sub(stop, I64(AHEAD)), by=STRIP)
            with far as strip:
                for format, place in zip(self.formats, places, strict=True):
                    format.fetch(builder, place, builder.add(strip, I64(AHEAD)), STRIP)
                with counting(builder, strip, builder.add(strip, I64(STRIP)), vectorize=True) as index:
                    write(index)
            start = far.beyond
        with counting(builder, start, stop, vectorize=True) as index:
            write(index)
        builder.ret_void()
        return function

    def _write_run(self, elements: ir.Function) -> ir.Function:
        function, builder = self._function("run", POINTER, I64, POINTER, I64, I64, I64)
        table, rows, once, first, last, seed = function.args
        before = builder.alloca(I64)
        builder.store(I64(0), before)
        with counting(builder, I64(0), rows) as row:
            begin, end = builder.load(before, typ=I64), self._column(builder, table, row, Layout.END)
            builder.store(end, before)
            start = builder.select(builder.icmp_signed(">", first, begin), first, begin)
            stop = builder.select(builder.icmp_signed("<", last, end), last, end)
            with builder.if_then(builder.icmp_signed("<", start, stop)):
                addresses = [
                    self._address(builder, table, row, self.layout.tensors + index)
                    for index in range(len(self.formats))
                ]
                numbers = builder.gep(once, [builder.mul(row, I64(len(self.stages.step_names)))], source_etype=DOUBLE)
                scattered = builder.add(seed, builder.mul(row, I64(0x9E3779B97F4A7C15 - 2**64)))
                within = (builder.sub(start, begin), builder.sub(stop, begin))
                builder.call(elements, [*addresses, numbers, *within, scattered])
        builder.ret_void()
        return function

    def _write_part(self, run: ir.Function) -> None:
        """part(work): the share of the calling thread, told by OpenMP's functions, of an unbroken run of elements."""
        function, builder = self._function("part", POINTER)
        work = [
            builder.load(builder.gep(function.args[0], [I64(place)], source_etype=I64), typ=I64)
            for place in range(len(WORK))
        ]
        table, rows, once, elements, seed, thread_number, team_size = work
        asks = ir.FunctionType(I32, [])
        number, threads = (
            builder.sext(builder.call(_pointer_to(builder, address, asks), []), I64)
            for address in (thread_number, team_size)
        )
        first = builder.sdiv(builder.mul(elements, number), threads)
        last = builder.sdiv(builder.mul(elements, builder.add(number, I64(1))), threads)
        builder.call(run, [builder.inttoptr(table, POINTER), rows, builder.inttoptr(once, POINTER), first, last, seed])
        builder.ret_void()

    def _narrow(self, builder: ir.IRBuilder, double: ir.Value) -> ir.Value:
        return double if self.kind == DOUBLE else builder.fptrunc(double, self.kind)


def _pointer_to(builder: ir.IRBuilder, address: ir.Value, kind: ir.FunctionType) -> ir.Value:
    return builder.inttoptr(address, kind.as_pointer())


def _value(expression: Expression, names: dict[str, ir.Value], table: Operations, kind: ir.Type) -> ir.Value:
    value = evaluate(expression, names, table)
    return value if isinstance(value, ir.Value) else constant(kind, value)


def _divisors(stages: Stages) -> Iterator[str]:
    """The per-step names that elements are divided by."""

    def walk(expression: Expression) -> Iterator[str]:
        if isinstance(expression, Apply):
            if expression.operation == "/" and isinstance(expression.arguments[1], Name):
                yield expression.arguments[1].id
            for argument in expression.arguments:
                yield from walk(argument)

    for expression in (*(line.expression for line in stages.per_element), stages.step, *stages.element_state.values()):
        yield from walk(expression)


@cache
def _target() -> llvm.Target:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple()


def asks_ahead() -> bool:
    """Whether kernels ask for memory before they need it: Intel's own prefetching stops at each page, AMD's not."""
    return not llvm.get_host_cpu_name().startswith("znver")


def _this_processor() -> llvm.TargetMachine:
    """This processor, at full optimisation. An engine frees the one that it was given, so each has its own."""
    features = llvm.get_host_cpu_features().flatten()
    if platform.machine().lower() in X86:
        features += ",+prefer-256-bit"  # where memory is what one waits for, wider vectors are slower
    return _target().create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=3, jit=True)


def compile_module(module: ir.Module) -> llvm.ExecutionEngine:
    """The machine code of a module for this processor; lives as long as what is returned. To be called in COMPILING."""
    module.triple = llvm.get_process_triple()
    machine = _this_processor()
    parsed = llvm.parse_assembly(str(module))
    parsed.verify()
    tuning = llvm.create_pipeline_tuning_options(speed_level=3)
    tuning.loop_vectorization = True
    passes = llvm.create_pass_builder(machine, tuning)
    manager = passes.getModulePassManager()
    manager.run(parsed, passes)
    # llvmlite's own close() is that of a class which frees nothing (0.50).
    NewPassManager._dispose(manager)
    manager.detach()
    engine = llvm.create_mcjit_compiler(parsed, machine)
    engine.finalize_object()
    return engine
