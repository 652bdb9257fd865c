"""Targets far from what a network begins with."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="The targets are not scaled: their numbers are far larger than the outputs",
    source="this project's own measurement: outputs begin near 1",
    evidence="The targets have a root mean square of {target_size:.3g} and the outputs of {output_size:.3g}; the loss "
    "is of squares, so it and its gradient are huge.",
    advice="(y - mean) / deviation, with the training data's, and turn the answers back afterwards.",
    silent="once the outputs have come near",
    persists=3,
    weight="fault",
    explains=(
        "loss_spikes",
        "step_too_big",
        "step_too_small",
        "exploding_gradients",
        "clipping",
        "stuck",
        "dead_units",
        "nan_in_step",
        "still_improving",
        "nan_in_forward",
    ),
)
def target_scale(target_size, output_size, loss_of_squares, *, size=100, times=3, share=0.9):
    return minimum(minimum(target_size / size, target_size / (times * output_size)), loss_of_squares / share)
