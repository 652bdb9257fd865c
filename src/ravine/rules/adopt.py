"""ADOPT: divides each gradient by the size of those before it, and averages afterwards."""

from ravine.equations import maximum, minimum, sqrt, where
from ravine.rules.rule import rule

SOURCE = "Taniguchi et al. 2024"
GOOD_AT = "converges with any beta2 where Adam may not: no gradient stands in its own divisor"


@rule(
    title="ADOPT",
    source=SOURCE + ", with the clip that the authors added in November of that year: ±t^¼, where step 0 measures",
    dialect="paper",
    good_at=GOOD_AT,
    hurts="its first step only measures; after a first gradient near zero the clip alone bounds the next steps",
    hyperparameters={"clip_exp": ("(0, inf)", "power of the step that bounds each quotient")},
)
def adopt(g, m=0.0, v=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.9999, eps=1e-6, clip_exp=0.25):
    # The bound is 0 on the first step, which so leaves the average as it is.
    c = (t - 1) ** clip_exp
    r = g / maximum(sqrt(v), eps)
    m = beta1 * m + (1 - beta1) * maximum(-c, minimum(r, c))
    v = where(t > 1, beta2 * v + (1 - beta2) * g**2, g**2)
    return lr * m, m, v


@rule(
    title="ADOPT without the clip",
    source=SOURCE + ", as first published",
    dialect="paper",
    good_at=GOOD_AT,
    hurts="after a first gradient near zero the next one is divided by next to nothing, and throws the parameter far",
)
def adopt_unclipped(g, m=0.0, v=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.9999, eps=1e-6):
    r = g / maximum(sqrt(v), eps)
    m = where(t > 1, beta1 * m + (1 - beta1) * r, m)
    v = where(t > 1, beta2 * v + (1 - beta2) * g**2, g**2)
    return lr * m, m, v
