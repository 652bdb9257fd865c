"""A weight decay that takes back what is learned."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="The weight decay is too strong: it takes back what the steps have learned",
    source="this project's own measurement; lr times decay is 1e-5 a step in AdamW as PyTorch sets it by default",
    evidence="Each step takes {decay:.2%} of the weights, so nothing of them is older than some {horizon:,.0f} steps; "
    "after {steps:,.0f} steps the loss is {loss:.4g}, and it began at {loss_at_first:.4g}.",
    advice="a hundredth of the weight decay (0.01 to 0.1 is usual with AdamW, 1e-4 with SGD).",
    silent="where the loss has fallen to a tenth all the same, and for optimizers that do not decay by lr times decay",
    persists=3,
    weight="fault",
    explains=(
        *("stuck", "vanishing_gradients", "step_too_big", "step_too_small", "dead_units", "held_out_at_chance"),
        *("still_improving", "exploding_gradients", "loss_spikes"),
    ),
    contradicts=("overfitting",),
)
def heavy_decay(decay, loss, unlearned, steps, *, most=0.01, share=0.1, enough=50):
    return minimum(minimum(decay / most, loss / (share * unlearned)), steps / enough)
