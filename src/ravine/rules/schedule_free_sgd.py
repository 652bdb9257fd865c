"""Schedule-Free SGD: the gradient is taken between the fast point and the average, and the average is the answer."""

from ravine.equations import maximum, minimum, where
from ravine.rules.rule import rule

AHEAD = "(1 - beta) * z + beta * theta"
SETTINGS = {
    "beta": ("(0, 1]", "how near to the average the gradient is taken"),
    "warmup_steps": ("[0, inf)", "steps over which the rate grows from 0; 0 is none"),
    "r": ("[0, inf)", "power of the step that later points weigh in the average"),
    "weight_lr_power": ("[0, inf)", "power of the largest rate so far that a point weighs in the average"),
}


@rule(
    title="Schedule-Free SGD",
    source="Defazio et al. 2024, Schedule-Free SGD, with the weights and the warm-up of their code, schedulefree 1.4",
    dialect="schedulefree",
    gradient_at=AHEAD,
    good_at="no schedule and no end to plan for: at a constant rate noise goes out of the point that is evaluated",
    hurts="it trains at another point than it is evaluated at; the rate, beta and a warm-up are still to be chosen",
    hyperparameters=SETTINGS,
)
def schedule_free_sgd(
    g,
    theta,
    z="theta",
    s=0.0,
    gamma_max=0.0,
    *,
    t,
    lr=1.0,
    beta=0.9,
    weight_decay=0.0,
    warmup_steps=0,
    r=0.0,
    weight_lr_power=2.0,
):
    y = (1 - beta) * z + beta * theta
    gamma = lr * minimum(t / maximum(warmup_steps, 1), 1)
    gamma_max = maximum(gamma_max, gamma)
    w = t**r * gamma_max**weight_lr_power
    s = s + w
    c = where(s > 0, w / s, 0)
    z = z - gamma * (g + weight_decay * y)
    return c * (theta - z), z, s, gamma_max
