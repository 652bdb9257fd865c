"""Learning rates to try: a grid on a logarithmic scale, or a list."""

import math
from collections.abc import Iterable

import numpy as np

from ravine.errors import RavineError

RATES = "1e-3:100:11"  # two a decade; wide enough to hold RMSprop's best, near 0.003, and Adadelta's, near 10
FORMS = "write 1e-4:1:9 (from:to:count) or 0.1,0.01"
MOST = 100


def parse_rates(text: str) -> tuple[float, ...]:
    """The rates that `text` describes, ascending.

    "1e-4:1:9" is nine rates from 0.0001 to 1, evenly spaced on a logarithmic scale and rounded to three digits;
    "0.1,0.01" is a list. Raises RavineError for anything else, and for rates that are not finite and above 0.
    """
    try:
        if ":" not in text:
            return check_rates(float(part) for part in text.split(","))
        first, last, count = text.split(":")
        ends, n = check_rates((float(first), float(last))), int(count)
    except RavineError:
        raise
    except ValueError:
        raise RavineError(f"learning rates {text!r} cannot be read; {FORMS}") from None
    if len(ends) < 2 or not 2 <= n <= MOST:
        raise RavineError(f"learning rates {text!r}: from:to:count needs two different ends and a count of 2 to {MOST}")
    return check_rates(float(f"{rate:.3g}") for rate in np.geomspace(ends[0], ends[1], n))


def check_rates(rates: Iterable[float]) -> tuple[float, ...]:
    """The rates, ascending, each once; RavineError unless there is one and all are finite and above 0."""
    numbers = []
    for rate in rates:
        try:
            number = float(rate)
        except (TypeError, ValueError):
            raise RavineError(f"a learning rate must be a number, not {rate!r}") from None
        if not (math.isfinite(number) and number > 0):
            raise RavineError(f"a learning rate must be finite and above 0, not {number:g}")
        numbers.append(number)
    if not numbers:
        raise RavineError(f"no learning rates: {FORMS}")
    return tuple(sorted(set(numbers)))
