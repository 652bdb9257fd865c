"""Clipping that is the rule."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="Gradients are clipped in more than half of the steps: the clip sets the step, not the rate",
    source="Pascanu, Mikolov & Bengio 2013 clip at half to ten times the average norm; that more than half is too "
    "often is our own choice",
    evidence="{clipped:.0%} of the gradients looked at have one and the same norm, and none a larger one.",
    advice="a limit above most norms, or a lower rate without one; log the norm that clip_grad_norm_ returns.",
    silent="while fewer than half are clipped",
    persists=1,
    weight="advice",
)
def clipping(clipped, looks, *, half=0.5, enough=20):
    return minimum(clipped / half, looks / enough)
