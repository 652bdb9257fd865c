"""A step that left weights that are not finite, or made the outputs grow beyond all numbers."""

from ravine.equations import maximum, minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="NaN comes from the step: the learning rate is too high",
    source="by definition; outputs a thousand times those at first: this project's own measurement",
    evidence="At step {step:,} numbers stopped being finite; the largest output had grown to {growth:.3g} times what "
    "it was at first, and the steps to {update_ratio_peak:.2g} times the weights.",
    advice="the same training with a tenth of the learning rate.",
    silent="while weights and outputs are finite",
    persists=1,
    weight="broken",
    explains=("stuck", "step_too_big", "dead_units", "saturated_units", "exploding_gradients", "first_loss"),
)
def nan_in_step(nan_in_step, nan_in_outputs, nan_in_loss, growth, *, times=1000):
    return maximum(nan_in_step, minimum(maximum(nan_in_outputs, nan_in_loss), growth / times))
