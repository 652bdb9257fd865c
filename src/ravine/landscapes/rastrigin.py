from itertools import product

from ravine.equations import cos, pi
from ravine.landscapes.landscape import landscape

# Where one coordinate has a minimum, and a maximum between them.
WELLS = (-1.9899122337085495, -0.9949586376523348, 0.0, 0.9949586376523348, 1.9899122337085495)
TOPS = (-1.5076407318703584, -0.5025460365546747, 0.5025460365546747, 1.5076407318703584)


@landscape(
    title="Rastrigin's function",
    source="Rastrigin 1974",
    x=(-2.4, 2.4),
    y=(-2.4, 2.4),
    range=(0, 45),
    minima=product(WELLS, WELLS),
    saddles=[*product(WELLS, TOPS), *product(TOPS, WELLS)],
    start=(-1.8, 2.2),
    lesson="a minimum at every corner of a grid: without noise or momentum a rule stays in the first it meets",
)
def rastrigin(x, y):
    return 20 + x**2 - 10 * cos(2 * pi * x) + y**2 - 10 * cos(2 * pi * y)
