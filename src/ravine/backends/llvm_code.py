"""The equation language in LLVM's instructions, and the loop that they stand in."""

from collections.abc import Callable

from llvmlite import ir

from ravine.backends.llvm_formats import I64, constant
from ravine.equations.evaluate import Operations


def operations(builder: ir.IRBuilder, kind: ir.Type, reciprocals: dict[ir.Value, ir.Value] | None = None) -> Operations:
    """What `+` and `sqrt` mean: instructions that `builder` adds, on numbers of type `kind`."""

    def lift(value: ir.Value | float) -> ir.Value:
        return value if isinstance(value, ir.Value) else constant(kind, value)

    def binary(add: Callable[..., ir.Value]) -> Callable[..., ir.Value]:
        return lambda a, b: add(lift(a), lift(b))

    def compare(sign: str) -> Callable[..., ir.Value]:
        # NaN is different from everything and in no order with anything.
        add = builder.fcmp_unordered if sign == "!=" else builder.fcmp_ordered
        return lambda a, b: add(sign, lift(a), lift(b))

    def intrinsic(name: str) -> Callable[..., ir.Value]:
        def call(*arguments: ir.Value | float) -> ir.Value:
            function = builder.module.declare_intrinsic(f"llvm.{name}", [kind])
            if len(arguments) == 2:
                function = builder.module.declare_intrinsic(f"llvm.{name}", [kind], ir.FunctionType(kind, [kind, kind]))
            return builder.call(function, [lift(argument) for argument in arguments])

        return call

    def of_c(name: str) -> Callable[..., ir.Value]:
        def call(argument: ir.Value | float) -> ir.Value:
            symbol = name if isinstance(kind, ir.DoubleType) else f"{name}f"
            declared = builder.module.globals.get(symbol)
            function = declared or ir.Function(builder.module, ir.FunctionType(kind, [kind]), symbol)
            return builder.call(function, [lift(argument)])

        return call

    def divide(a: ir.Value | float, b: ir.Value | float) -> ir.Value:
        if reciprocals and b in reciprocals:
            return builder.fmul(lift(a), reciprocals[b])
        return builder.fdiv(lift(a), lift(b))

    def extreme(sign: str) -> Callable[..., ir.Value]:
        def choose(a: ir.Value | float, b: ir.Value | float) -> ir.Value:
            a, b = lift(a), lift(b)
            first = builder.or_(builder.fcmp_ordered(sign, a, b), builder.fcmp_unordered("uno", a, a))
            return builder.select(first, a, b)  # NaN wins, as in numpy and torch

        return choose

    def sign(a: ir.Value | float) -> ir.Value:
        zero, one, minus = constant(kind, 0.0), constant(kind, 1.0), constant(kind, -1.0)
        below = builder.select(builder.fcmp_ordered("<", lift(a), zero), minus, builder.fadd(lift(a), zero))
        return builder.select(builder.fcmp_ordered(">", lift(a), zero), one, below)  # NaN stays, and -0 is 0

    return {
        "+": binary(builder.fadd),
        "-": binary(builder.fsub),
        "*": binary(builder.fmul),
        "/": divide,
        "**": intrinsic("pow"),
        "neg": lambda a: builder.fneg(lift(a)),
        **{sign: compare(sign) for sign in ("<", "<=", ">", ">=", "==", "!=")},
        **{name: intrinsic(name) for name in ("sqrt", "exp", "log", "sin", "cos", "floor")},
        **{name: of_c(name) for name in ("tanh", "erf", "erfc", "expm1", "log1p")},
        "abs": intrinsic("fabs"),
        "sign": sign,
        "maximum": extreme(">"),
        "minimum": extreme("<"),
        "where": lambda condition, a, b: builder.select(condition, lift(a), lift(b)),
    }


class counting:  # noqa: N801  (reads as a word: with counting(builder, first, last) as index)
    """A loop over 64-bit integers from `first` to before `last`, in steps of `by`; `beyond` is where it ended."""

    def __init__(self, builder: ir.IRBuilder, first: ir.Value, last: ir.Value, by: int = 1, vectorize: bool = False):
        self.builder, self.first, self.last, self.by, self.vectorize = builder, first, last, by, vectorize

    def __enter__(self) -> ir.Value:
        builder = self.builder
        self.before = builder.block
        self.body, self.after = builder.append_basic_block("body"), builder.append_basic_block("after")
        builder.cbranch(builder.icmp_signed("<", self.first, self.last), self.body, self.after)
        builder.position_at_end(self.body)
        self.index = builder.phi(I64)
        self.index.add_incoming(self.first, self.before)
        return self.index

    def __exit__(self, *_: object) -> None:
        builder = self.builder
        following, last = builder.add(self.index, I64(self.by), flags=["nsw"]), builder.block
        self.index.add_incoming(following, last)
        branch = builder.cbranch(builder.icmp_signed("<", following, self.last), self.body, self.after)
        if self.vectorize:
            module = builder.module
            enable = module.add_metadata([ir.MetaDataString(module, "llvm.loop.vectorize.enable"), ir.IntType(1)(1)])
            branch.set_metadata("llvm.loop", module.add_metadata([enable]))
        builder.position_at_end(self.after)
        self.beyond = builder.phi(I64)
        self.beyond.add_incoming(self.first, self.before)
        self.beyond.add_incoming(following, last)
