from ravine.landscapes.landscape import landscape


@landscape(
    title="Three-hump camel",
    source="Jamil & Yang 2013, function 29",
    x=(-2.5, 2.5),
    y=(-2, 2),
    range=(0, 6),
    minima=[
        (0.0, 0.0),
        (-1.7475523458302888, 0.8737761729151444),
        (1.7475523458302888, -0.8737761729151444),
    ],
    saddles=[
        (-1.0705422918236598, 0.5352711459118299),
        (1.0705422918236598, -0.5352711459118299),
    ],
    start=(-2, 1.6),
    lesson="one good minimum between two poor ones: momentum can carry a rule over the hump, or past the goal",
)
def three_hump_camel(x, y):
    return 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2
