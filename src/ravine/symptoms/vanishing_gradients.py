"""Gradients that do not reach the first layers."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="Gradients vanish on the way to the first layers",
    source="first over last below 1e-3 with the first below 1e-4: AutoTrainer (Zhang et al. 2021)",
    evidence="The gradient of the first weights is {gradient_of_first:.2g}, that of the last {gradient_of_last:.2g}; "
    "the loss is {loss:.4g} and began at {loss_at_first:.4g}.",
    advice="ReLU or GELU in place of sigmoid or tanh, He initial weights, skip connections, or a norm between the "
    "layers.",
    silent="once the loss has fallen",
    persists=3,
    weight="fault",
    explains=("stuck", "step_too_small"),
)
def vanishing_gradients(gradient_of_first, gradient_of_last, loss, unlearned, *, ratio=1e-3, smallest=1e-4, share=0.9):
    vanished = minimum(ratio * gradient_of_last / gradient_of_first, smallest / gradient_of_first)
    return minimum(vanished, loss / (share * unlearned))
