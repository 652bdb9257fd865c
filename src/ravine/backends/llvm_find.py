"""A pass that finds something of a whole tensor: its norm, say, or the matrix that is made orthogonal afterwards.

A tensor is cut into blocks, each of which is one thread's, and their sums (llvm_sums.py) are added one after the other,
so that the number of threads changes nothing.
"""

from collections.abc import Mapping

from llvmlite import ir

from ravine.backends.llvm_code import counting, operations
from ravine.backends.llvm_formats import DOUBLE, I64, POINTER, Format, Value, constant
from ravine.backends.llvm_machine import asks_ahead
from ravine.backends.llvm_sums import STRIP, Reduction, join, start
from ravine.backends.llvm_sweep import AHEAD, Form, Layout, SweepWriter, expressions, value_of
from ravine.equations.expression import names_in
from ravine.equations.language import MATRICES
from ravine.equations.passes import Pass

BLOCK = 4096  # elements
EXTENTS = ("rows", "columns")  # which are known without a look at an element


def blocks(elements: int) -> int:
    """How many blocks there are in a row of the table."""
    return -(-elements // BLOCK)


class FindWriter(SweepWriter):
    """Writes a pass that finds. summed: the reductions, by the name of what is found; matrices: the tensors."""

    def __init__(self, module: ir.Module, one: Pass, number: int, form: Form):
        super().__init__(module, one.equation, number, form)
        self.found: Mapping[str, str] = one.found
        self.matrices = {name: function for name, function in one.found.items() if function in MATRICES}
        self.summed = [name for name in one.found if name not in self.matrices and one.found[name] not in EXTENTS]

    @property
    def goes(self) -> bool:
        """Whether it looks at elements at all."""
        return bool(self.summed or self.matrices)

    def time(self, builder: ir.IRBuilder, table: Value, row: Value) -> Value:
        # The pass that steps counts; until then every row's counter is one behind, if the rule counts at all.
        taken = self.form.counter.load(builder, self.address(builder, table, row, Layout.COUNTER), I64(0), DOUBLE)
        return builder.fadd(taken, builder.sitofp(self.column(builder, table, I64(0), Layout.ADVANCE), DOUBLE))

    def write(self) -> None:
        self.write_begin()
        self._write_gather()
        if self.goes:
            self.write_part(self._write_run(self._write_block()))

    def _columns(self) -> list[tuple[str, int, Format]]:
        """Name, column and format of each tensor that is read."""
        read = {name for expression in expressions(self.stages) for name in names_in(expression)}
        form, layout = self.form, self.layout
        own = zip(form.tensors, range(layout.tensors, layout.extent), form.formats, strict=False)
        earlier = [(name, layout.matrix(name), form.matrix) for name in layout.matrices]
        return [(name, column, format) for name, column, format in (*own, *earlier) if name in read]

    def _write_block(self) -> ir.Function:
        """block(tensors…, matrices…, once, first, stop, sums): of one tensor, `first` to before `stop`."""
        columns, kind = self._columns(), self.kind
        pointers = [POINTER] * (len(columns) + len(self.matrices))
        function, builder = self.function("block", *pointers, POINTER, I64, I64, POINTER)
        function.attributes.add("noinline")  # inlined, the promise that tensors do not overlap would be weaker
        *places, once, first, stop, sums = function.args
        for place in (*places, sums):
            place.add_attribute("noalias")
        reductions = {name: Reduction(builder, self.found[name], kind) for name in self.summed}
        step, reciprocals = self.numbers_of_the_step(builder, once)
        table = operations(builder, kind, reciprocals)

        def look(index: Value, at: Value) -> None:
            names = {
                **step,
                **{
                    name: format.load(builder, place, index, kind)
                    for (name, _, format), place in zip(columns, places, strict=False)
                },
            }
            for line in self.stages.per_element:
                names[line.name] = value_of(line.expression, names, table, kind)
            for name, place in zip(self.matrices, places[len(columns) :], strict=True):
                value = value_of(self.stages.element_state[name], names, table, kind)
                self.form.matrix.store(builder, place, index, value)
            for name, reduction in reductions.items():
                reduction.put(at, value_of(self.stages.element_state[name], names, table, kind))

        def add() -> None:
            for reduction in reductions.values():
                reduction.add_strip()

        strips = counting(builder, first, builder.sub(stop, I64(STRIP - 1)), by=STRIP)
        with strips as strip:
            if asks_ahead():
                for (_, _, format), place in zip(columns, places, strict=False):
                    format.fetch(builder, place, builder.add(strip, I64(AHEAD)), STRIP)
            with counting(builder, I64(0), I64(STRIP), vectorize=True) as at:
                look(builder.add(strip, at), at)
            add()
        left = builder.sub(stop, strips.beyond)
        with builder.if_then(builder.icmp_signed("<", I64(0), left)):
            with counting(builder, I64(0), left, vectorize=True) as at:
                look(builder.add(strips.beyond, at), at)
            with counting(builder, left, I64(STRIP)) as at:
                for reduction in reductions.values():
                    reduction.leave_out(at)
            add()
        for number, reduction in enumerate(reductions.values()):
            builder.store(reduction.total(), builder.gep(sums, [I64(number)], source_etype=DOUBLE))
        builder.ret_void()
        return function

    def _write_run(self, block: ir.Function) -> ir.Function:
        """run: the blocks that begin from `first` to before `last`, so that every block is one thread's."""
        function, builder = self.function("run", POINTER, I64, POINTER, I64, I64, I64)
        table, rows, once, first, last, more = function.args
        sums, zero = builder.inttoptr(more, POINTER), I64(0)
        with _Rows(self, builder, table, rows) as (row, begin, size, before):
            near, far = (builder.sub(place, begin) for place in (first, last))
            near, far = (builder.select(builder.icmp_signed(">", at, zero), at, zero) for at in (near, far))
            far = builder.select(builder.icmp_signed("<", far, size), far, size)
            columns = [column for _, column, _ in self._columns()]
            columns += [self.layout.matrix(name) for name in self.matrices]
            addresses = [self.address(builder, table, row, column) for column in columns]
            width = I64(len(self.stages.step_names))
            numbers = builder.gep(once, [builder.mul(row, width)], source_etype=DOUBLE)
            with counting(builder, _blocks(builder, near), _blocks(builder, far)) as number:
                begun = builder.mul(number, I64(BLOCK))
                stop = builder.add(begun, I64(BLOCK))
                stop = builder.select(builder.icmp_signed("<", stop, size), stop, size)
                place = builder.mul(builder.add(before, number), I64(len(self.summed)))
                here = builder.gep(sums, [place], source_etype=DOUBLE)
                builder.call(block, [*addresses, numbers, begun, stop, here])
        builder.ret_void()
        return function

    def _write_gather(self) -> None:
        function, builder = self.function("gather", POINTER, I64, POINTER, POINTER)
        table, rows, sums, found = function.args
        totals = {name: builder.alloca(DOUBLE) for name in self.summed}
        count, root = I64(len(self.summed)), operations(builder, DOUBLE)["sqrt"]
        with _Rows(self, builder, table, rows) as (row, _, size, before):
            for name, total in totals.items():
                builder.store(start(self.found[name]), total)
            with counting(builder, I64(0), _blocks(builder, size)) as block:
                for number, (name, total) in enumerate(totals.items()):
                    place = builder.add(builder.mul(builder.add(before, block), count), I64(number))
                    one = builder.load(builder.gep(sums, [place], source_etype=DOUBLE), typ=DOUBLE)
                    joined = join(builder, self.found[name], builder.load(total, typ=DOUBLE), one)
                    builder.store(joined, total)
            empty = builder.icmp_signed("==", size, I64(0))
            for name, function_of in self.found.items():
                if name in self.matrices:
                    continue
                if function_of in EXTENTS:
                    column = self.layout.extent + EXTENTS.index(function_of)
                    value = builder.sitofp(self.column(builder, table, row, column), DOUBLE)
                else:
                    value = builder.load(totals[name], typ=DOUBLE)
                    value = root(value) if function_of == "norm" else value
                    value = builder.fdiv(value, builder.sitofp(size, DOUBLE)) if function_of == "mean" else value
                    value = builder.select(empty, constant(DOUBLE, 0.0), value)  # of nothing, all are 0
                numbers = self.form.numbers
                place = builder.add(builder.mul(row, I64(len(numbers))), I64(numbers.index(name)))
                builder.store(value, builder.gep(found, [place], source_etype=DOUBLE))
        builder.ret_void()


class _Rows:
    """A loop over the table: row, the elements before it, its own, and the blocks before it."""

    def __init__(self, writer: FindWriter, builder: ir.IRBuilder, table: Value, rows: Value):
        self.writer, self.builder, self.table = writer, builder, table
        self.ended, self.blocks = (builder.alloca(I64) for _ in range(2))
        for place in (self.ended, self.blocks):
            builder.store(I64(0), place)
        self.loop = counting(builder, I64(0), rows)

    def __enter__(self) -> tuple[Value, Value, Value, Value]:
        builder = self.builder
        row = self.loop.__enter__()
        begin, before = (builder.load(place, typ=I64) for place in (self.ended, self.blocks))
        end = self.writer.column(builder, self.table, row, Layout.END)
        size = builder.sub(end, begin)
        builder.store(end, self.ended)
        builder.store(builder.add(before, _blocks(builder, size)), self.blocks)
        return row, begin, size, before

    def __exit__(self, *raised: object) -> None:
        self.loop.__exit__(*raised)


def _blocks(builder: ir.IRBuilder, elements: Value) -> Value:
    """As `blocks`."""
    return builder.sdiv(builder.add(elements, I64(BLOCK - 1)), I64(BLOCK))
