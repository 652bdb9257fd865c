"""The budget ended before the training did."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="It was still improving when it ended: the budget is too small",
    source="this project's own measurement: a fifth of the whole fall in the last third",
    evidence="{loss_slope:.0%} of the whole fall of the training loss came in the last third of the steps, and "
    "{held_out_slope:.0%} of that of the held-out loss.",
    advice="more epochs, or a higher learning rate.",
    silent="where the rate has been taken down to its end, and before there are six looks at held-out data",
    persists=1,
    weight="advice",
    contradicts=("stuck",),
)
def still_improving(loss_slope, held_out_slope, rate, steps, *, share=0.2, low=0.1, enough=50):
    return minimum(minimum(loss_slope, held_out_slope) / share, minimum(rate / low, steps / enough))
