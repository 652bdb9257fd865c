"""The state of the network widget: a recipe, the one thing in which a twin differs, and what is hidden.

The page reads it in web/src/network/state.ts, with the same keys and defaults; there a shared link's mistakes are
forgiven.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ravine.errors import RavineError, unknown
from ravine.lessons.state import State
from ravine.networks import Recipe
from ravine.rules import rules

# The panel that holds each control, which is what a teacher may hide: GROUPS in web/src/network/fields.ts.
CONTROLS: Mapping[str, str] = {
    **dict.fromkeys(("data", "examples", "random", "inputs"), "data"),
    **dict.fromkeys(("layers", "activation"), "network"),
    **dict.fromkeys(("init", "gain", "bias"), "start"),
    **dict.fromkeys(("dropout", "dropout.inputs", "decay", "lambda"), "regularisation"),
    **dict.fromkeys(("rule", "batch", "schedule", "steps"), "training"),
    "seed": "training",
}
PANELS = tuple(dict.fromkeys((*CONTROLS.values(), *"twin player curves answers findings layers numbers share".split())))

DEFAULT = Recipe(data="spiral", lam=0.001)


@dataclass(frozen=True)
class NetworkState(State):
    """The parsed query. `twin` is the second network's recipe; `step` where both stand."""

    recipe: Recipe = DEFAULT
    twin: Recipe | None = None
    step: int = 0


def read(query: str) -> NetworkState:
    """Raises RavineError for a key or a value that the network widget does not know."""
    try:
        texts = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    except ValueError:
        raise RavineError(f"a network's state is written as in data=moons&layers=16,16, not {query!r}") from None
    own = {key: text for key, text in texts.items() if key not in ("step", "hide") and not key.startswith("twin.")}
    recipe = _changed(DEFAULT, own)
    hide = [name for name in texts.get("hide", "").split(",") if name]
    for name in hide:
        if name not in PANELS:
            raise unknown("panel of a network", name, PANELS)
    differs = {key.removeprefix("twin."): text for key, text in texts.items() if key.startswith("twin.")}
    if len(differs) > 1:
        raise RavineError(f"a twin differs in one thing, not in {' and '.join(differs)}")
    rule = rules[recipe.rule]
    return NetworkState(
        query,
        (rule,),
        {rule.name: dict(recipe.settings)},
        steps=recipe.steps,
        seed=recipe.seed,
        texts=texts,
        recipe=recipe,
        twin=_changed(recipe, differs) if differs else None,
        step=_step(texts.get("step", "0")),
    )


def changed(query: str, change: str) -> str:
    """The state with one thing changed, as in "init=he_uniform"."""
    return urlencode(dict(parse_qsl(query, keep_blank_values=True)) | dict(parse_qsl(change, keep_blank_values=True)))


def _changed(recipe: Recipe, texts: Mapping[str, str]) -> Recipe:
    """The recipe with what the texts say; another rule leaves the settings of the old one behind."""
    changes: dict[str, Any] = {}
    rule = texts.get("rule", recipe.rule)
    settings = dict(recipe.settings) if rule == recipe.rule else {}
    for key, text in texts.items():
        owner, _, name = key.rpartition(".")
        try:
            if key in _FIELDS:
                field, made = _FIELDS[key]
                changes[field] = made(text)
            elif owner == rule:
                settings[name] = float(text)
            elif owner in rules:
                raise RavineError(f"{key} is of no use: the rule is {rule}")
            else:
                raise unknown("key of a network's state", key, _FIELDS)
        except RavineError:  # which is a ValueError, too
            raise
        except ValueError:
            raise RavineError(f"{key}={text} is not what a network's state holds") from None
    usual = rules[rule].settings({}) if rule in rules else {}
    settings = {name: value for name, value in settings.items() if value != usual.get(name)}
    return replace(recipe, **changes, settings=settings)


def _batch(text: str) -> int:
    """What counts for all of them is written as all."""
    if (size := int(text)) < 1:
        raise ValueError
    return size


def _step(text: str) -> int:
    if not text.isdecimal():
        raise RavineError(f"step={text} is not the number of a step")
    return int(text)


def _widths(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",") if part.strip())


# Each key with the recipe's name for it, and what makes its value of the text.
_FIELDS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "data": ("data", str),
    "examples": ("examples", int),
    "random": ("random", float),
    "inputs": ("scale", str),
    "layers": ("widths", _widths),
    "activation": ("activation", str),
    "init": ("init", str),
    "gain": ("gain", float),
    "bias": ("bias", lambda text: float(text) if text else None),
    "dropout.inputs": ("dropout_inputs", float),
    "dropout": ("dropout", float),
    "decay": ("decay", str),
    "lambda": ("lam", float),
    "rule": ("rule", str),
    "batch": ("batch", lambda text: 0 if text == "all" else _batch(text)),
    "schedule": ("schedule", str),
    "steps": ("steps", int),
    "seed": ("seed", int),
}
