"""Numbers in memory, for the LLVM kernels: how each format is read and written, and how a parameter is rounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from llvmlite import ir

Builder: TypeAlias = ir.IRBuilder
Value: TypeAlias = ir.Value

DOUBLE, FLOAT, HALF = ir.DoubleType(), ir.FloatType(), ir.HalfType()
I8, I16, I32, I64 = (ir.IntType(bits) for bits in (8, 16, 32, 64))
POINTER = ir.PointerType()

BYTES = {I16: 2, FLOAT: 4, DOUBLE: 8}
CACHE_LINE = 64
READ, KEEP, DATA = 0, 3, 1  # LLVM's words for: to be read, in all caches, not instructions


def constant(kind: ir.Type, value: float) -> Value:
    """The number of type `kind` that is nearest to `value`."""
    return ir.Constant(kind, value)


@dataclass(frozen=True)
class Format:
    """A floating-point format of LLVM's; `memory` is the type of what is stored."""

    memory: ir.Type

    def load(self, builder: Builder, place: Value, index: Value, kind: ir.Type) -> Value:
        """Element `index` of the array at the address `place`, as a number of type `kind`."""
        stored = builder.load(builder.gep(place, [index], source_etype=self.memory), typ=self.memory)
        return self.widen(builder, stored, kind)

    def store(self, builder: Builder, place: Value, index: Value, value: Value) -> None:
        """Writes `value`, rounded to the nearest, as element `index` of the array at `place`."""
        self.put(builder, place, index, self.narrow(builder, value))

    def fetch(self, builder: Builder, place: Value, index: Value, count: int) -> None:
        """Asks for the cache lines of `count` elements, from `index`, before they are needed."""
        signature = ir.FunctionType(ir.VoidType(), [POINTER, I32, I32, I32])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [POINTER], signature)
        first = builder.gep(place, [index], source_etype=self.memory)
        for line in range(0, count * BYTES[self.memory], CACHE_LINE):
            builder.call(prefetch, [builder.gep(first, [I64(line)], source_etype=I8), *map(I32, (READ, KEEP, DATA))])

    def put(self, builder: Builder, place: Value, index: Value, stored: Value) -> None:
        """Writes what is in this format already."""
        builder.store(stored, builder.gep(place, [index], source_etype=self.memory))

    def widen(self, builder: Builder, stored: Value, kind: ir.Type) -> Value:
        """A number of type `kind` from what is stored."""
        return _convert(builder, stored, kind)

    def narrow(self, builder: Builder, value: Value) -> Value:
        """What is stored for `value`: the nearest, ties to even."""
        return _convert(builder, value, self.memory)


class _Float16(Format):
    """IEEE's half precision, as its bits."""

    def widen(self, builder: Builder, stored: Value, kind: ir.Type) -> Value:
        return _convert(builder, builder.bitcast(stored, HALF), kind)

    def narrow(self, builder: Builder, value: Value) -> Value:
        return builder.bitcast(_convert(builder, value, HALF), I16)


class _BFloat16(Format):
    """The upper half of a float32, as its bits."""

    def widen(self, builder: Builder, stored: Value, kind: ir.Type) -> Value:
        bits = builder.shl(builder.zext(stored, I32), I32(16))
        return _convert(builder, builder.bitcast(bits, FLOAT), kind)

    def narrow(self, builder: Builder, value: Value) -> Value:
        single = _convert(builder, value, FLOAT)
        bits = builder.bitcast(single, I32)
        odd = builder.and_(builder.lshr(bits, I32(16)), I32(1))
        nearest = builder.add(builder.add(bits, I32(0x7FFF)), odd)
        quiet = builder.or_(bits, I32(0x400000))  # rounding the bits of a NaN could turn it into infinity
        chosen = builder.select(builder.fcmp_unordered("uno", single, single), quiet, nearest)
        return builder.trunc(builder.lshr(chosen, I32(16)), I16)


def _convert(builder: Builder, value: Value, kind: ir.Type) -> Value:
    if value.type == kind:
        return value
    order = [HALF, FLOAT, DOUBLE]
    wider = order.index(kind) > order.index(value.type)
    return builder.fpext(value, kind) if wider else builder.fptrunc(value, kind)


FORMATS: dict[str, Format] = {
    "float64": Format(DOUBLE),
    "float32": Format(FLOAT),
    "float16": _Float16(I16),
    "bfloat16": _BFloat16(I16),
}


@dataclass(frozen=True)
class Tensors:
    """Element `index` of all tensors: their addresses, parameter first and compensation last, and what was read."""

    places: Sequence[Value]
    index: Value
    read: Sequence[Value]


class Rounding:
    """How the new parameter is written; `compensated` if it keeps what rounding lost in a tensor of its own."""

    compensated = False

    def store(self, builder: Builder, format: Format, tensors: Tensors, taken: Value, seed: Value) -> None:
        """Writes the parameter less the step `taken`; `seed` is random."""
        raise NotImplementedError


@dataclass(frozen=True)
class Nearest(Rounding):
    """To the nearest number: a step below half the distance to it is lost."""

    def store(self, builder: Builder, format: Format, tensors: Tensors, taken: Value, seed: Value) -> None:
        format.store(builder, tensors.places[0], tensors.index, builder.fsub(tensors.read[0], taken))


@dataclass(frozen=True)
class Kahan(Rounding):
    """To the nearest, and the compensation keeps what that lost, for the next step (Kahan 1965)."""

    compensated = True

    def store(self, builder: Builder, format: Format, tensors: Tensors, taken: Value, seed: Value) -> None:
        wanted = builder.fsub(builder.fadd(tensors.read[0], tensors.read[-1]), taken)
        stored = format.narrow(builder, wanted)
        format.put(builder, tensors.places[0], tensors.index, stored)
        format.store(
            builder, tensors.places[-1], tensors.index, builder.fsub(wanted, format.widen(builder, stored, wanted.type))
        )


@dataclass(frozen=True)
class Stochastic(Rounding):
    """To one of the two neighbours, the nearer the likelier, so that small steps arrive on average; 16 bits only."""

    def store(self, builder: Builder, format: Format, tensors: Tensors, taken: Value, seed: Value) -> None:
        wanted = builder.fsub(tensors.read[0], taken)
        nearest = format.narrow(builder, wanted)
        lost = builder.fsub(wanted, format.widen(builder, nearest, FLOAT))
        zero = constant(FLOAT, 0.0)
        # The bits of a float order its sizes, so the neighbour is one up or one down, by the sign of what was lost.
        negative = builder.icmp_signed("<", nearest, I16(0))
        outward = builder.icmp_signed("==", builder.fcmp_ordered("<", lost, zero), negative)
        beside = builder.add(nearest, builder.select(outward, I16(1), I16(-1)))
        least = builder.select(builder.fcmp_ordered("<", lost, zero), I16(-0x7FFF), I16(1))
        at_zero = builder.icmp_signed("==", builder.and_(nearest, I16(0x7FFF)), I16(0))
        other = builder.select(at_zero, least, beside)

        gap = builder.fsub(format.widen(builder, other, FLOAT), format.widen(builder, nearest, FLOAT))
        likely = builder.fcmp_ordered(
            "<", builder.fmul(_uniform(builder, seed, tensors.index), _size(builder, gap)), _size(builder, lost)
        )
        format.put(builder, tensors.places[0], tensors.index, builder.select(likely, other, nearest))


def _size(builder: Builder, value: Value) -> Value:
    return builder.call(builder.module.declare_intrinsic("llvm.fabs", [value.type]), [value])


def _uniform(builder: Builder, seed: Value, index: Value) -> Value:
    """A number in [0, 1) made of seed and index alone, by the mixing function of splitmix64 (Steele et al. 2014)."""
    bits = builder.add(seed, builder.mul(builder.add(index, I64(1)), I64(0x9E3779B97F4A7C15 - 2**64)))
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        bits = builder.mul(builder.xor(bits, builder.lshr(bits, I64(shift))), I64(factor - 2**64))
    bits = builder.xor(bits, builder.lshr(bits, I64(31)))
    return builder.fmul(builder.uitofp(builder.lshr(bits, I64(40)), FLOAT), constant(FLOAT, 2.0**-24))


NEAREST, KAHAN, STOCHASTIC = Nearest(), Kahan(), Stochastic()
