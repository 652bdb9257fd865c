"""Nesterov's momentum: look where the momentum will carry you, and take the gradient there."""

from ravine.rules.rule import rule

GOOD_AT = "begins to slow down earlier than momentum: less overshoot at the same rate"
AHEAD = "Nesterov 1983; Sutskever et al. 2013, equations 3 and 4, at the point ahead (Bengio et al. 2013)"
HURTS = "still one rate for all parameters, and two hyperparameters to tune; noise hides the advantage"


@rule(
    title="Nesterov's momentum",
    source=AHEAD,
    good_at=GOOD_AT,
    hurts=HURTS,
)
def nesterov(g, v=0.0, *, lr=1e-3, momentum=0.9):
    # The parameter here is the point that looks ahead, so the gradient is taken where it stands.
    v = momentum * v + g
    return lr * (g + momentum * v), v


@rule(
    title="Nesterov's momentum, looking ahead",
    source="Nesterov 1983; Sutskever et al. 2013, equations 3 and 4",
    dialect="paper",
    gradient_at="theta - momentum * v",
    good_at=GOOD_AT,
    hurts=HURTS + "; the gradient is wanted at a point where no parameter stands",
)
def nesterov_lookahead(g, v=0.0, *, lr=1e-3, momentum=0.9):
    v = momentum * v + lr * g
    return v, v


@rule(
    title="Nesterov's momentum, the rate inside",
    source=AHEAD,
    dialect="Keras",
    good_at=GOOD_AT,
    hurts=HURTS,
)
def nesterov_keras(g, v=0.0, *, lr=0.01, momentum=0.9):
    v = momentum * v + lr * g
    return momentum * v + lr * g, v
