"""Probabilities given to a loss that takes scores."""

from ravine.equations import maximum, minimum, where
from ravine.symptoms.symptom import symptom


@symptom(
    title="Softmax before cross_entropy or log_softmax: softmax is applied once more",
    source="cross_entropy of probabilities cannot fall below ln(e + C - 1) - 1: 1.461 for ten classes",
    evidence="What is taken for scores are probabilities already (from 0 to 1, with a sum of 1), so that softmax can "
    "make none of them sure; the loss is {loss:.4g} and has a floor far from 0.",
    advice="leave the softmax out of the network while it trains; or nll_loss of torch.log of its outputs.",
    silent="where probabilities go to a loss made for them",
    persists=3,
    weight="fault",
    explains=("stuck", "still_improving", "vanishing_gradients", "clipping", "step_too_small"),
)
def softmax_twice(probabilities, cross_entropy, squeezed, *, share=0.9):
    return maximum(minimum(probabilities, cross_entropy), where(squeezed > 0, squeezed, 0)) / share
