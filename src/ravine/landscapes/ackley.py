from ravine.equations import cos, exp, maximum, pi, sqrt
from ravine.landscapes.landscape import landscape


def _mirrored(points):
    """Each point in all its reflections: the function is the same under x → -x, y → -y and x ↔ y."""
    return sorted({(i * p, j * q) for a, b in points for p, q in ((a, b), (b, a)) for i in (1, -1) for j in (1, -1)})


MINIMA = [
    (0.0, 0.0),
    (0.9521665459501717, 0.0),
    (0.9684776587077244, 0.9684776587077244),
    (1.9589197181217175, 0.0),
    (1.9646166628629864, 0.9824160350791392),
    (1.9744519864841168, 1.9744519864841168),
    (2.964619443112052, 0.0),
    (2.9672595287625643, 0.9891541864816628),
    (2.973139419924383, 1.9821399503814776),
    (2.9792239546911445, 2.9792239546911445),
]

SADDLES = [
    (0.6257806168564638, 0.0),
    (0.8747620388753442, 0.5774125352782147),
    (1.6102960205537258, 0.0),
    (1.595028924072865, 0.9458984927015273),
    (1.8559767089749082, 0.5364972381119947),
    (1.916166848997128, 1.5674502528624068),
    (2.596594634412216, 0.0),
    (2.5895493769787383, 0.9680482303983886),
    (2.8851118515292318, 0.5189618497903994),
    (2.573348375179013, 1.945428381782402),
    (2.911608280213094, 1.5451359020147897),
    (2.9352728775051635, 2.5559684098950304),
]


@landscape(
    title="Ackley's function",
    source="Ackley 1987",
    x=(-3, 3),
    y=(-3, 3),
    range=(0, 11),
    minima=_mirrored(MINIMA),
    saddles=_mirrored(SADDLES),
    start=(-2.3, 1.6),
    lesson="a funnel with ripples: the good direction is plain from afar and hidden from near",
)
def ackley(x, y):
    # The minimum is a cusp; the floor under the root gives it the slope 0 and changes no value that a float can hold.
    radius = sqrt(maximum((x**2 + y**2) / 2, 1e-30))
    ripples = (cos(2 * pi * x) + cos(2 * pi * y)) / 2
    return 20 - 20 * exp(-0.2 * radius) + exp(1) - exp(ripples)
