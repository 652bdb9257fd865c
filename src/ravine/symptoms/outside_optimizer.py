"""Parameters that the loss depends on and no optimizer moves."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="Parameters are outside the optimizer: the loss depends on them, and nothing moves them",
    source="by definition: no optimizer holds them, and they are as they were at the first look",
    evidence="{outside:,.0f} numbers in {left_out} have a gradient, and have not changed in {steps:,.0f} steps.",
    advice="give them to the optimizer (add_param_group, or [*model.parameters(), *criterion.parameters()]), or "
    "requires_grad_(False).",
    silent="for first layers that are left as they are (a frozen backbone), for what needs no gradient, and for what "
    "another optimizer moves",
    persists=3,
    weight="fault",
    explains=("stuck", "still_improving"),
)
def outside_optimizer(outside, looks, *, enough=5):
    return minimum(outside, looks / enough)
