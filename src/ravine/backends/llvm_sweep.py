"""What the passes of a kernel share: the table that they walk, and the functions around what is done to an element."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from llvmlite import ir

from ravine.backends.llvm_code import counting, operations
from ravine.backends.llvm_formats import DOUBLE, FORMATS, I32, I64, POINTER, Format, Value, constant
from ravine.equations.equation import Equation
from ravine.equations.evaluate import Operations, evaluate
from ravine.equations.expression import Apply, Expression, Name
from ravine.equations.stages import Stages, split

# What `part` reads, 64-bit integers: addresses, numbers, and the addresses of two functions of OpenMP's.
WORK = ("table", "rows", "once", "elements", "more", "omp_get_thread_num", "omp_get_num_threads")

# Elements: where a processor asks ahead, memory is asked for a strip at a time, this far ahead.
STRIP, AHEAD = 64, 512


@dataclass(frozen=True)
class Layout:
    """The columns of a kernel's table: 64-bit integers, a row for each tensor (or for each model in a stack).

    end:        the number of elements of this row and all before it.
    settings:   the row of hyperparameters that it uses.
    advance:    1 in the row that counts the step, 0 in others that share its counter.
    counter:    the address of the number of steps taken, then those of the states that are one number.
    tensors:    the addresses of parameter, gradient, states and, for Kahan's sum, the compensation.
    extent:     of a rule of whole tensors, rows and columns of the tensor as a matrix.
    matrices:   the addresses of the tensors that its passes find, in the arithmetic's own format.
    """

    step_states: tuple[str, ...]
    element_states: tuple[str, ...]
    compensated: bool
    whole: bool = False
    matrices: tuple[str, ...] = ()

    END, SETTINGS, ADVANCE, COUNTER = range(4)

    @property
    def tensors(self) -> int:
        """The column of the parameter's address."""
        return self.COUNTER + 1 + len(self.step_states)

    @property
    def extent(self) -> int:
        """The column of the number of rows."""
        return self.tensors + 2 + len(self.element_states) + self.compensated

    def matrix(self, name: str) -> int:
        """The column of the address of a tensor that a pass finds."""
        return self.extent + 2 + self.matrices.index(name)

    @property
    def columns(self) -> int:
        return self.extent + 2 * self.whole + len(self.matrices)


@dataclass(frozen=True)
class Sweep:
    """A compiled pass over all elements.

    begin(table, rows, settings, found, once): `settings` are doubles, a row of the kernel's `hyperparameters` each;
        `found` doubles as well, a row of the kernel's `numbers` for each row of the table; `once` receives doubles,
        `width` for each row of the table.
    run(table, rows, once, first, last, more): the elements from `first` to before `last`, counted over all rows. `more`
        is the seed of what is scattered or, of a pass that `sums`, the address of so many doubles for each block of
        each row. None where no element matters.
    part: the address of a C function of one pointer, for OpenMP: it runs one thread's share of the `WORK` it points to.
    gather(table, rows, sums, found): makes of the sums what the pass found. None of the pass that steps.
    matrices: name → function, of the tensors of which the next pass wants another tensor.
    Pointers are addresses (int). All release Python's global lock, and `run` may run in several threads at once.
    """

    width: int
    begin: Callable[[int, int, int, int, int], None]
    run: Callable[[int, int, int, int, int, int], None] | None
    part: int
    sums: int
    gather: Callable[[int, int, int, int], None] | None
    matrices: Mapping[str, str]


@dataclass(frozen=True)
class Form:
    """What the passes of a kernel have in common.

    settings: the hyperparameters' names. numbers: what the passes find that is one number, in order.
    tensors: the names of parameter, gradient and states, whose formats (and the compensation's) are `formats`.
    counter: the format of the step and the states that are one number. kind: the type of an element's arithmetic.
    """

    layout: Layout
    settings: tuple[str, ...]
    numbers: tuple[str, ...]
    tensors: tuple[str, ...]
    formats: tuple[Format, ...]
    counter: Format
    kind: ir.Type

    @property
    def matrix(self) -> Format:
        """The format of tensors that a pass finds."""
        return FORMATS["float64" if self.kind == DOUBLE else "float32"]


class SweepWriter:
    """Writes the functions of one pass into a module."""

    def __init__(self, module: ir.Module, equation: Equation, number: int, form: Form):
        self.module, self.number, self.form, self.equation = module, number, form, equation
        self.layout, self.kind = form.layout, form.kind
        self.stages: Stages = split(equation)

    def function(self, name: str, *arguments: ir.Type) -> tuple[ir.Function, ir.IRBuilder]:
        """A new function of this pass, and what writes it."""
        signature = ir.FunctionType(ir.VoidType(), arguments)
        function = ir.Function(self.module, signature, self.called(name))
        return function, ir.IRBuilder(function.append_basic_block("entry"))

    def called(self, name: str) -> str:
        return f"{name}_{self.number}"

    def column(self, builder: ir.IRBuilder, table: Value, row: Value, column: int) -> Value:
        index = builder.add(builder.mul(row, I64(self.layout.columns)), I64(column))
        return builder.load(builder.gep(table, [index], source_etype=I64), typ=I64)

    def address(self, builder: ir.IRBuilder, table: Value, row: Value, column: int) -> Value:
        return builder.inttoptr(self.column(builder, table, row, column), POINTER)

    def time(self, builder: ir.IRBuilder, table: Value, row: Value) -> Value:
        """The step that a row takes, counted from 1."""
        raise NotImplementedError

    def remember(
        self, builder: ir.IRBuilder, names: Mapping[str, Value], table: Operations, places: Mapping[str, Value]
    ) -> None:
        """Writes the new states that are one number, at the addresses `places`."""

    def write_begin(self) -> None:
        form, layout = self.form, self.layout
        function, builder = self.function("begin", POINTER, I64, POINTER, POINTER, POINTER)
        table, rows, settings, found, once = function.args
        operations_of_the_step = operations(builder, DOUBLE)
        with counting(builder, I64(0), rows) as row:
            names: dict[str, Value] = {"t": self.time(builder, table, row)}
            first = builder.mul(self.column(builder, table, row, Layout.SETTINGS), I64(len(form.settings)))
            for index, name in enumerate(form.settings):
                place = builder.gep(settings, [builder.add(first, I64(index))], source_etype=DOUBLE)
                names[name] = builder.load(place, typ=DOUBLE)
            for index, name in enumerate(form.numbers):
                if name in self.equation.keywords:
                    place = builder.add(builder.mul(row, I64(len(form.numbers))), I64(index))
                    names[name] = builder.load(builder.gep(found, [place], source_etype=DOUBLE), typ=DOUBLE)
            places = {
                name: self.address(builder, table, row, Layout.COUNTER + 1 + index)
                for index, name in enumerate(layout.step_states)
            }
            names |= {name: form.counter.load(builder, place, I64(0), DOUBLE) for name, place in places.items()}
            for line in self.stages.per_step:
                names[line.name] = value_of(line.expression, names, operations_of_the_step, DOUBLE)
            self.remember(builder, names, operations_of_the_step, places)
            width = I64(len(self.stages.step_names))
            for index, name in enumerate(self.stages.step_names):
                place = builder.add(builder.mul(row, width), I64(index))
                builder.store(names[name], builder.gep(once, [place], source_etype=DOUBLE))
        builder.ret_void()

    def numbers_of_the_step(self, builder: ir.IRBuilder, once: Value) -> tuple[dict[str, Value], dict[Value, Value]]:
        """What was computed once, in the elements' format, by name; and the reciprocals of what elements divide by."""
        step: dict[str, Value] = {}
        reciprocals: dict[Value, Value] = {}
        divisors = set(_divisors(self.stages))
        for index, name in enumerate(self.stages.step_names):
            double = builder.load(builder.gep(once, [I64(index)], source_etype=DOUBLE), typ=DOUBLE)
            step[name] = self._narrow(builder, double)
            if name in divisors:
                inverse = builder.fdiv(constant(DOUBLE, 1.0), double)
                reciprocals[step[name]] = self._narrow(builder, inverse)
        return step, reciprocals

    def write_part(self, run: ir.Function) -> None:
        """part(work): the share of the calling thread, told by OpenMP's functions, of an unbroken run of elements."""
        function, builder = self.function("part", POINTER)
        work = [
            builder.load(builder.gep(function.args[0], [I64(place)], source_etype=I64), typ=I64)
            for place in range(len(WORK))
        ]
        table, rows, once, elements, more, thread_number, team_size = work
        asks = ir.FunctionType(I32, [])
        number, threads = (
            builder.sext(builder.call(_pointer_to(builder, address, asks), []), I64)
            for address in (thread_number, team_size)
        )
        first = builder.sdiv(builder.mul(elements, number), threads)
        last = builder.sdiv(builder.mul(elements, builder.add(number, I64(1))), threads)
        builder.call(run, [builder.inttoptr(table, POINTER), rows, builder.inttoptr(once, POINTER), first, last, more])
        builder.ret_void()

    def _narrow(self, builder: ir.IRBuilder, double: Value) -> Value:
        return double if self.kind == DOUBLE else builder.fptrunc(double, self.kind)


def value_of(expression: Expression, names: Mapping[str, Value], table: Operations, kind: ir.Type) -> Value:
    """The instructions of an expression, whatever it is made of."""
    value = evaluate(expression, names, table)
    return value if isinstance(value, ir.Value) else constant(kind, value)


def expressions(stages: Stages) -> Sequence[Expression]:
    """All that is computed for each element."""
    return [*(line.expression for line in stages.per_element), stages.step, *stages.element_state.values()]


def _pointer_to(builder: ir.IRBuilder, address: Value, kind: ir.FunctionType) -> Value:
    return builder.inttoptr(address, kind.as_pointer())


def _divisors(stages: Stages) -> Iterator[str]:
    """The per-step names that elements are divided by."""

    def walk(expression: Expression) -> Iterator[str]:
        if isinstance(expression, Apply):
            if expression.operation == "/" and isinstance(expression.arguments[1], Name):
                yield expression.arguments[1].id
            for argument in expression.arguments:
                yield from walk(argument)

    for expression in expressions(stages):
        yield from walk(expression)
