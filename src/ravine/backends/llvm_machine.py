"""This processor: LLVM's modules made into machine code for it, which is freed when nobody needs it any more."""

import os
import platform
import threading
import weakref
from collections import deque
from functools import cache

import llvmlite.binding as llvm
from llvmlite import ir
from llvmlite.binding.newpassmanagers import NewPassManager

from ravine.backends.llvm_formats import FORMATS

X86 = ("x86_64", "amd64")  # as `platform` has it

# LLVM's set-up and llvmlite's module names are shared by all threads; nor may LLVM free while another thread compiles.
COMPILING = threading.RLock()

if hasattr(os, "register_at_fork"):  # a child would wait for ever for a thread that it does not have
    os.register_at_fork(before=COMPILING.acquire, after_in_parent=COMPILING.release, after_in_child=COMPILING.release)

_UNUSED: deque[llvm.ExecutionEngine] = deque()  # machine code that no kernel needs any more


def supports(format: str) -> bool:
    """Whether this processor has the format in hardware or needs no hardware for it."""
    if format == "float16" and platform.machine().lower() in X86:
        return bool(llvm.get_host_cpu_features().get("f16c"))
    return format in FORMATS


def asks_ahead() -> bool:
    """Whether kernels ask for memory before they need it: Intel's own prefetching stops at each page, AMD's not."""
    return not llvm.get_host_cpu_name().startswith("znver")


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


def free_with(owner: object, engine: llvm.ExecutionEngine) -> None:
    """Frees machine code once `owner` is gone."""
    weakref.finalize(owner, _discard, engine).atexit = False


def free_unused() -> None:
    """Frees what nobody needs any more. To be called in COMPILING."""
    while _UNUSED:
        _UNUSED.pop().close()


def _discard(engine: llvm.ExecutionEngine) -> None:
    """Frees machine code, now or before the next is made: LLVM may not free while another thread compiles."""
    _UNUSED.append(engine)
    if COMPILING.acquire(blocking=False):  # the garbage collector may call from anywhere, also from within it
        try:
            free_unused()
        finally:
            COMPILING.release()


@cache
def _target() -> llvm.Target:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple()


def _this_processor() -> llvm.TargetMachine:
    """This processor, at full optimisation. An engine frees the one that it was given, so each has its own."""
    features = llvm.get_host_cpu_features().flatten()
    if platform.machine().lower() in X86:
        features += ",+prefer-256-bit"  # where memory is what one waits for, wider vectors are slower
    return _target().create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=3, jit=True)
