"""The CUDA kernels, compiled to a device's machine code by Triton and NVIDIA's assembler, which need no device.

In a process of its own, because Triton's interpreter, once chosen, stands for the whole process.
"""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from ravine.backends.triton import CHUNK

pytest.importorskip("triton")

COMPILE = """
import json, re, sys
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from ravine.backends.triton import compile_kernel
from ravine.optim.cuda import EXACT
from ravine.rules import rules

TABLE = {"table": "*i64", "settings": "*fp64", "once": "*fp64"}
CHUNKS = {"table": "*i64", "chunks": "*i64", "once": "*fp64", "seed": "*i64", "aligned": "constexpr"}


def assembly(function, signature, architecture, constants):
    apart = {(place,): [["tt.divisibility", 16]] for place in range(len(signature) - len(constants))}
    source = ASTSource(function, signature, constants, apart)
    compiled = triton.compile(source, target=GPUTarget("cuda", architecture, 32), options=EXACT)
    assert compiled.asm["cubin"]
    return compiled.asm["ptx"]


found = []
for name, formats, rounding, architecture, aligned in json.loads(sys.argv[1]):
    kernel = compile_kernel(rules[name].equation, tuple(formats), rounding=rounding)
    assembly(kernel.begin, TABLE, architecture, {})
    text = assembly(kernel.elements, CHUNKS, architecture, {(4,): aligned})
    found.append({
        "threads": int(re.search(r"[.]reqntid (\\d+)", text)[1]),
        "reads": re.findall(r"ld[.]global[.]v(\\d)[.]b(\\d+)", text),
        "writes": re.findall(r"st[.]global[.]v(\\d)[.]b(\\d+)", text),
        "approximate": re.findall(r"(?:div|sqrt)[.](?:full|approx)|fma[.]", text),
    })
print(json.dumps(found))
"""
STATES = {"sgd": 0, "momentum": 1, "adadelta": 2, "adam": 2, "amsgrad": 3, "nadam": 2, "radam": 2, "lion": 1}
PLAIN = [(name, ["float32"] * (2 + states), None, 90, True) for name, states in STATES.items()]
HALF = ["bfloat16", "bfloat16", "float32", "float32"]
OTHERS = [
    ("adam", [*HALF, "bfloat16"], "kahan", 80, True),
    ("adamw", HALF, "stochastic", 90, True),
    ("rmsprop", ["float64"] * 3, None, 80, True),
    ("nadam", ["float32"] * 4, None, 80, False),
]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Of each of PLAIN and then OTHERS, what its assembly reads and writes in vectors: (numbers, bits of one)."""
    environment = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    environment |= {"TRITON_CACHE_DIR": str(tmp_path_factory.mktemp("triton"))}
    arguments = [sys.executable, "-c", COMPILE, json.dumps([*PLAIN, *OTHERS])]
    ended = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr[-2000:]
    return json.loads(ended.stdout)


def elements(accesses: list[tuple[str, str]]) -> int:
    return sum(int(numbers) * int(bits) // 32 for numbers, bits in accesses)


@pytest.mark.slow
def test_each_tensor_is_read_once_and_written_once_in_vectors(compiled: list[dict[str, Any]]) -> None:
    for (name, states), found in zip(STATES.items(), compiled, strict=False):
        chunk = CHUNK // found["threads"]
        assert elements(found["reads"]) == (2 + states) * chunk, name
        assert elements(found["writes"]) == (1 + states) * chunk, name
        assert not found["approximate"], name  # rounded as on the processor


@pytest.mark.slow
def test_other_formats_and_addresses_that_are_not_aligned(compiled: list[dict[str, Any]]) -> None:
    *aligned, loose = compiled[len(PLAIN) :]
    assert all(found["reads"] and found["writes"] for found in aligned)
    assert not loose["reads"]
    assert not loose["writes"]
