"""What `rows`, `columns` and `orthogonalize` mean, in operations that numpy and PyTorch share.

Source: Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks": five Newton-Schulz steps of the
quintic a·X + b·XXᵀX + c·(XXᵀ)²X bring each singular value near 1 (to 0.7 to 1.2, not to 1), and leave its vectors.
"""

from collections.abc import Callable
from math import prod
from typing import Any

from ravine.errors import RavineError

COEFFICIENTS = A, B, C = 3.4445, -4.7750, 2.0315
STEPS, EPS = 5, 1e-7


def extent(shape: tuple[int, ...]) -> tuple[float, float]:
    """(rows, columns) of a tensor: its first axis, and all the others together, as a convolution's filters lie."""
    return float(shape[0] if shape else 1), float(prod(shape[1:]))


def as_matrix(shape: tuple[int, ...]) -> tuple[int, int]:
    """The same of what is a matrix. Raises RavineError for what has fewer than two axes."""
    if len(shape) < 2:
        kind = "a vector" if shape else "a number"
        raise RavineError(f"orthogonalize is of matrices, and was given {kind}: vectors need another rule, adamw say")
    return shape[0], prod(shape[1:])


def orthogonalized(x: Any, norm: Any, at_least: Callable[[Any, float], Any], steps: int = STEPS) -> Any:
    """The matrices x (…, m, n) after Newton-Schulz; `norm` is that of each, (…, 1, 1)."""
    return stepped(x / at_least(norm, EPS), lambda a, x, b, y, z: a * x + b * (y @ z), steps)


def stepped(x: Any, add_product: Callable[[float, Any, float, Any, Any], Any], steps: int = STEPS) -> Any:
    """The same of matrices of norm 1 at most; add_product(a, x, b, y, z) is a·x + b·y z."""
    wide = x.shape[-2] <= x.shape[-1]
    x = x if wide else x.swapaxes(-1, -2)
    for _ in range(steps):
        gram = x @ x.swapaxes(-1, -2)
        x = add_product(A, x, 1.0, add_product(B, gram, C, gram, gram), x)
    return x if wide else x.swapaxes(-1, -2)
