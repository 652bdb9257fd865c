"""Schedule-Free AdamW: Adam's divisor on the fast point, and an average in place of momentum and schedule."""

from ravine.equations import maximum, minimum, sqrt, where
from ravine.rules.rule import rule
from ravine.rules.schedule_free_sgd import SETTINGS

AHEAD = "(1 - beta1) * z + beta1 * theta"
GOOD_AT = "no schedule and no end to plan for, with Adam's divisor; it remembers as much as Adam"
HURTS = "it trains at another point than it is evaluated at; where the problem changes, all the past is in the average"
OWN = {**SETTINGS, "beta1": SETTINGS["beta"]}


@rule(
    title="Schedule-Free AdamW",
    source="Defazio et al. 2024, Algorithm 1, with Adam's correction of v, as in their code, schedulefree 1.4",
    dialect="schedulefree",
    gradient_at=AHEAD,
    good_at=GOOD_AT,
    hurts=HURTS,
    hyperparameters=OWN,
)
def schedule_free_adamw(
    g,
    theta,
    z="theta",
    v=0.0,
    s=0.0,
    gamma_max=0.0,
    *,
    t,
    lr=2.5e-3,
    beta1=0.9,
    beta2=0.999,
    eps=1e-8,
    weight_decay=0.0,
    warmup_steps=0,
    r=0.0,
    weight_lr_power=2.0,
):
    y = (1 - beta1) * z + beta1 * theta
    gamma = lr * minimum(t / maximum(warmup_steps, 1), 1)
    gamma_max = maximum(gamma_max, gamma)
    w = t**r * gamma_max**weight_lr_power
    s = s + w
    c = where(s > 0, w / s, 0)
    v = beta2 * v + (1 - beta2) * g**2
    v_hat = v / (1 - beta2**t)
    z = z - gamma * (g / (sqrt(v_hat) + eps) + weight_decay * y)
    return c * (theta - z), z, v, s, gamma_max


@rule(
    title="Schedule-Free AdamW, the correction in the rate",
    source="Defazio et al. 2024, Algorithm 1",
    dialect="paper",
    gradient_at=AHEAD,
    good_at=GOOD_AT,
    hurts="by their code's own note its correction can make training unstable; the rate, beta and a warm-up to choose",
    hyperparameters=OWN,
)
def schedule_free_adamw_paper(
    g,
    theta,
    z="theta",
    v=0.0,
    s=0.0,
    *,
    t,
    lr=2.5e-3,
    beta1=0.9,
    beta2=0.999,
    eps=1e-8,
    weight_decay=0.0,
    warmup_steps=0,
):
    y = (1 - beta1) * z + beta1 * theta
    gamma = lr * sqrt(1 - beta2**t) * minimum(t / maximum(warmup_steps, 1), 1)
    s = s + gamma**2
    c = where(s > 0, gamma**2 / s, 0)
    v = beta2 * v + (1 - beta2) * g**2
    z = z - gamma * (g / (sqrt(v) + eps) + weight_decay * y)
    return c * (theta - z), z, v, s
