"""What a monitor found: a symptom, where, since when and how strongly, in words."""

from dataclasses import dataclass

from ravine.symptoms import Symptom


def and_others(count: int) -> str:
    """How evidence of one layer goes on, where `count` layers show the same."""
    more = count - 1
    return "" if more < 1 else " and of one more layer" if more == 1 else f" and of {more} more layers"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    name, title: the symptom's. evidence: the numbers that show it, in a sentence. advice: one experiment to do next.
    weight: "broken", "fault" or "advice". layer: where, or "". step: since when. strength: times over the threshold.
    layers: all layers that show it, the worst first. because: the title of the finding that explains this one, or "".
    """

    symptom: Symptom
    evidence: str
    layer: str
    layers: tuple[str, ...]
    step: int
    strength: float
    because: str = ""

    @property
    def name(self) -> str:
        return self.symptom.name

    @property
    def title(self) -> str:
        return self.symptom.title

    @property
    def advice(self) -> str:
        return self.symptom.advice

    @property
    def weight(self) -> str:
        return self.symptom.weight

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        names = ("name", "title", "weight", "evidence", "advice", "layer", "step", "strength", "because")
        return {name: getattr(self, name) for name in names} | {"layers": list(self.layers)}

    def __str__(self) -> str:
        because = f"\n   It follows from: {self.because}." if self.because else ""
        return f"{self.title}\n   {self.evidence}{because}\n   Try: {self.advice}"
