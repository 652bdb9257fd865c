from ravine.equations import exp
from ravine.landscapes.landscape import landscape


@landscape(
    title="Gaussian wells",
    source="a sum of four wells in a shallow bowl",
    x=(-3, 3),
    y=(-3, 3),
    range=(-1.5, 1),
    minima=[
        (1.1802840646501502, -0.9835836203418118),
        (-1.3546301925400184, -0.774076658677779),
        (0.5832562047955893, 1.3609127717818705),
        (-1.5372811141320764, 1.4406720630160783),
    ],
    saddles=[
        (-0.10103393583463322, -0.6963102949124472),
        (0.6179407732535585, 0.2841258759099349),
        (-1.1744393463714073, 0.6161992905294865),
    ],
    start=(-0.4, 2.4),
    lesson="one deep well and three shallow ones: the nearest minimum is seldom the best",
)
def wells(x, y):
    deep = 1.5 * exp(-((x - 1.2) ** 2 + (y + 1.0) ** 2) / 0.5)
    left = 0.9 * exp(-((x + 1.4) ** 2 + (y + 0.8) ** 2) / 0.6)
    upper = 0.7 * exp(-((x - 0.6) ** 2 + (y - 1.4) ** 2) / 0.4)
    far = 0.5 * exp(-((x + 1.6) ** 2 + (y - 1.5) ** 2) / 0.4)
    return (x**2 + y**2) / 20 - deep - left - upper - far
