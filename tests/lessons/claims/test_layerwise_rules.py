"""The claims of the rules whose rate goes by the norm of a tensor: LARS, LAMB, StableAdamW."""

import numpy as np
import pytest

from ravine.backends import numpy as reference
from ravine.rules import rules
from ravine.studio.streams import feed
from tests.lessons.claims.ledger import claims, sourced


def moved(rule, theta, gradients, **settings):
    """The norm of each step, over that of the tensor before it."""
    equation, known = rules[rule].equation, rules[rule].settings(settings)
    state, shares = reference.start(equation, theta, known), []
    for t, g in enumerate(gradients, start=1):
        after, state = reference.step(equation, theta, g, state, t, known)
        shares.append(np.linalg.norm(after - theta) / np.linalg.norm(theta))
        theta = after
    return np.array(shares)


GRADIENTS = np.random.default_rng(0).standard_normal((20, 50))


@claims("each layer moves by the same share of its size, whatever its gradients: one rate suits all of them")
def test_lamb_moves_each_layer_by_its_rate():
    for size, scale in ((1e-3, 1e3), (1.0, 1.0), (1e3, 1e-3)):
        shares = moved("lamb", np.full(50, size), scale * GRADIENTS, lr=0.01, eps=0.0, weight_decay=0.1)
        np.testing.assert_allclose(shares, 0.01, rtol=1e-12)


def test_lamb_crawls_from_near_zero():
    assert moved("lamb", np.full(50, 1e-6), GRADIENTS, lr=0.01).max() * 1e-6 < 2e-8  # Adam goes lr in each coordinate
    assert feed(rules["adam"], GRADIENTS[:, 0], lr=0.01)["step"][0] == pytest.approx(np.sign(GRADIENTS[0, 0]) * 0.01)


@claims("a gradient of any size moves a layer by the same share of the layer's size, before momentum adds up")
@pytest.mark.parametrize("rule", ["lars", "lars_optax"])
def test_lars_moves_each_layer_by_the_product_of_its_rates(rule):
    for size, scale in ((1e-3, 1e3), (1.0, 1e-9), (1e3, 1.0)):
        shares = moved(rule, np.full(50, size), scale * GRADIENTS, lr=0.5, momentum=0.0, trust_coefficient=0.01)
        np.testing.assert_allclose(shares, 0.5 * 0.01, rtol=1e-9)


@claims("where decay and gradient cancel, the rate grows")
def test_the_norm_of_a_sum_may_vanish():
    theta = np.ones(50)
    against = -0.1 * theta + 1e-6 * GRADIENTS[0]  # what decay adds back
    given = {"lr": 1.0, "momentum": 0.0, "trust_coefficient": 0.01, "weight_decay": 0.1}
    assert moved("lars_optax", theta, [against], **given) == pytest.approx(0.01)
    assert moved("lars", theta, [against], **given) < 1e-6


@claims(
    "a sudden large gradient, which Adam's divisor lags behind, moves it by less: no norm to clip at is chosen",
    "a pass over the tensor before each step",
    "while gradients do not outgrow their average it is AdamW",
)
def test_stableadamw_steps_shorter_after_a_spike():
    even = GRADIENTS[0] / np.abs(GRADIENTS[0])
    same = {"lr": 0.01, "beta1": 0.9, "beta2": 0.99, "eps": 1e-8, "weight_decay": 0.0}
    theta = np.ones(50)
    stable, adamw = (moved(rule, theta, [even] * 30 + [100 * even], **same) for rule in ("stableadamw", "adamw"))
    np.testing.assert_allclose(stable[:30], adamw[:30], rtol=1e-9)
    assert stable[30] < 0.3 * adamw[30]


sourced("nado-et-al-2021", "tuned Adam matches it on large batches (Nado et al. 2021)")
sourced("nado-et-al-2021", "tuned Nesterov matches it on large batches (Nado et al. 2021)")
