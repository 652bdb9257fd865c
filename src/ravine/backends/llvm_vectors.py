"""Vectors of float32 in LLVM's instructions: products of small matrices, sums, and the exponential of each lane."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial, log

from llvmlite import ir

from ravine.backends.llvm_code import counting
from ravine.backends.llvm_formats import FLOAT, I32, I64, Builder, Value

LANES = 8
VECTOR = ir.VectorType(FLOAT, LANES)
WHOLE = ir.VectorType(I32, LANES)
HIGH, WIDE = 6, 2  # rows, and vectors of columns, of a product that are summed at a time: as many as registers hold
LOWEST = -87.0  # of the exponential: below it, it is as small as a float32 that keeps its digits
TERMS = 8  # of the exponential's series, within ± ln(2)/2: the next is below the last digit


@dataclass(frozen=True)
class Matrix:
    """float32 in memory, from the address `place`; down, along: elements from a row, a column, to the next."""

    place: Value
    down: int
    along: int = 1

    def at(self, builder: Builder, row: Value, column: Value) -> Value:
        """The address of an element."""
        index = builder.add(builder.mul(row, I64(self.down)), builder.mul(column, I64(self.along)))
        return builder.gep(self.place, [index], source_etype=FLOAT)


def padded(columns: int) -> int:
    """Columns in whole vectors."""
    return -(-columns // LANES) * LANES


def splat(builder: Builder, value: Value | float) -> Value:
    """The same number in each lane."""
    if not isinstance(value, ir.Value):
        return ir.Constant(VECTOR, [value] * LANES)
    one = builder.insert_element(ir.Constant(VECTOR, ir.Undefined), value, I32(0))
    return builder.shuffle_vector(one, ir.Constant(VECTOR, ir.Undefined), ir.Constant(WHOLE, [0] * LANES))


def load(builder: Builder, place: Value) -> Value:
    return builder.load(place, typ=VECTOR, align=4)


def store(builder: Builder, value: Value, place: Value) -> None:
    builder.store(value, place, align=4)


def lanes_sum(builder: Builder, vector: Value) -> Value:
    """The sum of the lanes, in pairs."""
    parts = [builder.extract_element(vector, I32(lane)) for lane in range(LANES)]
    while len(parts) > 1:
        parts = [builder.fadd(a, b) for a, b in zip(parts[::2], parts[1::2], strict=True)]
    return parts[0]


def folded(
    builder: Builder, count: int, first: Sequence[Value], step: Callable[[Value, Sequence[Value]], Sequence[Value]]
) -> list[Value]:
    """What `step(index, values)` makes of the values, `count` times, beginning with `first`."""
    loop = counting(builder, I64(0), I64(count))
    with loop as index:
        values = [builder.phi(value.type) for value in first]
        after = step(index, values)
        last = builder.block
        for value, start, end in zip(values, first, after, strict=True):
            value.add_incoming(start, loop.before)
            value.add_incoming(end, last)
    ends = [builder.phi(value.type) for value in first]
    for value, start, end in zip(ends, first, after, strict=True):
        value.add_incoming(start, loop.before)
        value.add_incoming(end, last)
    return ends


def product(
    builder: Builder,
    c: Matrix,
    a: Matrix,
    b: Matrix,
    shape: tuple[int, int, int],
    bias: Value | None = None,
    *,
    exact: bool = False,
) -> None:
    """c = a b, plus bias[row]; shape: rows and columns of c, and how many products are summed.

    Rows of b, and of c unless it is `exact`, have room for whole vectors.
    """
    rows, columns, depth = shape

    def tile(row: Value, high: int, column: Value, wide: int, last: int) -> None:
        """`high` rows and `wide` vectors of c, of whose last vector so many lanes are columns."""
        down = [builder.add(row, I64(r)) for r in range(high)]
        along = [builder.add(column, I64(LANES * v)) for v in range(wide)]
        start = [_start(builder, bias, r) for r in down for _ in along]

        def summed(k: Value, sums: Sequence[Value]) -> list[Value]:
            right = [load(builder, b.at(builder, k, place)) for place in along]
            left = [splat(builder, builder.load(a.at(builder, r, k), typ=FLOAT)) for r in down]
            pairs = [(one, other) for one in left for other in right]
            return [
                builder.fadd(builder.fmul(one, other, flags=["contract"]), total, flags=["contract"])
                for (one, other), total in zip(pairs, sums, strict=True)
            ]

        found = iter(folded(builder, depth, start, summed))
        for r in down:
            for place in along[:-1]:
                store(builder, next(found), c.at(builder, r, place))
            _put(builder, c, r, along[-1], next(found), last)

    def strip(column: Value, wide: int, last: int) -> None:
        """All rows of so many vectors."""
        with counting(builder, I64(0), I64(rows - rows % HIGH), by=HIGH) as row:
            tile(row, HIGH, column, wide, last)
        if rows % HIGH:
            tile(I64(rows - rows % HIGH), rows % HIGH, column, wide, last)

    room = columns if exact else padded(columns)
    whole = room - room % (WIDE * LANES)
    if whole:
        with counting(builder, I64(0), I64(whole), by=WIDE * LANES) as column:
            strip(column, WIDE, LANES)
    if left := room - whole:
        wide = -(-left // LANES)
        strip(I64(whole), wide, left - LANES * (wide - 1))


def exponential(builder: Builder, x: Value) -> Value:
    """e to the power of each lane, none above 0, to about the last digit; NaN where it is NaN."""
    x = builder.select(builder.fcmp_ordered("<", x, splat(builder, LOWEST)), splat(builder, LOWEST), x)
    shifted = builder.fadd(builder.fmul(x, splat(builder, 1 / log(2))), splat(builder, 0.5))
    n = builder.call(_declared(builder, f"llvm.floor.v{LANES}f32", VECTOR), [shifted])
    high = 0.693359375  # ln(2) in two parts, of which n times the first is exact
    rest = builder.fsub(x, builder.fmul(n, splat(builder, high)))
    rest = builder.fsub(rest, builder.fmul(n, splat(builder, log(2) - high)))
    power = splat(builder, 1 / factorial(TERMS - 1))
    for term in reversed(range(TERMS - 1)):
        scaled = builder.fmul(power, rest, flags=["contract"])
        power = builder.fadd(scaled, splat(builder, 1 / factorial(term)), flags=["contract"])
    whole = builder.call(_declared(builder, f"llvm.fptosi.sat.v{LANES}i32.v{LANES}f32", WHOLE), [n])
    bits = builder.shl(builder.add(whole, ir.Constant(WHOLE, [127] * LANES)), ir.Constant(WHOLE, [23] * LANES))
    return builder.fmul(power, builder.bitcast(bits, VECTOR))


def _start(builder: Builder, bias: Value | None, row: Value) -> Value:
    if bias is None:
        return splat(builder, 0.0)
    return splat(builder, builder.load(builder.gep(bias, [row], source_etype=FLOAT), typ=FLOAT))


def _put(builder: Builder, c: Matrix, row: Value, column: Value, vector: Value, columns: int) -> None:
    """Writes the first lanes of a vector, or all."""
    if columns == LANES:
        store(builder, vector, c.at(builder, row, column))
        return
    for lane in range(columns):
        value = builder.extract_element(vector, I32(lane))
        builder.store(value, c.at(builder, row, builder.add(column, I64(lane))))


def _declared(builder: Builder, name: str, result: ir.Type) -> Value:
    known = builder.module.globals.get(name)
    return known or ir.Function(builder.module, ir.FunctionType(result, [VECTOR]), name)
