from ravine.equations import exp
from ravine.landscapes.landscape import landscape


@landscape(
    title="Plateau and cliff",
    source="the shape that Pascanu, Mikolov & Bengio 2013 found in recurrent networks",
    x=(-3, 3),
    y=(-2, 2),
    range=(0, 1.5),
    minima=[(-1.500975420651234, 0.0)],
    start=(2.4, 0.9),
    lesson="almost no slope, then far too much: plain descent sleeps on the plateau and is thrown by the cliff",
)
def cliff(x, y):
    return 1 / (1 + exp(-8 * x)) + ((x + 1.5) ** 2 + y**2) / 40
