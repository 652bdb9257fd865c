"""The claims of the rules that came after Lion, or beside Adam: Signum, Yogi, AdaBelief, LaProp, Adan, ADOPT, AdEMAMix."""

import numpy as np
import pytest

from ravine import descend
from ravine.lessons.review import memory
from ravine.rules import rules
from ravine.studio.streams import feed
from tests.lessons.claims.ledger import claims, excused


def steps(rule, stream, **settings):
    return feed(rules[rule], stream, **settings)["step"]


@claims(
    "a step whose size is known beforehand, whatever the scale of the gradients",
)
def test_signum_steps_by_its_rate_and_never_settles():
    assert memory(rules["signum"]) == 1
    for scale in (1e-6, 1.0, 1e6):
        np.testing.assert_allclose(steps("signum", scale * np.ones(30), lr=0.01), 0.01)
    late = np.diff(descend("signum", "bowl", steps=400, lr=0.01).points[-20:], axis=0)
    np.testing.assert_allclose(np.abs(late), 0.01, rtol=1e-6)  # to and fro, as Lion


@claims(
    "a run of small gradients lowers its divisor slowly, so that the next large one meets no runaway rate",
    "a divisor that one huge gradient has raised comes down slowly, and the steps stay small for long",
)
def test_yogis_divisor_falls_slowly():
    short = {"beta1": 0.0, "beta2": 0.99, "eps": 1e-8}
    quiet = [*np.ones(300), *np.full(700, 0.01), 1.0]
    yogi, adam = (feed(rules[name], quiet, **short) for name in ("yogi", "adam"))
    assert adam["v"][-2] < 0.01 * adam["v"][299]
    assert yogi["v"][-2] > 0.99 * yogi["v"][299]
    assert yogi["step"][-1] / yogi["step"][299] < 1.1 < 5 < adam["step"][-1] / adam["step"][299]
    huge = [*np.ones(50), 100.0, *np.ones(700)]
    after = {name: steps(name, huge, lr=1.0, **short)[-1] for name in ("yogi", "adam")}
    assert after["yogi"] < 0.2 * after["adam"]


@claims(
    "long steps where gradients agree with their average, short ones where they stray from it",
    "on a steady slope the divisor goes to nothing: steps grow far beyond lr, and eps alone bounds them",
)
def test_adabelief_believes_steady_gradients():
    steady, straying = np.ones(300), np.where(np.arange(300) % 2, 1.9, 0.1)  # of one mean
    agreed, strayed = (steps("adabelief", stream, lr=1.0)[-1] for stream in (steady, straying))
    assert agreed > 5 * strayed
    late = [steps("adabelief", np.ones(600), lr=1.0, beta2=0.9, eps=eps)[-1] for eps in (1e-8, 1e-16)]
    for eps, step in zip((1e-8, 1e-16), late, strict=True):
        assert step == pytest.approx(1 / np.sqrt(eps / (1 - 0.9)), rel=1e-3)  # eps, added each time, is what is left
    assert late[0] > 1000


@claims(
    "any pair of betas: with beta2 = 0 it averages signs, where Adam's steps have no bound",
    "a gradient keeps the divisor that it met: those from before a change of scale weigh on at full size",
)
def test_laprop_averages_quotients():
    stream = np.random.default_rng(0).standard_normal(400)
    signs = steps("signum", stream, beta=0.0, lr=1.0)
    averaged = steps("momentum_averaged", signs, lr=1.0, beta=0.9) / (1 - 0.9 ** np.arange(1, 401))
    np.testing.assert_allclose(steps("laprop", stream, lr=1.0, beta2=0.0, eps=0.0), averaged, rtol=1e-9, atol=1e-12)
    spiked = [*np.ones(50), 1e-6]
    assert steps("adam", spiked, lr=1.0, beta2=0.0, eps=0.0)[-1] > 1e5
    # Gradients of 1, then none larger than a thousandth, the other way: LaProp still steps the old way at full size.
    turned = [*np.ones(5), *np.full(3, -1000.0)]
    laprop, adam = (steps(name, turned, lr=1.0, beta2=0.9)[5] for name in ("laprop", "adam"))
    assert adam < 0 < laprop


@claims(
    "sees a turn in the change of the gradient, and needs no gradient at another point for it",
    "four buffers, twice Adam's memory, and three betas to tune",
    "Adan with a twelfth of its foresight at the default betas: nearer to Adam",
    "another rule under Adan's name: its foresight cannot be set back without changing the average too",
)
def test_adan_sees_the_change_and_keeps_four_numbers():
    assert memory(rules["adan"]) == 4 == 2 * memory(rules["adam"])
    assert [name for name in rules["adan"].hyperparameters if name.startswith("beta")] == ["beta1", "beta2", "beta3"]
    assert rules["adan"].equation.gradient_at is None
    same = {"lr": 0.01, "beta1": 0.98, "beta3": 0.99, "eps": 1e-8}
    turn = [*np.ones(20), *-np.ones(6)]
    adan, of_optax = steps("adan", turn, **same), steps("adan_optax", turn, **same, eps_root=0.0)
    blind = steps("adam", turn, lr=0.01, beta1=0.98, beta2=0.99, eps=1e-8)
    assert np.all(adan[20:23] < of_optax[20:23])
    assert np.all(np.abs(of_optax - blind)[20:23] < np.abs(adan - blind)[20:23])
    share = rules["adan_optax"].settings({})["beta2"]
    assert share / (1 - share) == pytest.approx(12, abs=0.6)  # the share of the difference, theirs and optax's
    set_back = steps("adan_optax", turn, **same, beta2=1 - 0.92, eps_root=0.0)  # the share of 0.92, and another average
    assert np.abs(set_back - adan).max() > 1e-3


@claims(
    "converges with any beta2 where Adam may not: no gradient stands in its own divisor",
    "its first step only measures",
    "after a first gradient near zero the clip alone bounds the next steps",
    "after a first gradient near zero the next one is divided by next to nothing, and throws the parameter far",
)
def test_adopt_divides_by_what_came_before():
    # Reddi et al.'s gradients: rarely 4, else -1, so that the minimum lies at -1 of [-1, 1]; Adam goes the other way.
    rare = np.where(np.random.default_rng(0).random(3000) < 1.2 / 5, 4.0, -1.0)
    ends = {name: -steps(name, rare, lr=1e-3, beta1=0.0, beta2=0.1).sum() for name in ("adam", "adopt")}
    assert ends["adopt"] < -0.1 < 0.1 < ends["adam"]
    assert [steps(name, [3.0, 3.0], lr=1.0)[0] for name in ("adopt", "adopt_unclipped")] == [0, 0]
    begun = [1e-12, 1.0, 1.0]
    clipped, thrown = steps("adopt", begun, lr=1.0), steps("adopt_unclipped", begun, lr=1.0)
    np.testing.assert_allclose(clipped, [0, 0.1, 0.9 * 0.1 + 0.1 * 2**0.25])
    assert thrown[1] == pytest.approx(0.1 / 1e-6)


@claims(
    "long runs: gradients of thousands of steps ago still count, beside an average that turns quickly",
    "one buffer more than Adam",
    "a short run never fills it, and where the problem changes it pulls the old way",
)
def test_ademamix_has_a_long_memory():
    assert memory(rules["ademamix"]) == memory(rules["adam"]) + 1
    long = feed(rules["ademamix"], [*np.ones(2000), *np.zeros(2000)])
    assert long["s"][-1] > 0.8 * long["s"][1999] > 0.1  # after 2000 steps without any
    assert abs(long["m"][-1]) < 1e-12
    assert feed(rules["ademamix"], np.ones(200))["s"][-1] < 0.02
    turned = [*np.ones(2000), *-np.ones(100)]
    ademamix, adam = steps("ademamix", turned, lr=1.0, beta3=0.999)[-1], steps("adam", turned, lr=1.0)[-1]
    assert adam < 0 < ademamix


def ends(rule, steps, **settings):
    """The mean height of where ten noisy runs in a bowl end."""
    found = [descend(rule, "bowl", steps=steps, noise=1.0, seed=seed, **settings).values[-1] for seed in range(10)]
    return float(np.mean(found))


@claims(
    "no schedule and no end to plan for: at a constant rate noise goes out of the point that is evaluated",
    "no schedule and no end to plan for, with Adam's divisor",
    "it trains at another point than it is evaluated at",
)
def test_schedule_free_averages_noise_away_at_a_constant_rate():
    for name, plain, lr in (("schedule_free_sgd", "sgd", 0.2), ("schedule_free_adamw", "adam", 0.1)):
        early, late = (ends(name, steps, lr=lr) for steps in (100, 400))
        stays = [ends(plain, steps, lr=lr) for steps in (100, 400)]
        assert late < 0.5 * early  # and nobody told it how long the run would be
        assert stays[1] > 0.5 * stays[0]
        assert late < 0.3 * stays[1]
        assert rules[name].equation.gradient_at is not None


@claims(
    "it remembers as much as Adam",
    "where the problem changes, all the past is in the average",
)
def test_schedule_free_adamw_weighs_all_of_the_past_alike():
    assert memory(rules["schedule_free_adamw"]) == memory(rules["adam"]) == 2
    # A hundred steps up and a hundred down: z is back, and the average of all points lies half-way up.
    record = feed(rules["schedule_free_adamw"], [*-np.ones(100), *np.ones(100)], lr=0.01, beta2=0.0)
    assert record["z"][-1] == pytest.approx(0, abs=1e-6)
    assert record["position"][-1] == pytest.approx(record["z"].mean(), rel=1e-9)
    assert record["position"][-1] == pytest.approx(0.5, abs=0.01)


@claims(
    "Adagrad's sum with a cube root, which a growing weight of the gradients keeps from dying out",
    "three numbers for each parameter, one of them where it began",
    "its rates are not those of SGD or Adam",
)
def test_madgrad_keeps_its_steps_alive_and_where_it_began():
    assert memory(rules["madgrad"]) == 3
    assert rules["madgrad"].state["z"] == "theta"
    # The weights sqrt(t) grow, sums as t^1.5: s over the cube root of v moves as t, where Adagrad's step goes as t^-½.
    madgrad, adagrad = (steps(name, np.ones(4000), lr=1e-3) for name in ("madgrad", "adagrad"))
    assert madgrad[-1] / madgrad[999] == pytest.approx(1, abs=0.02)
    assert adagrad[-1] / adagrad[999] == pytest.approx(0.5, abs=0.02)
    # By a hundred times the rate Adam goes a hundred times as far on a steady slope, and MADGRAD 100^(2/3) times.
    far = [steps("madgrad", np.ones(200), lr=lr).sum() for lr in (1e-4, 1e-2)]
    assert far[1] / far[0] == pytest.approx(100 ** (2 / 3), rel=0.05)


excused(
    "definition",
    "how near to the average the gradient is taken",
    "steps over which the rate grows from 0; 0 is none",
    "power of the step that later points weigh in the average",
    "power of the largest rate so far that a point weighs in the average",
    "steps over which the slow average's memory grows from beta1's; 0 is none",
    "steps over which alpha grows from 0; 0 is none",
)
