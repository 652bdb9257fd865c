"""Every verdict of a conversion, by running both frameworks for 200 steps."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import ast
import inspect
import math
import re
from functools import cache, partial
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import ravine.optim
from ravine.dialect_tables import CHAINED_AFTER, FORMS
from ravine.dialects import Conversion, convert
from ravine.errors import RavineError

# Keras on PyTorch converts tensors in a way that numpy 2 calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Array = NDArray[np.float64]
STEPS = 200
START = np.linspace(-2, 2, 8)
NOISE = np.random.default_rng(0).normal(size=(STEPS, 8))
CURVATURE = np.logspace(-1, 1, 8)


MATRICES = ("muon", "lars")  # what they step


def gradient(theta: Array, step: int) -> Array:
    return CURVATURE * theta + 0.3 * NOISE[step]


def laid(theta: Array, name: str, framework: str) -> Array:
    """The parameters as the framework lays them out: some as the weight of a layer of four outputs and two inputs."""
    if name.lower() not in MATRICES:
        return theta
    weight = theta.reshape(4, 2)
    return weight.T if framework in ("keras", "optax") else weight  # whose kernels are inputs by outputs


def flat(theta: Array) -> Array:
    """The same eight numbers, in the order of a layer of four outputs and two inputs."""
    return (theta.T if theta.shape == (2, 4) else theta).reshape(8)


def run_torch(name: str, options: dict[str, Any], library: ModuleType = torch.optim) -> Array:
    if "betas" not in options and "beta1" in options:
        options["betas"] = tuple(options.pop(beta) for beta in ("beta1", "beta2", "beta3") if beta in options)
    param = torch.nn.Parameter(torch.tensor(laid(START, name, "torch").copy()))
    optimizer = getattr(library, name)([param], **options)
    getattr(optimizer, "train", lambda: None)()
    for step in range(STEPS):
        param.grad = torch.tensor(laid(gradient(flat(param.detach().numpy()), step), name, "torch").copy())
        optimizer.step()
    return flat(param.detach().numpy())


def anew(variable: Any, value: Any) -> None:
    """Assigns as on Keras's other backends: who holds the old value keeps it."""
    variable._value = torch.nn.Parameter(value.detach().clone(), requires_grad=False)


def run_keras(name: str, options: dict[str, Any], repaired: bool = True) -> Array:
    import keras

    keras.config.set_floatx("float64")
    options["weight_decay"] = options.get("weight_decay") or (0.0 if name == "AdamW" else None)
    variable = keras.Variable(laid(START, name, "keras"), dtype="float64")
    optimizer = getattr(keras.optimizers, name)(**options)
    optimizer.build([variable])
    if name == "ScheduleFreeAdamW" and repaired:
        for momentum in optimizer._momentums:
            momentum._direct_assign = partial(anew, momentum)
    for step in range(STEPS):
        slope = laid(gradient(flat(keras.ops.convert_to_numpy(variable)), step), name, "keras")
        optimizer.apply([keras.ops.convert_to_tensor(slope, dtype="float64")], [variable])
    return flat(np.asarray(keras.ops.convert_to_numpy(variable)))


def run_optax(name: str, options: dict[str, Any]) -> Array:
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    decay, after = options.pop("add_decayed_weights", 0.0), options.pop(CHAINED_AFTER, 0.0)
    if options.get("warmup_steps") == 0:
        del options["warmup_steps"]
    transform = getattr(optax, name, getattr(optax.contrib, name, None))(**options)
    transform = optax.chain(transform, optax.add_decayed_weights(after)) if after else transform
    transform = optax.chain(optax.add_decayed_weights(decay), transform) if decay else transform
    theta = jax.numpy.asarray(laid(START, name, "optax"))
    state = transform.init(theta)
    update = jax.jit(transform.update)
    for step in range(STEPS):
        slope = laid(gradient(flat(np.asarray(theta)), step), name, "optax")
        taken, state = update(jax.numpy.asarray(slope), state, theta)
        theta = theta + taken
    return flat(np.asarray(theta))


def run_tf1(name: str, options: dict[str, Any]) -> Array:
    """TensorFlow 1.15's documented RMSProp: ms starts at one, epsilon inside the root, the rate inside the momentum."""
    assert name == "RMSPropOptimizer"
    theta, ms, mom = START.copy(), np.ones(8), np.zeros(8)
    for step in range(STEPS):
        g = gradient(theta, step)
        ms += (g * g - ms) * (1 - options["decay"])
        mom = mom * options["momentum"] + options["learning_rate"] * g / np.sqrt(ms + options["epsilon"])
        theta = theta - mom
    return theta


def run_ravine(name: str, options: dict[str, Any]) -> Array:
    return run_torch(name, options, ravine.optim)


def run_pytorch_optimizer(name: str, options: dict[str, Any]) -> Array:
    import pytorch_optimizer

    return run_torch(name, options, pytorch_optimizer)


RUNNERS = {
    "pytorch_optimizer": run_pytorch_optimizer,
    "torch": run_torch,
    "keras": run_keras,
    "optax": run_optax,
    "ravine": run_ravine,
    "tf1": run_tf1,
}


def run(framework: str, call: str, chosen: dict[str, Any]) -> Array:
    """Where the framework's optimizer comes to. The same settings come up for several pairs, and are run once."""
    return _run(framework, call, tuple(chosen.items()))


@cache
def _run(framework: str, call: str, chosen: tuple[tuple[str, Any], ...]) -> Array:
    name, flag = re.fullmatch(r".*?(\w+)(?:\((\w+)=True\))?", call).groups()  # type: ignore[union-attr]
    return RUNNERS[framework](name, {**dict(chosen), **({flag: True} if flag else {})})


def run_source(framework: str, family: str, given: dict[str, float]) -> Array:
    form = FORMS[framework][family]
    return run(framework, form.call, {own: given.get(own, default) for own, default in form.settings.values()})


# How far apart trajectories may end, as a part of the distance moved, to be called approximately alike.
CLOSE = 2e-3
CLOSE_WITH_LARGE_EPS = 0.02  # every approximation is about eps
CLOSE_IN_BFLOAT16 = 0.01  # PyTorch's Muon
CLOSE_WHILE_CLIPPED = 0.01  # pytorch_optimizer's ADOPT


def check(conversion: Conversion, target: str, wanted: Array, close: float = CLOSE) -> None:
    apart = parted(run(target, conversion.call, dict(conversion.settings)), wanted)
    if conversion.verdict == "exact":
        assert apart <= 1e-6, conversion
    else:
        assert apart <= close, conversion
        assert conversion.reasons


def parted(found: Array, wanted: Array) -> float:
    return float(np.abs(found - wanted).max() / np.abs(wanted - START).max())


def nearest(source: str, target: str, family: str, given: dict[str, float]) -> float:
    """How far apart the two stay with the same settings there, with rates beside the same, and with eps converted."""
    goal, origin = FORMS[target][family], FORMS[source][family]
    ours = {name: given.get(own, default) for name, (own, default) in origin.settings.items()}
    epsilons = {ours.get("eps", 0.0)}
    if {goal.traits.get("eps"), origin.traits.get("eps")} == {"inside", "outside"}:
        epsilons |= {math.sqrt(ours["eps"]), ours["eps"] ** 2}
    wanted = run_source(source, family, given)
    found = []
    for eps in epsilons:
        for rate in (0.9, 1.0, 1.1):
            tried = {**ours, "eps": eps, "lr": ours["lr"] * rate}
            named = {own: tried.get(name, default) for name, (own, default) in goal.settings.items()}
            found.append(parted(run(target, goal.call, named), wanted))
    return min(found)


PAIRS = [
    (source, target, family)
    for source in FORMS
    for target in FORMS
    for family in FORMS[source]
    if source != target and family in FORMS[target]
]


def required(source: str, family: str) -> dict[str, float]:
    """What has no default there."""
    settings = FORMS[source][family].settings
    return {own: {"lr": 0.01, "momentum": 0.9}[name] for name, (own, default) in settings.items() if default is None}


@pytest.mark.parametrize(("source", "target", "family"), PAIRS)
def test_defaults(source: str, target: str, family: str) -> None:
    given_ = required(source, family)
    conversion = convert(family, source, target, given_)
    if conversion.verdict == "impossible":
        assert conversion.reasons
        assert not conversion.settings
        assert nearest(source, target, family, given_) > CLOSE
    else:
        check(conversion, target, run_source(source, family, given_), closeness(family))


def closeness(family: str) -> float:
    return {"muon": CLOSE_IN_BFLOAT16, "adopt": CLOSE_WHILE_CLIPPED}.get(family, CLOSE)


VARIED: dict[str, dict[str, float]] = {
    "lr": 0.02, "momentum": 0.8, "beta1": 0.8, "beta2": 0.95, "alpha": 0.95, "eps": 1e-3, "rho": 0.8,
    "initial_accumulator_value": 0.5,
}  # type: ignore[dict-item]  # fmt: skip


@pytest.mark.parametrize(("source", "target", "family"), PAIRS)
def test_other_settings(source: str, target: str, family: str) -> None:
    form = FORMS[source][family]
    given_ = {own: VARIED[name] for name, (own, _) in form.settings.items() if name in VARIED}
    assert set(required(source, family)) <= set(given_)
    conversion = convert(family, source, target, given_)
    if conversion.verdict != "impossible":
        check(conversion, target, run_source(source, family, given_), CLOSE_WITH_LARGE_EPS)


SIDES = [
    (source, target, family)
    for source, target, family in PAIRS
    if {FORMS[framework][family].traits.get("eps") for framework in (source, target)} == {"inside", "outside"}
]


@pytest.mark.parametrize(("source", "target", "family"), SIDES)
def test_eps_far_above_the_gradients_is_converted_to_the_other_side_of_the_root(
    source: str, target: str, family: str
) -> None:
    form = FORMS[source][family]
    large = 1e8 if form.traits["eps"] == "inside" else 1e4
    given_ = {**required(source, family), form.settings["lr"][0]: 100.0, form.settings["eps"][0]: large}
    conversion = convert(family, source, target, given_)
    if conversion.verdict != "impossible":
        check(conversion, target, run_source(source, family, given_))


@pytest.mark.parametrize(
    ("source", "target", "family"), [pair for pair in PAIRS if "weight_decay" in FORMS[pair[0]][pair[2]].settings]
)
def test_weight_decay(source: str, target: str, family: str) -> None:
    own, _ = FORMS[source][family].settings["weight_decay"]
    given_ = {**required(source, family), own: 0.05}
    conversion = convert(family, source, target, given_)
    if conversion.verdict == "impossible":
        assert nearest(source, target, family, given_) > CLOSE
    else:
        check(conversion, target, run_source(source, family, given_), closeness(family))


@pytest.mark.parametrize(
    ("family", "source", "target", "chosen"),
    [
        ("adam", "torch", "keras", {"weight_decay": 0.3}),
        ("sgd", "torch", "keras", {"momentum": 0.9, "weight_decay": 0.3}),
        ("sgd", "torch", "optax", {"momentum": 0.9, "dampening": 0.5}),
        ("adagrad", "torch", "keras", {"lr_decay": 0.1}),
        ("schedule_free_adamw", "ravine", "optax", {"lr": 0.02, "r": 2.0}),
    ],
)
def test_what_is_called_impossible_differs_at_the_nearest_settings(
    family: str, source: str, target: str, chosen: dict[str, float]
) -> None:
    conversion = convert(family, source, target, chosen)
    assert conversion.verdict == "impossible"
    assert not conversion.settings
    assert nearest(source, target, family, chosen) > CLOSE


@pytest.mark.parametrize("steps", [0, 50])
@pytest.mark.parametrize("family", ["schedule_free_sgd", "schedule_free_adamw"])
def test_a_warm_up_that_comes_one_step_late_is_called_approximate(family: str, steps: int) -> None:
    given_ = {"lr": 0.02, "warmup_steps": steps}
    conversion = convert(family, "ravine", "optax", given_)
    assert conversion.verdict == ("approximate" if steps else "exact")
    wanted = run_source("ravine", family, given_)
    check(conversion, "optax", wanted, 0.02)
    assert (parted(run("optax", conversion.call, dict(conversion.settings)), wanted) > 1e-4) is bool(steps)
    assert ("warmup_steps" in conversion.arguments()) is bool(steps)


def test_keras_schedule_free_is_wrong_on_its_pytorch_backend_alone() -> None:
    """Its update reads the fast point after it has moved; on JAX it is ours to 2e-15 (Keras 3.15.1)."""
    conversion = convert("schedule_free_adamw", "keras", "ravine")
    assert conversion.verdict == "exact"
    assert "PyTorch backend" in " ".join(conversion.reasons)
    ours = run("ravine", conversion.call, dict(conversion.settings))
    options = dict(FORMS["keras"]["schedule_free_adamw"].settings.values())
    assert parted(run_keras("ScheduleFreeAdamW", dict(options)), ours) < 1e-6
    assert parted(run_keras("ScheduleFreeAdamW", dict(options), repaired=False), ours) > CLOSE


MISSING = [
    (source, target, family)
    for source in FORMS
    for target in ("torch", "keras", "optax")
    for family in FORMS[source]
    if family not in FORMS[target]
]


@pytest.mark.parametrize(("source", "target", "family"), MISSING)
def test_what_is_called_missing_is_missing(source: str, target: str, family: str) -> None:
    conversion = convert(family, source, target, required(source, family))
    assert (conversion.verdict, conversion.call) == ("impossible", "")
    there = {name.lower().replace("_", "") for module in optimizers_of(target) for name in dir(module)}
    assert family.replace("_", "") not in there


def optimizers_of(framework: str) -> tuple[ModuleType, ...]:
    if framework == "torch":
        return (torch.optim,)
    import keras
    import optax

    return (keras.optimizers,) if framework == "keras" else (optax, optax.contrib)


def test_optax_chain_reads_l2() -> None:
    conversion = convert("adam", "torch", "optax", {"weight_decay": 0.1})
    assert conversion.verdict == "exact"
    assert conversion.settings["add_decayed_weights"] == 0.1


def test_keras_weight_decay_is_adamws() -> None:
    assert convert("adam", "keras", "torch", {"weight_decay": 0.1}).call == "torch.optim.AdamW"


@settings(deadline=None, max_examples=10)
@given(rate=st.floats(1e-4, 0.1), beta=st.floats(0, 0.99))
def test_there_and_back(rate: float, beta: float) -> None:
    there = convert("adam", "torch", "optax", {"lr": rate, "beta1": beta})
    back = convert("adam", "optax", "torch", {name: float(value) for name, value in there.settings.items()})
    assert back.settings["lr"] == rate
    assert back.settings["beta1"] == beta


def test_amsgrad_with_decoupled_decay_is_an_adamw_in_torch() -> None:
    conversion = convert("amsgrad", "keras", "torch", {"weight_decay": 0.01, "epsilon": 1e-10})
    assert conversion.call == "torch.optim.AdamW(amsgrad=True)"
    wanted = run_source("keras", "amsgrad", {"weight_decay": 0.01, "epsilon": 1e-10})
    assert parted(run("torch", conversion.call, dict(conversion.settings)), wanted) < 1e-5


def test_what_has_no_default_has_to_be_given() -> None:
    with pytest.raises(RavineError, match=r"optax\.adadelta has no default learning_rate that trains: give one"):
        convert("adadelta", "optax", "torch")
    with pytest.raises(RavineError, match=r"SGD\(nesterov=True\) has no default momentum .* as in momentum=0\.9"):
        convert("nesterov", "torch", "keras")


def test_optaxs_adadelta_climbs_without_a_rate() -> None:
    import jax
    import optax

    theta = jax.numpy.asarray(1.0)
    transform = optax.adadelta()
    step, _ = transform.update(theta, transform.init(theta), theta)  # of θ²/2, whose gradient is θ
    assert step > 0


def signature(call: str) -> dict[str, Any]:
    """The defaults of the installed library; one without a default is left out."""
    import keras
    import optax
    import pytorch_optimizer

    libraries = {"torch.optim": torch.optim, "keras.optimizers": keras.optimizers, "ravine.optim": ravine.optim}
    libraries |= {"optax": optax, "optax.contrib": optax.contrib, "pytorch_optimizer": pytorch_optimizer}
    module, _, name = call.partition("(")[0].rpartition(".")
    parameters = inspect.signature(getattr(libraries[module], name)).parameters.values()
    found = {each.name: each.default for each in parameters if each.default is not inspect.Parameter.empty}
    if "betas" in found:
        found |= {f"beta{number}": beta for number, beta in enumerate(found["betas"], 1)}
    return found


INSTALLED = [(framework, family) for framework in FORMS if framework != "tf1" for family in FORMS[framework]]


@pytest.mark.parametrize(("framework", "family"), INSTALLED)
def test_defaults_are_those_of_the_installed_library(framework: str, family: str) -> None:
    form = FORMS[framework][family]
    theirs = signature(form.call)
    for own, default in form.settings.values():
        if own == "add_decayed_weights":
            continue  # a link of its own
        if default is None:  # not given, None or, for Nesterov's momentum, a 0 that is refused
            assert not theirs.get(own)
        else:
            assert (theirs[own] or 0.0) == default, own


def test_torch_refuses_nesterov_without_momentum() -> None:
    with pytest.raises(ValueError, match="momentum"):
        torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], nesterov=True)


def test_errors_name_what_is_known() -> None:
    with pytest.raises(RavineError, match="unknown framework 'pytorch'"):
        convert("adam", "pytorch", "keras")
    with pytest.raises(
        RavineError, match=r"unknown setting of keras\.optimizers\.Adam 'epsilom'; did you mean 'epsilon'"
    ):
        convert("adam", "keras", "torch", {"epsilom": 1e-7})
    with pytest.raises(RavineError, match="unknown optimizer of tf1 'adam'"):  # it exists, but the tables lack it
        convert("adam", "torch", "tf1")
    with pytest.raises(RavineError, match="finite"):
        convert("adam", "keras", "torch", {"epsilon": float("nan")})


TO_TORCH = [pair for pair in PAIRS if pair[1] in ("torch", "ravine")]


@pytest.mark.parametrize(("source", "target", "family"), TO_TORCH)
def test_torch_and_ravine_take_the_arguments(source: str, target: str, family: str) -> None:
    conversion = convert(family, source, target, required(source, family))
    if conversion.verdict == "impossible":
        assert (conversion.code(), conversion.arguments()) == ("", {})
        return
    name = conversion.call.partition("(")[0].rpartition(".")[2]
    library = torch.optim if target == "torch" else ravine.optim
    start = torch.tensor(laid(START, name, target).copy())
    optimizer = getattr(library, name)([torch.nn.Parameter(start)], **conversion.arguments())
    for own, value in conversion.arguments().items():
        assert optimizer.defaults[own] == value
    assert optimizer.defaults["weight_decay"] == conversion.settings["weight_decay"]
    call = ast.parse(conversion.code(), mode="eval").body
    assert isinstance(call, ast.Call)
    assert ast.unparse(call.args[0]) == "model.parameters()"
    assert {word.arg: ast.literal_eval(word.value) for word in call.keywords} == conversion.arguments()


def test_code_can_be_pasted() -> None:
    assert convert("adam", "optax", "torch", {"learning_rate": 0.123456789}).code() == (
        "torch.optim.Adam(model.parameters(), lr=0.123456789, betas=(0.9, 0.999), eps=1e-08)"
    )
    assert convert("adam", "torch", "optax", {"weight_decay": 0.1}).code() == (
        "optax.chain(optax.add_decayed_weights(0.1), optax.adam(learning_rate=0.001, b1=0.9, b2=0.999, eps=1e-08))"
    )
    assert convert("sgd", "torch", "keras").code() == "keras.optimizers.SGD(learning_rate=0.001, momentum=0.0)"
    # AdamW's default is another: here the zero is kept.
    assert "weight_decay=0.0" in convert("adamw", "keras", "torch", {"weight_decay": 0.0}).code()


@pytest.mark.parametrize(
    ("name", "value", "message"), [("lr", -0.1, "lr must be 0 or more"), ("beta2", 1.0, r"beta2 must be in \[0, 1\)")]
)
def test_settings_out_of_range_are_refused(name: str, value: float, message: str) -> None:
    with pytest.raises(RavineError, match=message):
        convert("adam", "torch", "keras", {name: value})
