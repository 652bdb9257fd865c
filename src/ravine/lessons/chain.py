"""A network of one unit a layer, and what is left of a gradient on its way back: what the chain widget shows."""

from dataclasses import dataclass

from ravine.activations import activations


@dataclass(frozen=True)
class Chain:
    """`depth` layers of one unit each, f(weight · before + bias), over an input."""

    activation: str = "sigmoid"
    depth: int = 8
    weight: float = 1.0
    bias: float = 0.0
    input: float = 1.0

    def slopes(self) -> list[float]:
        """The activation's slope in each layer, the first layer first."""
        f, slopes, before = activations[self.activation], [], self.input
        for _ in range(self.depth):
            z = self.weight * before + self.bias
            slopes.append(float(f.slope(z)))
            before = float(f(z))
        return slopes

    def gradients(self) -> list[float]:
        """Of the last output, on the way back: 1, then multiplied by a slope and by a weight in turn."""
        found = [1.0]
        for slope in reversed(self.slopes()):
            found.append(found[-1] * slope)
            found.append(found[-1] * self.weight)
        return found
