from ravine.landscapes.landscape import landscape


@landscape(
    title="Rosenbrock's valley",
    source="Rosenbrock 1960",
    x=(-2, 2),
    y=(-1, 3),
    range=(0, 500),
    minima=[(1, 1)],
    start=(-1, 2.7),
    lesson="a curved ravine: the valley is found in a few steps, and its floor takes thousands",
)
def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2
