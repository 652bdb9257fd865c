"""One training run, and what was seen of it."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Run:
    """One optimizer at one rate from one seed. Accuracies run from 0 to 1.

    validation_accuracy, validation_loss: one value per evaluation, after the steps in `Comparison.steps`.
    test_accuracy:   after the last step.
    steps_to_target: steps before the first evaluation at which validation accuracy had reached the target, or None.
    diverged: the validation loss ended above where it began, or it or a parameter stopped being finite; from then on
        accuracy counts as 0 and loss as inf.
    """

    optimizer: str
    lr: float
    seed: int
    validation_accuracy: tuple[float, ...]
    validation_loss: tuple[float, ...]
    test_accuracy: float
    steps_to_target: int | None
    diverged: bool

    def as_dict(self) -> dict[str, Any]:
        """For JSON: an infinite loss is None."""
        loss = [value if np.isfinite(value) else None for value in self.validation_loss]
        return {**asdict(self), "validation_loss": loss}
