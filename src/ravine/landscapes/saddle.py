from ravine.landscapes.landscape import landscape


@landscape(
    title="Saddle",
    source="the standard saddle, x² − y²",
    x=(-1.5, 1.5),
    y=(-1.5, 1.5),
    range=(-2, 2),
    saddles=[(0, 0)],
    start=(-1, 1e-3),
    lesson="the way down starts as a hair's breadth and has no end: the rate decides who leaves first",
)
def saddle(x, y):
    return x**2 - y**2
