"""How figures are written: accuracies in percent, losses, intervals, steps, lists of names."""

from collections.abc import Sequence

import numpy as np

from ravine.lab.metric import as_metric


def value(of: float, metric: str, digits: int = 1) -> str:
    """An accuracy in percent with so many digits after the point, a loss with four significant ones."""
    return f"{100 * of:.{digits}f}%" if as_metric(metric).share else f"{of:.4g}"


def number(of: float | str) -> str:
    """A setting: text as it is, a number with three significant digits, all of a whole one."""
    if isinstance(of, bool | str):
        return str(of)
    return str(of) if isinstance(of, int) else f"{of:.3g}"


def goal(target: float, metric: str) -> str:
    """A target as it was given, with every digit: 97.5% for 0.975."""
    return f"{100 * target:g}%" if as_metric(metric).share else f"{target:g}"


def interval(low: float, high: float, metric: str, digits: int = 1) -> str:
    """Its two ends, with the unit once; a dash for one that says nothing."""
    if not np.isfinite((low, high)).all():
        return "–"
    return f"{value(low, metric, digits).removesuffix('%')} to {value(high, metric, digits)}"


def gap(low: float, high: float, metric: str) -> str:
    """The two ends of an interval of differences, signed; of accuracies in points of a hundred."""
    if not np.isfinite((low, high)).all():
        return "–"
    ends = (f"{100 * end:+.2f}" if as_metric(metric).share else f"{end:+.3g}" for end in (low, high))
    return " to ".join(ends).replace("-", "−")


def steps(of: float) -> str:
    """A count of steps, or that it was not reached."""
    return "not reached" if of == np.inf else f"{of:g}"


def seconds(of: float | None) -> str:
    """Seconds with two significant digits."""
    return "–" if of is None or of == np.inf else f"{of:.2g}" if of < 10 else f"{of:.0f}"


def duration(seconds: float) -> str:
    """A time to wait, as one says it."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"


def probability(p: float) -> str:
    """A p-value; what is below a thousandth is not told apart."""
    return "<0.001" if p < 1e-3 else f"{p:.2g}"


def epochs(of: float) -> str:
    """Passes over the training data, which may be less than one."""
    return f"{of:.3g} epoch" if of == 1 else f"{of:.3g} epochs"


def count(n: int, noun: str) -> str:
    """A number with its noun."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def listed(names: Sequence[str]) -> str:
    """The names in a sentence: "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def first_rung(raced: bool) -> str:
    """After what part of the budget all settings are seen, where most went no further."""
    return " at the first rung, a ninth of the budget" if raced else ""
