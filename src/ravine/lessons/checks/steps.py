"""Checks of what a rule does with gradients that are given to it, one parameter at a time."""

from collections.abc import Mapping, Sequence

import numpy as np

from ravine.backends import numpy as reference
from ravine.backends.numpy import Array
from ravine.lessons.mistakes import find
from ravine.lessons.review import memory

Gradients = Sequence[float]


def _follow(
    rule: str, gradients: Gradients | Array, settings: Mapping[str, float], theta: float = 0.0
) -> tuple[Array, dict[str, Array]]:
    """The steps taken (what was subtracted), one for each gradient, and the state at the end.

    gradients: (steps,), or (steps, n) for n parameters; the steps have the same shape.
    """
    found = find(rule)
    numbers = found.settings(settings)
    fed = np.asarray(gradients, dtype=float)
    at = np.full(fed.shape[1:], theta)
    state = reference.start(found.equation, at, numbers)
    taken = np.empty_like(fed)
    for t, gradient in enumerate(fed, start=1):
        after, state = reference.step(found.equation, at, gradient, state, t, numbers)
        taken[t - 1], at = at - after, after
    return taken, state


def _stream(gradients: Gradients, repeat: float, then: Gradients = ()) -> list[float]:
    return [*(list(gradients) * int(repeat)), *then]


def last_step(
    rule: str, gradients: Gradients, repeat: float = 1, then: Gradients = (), over: float = 1.0, **settings: float
) -> float:
    """The length of the last step after `gradients`, repeated, and `then`; in units of `over`."""
    return abs(float(_follow(rule, _stream(gradients, repeat, then), settings)[0][-1])) / over


def times_shorter(rule: str, than: str, **settings: float) -> float:
    """How many times as long as the rule's steps the other's are."""
    shorter, longer = (_follow(name, _noisy(), settings)[0] for name in (rule, than))
    assert np.allclose(longer / shorter, longer[0] / shorter[0]), f"the ratio of {than} to {rule} changes"
    return float(longer[0] / shorter[0])


def last_over_first(rule: str, gradients: Gradients, repeat: float, **settings: float) -> float:
    """The last step as a share of the first."""
    steps, _ = _follow(rule, _stream(gradients, repeat), settings)
    return float(steps[-1] / steps[0])


def rare_as_frequent(rule: str, rarity: float = 100, steps: int = 1000) -> bool:
    """Whether the step of a rare feature is as long as that of a frequent one."""
    return bool(np.isclose(rare_over_frequent(rule, rarity, steps), 1.0, rtol=0.01))


def rare_over_frequent(rule: str, rarity: float, steps: int, **settings: float) -> float:
    """How much longer the step of a feature is that occurs in one of `rarity` examples than of one in every example.

    Its gradient is 1 where it occurs; both occur in the last of the `steps`.
    """
    both = np.ones((steps, 2))
    both[:, 0] = np.arange(steps)[::-1] % rarity == 0
    rare, frequent = _follow(rule, both, settings)[0][-1]
    return float(rare / frequent)


def state_after(rule: str, state: str, gradients: Gradients, repeat: float = 1, **settings: float) -> float:
    """The value of a state after the gradients."""
    return float(_follow(rule, _stream(gradients, repeat), settings)[1][state])


def averages(m: float, v: float, rule: str, gradients: Gradients, repeat: float, within: float = 0.1) -> bool:
    """Whether the two averages stand near `m` and `v` after the gradients."""
    _, state = _follow(rule, _stream(gradients, repeat), {})
    return bool(abs(state["m"] - m) <= within and abs(state["v"] - v) <= within)


def _noisy(count: int = 200) -> Array:
    return np.random.default_rng(1).normal(0.5, 1.0, count)


def same_steps(rule: str, shown: str, **settings: float) -> bool:
    """Whether two rules, one perhaps a mistake, take the same steps on a noisy stream of gradients."""
    one, two = (_follow(name, _noisy(), settings if name == rule else {})[0] for name in (rule, shown))
    return bool(np.allclose(one, two, rtol=1e-9, atol=0.0))


def matching_rate(rule: str, other: str, lr: float, **decay: float) -> float:
    """The rate with which `rule` takes the steps of `other` at `lr`; `decay` gives both their momentum or beta."""

    def follow(name: str) -> Array:
        known = find(name).hyperparameters
        return _follow(name, _noisy(), {"lr": lr, **{key: value for key, value in decay.items() if key in known}})[0]

    ratios = follow(other) / follow(rule)
    assert np.allclose(ratios, ratios[0]), f"no one rate makes {rule} follow {other}"
    return lr * float(ratios[0])


def scale_free(rule: str, free: bool = True, factor: float = 1000.0) -> bool:
    """Whether the steps stay (nearly) what they were when the loss is multiplied by `factor`."""
    plain, scaled = (_follow(rule, scale * _noisy(), {})[0] for scale in (1.0, factor))
    return bool(np.allclose(scaled[1:], plain[1:], rtol=1e-3)) is free


def follows_units(rule: str, factor: float = 1000.0, **converted: float) -> bool:
    """Whether the steps grow by `factor` when the parameter is measured in units that much smaller.

    Its gradients are divided by `factor` then. Epsilons are negligible; other settings stay, but for those `converted`.
    "none of these": whether no rule of the question does.
    """
    if rule == "none of these":
        return not any(follows_units(name) for name in ("sgd", "rmsprop", "adadelta"))
    settings = {"eps": 1e-20} if "eps" in find(rule).hyperparameters else {}
    stream = _noisy(2000)  # long enough for Adadelta to be running
    plain = _follow(rule, stream, settings)[0]
    scaled = _follow(rule, stream / factor, settings | converted)[0]
    return bool(np.allclose(scaled[1000:], factor * plain[1000:], rtol=0.01))


def longer_in_the_end(rule: str, than: str, lr: float, steps: int = 1000) -> bool:
    """Whether the rule's last step under a gradient of 1 is longer than the other's, which has the rate `lr`."""
    return last_step(rule, [1.0], steps) > last_step(than, [1.0], steps, lr=lr)


def shrinks_while_other_grows(rule: str, other: str, steps: int = 1000) -> bool:
    """Whether under a gradient of 1 each step of the rule is shorter than the one before, and the other's longer."""
    one, two = (np.diff(_follow(name, np.ones(steps), {})[0]) for name in (rule, other))
    return bool((one < 0).all() and (two > 0).all())


def first_steps_are_the_rate(rule: str, count: int = 10) -> bool:
    """Whether each of the first steps is as long as the rate, for gradients of one sign and any size."""
    return all(
        np.allclose(_follow(rule, scale * np.ones(count), {"lr": 0.01})[0], 0.01, rtol=1e-3) for scale in (1.0, 1e3)
    )


def first_steps_exceed(rule: str) -> bool:
    """Whether the first step under an equal gradient is more than twice as long as those a thousand steps later."""
    taken = _follow(rule, np.ones(1000), {})[0]
    return bool(taken[0] > 2 * taken[-1])


def pull(rule: str, gradient: float, weight_decay: float = 0.1, lr: float = 1e-3) -> float:
    """How far weight decay alone moved a weight of 1.0 in 1000 steps of noisy gradients of that size."""
    gradients = gradient * np.random.default_rng(1).standard_normal(1000)
    ends = []
    for decay in (0.0, weight_decay):
        steps, _ = _follow(rule, gradients, {"lr": lr, "weight_decay": decay}, theta=1.0)
        ends.append(1.0 - float(steps.sum()))
    return ends[0] - ends[1]


def pulled_more(rule: str, more: float, less: float, at_least: float = 2.0) -> bool:
    """Whether decay pulls a weight with gradients of size `more` at least so many times as far as one with `less`."""
    return pull(rule, more) > at_least * pull(rule, less)


def pulled_alike(rule: str, one: float, other: float) -> bool:
    """Whether decay pulls both weights equally, to 5 %."""
    return bool(np.isclose(pull(rule, one), pull(rule, other), rtol=0.05))


def weight_after(rule: str, steps: int, **settings: float) -> float:
    """What is left of a weight of 1.0 after so many steps in which the loss has no gradient."""
    taken, _ = _follow(rule, [0.0] * steps, settings, theta=1.0)
    return 1.0 - float(taken.sum())


def ends_at(rule: str, end: float, steps: int = 3000, large: float = 4.0, **settings: float) -> bool:
    """Whether the rule ends at `end` of [-1, 1] on Reddi's gradients: one of `large`, then two of -1, again and again.

    They sum to more than zero, so the loss is lowest at -1. The parameter is kept within the interval.
    """
    found = find(rule)
    known = found.hyperparameters
    numbers = found.settings({name: value for name, value in settings.items() if name in known})
    at = np.array([0.0])
    state = reference.start(found.equation, at, numbers)
    for t in range(1, steps + 1):
        g = np.array([large if t % 3 == 1 else -1.0])
        after, state = reference.step(found.equation, at, g, state, t, numbers)
        at = np.clip(after, -1.0, 1.0)
    return bool(abs(at[0] - end) < 0.2)


def follows_gradient(rule: str, steps: int, proportional: bool, **settings: float) -> bool:
    """Whether each of the first steps is ten times as long for gradients ten times as large."""
    plain, large = (_follow(rule, scale * _noisy(steps), settings)[0] for scale in (1.0, 10.0))
    return bool(np.allclose(large, 10 * plain, rtol=1e-6)) is proportional


def stands_still(rule: str, steps: int) -> bool:
    """Whether the first steps are all zero."""
    return not _follow(rule, _noisy(steps), {})[0].any()


def keeps_going(rule: str, settled: int = 100) -> bool:
    """Whether the step keeps its direction when the first gradient of another sign comes."""
    steps, _ = _follow(rule, [1.0] * settled + [-1.0], {})
    return bool(steps[-2] * steps[-1] > 0)


def equal_across_and_along(rule: str, steeper: float = 20.0, settled: int = 2000) -> bool:
    """Whether steady gradients of two sizes end in steps of one length."""
    across, along = (_follow(rule, [size] * settled, {})[0][-1] for size in (steeper, 1.0))
    return bool(np.isclose(across, along, rtol=1e-3))


def fades(rule: str, below: float, gradients: int = 1000) -> bool:
    """Whether steps under a steady gradient fall, one after the other, below a share of the first."""
    steps, _ = _follow(rule, [1.0] * gradients, {})
    return bool((np.diff(steps) <= 0).all() and steps[-1] < below * steps[0])


def grows(rule: str, gradients: int = 1000) -> bool:
    """Whether steps under a steady gradient grow."""
    steps, _ = _follow(rule, [1.0] * gradients, {})
    return bool(steps[-1] > steps[0])


def forgets(rule: str, wait: int = 1000) -> bool:
    """Whether one large gradient makes no difference (1 %) to the steps after `wait` more."""
    with_it, without = (_follow(rule, [first] + [1.0] * wait, {})[0][-1] for first in (100.0, 1.0))
    return bool(np.isclose(with_it, without, rtol=0.01))


def agreement_gains(rule: str, steady: bool, **settings: float) -> bool:
    """Whether gradients that agree (`steady`) or alternate end in longer steps than plain descent's at that rate."""
    stream = [1.0] * 500 if steady else [1.0, -1.0] * 250
    lr = find(rule).settings(settings)["lr"]
    return abs(float(_follow(rule, stream, settings)[0][-1])) > lr


def gains_where_steady(rule: str) -> bool:
    """Whether steady gradients make longer steps than plain descent's, and alternating ones shorter."""
    return agreement_gains(rule, steady=True) and not agreement_gains(rule, steady=False)


def gains_everywhere(rule: str) -> bool:
    """Whether steady and alternating gradients both make longer steps than plain descent's."""
    return agreement_gains(rule, steady=True) and agreement_gains(rule, steady=False)


def longer_start(change: Mapping[str, float], rule: str = "adadelta", scale: float = 1.0, steps: int = 10) -> bool:
    """Whether changed settings, or a loss multiplied by `scale`, make the first steps at least twice as long in all."""
    before, after = _follow(rule, [1.0] * steps, {})[0], _follow(rule, [scale] * steps, change)[0]
    return bool(after.sum() > 2 * before.sum())


def imitates(rule: str, other: str, settings: Mapping[str, float], others: Mapping[str, float]) -> bool:
    """Whether a rule, so set, takes the other's steps on a noisy stream once bias corrections have worn off."""
    one, two = (_follow(name, _noisy(), given)[0] for name, given in ((rule, settings), (other, others)))
    return bool(np.allclose(one[100:], two[100:], rtol=1e-3, atol=0.0))


def takes_steps(rule: str, gradients: Gradients, taken: Gradients, within: float = 0.1, **settings: float) -> bool:
    """Whether the steps for these gradients are `taken`, each to `within`, in units of the rate."""
    steps, _ = _follow(rule, gradients, {**settings, "lr": 1.0})
    return bool(np.allclose(steps, taken, rtol=0.0, atol=within))


def after_spike(rule: str, outcome: str, spike: float = 100.0, calm: float = 0.01, **settings: float) -> bool:
    """What 40 steps after a spike do: "outgrow" the rate, "stay" near it, or "shrink".

    Outgrowing is to pass five rates, shrinking to end below a tenth of one.
    """
    steps, _ = _follow(rule, [spike] + [calm] * 40, {**settings, "lr": 1.0})
    outcomes = {
        "outgrow": steps.max() > 5,
        "shrink": steps.max() < 1.01 and steps[-1] < 0.1,
        "stay": steps.max() < 2 and steps[-1] > 0.5,
    }
    return bool(outcomes[outcome])


def at_a_turn(rule: str, outcome: str, settled: int = 100, **settings: float) -> bool:
    """What the step does at the first gradient of another sign: it goes "on", stands "still", or turns "back"."""
    steps, _ = _follow(rule, [1.0] * settled + [-1.0], settings)
    outcomes = {"on": steps[-1] > 0, "still": steps[-1] == 0, "back": steps[-1] < 0}
    return bool(outcomes[outcome])


def buffers(rule: str, count: int) -> bool:
    """Whether the rule remembers so many numbers for each parameter."""
    return memory(find(rule)) == count
