"""RAdam: Adam that waits with adapting until its second moment can be trusted."""

from ravine.equations import sqrt, where
from ravine.rules.rule import rule

SOURCE = "Liu et al. 2020, Algorithm 2, but adapting where ρ {}, as {} does; the paper says ρ > 4"
GOOD_AT = "a warm-up built in: the first steps, whose second moment rests on a few gradients, are not adapted"
HURTS = "those first steps are plain momentum at the full rate, which can be too much for an Adam-sized rate"


@rule(title="RAdam", source=SOURCE.format("> 5", "PyTorch"), good_at=GOOD_AT, hurts=HURTS)
def radam(g, m=0.0, v=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    rho_inf = 2 / (1 - beta2) - 1
    rho = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
    r = sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
    adaptive = sqrt(1 - beta2**t) / (sqrt(v) + eps)
    return where(rho > 5, lr * m_hat * r * adaptive, lr * m_hat), m, v


@rule(
    title="RAdam, eps after the correction",
    source=SOURCE.format("≥ 5", "optax"),
    dialect="optax",
    good_at=GOOD_AT,
    hurts=HURTS,
)
def radam_optax(g, m=0.0, v=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    rho_inf = 2 / (1 - beta2) - 1
    rho = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
    r = sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
    return where(rho >= 5, lr * r * m_hat / (sqrt(v_hat) + eps), lr * m_hat), m, v
