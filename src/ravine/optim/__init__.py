"""Optimizers for PyTorch: drop-in replacements for torch.optim's, each one pass over memory, generated from its rule.

Beyond PyTorch's options, each class takes

- `decoupled_weight_decay`: weight decay beside the step (AdamW's way) instead of inside the gradient (L2);
- `rounding`, for bfloat16 and float16 parameters: "stochastic" rounds to a neighbour at random, the nearer the
  likelier; "kahan" keeps what rounding lost in a buffer of its own. Steps too small for the format then arrive. State
  is float32 with either. None rounds to the nearest, and keeps state in the parameter's format, as PyTorch does;
- a tensor for any hyperparameter, with one value for each model along the leading axis of stacked parameters.
"""

from ravine.optim.adams import Adam, Adamax, AdamW, NAdam, RAdam
from ravine.optim.adaptive import Adadelta, Adagrad, RMSprop
from ravine.optim.from_rule import from_rule
from ravine.optim.gradient_descent import SGD
from ravine.optim.lion import Lion
from ravine.optim.optimizer import RuleOptimizer

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Lion",
    "NAdam",
    "RAdam",
    "RMSprop",
    "RuleOptimizer",
    "from_rule",
]
