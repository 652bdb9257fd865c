"""AdaMax: Adam with the largest recent gradient in place of the root of the mean square."""

from ravine.equations import maximum
from ravine.rules.rule import rule

SOURCE = "Kingma & Ba 2015, Algorithm 2"
GOOD_AT = "a bound on each step that is simpler than Adam's; the maximum needs no bias correction"
HURTS = "one large gradient lowers the rate for a long time, as the maximum decays slowly"


@rule(title="AdaMax", source=SOURCE, good_at=GOOD_AT, hurts=HURTS)
def adamax(g, m=0.0, u=0.0, *, t, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    u = maximum(beta2 * u, abs(g) + eps)
    return lr / (1 - beta1**t) * (m / u), m, u


@rule(title="AdaMax, eps in the divisor", source=SOURCE, dialect="Keras", good_at=GOOD_AT, hurts=HURTS)
def adamax_keras(g, m=0.0, u=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    m = beta1 * m + (1 - beta1) * g
    u = maximum(beta2 * u, abs(g))
    return lr / (1 - beta1**t) * (m / (u + eps)), m, u
