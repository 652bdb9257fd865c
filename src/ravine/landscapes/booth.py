from ravine.landscapes.landscape import landscape


@landscape(
    title="Booth's function",
    source="Jamil & Yang 2013, function 17",
    x=(-10, 10),
    y=(-10, 10),
    range=(0, 1000),
    minima=[(1, 3)],
    start=(-8, -6),
    lesson="a tilted bowl: the ravine runs across both axes, so a rate for each parameter helps little",
)
def booth(x, y):
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2
