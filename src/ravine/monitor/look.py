"""What one look at a training found: plain numbers, and a few masks for as long as a window lasts."""

import math
from dataclasses import dataclass, field

from torch import Tensor

nan = math.nan


@dataclass(slots=True)
class LayerLook:
    """One layer at one step.

    examples: in the batch. off: (units,) whether a unit's output, before any activation, was above 0 for no example.
    still: (units,) whether the gradient of all of a unit's weights was exactly 0.
    gradient, weights: norms. ratio: length of the step over `weights`. mean, deviation: of the outputs.
    saturated: share of outputs within 3 % of an end of the range. The rest as in `ravine.symptoms.measurement`.
    """

    examples: int = 0
    off: Tensor | None = None
    still: Tensor | None = None
    gradient: float = nan
    weights: float = nan
    ratio: float = nan
    mean: float = nan
    deviation: float = nan
    saturated: float = nan
    same_weights: float = nan
    same_gradients: float = nan
    lag_of_mean: float = nan
    lag_of_variance: float = nan
    norm_steps: float = nan
    straight: float = nan

    def forget_masks(self) -> None:
        self.off = self.still = None


@dataclass(slots=True)
class OutputLook:
    """The network's outputs at one step, and what their gradient says of the loss; as in the table of measurements."""

    batch: float = nan
    size: float = nan
    spread: float = nan
    probabilities: float = nan
    across: float = nan
    squeezed: float = nan
    cross_entropy: float = nan
    picked: float = nan
    loss: float = nan
    accuracy: float = nan
    classes: float = nan
    one_target: float = nan
    target: float = nan
    counts: dict[int, int] = field(default_factory=dict)
    told: float = nan  # share of its rows that have a gradient
    purity: float = nan
    loss_if_squares: float = nan
    target_if_squares: float = nan
    squares: float = nan
    turned: float = nan

    def compare(self, loss: float) -> None:
        """Whether the step's loss is the mean of squares that its gradient would be of, or minus that."""
        if loss and self.loss_if_squares == self.loss_if_squares:
            self.squares = float(abs(self.loss_if_squares / loss - 1) < 1e-3)
            if abs(self.loss_if_squares / loss + 1) < 1e-3:
                self.turned = 1.0


@dataclass(slots=True)
class Look:
    """One step, looked at. alignment: cosine to the gradient of the step before; alpha: see `gradients.along`."""

    step: int
    layers: dict[str, LayerLook] = field(default_factory=dict)
    outputs: OutputLook = field(default_factory=OutputLook)
    gradient: float = nan
    alignment: float = nan
    alpha: float = nan
    unzeroed: float = nan
    evaluating: float = nan
    input_size: float = nan
    input_spread: float = nan
    input_variance: float = nan
    answer_size: float = nan
    cut: dict[str, int] = field(default_factory=dict)  # numbers without a gradient, by layer

    def layer(self, name: str) -> LayerLook:
        return self.layers.setdefault(name, LayerLook())
