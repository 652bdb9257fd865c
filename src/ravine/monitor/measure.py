"""From looks to measurements: what `ravine.symptoms` are asked with. What was not seen is NaN."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from ravine.monitor.course import of_held_out, of_loss, of_rate
from ravine.monitor.dead import dead
from ravine.monitor.history import WINDOW, History
from ravine.monitor.hooks import Hooks
from ravine.monitor.look import LayerLook, Look
from ravine.monitor.outputs import guessing
from ravine.monitor.series import Series, deviation, mean, median
from ravine.monitor.stepping import decay_of
from ravine.symptoms import MEASUREMENTS

nan = math.nan
AT_FIRST = 3  # looks
TOLD = 50  # classes that must have been met before guessing is known
RUN = [name for name, one in MEASUREMENTS.items() if not one.layer]


def of_the_run(hooks: Hooks, count: int) -> dict[str, float]:
    """The measurements of the whole training as they were at the `count`-th of the looks that are kept."""
    looks = hooks.history.looks[:count]
    window, last = looks[-WINDOW:], looks[-1]
    whole = count == len(hooks.history.looks)
    step = float(hooks.steps if whole else last.step)
    guess = known_guessing(hooks.history)
    measured = {
        "steps": step,
        "guessing": guess,
        "looks": float(count),
        **of_loss(loss_curve(hooks.history), step, guess),
        **_network(hooks, looks, window),
        **of_held_out(hooks.history.held_out.stretch(0, step)),
        **of_rate(hooks.history.rate, step),
        **_gradients([look for look in looks if math.isfinite(look.gradient)] or looks),
        **_outputs(looks, window, hooks.history),
        "crossed": hooks.crossed,
        **({"squeezed": 1.0} if hooks.softmax_twice else {}),
        **_modes(hooks, window),
        **_outside(hooks),
        **_trail(hooks),
    }
    known = [measured.get(name, nan) for name in ("loss_at_first", "guessing")]
    measured["unlearned"] = min((value for value in known if not math.isnan(value)), default=nan)
    above = measured.get("loss", nan) / measured["guessing"]
    measured["above_guessing"] = 1.0 if math.isnan(above) else above
    measured["guess"] = math.log(measured["classes"]) if measured["classes"] > 0 else nan
    return {**dict.fromkeys(RUN, nan), **measured}


def of_layers(history: History, count: int) -> dict[str, dict[str, float]]:
    """The measurements of each layer as they were at the `count`-th look."""
    looks = history.looks[:count]
    names = dict.fromkeys(name for look in looks[-WINDOW:] for name in look.layers)
    return {name: {**_layer(name, looks), "dead_at_first": history.dead_at_first.get(name, nan)} for name in names}


def _layer(name: str, looks: Sequence[Look]) -> dict[str, float]:
    seen = [look.layers[name] for look in looks[-WINDOW:] if name in look.layers]
    units = next((float(len(one.still)) for one in reversed(seen) if one.still is not None), nan)

    def middle(value: Callable[[LayerLook], float]) -> float:
        return median([value(one) for one in seen])

    return {
        "dead": dead(name, reversed(looks)),
        "units": units,
        "saturated": middle(lambda one: one.saturated),
        "same_weights": middle(lambda one: one.same_weights),
        "same_gradients": middle(lambda one: one.same_gradients),
        "lag_of_mean": middle(lambda one: one.lag_of_mean),
        "lag_of_variance": middle(lambda one: one.lag_of_variance),
        "norm_steps": seen[-1].norm_steps if seen else nan,
    }


def known_guessing(history: History) -> float:
    """The loss of guessing, once enough classes were met; else NaN."""
    counts = history.classes
    return guessing(counts) if sum(counts.values()) >= TOLD and len(counts) > 1 else nan


def loss_curve(history: History) -> Series:
    """The training loss: as it was told, or else as outputs and gradients gave it away."""
    if len(history.loss):
        return history.loss
    curve = Series()
    for look in history.looks:
        curve.add(look.step, look.outputs.loss)
    return curve


def _network(hooks: Hooks, looks: Sequence[Look], window: Sequence[Look]) -> dict[str, float]:
    """What the network itself is: its dropout, its layers' links, and what became of its weights."""
    first, last = looks[0].layers, looks[-1].layers
    decay = max(map(decay_of, hooks.optimizers))
    left = [last[name].weights / layer.weights for name, layer in first.items() if name in last and layer.weights > 0]
    links = [layer.straight for layer in last.values() if not math.isnan(layer.straight)][1:]
    return {
        "dropout": max((part.p for part in hooks.dropouts), default=nan) if window[-1].evaluating == 0 else nan,
        "weights_left": max((share for share in left if not math.isnan(share)), default=nan),
        "decay": decay,
        "horizon": 1 / decay if decay > 0 else nan,
        "links": float(len(links)),
        "straight": mean(links) if hooks.only_linear else 0.0,
        "ungraded": min(float(sum(look.cut.values())) for look in window),
    }


def ratios(look: Look) -> list[float]:
    """Length of the step over that of the weights, for each layer that moved."""
    return [layer.ratio for layer in look.layers.values() if layer.ratio > 0]


def _gradients(looks: Sequence[Look]) -> dict[str, float]:
    window = looks[-WINDOW:]
    known = [max(ratios(look)) for look in looks if ratios(look)]
    weighted = [name for name, layer in looks[-1].layers.items() if not math.isnan(layer.gradient)]
    first, last = (weighted[0], weighted[-1]) if len(weighted) > 1 else ("", "")
    norms = [look.gradient for look in looks]
    at_first = [_norm(look, first) / _norm(look, last) for look in looks[:AT_FIRST] if _norm(look, last) > 0]
    top = _top(norms)
    same = [norm for norm in norms if abs(norm - top) <= 1e-4 * top]
    return {
        "update_ratio": median([max(ratios(look), default=nan) for look in window]),
        "update_ratio_at_first": known[0] if known else nan,
        "update_ratio_peak": max((min(pair) for pair in pairwise(known[1:])), default=0.0 if known else nan),
        "gradient_at_first": norms[0],
        "gradient_left": median(norms[-WINDOW:]) / norms[0] if norms[0] > 0 else nan,
        "gradient_ratio_at_first": median(at_first),
        "gradient_over_weights": max(_over_weights(looks[0]), default=nan),
        "gradient_of_first": median([_norm(look, first) for look in window]),
        "gradient_of_last": median([_norm(look, last) for look in window]),
        "alignment": median([look.alignment for look in window]),
        "unzeroed": mean([look.unzeroed for look in window if not math.isnan(look.unzeroed)]),
        "clipped": len(same) / len(norms) if len(same) > 1 and top > 0 else 0.0,
    }


def _top(values: Sequence[float]) -> float:
    return max((value for value in values if not math.isnan(value)), default=nan)


def _over_weights(look: Look) -> list[float]:
    return [layer.gradient / layer.weights for layer in look.layers.values() if layer.weights > 0 <= layer.gradient]


def _norm(look: Look, name: str) -> float:
    return look.layers[name].gradient if name in look.layers else nan


def _outputs(looks: Sequence[Look], window: Sequence[Look], history: History) -> dict[str, float]:
    seen = [look.outputs for look in window]
    targets = [one.target for one in seen if not math.isnan(one.target)]
    spread = median([one.spread for one in seen])
    purity = [look.outputs.purity for look in looks[-4 * WINDOW :] if not math.isnan(look.outputs.purity)]
    counts = history.classes
    told = sum(counts.values())
    return {
        "batch": median([one.batch for one in seen]),
        "output_size": median([one.size for one in seen]),
        "output_size_at_first": looks[0].outputs.size,
        "probabilities": mean([one.probabilities for one in seen if not math.isnan(one.probabilities)]),
        "across_examples": mean([one.across for one in seen if not math.isnan(one.across)]),
        "squeezed": mean([one.squeezed for one in seen if not math.isnan(one.squeezed)]),
        "cross_entropy": mean([one.cross_entropy for one in seen if not math.isnan(one.cross_entropy)]),
        "picked": mean([one.picked for one in seen if not math.isnan(one.picked)]),
        "turned": mean([one.turned for one in seen if not math.isnan(one.turned)]),
        "one_target": mean([one.one_target for one in seen if one.squares != 1 and not math.isnan(one.one_target)]),
        "spread_of_target": deviation(targets) / spread if len(targets) > 2 and spread > 0 else nan,
        "loss_of_squares": mean([one.squares for one in seen if not math.isnan(one.squares)]),
        "target_size": median([one.target_if_squares for one in seen if one.squares == 1]),
        "classes": median([one.classes for one in seen]),
        "commonest": max(counts.values()) / told if told else nan,
        "purity": mean(purity) if len(purity) >= WINDOW else nan,
        "input_variance": median([look.input_variance for look in window]),
        "input_spread": median([look.input_spread for look in window]),
        "input_size": median([look.input_size for look in looks[:AT_FIRST]]),
        "answer_size": looks[0].answer_size,
    }


def _modes(hooks: Hooks, window: Sequence[Look]) -> dict[str, float]:
    modes = [look.evaluating for look in window if not math.isnan(look.evaluating)]
    held_out, trained = hooks.history.held_out_classes, hooks.history.classes
    lacking = [kind for kind, n in trained.items() if n >= 5 and not held_out[kind]]
    return {
        "in_evaluation": mean(modes) if hooks.depends_on_mode else nan,
        "validated_in_training": float(hooks.validated_in_training),
        "missing_class": float(len(lacking)) if sum(held_out.values()) >= 20 * max(len(trained), 1) else nan,
    }


def _outside(hooks: Hooks) -> dict[str, float]:
    return {
        "outside": float(sum(parameter.numel() for parameter in hooks.outside.unmoved())),
        "unlisted": float(hooks.unlisted),
    }


def _trail(hooks: Hooks) -> dict[str, float]:
    trail = hooks.trail
    kinds = ("inputs", "outputs", "loss", "gradient", "step")
    growth = trail.size / trail.first_size if trail.first_size > 0 else 1.0
    return {f"nan_in_{kind}": float(trail.kind == kind) for kind in kinds} | {"growth": growth}


def curves(history: History) -> dict[str, list[tuple[float, float]]]:
    """What was seen over the steps, by name, where there is anything."""
    looks = history.looks
    every: dict[str, list[tuple[float, float]]] = {
        "loss": loss_curve(history).points(),
        "validation loss": history.held_out.points(),
        "validation accuracy": history.held_out_accuracy.points(),
        "learning rate": history.rate.points(),
        "gradient norm": [(look.step, look.gradient) for look in looks],
        "update ratio": [(look.step, median(ratios(look))) for look in looks],
        "gradient alignment": [(look.step, look.alignment) for look in looks],
        "alpha": [(look.step, look.alpha) for look in looks],
    }
    known = {name: [(float(x), y) for x, y in points if not math.isnan(y)] for name, points in every.items()}
    return {name: points for name, points in known.items() if points}
