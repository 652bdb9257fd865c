"""A loss that stays where guessing is."""

from ravine.equations import minimum, where
from ravine.symptoms.symptom import symptom


@symptom(
    title="It is stuck at guessing: the loss is that of not looking at the inputs",
    source="ln C: the cross-entropy of guessing",
    evidence="After {steps:,.0f} steps the loss is {loss:.4g}, and guessing by the shares of the classes has "
    "{guessing:.4g}.",
    advice="learn 20 examples by heart first; if that fails, the fault is in the network or the loss, else in data "
    "or rate.",
    silent="in the first hundred steps, where it comes down to guessing from far above and goes on falling, and where "
    "the rate was taken down to its end below guessing",
    persists=3,
    weight="fault",
    explains=("held_out_at_chance",),
)
def stuck(loss, loss_best, guessing, loss_slope, steps, *, share=0.97, falling=0.05, enough=100):
    not_below = minimum(minimum(loss, loss_best) / (share * guessing), steps / enough)
    return where(loss_slope > falling, 0, not_below)
