"""PyTorch's protocol: what training code does with an optimizer besides stepping."""

import copy
import io
import pickle
import sys
from types import FunctionType
from typing import Any

import pytest
import torch
from training import assert_same, parameters, set_gradients, train

import ravine.optim

NAMES = ["SGD", "Adagrad", "RMSprop", "Adadelta", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "Lion"]
IN_TORCH = [name for name in NAMES if hasattr(torch.optim, name)]
OPTIONS: dict[str, dict[str, Any]] = {
    "SGD": {"momentum": 0.9, "dampening": 0.2},
    "RMSprop": {"momentum": 0.5, "centered": True, "eps": 1e-3},
    "Adam": {"amsgrad": True},
}
SHAPES = [(4, 5), (3,), ()]
TIGHT, NADAM = (1e-9, 1e-11), (1e-5, 1e-7)


def tolerance(name: str) -> tuple[float, float]:
    return NADAM if name == "NAdam" else TIGHT  # float32 product of momenta, see NAdam's docstring


def build(namespace: Any, name: str, shapes: Any = SHAPES, **more: Any) -> torch.optim.Optimizer:
    return getattr(namespace, name)(parameters(shapes), **OPTIONS.get(name, {}), **more)


@pytest.mark.parametrize("name", IN_TORCH)
@pytest.mark.parametrize("first", ["torch", "ravine"])
def test_state_dicts_interchange(name: str, first: str) -> None:
    order = [torch.optim, ravine.optim] if first == "torch" else [ravine.optim, torch.optim]
    begun = build(order[0], name)
    train(begun, 5)
    expected = train(begun, 5, first=5)

    saved = io.BytesIO()
    begun = build(order[0], name)
    values = train(begun, 5)
    torch.save(begun.state_dict(), saved)
    saved.seek(0)
    resumed = build(order[1], name)
    with torch.no_grad():
        for param, value in zip(resumed.param_groups[0]["params"], values, strict=True):
            param.copy_(value)
    resumed.load_state_dict(torch.load(saved))
    assert_same(train(resumed, 5, first=5), expected, *tolerance(name))


@pytest.mark.parametrize("name", IN_TORCH)
def test_state_is_named_and_shaped_as_torchs(name: str) -> None:
    states = []
    for namespace in (torch.optim, ravine.optim):
        optimizer = build(namespace, name)
        train(optimizer, 3)
        states.append(optimizer.state_dict()["state"])
    assert states[0].keys() == states[1].keys()
    for theirs, ours in zip(states[0].values(), states[1].values(), strict=True):
        assert theirs.keys() == ours.keys()
        for key, value in theirs.items():
            assert ours[key].shape == value.shape, key
            assert ours[key].dtype == value.dtype, key
            torch.testing.assert_close(ours[key], value, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_deepcopy_and_pickle_go_on_alike(name: str, copied: Any) -> None:
    optimizer = build(ravine.optim, name)
    train(optimizer, 4)
    twin = copied(optimizer)
    expected = train(optimizer, 4, first=4)
    assert_same(train(twin, 4, first=4), expected, 0, 0)


@pytest.mark.parametrize("name", IN_TORCH)
def test_parameters_come_and_go(name: str) -> None:
    """Missing gradients, frozen parameters, a new group, and tensors put in the place of others, between steps."""
    finals = []
    for namespace in (torch.optim, ravine.optim):
        optimizer = build(namespace, name, [(3,), (4, 2), (5,)])
        a, b, c = optimizer.param_groups[0]["params"]
        train(optimizer, 2)
        set_gradients([a, b, c], 10)
        b.grad = None
        optimizer.step()
        c.requires_grad_(False)
        c.grad = None
        set_gradients([a, b], 11)
        optimizer.step()
        late = parameters([(2, 2)], seed=5)[0]
        optimizer.add_param_group({"params": [late], "lr": 0.005})
        train(optimizer, 2, first=20)
        b.data = b.data.clone() * 2
        a.grad = torch.full_like(a, 0.3)
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        optimizer.step()
        key = next(key for key, value in optimizer.state[a].items() if value.shape == a.shape)
        optimizer.state[a][key] = optimizer.state[a][key] * 0.5 + 0.1
        optimizer.state[b][key].data = optimizer.state[b][key].data.clone() + 0.1
        finals.append(train(optimizer, 2, first=30))
    assert_same(finals[1], finals[0], *tolerance(name))


@pytest.mark.parametrize("name", IN_TORCH)
def test_layouts(name: str) -> None:
    """Transposed, strided, channels-last and empty parameters; gradients in another order of memory."""
    finals = []
    for namespace in (torch.optim, ravine.optim):
        base = parameters([(6, 8), (2, 3, 4, 4), (0, 3), (10,)])
        params = [
            torch.nn.Parameter(base[0].detach()[::2, 1::3]),
            torch.nn.Parameter(base[0].detach().clone().t()),
            torch.nn.Parameter(base[1].detach().to(memory_format=torch.channels_last)),
            base[2],
            torch.nn.Parameter(base[3].detach().expand(2, 10).clone()[:, ::2]),
        ]
        optimizer = getattr(namespace, name)(params, **OPTIONS.get(name, {}))
        for step in range(4):
            set_gradients(params, step)
            params[2].grad = params[2].grad.contiguous()
            params[1].grad = params[1].grad.t().contiguous().t()
            optimizer.step()
        finals.append([*(param.detach().clone() for param in params), base[0].detach().clone()])
    assert_same(finals[1], finals[0], *tolerance(name))


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_a_memory_format_that_stays_and_then_changes(name: str) -> None:
    """A plan is kept for channels-last parameters too, until a gradient or a parameter comes in another order."""
    finals = []
    for namespace in (torch.optim, ravine.optim):
        parameter, bias = parameters([(4, 3, 5, 5), (4,)])
        parameter.data = parameter.data.to(memory_format=torch.channels_last)
        optimizer = getattr(namespace, name)([parameter, bias])
        for step in range(8):
            set_gradients([parameter, bias], step)
            order = torch.contiguous_format if step in (3, 4) else torch.channels_last
            parameter.grad = parameter.grad.contiguous(memory_format=order)
            if step == 6:
                parameter.data = parameter.data.contiguous()
            optimizer.step()
        finals.append([parameter.detach(), bias.detach()])
    assert_same(finals[1], finals[0], *tolerance(name))


@pytest.mark.parametrize("size", [3, 1])
def test_a_gradient_that_is_a_lazy_negative(size: int) -> None:
    """From the third step on: of one element it lies in memory as the ones before it did."""
    finals = []
    for namespace in (torch.optim, ravine.optim):
        param = parameters([(size,)])[0]
        optimizer = namespace.SGD([param], lr=0.1)
        for step in range(4):
            conjugate = torch.randn(size, dtype=torch.complex128, generator=torch.Generator().manual_seed(0)).conj()
            param.grad = conjugate.imag if step > 1 else conjugate.imag.resolve_neg().contiguous()
            assert param.grad.is_neg() == (step > 1)
            optimizer.step()
        finals.append([param.detach()])
    assert_same(finals[1], finals[0], *TIGHT)


def test_state_that_changes_owners_or_is_no_parameters_own() -> None:
    finals = []
    for namespace in (torch.optim, ravine.optim):
        first, second = params = parameters([(4,), (4,)])
        optimizer = namespace.SGD(params, lr=0.1, momentum=0.9)
        train(optimizer, 3)
        state = optimizer.state
        state[first], state[second] = state[second], state[first]
        train(optimizer, 2, first=3)
        state["note"] = {"epoch": 3}
        train(optimizer, 2, first=5)
        state["note"] = 4
        finals.append(train(optimizer, 2, first=7))
    assert_same(finals[1], finals[0], *TIGHT)


def test_several_dtypes_in_one_optimizer() -> None:
    finals = []
    for namespace in (torch.optim, ravine.optim):
        params = [*parameters([(5,)], torch.float64), *parameters([(6,)], torch.float32)]
        params += parameters([(3,)], torch.complex64)
        finals.append(train(namespace.Adam(params), 5))
    assert_same(finals[1], finals[0], 1e-5, 1e-6)


def test_a_new_value_for_any_hyperparameter_between_steps() -> None:
    finals = []
    for namespace in (torch.optim, ravine.optim):
        optimizer = namespace.Adam(parameters(SHAPES))
        for step in range(6):
            group = optimizer.param_groups[0]
            group["betas"] = (0.5 + 0.05 * step, 0.9 + 0.01 * step)
            group["eps"] = 10.0 ** -(step + 1)
            group["weight_decay"] = 0.0 if step % 2 else 0.1
            group["lr"] = 0.01 * (step + 1) if step < 4 else torch.tensor(0.02, dtype=torch.float64)
            train(optimizer, 1, first=step)
        finals.append(train(optimizer, 1, first=9))
    assert_same(finals[1], finals[0], *TIGHT)


def test_cycling_schedulers_move_the_momentum() -> None:
    finals = []
    for namespace in (torch.optim, ravine.optim):
        sgd = namespace.SGD(parameters(SHAPES), lr=0.01, momentum=0.9)
        adam = namespace.Adam(parameters(SHAPES))
        cycle = torch.optim.lr_scheduler.CyclicLR(sgd, 0.001, 0.1, step_size_up=3)
        once = torch.optim.lr_scheduler.OneCycleLR(adam, max_lr=0.1, total_steps=8)
        for step in range(7):
            values = train(sgd, 1, first=step) + train(adam, 1, first=step)
            cycle.step()
            once.step()
        finals.append(values)
    assert_same(finals[1], finals[0], *TIGHT)


def test_closures_and_hooks() -> None:
    optimizer = build(ravine.optim, "Adam")
    param = optimizer.param_groups[0]["params"][0]
    calls = []
    optimizer.register_step_pre_hook(lambda *_: calls.append("before"))
    optimizer.register_step_post_hook(lambda *_: calls.append("after"))

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = param.square().sum()
        loss.backward()
        calls.append("closure")
        return loss

    before = float(param.detach().square().sum())
    assert float(optimizer.step(closure)) == pytest.approx(before)
    assert calls == ["before", "closure", "after"]
    assert float(param.detach().square().sum()) < before


def test_grad_scaler_skips_a_step_with_infinities() -> None:
    param = parameters([(3,)], torch.float32)[0]
    optimizer = ravine.optim.Adam([param], lr=0.1)
    scaler = torch.amp.GradScaler("cpu", init_scale=4.0)
    scaler.scale(param.sum()).backward()
    start = param.detach().clone()
    scaler.step(optimizer)
    scaler.update()
    torch.testing.assert_close(param.detach(), start - 0.1)
    param.grad = torch.full((3,), float("inf"))
    scaler.step(optimizer)
    scaler.update()
    torch.testing.assert_close(param.detach(), start - 0.1)
    assert scaler.get_scale() == 2.0


@pytest.mark.slow
def test_torch_compile_around_a_training_step() -> None:
    finals = []
    for compiled in (False, True):
        torch.manual_seed(0)
        model = torch.nn.Linear(4, 3)
        optimizer = ravine.optim.Adam(model.parameters(), lr=0.1)

        def step(model=model, optimizer=optimizer) -> None:  # type: ignore[no-untyped-def]
            optimizer.zero_grad()
            model(torch.ones(2, 4)).square().sum().backward()
            optimizer.step()

        run = torch.compile(step, backend="aot_eager") if compiled else step
        for _ in range(4):
            run()
        finals.append([param.detach() for param in model.parameters()])
    assert_same(finals[1], finals[0], 1e-6, 1e-7)
    others = {name for name in translated() if not name.startswith("__resume_at")}  # what stands after the call
    assert others <= {"step"}  # which calls the rest as one


def translated() -> set[str]:
    """The functions of ravine.optim that PyTorch's compiler has translated, by their names."""
    from torch._dynamo.eval_frame import _debug_get_cache_entry_list

    modules = [module for name, module in list(sys.modules.items()) if name.startswith("ravine.optim")]
    owners = [*modules, *(kind for module in modules for kind in vars(module).values() if isinstance(kind, type))]
    functions = [f for owner in owners for f in vars(owner).values() if isinstance(f, FunctionType)]
    return {f.__name__ for f in functions if "ravine" in f.__module__ and _debug_get_cache_entry_list(f.__code__)}


@pytest.mark.parametrize("name", NAMES)
def test_autograd_through_a_step(name: str) -> None:
    """With differentiable=True the new parameter has its true derivative by the old one, the gradient and the state."""
    options = {"SGD": {"momentum": 0.9}, "Adagrad": {"initial_accumulator_value": 0.5}}.get(name, {})

    def stepped(value: torch.Tensor, gradient: torch.Tensor, start: torch.Tensor) -> torch.Tensor:
        param = value.clone()
        param.grad = gradient
        optimizer = getattr(ravine.optim, name)([param], differentiable=True, **options)
        probe = getattr(ravine.optim, name)([torch.nn.Parameter(value.detach().clone())], **options)
        probe.param_groups[0]["params"][0].grad = gradient.detach()
        probe.step()
        (state,) = probe.state.values()
        optimizer.state[param].update(
            {key: start + 0.1 if kept.shape == value.shape else kept for key, kept in state.items()}
        )
        optimizer.step()
        return param

    values = [tensor.detach().abs().add(0.1).requires_grad_() for tensor in parameters([(3,), (3,), (3,)])]
    if name == "Lion":  # the sign is flat
        values = values[:1] + [tensor.detach() for tensor in values[1:]]
    assert torch.autograd.gradcheck(stepped, values)


def test_autograd_to_the_learning_rate() -> None:
    rate = torch.tensor(0.1, dtype=torch.float64, requires_grad=True)
    param = parameters([(3,)])[0].detach().clone()
    param.grad = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    ravine.optim.SGD([param], lr=rate, differentiable=True).step()
    param.sum().backward()
    assert rate.grad is not None
    assert float(rate.grad) == pytest.approx(-6.0)


def test_importing_ravine_imports_neither_torch_nor_llvm() -> None:
    import subprocess
    import sys

    check = (
        "import sys, ravine; assert not {'torch', 'llvmlite'} & sys.modules.keys();"
        " ravine.optim.Adam; assert 'torch' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("SGD", {"lr": -1.0}, "Invalid learning rate: -1.0"),
        ("SGD", {"nesterov": True}, "Nesterov momentum requires a momentum and zero dampening"),
        ("Adam", {"eps": -1e-8}, "Invalid epsilon value: -1e-08"),
        ("Adam", {"lr": float("nan")}, "Invalid learning rate: nan"),
        ("NAdam", {"momentum_decay": -0.1}, "Invalid momentum_decay value: -0.1"),
        ("Lion", {"betas": (0.9, 1.5)}, "Invalid beta parameter at index 1: 1.5"),
        ("Adam", {"rounding": "up"}, "Invalid rounding: 'up'"),
    ],
)
def test_bad_options(name: str, options: dict[str, Any], message: str) -> None:
    params = parameters([(2,)])
    with pytest.raises(ValueError, match=message):
        getattr(ravine.optim, name)(params, **options)


def test_tensors_are_printed_only_where_they_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing one is slow; and torch's printing, seen by a sampling profiler, turns torch.func off in the thread."""
    printed = []
    monkeypatch.setattr(torch.Tensor, "__repr__", lambda self, **options: printed.append(self) or "a tensor")
    rates, betas = torch.tensor([0.1, 0.2]), (torch.tensor([0.9, 0.8]), torch.tensor([0.99, 0.999]))
    ravine.optim.Adam(parameters([(2,)]), lr=rates, betas=betas).add_param_group({"params": parameters([(2, 3)])})
    assert not printed
    with pytest.raises(ValueError, match="Invalid learning rate: a tensor"):
        ravine.optim.Adam(parameters([(2,)]), lr=-rates)


def test_a_bad_group_is_not_added() -> None:
    optimizer = ravine.optim.Adam(parameters([(2,)]))
    with pytest.raises(ValueError, match="Invalid learning rate: -3"):
        optimizer.add_param_group({"params": parameters([(3,)]), "lr": -3})
    assert len(optimizer.param_groups) == 1


@pytest.mark.parametrize("flags", [{"fused": True, "foreach": True}, {"fused": True, "differentiable": True}])
def test_flags_that_exclude_each_other(flags: dict[str, bool]) -> None:
    with pytest.raises(RuntimeError, match="`fused`"):
        ravine.optim.Adam(parameters([(2,)]), **flags)


def test_capturable_is_refused_on_the_processor_as_in_torch() -> None:
    for namespace in (torch.optim, ravine.optim):
        with pytest.raises(AssertionError, match="If capturable=True"):
            train(namespace.Adam(parameters([(2,)]), capturable=True), 1)


def test_state_of_another_shape_is_refused_before_anything_changes() -> None:
    optimizer = ravine.optim.Adam(parameters([(2,), (3,)]))
    train(optimizer, 1)
    first, second = optimizer.param_groups[0]["params"]
    optimizer.state[second]["exp_avg"] = torch.zeros(4, dtype=torch.float64)
    before = first.detach().clone()
    with pytest.raises(ValueError, match=r"shape \(3,\) has a state exp_avg of shape \(4,\)"):
        train(optimizer, 1)
    assert torch.equal(first, before)


def test_a_group_that_is_edited_into_what_a_constructor_refuses() -> None:
    """PyTorch's own refuses the first in a constructor alone."""
    sgd = ravine.optim.SGD(parameters([(2,)]), lr=0.1, momentum=0.9, nesterov=True)
    sgd.param_groups[0]["dampening"] = 0.5
    with pytest.raises(ValueError, match="Nesterov momentum requires a momentum and zero dampening"):
        train(sgd, 1)
    adam = ravine.optim.Adam(parameters([(2,)]))
    adam.param_groups[0]["betas"] = (0.9, 0.99, 0.999)
    with pytest.raises(ValueError, match="too many values to unpack"):
        train(adam, 1)


def test_whole_numbers_may_stand_in_a_group_and_never_step() -> None:
    """As in PyTorch: what is frozen may be quantized."""
    for namespace in (torch.optim, ravine.optim):
        frozen = torch.ones(3, dtype=torch.int8)
        optimizer = namespace.Adam([frozen, *parameters([(2,)])])
        set_gradients(optimizer.param_groups[0]["params"][1:], 0)
        optimizer.step()
        frozen.grad = torch.ones_like(frozen)
        with pytest.raises(RuntimeError):
            optimizer.step()


@pytest.mark.parametrize("wrong", [{"max_grad_norm": "1"}, {"lr": "1e-5"}, {"weight_decay": None}, {"eps": [1e-8]}])
def test_what_is_no_number_is_named(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(TypeError, match=f"{name} must be a number"):
        ravine.optim.Adam(parameters([(2,)]), **wrong)


def test_a_step_after_an_overflow_is_none() -> None:
    for namespace in (torch.optim, ravine.optim):
        optimizer = namespace.Adam(parameters([(3,)]), fused=True)
        optimizer.grad_scale, optimizer.found_inf = None, torch.tensor(1.0)
        before = optimizer.param_groups[0]["params"][0].detach().clone()
        assert torch.equal(train(optimizer, 1)[0], before)


def test_fused_is_refused_where_there_is_no_memory() -> None:
    for namespace in (torch.optim, ravine.optim):
        parameter = torch.nn.Parameter(torch.ones(3, device="meta"))
        parameter.grad = torch.ones(3, device="meta")
        optimizer = namespace.Adam([parameter], fused=True)
        with pytest.raises(RuntimeError, match="fused"):
            optimizer.step()
