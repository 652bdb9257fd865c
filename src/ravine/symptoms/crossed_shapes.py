"""Outputs (n, 1) against targets (n,): every output is set against every target."""

from ravine.equations import maximum, minimum, where
from ravine.symptoms.symptom import symptom


@symptom(
    title="Outputs (n, 1) meet targets (n,): the shapes differ, and every output is set against every target",
    source="broadcasting makes (n, n) of the two; the best answer is then the mean of the targets, for all",
    evidence="The loss is of every output against every target: to each example of a batch it asks for the same "
    "number, and for another in the next batch.",
    advice="give both one shape: outputs.squeeze(1), or targets.unsqueeze(1).",
    silent="where the target is one and the same in every batch (a GAN's least squares)",
    persists=3,
    weight="fault",
    explains=("stuck", "still_improving", "step_too_small", "vanishing_gradients", "target_scale"),
)
def crossed_shapes(one_target, spread_of_target, crossed, *, share=0.9, spread=0.02):
    by_gradient = where(spread_of_target > 0, minimum(one_target / share, spread_of_target / spread), 0)
    return maximum(by_gradient, crossed)
