"""A loss that is driven up."""

from ravine.equations import minimum, where
from ravine.symptoms.symptom import symptom


@symptom(
    title="The loss has the wrong sign: the network is driven away from its targets",
    source="by definition: of minus a loss the gradient is minus its gradient",
    evidence="At {turned:.0%} of the last looks the gradient was minus that of a cross-entropy or of squared errors, "
    "and the loss is {loss:.4g}: it can fall without end.",
    advice="take the minus away (of a likelihood that is to be large, minus is right).",
    silent="where the loss is positive, or only some examples are turned round, as by a reward below 0",
    persists=3,
    weight="fault",
    explains=(
        *("step_too_big", "exploding_gradients", "nan_in_step", "nan_in_loss", "nan_in_forward", "loss_spikes"),
        *("saturated_units", "dead_units", "overfitting", "probabilities_as_logs"),
    ),
    contradicts=("still_improving", "step_too_small"),
)
def wrong_sign(turned, loss, *, share=0.9):
    return where(loss < 0, minimum(turned, 1) / share, 0)
