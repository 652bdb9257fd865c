"""The network widget in a notebook: a small network learns in the page, and Python has its settings and its weights."""

from collections.abc import Mapping
from typing import Any, cast

from ravine.lessons.network_state import NetworkState
from ravine.networks import Recipe
from ravine.studio.notebook.result import Result
from ravine.studio.notebook.widget import Widget, put, put_numbers

# Python's names of what a state calls otherwise.
CALLED = {"widths": "layers", "scale": "inputs", "lam": "lambda", "dropout_inputs": "dropout.inputs"}


class NetworkWidget(Widget):
    """See `ravine.widget`."""

    kind = "network"

    @property
    def recipe(self) -> Recipe:
        """All that the training follows from: `ravine.networks.Training(recipe)` trains the same network in NumPy."""
        return cast(NetworkState, self._read()).recipe

    @property
    def step(self) -> int:
        """Where it stands; set it, and the page trains that far."""
        return cast(NetworkState, self._read()).step

    @step.setter
    def step(self, step: int) -> None:
        self.change(step=step)

    @property
    def results(self) -> tuple[Result, ...]:
        """What the network, and its twin where there is one, have learned where they last came to rest."""
        return tuple(Result.read(told) for told in self._heard())

    def _set(self, texts: dict[str, str], key: str, value: Any) -> None:
        key = CALLED.get(key, key)
        if key == "rule":
            for old in [name for name in texts if name.startswith(f"{texts.get('rule', 'adam')}.")]:
                del texts[old]
        if key == "settings":
            put_numbers(texts, texts.get("rule", "adam"), value)
        elif key == "lr":
            put_numbers(texts, texts.get("rule", "adam"), {"lr": value})
        elif key == "twin":
            _put_twin(texts, value)
        else:
            put(texts, key, value)
        if key not in ("step", "hide"):
            texts.pop("step", None)  # another network begins at its first weights


def _put_twin(texts: dict[str, str], differs: Mapping[str, Any] | None) -> None:
    """The one thing in which a second network beside the first differs: {"init": "he_uniform"}."""
    for key in [key for key in texts if key.startswith("twin.")]:
        del texts[key]
    for key, value in (differs or {}).items():
        put(texts, f"twin.{CALLED.get(key, key)}", value)
