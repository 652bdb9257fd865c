"""Yogi: Adam whose second moment moves towards the squared gradient by no more than a share of that square."""

from ravine.equations import sign, sqrt
from ravine.rules.rule import rule


@rule(
    title="Yogi",
    source="Zaheer et al. 2018, Algorithm 2, with Adam's bias correction and both averages from 1e-6, as optax has it",
    dialect="optax",
    good_at="a run of small gradients lowers its divisor slowly, so that the next large one meets no runaway rate",
    hurts="a divisor that one huge gradient has raised comes down slowly, and the steps stay small for long",
    hyperparameters={"initial_accumulator_value": ("[0, inf)", "what both averages start from")},
)
def yogi(
    g,
    m="initial_accumulator_value",
    v="initial_accumulator_value",
    *,
    t,
    lr=1e-2,
    beta1=0.9,
    beta2=0.999,
    eps=1e-3,
    initial_accumulator_value=1e-6,
):
    m = beta1 * m + (1 - beta1) * g
    v = v - (1 - beta2) * sign(v - g**2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return lr * m_hat / (sqrt(v_hat) + eps), m, v
