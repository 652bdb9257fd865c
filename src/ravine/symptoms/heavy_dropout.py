"""Dropout that leaves next to nothing."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="Dropout is too strong: it turns nearly all units off",
    source="half of hidden units, a fifth of inputs: Srivastava et al. 2014; alarm at nine tenths: our own choice",
    evidence="A dropout turns {dropout:.0%} of its inputs off, and after {steps:,.0f} steps the loss is {loss:.4g}; it "
    "began at {loss_at_first:.4g}.",
    advice="p from 0.1 to 0.5; p is the share that is turned off, not what is kept.",
    silent="where the loss has fallen all the same",
    persists=3,
    weight="fault",
    explains=("stuck", "still_improving", "dead_units", "held_out_at_chance", "step_too_big"),
)
def heavy_dropout(dropout, loss, unlearned, steps, *, most=0.9, share=0.5, enough=100):
    return minimum(minimum(dropout / most, loss / (share * unlearned)), steps / enough)
