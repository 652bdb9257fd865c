"""What a check found, and what it is asked about."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from torch import Tensor, nn

from ravine.lab.problems.own.fresh import fresh_loss, fresh_network

Kind = Literal["wrong", "look", "fact"]


@dataclass(frozen=True)
class Found:
    """One finding. kind: "wrong"; "look", worth a look; or "fact", which is as it is. advice: what to do, or ""."""

    name: str
    kind: Kind
    says: str
    advice: str = ""


@dataclass(frozen=True)
class Subject:
    """What is checked: a problem as far as it is plain tensors and a loss of outputs and targets.

    splits: (inputs, targets) by name. loss: None where it takes steps of its own. classes: whether targets are classes.
    """

    name: str
    model: Callable[..., nn.Module]
    loss: Callable[[Tensor, Tensor], Tensor] | None
    splits: Mapping[str, tuple[Tensor, Tensor]]
    batch_size: int
    classes: bool

    @classmethod
    def of(
        cls,
        name: str,
        model: Callable[..., nn.Module],
        loss: Callable[[Tensor, Tensor], Tensor] | None,
        pairs: Mapping[str, tuple[object, object]],
        batch_size: int,
    ) -> "Subject":
        """Leaves out the splits that are no plain tensors: trees of them, or drawn anew in every epoch."""
        splits = {key: (x, y) for key, (x, y) in pairs.items() if isinstance(x, Tensor) and isinstance(y, Tensor)}
        classes = bool(splits) and all(y.dim() == 1 and not y.is_floating_point() for _, y in splits.values())
        return cls(name, model, loss, splits, batch_size, classes)

    @property
    def plain(self) -> bool:
        """Whether network and loss can be tried here."""
        return self.loss is not None and "train" in self.splits

    def fresh(self, seed: int) -> tuple[nn.Module, Callable[[Tensor, Tensor], Tensor]]:
        """A network and a loss that no other check has a part in."""
        loss = fresh_loss(self.loss)
        assert loss is not None
        return fresh_network(self.model, seed), loss


@dataclass(frozen=True)
class Rates:
    """Learning rates of a rule between which training is likely to go well; None where no answer was found."""

    rule: str
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Checked:
    """All that was found: `print` it. right: whether nothing is wrong. seconds: what it took."""

    name: str
    found: tuple[Found, ...]
    rates: tuple[Rates, ...]
    seconds: float

    @classmethod
    def refused(cls, name: str, says: str) -> "Checked":
        """Of a problem that is none: labels from 1 to C, shapes that do not meet, NaN among the inputs."""
        return cls(name, (Found("refused", "wrong", says.removeprefix(f"{name}: ")),), (), 0.0)

    @property
    def right(self) -> bool:
        return not any(one.kind == "wrong" for one in self.found)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "right": self.right}

    def __str__(self) -> str:
        lines = [self._headline()]
        for kind, title in (("wrong", "Wrong"), ("look", "Worth a look"), ("fact", "As it is")):
            some = [one for one in self.found if one.kind == kind]
            lines += ["", title] if some else []
            lines += [f"- {one.says}" + (f"\n  Try: {one.advice}" if one.advice else "") for one in some]
        if self.rates:
            lines += ["", "Learning rates to compare"]
            lines += [f"- {_rates(one)}" for one in self.rates]
        return "\n".join(lines)

    def _headline(self) -> str:
        count = sum(one.kind == "wrong" for one in self.found)
        said = "nothing is wrong that could be seen" if not count else "1 thing is wrong" if count == 1 else ""
        return f"{self.name}: {said or f'{count} things are wrong'} ({self.seconds:.0f} s)"


def _rates(one: Rates) -> str:
    if one.low is None or one.high is None:
        return f"{one.rule}: no answer; the loss did not fall clearly at any rate"
    low, high = f"{one.low:.1g}", f"{one.high:.1g}"
    return f"{one.rule}: {low} to {high}, as in ravine compare … --optimizers {one.rule} --lrs {low}:{high}:5"
