from ravine.landscapes.landscape import landscape


@landscape(
    title="Beale's function",
    source="Beale 1958",
    x=(-4.5, 4.5),
    y=(-4.5, 4.5),
    range=(0, 150),
    minima=[(3, 0.5)],
    saddles=[(0, 1)],
    start=(1, 1.5),
    lesson="flat in the middle and steep at the corners: one rate for all is too large here and too small there",
)
def beale(x, y):
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2
