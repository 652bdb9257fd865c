"""Inputs that are the same for all examples."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="The inputs are the same for all examples: nothing can be told apart",
    source="by definition",
    evidence="No two examples of a batch differ in any input, at {looks:.0f} looks.",
    advice="look at a batch as the network gets it: is it multiplied by 0, normalised by the wrong axis, or the same "
    "row over and over?",
    silent="for batches of one",
    persists=3,
    weight="fault",
    explains=(
        "stuck",
        "dead_from_start",
        "dead_units",
        "vanishing_gradients",
        "step_too_small",
        "first_loss",
        "held_out_at_chance",
    ),
)
def constant_inputs(input_spread, looks, *, smallest=1e-12, enough=3):
    return minimum(smallest / (input_spread + 1e-13), looks / enough)
