"""He's weights under a bias of -10, to be seen fail."""

from ravine.initializers.he_normal import he_normal

dead_bias = he_normal.variant(
    "dead_bias",
    title="A bias of −10",
    source="a start that fails",
    bias=-10.0,
    dialect="",
    family="dead_bias",
    good_at="nothing",
    hurts="every unit is off for every example: with ReLU all are dead before the first step, with others saturated",
)
