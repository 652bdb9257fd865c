"""Steps so long that the loss came out no better than it was."""

from ravine.equations import maximum, minimum, where
from ravine.symptoms.symptom import symptom


@symptom(
    title="The step is too big: the learning rate is too high",
    source="update over weights near 1e-3: Karpathy 2022; alarm above 1e-1, and above 1 at the first step: this "
    "project's own measurement; a gradient that vanishes: AutoTrainer (Zhang et al. 2021)",
    evidence="The first step was {update_ratio_at_first:.2g} times as long as the weights that it moved, later ones "
    "up to {update_ratio_peak:.2g} times (about 0.001 is usual); after {steps:,.0f} steps the loss is {loss:.4g}, and "
    "it began at {loss_at_first:.4g}.",
    advice="the same training with a tenth of the learning rate, or `ravine check` for a range of rates.",
    silent="while the loss falls, however long the steps (a catapult that recovers), and where the gradient did not "
    "reach the first layers from the start",
    persists=3,
    weight="fault",
    explains=(
        "loss_spikes",
        "dead_units",
        "saturated_units",
        "stuck",
        "vanishing_gradients",
        "first_loss",
        "held_out_at_chance",
        "nan_in_step",
        "nan_in_forward",
        "exploding_gradients",
        "clipping",
        "target_scale",
    ),
    contradicts=("step_too_small", "still_improving"),
)
def step_too_big(
    update_ratio_peak,
    update_ratio_at_first,
    gradient_over_weights,
    loss,
    unlearned,
    steps,
    gradient_ratio_at_first,
    *,
    longest=0.1,
    leap=1,
    wild=10,
    share=0.9,
    enough=30,
    vanished=1e-3,
):
    no_better = loss / (share * unlearned)
    # The first step alone may kill a network, and no later one is long; that of a wild gradient has another cause.
    at_once = where(gradient_over_weights < wild, update_ratio_at_first / leap, 0)
    long = maximum(update_ratio_peak / longest, at_once)
    too_long = minimum(minimum(long, no_better), steps / enough)
    return where(gradient_ratio_at_first < vanished, 0, too_long)
