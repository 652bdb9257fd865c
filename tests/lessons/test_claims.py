"""Every number and every claim of the lessons that can be computed, computed; and looked up in the lesson's text."""

import csv
import html
import math
import re
from pathlib import Path

import numpy as np
import pytest

from ravine import descend
from ravine.dialect_tables import FORMS
from ravine.dialects import convert
from ravine.landscapes import landscapes
from ravine.lessons import lesson
from ravine.lessons.checks.tables import span_of
from ravine.lessons.state import read
from ravine.rules import rules
from ravine.studio.streams import feed, gradients


def text(name):
    """The words of a lesson, formulas and captions among them, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", lesson(name).html)).split())


def states(name):
    return [use.state for use in lesson(name).widgets]


def runs(state, **changed):
    """The paths of a widget's race, by rule; `changed` as in momentum_lr=0.1."""
    state = read("&".join([state.query, *(f"{key.replace('__', '.')}={value}" for key, value in changed.items())]))
    return {
        rule.name: descend(rule, state.landscape, steps=state.steps, **state.settings.get(rule.name, {}))
        for rule in state.rules
    }


def fed(state, name):
    """What the widget shows of one of its rules."""
    stream = gradients(state.texts["stream"], state.steps) * state.numbers("scale", (1.0,))[0]
    bounds = tuple(state.numbers("project", (0.0, 0.0))) if "project" in state.texts else None
    return feed(rules[name], stream, bounds, **state.settings.get(name, {}))


def curvatures(land, x=0.0, y=0.0, h=1e-4):
    def slope(x, y):
        return np.array(land.gradient(x, y))

    hessian = np.column_stack(
        [(slope(x + h, y) - slope(x - h, y)) / (2 * h), (slope(x, y + h) - slope(x, y - h)) / (2 * h)]
    )
    return np.linalg.eigvalsh(hessian)


# ---- 1 Gradient descent


def test_the_limit_of_the_rate_is_two_over_the_largest_curvature():
    low, high = curvatures(landscapes["ravine"])
    assert f"curvatures {low:.0f} and {high:.0f}: the limit is {2 / high:.1f}" in text("gradient-descent")
    [state] = states("gradient-descent")
    at = {rate: np.abs(runs(state, sgd__lr=rate)["sgd"].points[:, 1]) for rate in (0.04, 0.099, 0.1, 0.101)}
    assert at[0.04][-1] < 1e-6
    assert at[0.099][-1] < at[0.099][0]
    np.testing.assert_allclose(at[0.1], 1)  # swings without end
    assert np.all(np.diff(at[0.101]) > 0)
    # Each step multiplies the distance by 1 - rate * curvature.
    np.testing.assert_allclose(at[0.101][1:], at[0.101][:-1] * abs(1 - 0.101 * high), rtol=1e-6)


def test_the_noise_of_a_batch_shrinks_with_its_root():
    examples = np.random.default_rng(0).standard_normal((20_000, 64))
    assert "the noise shrinks with the root of the batch" in text("gradient-descent")
    assert examples.mean(axis=1).std() == pytest.approx(1 / math.sqrt(64), rel=0.02)


def test_ten_sigmoids_leave_less_than_a_millionth():
    z = np.linspace(-9, 9, 2001)
    sigmoid = 1 / (1 + np.exp(-z))
    largest = (sigmoid * (1 - sigmoid)).max()
    assert largest == pytest.approx(1 / 4)
    assert largest**10 < 1e-6
    assert "at most 1/4: ten layers leave less than a millionth" in text("gradient-descent")


# ---- 2 Momentum


def test_a_constant_gradient_makes_ten_times_the_step():
    assert feed(rules["momentum"], np.ones(400))["v"][-1] == pytest.approx(10)
    assert "ten times the step of plain descent" in text("momentum")


def test_the_three_kinds_of_motion_and_their_border():
    state = states("momentum")[0]
    rate = state.settings["momentum"]["lr"]
    critical = (1 - math.sqrt(rate * 1)) ** 2
    assert f"≈{critical:.2f}" in text("momentum").replace(" ", "")

    def along(mu):
        return runs(state, momentum__momentum=mu)["momentum"].points[:, 0]

    assert along(critical - 0.01).max() <= 1e-9  # no overshoot
    assert along(critical + 0.02).max() > 0
    assert along(0.9).max() > 1
    settled = {mu: np.abs(along(mu))[80] for mu in (0.0, 0.5, critical, 0.9, 0.95)}
    assert min(settled, key=settled.get) == critical  # the fastest without a swing, and here of all
    assert settled[0.95] > settled[0.9]


def test_momentum_widens_the_limit():
    limit = 2 * (1 + 0.5) / 20
    inside, outside = (
        descend("momentum", "ravine", steps=400, lr=limit * share, momentum=0.5) for share in (0.99, 1.01)
    )
    assert abs(inside.points[-1, 1]) < 1e-2 < 1 < abs(outside.points[-1, 1])


def test_polyaks_best_pair():
    low, high = curvatures(landscapes["ravine"])
    rate = (2 / (math.sqrt(low) + math.sqrt(high))) ** 2
    mu = ((math.sqrt(high) - math.sqrt(low)) / (math.sqrt(high) + math.sqrt(low))) ** 2
    assert f"η={rate:.3f}, μ={mu:.2f}" in text("momentum").replace(" = ", "=")
    best = descend("momentum", "ravine", steps=100, lr=rate, momentum=mu).values[-1]
    for lr, momentum in ((0.9 * rate, mu), (1.1 * rate, mu), (rate, mu - 0.1), (rate, mu + 0.1), (0.02, 0.9)):
        assert best < descend("momentum", "ravine", steps=100, lr=lr, momentum=momentum).values[-1]


def test_a_rate_that_is_written_twice_is_squared():
    stream = gradients("noisy", 40)
    twice = feed(rules["momentum"], 0.1 * stream, lr=0.1)["position"]  # inside the velocity, and outside
    np.testing.assert_allclose(twice, feed(rules["momentum"], stream, lr=0.1**2)["position"])


def test_where_the_rate_stands_makes_no_difference_until_it_changes():
    stream = gradients("noisy", 40)
    outside, inside = (feed(rules[name], stream, lr=0.1, momentum=0.9) for name in ("momentum", "momentum_lr_inside"))
    np.testing.assert_allclose(outside["position"], inside["position"])
    averaged = feed(rules["momentum_averaged"], stream, lr=0.1, beta=0.9)
    np.testing.assert_allclose(averaged["step"] * 10, outside["step"])


# ---- 3 Nesterov


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


# ---- 4 Adagrad


def test_adagrads_steps_on_a_sparse_and_on_a_constant_stream():
    [state] = states("adagrad")
    steps = fed(state, "adagrad")["step"]
    np.testing.assert_allclose(steps[9::10], 0.1 / np.sqrt(np.arange(1, 11)))
    np.testing.assert_allclose(fed(state, "sgd")["step"][9::10], 0.1)
    constant = feed(rules["adagrad"], np.ones(100), lr=0.1)["step"]
    np.testing.assert_allclose(constant, 0.1 / np.sqrt(np.arange(1, 101)))
    scaled = feed(rules["adagrad"], 1000 * np.ones(100), lr=0.1)["step"]
    np.testing.assert_allclose(scaled, constant)  # the scale cancels


# ---- 5 RMSprop


def test_what_the_average_remembers():
    v = feed(rules["rmsprop"], gradients("impulse", 40), alpha=0.9)["v"]
    np.testing.assert_allclose(v, 0.1 * 0.9 ** np.arange(40))
    half = {alpha: math.log(0.5) / math.log(alpha) for alpha in (0.9, 0.99)}
    assert f"gone after {half[0.9]:.0f} steps, with 0.99 after {half[0.99]:.0f}" in text("rmsprop")


def test_rmsprops_first_step_is_ten_times_the_rate():
    first = feed(rules["rmsprop"], np.ones(500), lr=1.0, alpha=0.99)["step"]
    assert first[0] == pytest.approx(1 / math.sqrt(1 - 0.99), rel=1e-6) == pytest.approx(10)
    assert first.argmax() == 0
    assert "ten times the rate" in text("rmsprop")


def test_rmsprop_takes_the_diagonal_and_never_settles_at_a_large_rate():
    state = states("rmsprop")[1]
    path = runs(state)["rmsprop"].points
    steps = np.abs(np.diff(path[:30], axis=0))
    assert np.median(steps[5:, 0]) == pytest.approx(np.median(steps[5:15, 1]), rel=0.6)  # along and across
    late = runs(state, rmsprop__lr=0.2)["rmsprop"].points[-20:]
    assert np.abs(late).max() > 0.05
    assert np.abs(runs(state)["sgd"].points[-1, 1]) < 1e-12


# ---- 6 Adadelta


def test_eps_is_adadeltas_rate():
    state = states("adadelta")[0]
    steps = fed(state, "adadelta")["step"]
    assert f"the first step is {steps[0]:.4f}" in text("adadelta")
    assert steps[-1] < 2 * steps[0]  # it has not even doubled
    assert steps[0] == pytest.approx(math.sqrt(1e-6 / (1 - 0.9)), rel=1e-4)
    larger = feed(rules["adadelta"], np.ones(1), eps=1e-2)["step"][0]
    assert 90 < larger / steps[0] < 105  # about a hundred times
    assert larger == pytest.approx(math.sqrt(1e-2) / math.sqrt(0.1 + 1e-2))
    started = feed(rules["adadelta"], np.ones(1), delta0=0.01)["step"][0]
    assert f"=0.01 gives a first step of {started:.2f}" in text("adadelta").replace(" = ", "=")


def test_adadelta_hardly_minds_the_scale_of_the_loss():
    one, thousand = (feed(rules["adadelta"], scale * gradients("noisy", 100))["position"] for scale in (1, 1000))
    np.testing.assert_allclose(one, thousand, rtol=0.01)
    plain = [feed(rules["sgd"], scale * gradients("noisy", 100))["position"][-1] for scale in (1, 1000)]
    assert plain[1] == pytest.approx(1000 * plain[0])


def shown_cell(name, row, column):
    """A cell of the table with that column in a lesson."""
    tables = re.findall(r"((?:^\|.+\n)+)", lesson(name).source.read(), re.MULTILINE)
    lines = next(table for table in tables if f"| {column} |" in table).splitlines()
    heads, _, *rows = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in lines]
    return next(cells[heads.index(column)] for cells in rows if cells[0] == row)


POWERS = {"1e-2": "10⁻²", "1e-4": "10⁻⁴", "1e-6": "10⁻⁶", "1e-8": "10⁻⁸"}


def test_zeilers_figures_are_the_published_ones_in_both_lessons():
    with (Path(__file__).parents[2] / "studies" / "published" / "zeiler-mnist.csv").open() as file:
        cells = list(csv.DictReader(file))
    assert len(cells) == 27
    for cell in cells:
        if cell["method"] == "Adadelta":
            place = ("adadelta", f"ε = {POWERS[cell['eps']]}", f"ρ = {cell['rho']}")
        else:
            place = ("which-one", f"{float(cell['lr']):g}", cell["method"])
        assert shown_cell(*place) == f"{cell['test_error_percent']} %"


def test_how_much_zeilers_settings_matter():
    adadelta = span_of("adadelta", ["ρ = 0.9", "ρ = 0.95", "ρ = 0.99"])
    assert f"has {adadelta:.1f} times the errors of the best" in text("adadelta")
    assert f"span a factor of {span_of('which-one', ['SGD']):.0f}" in text("adadelta")


def test_who_leaves_the_saddle_first():
    ends = {name: abs(run.points[60, 1]) for name, run in runs(states("adadelta")[1]).items()}
    assert max(ends, key=ends.get) == "adadelta"
    assert ends["adadelta"] > 10 * ends["momentum"]
    # The caption's rates, all of them given: the page picks one that is not.
    assert {name: given["lr"] for name, given in states("adadelta")[1].settings.items()} == {
        "adagrad": 0.01, "momentum": 0.01, "nesterov": 0.01, "adadelta": 1,
    }  # fmt: skip


def test_adadelta_keeps_higher_rates_than_adagrad():
    adagrad, adadelta = (feed(rules[name], np.ones(1000))["step"] for name in ("adagrad", "adadelta"))
    assert adagrad[-1] < 0.05 * adagrad[0]
    assert adadelta[-1] > adadelta[0]


# ---- 7 Adam


def test_what_the_correction_corrects():
    first = {name: values[0] for name, values in fed(states("adam")[0], "adam").items()}
    assert first["m"] == pytest.approx(0.1)
    assert first["v"] == pytest.approx(0.001)
    assert first["m_hat"] == pytest.approx(1) == pytest.approx(first["v_hat"])
    longer = (first["m"] / math.sqrt(first["v"])) / (first["m_hat"] / math.sqrt(first["v_hat"]))
    assert f"={longer:.1f}times" in text("adam").replace(" ", "")


def test_adams_step_is_invariant_to_scale_and_mostly_bounded_by_the_rate():
    stream = gradients("noisy", 300)
    one, thousand = (feed(rules["adam"], scale * stream, lr=0.1)["step"] for scale in (1, 1000))
    np.testing.assert_allclose(one, thousand, rtol=1e-4, atol=1e-9)
    assert 0.1 < np.abs(one).max() < 0.12  # "mostly", and never much longer
    late = feed(rules["adam"], [*np.zeros(2000), 1.0], lr=1.0)["step"][-1]
    assert f"after 2000 zeros a lone gradient gives {late:.1f}" in text("adam")


def test_what_the_betas_do():
    signs = feed(rules["adam"], [3, -1, 0.5, -2], lr=1.0, beta1=0.01, beta2=0.01)["step"]
    np.testing.assert_allclose(signs, [1, -1, 1, -1], atol=0.1)
    spiked = feed(rules["adam"], [100, *[0.01] * 20], lr=1.0, beta1=0.9, beta2=0.5)["step"]
    assert spiked.max() > 5  # outgrows the rate
    usual = feed(rules["adam"], [100, *[0.01] * 20], lr=1.0)["step"]
    assert usual.max() <= 1 + 1e-6


def test_on_the_saddle_adams_first_step_is_as_long_along_y_as_along_x():
    state = states("adam")[1]
    land, rate = state.landscape, state.settings["adam"]["lr"]
    slopes = np.abs(land.gradient(*land.start))
    assert slopes[1] == pytest.approx(slopes[0] / 1000)  # "a thousandth of that along x"
    first = np.diff(descend("adam", land, steps=1, lr=rate).points, axis=0)[0]
    np.testing.assert_allclose(np.abs(first), rate, rtol=1e-4)


# ---- 8 Variants


def test_adam_ends_at_the_wrong_end_and_amsgrad_at_the_right_one():
    [state] = states("variants")
    assert gradients("reddi", 6).tolist() == [3, -1, -1, 3, -1, -1]
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
        from ravine.backends import numpy as reference

        settings = rules[rule].settings({"lr": 1e-3, "weight_decay": 0.1, "beta1": 0.0})
        for t, g in enumerate(stream, start=1):
            theta, state = reference.step(rules[rule].equation, theta, np.asarray(g), state, t, settings)
        return 1 - float(theta)

    assert shrunk("adam+l2", 100.0) < 0.2 * shrunk("adam+l2", 1.0)
    assert shrunk("adamw", 100.0) == pytest.approx(shrunk("adamw", 1.0), rel=1e-6)


# ---- 9 Dialects


def test_the_defaults_that_the_lesson_names():
    def default(framework, family, name):
        return FORMS[framework][family].settings[name][1]

    decays = [default(framework, "adamw", "weight_decay") for framework in ("torch", "keras", "optax")]
    assert "AdamW’s default is {} in PyTorch, {} in Keras, {} in optax".format(*decays) in text("dialects")
    starts = {rules[name].hyperparameters["initial_accumulator_value"].default for name in ("adagrad", "adagrad_keras")}
    assert starts == {0.0, 0.1}
    assert {default("torch", "rmsprop", "alpha"), default("keras", "rmsprop", "alpha")} == {0.99, 0.9}
    assert {default("torch", "adadelta", "lr"), default("keras", "adadelta", "lr")} == {1.0, 0.001}


def test_dampening_is_no_average():
    damped = feed(rules["momentum"], np.ones(3), momentum=0.9, dampening=0.9)["v"]
    averaged = feed(rules["momentum_averaged"], np.ones(3), beta=0.9)["v"]
    shown = f"velocity is 1, 1, 1, …, not the average {averaged[0]:.1g}, {averaged[1]:.2g}, {averaged[2]:.2g}"
    np.testing.assert_allclose(damped, 1)
    assert shown in text("dialects")


def test_the_table_is_that_of_the_dialects():
    for framework in FORMS:
        found = convert("rmsprop", "torch", framework)
        assert found.verdict in text("dialects")
        assert found.code() in text("dialects")


def test_the_two_places_of_eps_differ_as_the_task_says():
    [state] = states("dialects")
    apart = np.abs(fed(state, "rmsprop")["step"] / fed(state, "rmsprop_keras")["step"])
    assert not np.allclose(apart, 1, atol=0.5)
    small = gradients("noisy", 80) * 0.01
    near = [
        feed(rules["rmsprop"], small, lr=0.01, alpha=0.9, eps=1e-7),
        feed(rules["rmsprop_keras"], small, lr=0.01, eps=1e-7),
    ]
    np.testing.assert_allclose(near[0]["step"], near[1]["step"], rtol=0.02)


# ---- 10 Which one


def test_adam_with_a_large_eps_is_momentum():
    stream = gradients("noisy", 100)
    adam = feed(rules["adam"], stream, lr=1e-3 * 1e6, eps=1e6)["step"]
    averaged = feed(rules["momentum_averaged"], stream, lr=1e-3)["step"] / (1 - 0.9 ** np.arange(1, 101))
    np.testing.assert_allclose(adam, averaged, rtol=1e-4)
