from ravine.landscapes.landscape import landscape


@landscape(
    title="Monkey saddle",
    source="x³ − 3xy²: three ways down, two for the legs and one for the tail",
    x=(-1.5, 1.5),
    y=(-1.5, 1.5),
    range=(-4, 4),
    saddles=[(0, 0)],
    start=(1, 0.02),
    lesson="the curvature vanishes at the saddle as well as the slope: plain descent all but stops there",
)
def monkey_saddle(x, y):
    return x**3 - 3 * x * y**2
