"""A first loss far from that of guessing."""

from ravine.equations import log, minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="The first loss is far above guessing: the last layer begins with too large weights",
    source="ln C: Karpathy 2019, a recipe for training neural networks",
    evidence="The first loss was {loss_at_first:.4g}, where {classes:.0f} classes have ln {classes:.0f} = {guess:.3g} "
    "for guessing; outputs began with a root mean square of {output_size_at_first:.3g}.",
    advice="smaller initial weights in the last layer, and a bias of 0 there.",
    silent="within three times ln C",
    persists=1,
    weight="advice",
    explains=("stuck", "step_too_small", "vanishing_gradients", "target_scale"),
)
def first_loss(loss_at_first, classes, output_size_at_first, *, times=3, size=5):
    return minimum(loss_at_first / (times * log(classes)), output_size_at_first / size)
