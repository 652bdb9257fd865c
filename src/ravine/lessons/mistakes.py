"""Rules as they are often written, wrongly: what a learner who made the mistake would compute.

Questions show them among right formulas, and recognise their results. They are no rules of the book.
"""

from ravine.equations import sqrt
from ravine.errors import unknown
from ravine.rules import Rule, rule, rules


@rule(title="Momentum, the step added", source="a slide that adds where it must subtract; momentum: Polyak 1964")
def momentum_added(g, v=0.0, *, lr=1e-3, beta=0.9):
    v = beta * v + (1 - beta) * g
    return -lr * v, v


@rule(title="Momentum, the rate twice", source="a review sheet with the rate in both lines; momentum: Polyak 1964")
def momentum_rate_twice(g, v=0.0, *, lr=1e-3, momentum=0.9):
    v = momentum * v + lr * g
    return lr * v, v


@rule(title="Adagrad, the root forgotten", source="a usual slip; Adagrad: Duchi, Hazan & Singer 2011")
def adagrad_without_root(g, s=0.0, *, lr=1e-2, eps=1e-10):
    s = s + g**2
    return lr * g / (s + eps), s


@rule(title="Adadelta, eps outside the roots", source="a usual slip; Adadelta: Zeiler 2012")
def adadelta_eps_outside(g, s=0.0, d=0.0, *, lr=1.0, rho=0.9, eps=1e-6):
    s = rho * s + (1 - rho) * g**2
    delta = (sqrt(d) + eps) / (sqrt(s) + eps) * g
    d = rho * d + (1 - rho) * delta**2
    return lr * delta, s, d


@rule(title="Adam, the square root forgotten", source="a usual slip; Adam: Kingma & Ba 2015")
def adam_without_root(g, m=0.0, v=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return lr * m_hat / (v_hat + eps), m, v


@rule(title="Decay without the rate", source="a slide's θ ← θ − λθ; weight decay: Loshchilov & Hutter 2019")
def decay_without_rate(g, theta, *, lr=1e-3, weight_decay=1e-2):
    return lr * g + weight_decay * theta


mistakes: dict[str, Rule] = {name: found for name, found in globals().items() if isinstance(found, Rule)}


def find(name: str) -> Rule:
    """The rule, or the mistake, of that name."""
    if name in mistakes:
        return mistakes[name]
    if name not in rules:
        raise unknown("rule", name, [*rules, *mistakes])
    return rules[name]
