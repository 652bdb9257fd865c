"""The same training in another framework: what each calls its settings, and where their rules part.

A form is how a framework writes a member of a family. Two forms may differ in the values that one of them fixes, and in
traits: places where the arithmetic parts (inside or outside a root, before or after a correction). Each difference has
its bridge: the setting that makes up for it, and whether that is exact.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ravine.dialect_tables import CHAINED, CHAINED_AFTER, FORMS, PARTLY_KNOWN, SIBLINGS, TO_DECOUPLED, Form, Option
from ravine.errors import RavineError, unknown

EXACT, APPROXIMATE, IMPOSSIBLE = "exact", "approximate", "impossible"
_ORDER = (EXACT, APPROXIMATE, IMPOSSIBLE)

IN_TORCH = (
    "torch.",
    "ravine.",
    "pytorch_optimizer.",
)  # whose optimizers are handed the parameters, and the betas as one
BETA_NAMES = ("beta1", "beta2", "beta3")

Settings = dict[str, float]


@dataclass(frozen=True)
class Conversion:
    """What a training needs in another framework.

    verdict:    "exact" (the same steps, to rounding), "approximate" (close, and `reasons` say how) or "impossible"
                (no setting does it).
    call:       the optimizer there; empty if there is none.
    settings:   all of its settings, by its own names, one number each: PyTorch's betas are beta1 and beta2.
    reasons:    one line for each difference.
    """

    verdict: str
    call: str
    settings: Mapping[str, Option]
    reasons: tuple[str, ...]

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of the optimizer's constructor.

        A weight decay of 0 is left out where that is the default; optax's `add_decayed_weights` is no argument.
        """
        if not self.settings:
            return {}
        form = next(form for known in FORMS for form in forms(known).values() if form.call == self.call)
        own, default = form.settings.get("weight_decay", ("", 0.0))
        flag = self.call.partition("(")[2].removesuffix("=True)")
        arguments: dict[str, Any] = {flag: True} if flag else {}
        for name, value in self.settings.items():
            if name in (CHAINED[0], CHAINED_AFTER) or (name == own and value == default == 0):
                continue
            if self.call.startswith("optax.") and name == "warmup_steps" and value == 0:
                continue  # it would stay at a rate of 0
            if self.call.startswith(IN_TORCH) and name in BETA_NAMES:
                arguments["betas"] = tuple(self.settings[beta] for beta in BETA_NAMES if beta in self.settings)
            else:
                arguments[name] = value
        return arguments

    def code(self) -> str:
        """The call, to be pasted; empty if there is none. PyTorch's is given `model.parameters()`."""
        if not self.settings:
            return ""
        listed = ["model.parameters()"] if self.call.startswith(IN_TORCH) else []
        listed += [f"{name}={value!r}" for name, value in self.arguments().items()]
        call = f"{self.call.partition('(')[0]}({', '.join(listed)})"
        chained, _ = CHAINED
        if decay := self.settings.get(chained):
            return f"optax.chain(optax.{chained}({decay!r}), {call})"
        if decay := self.settings.get(CHAINED_AFTER):
            return f"optax.chain({call}, optax.{chained}({decay!r}))"
        return call


@dataclass
class _Bridged:
    """A conversion being worked out: settings by our names, and what was found."""

    settings: Settings
    verdict: str = EXACT
    reasons: list[str] = field(default_factory=list)

    def found(self, verdict: str, reason: str) -> None:
        self.verdict = max(self.verdict, verdict, key=_ORDER.index)
        self.reasons.append(reason)


def forms(framework: str) -> Mapping[str, Form]:
    """Every optimizer that the framework is known to have, by family. ravine.optim writes PyTorch's as PyTorch does."""
    if framework != "ravine":
        return FORMS[framework]
    shared = {
        family: replace(
            form,
            call=form.call.replace("torch.", "ravine.", 1),
            switches={**form.switches, **(TO_DECOUPLED if form.traits["decay"] == "l2" else {})},
        )
        for family, form in FORMS["torch"].items()
    }
    return shared | FORMS["ravine"]


def convert(family: str, source: str, target: str, given: Mapping[str, float] | None = None) -> Conversion:
    """The optimizer of `target` that trains as `source`'s `family` with the settings `given` (its names or ours).

    Raises RavineError for a framework, a family or a setting that does not exist, for a setting out of range, and where
    the source has no default and none is given.
    """
    for framework in (source, target):
        if framework not in FORMS:
            raise unknown("framework", framework, FORMS)
    if family not in forms(source):
        raise unknown(f"optimizer of {source}", family, forms(source))
    origin = forms(source)[family]
    work = _Bridged(_ours(origin, given or {}))
    if family == "nesterov" and not work.settings["momentum"]:
        family = "sgd"  # without momentum there is nothing to look ahead with
    goal = _form(target, family, origin, work.settings)
    if goal is None:
        if target in PARTLY_KNOWN:
            raise unknown(f"optimizer of {target}", family, forms(target))
        work.found(IMPOSSIBLE, f"{target} has no {family}")
        return Conversion(IMPOSSIBLE, "", {}, tuple(work.reasons))
    switched: dict[str, Option] = {}
    for trait, ours in goal.traits.items():
        theirs = origin.traits[trait]
        if ours == theirs or work.settings.get(_MATTERS.get(trait, ""), 1) == 0:
            continue
        if options := goal.switches.get(trait, {}).get(theirs):
            switched |= options
        elif trait == "decay" and goal.settings.get("weight_decay") == CHAINED:
            switched |= _chained_after(work)
        else:
            _BRIDGES[trait](work, theirs, ours)
    for name, value in goal.fixed.items():
        wanted = work.settings.get(name, value)
        if wanted != value:
            work.found(IMPOSSIBLE, f"{target} fixes {name} at {value:g}, and this training has {wanted:g}")
    named = {own: work.settings.get(name, default or 0.0) for name, (own, default) in goal.settings.items()}
    whole = {} if work.verdict == IMPOSSIBLE else {**named, **switched}
    return Conversion(work.verdict, goal.call, whole, tuple(work.reasons))


def _ours(form: Form, given: Mapping[str, float]) -> Settings:
    """Every setting by our names, and the values that the framework fixes."""
    names = {own: name for name, (own, _) in form.settings.items()}
    settings = {name: float(default) for name, (_, default) in form.settings.items() if default is not None}
    for own, value in given.items():
        name = names.get(own, own)  # our names are understood too
        if name not in form.settings:
            raise unknown(f"setting of {form.call}", own, names)
        if not math.isfinite(value):
            raise RavineError(f"{form.call}: {own} must be a finite number, not {value}")
        if value < 0 or (name in ("beta", *BETA_NAMES) and value >= 1):
            wanted = "in [0, 1)" if name in ("beta", *BETA_NAMES) else "0 or more"
            raise RavineError(f"{form.call}: {own} must be {wanted}, not {value:g}")
        settings[name] = float(value)
    for name, (own, _) in form.settings.items():
        if name not in settings:
            raise RavineError(f"{form.call} has no default {own} that trains: give one, as in {own}={_USUAL[name]}")
    return {**form.fixed, **settings}


def _form(framework: str, family: str, origin: Form, settings: Settings) -> Form | None:
    """The framework's form of the family, or of the sibling whose weight decay is the training's."""
    known = forms(framework)
    form = known.get(family)
    sibling = known.get(SIBLINGS.get(family, ""))
    decay = origin.traits["decay"]
    if sibling and settings["weight_decay"] and form and form.traits["decay"] != decay == sibling.traits["decay"]:
        return sibling
    return form


def _eps(work: _Bridged, theirs: str, ours: str) -> None:
    eps = work.settings["eps"]
    if {theirs, ours} == {"outside", "inside"}:
        other = eps**2 if ours == "inside" else math.sqrt(eps)
        work.settings["eps"] = float(f"{other:.12g}")  # 1e-16, not 1.0000000000000001e-16
        work.found(
            APPROXIMATE,
            f"eps stands {theirs} the root here and {ours} it there: {work.settings['eps']:g} agrees where"
            " gradients vanish and where they are large, and differs between",
        )
    elif "divisor" in (theirs, ours):
        work.found(APPROXIMATE, "eps is added to each gradient's size in one and to their maximum in the other")
    else:
        work.found(
            APPROXIMATE,
            "eps is added before the bias correction in one and after it in the other: it weighs more by"
            " 1/sqrt(1 - beta2**t) there, which fades with t",
        )


def _rate(work: _Bridged, theirs: str, ours: str) -> None:
    work.reasons.append(
        f"the rate stands {theirs} the momentum here and {ours} it there: the same steps while the rate is constant;"
        " after a change of the rate they differ until the velocity is renewed"
    )


def _decay(work: _Bridged, theirs: str, ours: str) -> None:
    decay = work.settings["weight_decay"]
    if work.settings.get("momentum") == 0 and "eps" not in work.settings:
        return  # for plain gradient descent the two are one
    names = {
        "l2": "inside the gradient (L2)",
        "decoupled": "beside the step (decoupled)",
        "at y": "in the fast point's step, of where the gradient is taken,",
        "in the ratio": "under the layer's ratio",
    }
    hint = f"; add {decay / 2:g} times the sum of squares to the loss instead" if theirs == "l2" else ""
    work.found(IMPOSSIBLE, f"weight decay stands {names[theirs]} here and {names[ours]} there{hint}")


def _chained_after(work: _Bridged) -> Settings:
    """Decay beside the step where the optimizer is one link of a chain: a link after it shrinks the weights."""
    decay, work.settings["weight_decay"] = work.settings["weight_decay"], 0.0
    if "eps" not in work.settings and work.settings.get("momentum") == 0:
        work.settings["weight_decay"] = decay  # for plain gradient descent the two are one
        return {}
    work.reasons.append("the decay is chained after the step, as -lr times it: the same while the rate is constant")
    return {CHAINED_AFTER: float(f"{-work.settings['lr'] * decay:.12g}")}


def _maximum(work: _Bridged, theirs: str, ours: str) -> None:
    work.found(
        IMPOSSIBLE,
        f"the maximum is of the {theirs} second moment here and of the {ours} one there, and it keeps the difference",
    )


def _root(work: _Bridged, theirs: str, ours: str) -> None:
    """AdaBelief's two eps: optax lets them differ."""
    if ours == "its own":
        work.settings["eps_root"] = work.settings["eps"]
    elif work.settings["eps"] != work.settings["eps_root"]:
        work.settings["eps"] = work.settings["eps_root"]
        work.found(APPROXIMATE, "one eps stands inside the root and beside it there: that inside, which weighs more")


def _warmup(work: _Bridged, theirs: str, ours: str) -> None:
    work.found(
        APPROXIMATE,
        "in optax the warm-up's rate comes one step late, so that the first is of no length; the weights in the average"
        " do not wait",
    )


def _difference(work: _Bridged, theirs: str, ours: str) -> None:
    work.found(IMPOSSIBLE, f"the difference of two gradients counts {theirs} times here and {ours} times there")


def _weights(work: _Bridged, theirs: str, ours: str) -> None:
    """Of the points in Schedule-Free's average: Keras weighs all alike."""
    work.reasons.append(
        "Keras 3.15 overwrites the old fast point on its PyTorch backend, and steps wrongly there: run it on JAX or"
        " TensorFlow"
    )
    if theirs == "alike":
        work.settings["weight_lr_power"] = 0.0
    elif work.settings["weight_lr_power"] and work.settings["warmup_steps"]:
        work.found(IMPOSSIBLE, "points of the warm-up weigh less in the average here, and all weigh alike there")
    elif work.settings["weight_lr_power"]:
        work.reasons.append("all points weigh alike in the average there: the same while the rate is constant")


def _scale(work: _Bridged, theirs: str, ours: str) -> None:
    lengths = {"width": "√max(1, outputs/inputs)", "rms": "0.2·√max(outputs, inputs)"}
    work.found(
        IMPOSSIBLE,
        f"the step of a layer is scaled by {lengths[theirs]} here and by {lengths[ours]} there: one rate makes up for"
        " it in one shape of layer",
    )


def _mixture(work: _Bridged, theirs: str, ours: str) -> None:
    work.found(
        APPROXIMATE,
        "the look ahead mixes average and gradient after a bias correction in one and without it in the other: another"
        " direction in the first steps",
    )


def _precision(work: _Bridged, theirs: str, ours: str) -> None:
    torch = "PyTorch makes the step orthogonal in bfloat16"
    below = "for parameters of less than 64 bits, where that is fast"
    if "by format" not in (theirs, ours):
        said = f"{torch}: it"
    elif "bfloat16" in (theirs, ours):
        said = f"{torch}, Ravine {below}: elsewhere it"
    else:
        said = f"Ravine makes the step orthogonal in bfloat16 {below}: there it"
    work.found(APPROXIMATE, f"{said} differs by about one in a hundred, at random")


def _clip(work: _Bridged, theirs: str, ours: str) -> None:
    work.found(
        APPROXIMATE,
        f"in step t a quotient is clipped at a power of {theirs} here and of {ours} there: it tells in the first steps,"
        " while clipping bites",
    )


def _norm(work: _Bridged, theirs: str, ours: str) -> None:
    work.found(
        IMPOSSIBLE,
        f"the layer's rate divides by the norm {theirs} here and {ours} there: the parts are ‖g‖ + λ‖θ‖, the sum is"
        " ‖g + λθ‖",
    )


# What may have to be given, and a usual value.
_USUAL = {"lr": 0.001, "momentum": 0.9}

# A difference that makes none where this setting is 0.
_MATTERS = {"eps": "eps", "rate": "momentum", "decay": "weight_decay", "warmup": "warmup_steps", "norm": "weight_decay"}

_BRIDGES: dict[str, Callable[[_Bridged, str, str], None]] = {
    "eps": _eps,
    "rate": _rate,
    "decay": _decay,
    "maximum": _maximum,
    "root": _root,
    "difference": _difference,
    "warmup": _warmup,
    "weights": _weights,
    "scale": _scale,
    "mixture": _mixture,
    "precision": _precision,
    "norm": _norm,
    "clip": _clip,
}
