"""A rate that falls away, or swings, while there is much to learn."""

from ravine.equations import maximum, minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="The schedule is too fast: is the scheduler stepped per batch, where epochs are meant?",
    source="this project's own measurement: a schedule's low end is the last tenth of a run, not half of it",
    evidence="{rate_low:.0%} of the steps had a learning rate below a hundredth of its largest, and it turned upwards "
    "{rate_turns:.2g} times in a hundred steps; the loss is {loss:.4g}, and began at {loss_at_first:.4g}.",
    advice="scheduler.step() once an epoch, or tell the scheduler the number of steps.",
    silent="at the end of a schedule, and where the loss was low before the rate was",
    persists=3,
    weight="fault",
    explains=("step_too_small", "stuck", "still_improving"),
)
def scheduler_per_batch(rate_low, rate_turns, loss, unlearned, *, half=0.5, turns=2, share=0.25):
    return minimum(maximum(rate_low / half, rate_turns / turns), loss / (share * unlearned))
