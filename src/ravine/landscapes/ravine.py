from ravine.landscapes.landscape import landscape


@landscape(
    title="Ravine",
    source="an ill-conditioned quadratic; Polyak 1964 and Goh 2017 analyse descent on it",
    x=(-4.5, 4.5),
    y=(-1.8, 1.8),
    range=(0, 40),
    minima=[(0, 0)],
    start=(-4, 1),
    lesson="a rate above 2/condition diverges across, so plain descent crawls along; momentum is the cure",
)
def ravine(x, y, *, condition=20.0):
    return (x**2 + condition * y**2) / 2
