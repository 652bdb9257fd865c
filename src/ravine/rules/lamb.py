"""LAMB: Adam's step, made as long as a share lr of each layer's weights."""

from ravine.equations import minimum, norm, sqrt, where
from ravine.rules.rule import rule


@rule(
    title="LAMB",
    source="You et al. 2020, Algorithm 2, with the identity for its φ",
    dialect="paper",
    good_at="each layer moves by the same share of its size, whatever its gradients: one rate suits all of them",
    hurts="a layer that starts near zero crawls; tuned Adam matches it on large batches (Nado et al. 2021)",
)
def lamb(g, theta, m=0.0, v=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-6, weight_decay=0.0):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    u = m_hat / (sqrt(v_hat) + eps) + weight_decay * theta
    # Where either norm is zero the step is Adam's.
    ratio = where(minimum(norm(theta), norm(u)) > 0, norm(theta) / norm(u), 1)
    return lr * ratio * u, m, v
