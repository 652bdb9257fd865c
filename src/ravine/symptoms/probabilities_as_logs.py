"""Probabilities given to a loss that takes their logarithms."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="Softmax into nll_loss, which wants log_softmax: the loss is negative",
    source="nll_loss is minus the output at the class: of probabilities it lies from -1 to 0",
    evidence="The outputs are probabilities, and the gradient reaches the output of the right class alone, as "
    "nll_loss's does; the loss is {loss:.4g}.",
    advice="log_softmax in place of softmax, or scores and cross_entropy.",
    silent="where log-probabilities go to nll_loss",
    persists=3,
    weight="fault",
    explains=("stuck", "still_improving", "step_too_big", "saturated_units"),
)
def probabilities_as_logs(probabilities, picked, *, share=0.9):
    return minimum(probabilities, picked) / share
