"""Small networks on which page, Python and PyTorch are compared: each activation, rule and decay, and more."""

from typing import Any

from ravine.activations import activations
from ravine.equations import over_tensors
from ravine.initializers import initializers
from ravine.networks import Recipe
from ravine.rules import rules

STEPS = 200
SMALL: dict[str, Any] = {"examples": 60, "widths": (8, 7), "batch": 16, "steps": STEPS, "seed": 3}
DROPPED = {"dropout": 0.25, "dropout_inputs": 0.1}
MOST = "sgd momentum nesterov adagrad adadelta rmsprop adam adamax nadam radam amsgrad lion".split()


def recipes() -> dict[str, Recipe]:
    """By what each of them tests."""
    elementwise = [name for name, rule in rules.items() if not over_tensors(rule.equation)]
    found = {f"rule {name}": Recipe(**SMALL, **DROPPED, rule=name, schedule="cosine") for name in elementwise}
    for name in activations:
        found[f"activation {name}"] = Recipe(**SMALL, activation=name, data="circles", settings={"lr": 0.01})
    for name in MOST:
        for form in ("l2", "decoupled"):
            found[f"{form} with {name}"] = Recipe(**SMALL, rule=name, decay=form, lam=0.05)
    found |= {
        "dropout of inputs": Recipe(**SMALL, dropout_inputs=0.5),
        "dropout of hidden units": Recipe(**SMALL, dropout=0.5, activation="relu"),
        "squared error": Recipe(**SMALL, data="curve", settings={"lr": 0.01}),
        "digits": Recipe(**{**SMALL, "widths": (32,), "examples": 300, "batch": 32}, data="digits", activation="relu"),
        "no hidden layer": Recipe(**{**SMALL, "widths": ()}),
        "one example a step": Recipe(**{**SMALL, "batch": 1}, rule="sgd", settings={"lr": 0.05}),
        "all examples": Recipe(**{**SMALL, "batch": 0, "examples": 300}, dropout=0.5),
        "random labels": Recipe(**SMALL, random=0.5, data="xor", scale="standard"),
        "large inputs": Recipe(**SMALL, scale="255", data="spiral", rule="sgd", settings={"lr": 1e-5}),
        "deep": Recipe(**{**SMALL, "widths": (6,) * 10}, activation="sigmoid"),
    }
    return found


def starts() -> dict[str, Recipe]:
    return {name: Recipe(**SMALL, init=name) for name in initializers}


def for_the_page(recipe: Recipe) -> dict[str, Any]:
    """As web/src/network/recipe.ts has it."""
    same = ("data", "examples", "random", "scale", "widths", "activation", "init", "gain", "bias", "rule", "decay")
    return {
        **{name: getattr(recipe, name) for name in (*same, "schedule", "steps", "seed")},
        "settings": dict(recipe.settings),
        "dropout": {"inputs": recipe.dropout_inputs, "hidden": recipe.dropout},
        "lambda": recipe.lam,
        "batch": recipe.batch or "all",
    }
