"""Gradients of all steps so far, added up."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="No zero_grad: gradients of all steps add up",
    source="by definition; directions that align are the second sign",
    evidence="The gradients of the step before were still there when a backward pass began, at {unzeroed:.0%} of the "
    "last looks, and the gradients of two steps in a row have a cosine of {alignment:.2f}.",
    advice="optimizer.zero_grad() before each backward pass.",
    silent="for passes that are accumulated into one step, and where another loss left its gradients",
    persists=3,
    weight="fault",
    explains=(
        "loss_spikes",
        "step_too_big",
        "exploding_gradients",
        "dead_units",
        "stuck",
        "clipping",
        "saturated_units",
        "overfitting",
        "nan_in_step",
        "still_improving",
    ),
)
def unzeroed_gradients(unzeroed, alignment, *, share=0.9, cosine=0.8):
    return minimum(unzeroed / share, alignment / cosine)
