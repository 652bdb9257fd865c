"""Units at the flat ends of their activation."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="Units saturate: outputs lie at the flat ends of the activation",
    source="|tanh| above 0.97: Karpathy 2022; half of the outputs of a layer",
    evidence="{saturated:.0%} of the outputs of {layer} lie within 3 % of an end of its range{others}, where almost no "
    "gradient passes; the loss is {loss:.4g}.",
    advice="smaller initial weights (Glorot & Bengio 2010) or a lower learning rate; scale the inputs.",
    silent="where the loss has fallen well below its start: gates and answers may be sure of themselves",
    persists=3,
    weight="fault",
    explains=("stuck", "vanishing_gradients", "held_out_at_chance", "step_too_small"),
)
def saturated_units(saturated, loss, unlearned, *, half=0.5, share=0.6):
    return minimum(saturated / half, loss / (share * unlearned))
