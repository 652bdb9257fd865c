from ravine.landscapes.landscape import landscape


@landscape(
    title="Himmelblau's function",
    source="Himmelblau 1972",
    x=(-5, 5),
    y=(-5, 5),
    range=(0, 250),
    minima=[
        (-3.779310253377747, -3.283185991286169),
        (-2.805118086952745, 3.131312518250573),
        (3.0, 2.0),
        (3.5844283403304917, -1.8481265269644036),
    ],
    saddles=[
        (3.385154183607021, 0.07385187983774928),
        (0.08667750455539634, 2.884254701174776),
        (-3.0730257507643897, -0.08135304428796751),
        (-0.12796134673068005, -1.9537149802445766),
    ],
    start=(-0.5, -1),
    lesson="four minima of equal depth: where you end depends on the start and the rule, and none is wrong",
)
def himmelblau(x, y):
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2
