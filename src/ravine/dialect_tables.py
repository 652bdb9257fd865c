"""How each framework writes each optimizer: its name, its settings with their defaults, what it fixes, its traits.

Keys are our names (PyTorch's where it has one). Versions: PyTorch 2.13, Keras 3.15, optax 0.2.8, pytorch_optimizer 4.1,
TensorFlow 1.15. `ravine` is ravine.optim: what it has beyond PyTorch's stands here; PyTorch's it writes as it does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Option = bool | float | str


@dataclass(frozen=True)
class Form:
    """An optimizer as a framework writes it.

    settings: our name → (theirs, default); None where the framework has no default that trains.
    traits:   where the arithmetic could part → which way it goes.
    fixed:    our name → the value that cannot be changed.
    switches: trait → another way it can go → the options that make it go so.
    """

    call: str
    settings: Mapping[str, tuple[str, float | None]]
    traits: Mapping[str, str]
    fixed: Mapping[str, float] = field(default_factory=dict)
    switches: Mapping[str, Mapping[str, Mapping[str, Option]]] = field(default_factory=dict)


# A family whose weight decay is of the other kind.
_PAIRS = {"adam": "adamw", "amsgrad": "amsgradw", "nadam": "nadamw"}
SIBLINGS = _PAIRS | {theirs: ours for ours, theirs in _PAIRS.items()}

L2, DECOUPLED = {"decay": "l2"}, {"decay": "decoupled"}
BESIDE = {"decay": "at y"}  # of Schedule-Free: of the point where the gradient is taken
IN_RATIO = {"decay": "in the ratio"}  # of LAMB: under the norm that the layer's rate divides by
BY_RATE, ALIKE = {"weights": "by the rate"}, {"weights": "alike"}  # of points in Schedule-Free's average
CORRECTED, UNCORRECTED = {"eps": "after"}, {"eps": "before"}
INSIDE, OUTSIDE = {"eps": "inside"}, {"eps": "outside"}


def _torch(lr: float, more: Mapping[str, float | None], decay: float = 0.0) -> dict[str, tuple[str, float | None]]:
    values = {"lr": lr, **more, "weight_decay": decay}
    return {name: (name, value) for name, value in values.items()}


def _keras(lr: float, more: Mapping[str, float], decay: float = 0.0) -> dict[str, tuple[str, float | None]]:
    theirs = {"eps": "epsilon", "beta1": "beta_1", "beta2": "beta_2", "alpha": "rho"}
    own = {name: (theirs.get(name, name), value) for name, value in more.items()}
    return {"lr": ("learning_rate", lr), **own, "weight_decay": ("weight_decay", decay)}


def _optax(more: Mapping[str, float], decay: tuple[str, float]) -> dict[str, tuple[str, float | None]]:
    """Its rate has to be given. (Adadelta's may be left out: then nothing turns the step downhill, and it climbs.)"""
    theirs = {"beta1": "b1", "beta2": "b2", "beta3": "b3", "s0": "initial_scale"}
    if "beta3" not in more:  # AdEMAMix's alpha is alpha there too
        theirs["alpha"] = "decay"
    own = {name: (theirs.get(name, name), value) for name, value in more.items()}
    return {"lr": ("learning_rate", None), **own, "weight_decay": decay}


TO_DECOUPLED = {"decay": {"decoupled": {"decoupled_weight_decay": True}}}
TO_L2 = {"decay": {"l2": {"decoupled_weight_decay": False}}}
BETAS = {"beta1": 0.9, "beta2": 0.999}
# In optax, L2 is a transformation chained before the optimizer.
CHAINED = ("add_decayed_weights", 0.0)
CHAINED_AFTER = "add_decayed_weights, after it"

# Of Muon: the length of its step, how the look ahead is mixed, and the format in which it is made orthogonal.
WIDTH, RMS = {"scale": "width"}, {"scale": "rms"}
PLAIN, BIAS_CORRECTED = {"mixture": "plain"}, {"mixture": "corrected"}
OWN_FORMAT, BFLOAT16, BY_FORMAT = ({"precision": format} for format in ("its own", "bfloat16", "by format"))

TORCH = {
    "sgd": Form("torch.optim.SGD", _torch(1e-3, {"momentum": 0.0, "dampening": 0.0}), {**L2, "rate": "outside"}),
    # Its default momentum of 0 is refused.
    "nesterov": Form("torch.optim.SGD(nesterov=True)", _torch(1e-3, {"momentum": None}), {**L2, "rate": "outside"}),
    "adagrad": Form(
        "torch.optim.Adagrad",
        _torch(1e-2, {"lr_decay": 0.0, "initial_accumulator_value": 0.0, "eps": 1e-10}),
        {**L2, **OUTSIDE},
    ),
    "rmsprop": Form(
        "torch.optim.RMSprop",
        _torch(1e-2, {"alpha": 0.99, "eps": 1e-8, "momentum": 0.0}),
        {**L2, **OUTSIDE, "rate": "outside"},
        {"s0": 0.0},
    ),
    "adadelta": Form("torch.optim.Adadelta", _torch(1.0, {"rho": 0.9, "eps": 1e-6}), L2),
    "adam": Form("torch.optim.Adam", _torch(1e-3, {**BETAS, "eps": 1e-8}), {**L2, **CORRECTED}),
    "adamw": Form("torch.optim.AdamW", _torch(1e-3, {**BETAS, "eps": 1e-8}, 1e-2), {**DECOUPLED, **CORRECTED}),
    "amsgrad": Form(
        "torch.optim.Adam(amsgrad=True)",
        _torch(1e-3, {**BETAS, "eps": 1e-8}),
        {**L2, **CORRECTED, "maximum": "raw"},
    ),
    "amsgradw": Form(
        "torch.optim.AdamW(amsgrad=True)",
        _torch(1e-3, {**BETAS, "eps": 1e-8}, 1e-2),
        {**DECOUPLED, **CORRECTED, "maximum": "raw"},
    ),
    "adamax": Form("torch.optim.Adamax", _torch(2e-3, {**BETAS, "eps": 1e-8}), {**L2, "eps": "gradient"}),
    "nadam": Form(
        "torch.optim.NAdam",
        _torch(2e-3, {**BETAS, "eps": 1e-8, "momentum_decay": 4e-3}),
        {**L2, **CORRECTED},
        switches=TO_DECOUPLED,
    ),
    "nadamw": Form(
        "torch.optim.NAdam(decoupled_weight_decay=True)",
        _torch(2e-3, {**BETAS, "eps": 1e-8, "momentum_decay": 4e-3}),
        {**DECOUPLED, **CORRECTED},
    ),
    "radam": Form(
        "torch.optim.RAdam", _torch(1e-3, {**BETAS, "eps": 1e-8}), {**L2, **UNCORRECTED}, switches=TO_DECOUPLED
    ),
    "muon": Form(
        "torch.optim.Muon",
        _torch(1e-3, {"momentum": 0.95}, 0.1),
        {**DECOUPLED, **WIDTH, **PLAIN, **BFLOAT16},
        switches={"scale": {"rms": {"adjust_lr_fn": "match_rms_adamw"}}},
    ),
}

KERAS = {
    "sgd": Form(
        "keras.optimizers.SGD",
        _keras(0.01, {"momentum": 0.0}),
        {**DECOUPLED, "rate": "inside"},
        {"dampening": 0.0},
    ),
    "nesterov": Form(
        "keras.optimizers.SGD(nesterov=True)", _keras(0.01, {"momentum": 0.0}), {**DECOUPLED, "rate": "inside"}
    ),
    "adagrad": Form(
        "keras.optimizers.Adagrad",
        _keras(1e-3, {"initial_accumulator_value": 0.1, "eps": 1e-7}),
        {**DECOUPLED, **INSIDE},
        {"lr_decay": 0.0},
    ),
    "rmsprop": Form(
        "keras.optimizers.RMSprop",
        _keras(1e-3, {"alpha": 0.9, "momentum": 0.0, "eps": 1e-7}),
        {**DECOUPLED, **INSIDE, "rate": "inside"},
        {"s0": 0.0},
    ),
    "adadelta": Form("keras.optimizers.Adadelta", _keras(1e-3, {"rho": 0.95, "eps": 1e-7}), DECOUPLED),
    "adam": Form("keras.optimizers.Adam", _keras(1e-3, {**BETAS, "eps": 1e-7}), {**DECOUPLED, **UNCORRECTED}),
    "adamw": Form("keras.optimizers.AdamW", _keras(1e-3, {**BETAS, "eps": 1e-7}, 4e-3), {**DECOUPLED, **UNCORRECTED}),
    "amsgrad": Form(
        "keras.optimizers.Adam(amsgrad=True)",
        _keras(1e-3, {**BETAS, "eps": 1e-7}),
        {**DECOUPLED, **UNCORRECTED, "maximum": "raw"},
    ),
    "amsgradw": Form(
        "keras.optimizers.AdamW(amsgrad=True)",
        _keras(1e-3, {**BETAS, "eps": 1e-7}, 4e-3),
        {**DECOUPLED, **UNCORRECTED, "maximum": "raw"},
    ),
    "adamax": Form("keras.optimizers.Adamax", _keras(1e-3, {**BETAS, "eps": 1e-7}), {**DECOUPLED, "eps": "divisor"}),
    # PyTorch's schedule of the momentum with momentum_decay = 1.
    "nadam": Form(
        "keras.optimizers.Nadam",
        _keras(1e-3, {**BETAS, "eps": 1e-7}),
        {**DECOUPLED, **CORRECTED},
        {"momentum_decay": 1.0},
    ),
    "lion": Form("keras.optimizers.Lion", _keras(1e-3, {"beta1": 0.9, "beta2": 0.99}), DECOUPLED),
    "lamb": Form("keras.optimizers.Lamb", _keras(1e-3, {**BETAS, "eps": 1e-7}), DECOUPLED),
    "schedule_free_adamw": Form(
        "keras.optimizers.ScheduleFreeAdamW",
        _keras(2.5e-3, {**BETAS, "eps": 1e-8, "warmup_steps": 0.0}),
        {**DECOUPLED, "warmup": "in step", **ALIKE},
        {"r": 0.0},
    ),
    "muon": Form(
        "keras.optimizers.Muon",
        _keras(1e-3, {"momentum": 0.95}, 4e-3),
        {**DECOUPLED, **RMS, **PLAIN, **OWN_FORMAT},
    ),
}

OPTAX = {
    "sgd": Form("optax.sgd", _optax({"momentum": 0.0}, CHAINED), {**L2, "rate": "outside"}, {"dampening": 0.0}),
    "nesterov": Form("optax.sgd(nesterov=True)", _optax({"momentum": 0.0}, CHAINED), {**L2, "rate": "outside"}),
    "adagrad": Form(
        "optax.adagrad",
        _optax({"initial_accumulator_value": 0.1, "eps": 1e-7}, CHAINED),
        {**L2, **INSIDE},
        {"lr_decay": 0.0},
    ),
    "rmsprop": Form(
        "optax.rmsprop",
        _optax({"alpha": 0.9, "eps": 1e-8, "momentum": 0.0, "s0": 0.0}, CHAINED),
        {**L2, **INSIDE, "rate": "inside"},
        switches={"eps": {"outside": {"eps_in_sqrt": False}}},
    ),
    "adadelta": Form("optax.adadelta", _optax({"rho": 0.9, "eps": 1e-6}, CHAINED), L2),
    "adam": Form("optax.adam", _optax({**BETAS, "eps": 1e-8}, CHAINED), {**L2, **CORRECTED}),
    "adamw": Form("optax.adamw", _optax({**BETAS, "eps": 1e-8}, ("weight_decay", 1e-4)), {**DECOUPLED, **CORRECTED}),
    "amsgrad": Form(
        "optax.amsgrad",
        _optax({**BETAS, "eps": 1e-8}, CHAINED),
        {**L2, **CORRECTED, "maximum": "corrected"},
    ),
    "adamax": Form("optax.adamax", _optax({**BETAS, "eps": 1e-8}, CHAINED), {**L2, "eps": "gradient"}),
    # No schedule: PyTorch's with a momentum_decay so large that 0.96 to its power is nought.
    "nadam": Form("optax.nadam", _optax({**BETAS, "eps": 1e-8}, CHAINED), {**L2, **CORRECTED}, {"momentum_decay": 1e6}),
    "radam": Form("optax.radam", _optax({**BETAS, "eps": 1e-8}, CHAINED), {**L2, **CORRECTED}),
    "nadamw": Form(
        "optax.nadamw",
        _optax({**BETAS, "eps": 1e-8}, ("weight_decay", 1e-4)),
        {**DECOUPLED, **CORRECTED},
        {"momentum_decay": 1e6},
    ),
    "lion": Form("optax.lion", _optax({"beta1": 0.9, "beta2": 0.99}, ("weight_decay", 1e-3)), DECOUPLED),
    "signum": Form("optax.signum", _optax({"beta": 0.9}, CHAINED), L2),
    "yogi": Form("optax.yogi", _optax({**BETAS, "eps": 1e-3}, CHAINED), L2, {"initial_accumulator_value": 1e-6}),
    "adabelief": Form(
        "optax.adabelief", _optax({**BETAS, "eps": 1e-16, "eps_root": 1e-16}, CHAINED), {**L2, "root": "its own"}
    ),
    "adan": Form(
        "optax.adan",
        _optax({"beta1": 0.98, "beta2": 0.92, "beta3": 0.99, "eps": 1e-8, "eps_root": 1e-8}, ("weight_decay", 0.0)),
        {**DECOUPLED, "difference": "1 - beta2"},
    ),
    "adopt": Form(
        "optax.contrib.adopt",
        _optax({"beta1": 0.9, "beta2": 0.9999, "eps": 1e-6}, CHAINED),
        {**L2, "clip": "t - 1"},
        {"clip_exp": 0.25},
    ),
    "ademamix": Form(
        "optax.contrib.ademamix",
        _optax({**BETAS, "beta3": 0.9999, "alpha": 5.0, "eps": 1e-8}, ("weight_decay", 0.0)),
        DECOUPLED,
        {"beta3_warmup": 0.0, "alpha_warmup": 0.0},
    ),
    "lamb": Form("optax.lamb", _optax({**BETAS, "eps": 1e-6}, ("weight_decay", 0.0)), IN_RATIO),
    "lars": Form(
        "optax.lars",
        _optax({"momentum": 0.9, "trust_coefficient": 1e-3}, ("weight_decay", 0.0)),
        {**L2, "norm": "of the sum", "rate": "inside"},
    ),
    "muon": Form(
        "optax.contrib.muon",
        {**_optax({}, ("weight_decay", 0.0)), "momentum": ("beta", 0.95)},
        {**DECOUPLED, **WIDTH, **BIAS_CORRECTED, **OWN_FORMAT},
        switches={"scale": {"rms": {"consistent_rms": 0.2}}},
    ),
}

# Its warm-up of no steps is no rate at all, and is left out of the call.
_SCHEDULE_FREE = {"warmup_steps": ("warmup_steps", 0.0), "weight_lr_power": ("weight_lr_power", 2.0)}
OPTAX |= {
    "schedule_free_sgd": Form(
        "optax.contrib.schedule_free_sgd",
        {"lr": ("learning_rate", 1.0), "beta": ("b1", 0.9), "weight_decay": ("weight_decay", 0.0), **_SCHEDULE_FREE},
        {**BESIDE, "warmup": "behind", **BY_RATE},
        {"r": 0.0},
    ),
    "schedule_free_adamw": Form(
        "optax.contrib.schedule_free_adamw",
        {**_optax({**BETAS, "eps": 1e-8}, ("weight_decay", 0.0)), "lr": ("learning_rate", 2.5e-3), **_SCHEDULE_FREE},
        {**BESIDE, "warmup": "behind", **BY_RATE},
        {"r": 0.0},
    ),
}

RAVINE = {
    "lion": Form("ravine.optim.Lion", _torch(1e-4, {"beta1": 0.9, "beta2": 0.99}), DECOUPLED, switches=TO_L2),
    "signum": Form(
        "ravine.optim.Signum",
        {"lr": ("lr", 1e-3), "beta": ("momentum", 0.9), "weight_decay": ("weight_decay", 0.0)},
        DECOUPLED,
        switches=TO_L2,
    ),
    "yogi": Form(
        "ravine.optim.Yogi",
        {
            **_torch(1e-2, {**BETAS, "eps": 1e-3}),
            "initial_accumulator_value": ("initial_accumulator", 1e-6),
        },
        DECOUPLED,
        switches=TO_L2,
    ),
    "adabelief": Form(
        "ravine.optim.AdaBelief",
        _torch(1e-3, {**BETAS, "eps": 1e-16}),
        {**DECOUPLED, "root": "the same"},
        switches=TO_L2,
    ),
    "laprop": Form("ravine.optim.LaProp", _torch(4e-4, {**BETAS, "eps": 1e-15}), DECOUPLED, switches=TO_L2),
    "adan": Form(
        "ravine.optim.Adan",
        _torch(1e-3, {"beta1": 0.98, "beta2": 0.92, "beta3": 0.99, "eps": 1e-8}),
        {**DECOUPLED, "difference": "beta2"},
        switches=TO_L2,
    ),
    "adopt": Form(
        "ravine.optim.ADOPT",
        _torch(1e-3, {"beta1": 0.9, "beta2": 0.9999, "eps": 1e-6, "clip_exp": 0.25}),
        {**L2, "clip": "t - 1"},
        switches=TO_DECOUPLED,
    ),
    "ademamix": Form(
        "ravine.optim.AdEMAMix",
        _torch(
            1e-3,
            {**BETAS, "beta3": 0.9999, "alpha": 2.0, "beta3_warmup": 0.0, "alpha_warmup": 0.0, "eps": 1e-8},
        ),
        DECOUPLED,
        switches=TO_L2,
    ),
    "lamb": Form("ravine.optim.Lamb", _torch(1e-3, {**BETAS, "eps": 1e-6}, 0.01), IN_RATIO),
    "lars": Form(
        "ravine.optim.Lars",
        _torch(0.1, {"momentum": 0.9, "trust_coefficient": 1e-3}),
        {**L2, "norm": "of the parts", "rate": "inside"},
    ),
    "stableadamw": Form(
        "ravine.optim.StableAdamW", _torch(1e-3, {"beta1": 0.9, "beta2": 0.99, "eps": 1e-8}, 1e-2), DECOUPLED
    ),
    "muon": Form(
        "ravine.optim.Muon",
        _torch(1e-3, {"momentum": 0.95}, 0.1),
        {**DECOUPLED, **WIDTH, **PLAIN, **BY_FORMAT},
        switches={"scale": {"rms": {"adjust_lr_fn": "match_rms_adamw"}}},
    ),
    "schedule_free_sgd": Form(
        "ravine.optim.ScheduleFreeSGD",
        {
            **_torch(1.0, {"warmup_steps": 0.0, "r": 0.0, "weight_lr_power": 2.0}),
            "beta": ("momentum", 0.9),
        },
        {**BESIDE, "warmup": "in step", **BY_RATE},
    ),
    "schedule_free_adamw": Form(
        "ravine.optim.ScheduleFreeAdamW",
        _torch(2.5e-3, {**BETAS, "eps": 1e-8, "warmup_steps": 0.0, "r": 0.0, "weight_lr_power": 2.0}),
        {**BESIDE, "warmup": "in step", **BY_RATE},
    ),
}

TO_DECOUPLED_THERE = {"decay": {"decoupled": {"weight_decouple": True}}}
PYTORCH_OPTIMIZER = {
    "ademamix": Form(
        "pytorch_optimizer.AdEMAMix",
        _torch(1e-3, {**BETAS, "beta3": 0.9999, "alpha": 5.0, "eps": 1e-8}),
        L2,
        {"beta3_warmup": 0.0, "alpha_warmup": 0.0},
        TO_DECOUPLED_THERE,
    ),
    "adopt": Form(
        "pytorch_optimizer.ADOPT",
        _torch(1e-3, {"beta1": 0.9, "beta2": 0.9999, "eps": 1e-6}),
        {**L2, "clip": "t"},
        {"clip_exp": 0.25},
        TO_DECOUPLED_THERE,
    ),
    "lars": Form(
        "pytorch_optimizer.LARS",
        _torch(1e-3, {"momentum": 0.9, "trust_coefficient": 1e-3}),
        {**L2, "norm": "of the parts", "rate": "outside"},
    ),
    "stableadamw": Form(
        "pytorch_optimizer.StableAdamW",
        _torch(1e-3, {"beta1": 0.9, "beta2": 0.99, "eps": 1e-8}, 1e-2),
        DECOUPLED,
    ),
}

TF1 = {
    "rmsprop": Form(
        "tf.compat.v1.train.RMSPropOptimizer",
        {
            "lr": ("learning_rate", 1e-3),
            "alpha": ("decay", 0.9),
            "momentum": ("momentum", 0.0),
            "eps": ("epsilon", 1e-10),
        },
        {**L2, **INSIDE, "rate": "inside"},
        {"s0": 1.0, "weight_decay": 0.0},
    ),
}

# What has no form here may exist there all the same.
PARTLY_KNOWN = {"pytorch_optimizer", "tf1"}

FORMS: dict[str, dict[str, Form]] = {
    "torch": TORCH,
    "keras": KERAS,
    "optax": OPTAX,
    "ravine": RAVINE,
    "pytorch_optimizer": PYTORCH_OPTIMIZER,
    "tf1": TF1,
}
