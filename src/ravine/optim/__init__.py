"""Optimizers for PyTorch: drop-in replacements for torch.optim's, each one pass over memory, generated from its rule.

Beyond PyTorch's options, each class takes

- `decoupled_weight_decay`, where PyTorch has it and where it has not: True is weight decay of lr·λ beside the step
  (AdamW's way) instead of inside the gradient (L2, False); "scheduled" is of λ times what a schedule has made of the
  rate (Loshchilov & Hutter 2019, Algorithm 2), so that rate and decay are tuned apart; "cautious_decay" is lr·λ where
  the update shrinks the parameter anyway (Chen et al. 2025);
- `cautious`: where the update and the gradient differ in sign, no step (Liang et al. 2024, without the rescaling);
- `max_grad_norm`: clips the norm of all gradients of the optimizer, as `torch.nn.utils.clip_grad_norm_` does before a
  step, but while the step reads them; models in a stack are clipped apart. `optimizer.grad_norm` is what it was;
- `rounding`, for bfloat16 and float16 parameters: "stochastic" rounds to a neighbour at random, the nearer the
  likelier; "kahan" keeps what rounding lost in a buffer of its own. Steps too small for the format then arrive. State
  is float32 with either. None rounds to the nearest, and keeps state in the parameter's format, as PyTorch does;
- a tensor for any hyperparameter, with one value for each model along the leading axis of stacked parameters.

A rule that takes the norm of a tensor (Lamb, Lars, StableAdamW, a rule of one's own) needs a pass for it before it can
step, and sums in double precision. A tensor of the optimizer is a tensor of the rule: of a
`DTensor` the whole, of a stack each model where a setting says how many there are. `rounding` and `capturable` are of
the others' kernels, and FSDP1's pieces of tensors are refused.

`ScheduleFreeSGD` and `ScheduleFreeAdamW` are evaluated elsewhere than they train: `train()` and `eval()` go between.
`groups` makes parameter groups of a model; `EMA` and `Lookahead` go around any optimizer;
`release_gradients` lets each parameter step inside the backward pass, and keeps no gradients.
"""

from ravine.optim.adabelief_yogi import AdaBelief, Yogi
from ravine.optim.adams import Adam, Adamax, AdamW
from ravine.optim.adan_ademamix import Adan, AdEMAMix
from ravine.optim.adaptive import Adadelta, Adagrad, RMSprop
from ravine.optim.adopt_laprop import ADOPT, LaProp
from ravine.optim.ema import EMA
from ravine.optim.from_rule import OfRule, from_rule
from ravine.optim.gradient_descent import SGD
from ravine.optim.grouping import Groups, groups
from ravine.optim.layerwise import Lamb, Lars, StableAdamW
from ravine.optim.lion import Lion
from ravine.optim.lookahead import Lookahead
from ravine.optim.muon import Muon
from ravine.optim.nadam_radam import NAdam, RAdam
from ravine.optim.optimizer import RuleOptimizer
from ravine.optim.release import Released, release_gradients
from ravine.optim.schedule_free import ScheduleFreeAdamW, ScheduleFreeSGD
from ravine.optim.signum import Signum

__all__ = [
    "ADOPT",
    "EMA",
    "SGD",
    "AdEMAMix",
    "AdaBelief",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Adan",
    "Groups",
    "LaProp",
    "Lamb",
    "Lars",
    "Lion",
    "Lookahead",
    "Muon",
    "NAdam",
    "OfRule",
    "RAdam",
    "RMSprop",
    "Released",
    "RuleOptimizer",
    "ScheduleFreeAdamW",
    "ScheduleFreeSGD",
    "Signum",
    "StableAdamW",
    "Yogi",
    "from_rule",
    "groups",
    "release_gradients",
]
