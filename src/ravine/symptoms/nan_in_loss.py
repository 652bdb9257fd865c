"""A loss that is not finite, of outputs that are."""

from ravine.equations import where
from ravine.symptoms.symptom import symptom


@symptom(
    title="NaN comes from the loss: a logarithm, root or division in it overflows, or a target is NaN",
    source="by definition",
    evidence="At step {step:,} the loss was not finite, though the outputs that it was made of were.",
    advice="the loss that PyTorch has for it (cross_entropy, log_softmax, logsumexp, "
    "binary_cross_entropy_with_logits) in place of one by hand; and y.isfinite().all() of the targets.",
    silent="where the step was left out, as a GradScaler does",
    persists=1,
    weight="broken",
    explains=("step_too_big", "stuck"),
)
def nan_in_loss(nan_in_loss, growth, *, times=1000):
    return where(growth >= times, 0, nan_in_loss)
