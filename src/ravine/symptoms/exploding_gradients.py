"""Gradients that grow on their way back."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="Gradients explode: the gradient is huge and wild",
    source="Pascanu, Mikolov & Bengio 2013; thresholds: this project's own measurement",
    evidence="The gradient began with a norm of {gradient_at_first:.3g}, {gradient_over_weights:.3g} times "
    "that of the weights; the loss is {loss:.4g} and began at {loss_at_first:.4g}.",
    advice="clip_grad_norm_ (or max_grad_norm of ravine.optim), orthogonal recurrent weights, an LSTM or GRU, or "
    "shorter sequences.",
    silent="where the loss falls all the same",
    persists=3,
    weight="fault",
    contradicts=("vanishing_gradients",),
    explains=(
        "loss_spikes",
        "step_too_big",
        "first_loss",
        "stuck",
        "saturated_units",
        "dead_units",
        "held_out_at_chance",
        "nan_in_step",
        "nan_in_forward",
    ),
)
def exploding_gradients(gradient_over_weights, gradient_at_first, loss, unlearned, *, times=10, largest=100, share=0.9):
    return minimum(minimum(gradient_over_weights / times, gradient_at_first / largest), loss / (share * unlearned))
