"""A widget of the studio as an object: its state as text and as keywords, and what a notebook shows of it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qsl, quote

from ravine.errors import RavineError, install
from ravine.lessons.state import State
from ravine.lessons.widget_state import read
from ravine.studio.notebook.frame import output


class Joined(Protocol):
    """What keeps the state: a `Link`, or where anywidget is missing an object that nobody else hears of."""

    frame: str
    state: str
    results: list[dict[str, Any]]


@dataclass
class Alone:
    """The state where no frame can be heard."""

    frame: str
    state: str
    results: list[dict[str, Any]] = field(default_factory=list)


def joined(state: str) -> Joined:
    frame = f"ravine-{secrets.token_hex(6)}"
    try:
        from ravine.studio.notebook.link import Link
    except ModuleNotFoundError as error:
        if error.name not in ("anywidget", "traitlets"):
            raise
        return Alone(frame, state)
    made: Joined = Link(frame=frame, state=state)
    return made


class Widget:
    """A widget in a notebook. What is turned there is read here, and what is set here is seen there.

    The way back needs anywidget (`ravine[notebook]`); without it the widget plays as well, and is not heard.
    """

    kind: ClassVar[str]

    def __init__(self, **settings: Any):
        self._joined = joined(self._changed({}, settings))

    @property
    def state(self) -> str:
        """All of it as a query string, the same as in a link to the studio: "landscape=ravine&rules=sgd,adam"."""
        return self._joined.state

    @state.setter
    def state(self, text: str) -> None:
        read(self.kind, text)
        if dict(parse_qsl(text)).get("hide", "") != self._texts.get("hide", ""):
            raise RavineError("what is hidden is settled when the widget is made: make another")
        self._joined.state = text

    def change(self, **settings: Any) -> None:
        """Sets several things at once, by the keywords of `ravine.widget`. None gives one back its default."""
        self.state = self._changed(self._texts, settings)

    def _set(self, texts: dict[str, str], key: str, value: Any) -> None:
        """Puts one keyword into the texts of a state."""
        raise NotImplementedError

    def _changed(self, texts: Mapping[str, str], settings: Mapping[str, Any]) -> str:
        """The query string of a state with these settings. RavineError for what is none."""
        changed = dict(texts)
        for key, value in settings.items():
            self._set(changed, key, value)
        query = "&".join(f"{quote(key, safe='')}={quote(text, safe=',/:*')}" for key, text in changed.items())
        read(self.kind, query)
        return query

    @property
    def _texts(self) -> dict[str, str]:
        return dict(parse_qsl(self.state, keep_blank_values=True))

    def _read(self) -> State:
        return read(self.kind, self.state)

    def _heard(self) -> list[dict[str, Any]]:
        if isinstance(self._joined, Alone):
            raise RavineError(f"what a widget's page has learned comes back through anywidget: {install('notebook')}")
        return self._joined.results

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": output(self.kind, self.state, self._joined.frame)}

    def __repr__(self) -> str:
        return f"<ravine.widget {self.kind}: {self.state}>"


def put(texts: dict[str, str], key: str, value: Any) -> None:
    """Writes a value as a state's text: None takes the key out, of True 1 is written, of several each with a comma."""
    if value is None:
        texts.pop(key, None)
    else:
        texts[key] = _text(value)


def put_numbers(texts: dict[str, str], owner: str, given: Mapping[str, Any]) -> None:
    """Writes numbers under OWNER.NAME."""
    if not isinstance(given, Mapping):
        raise RavineError(f"the settings of {owner} are names and numbers, as in {{'lr': 0.1}}, not {given!r}")
    for name, value in given.items():
        put(texts, f"{owner}.{name}", value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(map(_text, value))
    return str(value)
