"""The claims of the rules' own files: what each is good at, and where it hurts."""

import math

import numpy as np
import pytest

from ravine import descend
from ravine.backends import numpy as reference
from ravine.dialect_tables import FORMS
from ravine.lessons.review import memory
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.ledger import claims, excused


def steps(rule, stream, **settings):
    return feed(rules[rule], stream, **settings)["step"]


@claims(
    "learning rate: scales every step",
    "lowers the learning rate as 1/(1 + (t-1) lr_decay)",
    "decay of the average of gradients (first moment)",
    "pull of every parameter towards zero",
    "share of the last step, or of the velocity, that is kept",
    "share of a new gradient that is kept out of the velocity (not of the first)",
    "how fast the momentum schedule warms up to beta1",
)
def test_what_the_settings_of_a_rule_do():
    ones = np.ones(3)
    for name in ("sgd", "adam", "adagrad"):
        assert steps(name, ones, lr=0.2) == pytest.approx(2 * np.array(steps(name, ones, lr=0.1)))
    decayed = np.array(steps("adagrad", ones, lr=0.1, lr_decay=0.5)) / steps("adagrad", ones, lr=0.1)
    assert decayed == pytest.approx([1 / (1 + (t - 1) * 0.5) for t in (1, 2, 3)])
    first = feed(rules["adam"], ones, beta1=0.9)["m"]
    assert first == pytest.approx([1 - 0.9**t for t in (1, 2, 3)])
    for form in ("l2", "decoupled"):
        settings = rules[f"sgd+{form}"].settings({"weight_decay": 0.1})
        theta = np.array([2.0, -2.0])
        pulled, _ = reference.step(rules[f"sgd+{form}"].equation, theta, np.zeros(2), {}, 1, settings)
        assert np.all(np.abs(pulled) < 2)
    coasting = steps("momentum", [1.0, 0.0, 0.0], momentum=0.7)
    assert coasting[1:] / coasting[:-1] == pytest.approx([0.7, 0.7])
    damped = feed(rules["momentum"], ones, momentum=0.0, dampening=0.3)["v"]
    assert damped == pytest.approx([1.0, 0.7, 0.7])
    warm = {speed: feed(rules["nadam"], np.ones(400), momentum_decay=speed)["mu"][-1] for speed in (0.004, 0.04)}
    assert warm[0.004] < warm[0.04] <= 0.9


@claims(
    "no rate to tune at lr = 1",
    "its eps sets the pace at the start: the first step is about sqrt(eps / (1 - rho)), so a small one is slow",
    "Keras's default rate of 0.001 makes it about a thousand times slower than the paper's rule",
)
def test_adadelta_has_a_rate_of_one_and_eps_sets_its_pace():
    assert rules["adadelta"].hyperparameters["lr"].default == 1
    first = {eps: steps("adadelta", [1.0], eps=eps)[0] for eps in (1e-6, 1e-10)}
    for eps, step in first.items():
        assert step == pytest.approx(math.sqrt(eps / (1 - 0.9)), rel=1e-4)
    keras = rules["adadelta_keras"]
    assert keras.hyperparameters["lr"].default == 0.001


@claims(
    "the sum only grows, so the rate only shrinks, and training can stop before it is done",
    "the start of 0.1 keeps the first steps small",
)
def test_adagrads_rate_only_shrinks_and_a_start_of_a_tenth_keeps_first_steps_small():
    assert np.all(np.diff(steps("adagrad", np.ones(300))) < 0)
    small = np.full(1, 0.01)
    assert steps("adagrad_keras", small, lr=0.1)[0] < 0.05 * steps("adagrad", small, lr=0.1)[0]


@claims(
    "four hyperparameters, and defaults only to start with",
    "eps counts for more in the first steps",
)
def test_adam_has_four_hyperparameters_and_its_keras_form_a_heavier_eps_at_first():
    assert len(rules["adam"].hyperparameters) == 4
    apart = [
        abs(
            steps("adam", gradients("noisy", 4000), eps=1e-3)[t]
            / steps("adam_keras", gradients("noisy", 4000), eps=1e-3)[t]
            - 1
        )
        for t in (0, 3999)
    ]
    assert apart[1] < 0.2 * apart[0]


@claims(
    "shows what bias correction does: with beta1 = 0 it is RMSprop",
    "averages that start at zero make the first steps up to (1 - beta1)/sqrt(1 - beta2) times Adam's",
)
def test_without_correction_adam_is_rmsprop_or_longer_at_first():
    stream = gradients("noisy", 60)
    np.testing.assert_allclose(
        steps("adam_uncorrected", stream, beta1=0.0, beta2=0.99, eps=1e-8, lr=0.01),
        steps("rmsprop", stream, alpha=0.99, eps=1e-8, lr=0.01),
        rtol=1e-9,
    )
    first = steps("adam_uncorrected", [1.0], lr=1.0)[0] / steps("adam", [1.0], lr=1.0)[0]
    assert first == pytest.approx((1 - 0.9) / math.sqrt(1 - 0.999), rel=1e-3)


@claims(
    "PyTorch treats the real and imaginary parts as two parameters: a port takes other steps",
)
def test_a_complex_parameter_is_two_for_pytorch():
    torch = pytest.importorskip("torch")
    weight = torch.nn.Parameter(torch.tensor([1.0 + 1.0j], dtype=torch.complex128))
    optimizer = torch.optim.Adam([weight], lr=0.1)
    weight.grad = torch.tensor([3.0 + 0.001j], dtype=torch.complex128)
    optimizer.step()
    moved = (torch.tensor(1.0 + 1.0j) - weight.detach()).item()
    assert moved.real == pytest.approx(0.1, rel=1e-3)
    assert moved.imag == pytest.approx(0.1, rel=1e-3)  # each by its own size: by the modulus it would be a thousandth


@claims(
    "the maximum needs no bias correction",
)
def test_adamaxs_maximum_needs_no_correction():
    assert steps("adamax", [7.0], lr=1.0, eps=0.0)[0] == pytest.approx(1)
    spiked = steps("adamax", [100.0, *np.ones(100)], lr=1.0)
    assert spiked[-1] < 0.05  # and lowers the rate for long


@claims(
    "weight decay that every parameter feels alike, whatever its gradients",
    "the decay is one more setting, tied to lr in PyTorch, Keras and optax although the paper separates the two",
    "PyTorch, Keras and optax have lr·λ where this has λ: a setting must be converted",
)
def test_adamws_decay_is_alike_for_all_and_tied_to_the_rate():
    def left(rule, lr, gradient):
        settings = rules[rule].settings({"lr": lr, "weight_decay": 0.1, "beta1": 0.0})
        theta, state = np.array(1.0), {name: np.zeros(()) for name in rules[rule].equation.state}
        after, _ = reference.step(rules[rule].equation, theta, np.array(gradient), state, 1, settings)
        return float(after) + (lr if gradient else 0.0)  # Adam's own step is the rate

    for gradient in (0.0, 1.0, 100.0):
        assert left("adamw", 0.01, gradient) == pytest.approx(1 - 0.01 * 0.1, abs=1e-6)  # alike, at lr·λ
    assert left("adamw_paper", 0.01, 0.0) == pytest.approx(1 - 0.1)  # the paper's: at λ
    for framework in ("torch", "keras", "optax"):
        assert FORMS[framework]["adamw"].traits["decay"] == "decoupled"


@claims(
    "one more buffer, and one huge gradient slows it for ever",
    "one buffer, half of Adam's memory",
    "still one rate for all parameters, and two hyperparameters to tune",
    "one hyperparameter and no state",
)
def test_how_much_each_remembers():
    assert memory(rules["amsgrad"]) == memory(rules["adam"]) + 1
    assert memory(rules["lion"]) * 2 == memory(rules["adam"])
    assert memory(rules["sgd"]) == 0
    assert [len(rules[name].hyperparameters) for name in ("sgd", "nesterov")] == [1, 2]
    huge = steps("amsgrad", [1000.0, *np.ones(5000)], lr=1.0)
    adam = steps("adam", [1000.0, *np.ones(5000)], lr=1.0)
    assert huge[-1] < 0.1 * adam[-1]  # one huge gradient slows it for ever


@claims(
    "never settles: near the minimum it steps by lr to and fro until the rate is lowered",
)
def test_lion_steps_to_and_fro():
    path = descend("lion", "bowl", steps=400, lr=0.01).points
    late = np.diff(path[-20:], axis=0)
    np.testing.assert_allclose(np.abs(late), 0.01, rtol=1e-6)


@claims(
    "steps are 1/(1-beta) times smaller than the other forms' at the same rate",
)
def test_averaged_steps_are_smaller():
    ratio = steps("momentum_averaged", np.ones(30), lr=1.0, beta=0.9) / steps(
        "momentum", np.ones(30), lr=1.0, momentum=0.9
    )
    np.testing.assert_allclose(ratio, 1 - 0.9)


@claims(
    "Adam with Nesterov's foresight: it turns sooner when the gradient turns",
)
def test_nadam_turns_sooner_than_adam():
    stream = [*np.ones(20), *-np.ones(5)]
    nadam, adam = (steps(name, stream, lr=0.01)[20:] for name in ("nadam", "adam"))
    assert np.all(nadam < adam)


@claims(
    "a warm-up built in: the first steps, whose second moment rests on a few gradients, are not adapted",
    "those first steps are plain momentum at the full rate, which can be too much for an Adam-sized rate",
)
def test_radams_first_steps_are_momentums():
    stream = gradients("noisy", 5)
    mean = steps("momentum_averaged", stream, lr=0.01) / (1 - 0.9 ** np.arange(1, 6))
    np.testing.assert_allclose(steps("radam", stream, lr=0.01), mean)
    assert steps("radam", 50 * stream, lr=0.01)[0] == pytest.approx(50 * steps("radam", stream, lr=0.01)[0])


@claims(
    "damps the zigzag across a ravine, so that larger steps along it are possible",
    "the first steps, with an average that starts at zero, are the largest",
    "an average that starts at one makes the first steps small",
)
def test_rmsprop_allows_larger_rates_and_starts_with_its_largest_steps():
    late = np.abs(descend("rmsprop", "ravine", (-4.0, 1.0), 400, lr=0.2, alpha=0.9).points[-50:, 1])
    assert late.max() < 0.2  # plain descent is gone at half that rate
    assert steps("rmsprop", np.ones(200), lr=1.0).argmax() == 0
    assert steps("rmsprop_tf1", [0.1], lr=0.01)[0] < steps("rmsprop", [0.1], lr=0.01)[0]


@claims(
    "s - m**2 can round below zero and give NaN when gradients stay constant",
)
def test_centered_rmsprop_can_round_below_zero():
    equation, settings = rules["rmsprop_centered"].equation, rules["rmsprop_centered"].settings({})
    constant = np.linspace(0.05, 3, 500)  # a parameter for each
    theta, state = np.zeros(500), reference.start(equation, constant, settings)
    with np.errstate(invalid="ignore"):
        for t in range(1, 4000):
            theta, state = reference.step(equation, theta, constant, state, t, settings)
    assert (state["s"] - state["m"] ** 2).min() < 0
    assert np.isnan(theta).any()


excused(
    "definition",
    "the gradient is wanted at a point where no parameter stands",
)
