"""AdamW: Adam with weight decay beside it, not inside its gradient."""

from ravine.rules.adam import adam, adam_keras

GOOD_AT = "weight decay that every parameter feels alike, whatever its gradients"
HURTS = "the decay is one more setting, tied to lr in PyTorch, Keras and optax although the paper separates the two"

adamw = adam.with_form("decoupled").variant(
    "adamw",
    title="AdamW",
    source="Loshchilov & Hutter 2019, Algorithm 2, with lr·λ as PyTorch has it",
    good_at=GOOD_AT,
    hurts=HURTS,
    family="adamw",
    defaults={"weight_decay": 1e-2},
)

adamw_paper = adam.with_form("scheduled").variant(
    "adamw_paper",
    title="AdamW, the decay on the schedule alone",
    source="Loshchilov & Hutter 2019, Algorithm 2, line 12",
    dialect="paper",
    good_at=GOOD_AT + "; rate and decay can be tuned apart",
    hurts="PyTorch, Keras and optax have lr·λ where this has λ: a setting must be converted",
    family="adamw",
    defaults={"weight_decay": 1e-5},
)

adamw_optax = adamw.variant("adamw_optax", dialect="optax", defaults={"weight_decay": 1e-4})

adamw_keras = adam_keras.with_form("decoupled").variant(
    "adamw_keras",
    title="AdamW, eps before the correction",
    source="Loshchilov & Hutter 2019, Algorithm 2, as Keras has it",
    good_at=GOOD_AT,
    hurts=HURTS,
    family="adamw",
    defaults={"weight_decay": 4e-3},
)
