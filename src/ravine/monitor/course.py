"""What curves alone say of a training: loss, held-out loss and learning rate. It needs no PyTorch."""

import math
from collections.abc import Sequence

from ravine.monitor.series import Series, leaps, mean

nan = math.nan
LEAST = 0.1  # of the first loss that it must have fallen for a part of the fall to mean anything
FEWEST = 10  # steps that a mean loss is taken over, at least


def of_loss(curve: Series, step: float, guess: float, apart: float = 1) -> dict[str, float]:
    """Of the training loss, up to a step. guess: the loss of guessing, or NaN. apart: steps between two values."""
    span = max(step / 10, FEWEST, apart)
    lately = curve.stretch(step - span, step) or curve.values[-FEWEST:]  # before numbers stopped being finite
    if not lately:
        return {}
    blocks = [mean(curve.stretch(step * n / 10, step * (n + 1) / 10)) for n in range(10)] if step >= 20 * apart else []
    third = curve.stretch(step * 2 / 3 - span, step * 2 / 3)
    least = curve.first if math.isnan(guess) else min(curve.first, guess)
    now, fall = mean(lately), curve.first - mean(lately)
    return {
        "loss": now,
        "loss_at_first": curve.first,
        "loss_in_the_middle": mean(curve.stretch(step / 2 - span, step / 2)),
        "loss_best": min([block for block in blocks if not math.isnan(block)] or [now]),
        "spikes": float(leaps(curve, step, least)) if len(curve) > step / 2 else nan,
        "loss_slope": (mean(third) - now) / fall if fall > LEAST * abs(curve.first) else nan,
    }


def of_held_out(losses: Sequence[float]) -> dict[str, float]:
    """Of losses on held-out data, in order."""
    if not losses:
        return {}
    best = min(losses)
    fall = losses[0] - losses[-1]
    before = losses[len(losses) * 2 // 3 - 1] if len(losses) >= 6 else nan
    return {
        "held_out": losses[-1],
        "held_out_best": best,
        "held_out_looks": float(len(losses)),
        "held_out_rising": float(len(losses) - 1 - losses.index(best)),
        "held_out_slope": (before - losses[-1]) / fall if fall > LEAST * abs(losses[0]) else nan,
    }


def of_rate(curve: Series, step: float) -> dict[str, float]:
    """Of the learning rate, up to a step."""
    rates = curve.stretch(0, step)
    if not rates or max(rates) <= 0:
        return {}
    highest = max(rates)
    turns = sum(a > b < c for a, b, c in zip(rates, rates[1:], rates[2:], strict=False))
    return {
        "rate": rates[-1] / highest,
        "rate_low": sum(rate < 0.01 * highest for rate in rates) / len(rates),
        "rate_turns": 100 * turns / max(step, 1),
        "warming": float(rates[-1] >= highest > rates[0]),
    }
