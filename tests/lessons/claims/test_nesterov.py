"""The claims of the lesson: Nesterov."""

import numpy as np

from ravine import descend
from tests.lessons.claims.reading import runs, states, text


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


def test_both_forms_of_nesterov_ask_at_the_same_points():
    # The parameter of the framework's form is the other's point ahead; the first step begins at the same point.
    ahead = descend("nesterov_lookahead", "rosenbrock", steps=60, lr=1e-4, momentum=0.9).points
    stands = descend("nesterov", "rosenbrock", steps=60, lr=1e-4, momentum=0.9).points
    looked = ahead[1:] + 0.9 * np.diff(ahead, axis=0)
    np.testing.assert_allclose(stands[1:], looked, atol=1e-12)


def test_with_a_small_rate_momentum_and_nesterov_are_nearly_the_same():
    small, large = (
        [descend(name, "ravine", steps=100, lr=rate, momentum=0.5).points for name in ("momentum", "nesterov")]
        for rate in (0.001, 0.05)
    )
    assert np.abs(small[0] - small[1]).max() < 0.02 < 0.2 < np.abs(large[0] - large[1]).max()


def test_it_brakes_earlier_than_momentum_which_brakes_before_the_minimum_too():
    # The fastest step of both lies before the minimum at 0; Nesterov's comes further from it, in both forms.
    for lr, mu in ((0.02, 0.9), (0.1, 0.9), (0.01, 0.99)):
        fastest = {}
        for name in ("momentum", "nesterov", "nesterov_lookahead"):
            path = descend(name, "bowl", (1.0, 0.0), 300, lr=lr, momentum=mu).points[:, 0]
            fastest[name] = path[np.abs(np.diff(path)).argmax()]
        assert 0 < fastest["momentum"] < min(fastest["nesterov"], fastest["nesterov_lookahead"])


def test_the_slope_ahead_is_flatter_and_turns_sooner():
    path = descend("nesterov_lookahead", "bowl", (1.0, 0.0), 40, lr=0.1, momentum=0.9).points[:, 0]
    ahead = path[1:] + 0.9 * np.diff(path)  # on the bowl the slope is the place
    turned, passed = (int(np.flatnonzero(slopes < 0)[0]) for slopes in (ahead, path[1:]))
    assert turned < passed
    assert np.all(ahead[:turned] < path[1:][:turned])


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
