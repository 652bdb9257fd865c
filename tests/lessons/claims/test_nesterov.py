"""The claims of the lesson: Nesterov."""

import numpy as np

from ravine import descend
from ravine.rules import rules
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.reading import runs, states, text


@claims(
    "In the picture above momentum runs 1.18 past the minimum, Nesterov 0.90; across the ravine it is 0.81 against 0.26.",
)
def test_how_far_momentum_and_nesterov_overshoot():
    [state] = states("nesterov")
    ends = runs(state)
    beyond = {name: run.points[:, 0].max() for name, run in ends.items()}
    across = {name: -run.points[:, 1].min() for name, run in ends.items()}
    assert (
        f"momentum runs {beyond['momentum']:.2f} past the minimum, Nesterov {beyond['nesterov_lookahead']:.2f}; "
        f"across the ravine it is {across['momentum']:.2f} against {across['nesterov_lookahead']:.2f}"
    ) in text("nesterov")


def test_nesterov_is_momentum_with_a_share_that_falls_with_the_curvature():
    for curvature, start in ((1.0, (-4, 0)), (20.0, (0, 1))):
        ahead = descend("nesterov_lookahead", "ravine", start, 60, lr=0.02, momentum=0.9)
        plain = descend("momentum_lr_inside", "ravine", start, 60, lr=0.02, momentum=0.9 * (1 - 0.02 * curvature))
        np.testing.assert_allclose(ahead.points, plain.points, atol=1e-12)


@claims(
    r"The gradient is wanted at ${place} - 0.9 \cdot {speed}$.",
    r"A tenth of it and $0.9 \cdot {speed}$ make the velocity, which is subtracted: {key}.",
    r"{wrong} is where momentum goes: its gradient is taken at {place}, and not at the point ahead, ${place} - 0.9 \cdot {speed}$.",
)
def test_both_forms_of_nesterov_ask_at_the_same_points():
    # The parameter of the framework's form is the other's point ahead; the first step begins at the same point.
    ahead = descend("nesterov_lookahead", "rosenbrock", steps=60, lr=1e-4, momentum=0.9).points
    stands = descend("nesterov", "rosenbrock", steps=60, lr=1e-4, momentum=0.9).points
    looked = ahead[1:] + 0.9 * np.diff(ahead, axis=0)
    np.testing.assert_allclose(stands[1:], looked, atol=1e-12)


@claims(
    "With a small rate the two are nearly the same rule, and with noisy gradients the difference drowns.",
)
def test_with_a_small_rate_momentum_and_nesterov_are_nearly_the_same():
    small, large = (
        [descend(name, "ravine", steps=100, lr=rate, momentum=0.5).points for name in ("momentum", "nesterov")]
        for rate in (0.001, 0.05)
    )
    assert np.abs(small[0] - small[1]).max() < 0.02 < 0.2 < np.abs(large[0] - large[1]).max()


@claims(
    "begins to slow down earlier than momentum: less overshoot at the same rate",
    "Look where the momentum will carry you, and take the gradient there: it brakes earlier, and overshoots less.",
    "It overshoots *less*.",
    "It slows by the slope where it stands; Nesterov’s rule by the slope where it is going to be, which is flatter and turns sooner.",
    "Looking ahead is what makes it brake earlier, so it runs less far.",
    "Both do along the ravine: Nesterov’s rule overshoots less, and not never.",
    "The gradient ahead turns first.",
    "On the bowl its fastest step comes further out.",
)
def test_it_brakes_earlier_than_momentum_which_brakes_before_the_minimum_too():
    # The fastest step of both lies before the minimum at 0; Nesterov's comes further from it, in both forms.
    for lr, mu in ((0.02, 0.9), (0.1, 0.9), (0.01, 0.99)):
        fastest = {}
        for name in ("momentum", "nesterov", "nesterov_lookahead"):
            path = descend(name, "bowl", (1.0, 0.0), 300, lr=lr, momentum=mu).points[:, 0]
            fastest[name] = path[np.abs(np.diff(path)).argmax()]
        assert 0 < fastest["momentum"] < min(fastest["nesterov"], fastest["nesterov_lookahead"])


@claims(
    "[Momentum](02-momentum.md#damping) knows only the slope under its feet.",
    "The slope ahead is flatter, and turns sooner: the brake comes earlier.",
)
def test_the_slope_ahead_is_flatter_and_turns_sooner():
    path = descend("nesterov_lookahead", "bowl", (1.0, 0.0), 40, lr=0.1, momentum=0.9).points[:, 0]
    ahead = path[1:] + 0.9 * np.diff(path)  # on the bowl the slope is the place
    turned, passed = (int(np.flatnonzero(slopes < 0)[0]) for slopes in (ahead, path[1:]))
    assert turned < passed
    assert np.all(ahead[:turned] < path[1:][:turned])


@claims(
    "With a small rate the two are nearly the same rule, and with noisy gradients the difference drowns.",
)
def test_noise_drowns_the_difference():
    def apart(noise):
        ends = np.array(
            [
                [
                    np.linalg.norm(descend(name, "ravine", steps=150, lr=0.02, noise=noise, seed=seed).points[-1])
                    for name in ("momentum", "nesterov")
                ]
                for seed in range(20)
            ]
        )
        return abs(ends[:, 0].mean() - ends[:, 1].mean()) / ends.mean()

    assert apart(20.0) < 0.5 < apart(0.0)


@claims(
    "Same rate, same μ = 0.9.",
    "Both overshoot along the ravine; looking ahead swings less, above all across it.",
    "So the steeper a direction, the stronger the brake: just what a ravine needs.",
)
def test_it_brakes_the_stronger_the_steeper_a_direction():
    left = [0.9 * (1 - 0.02 * curvature) for curvature in (1.0, 20.0)]
    assert left[1] < left[0] < 0.9
    ends = runs(states("nesterov")[0])
    swing = {name: (run.points[:, 0].max(), -run.points[:, 1].min()) for name, run in ends.items()}
    along, across = (swing["nesterov_lookahead"][i] / swing["momentum"][i] for i in (0, 1))
    assert across < along < 1  # less, above all across


@claims(
    r"Apart from the place of $\eta$ ([one name, three rules](02-momentum.md)) one thing differs from momentum: the point at which the gradient is taken.",
    "For your classifier it is one more word in PyTorch, `SGD(momentum=0.9, nesterov=True)`, and costs neither memory nor a second gradient.",
    "The rate stands outside the velocity there and inside it in Keras.",
    "So PyTorch and Keras store the point *ahead* as the parameter, and rewrite the rule for it:",
)
def test_pytorch_and_keras_store_the_point_ahead():
    # tests/rules/ compares these two forms with the frameworks' own optimizers; here, that they are one rule.
    outside, inside = (
        descend(name, "rosenbrock", steps=60, lr=1e-4, momentum=0.9).points for name in ("nesterov", "nesterov_keras")
    )
    np.testing.assert_allclose(outside, inside, atol=1e-12)
    assert (rules["nesterov"].dialect, rules["nesterov_keras"].dialect) == ("PyTorch", "Keras")
    assert list(rules["nesterov"].state) == list(rules["momentum"].state)
    assert rules["nesterov"].equation.gradient_at is None


@claims(
    r"With $\mu = 0.99$ it does so on the plainest bowl, if less than momentum.",
    "It has the same two hyperparameters as momentum, and the rate still has a limit.",
)
def test_it_has_momentums_hyperparameters_and_a_limit():
    assert list(rules["nesterov"].hyperparameters) == [
        name for name in rules["momentum"].hyperparameters if name != "dampening"
    ]
    assert not np.isfinite(descend("nesterov", "ravine", steps=3000, lr=0.2).points[-1]).all() or (
        np.abs(descend("nesterov", "ravine", steps=300, lr=0.2).points).max() > 1e6
    )
    late = descend("nesterov", "bowl", (1.0, 0.0), 300, lr=0.1, momentum=0.99).points[:, 0]
    plain = descend("momentum", "bowl", (1.0, 0.0), 300, lr=0.1, momentum=0.99).points[:, 0]
    assert plain.min() < late.min() < 0  # past the minimum on the plainest bowl, if less than momentum


@claims(
    r"Two classic pictures to open in the playground: [momentum 0 against 0.5](../playground.html#landscape=ravine&rules=sgd,momentum&sgd.lr=0.005&momentum.lr=0.005&momentum.momentum=0.5) at the rate 0.005, and [Nesterov off and on](../playground.html#landscape=ravine&rules=momentum,nesterov&momentum.lr=0.001&momentum.momentum=0.5&nesterov.lr=0.001&nesterov.momentum=0.5) at 0.001 with $\mu = 0.5$, where you will hardly see it.",
)
def test_two_pictures_that_hardly_differ_and_do():
    def apart(*ends):
        return np.abs(ends[0] - ends[1]).max()

    off, on = (descend("momentum", "ravine", steps=200, lr=0.005, momentum=mu).points for mu in (0.0, 0.5))
    assert apart(off, on) > 0.5
    plain, ahead = (
        descend(name, "ravine", steps=200, lr=0.001, momentum=0.5).points for name in ("momentum", "nesterov")
    )
    assert apart(plain, ahead) < 0.02


excused(
    "definition",
    "velocity: the steps so far, older ones fading",
    "No training loop has a gradient at a point where no parameter stands.",
    "velocity: the gradients so far, older ones fading",
    "There is no square and no root here.",
)
