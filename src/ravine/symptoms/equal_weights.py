"""Units that are copies of each other."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="All weights are equal: the units of a layer are copies, and stay so",
    source="symmetry breaking: Goodfellow, Bengio & Courville 2016, section 8.4",
    evidence="The units of {layer} have the same weights and the same gradient, or none{others}: the layer is "
    "worth one unit.",
    advice="random initial weights; PyTorch's own, if nothing speaks against it.",
    silent="for biases, and once the units differ",
    persists=3,
    weight="fault",
    explains=("dead_from_start", "stuck", "still_improving", "vanishing_gradients", "step_too_small"),
)
def equal_weights(same_weights, same_gradients, *, share=0.9):
    return minimum(same_weights, same_gradients) / share
