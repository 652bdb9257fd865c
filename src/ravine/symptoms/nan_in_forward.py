"""A number that is not finite, made by the network from finite ones."""

from ravine.equations import where
from ravine.symptoms.symptom import symptom


@symptom(
    title="NaN comes from the network: an overflow in the forward pass",
    source="by definition",
    evidence="At step {step:,} the outputs held NaN or infinity, though inputs and weights were finite and outputs had "
    "been no larger than {growth:.3g} times those at first.",
    advice="look for an exp, log, root or division of the network's own: log_softmax in place of log(softmax).",
    silent="for infinities that the loss is meant for, such as masked scores",
    persists=1,
    weight="broken",
    explains=("step_too_big", "stuck"),
)
def nan_in_forward(nan_in_outputs, growth, *, times=1000):
    return where(growth >= times, 0, nan_in_outputs)
