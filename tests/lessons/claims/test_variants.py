"""The claims of the lesson: Variants."""

import numpy as np
import pytest

from ravine.backends import numpy as reference
from ravine.dialect_tables import FORMS
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.reading import fed, states, text


@claims(
    r"On [−1, 1] the losses are $g\theta$, with $g$ = 3, −1, −1, 3, … The mean of $g$ is positive, so −1 is the best point.",
    "With β₁ = 0 and β₂ = 0.1, as in the proof, Adam ends at +1, the worst point; AMSGrad ends at −1, the best.",
    "Raise Adam's β₂ until it ends at −1, too.",
)
def test_adam_ends_at_the_wrong_end_and_amsgrad_at_the_right_one():
    [state] = states("variants")
    assert gradients("reddi", 6).tolist() == [3, -1, -1, 3, -1, -1]
    assert state.settings["adam"]["beta2"] == 1 / (1 + 3**2)  # as in the proof
    assert gradients("reddi", 300).mean() > 0  # so -1 is the best point of [-1, 1]
    assert fed(state, "adam")["position"][-1] == 1
    assert fed(state, "amsgrad")["position"][-1] == pytest.approx(-1, abs=0.06)
    settings = {**state.settings["adam"], "beta2": 0.99}
    raised = feed(rules["adam"], gradients("reddi", state.steps), (-1.0, 1.0), **settings)
    assert raised["position"][-1] == pytest.approx(-1, abs=0.06)  # the task can be done


def test_weights_with_large_gradients_are_hardly_decayed_by_l2():
    def shrunk(rule, scale):
        stream = scale * gradients("alternating", 400)
        theta, state = np.array(1.0), {"m": np.zeros(()), "v": np.zeros(())}
        settings = rules[rule].settings({"lr": 1e-3, "weight_decay": 0.1, "beta1": 0.0})
        for t, g in enumerate(stream, start=1):
            theta, state = reference.step(rules[rule].equation, theta, np.asarray(g), state, t, settings)
        return 1 - float(theta)

    assert shrunk("adam+l2", 100.0) < 0.2 * shrunk("adam+l2", 1.0)
    assert shrunk("adamw", 100.0) == pytest.approx(shrunk("adamw", 1.0), rel=1e-6)


@claims(
    r"At the usual $\beta_2 = 0.999$ this stream does not fool Adam.",
)
def test_with_the_usual_beta2_the_stream_fools_adam_no_more():
    ends = feed(rules["adam"], gradients("reddi", 3000), (-1.0, 1.0), lr=0.05, beta1=0.0, beta2=0.999)["position"]
    assert ends[-1] == pytest.approx(-1, abs=0.06)


@claims(
    "PyTorch's divides from the sixth step on, the paper's from the fifth.",
    "From the sixth step on it divides (in the paper from the fifth), at first carefully: a built-in warm-up.",
)
def test_pytorchs_radam_divides_from_the_sixth_step_on_and_the_papers_from_the_fifth():
    t = np.arange(1, 20)
    rho_inf = 2 / (1 - 0.999) - 1
    rho = rho_inf - 2 * t * 0.999**t / (1 - 0.999**t)
    assert (t[rho > 5][0], t[rho > 4][0]) == (6, 5)
    one, ten = (feed(rules["radam"], scale * np.ones(8))["step"] for scale in (1.0, 10.0))
    np.testing.assert_allclose(ten[:5], 10 * one[:5])
    np.testing.assert_allclose(ten[5:], one[5:], rtol=1e-5)
    assert "divides from the sixth step on, the paper’s from the fifth" in text("variants")


@claims(
    r"As a Gaussian prior on the weights, $\lambda$ means a variance of $1/\lambda$ only if the loss is a *sum*; with the mean over $N$ examples it is $1/(N\lambda)$.",
)
def test_the_prior_that_l2_stands_for():
    # A mean loss over N examples and λ/2 θ²: N times both is a log likelihood and a prior of variance 1/(Nλ).
    n, decay = 50, 0.3
    data = np.random.default_rng(0).normal(1.0, 1.0, n)
    minimum = data.mean() / (1 + decay)  # of mean((θ - x)²)/2 + λ/2 θ²

    def posterior_mean(variance):
        return data.sum() / (n + 1 / variance)

    assert minimum == pytest.approx(posterior_mean(1 / (n * decay)))
    assert minimum != pytest.approx(posterior_mean(1 / decay), rel=0.05)


@claims(
    "In PyTorch's Adam it is L2, in AdamW it is decoupled, in Keras it always is.",
)
def test_weight_decay_is_not_one_thing():
    kinds = {
        (framework, family): FORMS[framework][family].traits["decay"]
        for framework in ("torch", "keras")
        for family in FORMS[framework]
    }
    assert (kinds["torch", "adam"], kinds["torch", "adamw"]) == ("l2", "decoupled")
    assert {kind for (framework, _), kind in kinds.items() if framework == "keras"} == {"decoupled"}


@claims(
    r"L2 regularisation adds $\frac{\lambda}{2}\lVert\theta\rVert^2$ (here $\lambda$ is its strength) to the loss; its gradient is $\lambda\theta$.",
    r"Each step takes away $\eta\lambda$ of it: $(1 - {rate} \cdot 0.1)^{1000}$ = {key}.",
    r"Nothing is left if the rate is forgotten: $\theta \leftarrow \theta - \lambda\theta$.",
    r"PyTorch, Keras and optax subtract $\eta\lambda\theta$.",
    "Without a gradient Adam’s own step is zero, but AdamW’s decay needs no gradient.",
)
def test_decay_is_the_gradient_of_l2_and_is_subtracted():
    theta, decay, h = 1.7, 0.3, 1e-6

    def penalty(at):
        return decay / 2 * at**2

    assert (penalty(theta + h) - penalty(theta - h)) / (2 * h) == pytest.approx(decay * theta)
    for rate in (0.1, 0.01):  # AdamW shrinks by ηλ in each step, without any gradient
        settings = rules["adamw"].settings({"lr": rate, "weight_decay": 0.1})
        at, state = np.array(1.0), {"m": np.zeros(()), "v": np.zeros(())}
        for t in range(1, 1001):
            at, state = reference.step(rules["adamw"].equation, at, np.array(0.0), state, t, settings)
        assert float(at) == pytest.approx((1 - rate * 0.1) ** 1000, rel=1e-6)
    assert (1 - 0.1) ** 1000 < 1e-40  # nothing is left where the rate is forgotten


@claims(
    "But $v$ forgets the rare 3 at once, and the two −1 push harder together.",
    "AMSGrad divides by the largest $v$ so far, so the rare 3 is not forgotten.",
    "Three gradients sum to 1, so it drifts towards −1: slowly, and rightly.",
    "The rare 3 is divided by its own size, the two −1 by a $v$ that has forgotten it: they win.",
    "It keeps the largest $v$ it has seen, so all three gradients are divided alike.",
)
def test_why_the_stream_fools_adam_and_not_amsgrad():
    assert sum([3, -1, -1]) == 1  # descent drifts to -1, slowly
    kept = feed(rules["adam"], gradients("reddi", 240), beta1=0.0, beta2=0.1)["v"]
    largest = feed(rules["amsgrad"], gradients("reddi", 240), beta1=0.0, beta2=0.1)["v_max"]
    steps = feed(rules["adam"], gradients("reddi", 240), (-1e9, 1e9), lr=1.0, beta1=0.0, beta2=0.1)["step"]
    assert kept[2::3][-1] < 0.2 * kept[::3][-1]  # the rare 3 is forgotten at once
    assert -steps[-2] - steps[-1] > steps[-3]  # and the two -1 push harder together
    np.testing.assert_allclose(largest[3:], largest[3], rtol=0.02)  # all three are divided alike


@claims(
    "**AdaMax** divides by the largest recent gradient, in place of a root mean square.",
    "The maximum needs no correction.",
    "AMSGrad has a maximum too, but of second moments that never fade, under a root.",
    "It divides by the largest recent gradient, which fades slowly; a maximum needs no bias correction.",
    "RAdam decides by the number of steps whether to divide at all.",
    "No maximum is in it.",
    "Ten times the gradients make ten times the steps.",
)
def test_what_the_others_divide_by():
    gradients_ = [3.0, 1.0, 2.0]
    adamax = feed(rules["adamax"], gradients_, lr=1.0, beta1=0.0, eps=0.0)["step"]
    np.testing.assert_allclose(
        adamax, np.array(gradients_) / (3 * 0.999 ** np.arange(3))
    )  # fades slowly, no correction
    one, ten = (feed(rules["sgd"], scale * np.ones(3))["step"] for scale in (1.0, 10.0))
    np.testing.assert_allclose(ten, 10 * one)
    radam = feed(rules["radam"], np.ones(7), lr=1.0)["step"]
    np.testing.assert_allclose(radam[:5], 1.0)  # momentum's steps
    assert radam[5] < 0.1 < 1  # then at first carefully
    assert "maximum" not in str(rules["nadam"].equation) + str(rules["radam"].equation)


excused(
    "definition",
    "the largest v so far",
)
