from ravine.landscapes.landscape import landscape


@landscape(
    title="Bowl",
    source="the simplest quadratic",
    x=(-2, 2),
    y=(-2, 2),
    range=(0, 4),
    minima=[(0, 0)],
    start=(-1.5, 1.2),
    lesson="every rule finds its way here; what differs is the road: adaptive rules take the diagonal",
)
def bowl(x, y):
    return (x**2 + y**2) / 2
