"""Units that training turned off for good."""

from ravine.equations import minimum, where
from ravine.symptoms.symptom import symptom


@symptom(
    title="Units die: they are off for every example and get no gradient",
    source="more than half of a layer: SageMaker Debugger's dead_relu",
    evidence="{dead:.0%} of the {units:.0f} units of {layer} were off for every example of the last looks, with no "
    "gradient{others}; at first it was {dead_at_first:.0%}.",
    advice="a lower learning rate, or an activation that lets a little through (leaky ReLU, GELU).",
    silent="for units that are off for some examples only, as half of a healthy ReLU's are, and once the loss is low",
    persists=3,
    weight="fault",
    explains=("stuck", "vanishing_gradients", "step_too_small", "held_out_at_chance"),
)
def dead_units(dead, dead_at_first, units, loss, unlearned, *, half=0.5, fewest=4, share=0.5):
    missed = minimum(units / fewest, loss / (share * unlearned))
    return where(dead_at_first > half, 0, minimum(dead / half, missed))
