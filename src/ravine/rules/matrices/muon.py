"""Muon: momentum whose every direction, strong or weak, is made about equally long."""

from ravine.equations import columns, maximum, orthogonalize, rows, sqrt
from ravine.rules.rule import rule

SOURCE = "Jordan et al. 2024"
GOOD_AT = "hidden layers: directions that few gradients point to move as far as those that most do"
HURTS = "of matrices alone: biases, embeddings and the last layer go to AdamW; matrix products at every step"
NESTEROV = {"nesterov": ("[0, 1]", "share of the look ahead: 1 is Nesterov's momentum, 0 is plain")}


@rule(
    title="Muon",
    source=SOURCE + ", with the scale √max(1, rows/columns) of its code",
    good_at=GOOD_AT,
    hurts=HURTS,
    hyperparameters=NESTEROV,
)
def muon(g, theta, b=0.0, *, lr=1e-3, momentum=0.95, nesterov=1.0, weight_decay=0.1):
    b = momentum * b + (1 - momentum) * g
    u = b + nesterov * (1 - momentum) * (g - b)
    scale = sqrt(maximum(1, rows(theta) / columns(theta)))
    return lr * (scale * orthogonalize(u) + weight_decay * theta), b


@rule(
    title="Muon, at AdamW's size",
    source="Liu et al. 2025: 0.2·√max(rows, columns), with which a rate that suits AdamW can be kept",
    dialect="PyTorch, match_rms_adamw",
    good_at=GOOD_AT,
    hurts=HURTS,
    hyperparameters=NESTEROV,
)
def muon_rms(g, theta, b=0.0, *, lr=1e-3, momentum=0.95, nesterov=1.0, weight_decay=0.1):
    b = momentum * b + (1 - momentum) * g
    u = b + nesterov * (1 - momentum) * (g - b)
    scale = 0.2 * sqrt(maximum(rows(theta), columns(theta)))
    return lr * (scale * orthogonalize(u) + weight_decay * theta), b
