"""AdEMAMix: Adam with a second average of gradients, which forgets far more slowly than the first."""

from ravine.equations import exp, log, maximum, minimum, sqrt
from ravine.rules.rule import rule


@rule(
    title="AdEMAMix",
    source="Pagliardini et al. 2024, Algorithm 1, with alpha, as the authors' code has it by default",
    dialect="paper",
    good_at="long runs: gradients of thousands of steps ago still count, beside an average that turns quickly",
    hurts="one buffer more than Adam; a short run never fills it, and where the problem changes it pulls the old way",
    hyperparameters={
        "beta3": ("[0, 1)", "decay of the slow average of gradients"),
        "alpha": ("[0, inf)", "weight of the slow average beside the fast one"),
        "beta3_warmup": ("[0, inf)", "steps over which the slow average's memory grows from beta1's; 0 is none"),
        "alpha_warmup": ("[0, inf)", "steps over which alpha grows from 0; 0 is none"),
    },
)
def ademamix(
    g,
    m=0.0,
    v=0.0,
    s=0.0,
    *,
    t,
    lr=1e-3,
    beta1=0.9,
    beta2=0.999,
    beta3=0.9999,
    alpha=2.0,
    beta3_warmup=0,
    alpha_warmup=0,
    eps=1e-8,
):
    # What grows in a straight line is the half-life, 1/log beta; the paper's quotient of logarithms is the same.
    w = minimum(t / maximum(beta3_warmup, 1), 1)
    b = minimum(exp(1 / ((1 - w) / log(beta1) + w / log(beta3))), beta3)
    a = alpha * minimum(t / maximum(alpha_warmup, 1), 1)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    s = b * s + (1 - b) * g
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return lr * (m_hat + a * s) / (sqrt(v_hat) + eps), m, v, s
