"""Checks of what a training needs in another framework, by ravine.dialects."""

import numpy as np

from ravine.dialects import EXACT, convert


def ports_unchanged(family: str, source: str, target: str, **settings: float) -> bool:
    """Whether the same numbers give the same training there, to rounding."""
    found = convert(family, source, target, settings)
    numbers = {name: value for name, value in found.settings.items() if not isinstance(value, str)}
    there = convert(family, target, target, numbers) if found.settings else found
    kept = sorted(value for value in found.settings.values() if isinstance(value, float)) == sorted(
        value for value in convert(family, source, source, settings).settings.values() if isinstance(value, float)
    )
    return found.verdict == EXACT and there.verdict == EXACT and kept


def converted(family: str, source: str, target: str, setting: str, **settings: float) -> float:
    """The value that a setting must have there."""
    return float(convert(family, source, target, settings).settings[setting])


def ports_to(call: str, family: str, source: str, target: str, setting: str, value: float, **settings: float) -> bool:
    """Whether `call`, with `setting` at `value`, is the optimizer that trains the same there."""
    found = convert(family, source, target, settings)
    return found.call == call and bool(np.isclose(found.settings.get(setting, np.nan), value))
