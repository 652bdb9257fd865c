"""The claims of the lesson: Signs and slow memories."""

import numpy as np
import pytest

from ravine import descend
from ravine.lessons.review import memory
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.ledger import claims, excused, sourced
from tests.lessons.claims.reading import runs, states

STREAM = np.random.default_rng(0).standard_normal(20_000)


def steps(rule, stream, **settings):
    return feed(rules[rule], stream, **settings)["step"]


@claims(
    "Every parameter moves by the rate, in every step: one buffer, half of Adam's memory, and nothing to divide by.",
    "the same, but the newest gradient counts ten times as much",
    "average of recent gradients, the one thing that is remembered",
    "Signum: the sign is of what it remembers.",
    "Lion’s is of a blend in which the newest gradient counts ten times as much.",
    "Lion divides by nothing.",
    "AdaMax divides by the largest recent gradient.",
    "Two blends of one buffer and the gradient: one for the sign, one to remember.",
    "One average of gradients.",
    "Two: averages of gradients and of their squares.",
    "Three: Adam’s two, and the slow average.",
    "By the rate, {key}, whatever the gradient.",
)
def test_lion_moves_by_the_rate_with_one_buffer():
    assert [memory(rules[name]) for name in ("lion", "signum", "adam", "ademamix")] == [1, 1, 2, 3]
    for name in ("lion", "signum"):
        assert "/" not in str(rules[name].equation)
        np.testing.assert_allclose(np.abs(steps(name, STREAM[:200], lr=0.05)), 0.05)
    first = feed(rules["lion"], [1.0])
    assert first["c"][0] / first["m"][0] == pytest.approx(10)  # what the newest gradient weighs in each
    adamax = steps("adamax", [3.0, 1.0], lr=1.0, beta1=0.0, beta2=0.999999, eps=0.0)
    assert adamax[1] == pytest.approx(1 / 3, rel=1e-3)


@claims(
    "Signum and Adam, both at a rate of 0.05.",
    "Their first step is the same; their last ones are not.",
    "| Near the minimum gradients vanish, and Adam comes to rest there. And Signum? → It never does: each of its steps is 0.05 long. |",
    "The sign of a tiny gradient is still 1.",
    "Signum goes to and fro by 0.05, as long as the rate is 0.05.",
)
def test_signum_goes_to_and_fro_until_the_rate_is_lowered():
    state = states("signs-and-slow-memories")[0]
    paths = {name: path.points for name, path in runs(state).items()}
    np.testing.assert_allclose(paths["signum"][1], paths["adam"][1], atol=1e-6)
    late = {name: np.abs(np.diff(path[-40:], axis=0)) for name, path in paths.items()}
    np.testing.assert_allclose(late["signum"], 0.05, rtol=1e-6)
    assert late["adam"].max() < 0.01
    assert np.abs(paths["signum"][-40:]).max() < 0.2  # near the minimum, on both sides of it
    assert np.ptp(np.sign(paths["signum"][-40:]), axis=0).min() == 2
    lowered = descend("signum", "ravine", steps=state.steps, lr=0.05, schedule="cosine").points[-10:]
    assert np.abs(lowered).max() < 0.01  # the task can be done


@claims(
    "Signum and Lion keep a sign, AdEMAMix remembers for thousands of steps, and a cautious rule leaves out what the gradient opposes.",
    r"At $\beta_1 = 0.9$ half of a gradient's weight is gone after 7 steps.",
    r"AdEMAMix (Pagliardini et al. 2024) keeps this average, and adds a second one, $s$, with $\beta_3 = 0.9999$: there half is left after 6931 steps.",
    "The price: after 1000 steps the last one is filled to a tenth, and after a turn it pulls the old way.",
    "$1 - 0.9999^n$ after $n$ steps, {key}: nothing corrects it for its start at 0.",
    "{wrong} is where the fast average is long since.",
    "The slow one forgets, and learns, a thousand times more slowly.",
    "{wrong} is what ten steps do.",
)
def test_how_long_the_two_averages_remember():
    assert 0.9**6 > 0.5 > 0.9**7
    impulse = feed(rules["ademamix"], np.eye(1, 6933)[0])["s"]
    assert impulse[6931] / impulse[0] == pytest.approx(0.5, abs=1e-4)
    filled = feed(rules["ademamix"], np.ones(1000))
    assert filled["s"][-1] == pytest.approx(1 - 0.9999**1000) == pytest.approx(0.1, abs=0.01)
    assert filled["m"][-1] == pytest.approx(1)
    turned = [*np.ones(1000), *-np.ones(50)]
    slow = feed(rules["ademamix"], turned)
    assert slow["s"][-1] > 0 > slow["m"][-1]
    assert pytest.approx(1000) == (1 - 0.9) / (1 - 0.9999)
    said = feed(rules["ademamix"], STREAM[:50], lr=0.3, alpha=5.0)  # the formula as the lesson writes it
    np.testing.assert_allclose(
        said["step"], 0.3 * (said["m_hat"] + 5.0 * said["s"]) / (np.sqrt(said["v_hat"]) + 1e-8), rtol=1e-12
    )


@claims(
    r"Of independent noise an average lets through $\sqrt{(1-\beta)/(1+\beta)}$: 23 % at 0.9, 7 % at 0.99, 0.7 % at 0.9999.",
    "Gradients of 1 under noise of 2.",
    "The fast average m follows the noise; the slow one, s, hardly does, and takes its time to rise.",
)
def test_what_an_average_lets_through_of_noise():
    for beta, share in ((0.9, 0.23), (0.99, 0.07), (0.9999, 0.007)):
        assert np.sqrt((1 - beta) / (1 + beta)) == pytest.approx(share, rel=0.02)
    for beta in (0.9, 0.99):
        left = feed(rules["signum"], STREAM, beta=beta)["m"][2000:].std()
        assert left == pytest.approx(np.sqrt((1 - beta) / (1 + beta)), rel=0.1)
    stream = gradients("noisy", 4000)
    assert (stream.mean(), stream.std()) == pytest.approx((1, 2), abs=0.1)
    shown = feed(rules["ademamix"], stream[:300], beta3=0.99)
    assert shown["s"][100:].std() < 0.5 * shown["m"][100:].std()
    assert shown["s"][20] < 0.5 * shown["s"][299]
    raised = feed(rules["ademamix"], stream[:300], beta3=0.999)  # the task: smoother, and far from filled
    assert np.diff(raised["s"]).std() < 0.2 * np.diff(shown["s"]).std()
    assert raised["s"][299] < 0.5 * shown["s"][299]


@claims(
    "Momentum with and without caution, both at a rate of 0.02.",
    "Momentum runs 1.18 past the minimum.",
    "| Momentum runs 1.18 past the minimum. How far does cautious momentum? → Less than a tenth as far. |",
    "0.04.",
    "Past the minimum the slope points back, the velocity still ahead: the step is left out until the velocity has turned.",
    "Momentum does.",
    "Plain descent does.",
    "Caution leaves out a step that the newest gradient opposes.",
    "The velocity still points ahead, the gradient back: the step is left out, and the velocity is kept.",
    "Caution takes steps away, and adds none of its own.",
    "Caution looks at the newest gradient, and remembers nothing.",
)
def test_caution_waits_where_momentum_overshoots():
    state = states("signs-and-slow-memories")[2]
    paths = {name: path.points[:, 0] for name, path in runs(state).items()}
    assert [f"{path.max():.2f}" for path in paths.values()] == ["1.18", "0.04"]
    past = paths["momentum+cautious"]
    crossed = int(np.argmax(past > 0))
    assert np.ptp(past[crossed : crossed + 10]) == 0  # it waits
    held = descend("momentum+cautious", "ravine", steps=200, lr=0.02, momentum=0.99).points[:, 0]
    assert held.max() < 0.1 < 3 < descend("momentum", "ravine", steps=200, lr=0.02, momentum=0.99).points[:, 0].max()
    turn = [*np.ones(100), -1.0]
    velocity = [feed(rules[name], turn)["v"] for name in ("momentum", "momentum+cautious")]
    np.testing.assert_array_equal(*velocity)  # what it remembers is the same
    plain, cautious = (steps(name, turn) for name in ("momentum", "momentum+cautious"))
    np.testing.assert_array_equal(cautious[:-1], plain[:-1])
    assert cautious[-1] == 0 < plain[-1]
    assert steps("sgd", turn)[-1] < 0
    assert memory(rules["signum+cautious"]) == 1


@claims(
    "The signs of the average: it stays above 0, thanks to the 3, until the −2 comes.",
    "Lion takes these steps here, since it lets the newest one count more.",
    "A sign is 1, 0 or −1; nothing in between.",
    "Signum keeps nothing of a size.",
)
def test_signum_and_lion_on_four_gradients():
    stream = [3.0, -1.0, 0.5, -2.0]
    assert steps("signum", stream, lr=1.0).tolist() == [1, 1, 1, -1]
    assert steps("lion", stream, lr=1.0).tolist() == [1, -1, 1, -1]
    np.testing.assert_array_equal(steps("signum", 1e6 * STREAM[:50]), steps("signum", STREAM[:50]))


excused("road sign", "Three questions came after it.", "One name, two scales")

sourced(
    "liang-et-al-2024",
    "Liang et al. (2024) divide what moves by the share of parameters that do, so that steps keep their length on average.",
)
