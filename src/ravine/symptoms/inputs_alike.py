"""Inputs in which the examples are lost beside what all have in common."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="The inputs hardly differ between examples: normalised over the wrong axis, or an offset left in?",
    source="this project's own measurement: under a hundredth in tables normalised by rows, over a fifteenth in "
    "healthy data, images that begin at 0 among them",
    evidence="Only {input_variance:.2%} of the inputs' mean square is a difference between examples, the rest is the "
    "same for all; the loss is {loss:.4g} and began at {loss_at_first:.4g}.",
    advice="(x - x.mean(0)) / x.std(0): each input by its own mean and deviation over the training data.",
    silent="where the loss has fallen, as behind a batch norm, for batches of less than 8, and for whole numbers that "
    "are looked up",
    persists=3,
    weight="fault",
    explains=(
        *("stuck", "dead_from_start", "dead_units", "vanishing_gradients", "step_too_small", "held_out_at_chance"),
        *("saturated_units", "first_loss", "still_improving"),
    ),
)
def inputs_alike(
    input_variance, input_spread, loss, unlearned, steps, *, least=0.015, share=0.9, enough=50, nought=1e-12
):
    signs = minimum(least / input_variance, loss / (share * unlearned))
    return minimum(minimum(signs, steps / enough), input_spread / nought)
