"""Questions as data: a lesson's stand beside its text, in course/PART/NN-name.quiz.toml (read by quiz_file.py).

Their texts are one line of Markdown with $formulas$. What is right is never taken on trust: options carry claims,
which the tests compute, and the keys of numbers are computed when the file is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ravine.lessons import checks
from ravine.lessons.network_state import NetworkState
from ravine.lessons.state import State
from ravine.rules import Rule

Kind = Literal["choice", "several", "number", "diagnose"]


@dataclass(frozen=True)
class Claim:
    """What a computation says: a function of ravine.lessons.checks with its arguments."""

    check: str
    arguments: Mapping[str, Any]

    def compute(self) -> bool | float:
        return checks.find(self.check, self.arguments)(**self.arguments)


@dataclass(frozen=True)
class Option:
    """One answer of a choice; `why` says why it is right or wrong.

    formula: the rule, or mistake, whose formula stands in place of a text.
    claim:   true exactly for the right options; None if `unchecked` says why it cannot be computed.
    """

    text: str
    right: bool
    why: str
    formula: Rule | None = None
    claim: Claim | None = None
    unchecked: str = ""


@dataclass(frozen=True)
class Cure:
    """One change of a sick run, as in "init=he_uniform"; `claim` computes whether it heals."""

    text: str
    change: str
    right: bool
    why: str
    claim: Claim


@dataclass(frozen=True)
class Mistake:
    """A wrong number that a usual mistake gives, and what to tell who made it."""

    value: float
    why: str


@dataclass(frozen=True)
class Number:
    """The key of a question that is answered by a number; an answer may be off by `tolerance`, a share of it."""

    key: float
    tolerance: float
    why: str
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True)
class Question:
    """One question, ready to be asked.

    lesson, id: of the file and of the question in it. variant: counts, from 1, the same question with other numbers.
    section:  the anchor in the lesson where the answer is explained.
    options:  of a choice; number: the key of a number. One of them is there.
    formula:  the rule, or mistake, whose formula stands below the text without its name.
    picture:  the state of a landscape whose paths are drawn with letters in place of names.
    play:     the state of a landscape that plays once the question is answered.
    run:      of a diagnosis, the state of the network widget that shows the sick run; `options` are what may ail it,
              `cures` what may be done, of which the learner applies one and sees it run beside the sick one.
    """

    lesson: str
    id: str
    variant: int
    kind: Kind
    text: str
    section: str
    options: tuple[Option, ...] = ()
    number: Number | None = None
    formula: Rule | None = None
    picture: State | None = None
    play: State | None = None
    run: NetworkState | None = None
    cures: tuple[Cure, ...] = ()

    @property
    def name(self) -> str:
        """As in "adam/first-step", or "adam/first-step/2"."""
        return f"{self.lesson}/{self.id}" + (f"/{self.variant}" if self.variant > 1 else "")
