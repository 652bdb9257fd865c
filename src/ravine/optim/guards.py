"""What must still hold of every tensor for a plan to be right, looked up by machine code between two steps.

An admitted tensor may since have become another: new data, another shape, a lazy negative, memory given back. Asking
PyTorch so many questions through Python would take longer than the step, so one compiled loop asks them: PyTorch's C
functions (aoti_torch_get_…, made for compiled code) for what those tell, and the tensor's own memory for its class and
dispatch keys. Where these lie is not promised, so it is found out, and believed only if it holds for tensors of many
kinds; where it cannot be found, no plan is kept, and every step works out its own.
"""

import ctypes
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import llvmlite.binding as llvm
import torch
from llvmlite import ir

from ravine.backends.llvm_code import counting
from ravine.backends.llvm_formats import I32, I64, POINTER
from ravine.backends.llvm_machine import COMPILING, compile_module
from ravine.optim.admission import dispatch_keys, outside, span
from ravine.optim.native import library

TENSOR = object.__basicsize__  # in a Python tensor: where PyTorch's begins, right after what every object has
CLASS = TENSOR - 8  # the last thing that every object has
CLASS_OF, KEYS, DTYPE, DEVICE, DIMENSIONS, SPAN, ITEMSIZE, EXTENTS, COLUMNS = range(9)


class Guard:
    """What is to stay the same of tensors, some of which are `kept`, while others come anew. It holds none of them.

    addresses: where all of them were at the last look, if they were alike.
    """

    def __init__(self, kept: Sequence[torch.Tensor], others: Sequence[torch.Tensor]):
        with COMPILING:
            self.look = _look()
        tensors = [*kept, *others]
        self.first = len(kept)
        self.objects = array("q", map(id, tensors))
        self.extents = [array("q", (*tensor.shape, *tensor.stride(), 0)) for tensor in tensors]  # never empty
        self.rows = array("q")
        for tensor, extents in zip(tensors, self.extents, strict=True):
            device = -1 if tensor.device.index is None else tensor.device.index
            self.rows.extend((id(type(tensor)), dispatch_keys(tensor), _code(tensor.dtype), device))
            self.rows.extend((tensor.dim(), span(tensor), tensor.itemsize, extents.buffer_info()[0]))
        self.addresses = array("q", map(torch.Tensor.data_ptr, tensors))
        self.call = len(tensors), *(part.buffer_info()[0] for part in (self.objects, self.rows, self.addresses))

    def holds(self, others: Sequence[torch.Tensor]) -> bool:
        """Whether those kept, which the caller still has, and these others are alike in all but their addresses."""
        self.objects[self.first :] = array("q", map(id, others))
        return self.look is not None and bool(self.look.call(*self.call))


@dataclass(frozen=True)
class _Look:
    call: Callable[[int, int, int, int], int]
    engine: llvm.ExecutionEngine  # owns the machine code


@cache
def _look() -> _Look | None:
    """look(count, objects, rows, addresses): 1 if each object still is as its row says; None where it cannot be known.

    It keeps Python's global lock, so that no tensor changes under its eyes.
    """
    with outside():
        keys = _place_of_keys()
    functions = library()
    if keys is None or functions is None:
        return None
    module = ir.Module("guards")
    function = ir.Function(module, ir.FunctionType(I64, [I64, POINTER, POINTER, POINTER]), "look")
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    count, objects, rows, addresses = function.args
    alike = builder.alloca(I64)
    answer = builder.alloca(I64)
    builder.store(I64(1), alike)

    def read(base: ir.Value, bytes_on: int) -> ir.Value:
        return builder.load(builder.inttoptr(builder.add(base, I64(bytes_on)), POINTER), typ=I64)

    def element(array: ir.Value, index: ir.Value) -> ir.Value:
        return builder.gep(array, [index], source_etype=I64)

    def ask(question: str, tensor: ir.Value, kind: ir.Type = I64) -> ir.Value:
        place = ctypes.cast(functions[f"aoti_torch_get_{question}"], ctypes.c_void_p).value
        signature = ir.FunctionType(I32, [POINTER, POINTER]).as_pointer()
        builder.call(builder.inttoptr(I64(place), signature), [tensor, answer])
        found = builder.load(answer, typ=kind)
        return found if kind is I64 else builder.sext(found, I64)

    def require(holds: ir.Value) -> None:
        builder.store(builder.and_(builder.load(alike, typ=I64), builder.zext(holds, I64)), alike)

    with counting(builder, I64(0), count) as index:
        known = builder.mul(index, I64(COLUMNS))

        def expected(column: int) -> ir.Value:
            return builder.load(element(rows, builder.add(known, I64(column))), typ=I64)

        held = builder.load(element(objects, index), typ=I64)
        same_class = builder.icmp_signed("==", read(held, CLASS), expected(CLASS_OF))
        require(same_class)
        with builder.if_then(same_class):
            same_keys = builder.icmp_signed("==", read(read(held, TENSOR), keys), expected(KEYS))
            require(same_keys)
            with builder.if_then(same_keys):  # so that it has all that is asked for
                tensor = builder.inttoptr(builder.add(held, I64(TENSOR)), POINTER)
                require(builder.icmp_signed("==", ask("dtype", tensor, I32), expected(DTYPE)))
                require(builder.icmp_signed("==", ask("device_index", tensor, I32), expected(DEVICE)))
                offset = builder.mul(ask("storage_offset", tensor), expected(ITEMSIZE))
                there = builder.icmp_signed("<=", builder.add(offset, expected(SPAN)), ask("storage_size", tensor))
                require(builder.or_(there, builder.icmp_signed("==", expected(SPAN), I64(0))))
                builder.store(ask("data_ptr", tensor), element(addresses, index))
                dimensions = ask("dim", tensor)
                same_rank = builder.icmp_signed("==", dimensions, expected(DIMENSIONS))
                require(same_rank)
                with builder.if_then(same_rank):
                    sizes = builder.inttoptr(ask("sizes", tensor), POINTER)
                    strides = builder.inttoptr(ask("strides", tensor), POINTER)
                    extents = builder.inttoptr(expected(EXTENTS), POINTER)
                    with counting(builder, I64(0), dimensions) as axis:
                        for found, first in ((sizes, axis), (strides, builder.add(axis, dimensions))):
                            now = builder.load(element(found, axis), typ=I64)
                            before = builder.load(element(extents, first), typ=I64)
                            require(builder.icmp_signed("==", now, before))
    builder.ret(builder.load(alike, typ=I64))
    engine = compile_module(module)
    prototype = ctypes.PYFUNCTYPE(ctypes.c_int64, *[ctypes.c_int64] * 4)
    return _Look(prototype(engine.get_function_address("look")), engine)


@cache
def _code(dtype: torch.dtype) -> int:
    """PyTorch's number of a dtype."""
    functions = library()
    if functions is None:
        return -1
    with outside():
        sample, code = torch.empty(0, dtype=dtype, device="cpu"), ctypes.c_int32()
    functions.aoti_torch_get_dtype(ctypes.byref(ctypes.c_void_p(sample._cdata)), ctypes.byref(code))
    return code.value


@cache
def _place_of_keys() -> int | None:
    """How many bytes on in PyTorch's tensor its dispatch keys lie. None if that, or the tensor's place, is in doubt."""
    plain = torch.empty(3, device="cpu")
    with torch.inference_mode():
        without_autograd = torch.empty(2, device="cpu")
    kinds = [
        plain,
        torch.nn.Parameter(plain),
        without_autograd,
        plain.int(),
        torch._neg_view(plain),
        torch.empty(2, dtype=torch.complex64, device="cpu").conj(),
        torch._efficientzerotensor(3, device="cpu"),
        torch.empty(3, device="meta"),
        plain.to_sparse(),
    ]
    if any(_word(id(kind) + TENSOR) != kind._cdata or _word(id(kind) + CLASS) != id(type(kind)) for kind in kinds):
        return None
    places = [
        place for place in range(16, 192, 8) if all(_word(kind._cdata + place) == dispatch_keys(kind) for kind in kinds)
    ]
    return places[0] if len(places) == 1 else None


def _word(address: int) -> int:
    return ctypes.c_int64.from_address(address).value
