"""A sum over many numbers, or their largest, in double precision and in one order whatever the processor.

Each number joins the lane of its place in a strip, lanes are joined in pairs. So results depend neither on how wide the
processor's vectors are nor, cut into blocks, on how many threads there are.
"""

from llvmlite import ir

from ravine.backends.llvm_code import operations
from ravine.backends.llvm_formats import DOUBLE, I32, I64, Builder, Value, constant

STRIP, LANES = 64, 16


def start(function: str) -> Value:
    """What nothing amounts to."""
    return constant(DOUBLE, float("-inf") if function == "max" else 0.0)


def join(builder: Builder, function: str, one: Value, other: Value) -> Value:
    """Two parts of the same: numbers, or vectors of them; NaN is the largest."""
    joined: Value = operations(builder, one.type)["maximum" if function == "max" else "+"](one, other)
    return joined


class Reduction:
    """What "norm", "sum", "mean" or "max" needs of numbers of type `kind`, which come in strips."""

    def __init__(self, builder: Builder, function: str, kind: ir.Type):
        self.builder, self.function, self.kind = builder, function, kind
        self.values, self.lanes = builder.alloca(kind, STRIP), builder.alloca(DOUBLE, LANES)
        for lane in range(LANES):
            builder.store(start(function), self._lane(lane))

    def put(self, at: Value, value: Value) -> None:
        """Number `at` of the strip."""
        self.builder.store(value, self.builder.gep(self.values, [at], source_etype=self.kind))

    def leave_out(self, at: Value) -> None:
        """The strip has no number `at`."""
        self.put(at, ir.Constant(self.kind, start(self.function).constant))

    def add_strip(self) -> None:
        """The strip is whole. In vectors of their own: the numbers were computed in wider ones, if they are float32."""
        builder, wide = self.builder, ir.VectorType(DOUBLE, LANES)
        total = builder.load(builder.bitcast(self.lanes, wide.as_pointer()), typ=wide, align=8)
        for first in range(0, STRIP, LANES):
            place = builder.gep(self.values, [I64(first)], source_etype=self.kind)
            value = builder.load(place, typ=ir.VectorType(self.kind, LANES), align=4)
            value = value if self.kind == DOUBLE else builder.fpext(value, wide)
            value = builder.fmul(value, value) if self.function == "norm" else value
            total = join(builder, self.function, total, value)
        builder.store(total, builder.bitcast(self.lanes, wide.as_pointer()), align=8)

    def total(self) -> Value:
        """Of all strips: the sum of the squares for "norm", the sum for "mean"."""
        parts = [self.builder.load(self._lane(lane), typ=DOUBLE) for lane in range(LANES)]
        while len(parts) > 1:
            parts = [join(self.builder, self.function, *pair) for pair in zip(parts[::2], parts[1::2], strict=True)]
        return parts[0]

    def _lane(self, number: int) -> Value:
        return self.builder.gep(self.lanes, [I32(number)], source_etype=DOUBLE)
