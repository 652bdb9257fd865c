"""LARS: momentum whose gradients are made as long as a share of each layer's weights."""

from ravine.equations import minimum, norm, where
from ravine.rules.rule import rule

GOOD_AT = "a gradient of any size moves a layer by the same share of the layer's size, before momentum adds up"
HURTS = "a second rate to tune; tuned Nesterov matches it on large batches (Nado et al. 2021)"
TRUST = {"trust_coefficient": ("(0, inf)", "share of a layer's norm that a gradient is made as long as, before lr")}


@rule(
    title="LARS",
    source="You, Gitman & Ginsburg 2017, Algorithm 1",
    dialect="paper",
    good_at=GOOD_AT,
    hurts=HURTS,
    hyperparameters=TRUST,
)
def lars(g, theta, v=0.0, *, lr=0.1, momentum=0.9, trust_coefficient=1e-3, weight_decay=0.0):
    size = norm(g) + weight_decay * norm(theta)
    ratio = where(minimum(norm(theta), size) > 0, trust_coefficient * norm(theta) / size, 1)
    v = momentum * v + lr * ratio * (g + weight_decay * theta)
    return v, v


@rule(
    title="LARS, the norm of the sum",
    source="You, Gitman & Ginsburg 2017, but with ‖g + λθ‖ for the paper's ‖g‖ + λ‖θ‖, as optax has it",
    dialect="optax",
    good_at=GOOD_AT,
    hurts=HURTS + "; where decay and gradient cancel, the rate grows",
    hyperparameters=TRUST,
)
def lars_optax(g, theta, v=0.0, *, lr=0.1, momentum=0.9, trust_coefficient=1e-3, weight_decay=0.0, eps=0.0):
    u = g + weight_decay * theta
    ratio = where(minimum(norm(theta), norm(u)) > 0, trust_coefficient * norm(theta) / (norm(u) + eps), 1)
    v = momentum * v + lr * ratio * u
    return v, v
