"""StableAdamW: AdamW that steps shorter where the second moment lags behind the gradients."""

from ravine.equations import maximum, mean, sqrt
from ravine.rules.rule import rule


@rule(
    title="StableAdamW",
    source="Wortsman et al. 2023, Algorithm 2: AdamW with Adafactor's clip of the update, as a rate",
    dialect="paper",
    good_at="a sudden large gradient, which Adam's divisor lags behind, moves it by less: no norm to clip at is chosen",
    hurts="a pass over the tensor before each step; while gradients do not outgrow their average it is AdamW",
)
def stableadamw(g, theta, m=0.0, v=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.99, eps=1e-8, weight_decay=0.0):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    rms = sqrt(mean(g**2 / maximum(v_hat, eps**2)))
    rate = lr / maximum(1, rms)
    return rate * (m_hat / (sqrt(v_hat) + eps) + weight_decay * theta), m, v
