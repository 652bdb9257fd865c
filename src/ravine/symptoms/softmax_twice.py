"""Probabilities given to a loss that takes scores."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="Softmax before cross_entropy: the loss applies softmax once more",
    source="cross_entropy of probabilities cannot fall below ln(e + C - 1) - 1: 1.461 for ten classes",
    evidence="The outputs are probabilities (from 0 to 1, with a sum of 1), and their gradient is that of a "
    "cross-entropy that takes them for scores; the loss is {loss:.4g} and has a floor far from 0.",
    advice="leave the softmax out of the network while it trains; or nll_loss of torch.log of its outputs.",
    silent="where probabilities go to a loss made for them",
    persists=3,
    weight="fault",
    explains=("stuck", "still_improving", "vanishing_gradients", "clipping", "step_too_small"),
)
def softmax_twice(probabilities, cross_entropy, *, share=0.9):
    return minimum(probabilities, cross_entropy) / share
