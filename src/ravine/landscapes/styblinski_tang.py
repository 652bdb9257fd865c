from itertools import product

from ravine.landscapes.landscape import landscape

# Where the slope of one coordinate vanishes.
LOW, TOP, HIGH = -2.903534027771177, 0.15673125678034008, 2.746802770990837


@landscape(
    title="Styblinski–Tang",
    source="Styblinski & Tang 1990",
    x=(-5, 5),
    y=(-5, 5),
    range=(-80, 60),
    minima=product((LOW, HIGH), (LOW, HIGH)),
    saddles=[(LOW, TOP), (HIGH, TOP), (TOP, LOW), (TOP, HIGH)],
    start=(0.3, 4),
    lesson="each coordinate falls into one of two wells by itself; only one of the four corners is the best",
)
def styblinski_tang(x, y):
    return (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2
