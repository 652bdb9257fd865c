"""Inputs far from the scale that initial weights are made for."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="The inputs are not scaled: their numbers are too large (0 to 255?)",
    source="LeCun et al. 1998, section 4.3: inputs of about unit variance",
    evidence="The inputs have a root mean square of {input_size:.3g} (about 1 is what initial weights are made for), "
    "and the first layer made {answer_size:.3g} of them.",
    advice="x / 255, or (x - mean) / deviation, with the training data's.",
    silent="for whole numbers that are looked up, and where a norm comes first",
    persists=1,
    weight="fault",
    explains=(
        "loss_spikes",
        "first_loss",
        "step_too_big",
        "dead_units",
        "dead_from_start",
        "saturated_units",
        "stuck",
        "clipping",
        "exploding_gradients",
        "vanishing_gradients",
        "nan_in_step",
    ),
)
def input_scale(input_size, answer_size, *, size=10):
    return minimum(input_size, answer_size) / size
