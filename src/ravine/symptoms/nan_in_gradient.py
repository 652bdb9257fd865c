"""A gradient that is not finite, of a loss that is."""

from ravine.symptoms.symptom import symptom


@symptom(
    title="NaN comes from a gradient: a root, norm or power of 0 in the loss or network",
    source="the derivative of sqrt at 0 is infinite; times 0 it is NaN",
    evidence="At step {step:,} the loss was finite and its gradient was not, first seen in {where}.",
    advice="add a small number under the root: sqrt(x + 1e-12), or torch.linalg.vector_norm, whose gradient at 0 is 0.",
    silent="where the step was left out, as a GradScaler does",
    persists=1,
    weight="broken",
    explains=("step_too_big", "stuck"),
)
def nan_in_gradient(nan_in_gradient):
    return nan_in_gradient
