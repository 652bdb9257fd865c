"""Gradients that do not reach the first layers."""

from ravine.equations import maximum, minimum, where
from ravine.symptoms.symptom import symptom


@symptom(
    title="Gradients vanish on the way to the first layers",
    source="first over last below 1e-3 with the first below 1e-4: AutoTrainer (Zhang et al. 2021); a hundredth at the "
    "start of a training that stays at guessing: this project's own measurement",
    evidence="The gradient of the first weights is {gradient_of_first:.2g}, that of the last {gradient_of_last:.2g}, "
    "and it began with {gradient_ratio_at_first:.2g} times that of the last; "
    "the loss is {loss:.4g} and began at {loss_at_first:.4g}.",
    advice="ReLU or GELU in place of sigmoid or tanh, He initial weights, skip connections, or a norm between the "
    "layers.",
    silent="once the loss has fallen",
    persists=3,
    weight="fault",
    explains=("stuck", "step_too_small"),
)
def vanishing_gradients(
    gradient_of_first,
    gradient_of_last,
    gradient_ratio_at_first,
    loss,
    unlearned,
    guessing,
    steps,
    *,
    ratio=1e-3,
    smallest=1e-4,
    share=0.9,
    weak=1e-2,
    guess=0.97,
    enough=100,
):
    vanished = minimum(ratio * gradient_of_last / gradient_of_first, smallest / gradient_of_first)
    now = minimum(vanished, loss / (share * unlearned))
    # Where nothing is learned all gradients are small in the end; then how they began tells.
    guesses = where(guessing > 0, loss / (guess * guessing), 0)
    began = where(gradient_ratio_at_first > 0, weak / gradient_ratio_at_first, 0)
    return maximum(now, minimum(began, minimum(guesses, steps / enough)))
