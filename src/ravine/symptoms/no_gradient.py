"""Layers that the loss's gradient never reaches, for the graph is cut."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="No gradient arrives: the graph is cut between the loss and layers (detach, .data, .item(), no_grad?)",
    source="by definition: they went forward with gradients on, and never had one",
    evidence="{ungraded:,.0f} numbers in {cut} take part in the forward pass and had no gradient at any look, in "
    "{steps:,.0f} steps.",
    advice="print(loss.grad_fn) and follow it back; nothing between a layer and loss.backward() may be detached, made "
    "into a number or into a new tensor.",
    silent="for layers that need no gradient, for those run under no_grad, and for branches that the loss does not use",
    persists=3,
    weight="fault",
    explains=("stuck", "still_improving", "step_too_small", "overfitting", "held_out_at_chance", "dead_from_start"),
)
def no_gradient(ungraded, looks, *, enough=5):
    return minimum(ungraded, looks / enough)
