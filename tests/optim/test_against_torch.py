"""Every optimizer and every option against torch.optim, over random shapes, settings and dtypes."""

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given, settings
from training import assert_same, parameters, train

import ravine.optim
from ravine.backends import llvm

RATE = st.floats(1e-4, 0.1)
BETAS = st.tuples(st.floats(0.0, 0.95), st.floats(0.5, 0.9999))
EPS = st.sampled_from([1e-8, 1e-3, 0.1])
DECAY = st.sampled_from([0.0, 1e-2, 0.3])
COMMON = {"lr": RATE, "weight_decay": DECAY, "maximize": st.booleans()}

MOMENTUM = st.one_of(
    st.fixed_dictionaries({"momentum": st.floats(0.0, 0.95), "dampening": st.floats(0.0, 0.9)}),
    st.fixed_dictionaries({"momentum": st.floats(0.1, 0.95), "nesterov": st.just(True)}),
)
OPTIONS = {
    "SGD": st.builds(lambda a, b: {**a, **b}, st.fixed_dictionaries(COMMON), MOMENTUM),
    "Adagrad": st.fixed_dictionaries(
        {**COMMON, "lr_decay": st.floats(0, 0.5), "initial_accumulator_value": st.floats(0, 1), "eps": EPS}
    ),
    "RMSprop": st.fixed_dictionaries(
        {**COMMON, "alpha": st.floats(0.1, 0.99), "eps": EPS, "momentum": st.sampled_from([0, 0.5, 0.9])}
    ),
    "Adadelta": st.fixed_dictionaries({**COMMON, "lr": st.floats(0.1, 2), "rho": st.floats(0.1, 0.99), "eps": EPS}),
    "Adam": st.fixed_dictionaries(
        {**COMMON, "betas": BETAS, "eps": EPS, "amsgrad": st.booleans(), "decoupled_weight_decay": st.booleans()}
    ),
    "AdamW": st.fixed_dictionaries({**COMMON, "betas": BETAS, "eps": EPS, "amsgrad": st.booleans()}),
    "Adamax": st.fixed_dictionaries({**COMMON, "betas": BETAS, "eps": EPS}),
    "NAdam": st.fixed_dictionaries(
        {
            **COMMON,
            "betas": BETAS,
            "eps": EPS,
            "momentum_decay": st.floats(0, 0.1),
            "decoupled_weight_decay": st.booleans(),
        }
    ),
    "RAdam": st.fixed_dictionaries({**COMMON, "betas": BETAS, "eps": EPS, "decoupled_weight_decay": st.booleans()}),
}
SHAPES = st.lists(st.sampled_from([(), (0,), (1,), (3,), (17,), (4, 5), (2, 3, 2), (33,)]), min_size=1, max_size=4)

# PyTorch keeps NAdam's product of momenta in float32, and rounds it at other places than we do.
TOLERANCE = {torch.float64: (1e-9, 1e-11), torch.float32: (2e-4, 2e-5)}
NADAM_TOLERANCE = {torch.float64: (1e-5, 1e-6), torch.float32: (2e-4, 2e-5)}


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("name", OPTIONS)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_the_same_trajectory_as_torch(name: str, dtype: torch.dtype, data: st.DataObject) -> None:
    chosen = data.draw(OPTIONS[name])
    shapes = data.draw(SHAPES)
    ours = train(getattr(ravine.optim, name)(parameters(shapes, dtype), **chosen), steps=12)
    theirs = train(getattr(torch.optim, name)(parameters(shapes, dtype), **chosen), steps=12)
    rtol, atol = (NADAM_TOLERANCE if name == "NAdam" else TOLERANCE)[dtype]
    assert_same(ours, theirs, rtol, atol)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_centered_rmsprop(momentum: float) -> None:
    # Not by random settings: v - m² rounds to either side of zero where gradients hardly change.
    chosen = {"centered": True, "momentum": momentum, "alpha": 0.9, "eps": 1e-2}
    ours = train(ravine.optim.RMSprop(parameters([(4, 5), (3,)]), **chosen), steps=50)
    theirs = train(torch.optim.RMSprop(parameters([(4, 5), (3,)]), **chosen), steps=50)
    assert_same(ours, theirs, 1e-9, 1e-11)


@pytest.mark.parametrize("name", OPTIONS)
def test_complex_parameters_in_torchs_dialect(name: str) -> None:
    ours = train(getattr(ravine.optim, name)(parameters([(4, 3), ()], torch.complex128)), steps=20)
    theirs = train(getattr(torch.optim, name)(parameters([(4, 3), ()], torch.complex128)), steps=20)
    assert_same(ours, theirs, *NADAM_TOLERANCE[torch.float64])


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
def test_sixteen_bits_are_float32_arithmetic_inside(name: str, dtype: torch.dtype) -> None:
    """One step from given numbers is float32's step, rounded once."""
    low = train(getattr(ravine.optim, name)(parameters([(257,)], dtype), lr=0.01), steps=1)
    wide = parameters([(257,)], dtype)
    wide = [torch.nn.Parameter(param.detach().float()) for param in wide]
    optimizer = getattr(torch.optim, name)(wide, lr=0.01)
    wide[0].grad = low_gradient(dtype)
    optimizer.step()
    expected = wide[0].detach().to(dtype)
    # float32's own rounding can tip a number that lies between two of the format.
    assert (low[0] != expected).float().mean() < 0.02
    torch.testing.assert_close(low[0], expected, rtol=1e-2, atol=1e-4)


def low_gradient(dtype: torch.dtype) -> torch.Tensor:
    from training import set_gradients

    params = parameters([(257,)], dtype)
    set_gradients(params, 0)
    assert params[0].grad is not None
    return params[0].grad.float()


@pytest.mark.parametrize("name", OPTIONS)
def test_large_tensors_are_shared_out_among_threads(name: str) -> None:
    shapes = [(300_001,), (7,), (50_000,)]
    ours = train(getattr(ravine.optim, name)(parameters(shapes)), steps=2)
    theirs = train(getattr(torch.optim, name)(parameters(shapes)), steps=2)
    assert_same(ours, theirs, *NADAM_TOLERANCE[torch.float64])


@pytest.mark.parametrize("ahead", [True, False])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16], ids=str)
def test_tensors_that_end_anywhere_in_a_strip(dtype: torch.dtype, ahead: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels may go in strips of 64 and read 512 ahead: no element is left out, stepped twice or beside."""
    lengths = [(length,) for length in (1, 63, 64, 511, 512, 513, 575, 576, 577, 640, 641, 1100)]
    memory = [torch.full((length + 64,), 7.0, dtype=dtype) for (length,) in lengths]
    params = []
    for start, beside in zip(parameters(lengths, dtype), memory, strict=True):
        beside[: len(start)] = start.detach()
        params.append(torch.nn.Parameter(beside[: len(start)]))
    monkeypatch.setattr(llvm, "asks_ahead", lambda: ahead)
    momentum = ravine.optim.from_rule(ravine.rules["momentum"].variant(f"strips{ahead:d}"))  # compiled anew
    ours = train(momentum(params, lr=0.1, momentum=0.5), steps=2)
    theirs = train(torch.optim.SGD(parameters(lengths, dtype), lr=0.1, momentum=0.5), steps=2)
    assert_same(ours, theirs, *((2**-6, 2**-6) if dtype is torch.bfloat16 else (1e-6, 1e-6)))
    assert all((beside[length:] == 7).all() for beside, (length,) in zip(memory, lengths, strict=True))
