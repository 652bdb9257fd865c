"""Whatever a program does with an optimizer, in whatever order: ours ends where PyTorch's does, or both raise.

`RAVINE_FUZZ=2000 pytest tests/optim/test_fuzz.py` looks for new ways at random, as many as it is told; the suite takes
the same few every time, and once more with freed memory overwritten, so that an address kept for too long shows.
"""

import copy
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from test_against_torch import OPTIONS

import ravine.optim

EXAMPLES = int(os.environ.get("RAVINE_FUZZ", "25"))
SHAPES = [(), (0,), (1,), (5,), (4, 3), (2, 3, 4, 2)]
SCHEDULERS: list[Callable[[torch.optim.Optimizer], Any]] = [
    lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5),
    lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 5),
    lambda optimizer: torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step)),
    lambda optimizer: torch.optim.lr_scheduler.SequentialLR(
        optimizer,
        [torch.optim.lr_scheduler.LinearLR(optimizer), torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)],
        [2],
    ),
]


def dense(values: torch.Tensor) -> torch.Tensor:
    return values


def view(values: torch.Tensor) -> torch.Tensor:
    return torch.stack([values, values + 1], dim=-1)[..., 0]


def transposed(values: torch.Tensor) -> torch.Tensor:
    return values.movedim(0, -1).contiguous().movedim(-1, 0) if values.dim() else values


def channels_last(values: torch.Tensor) -> torch.Tensor:
    return values.contiguous(memory_format=torch.channels_last) if values.dim() == 4 else values


def expanded(values: torch.Tensor) -> torch.Tensor:
    return values.sum().expand(values.shape)


def negated(values: torch.Tensor) -> torch.Tensor:
    return torch.complex(values, values).conj().imag


def of_a_conjugate(values: torch.Tensor) -> torch.Tensor:
    return torch.complex(values, values).conj().real


def sparse(values: torch.Tensor) -> torch.Tensor:
    return values.to_sparse(1) if values.dim() else values


def zero(values: torch.Tensor) -> torch.Tensor:
    return torch._efficientzerotensor(values.shape, dtype=values.dtype)


GRADIENTS = [dense, view, transposed, channels_last, expanded, negated, of_a_conjugate, sparse, zero, None]


def suited(options: dict[str, Any], group: dict[str, Any]) -> dict[str, Any]:
    """Options for the group, without what ours refuses or honours in a group, and PyTorch in a constructor alone."""
    chosen = {name: value for name, value in options.items() if name != "initial_accumulator_value"}
    after = {**group, **chosen}
    if after.get("nesterov"):
        chosen |= {"dampening": 0.0} if after["momentum"] else {"nesterov": False}
    return chosen


class Side:
    """One of the two optimizers with its parameters."""

    def __init__(self, library: Any, name: str, shapes: list[tuple[int, ...]], options: dict[str, Any]):
        self.build = getattr(library, name)
        generator = torch.Generator().manual_seed(0)
        self.params = [
            torch.nn.Parameter(torch.randn(shape, dtype=torch.float64, generator=generator)) for shape in shapes
        ]
        self.optimizer: torch.optim.Optimizer = self.build(list(self.params), **options)
        self.scheduler: Any = None


class SideBySide(RuleBasedStateMachine):
    @initialize(
        data=st.data(),
        name=st.sampled_from(sorted(OPTIONS)),
        shapes=st.lists(st.sampled_from(SHAPES), min_size=1, max_size=4),
    )
    def begin(self, data: st.DataObject, name: str, shapes: list[tuple[int, ...]]) -> None:
        self.name, self.data, self.seed, self.ended = name, data, 0, False
        options = data.draw(OPTIONS[name])
        if data.draw(st.booleans()):
            options["foreach"] = data.draw(st.booleans())
        self.start = name, shapes, options
        self.kinds = GRADIENTS if name in ("SGD", "Adagrad") else [kind for kind in GRADIENTS if kind is not sparse]
        self.begin_anew()

    @precondition(lambda self: self.ended)
    @rule()
    def begin_anew(self) -> None:
        """After an error on both sides: PyTorch may have stepped some of the parameters before it raised."""
        self.sides = [Side(library, *self.start) for library in (torch.optim, ravine.optim)]
        self.ended = self.narrow = False

    def both(self, action: Callable[[Side], Any]) -> None:
        """Does the same on both sides; what follows an error is undefined in PyTorch."""
        errors: list[Exception | None] = []
        for side in self.sides:
            try:
                action(side)
                errors.append(None)
            except Exception as error:
                errors.append(error)
        theirs, ours = errors
        # PyTorch's SGD keeps the first gradient, whatever kind that is; or an option was chosen since, whose state ours
        # then begins.
        known = isinstance(theirs, KeyError) or "sparse" in str(theirs) or "ZeroTensors" in str(theirs)
        if ours is None and known:
            self.ended = True
            return
        if (theirs is None) != (ours is None):
            raise AssertionError(f"PyTorch: {theirs!r}; ours: {ours!r}") from ours
        self.ended = theirs is not None

    def pick(self) -> int:
        return self.data.draw(st.integers(0, len(self.sides[0].params) - 1))

    def alive(self) -> bool:
        return not self.ended

    def give(self, side: Side, kinds: list[Any], seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        for parameter, kind in zip(side.params, kinds, strict=True):
            values = torch.randn(parameter.shape, dtype=torch.float64, generator=generator).to(parameter.dtype)
            parameter.grad = None if kind is None or not parameter.requires_grad else kind(values)

    def gradients(self) -> Callable[[Side], None]:
        self.seed += 1
        kinds = [self.data.draw(st.sampled_from(self.kinds)) for _ in self.sides[0].params]
        seed = self.seed
        return lambda side: self.give(side, kinds, seed)

    @precondition(alive)
    @rule(times=st.integers(1, 3))
    def step(self, times: int) -> None:
        for _ in range(times):
            give = self.gradients()

            def act(side: Side, give: Callable[[Side], None] = give) -> None:
                give(side)
                side.optimizer.step()

            if not self.ended:
                self.both(act)

    @precondition(alive)
    @rule(closure=st.booleans())
    def step_again(self, closure: bool) -> None:
        self.both(lambda side: side.optimizer.step((lambda: 1.0) if closure else None))

    @precondition(alive)
    @rule()
    def step_in_a_thread(self) -> None:
        give = self.gradients()

        def act(side: Side) -> None:
            give(side)
            raised: list[Exception] = []

            def work() -> None:
                try:
                    side.optimizer.step()
                except Exception as error:
                    raised.append(error)

            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            if raised:
                raise raised[0]

        self.both(act)

    @precondition(alive)
    @rule(to_none=st.booleans())
    def zero_grad(self, to_none: bool) -> None:
        self.both(lambda side: side.optimizer.zero_grad(to_none))

    @precondition(alive)
    @rule(form=st.sampled_from(["same", "transposed", "gaps", "expanded"]))
    def exchange_data(self, form: str) -> None:
        index = self.pick()

        def act(side: Side) -> None:
            parameter = side.params[index]
            values = parameter.data.clone() * 0.5
            if form == "transposed":
                values = transposed(values)
            elif form == "gaps":
                values = view(values)
            elif form == "expanded" and values.numel():
                values = values.flatten()[:1].reshape(()).expand(values.shape)
            parameter.data = values

        self.both(act)

    @precondition(alive)
    @rule()
    def edit_a_group(self) -> None:
        number = self.data.draw(st.integers(0, len(self.sides[0].optimizer.param_groups) - 1))
        chosen = self.data.draw(OPTIONS[self.name])
        names = self.data.draw(st.sets(st.sampled_from(sorted(chosen))))
        for side in self.sides:
            group = side.optimizer.param_groups[number]
            group.update(suited({name: chosen[name] for name in names}, group))

    @precondition(alive)
    @rule(shape=st.sampled_from(SHAPES))
    def add_a_parameter(self, shape: tuple[int, ...]) -> None:
        options = self.data.draw(OPTIONS[self.name])
        options = suited(options, self.sides[0].optimizer.defaults)
        self.seed += 1
        seed = self.seed

        def act(side: Side) -> None:
            values = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
            parameter = torch.nn.Parameter(values)
            side.optimizer.add_param_group({"params": [parameter], **options})
            side.params.append(parameter)

        if self.sides[0].scheduler is None:  # which counts the groups
            self.both(act)

    @precondition(alive)
    @rule(where=st.integers(-1, 3))
    def move_or_remove_a_parameter(self, where: int) -> None:
        index = self.pick()
        for side in self.sides:
            groups, parameter = side.optimizer.param_groups, side.params[index]
            for group in groups:
                group["params"] = [other for other in group["params"] if other is not parameter]
            if where >= 0:
                groups[where % len(groups)]["params"].append(parameter)

    @precondition(alive)
    @rule(frozen=st.booleans())
    def freeze(self, frozen: bool) -> None:
        index = self.pick()
        for side in self.sides:
            side.params[index].requires_grad_(not frozen)

    @precondition(alive)
    @rule(dtype=st.sampled_from([torch.float32, torch.float64]))
    def change_the_dtype(self, dtype: torch.dtype) -> None:
        def act(side: Side) -> None:
            for parameter in side.params:
                parameter.grad = None
                parameter.data = parameter.data.to(dtype)
            side.optimizer.load_state_dict(side.optimizer.state_dict())

        self.narrow = self.narrow or dtype is torch.float32
        self.both(act)

    @precondition(alive)
    @rule(what=st.sampled_from(["in place", "another", "data", "count", "gone", "all gone"]))
    def edit_the_state(self, what: str) -> None:
        index = self.pick()

        def act(side: Side) -> None:
            states = side.optimizer.state
            state = states.get(side.params[index])
            if what == "all gone":
                states.clear()
            if not state or self.name == "Adagrad":  # whose state is there from the beginning
                return
            if what == "gone":
                del states[side.params[index]]
            for name, value in list(state.items()):
                if value is None or not isinstance(value, torch.Tensor):
                    continue
                if name == "step":
                    if what == "count":
                        state[name] = value + 3
                elif what == "in place":
                    value.mul_(0.5)
                elif what == "another":
                    state[name] = value * 0.5
                elif what == "data":
                    value.data = value.data.clone() * 0.5

        if what != "all gone" or self.name != "Adagrad":
            self.both(act)

    @precondition(alive)
    @rule(hooks=st.booleans())
    def save_and_load(self, hooks: bool) -> None:
        def act(side: Side) -> None:
            saved = pickle.loads(pickle.dumps(side.optimizer.state_dict()))
            groups = [{"params": list(group["params"])} for group in side.optimizer.param_groups]
            known = side.optimizer.defaults  # PyTorch's Adagrad asks its constructor alone what its sums begin with
            defaults = {name: known[name] for name in ("lr", "initial_accumulator_value") if name in known}
            side.optimizer, side.scheduler = side.build(groups, **defaults), None
            if hooks:
                side.optimizer.register_load_state_dict_pre_hook(
                    lambda _, given: {
                        **given,
                        "param_groups": [{**group, "lr": group["lr"] * 0.5} for group in given["param_groups"]],
                    }
                )
                side.optimizer.register_load_state_dict_post_hook(
                    lambda optimizer: optimizer.param_groups[0].update(weight_decay=0.01)
                )
            side.optimizer.load_state_dict(saved)

        self.both(act)

    @precondition(alive)
    @rule()
    def exchange_state_dicts(self) -> None:
        saved: list[dict[str, Any]] = []
        self.both(lambda side: saved.append(copy.deepcopy(side.optimizer.state_dict())))
        if not self.ended:
            self.both(lambda side: side.optimizer.load_state_dict(saved.pop()))

    @precondition(alive)
    @rule(number=st.integers(0, len(SCHEDULERS) - 1))
    def schedule(self, number: int) -> None:
        def act(side: Side) -> None:
            side.scheduler = SCHEDULERS[number](side.optimizer)

        self.both(act)

    @precondition(lambda self: not self.ended and self.sides[0].scheduler is not None)
    @rule()
    def step_the_scheduler(self) -> None:
        self.both(lambda side: side.scheduler.step())

    @precondition(alive)
    @rule(how=st.sampled_from(["deepcopy", "pickle"]))
    def copy_all(self, how: str) -> None:
        def act(side: Side) -> None:
            both = side.params, side.optimizer
            side.params, side.optimizer = copy.deepcopy(both) if how == "deepcopy" else pickle.loads(pickle.dumps(both))
            side.scheduler = None

        if self.sides[0].scheduler is None:  # PyTorch's puts a function that no pickle takes into the optimizer
            self.both(act)

    @invariant()
    def equal(self) -> None:
        if not hasattr(self, "sides") or self.ended:
            return
        theirs, ours = self.sides
        for number, (their, our) in enumerate(zip(theirs.params, ours.params, strict=True)):
            loose = self.name == "NAdam" or self.narrow  # NAdam's product of momenta is float32
            rtol, atol = (1e-3, 1e-3) if loose else (1e-7, 1e-9)
            torch.testing.assert_close(
                our, their, rtol=rtol, atol=atol, equal_nan=True, msg=lambda m, n=number: f"{n}: {m}"
            )
            state = [dict(side.optimizer.state.get(p, {})) for side, p in ((theirs, their), (ours, our))]
            filled = [{name for name, value in known.items() if value is not None} for known in state]
            assert filled[0] == filled[1]
            for name in filled[0]:
                torch.testing.assert_close(
                    state[1][name].to_dense(),
                    state[0][name].to_dense(),
                    rtol=rtol,
                    atol=atol,
                    equal_nan=True,
                    check_dtype=False,
                )


SideBySide.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=20,
    deadline=None,
    derandomize="RAVINE_FUZZ" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
TestSideBySide = SideBySide.TestCase


@pytest.mark.slow
@pytest.mark.skipif("MALLOC_PERTURB_" in os.environ, reason="this is that run")
def test_with_freed_memory_overwritten() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", f"{__file__}::TestSideBySide"],
        env={**os.environ, "MALLOC_PERTURB_": "165"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout[-3000:]
