"""PyTorch's own C functions, made for compiled code, which ask a tensor what it is without a call through Python."""

import ctypes
from functools import cache
from pathlib import Path

import torch


@cache
def library() -> "ctypes.PyDLL | None":
    """PyTorch's library of tensors, which is loaded already; its functions keep the global lock. None without them."""
    for name in ("libtorch_cpu.so", "libtorch_cpu.dylib", "torch_cpu.dll"):
        path = Path(torch.__file__).parent / "lib" / name
        if path.exists():
            loaded = ctypes.PyDLL(str(path))
            return loaded if hasattr(loaded, "aoti_torch_get_storage_size") else None
    return None


def storage_bytes(tensor: torch.Tensor) -> int:
    """How much memory lies behind a plain tensor.

    Not through `untyped_storage()`: two threads may not ask one tensor for that at once.
    """
    functions = library()
    if functions is None:
        return tensor.untyped_storage().nbytes()
    found = ctypes.c_int64()
    handle = ctypes.c_void_p(tensor._cdata)
    functions.aoti_torch_get_storage_size(ctypes.byref(handle), ctypes.byref(found))
    return found.value
