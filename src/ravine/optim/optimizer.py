"""The optimizer behind every class here: PyTorch's protocol around a rule's equation."""

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, cast

import torch
from torch.optim.optimizer import ParamsT

from ravine.equations import Equation
from ravine.optim.checks import check_leading_axis, check_options
from ravine.optim.clipping import Factors, clipping, total_norm, unscaling
from ravine.optim.held import check_factor
from ravine.optim.loading import by_name, check_kind, keep_precision
from ravine.optim.options import Group, Parameters, base_rate, decay_form, keep_base_rate
from ravine.optim.plan import Plan
from ravine.optim.rates import let_schedulers_set
from ravine.optim.recipe import Recipe, number_format
from ravine.optim.standing import to_gradient, to_theta
from ravine.optim.turns import Turn
from ravine.optim.unchanged import Unchanged, asks_groups_alone
from ravine.optim.variants import variant
from ravine.optim.watched import only_if_watched
from ravine.rules import Rule


def _add_group(optimizer: torch.optim.Optimizer, group: Group) -> None:
    """PyTorch's own add_param_group, which it hides from its compiler; to do so it would import that, for seconds."""
    add = torch.optim.Optimizer.add_param_group
    if "torch._dynamo" not in sys.modules:
        add = getattr(add, "__wrapped__", add)
    add(optimizer, group)


@cache
def _opaque() -> Callable[["RuleOptimizer"], None]:
    """The step as PyTorch's compiler is to see it: one call, not some forty frames of ours that it would translate."""
    opaque: Callable[[RuleOptimizer], None]
    opaque = torch.compiler.disable(RuleOptimizer._step)  # type: ignore[no-untyped-call]
    return opaque


class RuleOptimizer(torch.optim.Optimizer):
    """A `torch.optim.Optimizer` whose arithmetic is a rule's; subclasses say which, and how PyTorch names its state."""

    state_names: ClassVar[Mapping[str, str]] = {}  # of the rule → of PyTorch's state_dict
    counts_steps: ClassVar[bool] = True  # whether PyTorch keeps "step" in the state
    takes_sparse: ClassVar[bool] = False
    betas: ClassVar[int] = 2  # how many the option of that name has
    exact_numbers: ClassVar[bool] = False  # whether states that are one number have 64 bits; PyTorch's have 32
    looks_ahead: ClassVar[bool] = False  # whether its rules take their gradient elsewhere than at θ
    _of_groups_alone: ClassVar[bool]
    grad_norm: torch.Tensor | None = None  # of all gradients in the last step, before they were clipped
    _plan: Plan | None = None
    _last: tuple[Unchanged, list[Recipe]] | None = None  # what the last step made of the groups
    _there: Mapping[torch.Tensor, torch.Tensor] = MappingProxyType({})  # where parameters stood before `eval`

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls._of_groups_alone = asks_groups_alone(cls)

    def __init__(self, params: Parameters, defaults: dict[str, Any]):
        check_options(defaults, self.betas)
        self._turn = Turn()
        given = cast("ParamsT", params)  # PyTorch's union of the same
        super().__init__(given, {**defaults, "train_mode": False} if self.looks_ahead else defaults)

    def _patch_step_function(self) -> None:
        kind = type(self)
        step = kind.step
        super()._patch_step_function()
        if kind.step is not step:  # the first of its class
            kind.step = only_if_watched(step, kind.step)  # type: ignore[method-assign]

    def rule(self, group: Group) -> Rule:
        """The rule that the group's structural options (momentum, amsgrad, …) select, without weight decay."""
        raise NotImplementedError

    def equation(self, group: Group, factors: Iterable[str] = ()) -> Equation:
        """The arithmetic of the group's next step: its rule, the forms that its options choose, and up or down."""
        decay, cautious = decay_form(group), group.get("cautious")
        forms = (*(["cautious"] if cautious else ()), *([decay] if decay else ()))
        return variant(self.rule(group), forms, bool(group["maximize"]), tuple(factors))

    def recipe(self, group: Group, factors: Mapping[str, Any] = MappingProxyType({})) -> Recipe:
        """The equation with the group's settings: all that its tensors need to know.

        factors: what gradients are multiplied by, by name.
        """
        equation = self.equation(group, factors)
        settings = {name: self.setting(group, name, start) for name, start in equation.keywords.items() if name != "t"}
        settings.update(factors)
        if self.looks_ahead:
            check_factor(self.rule(group).equation, settings)
        if decay_form(group) == "scheduled" and "eta" in settings:
            settings["lr"] = base_rate(group)
            settings["eta"] = group["lr"] / settings["lr"]
        return Recipe(
            equation,
            settings,
            self.state_names,
            self.counts_steps,
            group.get("rounding"),
            self.rows_alone(group),
            self.exact_numbers,
        )

    def setting(self, group: Group, name: str, default: float | None) -> Any:
        """The value of the rule's hyperparameter `name` in this group; `default` if PyTorch has no such option."""
        if name in group:
            return group[name]
        if name in ("beta1", "beta2"):
            beta1, beta2 = group["betas"]
            return beta1 if name == "beta1" else beta2
        return default

    def rows_alone(self, group: Group) -> bool:
        """Whether a sparse gradient may move its rows alone: rules without memory of the others' gradients."""
        return self.rule(group).name in ("sgd", "adagrad")

    def check_sparse(self, group: Group) -> None:
        """Raises RuntimeError if the group's rule does not take sparse gradients."""
        if not self.takes_sparse:
            hint = ", please consider SparseAdam instead" if type(self).__name__ == "Adam" else ""
            raise RuntimeError(f"{type(self).__name__} does not support sparse gradients{hint}")
        if isinstance(group["weight_decay"], torch.Tensor) or group["weight_decay"] != 0:
            raise RuntimeError("weight_decay option is not compatible with sparse gradients")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step for every parameter that has a gradient. Returns the closure's loss, if there is a closure.

        Raises before any parameter changes: RuntimeError for sparse gradients that the rule does not take, and where
        `train()` must be called first; ValueError for settings that do not fit the parameters.
        """
        if self.looks_ahead and not all(group["train_mode"] for group in self.param_groups):
            raise RuntimeError(
                f"{type(self).__name__} takes its steps from where its gradient is wanted, and is evaluated elsewhere: "
                "call optimizer.train() before training, and optimizer.eval() before evaluation and saving"
            )
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        with torch.set_grad_enabled(self.defaults["differentiable"]):
            if "torch._dynamo" in sys.modules:
                _opaque()(self)
            else:
                self._step()
        return loss

    def train(self) -> None:
        """Before training: puts the parameters where the rule takes its gradient.

        That is where they are evaluated, θ, but for rules that look elsewhere (Schedule-Free, Nesterov's own form):
        those raise RuntimeError for a step before this is called. What `eval` left is taken up to the last bit.
        """
        self._stand(True)

    def eval(self) -> None:
        """Before evaluation, and before a model is saved: puts the parameters where the rule says that they end, θ."""
        self._stand(False)

    @torch.no_grad()
    def _stand(self, ahead: bool) -> None:
        if not self.looks_ahead:
            return
        there = {**self._there}
        for group in self.param_groups:
            if group["train_mode"] is not ahead:
                recipe, equation = self.recipe(group), self.rule(group).equation
                for parameter in group["params"]:
                    if state := self.state.get(parameter):
                        if ahead:
                            to_gradient(equation, recipe, parameter, state, self._there.get(parameter))
                        else:
                            there[parameter] = to_theta(equation, recipe, parameter, state)
                group["train_mode"] = ahead
        self._there = {} if ahead else there

    @property
    def _step_supports_amp_scaling(self) -> bool:
        """Asked by `torch.amp.GradScaler`: whether the step itself undoes its factor, and is none after an overflow."""
        return any(group.get("fused") or group.get("max_grad_norm") is not None for group in self.param_groups)

    def _factors(self) -> list[Factors]:
        """What the gradients of each group are multiplied by in this step, by name."""
        factors: list[Factors] = [{} for _ in self.param_groups]
        undo = None
        if (scale := getattr(self, "grad_scale", None)) is not None:
            undo = unscaling(scale)
            for known in factors:
                known["unscaling"] = undo
        if all(group.get("max_grad_norm") is None for group in self.param_groups):
            return factors
        slots = {self.recipe(group).slots for group in self.param_groups}
        if len(slots) > 1:
            raise ValueError("max_grad_norm: some groups have settings for each model of a stack, and others have not")
        norm = total_norm(self.param_groups, *slots)
        self.grad_norm = norm if undo is None else norm * undo
        for group, known in zip(self.param_groups, factors, strict=True):
            if group.get("max_grad_norm") is not None:
                known["clipping"] = clipping(self.grad_norm, group["max_grad_norm"])
        return factors

    def _recipes(self) -> list[Recipe]:
        """The recipe of each group; the last step's own list where nothing that it was made of has changed."""
        if self._last is not None and self._last[0].holds(self.param_groups) and not hasattr(self, "grad_scale"):
            return self._last[1]
        factors = self._factors()
        recipes = [self.recipe(group, known) for group, known in zip(self.param_groups, factors, strict=True)]
        options = Unchanged(self.param_groups)
        lasts = options.sure and not any(factors) and self._of_groups_alone
        self._last = (options, recipes) if lasts else None
        return recipes

    def _step(self) -> None:
        with self._turn:
            if (overflow := getattr(self, "found_inf", None)) is not None and overflow.item():
                return
            recipes = self._recipes()
            plan = self._plan
            if plan is None or not plan.ready(self.param_groups, self.state, recipes):
                self._plan = None  # not kept where building the next one raises
                for group in self.param_groups:
                    if any(
                        parameter.grad is not None and parameter.grad.layout is torch.sparse_coo
                        for parameter in group["params"]
                    ):
                        self.check_sparse(group)
                plan = Plan(self.param_groups, self.state, recipes)
                if plan.lasts:
                    self._plan = plan
            plan.run(recipes)

    _step._torchdynamo_disable = True  # type: ignore[attr-defined]  # torch.compile leaves it to the kernels

    def add_param_group(self, param_group: Group) -> None:
        """Adds a parameter group. Raises ValueError for options out of range, before the group is added."""
        check_options({**self.defaults, **param_group}, self.betas)
        if self.looks_ahead and self.param_groups:
            param_group["train_mode"] = self.param_groups[0]["train_mode"]
        _add_group(self, param_group)
        added = self.param_groups[-1]
        try:
            check_leading_axis({name: added[name] for name in self.defaults}, added["params"])
            let_schedulers_set(added)
            if added.get("decoupled_weight_decay") == "scheduled":
                keep_base_rate(added)
            if self.looks_ahead:
                self.recipe(added)  # refuses settings from which θ could not be told
        except ValueError:
            self.param_groups.pop()
            raise

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Takes up where `state_dict` left off: this class's own, or that of the PyTorch optimizer of the same name.

        With `named_parameters()` on both sides, state is matched by name, in whatever order; the ValueError for what
        does not match names it, as for another optimizer's. Floating-point state keeps the precision that it was saved
        with.
        """
        matched: dict[str, Any] = {}

        def match(optimizer: torch.optim.Optimizer, saved: dict[str, Any]) -> dict[str, Any]:
            check_kind(optimizer, saved)
            matched.update(by_name(optimizer, saved))
            return matched

        def restore(optimizer: torch.optim.Optimizer) -> None:
            keep_precision(optimizer, matched)

        # After what users let happen to a state dict before it is loaded, and before what they let happen afterwards.
        hooks = [
            self.register_load_state_dict_pre_hook(match),
            self.register_load_state_dict_post_hook(restore, prepend=True),
        ]
        try:
            super().load_state_dict(state_dict)
        finally:
            for hook in hooks:
                hook.remove()

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "_turn" not in self.__dict__:  # unpickled, or a copy
            self._turn = Turn()
        super().__setstate__(state)
        for group in self.param_groups:
            for name, default in self.defaults.items():
                group.setdefault(name, default)
            let_schedulers_set(group)
            for parameter in group["params"]:
                kept = self.state.get(parameter, {})
                if "step" in kept and not isinstance(kept["step"], torch.Tensor):
                    kept["step"] = torch.tensor(float(kept["step"]), dtype=number_format())
