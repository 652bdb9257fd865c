"""Machine code for many small networks: loss and gradient of each on its batch, one network after the other.

A network is a chain of dense layers with activations between them, and cross-entropy at the end. What is computed of
one stays in the processor's nearest caches; only its parameters are read and its gradients written. All sizes are known
when it is compiled. Features are rows of examples; where they are needed the other way they are kept so too.
"""

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import llvmlite.binding as llvm
from llvmlite import ir

from ravine.backends.llvm_code import counting, operations
from ravine.backends.llvm_formats import DOUBLE, FLOAT, I64, POINTER, Value, constant
from ravine.backends.llvm_machine import COMPILING, compile_module
from ravine.backends.llvm_vectors import (
    LANES,
    Matrix,
    exponential,
    folded,
    lanes_sum,
    load,
    padded,
    product,
    splat,
    store,
)
from ravine.equations.equation import Equation
from ravine.equations.evaluate import evaluate

Settings = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Between:
    """An activation: its equation and that of its slope, of z, with the settings of both."""

    value: Equation
    slope: Equation
    settings: Settings = ()


@dataclass(frozen=True)
class Shape:
    """sizes: of the inputs and of each layer. biases: which layers have one. between: the layers, for all but the last.

    batch: examples that a network sees at a time.
    """

    sizes: tuple[int, ...]
    biases: tuple[bool, ...]
    between: tuple[Between | None, ...]
    batch: int

    @property
    def parameters(self) -> int:
        """Of a network: of each layer the weights (H, D), then the biases."""
        pairs = zip(pairwise(self.sizes), self.biases, strict=True)
        return sum(wide * (deep + biased) for (deep, wide), biased in pairs)


@dataclass(frozen=True)
class Pass:
    """A compiled pass.

    workspace: float32 numbers that it needs, all 0 at first.
    run(theta, gradient, loss, inputs, targets, which, workspace, networks): of theta (K, P) writes gradient (K, P) and
        loss (K,); inputs (n, D) float32 and targets (n,) int64 are all examples, of which (K, B) int64 says which.
        Pointers are addresses. It releases Python's global lock.
    """

    workspace: int
    run: Callable[..., None]
    engine: llvm.ExecutionEngine = field(repr=False)  # owns the machine code


@cache
def compile_pass(shape: Shape) -> Pass:
    """The pass of networks of this shape; of one that was asked for before, the same."""
    with COMPILING:
        return _Writer(shape).compile()


class _Writer:
    def __init__(self, shape: Shape):
        self.shape, self.lines = shape, padded(shape.batch)
        self.module = ir.Module(name="chain")
        arguments = [POINTER] * 7 + [I64]
        function = ir.Function(self.module, ir.FunctionType(ir.VoidType(), arguments), "run")
        self.builder = ir.IRBuilder(function.append_basic_block("entry"))
        self.theta, self.gradient, self.loss, self.inputs, self.targets, self.which, self.space, self.networks = (
            function.args
        )
        for argument in function.args[:7]:
            argument.add_attribute("noalias")
        self.used = 0
        sizes = shape.sizes
        self.last = len(sizes) - 1
        self.across = [self._room(shape.batch, padded(size)) for size in sizes[:-1]]  # (B, D): examples down
        self.features = [self._room(size, self.lines) for size in sizes[:-1]]  # (D, B)
        layers = range(1, len(sizes))
        self.sums = {layer: self._room(sizes[layer], self.lines) for layer in layers}  # before the activation
        self.slopes = {layer: self._room(sizes[layer], self.lines) for layer in layers}  # of the loss, by these
        self.totals = self._room(2, self.lines)  # of the softmax: the largest score, and the sum, for each example

    def compile(self) -> Pass:
        builder, shape = self.builder, self.shape
        with counting(builder, I64(0), self.networks) as network:
            first = builder.mul(network, I64(shape.parameters))
            theta, gradient = (builder.gep(p, [first], source_etype=FLOAT) for p in (self.theta, self.gradient))
            mine = builder.gep(self.which, [builder.mul(network, I64(shape.batch))], source_etype=I64)
            weights, biases = self._parts(theta)
            self._gather(mine)
            for layer in range(1, self.last + 1):
                self._forward(layer, weights[layer], biases[layer])
            builder.store(self._cross_entropy(mine), builder.gep(self.loss, [network], source_etype=FLOAT))
            to_weights, to_biases = self._parts(gradient)
            for layer in range(self.last, 0, -1):
                self._backward(layer, weights[layer], to_weights[layer], to_biases[layer])
        builder.ret_void()
        engine = compile_module(self.module)
        run = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 8)(engine.get_function_address("run"))
        return Pass(self.used, run, engine)

    def _room(self, rows: int, columns: int) -> Matrix:
        place = self.builder.gep(self.space, [I64(self.used)], source_etype=FLOAT)
        self.used += rows * columns
        return Matrix(place, columns)

    def _parts(self, theta: Value) -> tuple[dict[int, Matrix], dict[int, Value | None]]:
        """Weights and biases of each layer, from 1."""
        weights: dict[int, Matrix] = {}
        biases: dict[int, Value | None] = {}
        first = 0
        for layer, ((deep, wide), biased) in enumerate(
            zip(pairwise(self.shape.sizes), self.shape.biases, strict=True), start=1
        ):
            weights[layer] = Matrix(self.builder.gep(theta, [I64(first)], source_etype=FLOAT), deep)
            first += deep * wide
            biases[layer] = self.builder.gep(theta, [I64(first)], source_etype=FLOAT) if biased else None
            first += wide * biased
        return weights, biases

    def _gather(self, which: Value) -> None:
        """The batch's inputs, both ways."""
        builder, deep = self.builder, self.shape.sizes[0]
        with counting(builder, I64(0), I64(self.shape.batch)) as example:
            index = builder.load(builder.gep(which, [example], source_etype=I64), typ=I64)
            row = Matrix(self.inputs, deep)
            with counting(builder, I64(0), I64(deep)) as column:
                value = builder.load(row.at(builder, index, column), typ=FLOAT)
                builder.store(value, self.across[0].at(builder, example, column))
                builder.store(value, self.features[0].at(builder, column, example))

    def _forward(self, layer: int, weights: Matrix, bias: Value | None) -> None:
        builder, shape, z = self.builder, self.shape, self.sums[layer]
        deep, wide = shape.sizes[layer - 1], shape.sizes[layer]
        product(builder, z, weights, self.features[layer - 1], (wide, shape.batch, deep), bias)
        if layer == self.last:
            return
        between = shape.between[layer - 1]
        to = self.features[layer]
        with counting(builder, I64(0), I64(wide * self.lines), vectorize=True) as element:
            value = builder.load(z.at(builder, I64(0), element), typ=FLOAT)
            if between is not None:
                value = self._applied(between.value, between.settings, value)
            builder.store(value, to.at(builder, I64(0), element))
        with counting(builder, I64(0), I64(shape.batch)) as example, counting(builder, I64(0), I64(wide)) as unit:
            value = builder.load(to.at(builder, unit, example), typ=FLOAT)
            builder.store(value, self.across[layer].at(builder, example, unit))

    def _cross_entropy(self, which: Value) -> Value:
        """The mean loss; its slope by the scores is written."""
        builder, shape = self.builder, self.shape
        classes, scores, slopes = shape.sizes[-1], self.sums[self.last], self.slopes[self.last]
        largest, total = I64(0), I64(1)
        with counting(builder, I64(0), I64(self.lines), by=LANES) as lane:

            def larger(row: Value, values: Sequence[Value]) -> list[Value]:
                score = load(builder, scores.at(builder, row, lane))
                return [builder.select(builder.fcmp_ordered(">", values[0], score), values[0], score)]

            (most,) = folded(builder, classes, [splat(builder, float("-inf"))], larger)

            def added(row: Value, values: Sequence[Value]) -> list[Value]:
                share = exponential(builder, builder.fsub(load(builder, scores.at(builder, row, lane)), most))
                store(builder, share, slopes.at(builder, row, lane))
                return [builder.fadd(values[0], share)]

            (whole,) = folded(builder, classes, [splat(builder, 0.0)], added)
            store(builder, most, self.totals.at(builder, largest, lane))
            store(builder, whole, self.totals.at(builder, total, lane))
            one = builder.fdiv(splat(builder, 1 / shape.batch), whole)
            with counting(builder, I64(0), I64(classes)) as row:
                place = slopes.at(builder, row, lane)
                store(builder, builder.fmul(load(builder, place), one), place)
        self._leave_out_the_rest(slopes, classes)

        def one_of(example: Value, values: Sequence[Value]) -> list[Value]:
            index = builder.load(builder.gep(which, [example], source_etype=I64), typ=I64)
            right = builder.load(builder.gep(self.targets, [index], source_etype=I64), typ=I64)
            place = slopes.at(builder, right, example)
            builder.store(builder.fsub(builder.load(place, typ=FLOAT), constant(FLOAT, 1 / shape.batch)), place)
            most, whole = (builder.load(self.totals.at(builder, of, example), typ=FLOAT) for of in (largest, total))
            score = builder.load(scores.at(builder, right, example), typ=FLOAT)
            apart = builder.fsub(most, score)
            loss = builder.fadd(operations(builder, FLOAT)["log"](whole), apart)
            return [builder.fadd(values[0], builder.fpext(loss, DOUBLE))]

        (losses,) = folded(builder, shape.batch, [constant(DOUBLE, 0.0)], one_of)
        return builder.fptrunc(builder.fdiv(losses, constant(DOUBLE, float(shape.batch))), FLOAT)

    def _leave_out_the_rest(self, slopes: Matrix, rows: int) -> None:
        """The lanes of the last vector that are no examples have no slope."""
        builder = self.builder
        if self.lines > self.shape.batch:
            with counting(builder, I64(0), I64(rows)) as row:
                for lane in range(self.shape.batch, self.lines):
                    builder.store(constant(FLOAT, 0.0), slopes.at(builder, row, I64(lane)))

    def _backward(self, layer: int, weights: Matrix, to_weights: Matrix, to_bias: Value | None) -> None:
        builder, shape, slopes = self.builder, self.shape, self.slopes[layer]
        deep, wide = shape.sizes[layer - 1], shape.sizes[layer]
        product(builder, to_weights, slopes, self.across[layer - 1], (wide, deep, shape.batch), exact=True)
        if to_bias is not None:
            with counting(builder, I64(0), I64(wide)) as unit:

                def added(vector: Value, values: Sequence[Value], unit: Value = unit) -> list[Value]:
                    place = slopes.at(builder, unit, builder.mul(vector, I64(LANES)))
                    return [builder.fadd(values[0], load(builder, place))]

                (total,) = folded(builder, self.lines // LANES, [splat(builder, 0.0)], added)
                builder.store(lanes_sum(builder, total), builder.gep(to_bias, [unit], source_etype=FLOAT))
        if layer == 1:
            return
        before = self.slopes[layer - 1]
        turned = Matrix(weights.place, 1, weights.down)
        product(builder, before, turned, slopes, (deep, shape.batch, wide))
        between = shape.between[layer - 2]
        if between is not None:
            with counting(builder, I64(0), I64(deep * self.lines), vectorize=True) as element:
                z = builder.load(self.sums[layer - 1].at(builder, I64(0), element), typ=FLOAT)
                place = before.at(builder, I64(0), element)
                slope = self._applied(between.slope, between.settings, z)
                builder.store(builder.fmul(builder.load(place, typ=FLOAT), slope), place)

    def _applied(self, equation: Equation, settings: Settings, z: Value) -> Value:
        table = operations(self.builder, FLOAT)
        names = {**dict(settings), equation.inputs[0]: z}
        for line in equation.assignments:
            names[line.name] = evaluate(line.expression, names, table)
        value = evaluate(equation.results[0], names, table)
        return value if isinstance(value, ir.Value) else constant(FLOAT, value)
