"""Decay and caution as options of every class: against torch where it can be set to them, and the rules' own forms."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler
from training import assert_same, parameters, set_gradients, train

import ravine.optim
from ravine.optim import OfRule, RuleOptimizer, from_rule
from ravine.rules import rules

CLASSES = [getattr(ravine.optim, name) for name in ravine.optim.__all__ if name[0].isupper()]
CLASSES = [made for made in CLASSES if issubclass(made, RuleOptimizer) and made not in (RuleOptimizer, OfRule)]
CLASSES = [made for made in CLASSES if not made.looks_ahead]  # which have test_schedule_free.py
SHAPES = [(4, 5), (), (33,)]

SCHEDULES: dict[str, Callable[[torch.optim.Optimizer], Any]] = {
    "cosine": lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, 8),
    "warmup": lambda optimizer: lr_scheduler.LinearLR(optimizer, 0.1, 1.0, 5),
    "lambda": lambda optimizer: lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 / (1 + epoch)),
}


def scheduled(optimizer: torch.optim.Optimizer, schedule: Callable[[torch.optim.Optimizer], Any]) -> list[torch.Tensor]:
    scheduler, params = schedule(optimizer), optimizer.param_groups[0]["params"]
    for step in range(8):
        set_gradients(params, step)
        optimizer.step()
        scheduler.step()
    return [param.detach() for param in params]


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("name", ["Adam", "AdamW", "NAdam", "RAdam"])
def test_scheduled_decay_is_torchs_with_the_rate_divided_out(name: str, schedule: str) -> None:
    """torch decays by lr·λ: with λ over the rate that the schedule begins with, that is λ times the schedule."""
    lr, decay = 0.02, 0.1
    build, peer = getattr(ravine.optim, name), getattr(torch.optim, name)
    decoupled = {} if name == "AdamW" else {"decoupled_weight_decay": True}
    ours = build(parameters(SHAPES), lr=lr, weight_decay=decay, decoupled_weight_decay="scheduled")
    theirs = peer(parameters(SHAPES), lr=lr, weight_decay=decay / lr, **decoupled)
    tolerance = 1e-6 if name == "NAdam" else 1e-12
    assert_same(scheduled(ours, SCHEDULES[schedule]), scheduled(theirs, SCHEDULES[schedule]), tolerance, tolerance)


def test_one_cycle_counts_from_its_peak() -> None:
    def once(optimizer: torch.optim.Optimizer) -> Any:
        return lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=20, cycle_momentum=False)

    ours = ravine.optim.AdamW(parameters(SHAPES), weight_decay=0.1, decoupled_weight_decay="scheduled")
    theirs = torch.optim.AdamW(parameters(SHAPES), weight_decay=0.1 / 0.1)
    assert_same(scheduled(ours, once), scheduled(theirs, once), 1e-12, 1e-12)


def test_the_schedule_goes_on_after_loading() -> None:
    build = lambda: ravine.optim.SGD(  # noqa: E731
        parameters(SHAPES), lr=0.1, weight_decay=0.1, decoupled_weight_decay="scheduled"
    )
    whole, half = build(), build()
    train(whole, 3)
    train(half, 3)
    for optimizer in (whole, half):
        optimizer.param_groups[0]["lr"] = 0.05
    resumed = ravine.optim.SGD(half.param_groups[0]["params"], lr=7.0, decoupled_weight_decay="scheduled")
    resumed.load_state_dict(half.state_dict())
    assert_same(train(resumed, 3, first=3), train(whole, 3, first=3), 0, 0)


@pytest.mark.parametrize("form", ["cautious", "cautious_decay", "decoupled+cautious", "scheduled", "l2+cautious"])
@pytest.mark.parametrize("made", CLASSES, ids=lambda made: made.__name__)
def test_every_class_takes_every_form(made: type[RuleOptimizer], form: str) -> None:
    """As the rule of that name does (the tests of rules hold it against other libraries), at the class's defaults."""
    plain = made(parameters(SHAPES))
    group = plain.param_groups[0]
    decay = next((name for name in form.split("+") if name != "cautious"), None)
    if decay == "l2" and made is ravine.optim.AdamW:
        with pytest.raises(ValueError, match="AdamW's weight decay is decoupled; take Adam for L2"):
            made(parameters(SHAPES), decoupled_weight_decay=False)
        return
    if made is ravine.optim.Muon:  # of two rules: see test_muon.py
        return
    own = made is not ravine.optim.AdamW and "weight_decay" in plain.rule(group).hyperparameters
    if own and decay:  # it is in the equation, within a norm or times a clipped rate
        with pytest.raises(TypeError, match="decoupled_weight_decay"):
            made(parameters(SHAPES), decoupled_weight_decay=True)
        return
    options: dict[str, Any] = {"cautious": "cautious" in form.split("+"), "weight_decay": 0.3 if decay else 0.0}
    if decay:
        options["decoupled_weight_decay"] = {"l2": False, "decoupled": True}.get(decay, decay)
    ours = train(made(parameters(SHAPES), **options), 12)
    rule = rules[f"{plain.rule(group).name}+{form}"]
    settings = {name: plain.setting(group, name, None) for name in rule.hyperparameters}
    settings = {name: value for name, value in settings.items() if value is not None}
    settings |= {"weight_decay": options["weight_decay"]} if decay or own else {}
    theirs = train(from_rule(rule)(parameters(SHAPES), **settings), 12)
    near = 1e-9 if made is ravine.optim.NAdam else 1e-12  # it keeps its product of momenta in 32 bits, as PyTorch does
    assert_same(ours, theirs, near, near)
    moves = {"m", "v"} & set(plain.state_names) and made not in (ravine.optim.RMSprop, ravine.optim.SGD)
    assert torch.equal(ours[0], train(plain, 12)[0]) != bool(decay or moves)  # without momentum, updates are cautious


@pytest.mark.parametrize("wrong", ["lr", "cautious", "L2", 2])
def test_a_form_that_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="choose False, True, 'scheduled' or 'cautious_decay'"):
        ravine.optim.Adam(parameters([(2,)]), decoupled_weight_decay=wrong)
    with pytest.raises(ValueError, match="rate above 0 to begin with"):
        ravine.optim.Adam(parameters([(2,)]), lr=0.0, decoupled_weight_decay="scheduled")


@pytest.mark.parametrize(
    "made", [*CLASSES, from_rule("adam"), from_rule("adamw+cautious")], ids=lambda made: made.__name__
)
def test_signature_and_docstring_tell_every_option(made: type[RuleOptimizer]) -> None:
    signature = inspect.signature(made)
    defaults = {name: known.default for name, known in signature.parameters.items() if name != "params"}
    assert made(parameters([(2,)])).defaults == defaults
    documented = made.__doc__ or ""
    assert "Source: " in documented
    options = defaults if made in CLASSES else made.of.hyperparameters  # type: ignore[attr-defined]
    for name in options:
        line = next(line for line in documented.splitlines() if re.match(rf"\s*(\w+, )*{name}(, \w+)*: ", line))
        assert _tells(line, options[name] if made in CLASSES else options[name].default), line


def _tells(line: str, default: Any) -> bool:
    """Whether the first words in the last brackets of the line are the default."""
    told = line.rpartition("(")[2].split(")")[0].split(":")[0]
    if isinstance(default, bool | None):
        return told == str(default)
    return [float(number) for number in told.split(",")] == [*(default if isinstance(default, tuple) else [default])]
