"""A loss that leaps up again and again, and comes down each time."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="The loss leaps up again and again: some batches are bad, or steps too long for parts of the way",
    source="our own choice, tried on the sick and healthy sets: twice the running mean, three times over",
    evidence="In the last half of {steps:,.0f} steps the loss leapt {spikes:.0f} times above {unlearned:.4g}, which "
    "guessing has or it began with, and above twice its running mean; it is {loss:.4g} now.",
    advice="look at the batches of those steps; then clip the gradient's norm, or take a third of the rate.",
    silent="for a single leap, for noise that is as high all the time, and for batches of less than 8",
    persists=2,
    weight="fault",
    explains=("overfitting", "still_improving"),
)
def loss_spikes(spikes, batch, *, repeated=3, fewest=8):
    return minimum(spikes / repeated, batch / fewest)
