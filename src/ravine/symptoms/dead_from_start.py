"""Units that were off before training could turn them off."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="Units are dead from the start: bias or initial weights keep them off for every example",
    source="more than half of a layer: SageMaker Debugger's dead_relu",
    evidence="{dead_at_first:.0%} of the {units:.0f} units of {layer} were off for every example of the first looks, "
    "with no gradient{others}, and {dead:.0%} still are.",
    advice="a bias of 0 and weights from He et al. 2015 (nn.init.kaiming_normal_, nonlinearity='relu').",
    silent="for units that are off for some examples only, as half of a healthy ReLU's are",
    persists=3,
    weight="fault",
    explains=("stuck", "dead_units", "vanishing_gradients", "step_too_small", "held_out_at_chance"),
)
def dead_from_start(dead_at_first, dead, units, *, half=0.5, fewest=4):
    return minimum(minimum(dead_at_first, dead) / half, units / fewest)
