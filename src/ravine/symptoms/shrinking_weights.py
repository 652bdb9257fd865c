"""Weights that decay takes to nothing."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="The weights shrink to nothing: the weight decay is too strong",
    source="our own choice, tried on the sick and healthy sets: a tenth of the weights is left, nothing learned",
    evidence="No layer's weights have more than {weights_left:.1%} of the norm that they began with, and after "
    "{steps:,.0f} steps the loss is {loss:.4g}; it began at {loss_at_first:.4g}.",
    advice="a hundredth of the weight decay (0.01 to 0.1 is usual with AdamW, 1e-4 with SGD).",
    silent="while the loss falls, as where a norm makes the size of the weights no matter",
    persists=3,
    weight="fault",
    explains=(
        "heavy_decay",
        "stuck",
        "vanishing_gradients",
        "step_too_big",
        "step_too_small",
        "dead_units",
        "held_out_at_chance",
    ),
)
def shrinking_weights(weights_left, loss, unlearned, steps, *, least=0.1, share=0.9, enough=30):
    return minimum(minimum(least / weights_left, loss / (share * unlearned)), steps / enough)
